"""An inspector's day: where to, in which order and why, on a map and as a list under the thumb."""

from datetime import date

import geopandas as gpd
import streamlit as st

from actions import stops as deeds
from actions.plan_roster import house_state
from db import atlas as reads
from db import grid, plan
from gis.errors import AnjuError
from gis.travel import Mode, travel_minutes
from inspections.plan import due_houses
from layers.escape import html
from layers.grids import grids
from layers.houses import houses
from layers.route import route
from ui import atlas, map_choice, parts, round_out
from ui.frame import empty, title
from ui.messages import SHANGHAI, metres
from ui.state import View, flash, reading

Row = parts.Row
MAP_PX = 360
MOST_DUE, POOL = 12, 120
FIGURES = ("extra_metres", "extra_minutes", "spare_minutes")
REASONS = ("appointment", "company", "weather", "unsafe", "other")


def page(view: View) -> None:
    """Draw the day of whoever is there."""
    on = view.at.astimezone(SHANGHAI).date()
    with reading() as connection:
        ground = grid.grids_frame(connection, county=view.county, on=on, account_id=view.actor.account_id)
        day = plan.of_day(connection, county=view.county, account_id=view.actor.account_id, on=on)
        stops = plan.stops(connection, county=view.county, plan_id=day["id"]) if day else []
    own = ground[ground["account_id"] == view.actor.account_id]
    _headline(view, day, stops)
    if day is None:
        _no_plan(view, own, on)
        return
    where, list_ = st.columns([3, 2], gap="medium")
    with where, st.container(key="today_map"):
        _map(view, own, day, stops)
    with list_, st.container(key="stops"):
        map_choice.draw(view)
        for stop in stops:
            _stop(
                view,
                stop | {"mode": day["travel_mode"]},
                first=stop is next((one for one in stops if one["state"] == "todo"), None),
            )
        _unserved(view, day)
        with st.expander(view.say("round_out.download"), key="round_out_box", icon=":material/download:"):
            round_out.downloads(view, view.actor.account_id, on)


def _headline(view: View, day: Row | None, stops: list[Row]) -> None:
    local = view.at.astimezone(SHANGHAI)
    weekday = view.say(f"today.weekday.{local.weekday()}")
    date_words = view.say("today.date", month=local.month, day=local.day, weekday=weekday)
    if day is None:
        title(date_words)
        return
    counted = [stop for stop in stops if stop["state"] != "skipped"]
    done = sum(stop["state"] == "done" for stop in counted)
    left = view.say("today.all_done") if done == len(counted) else _left_words(view, day, stops)
    share = round(100 * done / len(counted)) if counted else 100
    st.html(
        f'<div class="anju-day"><h1 class="anju-title">{html(date_words)}</h1><b>{done}/{len(counted)}</b>'
        f'<span>{html(left)}</span><i style="--done:{share}%"></i></div>'
    )


def _left_words(view: View, day: Row, stops: list[Row]) -> str:
    minutes = minutes_left(day, stops)
    hours, rest = divmod(minutes, 60)
    if hours and rest:
        return view.say("today.left_both", hours=hours, minutes=rest)
    return view.say("today.left_hours", hours=hours) if hours else view.say("today.left_minutes", minutes=rest)


def minutes_left(day: Row, stops: list[Row]) -> int:
    """Minutes of service and travel of the stops still to do, to the nearest ten (five at least)."""
    todo = [stop for stop in stops if stop["state"] == "todo"]
    service = sum(stop["service_minutes"] for stop in todo)
    straight_m = sum(stop["travel_m"] for stop in todo) / day["detour_factor"]
    travel = float(travel_minutes(straight_m, mode=day["travel_mode"], detour=day["detour_factor"]))
    return max(5, round((service + travel) / 10) * 10)


def _map(view: View, own: gpd.GeoDataFrame, day: Row, stops: list[Row]) -> None:
    shown = [
        stop | {"address": stop["short"], "done": stop["state"] == "done", "why": plan.why(stop["reason"], view.lang)}
        for stop in stops if stop["state"] != "skipped"
    ]  # fmt: skip
    frame = atlas.points(shown, ("seq", "code", "address", "colour", "done", "why", "way"))
    bounds = atlas.keep(f"today_{day['id']}", atlas.bounds_of(frame) or atlas.bounds_of(own))
    if bounds is None:
        return
    start = (day["start_lon"], day["start_lat"])
    groups = [grids(own, lang=view.lang), route(frame, start=start, link=parts.house_link, lang=view.lang)]
    atlas.still(view, bounds, groups, key="today_map_frame", height_px=MAP_PX)


def _stop(view: View, stop: Row, *, first: bool) -> None:
    why = plan.why(stop["reason"], view.lang)
    with st.container(key=f"stop_{stop['id']}_{'next' if first else stop['state']}"):
        if stop["state"] == "skipped":
            _skipped(view, stop)
            return
        done = stop["state"] == "done"
        at = stop["done_at"] if done else stop["eta_at"]
        clock = f"{at.astimezone(SHANGHAI):%H:%M}" if at else ""
        said = view.say("today.done_at", clock=clock) if done else view.say("today.eta", clock=clock)
        way = "" if done else f" · {metres(stop['travel_m'], lang=view.lang)}"
        st.html(
            f'<div class="anju-stop{" done" if done else ""}">{numbered(stop["seq"], stop["colour"], grey=done)}'
            f"<div>{parts.link(parts.house_link(stop['code']), stop['short'], kind='anju-stopname')}"
            f"<span>{html(why)}<small>{html(said)}{html(way)}</small></span></div></div>"
        )
        if not done:
            _deeds(view, stop, first=first)


def numbered(number: int, colour: str, *, grey: bool = False) -> str:
    """A stop's number on the shape of its risk; grey when it is done."""
    shade = " grey" if grey else ""
    return f'<i class="anju-shape anju-number {colour}{shade}"><b>{int(number)}</b></i>'


def _deeds(view: View, stop: Row, *, first: bool) -> None:
    with st.container(horizontal=True, gap="small", key=f"deeds_{stop['id']}"):
        _go(view, stop, first=first)
        if st.button(view.say("today.skip"), key=f"skip_{stop['id']}", type="tertiary"):
            st.dialog(view.marked("today.skip_title", address=stop["short"]))(_ask_skip)(view, stop)


def _go(view: View, to: Row, *, first: bool) -> None:
    """The way there, in whatever map the phone has, and the visit."""
    if to["lon"] is not None:
        link = round_out.way_to(view, to, mode=to.get("mode", Mode.EBIKE))
        st.link_button(view.say("today.navigate"), link, icon=":material/near_me:", width="stretch")
    if st.button(view.say("today.start"), key=f"start_{to['code']}", type="primary" if first else "secondary",
                 icon=":material/fact_check:", width="stretch"):  # fmt: skip
        st.switch_page(st.session_state["_pages"]["visit"], query_params={"code": to["code"]})


def _ask_skip(view: View, stop: Row) -> None:
    """Ask why; one tap on a reason and one on the button."""
    reason = st.pills(view.say("today.skip_why"), REASONS, format_func=lambda key: view.say(f"today.reason.{key}"),
                      key="skip_reason", width="stretch")  # fmt: skip
    told = st.text_input(view.say("today.skip_more"), key="skip_more", max_chars=200)
    text = " · ".join(part for part in (view.say(f"today.reason.{reason}") if reason else "", told.strip()) if part)
    enough = bool(told.strip()) if reason in {None, "other"} else True
    if st.button(view.say("today.skip_do"), type="primary", width="stretch", disabled=not enough, key="skip_do"):
        try:
            deeds.skip_stop(stop["id"], text, actor=view.actor)
        except AnjuError as error:
            st.error(view.error(error))
        else:
            flash(view.marked("today.skipped", address=stop["short"]), kind="info")
            st.rerun()


def _skipped(view: View, stop: Row) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        said = view.say("today.left_out", reason=stop["skip_reason"] or "")
        st.html(f'<div class="anju-stop skipped">{numbered(stop["seq"], stop["colour"], grey=True)}'
                f"<div><b>{html(stop['short'])}</b><span>{html(said)}</span></div></div>")  # fmt: skip
        st.button(view.say("today.unskip"), key=f"unskip_{stop['id']}", on_click=_unskip, args=(view, stop["id"]))


def _unskip(view: View, stop_id: int) -> None:
    try:
        deeds.unskip_stop(stop_id, actor=view.actor)
    except AnjuError as error:
        flash(view.error(error), kind="error")


def _unserved(view: View, day: Row) -> None:
    """The due houses that found no room in the day, each with its reason and a way to take it along."""
    left = day["unserved"]
    if not left:
        return
    with st.expander(view.say("today.unserved", n=len(left)), key="unserved"):
        st.caption(view.say("today.unserved_hint"))
        with reading() as connection:
            named = reads.houses(connection, county=view.county, ids=[row["house_id"] for row in left])
        for row in left:
            if row["house_id"] in named:
                _left_out(view, row, named[row["house_id"]])


def _left_out(view: View, row: Row, named: Row) -> None:
    figures = {name: "—" if row.get(name) is None else round(row[name]) for name in FIGURES}
    told = view.say(f"gis.reason.{row['reason']}", prize=row["prize_m"], **figures)
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key=f"left_{row['house_id']}"):
        st.html(f'<div class="anju-stop left">{parts.shape(named["colour"])}'
                f"<div>{parts.link(parts.house_link(named['code']), named['short'], kind='anju-stopname')}"
                f"<span>{html(plan.why(row, view.lang))}</span><span>{html(told)}</span></div></div>")  # fmt: skip
        st.button(view.say("today.take"), key=f"take_{row['house_id']}", on_click=_take,
                  args=(view, row["house_id"], named))  # fmt: skip


def _take(view: View, house_id: int, named: Row) -> None:
    try:
        deeds.add_stop(house_id, actor=view.actor, on=view.at.astimezone(SHANGHAI).date())
    except AnjuError as error:
        flash(view.error(error), kind="error")
    else:
        flash(view.marked("today.taken", address=named["short"]))


def _no_plan(view: View, own: gpd.GeoDataFrame, on: date) -> None:
    """Who makes the plan, and what to do meanwhile: the most urgent houses of one's own grids."""
    if not len(own):
        empty(view.say("today.no_grid"), hint=view.say("today.no_grid_hint"))
        return
    urgent = _urgent(view, on)
    empty(view.say("today.no_plan"), hint=view.say("today.no_plan_hint" if urgent else "today.nothing_due"))
    if not urgent:
        return
    where, list_ = st.columns([3, 2], gap="medium")
    frame = atlas.points([one | {"address": one["short"], "done": False} for one in urgent],
                         ("seq", "code", "address", "colour", "done", "why"))  # fmt: skip
    with where, st.container(key="today_map"):
        bounds = atlas.keep(f"today_due_{on}", atlas.bounds_of(frame) or atlas.bounds_of(own))
        if bounds is not None:
            groups = [grids(own, lang=view.lang), houses(frame, link=parts.house_link, lang=view.lang)]
            atlas.still(view, bounds, groups, key="today_map_due", height_px=MAP_PX)
    with list_, st.container(key="stops"):
        st.html(f'<h2 class="anju-h2">{html(view.say("today.urgent", n=len(urgent)))}</h2>')
        map_choice.draw(view)
        for one in urgent:
            _due(view, one)


def _urgent(view: View, on: date) -> list[Row]:
    with reading() as connection:
        rows = plan.candidates(connection, county=view.county, accounts=[view.actor.account_id], on=on, first_day=on,
                               pool=POOL)[view.actor.account_id]  # fmt: skip
        due = due_houses([house_state(row, view.county) for row in rows], on=on)[:MOST_DUE]
        named = reads.houses(connection, county=view.county, ids=[int(one.house.house_id) for one in due])
    places = {row["id"]: (row["lon"], row["lat"]) for row in rows}
    found = []
    for seq, one in enumerate(due, 1):
        key = int(one.house.house_id)
        lon, lat = places[key]
        found.append(named[key] | {"seq": seq, "lon": lon, "lat": lat, "why": one.why_words(view.lang)})
    return found


def _due(view: View, one: Row) -> None:
    first = one["seq"] == 1
    with st.container(key=f"due_{one['id']}_{'next' if first else 'todo'}"):
        st.html(f'<div class="anju-stop">{parts.shape(one["colour"], big=True)}'
                f"<div>{parts.link(parts.house_link(one['code']), one['short'], kind='anju-stopname')}"
                f"<span>{html(one['why'])}</span></div></div>")  # fmt: skip
        with st.container(horizontal=True, gap="small", key=f"begin_{one['id']}"):
            _go(view, one, first=first)
