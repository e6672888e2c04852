"""The bulletin at a touch: exactly the period that is shown, as Word and as a workbook."""

from datetime import date

import streamlit as st

from actions import bulletin as deeds
from gis.errors import AnjuError
from inspections.deadline import SHANGHAI
from ui import period
from ui.state import View, flash

READY = "bulletin_ready"
KINDS = {"docx": "word_file", "xlsx": "excel_file"}


def draw(view: View) -> None:
    """Draw the button, and once it was pressed the two files of the period in the address bar."""
    span = period.chosen(st.query_params.to_dict(), at=view.at)
    days = (span.from_at.astimezone(SHANGHAI).date(), span.last_day(view.at))
    ready, made = st.session_state.get(READY, (None, {}))
    if ready != days:
        st.button(view.say("bulletin.button"), key="bulletin_make", icon=":material/summarize:", on_click=_make,
                  args=(view, days))  # fmt: skip
        return
    for name, content in made.items():
        kind = name.rpartition(".")[2]
        st.download_button(view.say(f"bulletin.{KINDS[kind]}"), content, file_name=name, key=f"bulletin_{kind}",
                           icon=":material/download:", on_click="ignore")  # fmt: skip


def _make(view: View, days: tuple[date, date]) -> None:
    try:
        told = deeds.bulletin(*days, actor=view.actor, at=view.at)
        st.session_state[READY] = (days, deeds.files(told, lang=view.lang))
    except AnjuError as error:
        flash(view.error(error), kind="error")
