"""What is wrong with the county's grids: the worst first, each on the map, its mend looked at before it is applied."""

from typing import TYPE_CHECKING, Any

import shapely
import streamlit as st
from streamlit_folium import st_folium

from actions.grid_changes import GridChange, change_grids
from db import division, grid_health
from gis.errors import AnjuError
from gis.grid_check import check_grids
from gis.grid_findings import Finding, Report
from gis.grid_mend import Change, changes
from layers.base import base_map
from layers.boundaries import boundaries
from layers.escape import attribute, html
from layers.grid_tools import changed, faults
from layers.grids import grids
from ui.frame import empty
from ui.map_look import look
from ui.press import press
from ui.state import View, flash, reading

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

MAP_PX, MOST_ROWS, ROOM_DEG = 560, 300, 0.0004
STAFFING = ("vacant", "on_leave")


def draw(view: View, town: str | None) -> None:
    """Draw the findings of a town, or of the whole county, and the one that is looked at."""
    with reading() as connection:
        facts = grid_health.facts(connection, county=view.county, on=view.at.date())
        names = {row["code"]: row["name"] for row in
                 division.listed(connection, county=view.county, level="village", on=view.at.date())}  # fmt: skip
    report = check_grids(facts.grids, villages=facts.villages, houses=facts.stray, duties=facts.duties)
    found = [one for one in report.findings if town is None or one.village.startswith(town)]
    _summary(view, found, report, town)
    if not found:
        empty(view.say("grid_check.clean"), hint=view.say("grid_check.clean_hint"))
        return
    chosen = _chosen(found)
    left, right = st.columns([62, 38], gap="medium")
    with left:
        _look(view, found[chosen], facts)
    with right:
        _detail(view, found[chosen], facts)
        _all(view, found, facts)
        _list(view, found, chosen, names)


def _key(one: Finding) -> str:
    at = one.at or (0.0, 0.0)
    return f"{one.kind}-{'-'.join(one.grids[:2]) or one.village}-{at[0]:.5f}-{at[1]:.5f}"


def _chosen(found: list[Finding]) -> int:
    wanted = st.session_state.get("grid_fault", "")
    return next((at for at, one in enumerate(found) if _key(one) == wanted), 0)


def _summary(view: View, found: list[Finding], report: Report, town: str | None) -> None:
    kinds: dict[str, int] = {}
    for one in found:
        kinds[one.kind] = kinds.get(one.kind, 0) + 1
    tags = " ".join(f'<span class="tag bad">{html(view.say(f"grid_check.kind.{kind}"))} {n}</span>'
                    for kind, n in kinds.items())  # fmt: skip
    notes = [one for one in report.notes if town is None or one.village.startswith(town)]
    told = view.say("grid_check.notes", n=len(notes)) if notes else ""
    press(f'<p data-faults="{len(found)}">{tags} <small class="muted">{html(told)}</small></p>', key="grid_faults_sum",
          told=lambda _: None)  # fmt: skip


def _list(view: View, found: list[Finding], chosen: int, names: dict[str, str]) -> None:
    rows = "".join(_row(view, one, at == chosen, names) for at, one in enumerate(found[:MOST_ROWS]))
    heads = "".join(f'<th class="{"" if name == "size" else "l"}">{html(view.say(f"grid_check.column.{name}"))}</th>'
                    for name in ("kind", "grids", "size"))  # fmt: skip
    press(f'<section class="card"><div class="scroll tall" data-scroll><table><thead><tr>{heads}</tr></thead>'
          f"<tbody>{rows}</tbody></table></div></section>", key="grid_faults", told=_pressed)  # fmt: skip


def _row(view: View, one: Finding, chosen: bool, names: dict[str, str]) -> str:
    size = view.say("grid_check.houses", n=one.count) if one.count else _size(view, one.area_m2)
    where = names.get(one.village, one.village)
    codes = " ".join(code[9:] for code in one.grids[:3])
    mark = ' class="on"' if chosen else ""
    kind = html(view.say(f"grid_check.kind.{one.kind}"))
    return (
        f'<tr data-press={attribute(_key(one))}{mark}><td class="l"><b>{kind}</b></td><td class="l wrap">{html(where)} '
        f'<small class="muted">{html(codes)}</small></td><td>{html(size)}</td></tr>'
    )


def _size(view: View, m2: float) -> str:
    return view.say("grid_check.size", m2=f"{m2:,.0f}" if m2 >= 10 else f"{m2:,.1f}")


def _pressed(sent: str) -> None:
    st.session_state["grid_fault"] = sent[:120]


def _look(view: View, one: Finding, facts: grid_health.Facts) -> None:
    """The fault on the map, as it is or as it would be."""
    shape = one.shape if one.shape is not None and not one.shape.is_empty else None
    ground = _around(one, facts)
    if shape is None and ground.empty:
        return
    bounds = _bounds(shape) if shape is not None else tuple(ground.total_bounds)
    after = _after(one, facts) if one.mend else []
    with st.container(horizontal=True, vertical_alignment="center"):
        side = st.segmented_control(view.say("grid_check.side"), ("before", "after"), default="before", required=True,
                                    key="grid_fault_side", disabled=not after, label_visibility="collapsed",
                                    format_func=lambda name: view.say(f"grid_check.sides.{name}"))  # fmt: skip
    villages = facts.villages[facts.villages["code"].isin({one.village, *(code[:12] for code in one.grids)})]
    groups = [boundaries(villages, level="village", lang=view.lang), grids(ground, lang=view.lang)]
    if side == "after" and after:
        groups.append(
            changed(_frame([change.code for change in after], [change.after for change in after]), lang=view.lang)
        )
    elif shape is not None:
        groups.append(faults(_frame([view.say(f"grid_check.kind.{one.kind}")], [_ground_of(shape)]), lang=view.lang))
    with st.container(key="grid_faults_map"):
        st_folium(base_map(bounds, snap=0.25, lang=view.lang), key=f"grid_fault_{_key(one)}", height=MAP_PX,
                  use_container_width=True, returned_objects=[], feature_group_to_add=groups,
                  **look(bounds, height_px=MAP_PX, closest=18))  # fmt: skip


def _bounds(shape: Any) -> tuple[float, float, float, float]:
    west, south, east, north = shape.bounds
    return west - ROOM_DEG, south - ROOM_DEG, east + ROOM_DEG, north + ROOM_DEG


def _ground_of(shape: Any) -> Any:
    """Points as small discs, so that they are seen."""
    return shape if shape.geom_type in ("Polygon", "MultiPolygon") else shapely.union_all(shape.buffer(ROOM_DEG / 8))


def _around(one: Finding, facts: grid_health.Facts) -> "GeoDataFrame":
    near = facts.grids["code"].isin(one.grids) | (facts.grids["village"] == one.village)
    return facts.grids[near]


def _frame(labels: list[str], shapes: list[Any]) -> "GeoDataFrame":
    from geopandas import GeoDataFrame

    kept = [(label, shape) for label, shape in zip(labels, shapes, strict=True) if shape is not None]
    return GeoDataFrame({"label": [label for label, _ in kept]}, geometry=[shape for _, shape in kept], crs=4490)


def _after(one: Finding, facts: grid_health.Facts) -> list[Change]:
    return changes(facts.grids, [one], villages=facts.villages)


def _detail(view: View, one: Finding, facts: grid_health.Facts) -> None:
    if one.mend is None:
        st.info(view.say(f"grid_check.cure.{'staff' if one.kind in STAFFING else 'person'}"))
        if one.kind in STAFFING and st.button(view.say("grid_check.staff"), key="grid_fault_staff", type="primary"):
            st.query_params["grid"] = one.grids[0]
            st.session_state["grids_view_next"] = "duty"
            st.rerun()
        return
    after = _after(one, facts)
    rows = "".join(
        f"<li>{html(change.code)}: {html(_area(view, change.before))} → <b>{html(_area(view, change.after))}</b></li>"
        for change in after
    )
    st.html(f"<p>{html(view.say('grid_check.mend'))}</p><ul>{rows}</ul>")
    if st.button(view.say("grid_check.apply"), type="primary", key="grid_fault_apply"):
        _apply(view, [one], facts)


def _area(view: View, shape: Any) -> str:
    from gis.measure import area_m2

    return view.say("grid_check.none") if shape is None else _size(view, area_m2(shape))


def _all(view: View, found: list[Finding], facts: grid_health.Facts) -> None:
    """Every mend at once: it says what it will do and asks once."""
    mendable = [one for one in found if one.mend is not None]
    if len(mendable) < 2:
        return
    with st.popover(view.say("grid_check.all", n=len(mendable))):
        st.caption(view.say("grid_check.all_asks", n=len(mendable)))
        if st.button(view.say("grid_check.all_do"), type="primary", key="grid_fault_all"):
            _apply(view, mendable, facts)


def _apply(view: View, found: list[Finding], facts: grid_health.Facts) -> None:
    wanted = [_change(change, facts) for change in changes(facts.grids, found, villages=facts.villages)]
    try:
        told = change_grids(wanted, actor=view.actor, on=view.at.date(), why="mend")
    except AnjuError as error:
        st.error(view.error(error))
        return
    flash(view.say("grid_check.applied", n=len(found), grids=len(told.begun)))
    st.session_state.pop("grid_fault", None)
    st.rerun()


def _change(change: Change, facts: grid_health.Facts) -> GridChange:
    row = facts.grids.iloc[change.row]
    new = change.code if change.code != row["code"] else None
    village = change.code[:12]
    return GridChange(village, row["code"], change.after, name=row["name"], kind=row["kind"], new_code=new)
