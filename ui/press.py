"""Markup whose marks can be pressed: a figure opens its cases without the page being loaded anew.

The markup is made in Python with every text through ``layers.escape``; whatever carries ``data-press`` answers a tap
with that text. The browser's word is only a word: whoever is told checks it.
"""

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import streamlit as st
from streamlit.components.v2 import component

from layers.escape import attribute

_HERE = Path(__file__).parent


@cache
def _mounted() -> Any:
    return component(
        "anju_press",
        html='<div class="root"></div>',
        css=(_HERE / "press.css").read_text(encoding="utf-8"),
        js=(_HERE / "press.js").read_text(encoding="utf-8"),
    )


def press(markup: str, *, key: str, told: Callable[[str], None]) -> None:
    """Put markup on screen; ``told`` hears what was pressed before the page is drawn again."""

    def heard() -> None:
        sent = getattr(st.session_state.get(key), "press", None)
        if isinstance(sent, str) and sent:
            told(sent)

    _mounted()(data={"markup": markup}, key=key, on_press_change=heard)


def mark(what: str, inner: str, *, kind: str = "mark", title: str = "") -> str:
    """A pressable piece; ``inner`` is markup already."""
    hint = f" title={attribute(title)}" if title else ""
    return f'<button type="button" class={attribute(kind)} data-press={attribute(what)}{hint}>{inner}</button>'
