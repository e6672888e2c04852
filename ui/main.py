"""The desk: finds out who is there, shows the pages of their role, and nothing else."""

import gc
import importlib
from collections.abc import Callable

import streamlit as st

from gis.errors import AnjuError
from inspections.access import PAGES, RefusedError
from ui.frame import dress, header, refusal, signed_out
from ui.state import View, current, show_flashes

WITHOUT_TAB = frozenset({"visit", "house", "ticket"})
ICONS = {
    "today": "today", "visit": "fact_check", "my_grid": "grid_on", "me": "person", "inbox": "inbox", "centre": "hub",
    "imports": "upload_file", "grids": "dashboard_customize", "plans": "route", "leader": "monitoring", "map": "map",
    "house": "home", "ticket": "description", "accounts": "manage_accounts",
}  # fmt: skip


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
            icon=f":material/{ICONS[name]}:",
            url_path=name,
        )
        for name in PAGES
    }


def main() -> None:
    """Run one rerun of the desk."""
    view = current()
    if view is None:
        signed_out()
        return
    pages = _pages(view)
    front = st.Page(_runner(view.home, view), title=view.say("nav.product"), default=True)
    chosen = st.navigation([front, *pages.values()], position="hidden")
    dress(view)
    tabs = {name: page for name, page in pages.items() if view.actor.may_open(name) and name not in WITHOUT_TAB}
    header(view, tabs)
    show_flashes()
    chosen.run()
    _settle()


main()
