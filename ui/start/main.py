"""The desk: finds out who is there, shows the pages of their role, and nothing else.

It stands apart from ``ui/pages``: Streamlit would take a folder of that name beside it for pages of its own making,
without the check of the role.
"""

import gc
import importlib
from collections.abc import Callable
from pathlib import Path

import streamlit as st

from db.errors import DatabaseLostError
from gis.errors import AnjuError
from inspections.access import PAGES, RefusedError
from ui.frame import dress, header, refusal, signed_out
from ui.state import View, current, show_flashes
from words import say, say_error

FAVICON = Path(__file__).parents[2] / "api" / "static" / "favicon.svg"
WITHOUT_TAB = frozenset({"visit", "house", "ticket", "messages", "channels"})


@st.cache_resource
def _settle() -> None:
    # Streamlit collects all garbage after every rerun; what the imports left will never be garbage.
    gc.collect()
    gc.freeze()


def _runner(name: str, view: View) -> Callable[[], None]:
    def run() -> None:
        try:
            view.actor.require_page(name)
            importlib.import_module(f"ui.pages.{name}").page(view)
        except RefusedError as error:
            refusal(view, error)
        except AnjuError as error:
            st.error(view.error(error))

    return run


def _pages(view: View) -> dict[str, "st.Page"]:
    return {
        name: st.Page(
            _runner(name, view),
            title=view.say(f"nav.{name}"),
            url_path=name,
        )
        for name in PAGES
    }


def main() -> None:
    """Run one rerun of the desk."""
    st.set_page_config(page_title=say("nav.product"), page_icon=str(FAVICON), layout="wide")
    try:
        view = current()
    except DatabaseLostError as error:
        st.error(say_error(error))
        return
    if view is None:
        signed_out()
        return
    pages = _pages(view)
    st.session_state["_pages"] = pages
    front = st.Page(_runner(view.home, view), title=view.say("nav.product"), default=True)
    chosen = st.navigation([front, *pages.values()], position="hidden")
    dress(view)
    tabs = {name: page for name, page in pages.items() if view.actor.may_open(name) and name not in WITHOUT_TAB}
    header(view, tabs)
    show_flashes()
    chosen.run()
    _settle()


main()
