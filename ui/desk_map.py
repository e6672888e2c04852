"""The map of what is on a desk: the listed cases by their clock, the open one larger."""

from collections.abc import Sequence

import geopandas as gpd
import streamlit as st
from streamlit_folium import st_folium

from db import house
from layers.base import base_map, fitting_zoom
from layers.tickets import COLUMNS, tickets
from ui import case, parts
from ui.messages import hazard
from ui.state import View

WIDTH_PX, HEIGHT_PX = 360, 320
PLACE = (120.75, 31.65)
"""Where the sheet is made; the frame then goes to the cases without being made anew."""
KINDS = {"late": "late", "soon": "soon"}


def draw(view: View, rows: Sequence[parts.Row], number: str) -> None:
    """Draw a switch, and the map while it is on."""
    placed = [row for row in rows if row["lon"] is not None]
    if not placed or not st.toggle(view.say("inbox.map"), key="desk_map_on"):
        return
    told = [_line(view, row) for row in placed]
    shown = gpd.GeoDataFrame(told, columns=[*COLUMNS, "clock_text", "lon", "lat"])
    frame = gpd.GeoDataFrame(shown, geometry=gpd.points_from_xy(shown["lon"], shown["lat"]), crs=4490)
    west, south, east, north = (float(value) for value in frame.total_bounds)
    zoom = fitting_zoom((west, south, east, north), width_px=WIDTH_PX, height_px=HEIGHT_PX)
    st_folium(
        base_map(centre=PLACE, zoom=zoom, lang=view.lang), key="desk_map", height=HEIGHT_PX,
        use_container_width=True, returned_objects=[], center=((south + north) / 2, (west + east) / 2), zoom=zoom,
        feature_group_to_add=tickets(frame, current=number, link=parts.ticket_link, lang=view.lang),
    )  # fmt: skip


def _line(view: View, row: parts.Row) -> tuple[object, ...]:
    kind, words = case.clock_words(view, row)
    return (
        row["number"], house.short(row), hazard(row["hazard"], lang=view.lang),
        view.say(f"ticket.state.{row['state']}"), KINDS.get(kind, "normal"), words, row["lon"], row["lat"],
    )  # fmt: skip
