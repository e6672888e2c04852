"""An address in question on the map: its candidates numbered, where the row itself lies, how sure each place is."""

import math
from collections.abc import Sequence
from typing import Any

import folium
import geopandas as gpd

from gis.frame import check_frame
from layers import popup, style
from layers.draw import Drawing, group
from layers.frame import at, rows
from words import say

COLUMNS = ("number", "text", "uncertainty_m")
_SIZE_PX, _CORNERS = 30, 40
_DEGREE_M = 111_320.0


def candidates(
    frame: gpd.GeoDataFrame, *, own: tuple[float, float] | None = None, chosen: int | None = None,
    pin: tuple[float, float] | None = None, lang: str = "zh",
) -> folium.FeatureGroup:  # fmt: skip
    """Numbered candidates with the circle that should hold the true place, joined to the row's own point.

    Parameters
    ----------
    frame
        ``number`` (1, 2, ...), ``text``, ``uncertainty_m`` (None: not known); points, EPSG:4490.
    own
        Longitude, latitude where the row itself says it lies; drawn as a cross.
    chosen
        The number of the candidate in hand, drawn larger and on top.
    pin
        Longitude, latitude of a point being set by hand.

    Raises
    ------
    FrameError
    """
    check_frame(frame, columns=COLUMNS, geometry=("Point",))
    found = list(rows(frame))
    circles = [_circle(row) for row in found if row["uncertainty_m"]]
    lines = [] if own is None else [_line(own, row) for row in found if int(row["number"]) == (chosen or 1)]
    icons = [_candidate(row, chosen, lang) for row in found]
    icons += [] if own is None else [_sign(own, _own_svg(), say("map.own_point", lang), z=300)]
    icons += [] if pin is None else [_sign(pin, _pin_svg(), say("map.pin", lang), z=1200)]
    drawn = [Drawing({"draw": "icons", "kind": "candidate", "rows": icons})]
    return group(say("map.layer.candidates", lang), [*_areas(circles), *lines, *drawn])


def opening(points: Sequence[tuple[float, float]], *, width_px: int, height_px: int) -> tuple[float, float, int]:
    """Longitude, latitude and whole zoom at which all points are seen with room around them; at most 17."""
    lons, lats = [lon for lon, _ in points], [lat for _, lat in points]
    lon, lat = (min(lons) + max(lons)) / 2, (min(lats) + max(lats)) / 2
    wide = max(max(lons) - min(lons), 1e-6) * 256 / 360 / (width_px * 0.7)
    high = max(max(lats) - min(lats), 1e-6) * 256 / 360 / math.cos(math.radians(lat)) / (height_px * 0.7)
    return lon, lat, max(5, min(17, math.floor(-math.log2(max(wide, high)))))


def _candidate(row: dict[str, Any], chosen: int | None, lang: str) -> dict[str, Any]:
    number = int(row["number"])
    in_hand = number == chosen
    size = _SIZE_PX + 8 if in_hand else _SIZE_PX
    return {
        "at": at(row["shape"]),
        "id": str(number),
        "icon": number_svg(number, size, in_hand=in_hand),
        "size": size,
        "z": 1000 if in_hand else 600 - number,
        "alt": f"{number} {row['text']}",
        "card": popup.card(f"{number} · {row['text']}", facts=_facts(row, lang)),
    }


def _facts(row: dict[str, Any], lang: str) -> list[tuple[str, str]]:
    if not row["uncertainty_m"]:
        return []
    return [(say("map.uncertainty", lang), say("map.metres", lang, n=round(float(row["uncertainty_m"]))))]


def number_svg(number: int, size: int = _SIZE_PX, *, in_hand: bool = False) -> str:
    """The sign of a candidate: its number on a disc, dark where it is the one in hand."""
    fill, ink = (style.ACCENT, style.CARD) if in_hand else (style.CARD, style.ACCENT)
    return (
        f'<svg width="{size}" height="{size}" viewBox="-12 -12 24 24" aria-hidden="true" focusable="false">'
        f'<circle r="10.5" fill="{fill}" stroke="{style.ACCENT}" stroke-width="2"/>'
        f'<text y="4.4" text-anchor="middle" font-size="12.5" font-weight="700" fill="{ink}">{number}</text></svg>'
    )


def _own_svg() -> str:
    return (
        '<svg width="26" height="26" viewBox="-13 -13 26 26" aria-hidden="true" focusable="false">'
        f'<path d="M-8-8L8 8M8-8L-8 8" stroke="{style.CARD}" stroke-width="7"/>'
        '<path d="M-8-8L8 8M8-8L-8 8" stroke="#C62828" stroke-width="3.2"/></svg>'
    )


def _pin_svg() -> str:
    return (
        '<svg width="38" height="38" viewBox="-19 -19 38 38" aria-hidden="true" focusable="false">'
        f'<circle r="11" fill="none" stroke="{style.CARD}" stroke-width="6"/>'
        f'<circle r="11" fill="none" stroke="{style.ACCENT}" stroke-width="3"/>'
        f'<path d="M0-18V-6M0 18V6M-18 0H-6M18 0H6" stroke="{style.ACCENT}" stroke-width="2.4"/></svg>'
    )


def _sign(place: tuple[float, float], svg: str, words: str, *, z: int) -> dict[str, Any]:
    size = 38 if z > 1000 else 26
    return {"at": [round(place[1], 7), round(place[0], 7)], "icon": svg, "size": size, "z": z, "alt": words}


def _line(own: tuple[float, float], row: dict[str, Any]) -> Drawing:
    points = [[round(own[1], 7), round(own[0], 7)], at(row["shape"])]
    return Drawing({"draw": "line", "points": points, "colour": style.MUTED, "halo": style.CARD, "dash": "3 6"})


def _circle(row: dict[str, Any]) -> dict[str, Any]:
    lat, lon = at(row["shape"])
    radius = float(row["uncertainty_m"]) / _DEGREE_M
    wide = radius / max(math.cos(math.radians(lat)), 0.01)
    turns = [2 * math.pi * n / _CORNERS for n in range(_CORNERS)]
    ring = [[round(lat + radius * math.sin(turn), 6), round(lon + wide * math.cos(turn), 6)] for turn in turns]
    return {"at": [lat, lon], "rings": [[ring]], "style": {}}


def _areas(circles: list[dict[str, Any]]) -> list[Drawing]:
    if not circles:
        return []
    line = {"color": style.ACCENT, "weight": 1.2, "dashArray": "4 4", "fillColor": style.ACCENT, "fillOpacity": 0.06}
    return [Drawing({"draw": "areas", "kind": "candidate", "pane": "anju-uncertain", "order": 420, "clickable": False,
                     "label_class": "anju-none", "label_zoom": 30, "style": line, "rows": circles})]  # fmt: skip
