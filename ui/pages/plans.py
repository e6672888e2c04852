"""The inspectors' days: make them for a date, see them side by side, open one to its stops and to what is left out."""

from datetime import date
from typing import Any

import geopandas as gpd
import streamlit as st
from streamlit_folium import st_folium

from actions import deed
from actions import plans as deeds
from db import division, grid, house, plan
from db.query import Row
from gis.errors import AnjuError
from inspections.access import Place
from inspections.day import working_day
from layers.base import base_map
from layers.boundaries import boundaries
from layers.escape import html
from layers.houses import MOST_MARKERS, houses
from layers.route import route
from ui import plan_live, plan_table, plan_week, promise, round_out
from ui.frame import empty, title
from ui.parts import house_link
from ui.press import press
from ui.state import View, flash, reading

MAP_PX, MOST_ROUTES, DOT_PX = 560, 120, 5
SPANS = (1, 2, 3, 5, 7)
VIEWS = ("rounds", "promise")
WIDTHS = (18, 14, 26, 24, 18)
COLUMNS = ["seq", "code", "address", "colour", "done", "why", "lon", "lat", "way"]


def page(view: View) -> None:
    """Draw the day in the address bar: its rounds, or the way to make them."""
    view.actor.require("plan.make", Place(county=view.county))
    on = _day(view)
    with reading() as connection:
        people = grid.people_on_duty(connection, county=view.county, on=on)
        settings = division.county(connection, view.county)["settings"]
    title(view.say("plans.title"), hint=view.say("plans.hint"))
    shown = st.segmented_control(view.say("plans.view"), VIEWS, default=VIEWS[0], required=True, key="plans_view",
                                 format_func=lambda name: view.say(f"plans.views.{name}"),
                                 label_visibility="collapsed")  # fmt: skip
    if shown == "promise":
        promise.draw(view)
        return
    _make(view, on, people, working_day(settings).seconds)
    plan_week.draw(view, on)
    rows = _rounds(view, on)
    if not rows:
        empty(view.say("plans.none"), hint=view.say("plans.none_hint") if people else view.say("plans.nobody"))
        return
    _show(view, on, rows)


def _day(view: View) -> date:
    told = st.query_params.get("on", "")
    try:
        on = date.fromisoformat(told)
    except ValueError:
        on = view.at.date()
    return st.session_state.setdefault("plans_on", on)


def _chose_day() -> None:
    st.query_params["on"] = st.session_state["plans_on"].isoformat()
    st.query_params.pop("plan", None)


def _make(view: View, on: date, people: list[Row], usual: float) -> None:
    names = {row["account_id"]: row["name"] for row in people}
    with st.container(border=True, key="plans_make"):
        first, length, second, third, fourth = st.columns(
            [18, 14, 26, 24, 18], vertical_alignment="bottom", gap="medium"
        )
        first.date_input(view.say("plans.on"), key="plans_on", format="YYYY-MM-DD", on_change=_chose_day)
        days = length.selectbox(view.say("plans.days"), SPANS, key="plans_days",
                                format_func=lambda n: view.say("plans.days_of", n=n))  # fmt: skip
        everyone = second.toggle(view.say("plans.everyone", n=len(names)), value=True, key="plans_everyone")
        seconds = third.slider(view.say("plans.seconds"), 0.5, 10.0, float(usual), 0.5, key="plans_seconds",
                               help=view.say("plans.seconds_help"))  # fmt: skip
        picked = list(names)
        if not everyone:
            picked = st.multiselect(view.say("plans.inspectors"), list(names), key="plans_inspectors",
                                    format_func=lambda key: names.get(key, ""),
                                    placeholder=view.say("plans.inspectors_pick"))  # fmt: skip
        past = on < view.at.date()
        if fourth.button(view.say("plans.make"), type="primary", key="plans_go", disabled=past or not picked,
                         width="stretch"):  # fmt: skip
            _go(view, on, int(days), None if everyone else picked, seconds)
        if past:
            st.caption(view.say("plans.past"))


def _go(view: View, on: date, days: int, picked: list[int] | None, seconds: float) -> None:
    bar = st.progress(0.0, text=view.say("plans.reading"))

    def told(done: int, total: int) -> None:
        bar.progress(done / max(total, 1), text=view.say("plans.working", done=done, n=total))

    try:
        made = deeds.make_plan(
            actor=view.actor, on=on, days=days, at=deed.now(), inspectors=picked, seconds=seconds, progress=told
        )
    except AnjuError as error:
        st.error(view.error(error))
        return
    finally:
        bar.empty()
    people = len({one.account_id for one in made.rounds})
    flash(view.say("plans.made", n=people, stops=sum(one.stops for one in made.rounds),
                   seconds=round(made.seconds)))  # fmt: skip
    st.rerun()


def _rounds(view: View, on: date) -> list[Row]:
    """The published rounds of the day, each with its plan's ``unserved`` houses, start and travel model."""
    with reading() as connection:
        rows = plan.days(connection, county=view.county, first=on, last=on)
        whole = [plan.of_day(connection, county=view.county, account_id=row["account_id"], on=on) for row in rows]
    told = {one["account_id"]: one for one in whole if one is not None}
    keys = ("detour_factor", "start_lon", "start_lat", "made_at", "beyond", "travel_source")
    return [
        row | {key: told[row["account_id"]][key] for key in keys} | {"left": told[row["account_id"]]["unserved"]}
        for row in rows if row["account_id"] in told
    ]  # fmt: skip


def _show(view: View, on: date, rows: list[Row]) -> None:
    chosen = st.query_params.get("plan", "")
    one = next((row for row in rows if str(row["account_id"]) == chosen), None)
    st.html(f'<p class="anju-muted anju-model">{html(_model(view, rows[0]))}</p>')
    with reading() as connection:
        stops = {
            row["account_id"]: plan.stops(connection, county=view.county, plan_id=row["id"])
            for row in ([one] if one else rows[:MOST_ROUTES])
        }
    left, right = st.columns([50, 50], gap="medium")
    with left:
        if one is None:
            required = {row["account_id"]: sum(bool(had.get("required")) for had in row["left"]) for row in rows}
            table = plan_table.rounds(view, rows, required, None)
            press(f'<section class="card"><div class="scroll tall" data-scroll>{table}</div></section>',
                  key="plans_rounds", told=_pressed)  # fmt: skip
        else:
            _one(view, one, stops[one["account_id"]])
            plan_live.draw(view, one, rows, on)
            round_out.downloads(view, one["account_id"], on)
    with right:
        _map(view, on, [one] if one else rows[:MOST_ROUTES], stops)
        if one is None and len(rows) > MOST_ROUTES:
            st.caption(view.say("plans.first_routes", n=MOST_ROUTES))


def _model(view: View, row: Row) -> str:
    """How minutes came from the map: no street network, metres as the crow flies times a factor."""
    source = view.say(row["travel_source"], detour=f"{row['detour_factor']:g}")
    return view.say("plans.model", mode=view.say(f"plans.mode.{row['travel_mode']}"), source=source,
                    hours=f"{row['shift_minutes'] / 60:g}")  # fmt: skip


def _pressed(sent: str) -> None:
    if sent.isascii() and sent.isdigit():
        st.query_params["plan"] = sent[:18]


def _shut() -> None:
    st.query_params.pop("plan", None)


def _one(view: View, row: Row, stops: list[Row]) -> None:
    st.button(view.say("plans.back"), key="plans_back", icon=":material/arrow_back:", on_click=_shut)
    left = row["left"]
    with reading() as connection:
        houses = {
            key: house.one(connection, county=view.county, key=key)
            for key in {int(had[name]) for had in left for name in ("house_id", "displaced_by") if had.get(name)}
        }
    hint = view.say("plans.round_of", stops=len(stops), minutes=round(row["minutes"]))
    head = f"<h2>{html(row['inspector'])}<small>{html(hint)}</small></h2>"
    table = plan_table.stops(view, stops) if stops else html(view.say("plans.no_stops"))
    cards = f'<section class="card">{head}<div class="scroll tall" data-scroll>{table}</div></section>'
    if left:
        said = f"<h2>{html(view.say('plans.left', n=len(left)))}</h2>"
        table = plan_table.unserved(view, left, houses)
        cards += f'<section class="card">{said}<div class="scroll tall" data-scroll>{table}</div></section>'
    press(cards, key="plans_one", told=lambda _: None)


def _map(view: View, on: date, rows: list[Row], stops: dict[int, list[Row]]) -> None:
    with reading() as connection:
        towns = division.divisions_frame(connection, county=view.county, level="town")
    points = [(stop["lon"], stop["lat"]) for row in rows for stop in stops[row["account_id"]]]
    if not points:
        return
    pad = 0.004
    bounds = (
        min(lon for lon, _ in points) - pad, min(lat for _, lat in points) - pad,
        max(lon for lon, _ in points) + pad, max(lat for _, lat in points) + pad,
    )  # fmt: skip
    groups = [boundaries(towns, level="town", lang=view.lang)] if len(towns) else []
    alone = len(rows) == 1
    groups += [_route(view, row, stops[row["account_id"]], alone=alone) for row in rows if stops[row["account_id"]]]
    if not alone:
        groups.append(_dots(view, [stop for row in rows for stop in stops[row["account_id"]]]))
    key = f"plans_map_{on}_{'_'.join(str(row['id']) for row in rows[:2])}_{len(rows)}"
    with st.container(key="plans_map"):
        st_folium(base_map(bounds, snap=0.25, lang=view.lang), key=key, height=MAP_PX, use_container_width=True,
                  returned_objects=[], feature_group_to_add=groups)  # fmt: skip


def _dots(view: View, stops: list[Row]) -> Any:
    """Every stop as the shape of its risk, so that many rounds stay readable side by side."""
    shown = stops[:MOST_MARKERS]
    data = [(stop["code"], stop["short"], stop["colour"]) for stop in shown]
    places = gpd.points_from_xy([stop["lon"] for stop in shown], [stop["lat"] for stop in shown])
    frame = gpd.GeoDataFrame(data, columns=["code", "address", "colour"], geometry=places, crs=4490)
    return houses(frame, link=house_link, radius_px=DOT_PX, lang=view.lang)


def _route(view: View, row: Row, stops: list[Row], *, alone: bool) -> Any:
    data = [
        (stop["seq"], stop["code"], stop["short"], stop["colour"], stop["state"] != "todo",
         plan.why(stop["reason"], view.lang), stop["lon"], stop["lat"], stop["way"])
        for stop in stops
    ]  # fmt: skip
    frame = gpd.GeoDataFrame(data, columns=COLUMNS)
    frame = gpd.GeoDataFrame(frame, geometry=gpd.points_from_xy(frame["lon"], frame["lat"]), crs=4490)
    return route(frame, start=(row["start_lon"], row["start_lat"]), link=house_link, numbered=alone,
                 lang=view.lang)  # fmt: skip
