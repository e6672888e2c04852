"""Houses by risk: one by one while they are few, as vector tiles at any number."""

from typing import Any

import folium
import geopandas as gpd

from gis.frame import check_frame
from layers import escape, popup, style
from layers.draw import Drawing, group
from layers.errors import TooManyHousesError
from layers.frame import at, rows
from layers.tiles import vector_tiles
from words import say

MOST_MARKERS = 2000
COLUMNS = ("code", "address", "colour")


def houses(
    frame: gpd.GeoDataFrame,
    *,
    link: popup.LinkBuilder | None = None,
    radius_px: float = 7,
    lang: str = "zh",
) -> folium.FeatureGroup:
    """Houses as shapes of their risk colour, the most dangerous on top.

    Parameters
    ----------
    frame
        ``code``, ``address``, ``colour`` (one of ``style.RISK_ORDER``); points, EPSG:4490; at most 2,000.
    link
        Builds the address of a house's page from its code.

    Raises
    ------
    TooManyHousesError, FrameError, UnknownColourError
    """
    check_frame(frame, columns=COLUMNS, geometry=("Point",))
    if len(frame) > MOST_MARKERS:
        raise TooManyHousesError(count=len(frame), limit=MOST_MARKERS)
    found = [(style.RISK_ORDER.index(_known(row["colour"])), row) for row in rows(frame)]
    drawn = [_shape(row, link, lang) for _, row in sorted(found, key=lambda pair: -pair[0])]
    spec = {"draw": "shapes", "kind": "house", "radius": radius_px, "rows": drawn}
    return group(say("map.layer.houses", lang), [Drawing(spec)])


def _known(colour: str) -> str:
    style.risk(colour)
    return colour


def _shape(row: dict[str, Any], link: popup.LinkBuilder | None, lang: str) -> dict[str, Any]:
    code, colour = str(row["code"]), str(row["colour"])
    return {
        "at": at(row["shape"]),
        "id": code,
        "colour": colour,
        "card": popup.house(code, row["address"], colour, link=link, lang=lang),
        "tip": f"{escape.html(row['address'])} · {escape.html(style.risk_word(colour, lang))}",
    }


def house_tiles(url: str, *, link_template: str = "", lang: str = "zh") -> folium.FeatureGroup:
    """Houses at any number, drawn from vector tiles as ``layers.tiles`` describes them.

    Parameters
    ----------
    url
        A path of this site with ``{z}``, ``{x}``, ``{y}``: ``/tiles/houses/v12/{z}/{x}/{y}.mvt``.
    link_template
        The address of a house's page with ``{code}`` in it, a path of this site; empty for no button.

    Raises
    ------
    MapUrlError
        For anything but a path of this site.
    """
    return group(say("map.layer.houses", lang), [vector_tiles(url, link_template=link_template)])
