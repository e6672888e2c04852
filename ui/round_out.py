"""A round taken along: three files to download, the way to the next door in a map program."""

from datetime import date
from functools import partial
from urllib.parse import urlsplit

import streamlit as st

from actions.deed import now
from actions.round_out import RoundFormat, site_of, take_round
from db.query import Row
from db.settings import site_url
from gis.errors import AnjuError
from gis.map_links import map_link
from gis.travel import Mode
from layers.escape import html
from ui import map_choice
from ui.state import COOKIE, View, still_signed_in

ICONS = {RoundFormat.PDF: "print", RoundFormat.XLSX: "table_view", RoundFormat.GPX: "route"}
AT_HOME = {"127.0.0.1", "localhost", "::1"}


def downloads(view: View, account_id: int, on: date) -> None:
    """Draw a button a format; the file is made, and the deed noted, when one is pressed."""
    seen = _seen()
    try:
        site = site_of(seen)
    except AnjuError as error:
        st.error(view.error(error))
        return
    token = st.context.cookies.get(COOKIE)
    with st.container(horizontal=True, gap="small", key="round_out"):
        for form in RoundFormat:
            st.download_button(
                view.say(f"round_out.type.{form}"), data=partial(_bytes, view, token, account_id, form, on, site),
                file_name=f"round-{on:%Y%m%d}-{account_id}.{form}", key=f"round_out_{form}",
                icon=f":material/{ICONS[form]}:", on_click="ignore",
            )  # fmt: skip
    # HTML, for Markdown would make a link of the address and of all the Chinese behind it.
    told = [view.say("round_out.download_hint")]
    if site_url() is None and urlsplit(site).hostname in AT_HOME:
        told.append(view.say("round_out.no_site", site=site))
    st.html("".join(f'<p class="anju-muted"><small>{html(line)}</small></p>' for line in told))


def _seen() -> str | None:
    """The address the reader's browser has the pages from."""
    parts = urlsplit(st.context.url or "")
    return f"{parts.scheme}://{parts.netloc}" if parts.scheme and parts.netloc else None


def _bytes(view: View, token: str | None, account_id: int, form: RoundFormat, on: date, site: str) -> bytes:
    """The file for whoever's session it still is; rights are asked anew at each press."""
    actor = still_signed_in(token, "round.take")
    return take_round(account_id, form, actor=actor, on=on, at=now(), lang=view.lang, site=site).content


def way_to(view: View, to: Row, *, mode: str) -> str:
    """The address that opens the chosen map program at a house; it carries the stop's number at most."""
    name = view.say("round_out.link_name", n=to["seq"])
    return map_link(map_choice.chosen(), to["lon"], to["lat"], name=name, mode=Mode(mode))
