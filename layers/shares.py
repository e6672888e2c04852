"""Who has how much: the ground of each part, filled by how far its work is from the mean, the number on it."""

from typing import Any

import folium
import geopandas as gpd

from gis.frame import check_frame
from layers import escape, style
from layers.draw import Drawing, group
from layers.frame import at, rings, rows
from words import say

COLUMNS = ("key", "name", "minutes", "ratio")
LABEL_ZOOM = 10


def shares(frame: gpd.GeoDataFrame, *, chosen: str | None = None, lang: str = "zh") -> folium.FeatureGroup:
    """Parts filled from blue (light) over pale to orange (heavy), readable without colour by the number on each.

    Parameters
    ----------
    frame
        ``key`` (what a click gives), ``name``, ``minutes`` a month, ``ratio`` to the mean; polygons, EPSG:4490.
    chosen
        The key of the part in hand, drawn with a strong edge.

    Raises
    ------
    FrameError
    """
    check_frame(frame, columns=COLUMNS, geometry=("Polygon", "MultiPolygon"))
    spec = {
        "draw": "areas",
        "kind": "share",
        "pane": "anju-grids",
        "order": 410,
        "clickable": True,
        "label_class": "anju-grid",
        "label_zoom": LABEL_ZOOM,
        "style": {"color": style.INK, "weight": 1.2, "opacity": 0.6, "fillOpacity": 0.75},
        "rows": [_area(row, chosen, lang) for row in sorted(rows(frame), key=lambda row: row["key"] == chosen)],
    }
    return group(say("map.layer.shares", lang), [Drawing(spec)])


def _area(row: dict[str, Any], chosen: str | None, lang: str) -> dict[str, Any]:
    shape, ratio = row["shape"], float(row["ratio"])
    told = say("balance.load", lang, minutes=f"{float(row['minutes']):,.0f}")
    own = {"weight": 3.5, "opacity": 1} if row["key"] == chosen else {}
    return {
        "id": str(row["key"]),
        "rings": rings(shape),
        "at": at(shape.representative_point()),
        "label": f"{escape.html(row['name'])}<small>{escape.html(told)} · {ratio:.0%}</small>",
        "style": {"fillColor": style.load_fill(ratio)} | own,
    }
