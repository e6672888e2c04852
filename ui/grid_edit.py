"""Drawing on the grids of a village: split, merge, bend; before and after side by side; put in force from a day."""

from typing import TYPE_CHECKING, Any

import streamlit as st
from shapely.geometry import LineString
from streamlit_folium import st_folium

from actions.grid_changes import change_grids
from db import division, grid, house
from gis.errors import AnjuError
from gis.grid_edit import corners_of
from inspections.access import Place
from inspections.day import working_day
from layers.base import base_map
from layers.click import RETURNED, clicked, drawn
from layers.escape import html
from layers.grid_tools import changed, handles, pen
from layers.grids import grids
from layers.houses import houses as house_layer
from ui import grid_drafts, grid_draw
from ui.frame import empty
from ui.grid_drafts import Draft, Drafts
from ui.map_look import look
from ui.parts import house_link
from ui.state import View, flash, reading

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

MAP_PX, MOST_HOUSES, MOST_DOTS = 600, 20_000, 1200
TOOLS = ("split", "merge", "move", "redraw")


def draw(view: View, villages: dict[str, str]) -> None:
    """Draw the workbench over the villages (code -> name) of the town that is looked at."""
    with st.container(horizontal=True, gap="small", vertical_alignment="center", key="grid_edit_top"):
        village = st.selectbox(view.say("grids.village"), list(villages), index=None, key="grid_edit_on", width=300,
                               format_func=lambda code: f"{villages.get(code, '')} {code}",
                               placeholder=view.say("grids.village_pick"), label_visibility="collapsed")  # fmt: skip
        tool = st.segmented_control(view.say("grid_edit.tools"), TOOLS, default="split", required=True, key="grid_tool",
                                    format_func=lambda name: view.say(f"grid_edit.tool.{name}"),
                                    label_visibility="collapsed")  # fmt: skip
    if village is None:
        empty(view.say("grid_edit.pick"), hint=view.say("grid_edit.pick_hint"))
        return
    if tool == "redraw":
        grid_draw.draw(view, village)
        return
    _bench(view, village, str(tool))


def _bench(view: View, village: str, tool: str) -> None:
    with reading() as connection:
        frame = grid.grids_frame(connection, county=view.county, on=view.at.date(), village=village)
        found = house.houses_frame(connection, county=view.county, village=village, limit=MOST_HOUSES)
        outline = division.one(connection, county=view.county, code=village)["geom"]
    now = grid_drafts.start(frame)
    if not now:
        empty(view.say("grids.nothing"), hint=view.say("grid_edit.none_hint"))
        return
    steps = _steps(village, now)
    left, right = st.columns([62, 38], gap="medium")
    with left:
        _map(view, village, tool, frame=frame, found=found, outline=outline)
    with right:
        st.caption(view.say(f"grid_edit.how.{tool}"))
        if "grid_edit_error" in st.session_state:
            st.error(st.session_state.pop("grid_edit_error"))
        _merging(view, steps[-1])
        if len(steps) == 1:
            return
        _compare(view, now, steps[-1], found=found, frame=frame)
        _steps_back(view, village)
        _apply(view, village, now, steps[-1])


def _steps(village: str, now: Drafts) -> list[Drafts]:
    """The steps taken in a village so far; they begin anew when its grids changed under them."""
    kept: dict[str, list[Drafts]] = st.session_state.setdefault("grid_steps", {})
    steps = kept.get(village)
    if steps is None or [(one.code, one.shape.wkb) for one in steps[0]] != [(one.code, one.shape.wkb) for one in now]:
        kept[village] = [now]
        st.session_state.pop("grid_merge", None)
    return kept[village]


def _map(view: View, village: str, tool: str, *, frame: "GeoDataFrame", found: "GeoDataFrame", outline: Any) -> None:
    steps = st.session_state["grid_steps"][village]
    drafts: Drafts = steps[-1]
    shown = _frame(drafts, dict(zip(frame["code"], frame["inspector"], strict=True)))
    west, south, east, north = (float(value) for value in _frame(steps[0], {}).total_bounds)
    chosen = st.session_state.get("grid_merge", []) if tool == "merge" else []
    mine = shown["code"].iloc[chosen[0]] if chosen else None
    groups = [grids(shown, mine=mine, clickable=tool == "merge", lang=view.lang)]
    if len(steps) > 1:
        groups.append(changed(_marked(view, grid_drafts.moved(steps[0], drafts)), lang=view.lang))
    if tool != "merge":  # a click there chooses a grid, and a house would take it away
        dots = found[["code", "address", "colour", "geometry"]].iloc[:MOST_DOTS]
        groups.append(house_layer(dots, link=house_link, lang=view.lang))
    groups += _tool_layers(view, tool, drafts)
    with st.container(key="grid_edit_map"):
        returned = st_folium(
            base_map((west, south, east, north), snap=0.25, lang=view.lang), key=f"grid_edit_map_{village}",
            height=MAP_PX, use_container_width=True, returned_objects=list(RETURNED), feature_group_to_add=groups,
            **look((west, south, east, north), height_px=MAP_PX),
        )  # fmt: skip
    _heard(view, village, tool, returned, found=found, outline=outline)


def _tool_layers(view: View, tool: str, drafts: Drafts) -> list[Any]:
    if tool == "split":
        return [pen(lang=view.lang)]
    if tool == "move":
        corners, middles = corners_of([draft.shape for draft in drafts])
        return [handles(corners, middles, lang=view.lang)]
    return []


def _frame(drafts: Drafts, inspectors: dict[str, Any]) -> "GeoDataFrame":
    from geopandas import GeoDataFrame

    rows = {
        "code": [draft.code or f"new{at}" for at, draft in enumerate(drafts)],
        "name": [draft.name for draft in drafts],
        "inspector": [inspectors.get(draft.code or "") for draft in drafts],
    }
    return GeoDataFrame(rows, geometry=[draft.shape for draft in drafts], crs=4490)


def _marked(view: View, drafts: list[Draft]) -> "GeoDataFrame":
    from geopandas import GeoDataFrame

    names = [draft.name if draft.code else view.say("grid_edit.new", name=draft.name) for draft in drafts]
    return GeoDataFrame({"label": names}, geometry=[draft.shape for draft in drafts], crs=4490)


def _heard(view: View, village: str, tool: str, returned: Any, *, found: "GeoDataFrame", outline: Any) -> None:
    """Take what was drawn or chosen on the map as the next step, once."""
    line, hit = drawn(returned), clicked(returned)
    told = line or hit
    if told is None or told.moment == st.session_state.get("grid_edit_hit"):
        return
    st.session_state["grid_edit_hit"] = told.moment
    steps = st.session_state["grid_steps"][village]
    try:
        if line is not None and line.kind == "line" and tool == "split":
            steps.append(grid_drafts.split_one(steps[-1], LineString(line.corners), found))
        elif line is not None and line.kind == "moved" and tool == "move":
            steps.append(grid_drafts.move(steps[-1], line.corners[0], line.corners[-1], outline))
        elif hit is not None and hit.kind == "grid" and tool == "merge":
            _choose(village, hit.id, found)
    except AnjuError as error:
        st.session_state["grid_edit_error"] = view.error(error)
    st.rerun()


def _choose(village: str, code: str, found: "GeoDataFrame") -> None:
    """Choose a grid for a merge; the second choice merges."""
    steps = st.session_state["grid_steps"][village]
    drafts: Drafts = steps[-1]
    codes = [draft.code or f"new{at}" for at, draft in enumerate(drafts)]
    chosen = [at for at in st.session_state.get("grid_merge", []) if at < len(drafts)]
    if code not in codes or codes.index(code) in chosen:
        st.session_state["grid_merge"] = []
        return
    chosen.append(codes.index(code))
    st.session_state["grid_merge"] = chosen if len(chosen) < 2 else []
    if len(chosen) == 2:
        steps.append(grid_drafts.merge_two(drafts, chosen, found))


def _merging(view: View, drafts: Drafts) -> None:
    chosen = st.session_state.get("grid_merge", [])
    if chosen and st.session_state.get("grid_tool") == "merge":
        st.info(view.marked("grid_edit.first_chosen", name=drafts[chosen[0]].name))


def _compare(view: View, now: Drafts, then: Drafts, *, found: "GeoDataFrame", frame: "GeoDataFrame") -> None:
    """Houses, minutes and danger of every grid that changes, before and after, and who goes on."""
    with reading() as connection:
        day = working_day(division.county(connection, view.county)["settings"])
    held = grid_drafts.loads(now, found, county=view.county, day=day)
    before = dict(zip([draft.code for draft in now], held, strict=True))
    after = grid_drafts.loads(then, found, county=view.county, day=day)
    on_duty = {row["code"]: row["inspector"] for row in frame.to_dict("records") if isinstance(row["inspector"], str)}
    people = grid_drafts.people(now, then, found, on_duty)
    touched = {id(draft) for draft in grid_drafts.moved(now, then)}
    rows = [_row(view, draft, before.get(draft.code), after[at], people[at])
            for at, draft in enumerate(then) if id(draft) in touched]  # fmt: skip
    left = {draft.code for draft in then}
    rows += [_row(view, draft, before[draft.code], None, "") for draft in now if draft.code not in left]
    heads = "".join(f"<th>{html(view.say(f'grid_edit.column.{name}'))}</th>"
                    for name in ("grid", "houses", "minutes", "danger", "inspector"))  # fmt: skip
    st.html(f'<table class="anju-compare" data-changed="{len(rows)}"><thead><tr>{heads}</tr></thead>'
            f"<tbody>{''.join(rows)}</tbody></table>")  # fmt: skip


def _row(view: View, draft: Draft, before: Any, after: Any, person: str) -> str:
    name = draft.name if draft.code else view.say("grid_edit.new", name=draft.name)
    cells = [_pair(before and getattr(before, field), after and getattr(after, field))
             for field in ("houses", "minutes", "danger")]  # fmt: skip
    if after is None:
        held = f'<span class="anju-muted">{html(view.say("grid_edit.gone"))}</span>'
    else:
        held = html(person) if person else f'<b class="anju-late">{html(view.say("grids.vacant.main"))}</b>'
    numbers = "".join(f"<td>{cell}</td>" for cell in cells)
    return f"<tr><td><b>{html(name)}</b></td>{numbers}<td>{held}</td></tr>"


def _pair(before: float | None, after: float | None) -> str:
    told = [("–" if value is None else f"{value:,.0f}") for value in (before, after)]
    return f'<span class="anju-muted">{told[0]}</span> → <b>{told[1]}</b>'


def _steps_back(view: View, village: str) -> None:
    steps = st.session_state["grid_steps"][village]
    with st.container(horizontal=True, gap="small"):
        if st.button(view.say("grid_edit.undo"), icon=":material/undo:", key="grid_undo"):
            steps.pop()
            st.rerun()
        if st.button(view.say("grid_edit.clear"), key="grid_clear"):
            del steps[1:]
            st.rerun()


def _apply(view: View, village: str, now: Drafts, then: Drafts) -> None:
    on = st.date_input(view.say("grids.from_day"), value=view.at.date(), min_value=view.at.date(), format="YYYY-MM-DD",
                       key="grid_edit_from")  # fmt: skip
    wanted = grid_drafts.changes(now, then, village)
    may = view.actor.may("grid.edit", Place(county=view.county, village=village))
    moved = len(grid_drafts.moved(now, then)) + len({one.code for one in now} - {one.code for one in then})
    asked = view.say("grid_edit.apply", n=moved, on=f"{on:%Y-%m-%d}")
    if not st.button(asked, type="primary", key="grid_edit_apply", disabled=not may or not moved):
        return
    try:
        told = change_grids(wanted, actor=view.actor, on=on)
    except AnjuError as error:
        st.error(view.error(error))
        return
    st.session_state["grid_steps"].pop(village, None)
    flash(view.say("grid_edit.applied", n=len(told.begun), vacant=len(told.vacant)))
    if told.vacant:
        st.query_params["grid"] = told.vacant[0]
        st.session_state["grids_view_next"] = "duty"
    st.rerun()
