"""An inspector's day: numbered stops, the line in order, where it starts."""

from itertools import pairwise, zip_longest
from typing import Any

import folium
import geopandas as gpd

from gis.frame import check_frame
from gis.way_line import between
from layers import popup, style
from layers.draw import Drawing, group
from layers.errors import MapFrameError
from layers.frame import at, rows
from words import say

COLUMNS = ("seq", "code", "address", "colour", "done")
_STOP_PX = 34


def route(
    frame: gpd.GeoDataFrame,
    *,
    start: tuple[float, float] | None = None,
    link: popup.LinkBuilder | None = None,
    numbered: bool = True,
    lang: str = "zh",
) -> folium.FeatureGroup:
    """Stops numbered inside the shape of their risk, the line between them; what is done is grey.

    Parameters
    ----------
    frame
        ``seq`` (1, 2, ...; unique), ``code``, ``address``, ``colour``, ``done``, and if known ``why`` and ``way``,
        the line there from the stop before; without one it is drawn straight. Points, EPSG:4490.
    start
        Longitude, latitude of where the day begins.
    numbered
        False draws the line alone, for many rounds side by side.

    Raises
    ------
    FrameError, MapFrameError, UnknownColourError
    """
    check_frame(frame, columns=COLUMNS, geometry=("Point",))
    stops = sorted(rows(frame), key=lambda row: int(row["seq"]))
    if any(int(one["seq"]) == int(two["seq"]) for one, two in pairwise(stops)):
        raise MapFrameError(layer="route", reason="two stops have the same number")
    icons = [Drawing(_icons(stops, start, link, lang))] if numbered else []
    return group(say("map.layer.route", lang), [*_lines(stops, start), *icons])


def _lines(stops: list[dict[str, Any]], start: tuple[float, float] | None) -> list[Drawing]:
    """A solid line over what is still to walk, a grey dashed one over what was walked."""
    begin = [[start[1], start[0]]] if start else []
    corners = [*begin, *(at(row["shape"]) for row in stops)]
    ways = [_way(row, before) for row, before in zip(stops[1 - len(begin) :], corners, strict=False)]
    done = len(begin) + next((i for i, row in enumerate(stops) if not row["done"]), len(stops))
    behind, ahead = _joined(corners[:done], ways), _joined(corners[max(done - 1, 0) :], ways[max(done - 1, 0) :])
    return [_line(part, walked=walked) for part, walked in ((behind, True), (ahead, False)) if len(part) > 1]


def _joined(corners: list[list[float]], ways: list[list[list[float]]]) -> list[list[float]]:
    """Corners with the ways between them."""
    return [point for corner, way in zip_longest(corners, ways[: len(corners) - 1]) for point in (corner, *(way or ()))]


def _way(row: dict[str, Any], before: list[float]) -> list[list[float]]:
    """What lies between a stop and the one before."""
    lat, lon = before
    return [[round(y, 7), round(x, 7)] for x, y in between((lon, lat), row.get("way"))]


def _line(points: list[list[float]], *, walked: bool) -> Drawing:
    colour, dash = (style.MUTED, "3 6") if walked else (style.ACCENT, None)
    return Drawing({"draw": "line", "points": points, "colour": colour, "halo": style.CARD, "dash": dash})


def _icons(
    stops: list[dict[str, Any]], start: tuple[float, float] | None, link: popup.LinkBuilder | None, lang: str
) -> dict[str, Any]:
    drawn = [_stop(row, link, lang) for row in stops]
    if start:
        drawn.insert(0, _start(start, lang))
    return {"draw": "icons", "kind": "stop", "rows": drawn}


def _stop(row: dict[str, Any], link: popup.LinkBuilder | None, lang: str) -> dict[str, Any]:
    seq, colour, done = int(row["seq"]), str(row["colour"]), bool(row["done"])
    return {
        "at": at(row["shape"]),
        "id": str(row["code"]),
        "icon": style.risk_svg(colour, _STOP_PX, label=str(seq), faded=done),
        "size": _STOP_PX,
        # An earlier stop lies on a later one, a done one under all.
        "z": -1000 if done else 500 - seq,
        "alt": f"{say('map.stop', lang, n=seq)} {say('map.done', lang) if done else style.risk_word(colour, lang)}",
        "card": popup.stop(row, link=link, lang=lang),
    }


def _start(start: tuple[float, float], lang: str) -> dict[str, Any]:
    svg = (
        '<svg width="22" height="22" viewBox="-11 -11 22 22" aria-hidden="true">'
        f'<circle r="9" fill="{style.CARD}" stroke="{style.ACCENT}" stroke-width="3"/>'
        f'<circle r="3.5" fill="{style.ACCENT}"/></svg>'
    )
    place = [round(start[1], 7), round(start[0], 7)]
    return {"at": place, "icon": svg, "size": 22, "z": 400, "alt": say("map.start", lang)}
