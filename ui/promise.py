"""With so many inspectors every rental house is seen by that day: a sentence, a curve, a map of the never-seen."""

import math
from datetime import date, timedelta
from typing import Any

import altair as alt
import pandas as pd
import streamlit as st
from shapely.geometry import mapping

from actions.promise import promise_for
from db import division, house, promise
from db.query import Row
from gis.errors import AnjuError
from inspections.access import Place
from inspections.promise import SHARES, Outcome, Promise, sentence
from inspections.visit import NextTry
from layers.escape import html
from ui import parts
from ui.frame import empty
from ui.state import View, reading

MOST_LISTED, MAP_PX, CHART_PX = 100, 420, 280
WISHED = timedelta(days=90)
ACCENT, INK, LINE, PAPER, NEVER = "#0F766E", "#1F2937", "#E5E7EB", "#FFF3E0", "#E65100"
SIMPLER_DEGREES = 0.0004


def draw(view: View) -> None:
    """Draw the question and, once it was asked, what can be promised."""
    view.actor.require("plan.make", Place(county=view.county))
    _ask(view)
    told = st.session_state.get("promise")
    if isinstance(told, Promise):
        _sentence(view, told)
        left, right = st.columns([50, 50], gap="medium")
        with left:
            _curve(view, told)
        with right:
            _never_seen(view)


def _ask(view: View) -> None:
    """The days and the crew; those on duty where nobody says another number."""
    today = view.at.date()
    with reading() as connection:
        people = promise.inspectors(connection, view.county, on=today)
    with st.form("promise_ask"):
        first, by, crew, go = st.columns([26, 26, 24, 24], vertical_alignment="bottom", gap="medium")
        start = first.date_input(view.say("promise.from"), today, key="promise_from", format="YYYY-MM-DD")
        end = by.date_input(view.say("promise.by"), today + WISHED, key="promise_by", format="YYYY-MM-DD")
        many = crew.number_input(view.say("promise.inspectors"), 1, 100_000, max(people, 1), key="promise_crew")
        if go.form_submit_button(view.say("promise.ask"), type="primary", width="stretch"):
            _reckon(view, start, end, int(many))


def _reckon(view: View, first: date, by: date, crew: int) -> None:
    try:
        told = promise_for(actor=view.actor, first=first, by=by, at=view.at, inspectors=crew)
    except AnjuError as error:
        st.session_state.pop("promise", None)
        st.error(view.error(error))
        return
    st.session_state["promise"] = told


def _sentence(view: View, told: Promise) -> None:
    """What is promised, the days of each share with what nine draws in ten lie between, and what it rests on."""
    first, *others = (html(line) for line in sentence(told, view.lang))
    shares = "".join(_share(view, told.outcome, share) for share in SHARES)
    rates = {slot: f"{told.no_answer[slot][step]:.0%}" for step, slot in enumerate(NextTry)}
    basis = html(view.say("promise.basis", leg=round(told.leg_m), **rates))
    rest = "".join(f"<p>{line}</p>" for line in others)
    parts.put(
        f'<section class="anju-card"><p><b>{first}</b></p>{rest}<div class="anju-shares">{shares}</div>'
        f'<p class="anju-muted"><small>{basis}</small></p></section>'
    )


def _share(view: View, outcome: Outcome, share: float) -> str:
    median, low, high = outcome.days[share]
    name = view.say("promise.all") if share == 1 else view.say("promise.share", share=f"{share:.0%}")
    span = view.say("promise.span", low=_day(low), high=_day(high))
    return (
        f'<div><small>{html(name)}</small><br><b class="anju-n">{html(_day(median))}</b><br>'
        f'<small class="anju-muted">{html(span)}</small></div>'
    )


def _day(on: date | None) -> str:
    return "—" if on is None else f"{on:%Y-%m-%d}"


def _curve(view: View, told: Promise) -> None:
    """The day all is seen over the size of the crew, with the wished day across."""
    rows = [(one.inspectors, *one.days[1.0]) for one in told.curve if one.days[1.0][2] is not None]
    frame = pd.DataFrame(rows, columns=["crew", "median", "low", "high"])
    for name in ("median", "low", "high"):
        frame[name] = pd.to_datetime(frame[name])
    frame["said"] = [view.say("promise.span", low=_day(row[2]), high=_day(row[3])) for row in rows]
    crew, day = view.say("promise.crew"), view.say("promise.day")
    steps = alt.Axis(grid=False, tickMinStep=1)
    base = alt.Chart(frame).encode(
        x=alt.X("crew:Q", title=crew, stack=None, scale=alt.Scale(zero=False), axis=steps),
        tooltip=[alt.Tooltip("crew:Q", title=crew), alt.Tooltip("median:T", title=day, format="%Y-%m-%d"),
                 alt.Tooltip("said:N", title=" ")],
    )  # fmt: skip
    dates = alt.Axis(title=None, format="%Y-%m-%d", gridColor=LINE, tickCount=6)
    band = base.mark_area(opacity=0.18, color=ACCENT, orient="vertical").encode(
        y=alt.Y("low:T", axis=dates), y2="high:T"
    )
    line = base.mark_line(color=ACCENT, orient="vertical", point={"filled": True, "color": ACCENT}).encode(
        y=alt.Y("median:T", axis=dates)
    )
    wished = pd.DataFrame({"by": [pd.Timestamp(told.by)]})
    rule = alt.Chart(wished).mark_rule(color=INK, strokeDash=[5, 4]).encode(y=alt.Y("by:T", axis=dates))
    st.altair_chart((band + line + rule).properties(height=CHART_PX), width="stretch", key="promise_curve")
    st.caption(view.say("promise.curve_hint"))


def _never_seen(view: View) -> None:
    """Villages by how many houses nobody has been inside; one that is pressed shows them."""
    with reading() as connection:
        rows = promise.never_seen(connection, view.county)
        outlines = division.divisions_frame(connection, county=view.county, level="village")
    if not any(row["never"] for row in rows):
        empty(view.say("promise.nothing_unseen"))
        return
    shown = outlines[["code", "geometry"]].merge(pd.DataFrame(rows), on="code", how="inner")
    if len(shown):
        st.altair_chart(_map(view, shown), width="stretch", key="promise_map", on_select=_pressed,
                        selection_mode="village")  # fmt: skip
    st.caption(view.say("promise.map_hint"))
    names = {row["code"]: view.say("promise.list_of", name=row["name"], n=row["never"]) for row in rows}
    pressed, codes = st.session_state.get("promise_at"), list(names)
    code = st.selectbox(view.say("promise.pick"), codes, index=codes.index(pressed) if pressed in names else None,
                        key=f"promise_village_{pressed}", format_func=lambda one: names.get(one, one),
                        placeholder=view.say("promise.pick_one"))  # fmt: skip
    if code:
        _list(view, code)


def _flat(frame: Any) -> alt.InlineData:
    """Outlines as features on a plane, north up, true to scale, their columns beside them."""
    narrow = math.cos(math.radians(float(frame.total_bounds[1])))
    simple = frame.geometry.simplify(SIMPLER_DEGREES).affine_transform([narrow, 0, 0, 1, 0, 0])
    told = frame.drop(columns="geometry").to_dict("records")
    features = zip(simple, told, strict=True)
    return alt.InlineData(values=[{"type": "Feature", "geometry": mapping(shape), **row} for shape, row in features])


def _map(view: View, shown: Any) -> Any:
    """Villages filled by their never-seen houses; a press chooses one."""
    chosen = alt.selection_point(name="village", fields=["code"], on="click")
    fill = alt.Color("never:Q", title=view.say("promise.never_seen"),
                     scale=alt.Scale(range=[PAPER, NEVER]), legend=alt.Legend(orient="bottom"))  # fmt: skip
    villages = alt.Chart(_flat(shown)).mark_geoshape(stroke=LINE, strokeWidth=0.8, cursor="pointer").encode(
        color=fill, opacity=alt.condition(chosen, alt.value(1.0), alt.value(0.5)),
        tooltip=[alt.Tooltip("name:N", title=view.say("promise.village")),
                 alt.Tooltip("never:Q", title=view.say("promise.never_seen"), format=","),
                 alt.Tooltip("houses:Q", title=view.say("promise.houses"), format=",")],
    ).add_params(chosen)  # fmt: skip
    return villages.project(type="identity", reflectY=True).properties(height=MAP_PX)


def _pressed() -> None:
    told = st.session_state["promise_map"].selection.get("village", [])
    if told and isinstance(told[0].get("code"), str):
        st.session_state["promise_at"] = told[0]["code"]


def _list(view: View, village: str) -> None:
    """The houses of a village that nobody has been inside; each opens its card."""
    with reading() as connection:
        rows: list[Row] = house.search(connection, actor=view.actor, village=village, never=True, page=(MOST_LISTED, 0))
    if not rows:
        empty(view.say("promise.nothing_unseen"))
        return
    items = "".join(
        f"<li>{parts.shape(row['colour'])} {parts.link(parts.house_link(row['code']), row['short'])} "
        f'<small class="anju-muted">{html(view.say("house.kind." + row["kind"]))}</small></li>'
        for row in rows
    )
    parts.put(f'<section class="anju-card"><ul class="anju-plain">{items}</ul></section>')
