"""What was arranged with houses in a week, and arranging one more."""

from datetime import date

import streamlit as st

from actions import roster as deeds
from db import house, roster
from gis.errors import AnjuError
from layers.escape import html
from ui import parts
from ui.frame import empty
from ui.messages import day
from ui.state import View, flash, reading


def draw(view: View, first: date, last: date) -> None:
    """Draw the week's arrangements and the form for another."""
    with reading() as connection:
        rows = roster.appointments(connection, county=view.county, first=first, last=last)
    st.html(f'<h2 class="anju-h2">{html(view.say("roster.appointments", n=len(rows)))}</h2>')
    if not rows:
        empty(view.say("roster.no_appointments"), hint=view.say("roster.no_appointments_hint"))
    for row in rows:
        with st.container(horizontal=True, vertical_alignment="center", gap="small", key=f"arranged_{row['id']}"):
            st.html(f'<div class="anju-stop">{parts.shape(row["colour"])}<div>'
                    f"{parts.link(parts.house_link(row['code']), row['short'], kind='anju-stopname')}"
                    f"<span>{html(day(row['on_date'], today=view.at.date(), lang=view.lang))} {html(_hours(view, row))}"
                    "</span></div></div>")  # fmt: skip
            st.button(view.say("roster.call_off"), key=f"call_off_{row['id']}", type="tertiary", on_click=_call_off,
                      args=(view, row["id"]))  # fmt: skip
    _form(view, first)


def _hours(view: View, row: parts.Row) -> str:
    if row["from_minute"] is None:
        return view.say("roster.any_time")
    clocks = (f"{minute // 60}:{minute % 60:02d}" for minute in (row["from_minute"], row["until_minute"]))
    return "–".join(clocks)


def _form(view: View, first: date) -> None:
    with st.form("arrange", border=True, clear_on_submit=True):
        code = st.text_input(view.say("roster.house"), help=view.say("roster.house_help"), max_chars=40)
        on = st.date_input(view.say("roster.day"), value=max(first, view.at.date()), min_value=view.at.date(),
                           format="YYYY-MM-DD")  # fmt: skip
        left, right = st.columns(2)
        opens = left.time_input(view.say("roster.from"), value=None, step=1800)
        closes = right.time_input(view.say("roster.until"), value=None, step=1800)
        if st.form_submit_button(view.say("roster.arrange"), type="primary"):
            window = None
            if opens is not None or closes is not None:
                window = (_minute(opens) if opens else 0, _minute(closes) if closes else 24 * 60)
            _arrange(view, code.strip(), on, window)


def _minute(at: object) -> int:
    return int(getattr(at, "hour", 0)) * 60 + int(getattr(at, "minute", 0))


def _arrange(view: View, code: str, on: date, window: tuple[int, int] | None) -> None:
    try:
        with reading() as connection:
            found = house.one(connection, county=view.county, key=code)
        deeds.arrange(found["id"], actor=view.actor, on=on, window=window)
    except AnjuError as error:
        st.error(view.error(error))
        return
    flash(view.marked("roster.arranged", address=found["short"]))
    st.rerun()


def _call_off(view: View, key: int) -> None:
    try:
        deeds.call_off(key, actor=view.actor)
    except AnjuError as error:
        flash(view.error(error), kind="error")
