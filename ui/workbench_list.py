"""The queue and the case in hand as one part of the page: keys answer at once, what was decided follows behind.

Whatever the browser decides is kept there until the page has told that it was done, and every word it sends carries all
that is not yet done: a message that overtakes another loses nothing, and none is done twice.
"""

from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import streamlit as st
from streamlit.components.v2 import component

_HERE = Path(__file__).parent


@cache
def _mounted() -> Any:
    return component(
        "anju_workbench",
        html='<div class="root"></div>',
        css=(_HERE / "workbench_list.css").read_text(encoding="utf-8"),
        js=(_HERE / "workbench_list.js").read_text(encoding="utf-8"),
    )


def workbench_list(data: Mapping[str, Any], *, key: str, told: Callable[[dict[str, Any]], None]) -> None:
    """Put queue and case on screen; ``told`` hears what the person did before the page is drawn again.

    The browser's word is only a word: a mapping of texts and numbers that ``told`` must check.
    """

    def heard() -> None:
        sent = getattr(st.session_state.get(key), "sent", None)
        if isinstance(sent, dict):
            told(sent)

    _mounted()(data=dict(data), key=key, on_sent_change=heard)
