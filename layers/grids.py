"""Grids: whose ground is whose."""

from typing import Any

import folium
import geopandas as gpd

from gis.frame import check_frame
from layers import escape, style
from layers.draw import Drawing, group
from layers.frame import at, rings, rows
from words import say

COLUMNS = ("code", "name", "inspector")
LABEL_ZOOM = 14


def grids(
    frame: gpd.GeoDataFrame,
    *,
    mine: str | None = None,
    clickable: bool = False,
    label_zoom: int = LABEL_ZOOM,
    lang: str = "zh",
) -> folium.FeatureGroup:
    """Outlines of grids with their short name and inspector.

    Parameters
    ----------
    frame
        ``code`` (15 digits), ``name``, ``inspector`` (text or empty: vacant), perhaps ``away`` (on leave and nobody
        stands in: as good as vacant); polygons, EPSG:4490. What is vacant is red.
    mine
        The code of the reader's own grid, drawn stronger.
    clickable
        True lets a click choose a grid.
    label_zoom
        The zoom from which names show, as far as they have room.

    Raises
    ------
    FrameError
    """
    check_frame(
        frame,
        columns=COLUMNS,
        geometry=(
            "Polygon",
            "MultiPolygon",
        ),
    )
    spec = {
        "draw": "areas",
        "kind": "grid",
        "pane": "anju-grids",
        "order": 410,
        "clickable": clickable,
        "label_class": "anju-grid",
        "label_zoom": label_zoom,
        "style": {"color": style.ACCENT, "weight": 1.5, "opacity": 0.9, "fillColor": style.ACCENT, "fillOpacity": 0.04},
        "rows": [_area(row, mine, lang) for row in sorted(rows(frame), key=lambda row: row["code"] == mine)],
    }
    return group(say("map.layer.grids", lang), [Drawing(spec)])


def _area(row: dict[str, Any], mine: str | None, lang: str) -> dict[str, Any]:
    shape = row["shape"]
    code = str(row["code"])
    inspector = escape.html(row["inspector"]) or escape.html(say("map.vacant", lang))
    return {
        "id": code,
        "rings": rings(shape),
        "at": at(shape.representative_point()),
        "label": f"{escape.html(row['name'] or code)}<small>{inspector}</small>",
        "style": _emphasis(code == mine, vacant=not row["inspector"] or bool(row.get("away"))),
    }


def _emphasis(own: bool, *, vacant: bool) -> dict[str, Any]:
    red = {"dashArray": "6 5", "color": style.CLOCK_RED, "fillColor": style.CLOCK_RED, "fillOpacity": 0.12}
    return (red if vacant else {}) | ({"weight": 3, "fillOpacity": 0.16 if vacant else 0.08} if own else {})
