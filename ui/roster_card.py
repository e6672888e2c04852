"""One inspector's card on the roster: leave, hours, skills, and handing the grids over with the open work in view."""

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import streamlit as st

from actions import roster as deeds
from db import roster
from db.query import Row
from gis.errors import AnjuError
from gis.travel import Mode
from inspections.access import Place
from inspections.roster import Person
from layers.escape import html
from layers.style import RISK_ORDER
from ui import parts
from ui.state import View, flash, reading

if TYPE_CHECKING:
    from ui.pages.roster import Week

MOST_TICKETS = 12


def draw(view: View, row: Row, person: Person, week: "Week") -> None:
    """Draw the card; what may not be edited is only shown."""
    with reading() as connection:
        work = roster.open_work(connection, county=view.county, account_id=person.account_id,
                                grid_ids=row["main_grids"], on=view.at.date())  # fmt: skip
        leaves = [one for one in roster.leaves(connection, county=view.county, first=view.at.date(),
                                               last=view.at.date() + timedelta(days=366))
                  if one["account_id"] == person.account_id]  # fmt: skip
    st.html(f'<section class="anju-card"><div class="anju-gridhead"><b>{html(row["name"])}</b>'
            f'<small class="anju-muted">{html(row["login"])}</small></div>{_work(view, work)}</section>')  # fmt: skip
    if not view.actor.may("duty.edit", Place(county=view.county, grid=row["grid"])):
        return
    _leave(view, person, leaves)
    with st.expander(view.say("roster.hours"), key="roster_hours"):
        _hours(view, person, week)
    with st.expander(view.say("roster.skills"), key="roster_skills"):
        _skills(view, person)
    if row["main_grids"]:
        with st.expander(view.say("roster.hand_over"), key="roster_hand_over"):
            _hand_over(view, person, week, work)


def _work(view: View, work: dict[str, list[Row]]) -> str:
    due = {one["colour"]: one["n"] for one in work["due"]}
    chips = "".join(
        f'{parts.risk_chip(view, colour)}<b class="anju-n">{due[colour]:,}</b> '
        for colour in RISK_ORDER if due.get(colour)
    )  # fmt: skip
    stops = sum(one["n"] for one in work["stops"])
    tickets = "".join(
        f"<li>{parts.link(parts.ticket_link(one['number']), one['number'])} {html(one['short'])}</li>"
        for one in work["tickets"][:MOST_TICKETS]
    )
    said = view.say("roster.open_work", tickets=len(work["tickets"]), due=f"{sum(due.values()):,}", stops=stops)
    return f'<p>{html(said)}</p><div>{chips}</div><ul class="anju-past">{tickets}</ul>'


def _leave(view: View, person: Person, leaves: list[Row]) -> None:
    for one in leaves:
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            span = {"first": f"{one['since']:%m-%d}", "last": f"{one['until'] - timedelta(days=1):%m-%d}"}
            told = view.say("roster.leave_of", kind=view.say(f"roster.leave.{one['kind']}"), **span)
            st.html(f'<span class="anju-chip">{html(told)}</span>')
            st.button(view.say("roster.take_back"), key=f"leave_{one['id']}", type="tertiary", on_click=_take_back,
                      args=(view, one["id"]))  # fmt: skip
    with st.form(f"leave_{person.account_id}", border=True):
        kind = st.segmented_control(view.say("roster.leave_kind"), deeds.LEAVE_KINDS, default="annual", required=True,
                                    format_func=lambda name: view.say(f"roster.leave.{name}"))  # fmt: skip
        left, right = st.columns(2)
        first = left.date_input(view.say("roster.first"), value=view.at.date(), format="YYYY-MM-DD")
        last = right.date_input(view.say("roster.last"), value=view.at.date(), format="YYYY-MM-DD")
        if st.form_submit_button(view.say("roster.give_leave"), type="primary"):
            done = _try(view, deeds.give_leave, person.account_id, first=first, last=last, kind=kind or "other")
            if done:
                flash(view.say("roster.leave_given"))
                st.rerun()


def _take_back(view: View, leave_id: int) -> None:
    try:
        deeds.take_back_leave(leave_id, actor=view.actor)
    except AnjuError as error:
        flash(view.error(error), kind="error")


def _hours(view: View, person: Person, week: "Week") -> None:
    own, usual = person.hours_on(view.at.date()), week.usual
    held: Any = own or usual
    weekdays = sorted(own.weekdays) if own else [0, 1, 2, 3, 4]
    with st.form(f"hours_{person.account_id}", border=False):
        days = st.pills(view.say("roster.weekdays"), list(range(7)), default=weekdays, selection_mode="multi",
                        format_func=lambda n: view.say(f"today.weekday.{n}"))  # fmt: skip
        left, right = st.columns(2)
        start = left.number_input(view.say("roster.start"), 0.0, 24.0, held.start_minute / 60, 0.5)
        end = right.number_input(view.say("roster.end"), 0.0, 24.0, held.end_minute / 60, 0.5)
        longest = left.number_input(view.say("roster.longest"), 0.5, 24.0, held.max_minutes / 60, 0.5)
        mode = right.selectbox(view.say("roster.mode"), [str(one) for one in Mode],
                               index=[str(one) for one in Mode].index(held.travel_mode or usual.travel_mode),
                               format_func=lambda name: view.say(f"plans.mode.{name}"))  # fmt: skip
        since = st.date_input(view.say("roster.since"), value=view.at.date(), format="YYYY-MM-DD")
        if st.form_submit_button(view.say("roster.save"), type="primary") and _try(
            view, _set_hours, person, tuple(days), (start, end, longest), mode, since
        ):
            flash(view.say("roster.saved"))
            st.rerun()


def _set_hours(
    person: Person, days: tuple[int, ...], hours: tuple[float, float, float], mode: str, since: date, *, actor: Any
) -> None:
    own = person.hours_on(since)
    start, end, longest = (round(60 * one) for one in hours)
    made = deeds.Hours(days, start, end, longest, mode, own.start if own else None)
    deeds.set_hours(person.account_id, made, actor=actor, since=since)


def _skills(view: View, person: Person) -> None:
    with st.form(f"skills_{person.account_id}", border=False):
        held = st.pills(view.say("roster.skills"), deeds.SKILLS, default=sorted(person.skills), selection_mode="multi",
                        label_visibility="collapsed",
                        format_func=lambda name: view.say(f"roster.skill.{name}"))  # fmt: skip
        if st.form_submit_button(view.say("roster.save"), type="primary") and _try(
            view, deeds.set_skills, person.account_id, list(held), since=view.at.date()
        ):
            flash(view.say("roster.saved"))
            st.rerun()


def _hand_over(view: View, person: Person, week: "Week", work: dict[str, list[Row]]) -> None:
    others = {key: one.name for key, one in week.people.items() if key != person.account_id}
    st.caption(view.say("roster.hand_over_hint"))
    to = st.selectbox(view.say("roster.to"), list(others), index=None, format_func=lambda key: others.get(key, ""),
                      placeholder=view.say("grids.person_pick"), key="hand_over_to")  # fmt: skip
    on = st.date_input(view.say("roster.since"), value=view.at.date(), format="YYYY-MM-DD", key="hand_over_on")
    if to is None:
        return
    asks = view.marked("roster.hand_over_asks", who=person.name, to=others[to], tickets=len(work["tickets"]))
    st.warning(asks)
    if st.button(view.say("roster.hand_over_do"), type="primary", key="hand_over_do") and _try(
        view, deeds.hand_over, person.account_id, to, on=on
    ):
        flash(view.marked("roster.handed_over", to=others[to]))
        st.rerun()


def _try(view: View, deed: Any, *args: Any, **fields: Any) -> bool:
    """Do a deed as whoever is there; say what keeps it from being done."""
    try:
        deed(*args, actor=view.actor, **fields)
    except AnjuError as error:
        st.error(view.error(error))
        return False
    return True
