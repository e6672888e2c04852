"""The evidence of a case as one file to hand on: put together at a touch, then offered."""

import streamlit as st

from actions import deed
from actions.evidence_pack import export_evidence
from db import ticket
from gis.errors import AnjuError
from ui import parts
from ui.state import View, flash

READY = "evidence_ready"


def draw(view: View, row: parts.Row) -> None:
    """Draw the button for who may hand a case's evidence on."""
    if not view.actor.may("evidence.export", ticket.place_of(row)):
        return
    number, content = st.session_state.get(READY, (None, b""))
    if number == row["number"]:
        st.download_button(view.say("evidence.ready"), content, file_name=f"{number}.zip", mime="application/zip",
                           key="evidence_download", icon=":material/download:", width="stretch")  # fmt: skip
        return
    st.button(view.say("evidence.button"), key="evidence_make", icon=":material/inventory_2:", width="stretch",
              on_click=_make, args=(view, row["number"]))  # fmt: skip


def _make(view: View, number: str) -> None:
    try:
        st.session_state[READY] = (number, export_evidence(number, actor=view.actor, at=deed.now()))
    except AnjuError as error:
        flash(view.error(error), kind="error")
