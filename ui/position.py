"""Where the phone is: asked of the browser by itself, once a visit, again on a tap."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import streamlit as st
from streamlit.components.v2 import component

_JS = (Path(__file__).parent / "position.js").read_text(encoding="utf-8")
_CSS = """
.ask { min-height: 44px; width: 100%; border: 1px solid var(--st-border-color); border-radius: 10px; background: #fff;
  font: inherit; color: inherit; text-align: left; padding: 8px 12px; }
"""


@dataclass(frozen=True)
class Fix:
    """A position as the browser tells it: degrees of WGS 84 and the accuracy in metres."""

    lon: float
    lat: float
    accuracy_m: float | None


@cache
def _mounted() -> Any:
    return component("anju_position", html='<button class="ask" type="button"></button>', css=_CSS, js=_JS)


def position(words: dict[str, str], *, key: str) -> Fix | None:
    """Show where the phone is and return it; None until the browser has told, or if it refuses.

    ``words`` are the phrases ``asking``, ``found`` (with ``{m}``), ``refused`` and ``again``.
    """
    told = _mounted()(data=words, key=key, on_fix_change=lambda: None)
    return read_fix(getattr(told, "fix", None) or st.session_state.get(key, {}).get("fix"))


def read_fix(told: Any) -> Fix | None:
    """The browser's word as a position; None for anything that is none."""
    try:
        lon, lat = float(told["lon"]), float(told["lat"])
        accuracy = told.get("accuracy_m")
        if not (-180 <= lon <= 180 and -90 <= lat <= 90):
            return None
        return Fix(lon, lat, None if accuracy is None else max(0.0, float(accuracy)))
    except (TypeError, ValueError, KeyError, AttributeError):
        return None
