"""What stands around every page: the dress, the bar with the role's tabs, the refusals."""

import base64
from functools import cache
from pathlib import Path

import streamlit as st

from actions import sign_in
from inspections.access import RefusedError
from layers.escape import html
from layers.style import RISK_ORDER, risk_svg
from ui import bell
from ui.state import View
from words import LANGUAGES, say

ICONS = {
    "today": "today", "visit": "fact_check", "my_grid": "grid_on", "me": "person", "inbox": "inbox", "centre": "hub",
    "imports": "upload_file", "workbench": "edit_location_alt", "grids": "dashboard_customize", "plans": "route",
    "roster": "event_available", "routing": "alt_route", "footprints": "domain_add",
    "leader": "monitoring",
    "messages": "notifications", "map": "map", "house": "home", "ticket": "description", "accounts": "manage_accounts",
}  # fmt: skip
_CSS = (Path(__file__).parent / "theme.css").read_text(encoding="utf-8")


def dress(view: View) -> None:
    """Put on the product's styles; the page title is the product's."""
    st.html(f"<style>{_CSS}{_shapes()}</style>")
    st.html(f'<div class="anju-lang" lang="{"zh-CN" if view.lang == "zh" else "en"}"></div>')


@cache
def _shapes() -> str:
    # Streamlit strips SVG from a page's HTML, so the shapes of risk come in as backgrounds.
    rules = []
    for colour in RISK_ORDER:
        svg = risk_svg(colour, 28).replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1)
        data = base64.b64encode(svg.encode()).decode()
        rules.append(f'.anju-shape.{colour}{{background-image:url("data:image/svg+xml;base64,{data}")}}')
    return "".join(rules)


def header(view: View, tabs: dict[str, "st.Page"]) -> None:
    """The bar on top: product, the role's tabs, who is there, language, sign-out."""
    with st.container(key="bar", horizontal=True, vertical_alignment="center", gap="small"):
        st.html(f'<a class="anju-brand" href="/" target="_self">{html(view.say("nav.product"))}</a>')
        with st.container(key="tabs", horizontal=True, gap="small", width="stretch"):
            for name, page in tabs.items():
                # The icon goes on the link: on the page itself Streamlit would fetch a favicon from another host.
                st.page_link(page, icon=f":material/{ICONS[name]}:")
        with st.container(key="who", horizontal=True, gap="small", width="content", vertical_alignment="center"):
            bell.draw(view)
            st.html(f'<span class="anju-who">{html(view.actor.name)}</span>')
            other = next(lang for lang in LANGUAGES if lang != view.lang)
            st.button(view.say("nav.language"), key="language", type="tertiary", on_click=sign_in.speak,
                      args=(view.actor, other))  # fmt: skip
            st.html(f'<a class="anju-out" href="/sign-out" target="_self">{html(view.say("nav.sign_out"))}</a>')


def title(text: str, *, hint: str = "") -> None:
    """A page's headline, quiet and small, with what the page answers beside it."""
    tail = f"<small>{html(hint)}</small>" if hint else ""
    st.html(f'<h1 class="anju-title">{html(text)}{tail}</h1>')


def empty(text: str, *, hint: str = "") -> None:
    """An empty state: what would fill it."""
    st.html(f'<div class="anju-empty"><p>{html(text)}</p><small>{html(hint)}</small></div>')


def refusal(view: View, error: RefusedError) -> None:
    """Say plainly that this is not theirs to see, and lead back."""
    with st.container(key="refusal"):
        st.error(f"**{view.say('nav.refused_title')}** · {view.marked('nav.refused', name=error.fields['name'])}")
        st.caption(view.say("nav.refused_cure"))
        st.html(f'<a class="anju-button" href="/" target="_self">{html(view.say("nav.back_home"))}</a>')


def signed_out() -> None:
    """The session ended while a page was open."""
    st.warning(f"{say('nav.session_over', 'zh')} {say('nav.session_over', 'en')}")
    st.html('<a class="anju-button" href="/sign-in" target="_self">' + html(say("nav.sign_in", "zh")) + "</a>")
