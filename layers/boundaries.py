"""Administrative divisions, plain or coloured by closure rate."""

from typing import Any

import folium
import geopandas as gpd

from gis.frame import check_frame
from layers import escape, style
from layers.draw import Drawing, group
from layers.errors import MapFrameError
from layers.frame import at, rings, rows
from words import say

COLUMNS = ("code", "name")
RATE_COLUMNS = ("code", "name", "closed", "due")
_LINES = {
    "county": {"color": "#4B5563", "weight": 2.5, "fillColor": style.CARD, "fillOpacity": 1},
    "town": {"color": "#9CA3AF", "weight": 1.5, "fillColor": style.CARD, "fillOpacity": 0},
    "village": {"color": "#D1D5DB", "weight": 1, "dashArray": "4 4", "fillOpacity": 0},
}
_LABEL_ZOOMS = {"county": 4, "town": 10, "village": 13}
_ORDERS = {"county": 401, "town": 402, "village": 403}


def boundaries(frame: gpd.GeoDataFrame, *, level: str, lang: str = "zh") -> folium.FeatureGroup:
    """Outlines with names, which appear from the zoom where they have room and give way to each other.

    Parameters
    ----------
    frame
        ``code``, ``name``; polygons, or points where only a centre is known; EPSG:4490.
    level
        ``county``, ``town`` or ``village``.

    Raises
    ------
    FrameError, MapFrameError
    """
    if level not in _LINES:
        raise MapFrameError(layer="boundaries", reason=f"level {level} is not one of {', '.join(_LINES)}")
    check_frame(
        frame,
        columns=COLUMNS,
        geometry=(
            "Polygon",
            "MultiPolygon",
            "Point",
        ),
    )
    spec = _areas([_area(row) for row in rows(frame)], level=level, line=_LINES[level])
    return group(say("map.layer.boundaries", lang), [Drawing(spec)])


def closure_rates(frame: gpd.GeoDataFrame, *, level: str = "town", lang: str = "zh") -> folium.FeatureGroup:
    """Towns or grids filled by the share of due cases that were closed, the number on each; a click chooses one.

    Parameters
    ----------
    level
        ``town`` or ``grid``: what a click is of.
    frame
        ``code``, ``name``, ``closed``, ``due`` (counts; due 0 is "no case", not 0 %); polygons or points, EPSG:4490.

    Raises
    ------
    FrameError, MapFrameError
        Also when more cases are closed than due, or a count is negative.
    """
    check_frame(
        frame,
        columns=RATE_COLUMNS,
        geometry=(
            "Polygon",
            "MultiPolygon",
            "Point",
        ),
    )
    spec = _areas([_rated(row, lang) for row in rows(frame)], level="town", line={"color": "#FFFFFF", "weight": 2})
    spec.update(clickable=True, label_class="anju-rate", label_zoom=_LABEL_ZOOMS["county"], order=404,
                kind="grid" if level == "grid" else "division")  # fmt: skip
    return group(say("map.layer.rates", lang), [Drawing(spec)])


def _areas(drawn: list[dict[str, Any]], *, level: str, line: dict[str, Any]) -> dict[str, Any]:
    return {
        "draw": "areas",
        "kind": "division",
        "pane": f"anju-{level}",
        "order": _ORDERS[level],
        "clickable": False,
        "label_class": f"anju-{level}",
        "label_zoom": _LABEL_ZOOMS[level],
        "style": line,
        "rows": drawn,
    }


def _area(row: dict[str, Any]) -> dict[str, Any]:
    shape = row["shape"]
    place = shape if shape.geom_type == "Point" else shape.representative_point()
    return {
        "id": str(row["code"]),
        "rings": [] if place is shape else rings(shape),
        "at": at(place),
        "label": escape.html(row["name"]),
    }


def _rated(row: dict[str, Any], lang: str) -> dict[str, Any]:
    closed, due = int(row["closed"]), int(row["due"])
    if not 0 <= closed <= due:
        raise MapFrameError(layer="closure_rates", reason=f"{closed} closed of {due} due in {row['code']}")
    rate = closed / due if due else None
    number = "—" if rate is None else percent(rate)
    told = say("map.rate_of", lang, closed=closed, due=due) if due else say("map.rate_none", lang)
    ink = "anju-light" if rate is not None and rate >= style.RATE_STEPS[3][0] else "anju-dark"
    return {
        **_area(row),
        "label": f'<span class="{ink}">{escape.html(number)}<small>{escape.html(row["name"])}</small></span>',
        "tip": f"{escape.html(row['name'])} · {escape.html(told)}",
        "style": {"fillColor": style.rate_fill(rate), "fillOpacity": 0.95},
    }


def percent(rate: float) -> str:
    """A share in whole percent, never rounded up to 100 % while a case is open."""
    return f"{int(rate * 100 + 1e-9)}%"
