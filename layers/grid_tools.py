"""Tools and marks for changing grids on the map: a line drawn across, corners to drag, faults and what mends them."""

from collections.abc import Iterable
from typing import Any

import folium
import geopandas as gpd

from gis.frame import check_frame
from layers import escape, style
from layers.draw import Drawing, group
from layers.frame import at, rings, rows
from words import say

MOST_HANDLES = 400


def pen(*, lang: str = "zh") -> folium.FeatureGroup:
    """Draws a line by clicks; 完成 sends it, read with ``layers.click.drawn``."""
    words = {name: say(f"grid_edit.pen.{name}", lang) for name in ("done", "back", "clear")}
    return group(
        say("grid_edit.tool.split", lang), [Drawing({"draw": "pen", "colour": style.CLOCK_RED, "words": words})]
    )


def handles(corners: Iterable[tuple[float, float]], middles: Iterable[tuple[float, float]], *, lang: str = "zh"
            ) -> folium.FeatureGroup:  # fmt: skip
    """Dots that can be dragged, lon and lat: corners, and paler the middles of edges; a drag sends itself."""
    spots = [{"at": [lat, lon], "middle": False} for lon, lat in corners]
    spots += [{"at": [lat, lon], "middle": True} for lon, lat in middles]
    spec = {"draw": "handles", "colour": style.ACCENT, "spots": spots[:MOST_HANDLES]}
    return group(say("grid_edit.tool.move", lang), [Drawing(spec)])


def faults(frame: gpd.GeoDataFrame, *, lang: str = "zh") -> folium.FeatureGroup:
    """Ground that something is wrong with, in red; ``label`` says what. Polygons, EPSG:4490."""
    check_frame(frame, columns=("label",), geometry=("Polygon", "MultiPolygon"))
    line = {"color": style.CLOCK_RED, "weight": 3, "fillColor": style.CLOCK_RED, "fillOpacity": 0.45}
    return _areas(frame, "fault", line, say("grid_check.layer", lang))


def changed(frame: gpd.GeoDataFrame, *, lang: str = "zh") -> folium.FeatureGroup:
    """Grids as they are to be, stronger than those that stay; ``label`` names each. Polygons, EPSG:4490."""
    check_frame(frame, columns=("label",), geometry=("Polygon", "MultiPolygon"))
    line = {"color": "#1D4ED8", "weight": 3, "fillColor": "#1D4ED8", "fillOpacity": 0.12}
    return _areas(frame, "changed", line, say("grid_edit.layer", lang))


def _areas(frame: gpd.GeoDataFrame, kind: str, line: dict[str, Any], name: str) -> folium.FeatureGroup:
    drawn = [{"id": "", "rings": rings(row["shape"]), "at": at(row["shape"].representative_point()),
              "label": escape.html(row["label"])} for row in rows(frame)]  # fmt: skip
    spec = {
        "draw": "areas", "kind": kind, "pane": f"anju-{kind}", "order": 440, "clickable": False, "label_zoom": 12,
        "label_class": "anju-grid", "style": line, "rows": drawn,
    }  # fmt: skip
    return group(name, [Drawing(spec)])
