"""One grid: what lies in it, who is on duty over which days, and putting somebody on duty."""

from datetime import date, timedelta
from typing import Any

import streamlit as st

from actions import grids as deeds
from db import grid, house
from db.grid import DutyKind
from db.query import Row
from gis.errors import AnjuError
from inspections.access import Place
from layers.escape import html
from layers.style import RISK_ORDER
from ui import parts
from ui.messages import day
from ui.state import View, flash, reading

KINDS: tuple[DutyKind, ...] = ("main", "backup")


def draw(view: View, one: Any, others: dict[int, str]) -> None:
    """Draw the card of a grid (a row of ``db.grid.grids_frame``); ``others`` are grids to put on duty along with it."""
    with reading() as connection:
        colours = house.colours(connection, county=view.county, grid_ids=[int(one["id"])])
        duties = grid.duties(connection, county=view.county, grid_id=int(one["id"]))
        people = grid.inspectors(connection, county=view.county)
    head = (
        f'<div class="anju-gridhead"><b>{html(one["name"])}</b><code class="anju-code">{html(one["code"])}</code></div>'
    )
    counts = "".join(
        f'{parts.risk_chip(view, colour)}<b class="anju-n">{colours[colour]:,}</b> '
        for colour in RISK_ORDER if colours.get(colour)
    ) or html(view.say("grids.no_houses"))  # fmt: skip
    told = html(view.say("grids.houses", n=f"{one['houses']:,}"))
    st.html(f'<section class="anju-card">{head}<p>{told}</p><div>{counts}</div>{_duties(view, duties)}</section>')
    if view.actor.may("duty.edit", Place(county=view.county, grid=one["code"])):
        _assign(view, one, people, others)
        _relieve(view, one, duties)


def running(duties: list[Row], kind: str, on: date) -> Row | None:
    """Who holds a kind of duty on a day."""
    held = (row for row in duties if row["kind"] == kind and row["since"] <= on)
    return next((row for row in held if row["until"] is None or on < row["until"]), None)


def _duties(view: View, duties: list[Row]) -> str:
    today = view.at.date()
    lines = "".join(_now(view, kind, running(duties, kind, today)) for kind in KINDS)
    past = [row for row in duties if row not in [running(duties, kind, today) for kind in KINDS]]
    told = "".join(_past(view, row) for row in past)
    history = f'<ul class="anju-past">{told}</ul>' if past else ""
    return f'<div class="anju-duty">{lines}</div>{history}'


def _past(view: View, row: Row) -> str:
    kind = view.say(f"grids.kind.{row['kind']}")
    return f"<li>{html(kind)} {html(row['name'])} <small>{html(_span(view, row))}</small></li>"


def _now(view: View, kind: str, row: Row | None) -> str:
    name = html(view.say(f"grids.kind.{kind}"))
    if row is None:
        vacant = "anju-soon" if kind == "main" else "anju-muted"
        return f'<div><span>{name}</span><b class="{vacant}">{html(view.say(f"grids.vacant.{kind}"))}</b></div>'
    return f"<div><span>{name}</span><b>{html(row['name'])}</b><small>{html(_span(view, row))}</small></div>"


def _span(view: View, row: Row) -> str:
    until = f"{row['until'] - timedelta(days=1):%Y-%m-%d}" if row["until"] else view.say("grids.open_end")
    return view.say("grids.span", since=f"{row['since']:%Y-%m-%d}", until=until)


def _assign(view: View, one: Any, people: list[Row], others: dict[int, str]) -> None:
    names = {row["id"]: f"{row['name']} · {row['login']}" for row in people}
    with st.form(f"duty_{one['code']}", border=True):
        st.html(f'<h2 class="anju-h2">{html(view.say("grids.assign"))}</h2>')
        kind = st.segmented_control(view.say("grids.kind_label"), KINDS, default="main", required=True,
                                    format_func=lambda name: view.say(f"grids.kind.{name}"))  # fmt: skip
        person = st.selectbox(view.say("grids.person"), list(names), index=None,
                              format_func=lambda key: names.get(key, ""),
                              placeholder=view.say("grids.person_pick"))  # fmt: skip
        left, right = st.columns(2)
        since = left.date_input(view.say("grids.since"), value=view.at.date(), format="YYYY-MM-DD")
        until = right.date_input(view.say("grids.until"), value=None, format="YYYY-MM-DD", min_value=view.at.date())
        along = st.multiselect(view.say("grids.along"), list(others), format_func=lambda key: others[key],
                               placeholder=view.say("grids.along_none"))  # fmt: skip
        if st.form_submit_button(view.say("grids.assign_it"), type="primary"):
            _put(view, [int(one["id"]), *along], person, kind=kind, days=(since, until))


def _put(view: View, ids: list[int], person: int | None, *, kind: Any, days: Any) -> None:
    if person is None:
        st.warning(view.say("grids.person_pick"))
        return
    since, until = days
    if until is not None and until < since:
        st.warning(view.say("grids.ends_before"))
        return
    after = until + timedelta(days=1) if until else None
    try:
        deeds.assign_duty(ids, person, actor=view.actor, since=since, until=after, kind=kind)
    except AnjuError as error:
        st.error(view.error(error))
        return
    flash(view.say("grids.assigned", n=len(ids), since=day(since, today=view.at.date(), lang=view.lang)))
    st.rerun()


def _relieve(view: View, one: Any, duties: list[Row]) -> None:
    """End a duty: it says what will be, and asks once."""
    with st.container(horizontal=True, gap="small"):
        for kind in KINDS:
            row = running(duties, kind, view.at.date())
            if row is None:
                continue
            with st.popover(view.say(f"grids.relieve.{kind}")):
                st.caption(view.marked(f"grids.relieve_asks.{kind}", name=row["name"], grid=one["name"]))
                if st.button(view.say("grids.relieve_it"), key=f"relieve_{kind}", type="primary"):
                    _end(view, int(one["id"]), kind)


def _end(view: View, grid_id: int, kind: DutyKind) -> None:
    try:
        deeds.end_duty(grid_id, actor=view.actor, on=view.at.date(), kind=kind)
    except AnjuError as error:
        st.error(view.error(error))
        return
    flash(view.say("grids.relieved"))
    st.rerun()
