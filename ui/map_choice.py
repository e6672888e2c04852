"""Which map program a phone opens for the way to a house; the browser remembers it."""

from functools import cache
from pathlib import Path
from typing import Any

import streamlit as st
from streamlit.components.v2 import component

from gis.map_links import MapApp
from ui.state import View

KEY = "map_app"
_JS = (Path(__file__).parent / "map_choice.js").read_text(encoding="utf-8")
_CSS = """
label { display: flex; align-items: center; gap: 10px; min-height: 44px; font-size: 14px; color: #6B7280; }
select { flex: 1 1 auto; min-height: 44px; border: 1px solid #E5E7EB; border-radius: 10px; background: #fff;
  padding: 0 10px; font: inherit; font-size: 15px; color: #1F2937; }
select:focus-visible { outline: 2px solid #0F766E; outline-offset: 1px; }
"""


@cache
def _mounted() -> Any:
    return component("anju_map_choice", html="<label><span></span><select></select></label>", css=_CSS, js=_JS)


def chosen() -> MapApp:
    """The program taken last; whatever the phone opens by itself where nobody took one."""
    told = st.session_state.get(KEY, {})
    return read_app(told.get("app") if hasattr(told, "get") else getattr(told, "app", None))


def read_app(told: Any) -> MapApp:
    """The browser's word as a program; the phone's own for anything that is none."""
    return next((app for app in MapApp if app == told), MapApp.GEO)


def draw(view: View) -> None:
    """Draw the choice; the page is drawn again when another is taken."""
    options = [[str(app), view.say(f"round_out.app.{app}")] for app in MapApp]
    data = {"label": view.say("round_out.map_app"), "options": options, "chosen": str(chosen())}
    _mounted()(data=data, key=KEY, on_app_change=lambda: None)
