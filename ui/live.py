"""A desk that draws itself anew when something on it has moved, without anybody asking."""

from functools import cache
from pathlib import Path
from typing import Any

from streamlit.components.v2 import component

_JS = Path(__file__).parent / "live.js"


@cache
def _mounted() -> Any:
    return component("anju_live", html="<span></span>", js=_JS.read_text(encoding="utf-8"))


def live() -> None:
    """Keep the page listening; each word of a move is a rerun, and what is drawn then is what the record holds."""
    _mounted()(key="live", on_moved_change=lambda: None, height=0)
