"""The roster: a week of a town's inspectors, who is away and who stands in, what was arranged, one person's card."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

import streamlit as st

from db import division, roster
from db.query import Row
from inspections.access import Place
from inspections.day import WorkingDay, working_day
from inspections.roster import Person, coverage, day_of
from layers.escape import attribute, html
from ui import roster_card, roster_houses, timesheet
from ui.frame import empty, title
from ui.press import mark, press
from ui.state import View, reading

DAYS = 7
COUNTY = "county"
VIEWS = ("week", "hours")


def page(view: View) -> None:
    """Draw the week in the address bar; the town and the chosen person stand there too."""
    view.actor.require("duty.edit")
    title(view.say("roster.title"), hint=view.say("roster.hint"))
    if view.actor.may("timesheet.view"):
        shown = st.segmented_control(view.say("timesheet.view"), VIEWS, default=VIEWS[0], required=True,
                                     key="roster_view", format_func=lambda name: view.say(f"timesheet.views.{name}"),
                                     label_visibility="collapsed")  # fmt: skip
        if shown == "hours":
            timesheet.draw(view)
            return
    with reading() as connection:
        towns = division.listed(connection, county=view.county, level="town", on=view.at.date())
    names = {row["code"]: row["name"] for row in towns if _may_see(view, row["code"])}
    if not names:
        empty(view.say("roster.no_towns"), hint=view.say("roster.no_towns_hint"))
        return
    town, first = _choose(view, names)
    week = _week(view, town, first)
    left, right = st.columns([66, 34], gap="medium")
    with left:
        _table(view, week)
        _vacancies(view, week)
    with right:
        chosen = week.people.get(_number(st.query_params.get("who", "")))
        if chosen is None:
            roster_houses.draw(view, first, first + timedelta(days=DAYS - 1))
        else:
            st.button(view.say("roster.back"), key="roster_back", icon=":material/arrow_back:", on_click=_shut)
            roster_card.draw(view, week.rows[chosen.account_id], chosen, week)


def _may_see(view: View, town: str) -> bool:
    return view.actor.may("duty.edit", Place(county=view.county, town=town))


def _number(told: str) -> int:
    return int(told) if told.isascii() and told.isdigit() and len(told) < 18 else 0


def _shut() -> None:
    st.query_params.pop("who", None)


def _choose(view: View, names: dict[str, str]) -> tuple[str, date]:
    told = st.query_params.get("town", "")
    if "roster_town" not in st.session_state:
        st.session_state["roster_town"] = told if told in names else next(iter(names))
    today = view.at.date()
    with st.container(horizontal=True, gap="small", vertical_alignment="bottom", key="roster_top"):
        town = st.selectbox(view.say("roster.town"), list(names), key="roster_town", width=240, on_change=_shut,
                            format_func=lambda code: names[code])  # fmt: skip
        on = st.date_input(view.say("roster.week_of"), value=today, key="roster_on", format="YYYY-MM-DD", width=180)
    day = on if isinstance(on, date) else today
    return str(town), day - timedelta(days=day.weekday())


class Week:
    """A town's week: its people with their rows of the record, its duties by grid, and who looks after what."""

    def __init__(self, days: Sequence[date], rows: Mapping[int, Row], people: Mapping[int, Person],
                 duties: Sequence[Row], usual: WorkingDay) -> None:  # fmt: skip
        self.days, self.rows, self.people, self.duties, self.usual = days, rows, people, duties, usual
        self.cover = coverage(roster.held(duties), people, days)
        self.grids = {row["grid_id"]: row["grid"] for row in duties}
        self.codes = {row["grid_id"]: row["code"] for row in duties}


def _week(view: View, town: str, first: date) -> Week:
    span: dict[str, Any] = {"county": view.county, "first": first, "last": first + timedelta(days=DAYS - 1)}
    with reading() as connection:
        usual = working_day(division.county(connection, view.county)["settings"])
        duties = [row for row in roster.duties(connection, **span) if row["village"][:9] == town]
        here = {row["account_id"] for row in duties}
        rows = {row["account_id"]: row for row in roster.people(connection, **span)
                if row["account_id"] in here or row["town"] is None}  # fmt: skip
        people = roster.persons(connection, list(rows.values()), **span)
    days = [first + timedelta(days=step) for step in range(DAYS)]
    return Week(days, rows, people, duties, usual)


def _table(view: View, week: Week) -> None:
    heads = "".join(
        f'<th class="{"today" if day == view.at.date() else ""}">{html(view.say(f"today.weekday.{day.weekday()}"))}'
        f'<br><small>{day:%m-%d}</small></th>' for day in week.days
    )  # fmt: skip
    ordered = sorted(
        week.people.values(), key=lambda one: (not week.rows[one.account_id]["main_grids"], one.account_id)
    )
    body = "".join(_row(view, one, week) for one in ordered)
    if not body:
        empty(view.say("roster.nobody"), hint=view.say("roster.nobody_hint"))
        return
    table = (
        f'<table class="roster"><thead><tr><th class="l">{html(view.say("roster.person"))}</th>{heads}</tr></thead>'
        f"<tbody>{body}</tbody></table>"
    )
    press(f'<section class="card"><div class="scroll" data-scroll>{table}</div></section>', key="roster_week",
          told=_pressed)  # fmt: skip


def _pressed(sent: str) -> None:
    if _number(sent):
        st.query_params["who"] = sent


def _row(view: View, one: Person, week: Week) -> str:
    row, key = week.rows[one.account_id], str(one.account_id)
    grids = view.say("roster.grids", main=len(row["main_grids"]), backup=len(row["backup_grids"]))
    cells = "".join(_cell(view, one, day, week) for day in week.days)
    skills = "".join(
        f' <span class="tag">{html(view.say(f"roster.skill.{name}"))}</span>' for name in sorted(one.skills)
    )
    return (
        f'<tr data-press={attribute(key)}><td class="l">{mark(key, html(one.name))}{skills}<br>'
        f'<small class="muted">{html(grids)}</small></td>{cells}</tr>'
    )


def _cell(view: View, one: Person, day: date, week: Week) -> str:
    """Hours in black, leave in amber, what is taken over from somebody else said beside them; a day off is a dash."""
    if one.is_away(day):
        return f'<td><span class="tag warn">{html(view.say("roster.away"))}</span></td>'
    worked = day_of(one, day, week.usual)
    if worked is None:
        return '<td class="muted">—</td>'
    stands = sum(1 for grid, who in week.cover.on[day].items() if who == one.account_id
                 and week.cover.main.get(grid) != one.account_id)  # fmt: skip
    extra = f'<br><span class="tag good">{html(view.say("roster.stands_in", n=stands))}</span>' if stands else ""
    hours = f"{_clock(worked.start_minute)}–{_clock(worked.end_minute)}"
    return f"<td><small>{hours}</small>{extra}</td>"


def _clock(minute: float) -> str:
    return f"{int(minute) // 60}:{int(minute) % 60:02d}"


def _vacancies(view: View, week: Week) -> None:
    """Grids of the town that somebody should look after on a working day and nobody does."""
    lines = []
    for day in week.days:
        open_day = any(day_of(one, day, week.usual) for one in week.people.values())
        bare = [week.codes[grid] for grid in week.grids if grid not in week.cover.on[day]] if open_day else []
        if bare:
            named = ", ".join(f"{week.grids[grid]}" for grid in week.grids if week.codes[grid] in bare)
            lines.append(f"<li><b>{day:%m-%d}</b> {html(view.say('roster.vacant', n=len(bare)))} {html(named)}</li>")
    if lines:
        st.html(f'<section class="anju-card anju-vacant"><h2 class="anju-h2">{html(view.say("roster.vacancies"))}</h2>'
                f"<ul>{''.join(lines)}</ul></section>")  # fmt: skip
