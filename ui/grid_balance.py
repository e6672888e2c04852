"""Sharing a town, a village or the county out evenly: how it is, how it could be, and putting it in force."""

from typing import TYPE_CHECKING, Any

import geopandas as gpd
import shapely
import streamlit as st
from streamlit_folium import st_folium

from actions.grid_balance import Proposal, Share, apply_proposal, propose
from db import grid
from gis.errors import AnjuError
from inspections.access import Place
from layers.base import base_map
from layers.click import RETURNED, clicked
from layers.escape import attribute, html
from layers.legend import load_legend, on_map
from layers.shares import shares as share_layer
from ui.frame import empty
from ui.press import press
from ui.state import View, flash, reading

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

MAP_PX, MOST_ROWS, FAR, HAIR_DEG = 560, 400, 0.10, 2e-6
SIDES = ("now", "then")


def draw(view: View, town: str, town_name: str, villages: dict[str, str]) -> None:
    """Draw what an area's people or grids have to do now and by a proposal, on the map and as rows."""
    st.caption(view.say("balance.hint"))
    area, by, parts = _asked(view, town, town_name, villages)
    try:
        found = _proposal(view, area, by, parts)
    except AnjuError as error:
        st.error(view.error(error))
        return
    if not any(one.houses[0] or one.houses[1] for one in found.shares):
        empty(view.say("grids.nothing"), hint=view.say("grids.nothing_hint"))
        return
    _figures(view, found)
    left, right = st.columns([58, 42], gap="medium")
    with left:
        _map(view, found)
    with right:
        _table(view, found)
        _apply(view, found)


def _asked(view: View, town: str, town_name: str, villages: dict[str, str]) -> tuple[str, str, int | None]:
    names = {town: town_name, **villages, view.county: view.say("balance.whole")}
    with st.container(horizontal=True, gap="small", vertical_alignment="bottom", key="balance_asked"):
        area = st.selectbox(view.say("balance.area"), list(names), format_func=names.__getitem__, width=260,
                            key=f"balance_area_{town}")  # fmt: skip
        by = st.segmented_control(view.say("balance.by"), ("person", "grid"), default="person", required=True,
                                  key="balance_by", format_func=lambda one: view.say(f"balance.by_{one}"))  # fmt: skip
        parts = st.number_input(view.say("balance.parts"), min_value=1, max_value=5000, value=None, step=1, width=150,
                                key=f"balance_parts_{area}_{by}", help=view.say("balance.parts_help"))  # fmt: skip
    return str(area), str(by), None if parts is None else int(parts)


def _proposal(view: View, area: str, by: str, parts: int | None) -> Proposal:
    """The proposal for what was asked; it is worked out once for as long as nothing else is asked."""
    with reading() as connection:
        frame = grid.grids_frame(connection, county=view.county, on=view.at.date())
    frame = frame[frame["village"].str.startswith(area)]
    state = hash(tuple(zip(frame["id"], frame["account_id"].fillna(0), frame["houses"], strict=True)))
    key = (area, by, parts, view.at.date(), state)
    held = st.session_state.get("balance_found")
    if held is None or held[0] != key:
        bar = st.progress(0.0, text=view.say("balance.working"))
        try:
            made = propose(area, actor=view.actor, on=view.at.date(), by="grid" if by == "grid" else "person",
                           parts=parts, progress=lambda share: _shown(bar, view, share))  # fmt: skip
        finally:
            bar.empty()
        st.session_state["balance_found"] = held = (key, made, _now(frame, made))
    return held[1]


def _shown(bar: Any, view: View, share: float) -> None:
    bar.progress(share, text=view.say("balance.working"))


def _now(frame: "GeoDataFrame", made: Proposal) -> list[shapely.Geometry | None]:
    """The ground that each share holds as it is."""
    column, keys = ("code", [one.grid for one in made.shares]) if made.by == "grid" else (
        "account_id", [one.account_id for one in made.shares])  # fmt: skip
    pieces = frame.groupby(column)["geometry"].apply(list).to_dict()
    return [_whole(pieces[key]) if key in pieces else None for key in keys]


def _figures(view: View, found: Proposal) -> None:
    figures = [
        (view.say(f"balance.{name}"), f"{getattr(found.before, name):.2f} → {getattr(found.after, name):.2f}")
        for name in ("worst", "least", "gini")
    ]
    figures.append((view.say("balance.stays"), f"{found.stays:.0%}"))
    figures.append((view.say("balance.changed"), f"{found.new} / {found.moved}"))
    cells = "".join(f"<div><b>{html(value)}</b><span>{html(name)}</span></div>" for name, value in figures)
    st.html(f'<div class="anju-figures wide" data-worst="{found.after.worst:.3f}">{cells}</div>')
    if found.apart:
        st.caption(view.say("balance.apart", n=found.apart))


def _key(at: int) -> str:
    return f"s{at}"


def _chosen(found: Proposal) -> int | None:
    told = str(st.session_state.get("balance_chosen", ""))
    at = int(told[1:]) if told[1:].isdigit() else -1
    return at if 0 <= at < len(found.shares) else None


def _name(view: View, one: Share) -> str:
    return one.name or (one.grid[9:] if one.grid else view.say("balance.nobody"))


def _map(view: View, found: Proposal) -> None:
    side = st.segmented_control(view.say("balance.side"), SIDES, default="then", required=True, key="balance_side",
                                format_func=lambda name: view.say(f"balance.{name}"),
                                label_visibility="collapsed")  # fmt: skip
    frame = _frame(view, found, when=SIDES.index(str(side)))
    if frame.empty:
        empty(view.say("grids.nothing"), hint=view.say("grids.nothing_hint"))
        return
    chosen = _chosen(found)
    group = share_layer(frame, chosen=None if chosen is None else _key(chosen), lang=view.lang)
    group.add_child(on_map(load_legend(lang=view.lang)))
    west, south, east, north = (float(value) for value in frame.total_bounds)
    bounds = (west, south, east, north)
    with st.container(key="balance_map"):
        returned = st_folium(base_map(bounds, snap=0.1, lang=view.lang), key=f"balance_map_{found.area}", height=MAP_PX,
                             use_container_width=True, returned_objects=list(RETURNED),
                             feature_group_to_add=[group])  # fmt: skip
    hit = clicked(returned)
    if hit is not None and hit.kind == "share" and hit.moment != st.session_state.get("balance_hit"):
        st.session_state["balance_hit"] = hit.moment
        _pressed(hit.id)
        st.rerun()


def _frame(view: View, found: Proposal, *, when: int) -> gpd.GeoDataFrame:
    """The ground of each share now (0) or then (1), with its work."""
    if when == 0:
        ground = st.session_state["balance_found"][2]
    else:
        pieces: dict[int, list[shapely.Geometry]] = {}
        for part, change in zip(found.parts, found.changes, strict=True):
            if change.shape is not None:
                pieces.setdefault(part, []).append(change.shape)
        ground = [_whole(pieces[at]) if at in pieces else None for at in range(len(found.shares))]
    total = sum(one.minutes[when] for one in found.shares)
    mean = total / max(1, len(found.shares)) or 1.0
    rows = [(_key(at), _name(view, one), one.minutes[when], one.minutes[when] / mean, ground[at])
            for at, one in enumerate(found.shares)
            if ground[at] is not None and ground[at].geom_type in ("Polygon", "MultiPolygon")]  # fmt: skip
    columns = ["key", "name", "minutes", "ratio", "geometry"]
    return gpd.GeoDataFrame(rows, columns=columns, geometry="geometry", crs=4490)


def _whole(shapes: list[shapely.Geometry]) -> shapely.Geometry:
    """One ground of several grids; the hair that outlines of two villages leave between them is closed."""
    return shapely.buffer(shapely.buffer(shapely.union_all(shapes), HAIR_DEG), -HAIR_DEG)


def _table(view: View, found: Proposal) -> None:
    chosen = _chosen(found)
    heads = "".join(
        f'<th class="{"l" if name == "who" else ""}">{html(view.say(f"balance.{name}"))}</th>'
        for name in ("who", "minutes", "share", "houses", "danger")
    )
    mean = [sum(one.minutes[when] for one in found.shares) / len(found.shares) or 1.0 for when in (0, 1)]
    order = sorted(range(len(found.shares)), key=lambda at: -found.shares[at].minutes[0])[:MOST_ROWS]
    body = "".join(_row(view, found.shares[at], at, mean, on=at == chosen) for at in order)
    table = f"<table><thead><tr>{heads}</tr></thead><tbody>{body}</tbody></table>"
    press(f'<section class="card"><div class="scroll tall" data-scroll>{table}</div></section>', key="balance_table",
          told=_pressed)  # fmt: skip


def _row(view: View, one: Share, at: int, mean: list[float], *, on: bool) -> str:
    ratio = [one.minutes[when] / mean[when] for when in (0, 1)]
    far = "bad" if abs(ratio[1] - 1) > FAR else ""
    held = html(_name(view, one)) if one.name else f'<span class="tag bad">{html(_name(view, one))}</span>'
    grid_code = f' <small class="muted">{html(one.grid[9:])}</small>' if one.grid and one.name else ""
    told = (
        (f"{one.minutes[0]:,.0f}", f"{one.minutes[1]:,.0f}", ""), (f"{ratio[0]:.0%}", f"{ratio[1]:.0%}", far),
        (f"{one.houses[0]:,}", f"{one.houses[1]:,}", ""), (f"{one.danger[0]:,}", f"{one.danger[1]:,}", ""),
    )  # fmt: skip
    cells = "".join(
        f'<td><small class="muted">{was}</small> → <b class="{kind}">{now}</b></td>' for was, now, kind in told
    )
    return (f'<tr data-press={attribute(_key(at))}{" class=on" if on else ""}><td class="l wrap">{held}{grid_code}</td>'
            f"{cells}</tr>")  # fmt: skip


def _pressed(sent: str) -> None:
    same = st.session_state.get("balance_chosen") == sent
    st.session_state["balance_chosen"] = "" if same else sent[:8]


def _apply(view: View, found: Proposal) -> None:
    on = st.date_input(view.say("grids.from_day"), value=view.at.date(), min_value=view.at.date(), format="YYYY-MM-DD",
                       key="balance_from")  # fmt: skip
    may = all(view.actor.may(name, Place(county=view.county)) for name in ("grid.edit", "duty.edit"))
    told = view.say("balance.apply", moved=found.moved, new=found.new, on=f"{on:%Y-%m-%d}")
    nothing = not found.new and not found.moved and not any(change.main for change in found.changes)
    if not st.button(told, type="primary", key="balance_apply", disabled=not may or nothing, width="stretch"):
        return
    try:
        done = apply_proposal(found, actor=view.actor, on=on)
    except AnjuError as error:
        st.error(view.error(error))
        return
    st.session_state.pop("balance_found", None)
    flash(view.say("balance.done", begun=len(done.begun), vacant=len(done.vacant)))
    st.rerun()
