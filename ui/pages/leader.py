"""The leader's wall: how much is closed in time, where not, what is about to run late; every number opens its cases."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any, Literal

import altair as alt
import pandas as pd
import streamlit as st
from streamlit_folium import st_folium

from db.kpi import Group
from db.query import Row
from inspections.access import Place
from inspections.deadline import SHANGHAI
from inspections.kpi import INDICATORS
from layers.base import base_map
from layers.boundaries import closure_rates
from layers.click import RETURNED, clicked
from layers.escape import html
from layers.legend import on_map, rate_legend
from layers.style import ACCENT, CARD, FONT_STACK, LINE, MUTED
from ui import bulletin, case_list, figures, leader_ages, leader_board, period
from ui.figures import BOUNCE, HANDLING, RADAR, STREET, Figures, Opened
from ui.frame import empty, title
from ui.live import live
from ui.messages import exact
from ui.period import Span
from ui.press import mark, press
from ui.state import View, current

MAP_PX, WALL_MAP_PX, CHART_PX = 590, 690, 160
LOOK_EVERY = "60s"
_OPENED_INK = "#94A3B8"
_WALL = (Path(__file__).parent.parent / "wall.css").read_text(encoding="utf-8")
_NIGHT = {"ink": "#93A0B4", "line": "#263244", "accent": "#4FD1C0", "card": "#121B2B"}
_KNOWN = {row.key: row for row in INDICATORS}


def page(view: View) -> None:
    """Draw the wall for the period and the opened number in the address bar."""
    view.actor.require("kpi.view", Place(county=view.county))
    if _hangs():
        st.html(f"<style>{_WALL}</style>")
    version = figures.version(view.county)
    seen_at = figures.moment(view.county, view.at)
    with st.container(key="leader_top", horizontal=True, vertical_alignment="center", gap="small"):
        title(view.say("leader.title"), hint=view.say("leader.seen", at=exact(seen_at)[:16]))
        _choose(view)
        span = period.chosen(st.query_params.to_dict(), at=view.at)
        leader_ages.button(view, span, seen_at)
        bulletin.draw(view)
        wall = _hangs()
        st.button(view.say("leader.wall_leave" if wall else "leader.wall"), key="leader_wall", on_click=_hang,
                  args=(not wall,), icon=":material/fullscreen_exit:" if wall else ":material/fullscreen:")  # fmt: skip
    told = figures.figures(view.county, span, seen_at)
    town = _town(view)
    if town is not None:
        told = replace(told, grids=figures.grids(view.county, span, seen_at, town))
    if not told.whole.counts and not told.weeks:
        empty(view.say("leader.empty"))
    _board(view, told, span, seen_at)
    what = figures.opened(st.query_params.get("cases", ""))
    if what is not None:
        _open(view, told, span, seen_at)
    live()
    _watch(version)


@st.fragment(run_every=LOOK_EVERY)
def _watch(seen: int) -> None:
    """Draw the wall anew once a ticket has moved, or once nobody is signed in any more."""
    here = current()
    if here is None or figures.version(here.county) != seen:
        st.rerun()


def _hangs() -> bool:
    """Whether the page hangs on a wall: dark, without the bar, all of it at one glance."""
    return st.query_params.get("wall") == "1"


def _hang(wall: bool) -> None:
    if wall:
        st.query_params["wall"] = "1"
    else:
        st.query_params.pop("wall", None)


def _choose(view: View) -> None:
    """The picker; what it says stands in the address bar."""
    told = st.query_params.get("period", period.DEFAULT)
    if "leader_period" not in st.session_state or st.session_state["leader_period"] not in period.NAMES:
        st.session_state["leader_period"] = told if told in period.NAMES else period.DEFAULT
    st.segmented_control(
        view.say("leader.period"), period.NAMES, key="leader_period", required=True, label_visibility="collapsed",
        format_func=lambda name: view.say(f"leader.periods.{name}"), on_change=partial(_chose, view),
    )  # fmt: skip
    if st.session_state["leader_period"] == "custom":
        _days(view)


def _chose(view: View) -> None:
    name = st.session_state["leader_period"]
    span = period.chosen(st.query_params.to_dict(), at=view.at)
    _shut()
    st.query_params["period"] = name
    if name == "custom":
        _named(span.from_at.astimezone(SHANGHAI).date(), span.last_day(view.at))


def _named(first: date, last: date) -> None:
    st.query_params["period"] = "custom"
    st.query_params["from"], st.query_params["to"] = first.isoformat(), last.isoformat()
    st.session_state["leader_days"] = (first, last)
    st.session_state["leader_period"] = "custom"


def _days(view: View) -> None:
    if "leader_days" not in st.session_state:
        span = period.chosen(st.query_params.to_dict(), at=view.at)
        st.session_state["leader_days"] = (span.from_at.astimezone(SHANGHAI).date(), span.last_day(view.at))
    st.date_input(view.say("leader.days"), key="leader_days", format="YYYY-MM-DD", label_visibility="collapsed",
                  width=230, on_change=_chose_days)  # fmt: skip


def _chose_days() -> None:
    days = st.session_state["leader_days"]
    if isinstance(days, tuple) and len(days) == 2:
        _named(days[0], days[1])


def _board(view: View, told: Figures, span: Span, seen_at: datetime) -> None:
    with st.container(key="leader_board"):
        left, middle, right = st.columns([29, 40, 31], gap="small")
    with left:
        press(leader_board.cards(view, told, span), key="leader_cards", told=_pressed)
        press(leader_board.streets(view, told), key="leader_streets", told=_pressed)
    with middle:
        _map(view, told, span, seen_at)
        _year(view, told.weeks)
    with right:
        leagues = leader_board.league(view, told.towns, "town")
        leagues += leader_board.league(view, told.departments, "department")
        press(leagues, key="leader_leagues", told=_pressed)
        press(leader_board.bounces(view, told), key="leader_bounces", told=_pressed)


def _pressed(sent: str) -> None:
    what = figures.opened(sent)
    if what is not None:
        st.query_params["cases"] = str(what)
        st.session_state["leader_rows"] = case_list.PAGE_ROWS


def _map(view: View, told: Figures, span: Span, seen_at: datetime) -> None:
    towns = figures.outlines(view.county)
    if towns.empty:
        empty(view.say("leader.no_towns"), hint=view.say("leader.no_towns_hint"))
        return
    with st.container(key="leader_map"):
        _level(view, dict(zip(towns["code"], towns["name"], strict=True)))
        town = _town(view)
        if town is None:
            _draw(view, towns, told.towns, level="town")
        else:
            on = span.last_day(seen_at)
            _draw(view, figures.grid_outlines(view.county, town, on), told.grids, level="grid")


def _town(view: View) -> str | None:
    """The town whose grids the map shows, as the address bar says; None: the towns."""
    town = st.query_params.get("town")
    return town if town in set(figures.outlines(view.county)["code"]) else None


def _level(view: View, names: dict[str, str]) -> None:
    st.session_state["leader_town"] = _town(view) or ""
    st.selectbox(
        view.say("leader.level"), ["", *names], key="leader_town", label_visibility="collapsed", on_change=_chose_level,
        format_func=lambda code: view.say("leader.level_grids", name=names[code]) if code
        else view.say("leader.level_towns"),
    )  # fmt: skip


def _chose_level() -> None:
    if st.session_state["leader_town"]:
        st.query_params["town"] = st.session_state["leader_town"]
    else:
        st.query_params.pop("town", None)


def _draw(view: View, frame: Any, groups: Sequence[Group], *, level: Literal["town", "grid"]) -> None:
    """The closure rates of towns or grids; a click opens the due cases of one."""
    if frame.empty:
        empty(view.say("leader.no_grids"), hint=view.say("leader.no_grids_hint"))
        return
    rates = {group.key: group.rates["closure_on_time"] for group in groups}
    frame["closed"] = [rates[code].numerator if code in rates else 0 for code in frame["code"]]
    frame["due"] = [rates[code].denominator if code in rates else 0 for code in frame["code"]]
    shown = closure_rates(frame, level=level, lang=view.lang)
    shown.add_child(on_map(rate_legend(title=view.say("leader.map_title"), lang=view.lang)))
    west, south, east, north = (float(value) for value in frame.total_bounds)
    where = "all" if level == "town" else st.session_state["leader_town"]
    returned = st_folium(
        base_map((west, south, east, north), snap=0.25, lang=view.lang), key=f"leader_map_{where}",
        height=WALL_MAP_PX if _hangs() else MAP_PX, use_container_width=True, returned_objects=list(RETURNED),
        feature_group_to_add=[shown],
    )  # fmt: skip
    hit = clicked(returned)
    if hit is not None and hit.kind in ("division", "grid") and hit.moment != st.session_state.get("leader_hit"):
        st.session_state["leader_hit"] = hit.moment
        if hit.id in rates:
            _pressed(str(Opened("closure_on_time", "denominator", level, hit.id)))


def _year(view: View, weeks: list[Row]) -> None:
    """Opened and closed week by week; a tapped week becomes the period."""
    words = view.say("leader.year")
    with st.container(border=True, key="leader_year"):
        st.html(f'<h2 class="anju-h2">{html(words)}</h2>')
        st.altair_chart(_chart(view, weeks), key="leader_weeks", on_select=_chose_week,
                        selection_mode="week", alt=words)  # fmt: skip


def _chart(view: View, weeks: list[Row]) -> Any:
    """Opened as bars, closed as a line over them; the frame holds week (midnight), said, opened, closed."""
    frame = pd.DataFrame(weeks, columns=["week_on", "opened", "closed"])
    frame["week"] = pd.to_datetime(frame["week_on"])
    frame["said"] = [view.say("leader.week_of", on=f"{on:%Y-%m-%d}") for on in frame.pop("week_on")]
    names = [view.say("leader.opened"), view.say("leader.closed")]
    frame["opened_name"], frame["closed_name"] = names
    months = alt.Axis(
        title=None, grid=False, format=view.say("leader.month"), tickCount={"interval": "month", "step": 1}
    )
    tips = [alt.Tooltip("said:N", title=view.say("leader.week")), alt.Tooltip("opened:Q", title=names[0]),
            alt.Tooltip("closed:Q", title=names[1])]  # fmt: skip
    ink = alt.Scale(domain=names, range=[_OPENED_INK, _NIGHT["accent"] if _hangs() else ACCENT])
    legend = alt.Legend(orient="top-left", title=None, direction="horizontal")
    base = alt.Chart(frame).encode(x=alt.X("week:T", axis=months), tooltip=tips)
    axis = alt.Axis(tickMinStep=1, tickCount=4)
    bars = base.mark_bar(width={"band": 0.6}, cornerRadiusEnd=2).encode(
        y=alt.Y("opened:Q", title=view.say("leader.cases"), axis=axis),
        color=alt.Color("opened_name:N", scale=ink, legend=legend),
    )
    line = base.mark_line(point={"filled": True, "size": 36}, strokeWidth=2.2).encode(
        y="closed:Q", color=alt.Color("closed_name:N", scale=ink, legend=legend)
    )
    bars = bars.add_params(alt.selection_point(name="week", fields=["week"], on="click"))
    return _dressed(alt.layer(bars, line).properties(height=CHART_PX))


def _dressed(chart: Any) -> Any:
    """The house's type and inks, on a wall those of the night; nothing is fetched for it."""
    ink, line, paper = (_NIGHT["ink"], _NIGHT["line"], _NIGHT["card"]) if _hangs() else (MUTED, LINE, CARD)
    return (
        chart.configure(font=FONT_STACK, background=paper)
        .configure_axis(labelColor=ink, titleColor=ink, gridColor=line, domainColor=line, tickColor=line)
        .configure_legend(labelColor=ink)
        .configure_view(stroke=None)
    )


def _chose_week() -> None:
    points = st.session_state["leader_weeks"].selection.get("week", [])
    if points:
        # The browser sends its own midnight as a moment; half a day on, it is that Monday or the Tuesday anywhere.
        day = (pd.Timestamp(points[0]["week"], unit="ms") + pd.Timedelta(hours=14)).date()
        first = day - timedelta(days=day.weekday())
        _shut()
        _named(first, first + timedelta(days=6))


def _open(view: View, told: Figures, span: Span, seen_at: datetime) -> None:
    """The cases behind the number in the address bar, over the wall."""
    st.dialog(view.say("leader.cases_title"), width="large", on_dismiss=_shut)(_cases)(view, told, span, seen_at)


def _shut() -> None:
    st.query_params.pop("cases", None)


def _cases(view: View, told: Figures, span: Span, seen_at: datetime) -> None:
    what = figures.opened(st.query_params.get("cases", ""))
    if what is None:
        return
    rows = figures.cases(view.county, span, seen_at, what)
    shown = int(st.session_state.get("leader_rows", case_list.PAGE_ROWS))
    body = case_list.table(view, rows, seen_at=seen_at, shown=shown) if rows else html(view.say("leader.no_cases"))
    with st.container(key="leader_cases"):
        press(f"{_about(view, told, what, len(rows))}{body}", key="leader_case_list", told=_pressed)
        if len(rows) > shown:
            st.button(view.say("leader.more", shown=shown, n=len(rows)), on_click=_more)


def _more() -> None:
    st.session_state["leader_rows"] = int(st.session_state.get("leader_rows", 0)) + case_list.PAGE_ROWS


def _about(view: View, told: Figures, what: Opened, found: int) -> str:
    """Which number this is: whose, its formula, and the other side of the fraction to change over to."""
    sides = _sides(view, told, what)
    tail = f".{what.by}.{what.key}" if what.by else ""
    chips = " ".join(
        f'<span class="tag good">{html(words)}</span>' if part == what.part
        else mark(f"{what.indicator}.{part}{tail}", html(words))
        for part, words in sides
    )  # fmt: skip
    whose = html(_whose(view, told, what))
    count = html(view.say("leader.found", n=found))
    return (
        f'<section class="card"><h2>{whose}<small data-found="{found}">{count}</small></h2>'
        f'<div class="chips">{chips}</div>'
        f'<div class="muted">{html(_formula(view, what))}</div></section><div style="height:10px"></div>'
    )


def _whose(view: View, told: Figures, what: Opened) -> str:
    if what.indicator == BOUNCE:
        sides = [leader_board.name_of(view, told, str(code)) for code in (what.by, what.key)]
        return view.say("leader.bounced", giver=sides[0], taker=sides[1])
    if what.indicator == STREET:
        return view.say("leader.street_late", street=what.key or "")
    one = _group_of(told, what)
    name = "" if one is None else (one.name_en if view.lang == "en" else one.name) or one.name or ""
    name = name or (what.key or "" if what.by == "grid" else "")
    about = {RADAR: "leader.radar_title", HANDLING: "leader.handling"}.get(what.indicator)
    return f"{name} · {_name(view, what, about)}" if name else _name(view, what, about)


def _name(view: View, what: Opened, about: str | None) -> str:
    return view.say(about or _KNOWN[what.indicator].name_key)


def _group_of(told: Figures, what: Opened) -> Group | None:
    groups = {"town": told.towns, "department": told.departments, "grid": told.grids}.get(what.by or "", [told.whole])
    return next((group for group in groups if what.by is None or group.key == what.key), None)


def _sides(view: View, told: Figures, what: Opened) -> list[tuple[str, str]]:
    if what.indicator == RADAR:
        return [(name, f"{view.say(f'leader.radar.{name}')} {n:,}") for name, n in told.radar.items()]
    if what.indicator in (BOUNCE, STREET):
        return []
    one = _group_of(told, what)
    row = _KNOWN[what.indicator]
    return [
        (part, f"{view.say(f'kpi.count.{count}')} {one.counts[count] if one else 0:,}")
        for part, count in (("numerator", row.numerator), ("denominator", row.denominator))
    ]


def _formula(view: View, what: Opened) -> str:
    if what.indicator in (RADAR, BOUNCE, STREET):
        return view.say(
            {RADAR: "leader.radar_hint", BOUNCE: "leader.bounces_hint"}.get(what.indicator, "leader.streets_hint")
        )
    if what.indicator == HANDLING:
        return view.say("leader.handling_formula")
    return view.say(_KNOWN[what.indicator].formula_key)
