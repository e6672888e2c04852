"""The map beside a case: candidates numbered, the row's own point, its village, and a click to set a point by hand."""

from typing import Any

import geopandas as gpd
import streamlit as st
from streamlit_folium import st_folium

from db import division
from layers import click
from layers.base import base_map
from layers.boundaries import boundaries
from layers.candidates import candidates, opening
from layers.escape import html
from layers.houses import house_tiles
from ui import atlas, parts
from ui.parts import Row
from ui.state import View
from ui.workbench_deeds import CHOICE, PANEL, PIN

TILES = "/tiles/houses/1/{z}/{x}/{y}.mvt"
HEIGHT_PX, SMALL_PX, WIDTH_PX = 380, 210, 440
MOST = 9
NEAR_DEGREES = 0.03
HOUSES_FROM = 15
"""Farther off the houses of a county would hide what is asked."""


def draw(view: View, case: Row, *, pinning: bool, small: bool = False) -> None:
    """Draw the case's surroundings; a click on a number chooses it, a click anywhere else proposes a point."""
    chosen = int(st.session_state.get(CHOICE, 0)) + 1
    villages, towns = outlines(view.county), outlines(view.county, "town")
    own = own_point(case)
    pin = pinned(case)
    frame = _frame(case)
    shown = candidates(frame, own=own, chosen=chosen, pin=pin, lang=view.lang)
    ground = villages[villages["code"] == case["village"]] if case["village"] else towns[towns["code"] == case["town"]]
    paper = base_map(centre=(120.75, 31.65), zoom=15, lang=view.lang)
    lon, lat, zoom = _place(view, case, frame, own, ground)
    if zoom >= HOUSES_FROM:
        paper.add_child(house_tiles(TILES, link_template="/house?code={code}", lang=view.lang))
    returned = st_folium(
        paper, key="bench_map", height=SMALL_PX if small else HEIGHT_PX, use_container_width=True,
        returned_objects=[*click.RETURNED, "last_clicked"],
        center=(lat, lon), zoom=zoom,
        feature_group_to_add=[
            boundaries(towns, level="town", lang=view.lang), boundaries(ground, level="village", lang=view.lang), shown,
        ],
    )  # fmt: skip
    _answer(case, returned, places=len(case["candidates"]))
    parts.put(f'<p class="anju-mapnote">{html(_note(view, case, own, pinning=pinning))}</p>')


def _answer(case: Row, returned: Any, *, places: int) -> None:
    hit = atlas.fresh(returned, key="bench")
    if hit is not None and hit.kind == "candidate" and hit.id.isdigit() and 0 < int(hit.id) <= places:
        st.session_state[CHOICE] = int(hit.id) - 1
        st.rerun()
    found = click.spot(returned)
    if found is not None and found != st.session_state.get("_bench_spot"):
        st.session_state["_bench_spot"] = found
        set_pin(case, *found)
        st.session_state[PANEL] = (case["id"], "pin")
        st.rerun()


def set_pin(case: Row, lon: float, lat: float) -> None:
    """Keep where the person would put the case, for the button that does it."""
    st.session_state[PIN] = (case["id"], lon, lat)


def pinned(case: Row) -> tuple[float, float] | None:
    """Where the person would put the case, None until they showed it."""
    about, lon, lat = st.session_state.get(PIN, (None, 0.0, 0.0))
    return (lon, lat) if about == case["id"] else None


def own_point(case: Row) -> tuple[float, float] | None:
    """Where the row itself says it lies; of an address where it stands now."""
    for names in (("lon", "lat"), ("address_lon", "address_lat")):
        if case[names[0]] is not None:
            return float(case[names[0]]), float(case[names[1]])
    return None


def _frame(case: Row) -> gpd.GeoDataFrame:
    rows = [
        {"number": at + 1, "text": one["text"], "uncertainty_m": one.get("uncertainty_m"), "lon": one["lon"],
         "lat": one["lat"]}
        for at, one in enumerate(case["candidates"][:MOST])
        if one.get("lon") is not None
    ]  # fmt: skip
    return atlas.points(rows, ("number", "text", "uncertainty_m"))


def _place(
    view: View, case: Row, frame: gpd.GeoDataFrame, own: tuple[float, float] | None, ground: gpd.GeoDataFrame
) -> tuple[float, float, int]:
    """Where to look: at all that is known of the case, else at its village, else at the county."""
    points = _near([(shape.x, shape.y) for shape in frame.geometry], own)
    if not points:
        bounds = atlas.bounds_of(ground) or atlas.bounds_of(outlines(view.county))
        points = [bounds[:2], bounds[2:]] if bounds else [(120.75, 31.65)]
    return opening(points, width_px=WIDTH_PX, height_px=HEIGHT_PX)


def _near(places: list[tuple[float, float]], own: tuple[float, float] | None) -> list[tuple[float, float]]:
    """The row's own point and the candidate in hand, with the others that lie close by."""
    chosen = int(st.session_state.get(CHOICE, 0))
    first = places[min(chosen, len(places) - 1) :][:1] if places else []
    kept = [*first, *([own] if own else [])]
    return kept + [one for one in places if kept and abs(one[0] - kept[0][0]) + abs(one[1] - kept[0][1]) < NEAR_DEGREES]


def _note(view: View, case: Row, own: tuple[float, float] | None, *, pinning: bool) -> str:
    if pinning:
        return view.say("workbench.pin_hint")
    if not case["candidates"]:
        return view.say("workbench.map_note_no_candidate")
    placed = sum(one.get("lon") is not None for one in case["candidates"])
    return view.say("workbench.map_note" if own else "workbench.map_note_no_point", n=placed)


@st.cache_data(ttl=600, max_entries=8, show_spinner=False)
def outlines(county: str, level: str = "village") -> gpd.GeoDataFrame:
    """The outlines of the county's villages or towns: code, name, geometry."""
    from ui.state import reading

    with reading() as connection:
        return division.divisions_frame(connection, county=county, level=level)
