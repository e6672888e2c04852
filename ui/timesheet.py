"""Hours of a period: one line a person, a chart of the days, done beside planned, and the workbook of it."""

from datetime import date, timedelta
from functools import partial
from itertools import product

import altair as alt
import pandas as pd
import streamlit as st

from actions.timesheet import Timesheet, take_hours, tell_hours
from gis.errors import AnjuError
from inspections.timesheet import LONGEST, PAUSE, DayRow, Total, totals
from layers.escape import attribute, html
from ui.frame import empty
from ui.messages import SHANGHAI
from ui.press import mark, press
from ui.state import COOKIE, View, still_signed_in

CHART_PX, TABLE_DAYS = 300, 62
LINE = "#E5E7EB"
BARS = {"done_door": "#0F766E", "done_way": "#7CBBB2", "plan_door": "#9CA3AF", "plan_way": "#D1D5DB"}
COLUMNS = ("inspector", "days", "visits", "houses", "entered", "door_minutes", "way_minutes", "planned")
DAY_COLUMNS = ("on", "first_at", "last_at", "houses", "door_minutes", "way_minutes", "pause_minutes", "planned")
MINUTE = timedelta(minutes=1)


def draw(view: View) -> None:
    """Draw the period in the fields above it, everybody or the one person that was pressed."""
    first, last = _period(view)
    try:
        told = tell_hours(actor=view.actor, first=first, last=last)
    except AnjuError as error:
        st.error(view.error(error))
        return
    if not told.rows:
        empty(view.say("timesheet.none"), hint=view.say("timesheet.none_hint"))
        return
    who = _who(told)
    rows = [row for row in told.rows if who in {None, row.account_id}]
    left, right = st.columns([54, 46], gap="medium")
    with left:
        press(f'<section class="card"><div class="scroll tall" data-scroll>{_people(view, told, who)}</div></section>',
              key="timesheet_people", told=_pressed)  # fmt: skip
        _download(view, first, last, None if who is None else [who])
    with right:
        _chart(view, rows)
        if who is not None:
            press(f'<section class="card"><div class="scroll" data-scroll>{_days(view, rows)}</div></section>',
                  key="timesheet_days", told=lambda _: None)  # fmt: skip
        st.caption(view.say("timesheet.how", hours=LONGEST // timedelta(hours=1), pause=PAUSE // MINUTE))


def _period(view: View) -> tuple[date, date]:
    today = view.at.date()
    with st.container(horizontal=True, gap="small", vertical_alignment="bottom", key="timesheet_period"):
        first = st.date_input(view.say("timesheet.from"), today.replace(day=1), key="timesheet_from",
                              format="YYYY-MM-DD", width=180)  # fmt: skip
        last = st.date_input(view.say("timesheet.to"), today, key="timesheet_to", format="YYYY-MM-DD", width=180)
    return (first, last) if isinstance(first, date) and isinstance(last, date) else (today, today)


def _who(told: Timesheet) -> int | None:
    """The person that was pressed, if there is anything of theirs in the period."""
    asked = st.session_state.get("timesheet_who")
    return asked if any(row.account_id == asked for row in told.rows) else None


def _pressed(sent: str) -> None:
    if sent.isascii() and sent.isdigit() and len(sent) < 18:
        pressed = int(sent)
        st.session_state["timesheet_who"] = None if st.session_state.get("timesheet_who") == pressed else pressed


def _people(view: View, told: Timesheet, who: int | None) -> str:
    heads = "".join(f'<th class="{"l" if at == 0 else ""}">{html(_head(view, name))}</th>'
                    for at, name in enumerate(COLUMNS))  # fmt: skip
    people = totals(told.rows)
    body = "".join(_person(told, one, chosen=one.account_id == who) for one in people)
    return (
        f"<table><thead><tr>{heads}</tr></thead><tbody>{body}</tbody><tfoot>{_all(view, told, people)}</tfoot></table>"
    )


def _head(view: View, name: str) -> str:
    return view.say("timesheet.plan") if name == "planned" else view.say(f"timesheet.field.{name}")


def _person(told: Timesheet, one: Total, *, chosen: bool) -> str:
    key = str(one.account_id)
    kind = ' class="chosen"' if chosen else ""
    return (
        f'<tr data-press={attribute(key)}{kind}><td class="l">{mark(key, html(told.names[one.account_id]))}</td>'
        f"<td>{one.days}</td>{_sums([one])}</tr>"
    )


def _all(view: View, told: Timesheet, people: list[Total]) -> str:
    """The last line: everybody together; the days are those on which anybody was out."""
    days = len({row.on for row in told.rows if row.visits})
    said = html(view.say("timesheet.total", n=len(people)))
    return f'<tr><td class="l"><b>{said}</b></td><td>{days}</td>{_sums(people)}</tr>'


def _sums(people: list[Total]) -> str:
    names = ("visits", "houses", "entered", "door_minutes", "way_minutes", "planned_done", "planned_stops")
    visits, houses, entered, doors, ways, done, stops = (
        round(sum(getattr(one, name) for one in people)) for name in names
    )
    cells = [f"<td>{value:,}</td>" for value in (visits, houses, entered, doors, ways)]
    return "".join(cells) + f"<td>{done:,}/{stops:,}</td>"


def _days(view: View, rows: list[DayRow]) -> str:
    heads = "".join(f'<th class="{"l" if at == 0 else ""}">{html(_head(view, name))}</th>'
                    for at, name in enumerate(DAY_COLUMNS))  # fmt: skip
    body = "".join(_day(row, _pattern(rows)) for row in rows[-TABLE_DAYS:])
    return f"<table><thead><tr>{heads}</tr></thead><tbody>{body}</tbody></table>"


def _pattern(rows: list[DayRow]) -> str:
    """How a day is written: with its year where there are several."""
    return "%m-%d" if len({row.on.year for row in rows}) == 1 else "%Y-%m-%d"


def _day(row: DayRow, pattern: str) -> str:
    first, last = (f"{at.astimezone(SHANGHAI):%H:%M}" if at else "—" for at in (row.first_at, row.last_at))
    minutes = (row.door_minutes, row.way_minutes, row.pause_minutes)
    planned = f"{row.planned_done}/{row.planned_stops}" if row.planned_stops else "—"
    cells = [first, last, str(row.houses), *(f"{round(value):,}" for value in minutes), planned]
    return f'<tr><td class="l">{row.on:{pattern}}</td>' + "".join(f"<td>{html(cell)}</td>" for cell in cells) + "</tr>"


def _chart(view: View, rows: list[DayRow]) -> None:
    """Minutes of each day, done on the left and planned on the right of it; doors below, ways above."""
    sums: dict[tuple[date, bool, str], float] = {}
    for row in rows:
        for planned, part in product((False, True), ("door", "way")):
            key = (row.on, planned, part)
            value = getattr(row, f"{'planned_' if planned else ''}{part}_minutes")
            sums[key] = sums.get(key, 0.0) + value
    names = [view.say(f"timesheet.bar.{kind}") for kind in BARS]
    pattern = _pattern(rows)
    which = {False: view.say("timesheet.done"), True: view.say("timesheet.plan")}
    said = {pair: name for pair, name in zip(product(which, ("door", "way")), names, strict=True)}
    told = [(f"{on:{pattern}}", which[planned], said[planned, part], int(part == "way"), round(value, 1))
            for (on, planned, part), value in sums.items()]  # fmt: skip
    frame = pd.DataFrame(told, columns=["day", "which", "part", "order", "minutes"])
    minutes = view.say("timesheet.minutes")
    chart = alt.Chart(frame).mark_bar().encode(
        x=alt.X("day:N", title=None, axis=alt.Axis(labelAngle=0, labelOverlap=True)),
        xOffset=alt.XOffset("which:N", sort=list(which.values())),
        y=alt.Y("minutes:Q", title=minutes, stack="zero", axis=alt.Axis(gridColor=LINE)), order="order:Q",
        color=alt.Color("part:N", title=None, scale=alt.Scale(domain=names, range=list(BARS.values())),
                        legend=alt.Legend(orient="bottom", columns=2)),
        tooltip=[alt.Tooltip("day:N", title=view.say("timesheet.field.on")), alt.Tooltip("part:N", title=" "),
                 alt.Tooltip("minutes:Q", title=minutes)],
    )  # fmt: skip
    st.html(f'<h2 class="anju-h2">{html(view.say("timesheet.chart"))}</h2>')
    st.altair_chart(chart.properties(height=CHART_PX), width="stretch", key="timesheet_chart")


def _download(view: View, first: date, last: date, accounts: list[int] | None) -> None:
    token = st.context.cookies.get(COOKIE)
    st.download_button(
        view.say("timesheet.download"), data=partial(_bytes, view, token, first, last, accounts),
        file_name=f"timesheet-{first:%Y%m%d}-{last:%Y%m%d}.xlsx", key="timesheet_file", icon=":material/download:",
        on_click="ignore",
    )  # fmt: skip


def _bytes(view: View, token: str | None, first: date, last: date, accounts: list[int] | None) -> bytes:
    """The workbook for whoever's session it still is; rights are asked anew at each press."""
    actor = still_signed_in(token, "timesheet.view")
    return take_hours(actor=actor, first=first, last=last, accounts=accounts, lang=view.lang)
