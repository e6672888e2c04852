"""Cutting a whole village anew by its houses: looked at first, then put in force."""

import math
from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np
import streamlit as st
from shapely.geometry.base import BaseGeometry
from streamlit_folium import st_folium

from actions import grids as deeds
from db import division, grid
from gis.errors import AnjuError
from gis.grid import assign, cut
from inspections.access import Place
from layers.base import base_map
from layers.boundaries import boundaries
from layers.escape import html
from layers.grids import grids
from ui.press import press
from ui.state import View, flash, reading

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

MAP_PX = 420
MOST_PER_GRID, MOST_GRIDS = 5000, 200


def draw(view: View, village: str) -> None:
    """Draw the workbench that cuts a whole village anew."""
    st.caption(view.say("grids.redraw_hint"))
    way = st.segmented_control(view.say("grids.way"), ("houses", "count"), default="houses", required=True,
                               key="grids_way", format_func=lambda name: view.say(f"grids.ways.{name}"))  # fmt: skip
    try:
        _by_cutting(view, village, way or "houses")
    except AnjuError as error:
        st.error(view.error(error))


def _by_cutting(view: View, village: str, way: str) -> None:
    with reading() as connection:
        shape = division.one(connection, county=view.county, code=village)["geom"]
        points = grid.points(connection, county=view.county, village=village)
    if shape is None:
        raise deeds.NoOutlineError(village=village)
    per_grid = _per_grid(view, way, len(points))
    shapes = cut(shape, points, per_grid=per_grid)
    on = _preview(view, village, shapes, points)
    if on is not None:
        made = deeds.draw_grids(village, actor=view.actor, on=on, per_grid=per_grid)
        _said(view, len(made))


def _per_grid(view: View, way: str, houses: int) -> int:
    """Houses in a grid, as asked, or so that about as many grids come out as asked."""
    if way == "houses":
        return int(st.number_input(view.say("grids.per_grid"), 1, MOST_PER_GRID, deeds.PER_GRID, key="grids_per"))
    count = int(st.number_input(view.say("grids.pieces"), 1, MOST_GRIDS, 2, key="grids_pieces"))
    return max(1, math.ceil(houses / count)) if houses else 1


def _said(view: View, made: int) -> None:
    flash(view.say("grids.redrawn", n=made))
    st.rerun()


def _preview(view: View, village: str, shapes: Sequence[BaseGeometry], points: Any) -> date | None:
    """The grids as they would be, with their houses; the day they are to be in force from once that is said."""
    inside = assign(points, shapes)
    held = np.bincount(inside[inside >= 0], minlength=len(shapes))
    frame = _frame(view, village, shapes, held)
    _map(view, village, frame)
    outside = int((inside < 0).sum())
    told = view.say("grids.preview", n=len(shapes), least=f"{held.min():,}", most=f"{held.max():,}")
    note = f' <span class="tag warn">{html(view.say("grids.outside", n=outside))}</span>' if outside else ""
    press(f'<p data-pieces="{len(shapes)}">{html(told)}{note}</p>', key="grids_preview", told=lambda _: None)
    with reading() as connection:
        old = grid.grids_frame(connection, county=view.county, on=view.at.date(), village=village)
    on = st.date_input(view.say("grids.from_day"), value=view.at.date(), min_value=view.at.date(), format="YYYY-MM-DD",
                       key="grids_from")  # fmt: skip
    if len(old):
        st.warning(view.say("grids.ends", n=len(old), duties=int(old["account_id"].notna().sum()),
                            on=f"{on:%Y-%m-%d}"))  # fmt: skip
    may = view.actor.may("grid.edit", Place(county=view.county, village=village))
    apply = st.button(view.say("grids.apply", n=len(shapes)), type="primary", key="grids_apply", disabled=not may)
    return on if apply else None


def _frame(view: View, village: str, shapes: Sequence[BaseGeometry], held: Any) -> "GeoDataFrame":
    from geopandas import GeoDataFrame

    rows = {
        "code": [f"{village}{serial:03d}" for serial in range(1, len(shapes) + 1)],
        "name": [f"{serial:03d}" for serial in range(1, len(shapes) + 1)],
        "inspector": [view.say("grids.houses", n=f"{count:,}") for count in held],
    }
    return GeoDataFrame(rows, geometry=list(shapes), crs=4490)


def _map(view: View, village: str, frame: "GeoDataFrame") -> None:
    with reading() as connection:
        outline = division.divisions_frame(connection, county=view.county, level="village", parent=village[:9])
    own = outline[outline["code"] == village]
    west, south, east, north = (float(value) for value in (own if len(own) else frame).total_bounds)
    st_folium(
        base_map((west, south, east, north), snap=0.25, lang=view.lang), key=f"grids_preview_map_{village}",
        height=MAP_PX, use_container_width=True, returned_objects=[],
        feature_group_to_add=[boundaries(own, level="village", lang=view.lang), grids(frame, lang=view.lang)],
    )  # fmt: skip
