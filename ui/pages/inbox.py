"""A department clerk's day: what came in, the worst clock first, and the case that is open beside it."""

from datetime import datetime

import streamlit as st

from actions import deed, tickets
from db import kpi, ticket
from gis.errors import AnjuError
from inspections.access import Actor
from inspections.deadline import SHANGHAI
from inspections.kpi import INDICATORS, Indicator
from inspections.role import AreaKind, Role
from inspections.ticket import Event, State
from layers.escape import html
from ui import case_steps, desk, parts
from ui.state import View, current, reading
from ui.worklist import Chip

CHIPS = ("all", *ticket.CHIPS)
KINDS = {"soon": "soon", "overdue": "late"}
MINE = ("handling_on_time", "closure_on_time", "rework", "overdue_open")
PARTS: tuple[kpi.Part, ...] = ("denominator", "numerator")
DONE = "inbox_done"


def page(view: View) -> None:
    """Draw the inbox of the department this person sits in."""
    code = department(view.actor)
    named = next((row for row in INDICATORS if row.key in MINE and row.key == st.query_params.get("kpi")), None)
    counts = _counts(view, code)
    _line(view, code, named)
    _said(view)
    desk.draw(view, _inbox(view, code, counts) if named is None else _behind(view, code, named))
    desk.watch(counts, lambda here: _counts(here, code))


def department(actor: Actor) -> str:
    """The department whose desk this is: that of the first grant as a clerk."""
    for grant in actor.grants:
        if grant.role is Role.DEPARTMENT and grant.area_kind is AreaKind.DEPARTMENT:
            return grant.area_code
    return actor.department or ""


def _counts(view: View, code: str) -> dict[str, int]:
    with reading() as connection:
        return ticket.chips(connection, county=view.county, department=code, now=view.at)


def _inbox(view: View, code: str, counts: dict[str, int]) -> desk.Desk:
    chip = desk.chosen_chip(CHIPS, "all")
    named = next((name for name in ticket.CHIPS if name == chip), None)

    def rows(told: desk.Filters) -> list[parts.Row]:
        with reading() as connection:
            found = ticket.inbox(
                connection, county=view.county, department=code, now=view.at, town=told.town, hazard=told.hazard,
                words=told.words, chip=named, limit=told.limit + 1,
            )  # fmt: skip
        return _visible(view, found)

    chips = [Chip(name, view.say(f"inbox.chip.{name}"), counts.get(name, 0), KINDS.get(name, "")) for name in CHIPS]
    return desk.Desk("inbox", chips, chip, rows, batch=lambda numbers: _accept(view, numbers),
                     keys=("j", "k", "x", "a", "t", "r", "slash"))  # fmt: skip


def _visible(view: View, rows: list[parts.Row]) -> list[parts.Row]:
    return [row for row in rows if view.actor.may("ticket.view", ticket.place_of(row))]


def _accept(view: View, numbers: list[str]) -> None:
    """Accept, or sign for, each ticked ticket; one that cannot be is named with its reason, the others go through."""
    here = current()
    if here is None or here.actor.account_id != view.actor.account_id:
        return
    done, failed = 0, []
    for number in numbers[: desk.PAGE_ROWS * 10]:
        try:
            _accept_one(here, number)
            done += 1
        except AnjuError as error:
            failed.append(f"{number}: {case_steps.words(here, error)}")
    st.session_state[DONE] = (done, failed)


def _accept_one(view: View, number: str) -> None:
    with reading() as connection:
        row = ticket.by_number(connection, view.county, number, now=view.at)
    event = Event.SIGN if row["state"] == State.RETURNED else Event.ACCEPT
    tickets.take_step(row["id"], event, actor=view.actor, at=deed.now(), expect=State(row["state"]))


def _said(view: View) -> None:
    done, failed = st.session_state.pop(DONE, (0, []))
    if done:
        parts.put(f'<div class="anju-said success">{html(view.say("inbox.accepted", n=done))}</div>')
    if failed:
        lines = "".join(f"<br>{html(line)}" for line in failed)
        head = html(view.say("inbox.not_accepted", n=len(failed)))
        parts.put(f'<div class="anju-said error">{head}{lines}</div>')


def _month(at: datetime) -> datetime:
    return at.astimezone(SHANGHAI).replace(day=1, hour=0, minute=0, second=0, microsecond=0)


def _line(view: View, code: str, named: Indicator | None) -> None:
    """The department's own figures of the month in one line; each leads to its cases."""
    minute = view.at.replace(second=0, microsecond=0)
    counts = _figures(view.county, code, _month(minute), minute)
    with st.container(key="desk_line", horizontal=True, gap="small", vertical_alignment="center"):
        name = view.say(f"department.{code}") if code else ""
        parts.put(f'<b class="anju-lineof">{html(view.say("inbox.line", department=name))}</b>')
        for row in (row for row in INDICATORS if row.key in MINE):
            on, of, percent = counts.get(row.key, (0, 0, None))
            said = f"{view.say(row.name_key)} {'—' if percent is None else f'{percent} %'} ({on}/{of})"
            st.button(said, key=f"line_{row.key}", type="secondary" if named is row else "tertiary",
                      icon=":material/close:" if named is row else None,
                      help=view.say(row.formula_key), on_click=_open_figure, args=(row.key,))  # fmt: skip


@st.cache_data(ttl=60, max_entries=200, show_spinner=False)
def _figures(county: str, code: str, from_at: datetime, at: datetime) -> dict[str, tuple[int, int, str | None]]:
    with reading() as connection:
        groups = kpi.indicators(connection, county=county, from_at=from_at, to_at=at, by="department", as_of=at)
    own = next((group for group in groups if group.key == code), None)
    if own is None:
        return {}
    return {
        key: (rate.numerator, rate.denominator, None if rate.percent is None else str(rate.percent))
        for key, rate in own.rates.items()
    }


def _open_figure(key: str) -> None:
    shut = st.query_params.get("kpi") == key
    st.query_params.pop("number", None)
    st.query_params.pop("chip", None)
    if shut:
        st.query_params.pop("kpi", None)
    else:
        st.query_params["kpi"] = key


def _behind(view: View, code: str, row: Indicator) -> desk.Desk:
    """The cases behind one figure: all that count, or those that count as done."""
    part = next(name for name in PARTS if name == desk.chosen_chip(PARTS, PARTS[0]))
    minute = view.at.replace(second=0, microsecond=0)
    on, of, _ = _figures(view.county, code, _month(minute), minute).get(row.key, (0, 0, None))

    def rows(told: desk.Filters) -> list[parts.Row]:
        with reading() as connection:
            found = kpi.cases(
                connection, county=view.county, from_at=_month(minute), to_at=minute, indicator=row.key, part=part,
                by="department", key=code, as_of=minute, limit=told.limit + 1,
            )  # fmt: skip
        return _visible(view, found)

    chips = [Chip("denominator", view.say(f"kpi.count.{row.denominator}"), of),
             Chip("numerator", view.say(f"kpi.count.{row.numerator}"), on)]  # fmt: skip
    return desk.Desk("inbox", chips, part, rows, keys=("j", "k"), filtered=False)
