"""What a vector tile holds, so that the query that makes it and the style that draws it agree.

A tile carries no personal data: no name, no telephone number, no identity number, no free text.
"""

import re
from dataclasses import dataclass

from folium.plugins import VectorGridProtobuf

from layers import escape, popup, style
from layers.errors import MapUrlError

EXTENT = 4096
MIN_ZOOM = 4
"""No tile is asked for below this zoom."""
HOUSES_FROM_ZOOM = 13
"""From this zoom a tile holds the houses themselves, below it may hold counts."""


@dataclass(frozen=True, kw_only=True)
class TileLayer:
    """One layer inside a tile: its name, its geometry and its attributes with their MVT types."""

    name: str
    geometry: str
    attributes: dict[str, str]


HOUSES = TileLayer(
    name="houses",
    geometry="Point",
    # Rows in this order of colour, last drawn on top: green, unseen, yellow, orange, red.
    attributes={"code": "string", "colour": "string", "kind": "string", "state": "string"},
)
HOUSE_COUNTS = TileLayer(
    name="house_counts",
    geometry="Point",
    # One point a cell: how many houses, the worst colour among them, and how many of each colour.
    attributes={"n": "int", "colour": "string", **{colour: "int" for colour in style.RISK_ORDER}},
)
TILE_LAYERS = {layer.name: layer for layer in (HOUSES, HOUSE_COUNTS)}

DRAW_ORDER = ("green", "unseen", "yellow", "orange", "red")
COLOURS = style.RISK_ORDER
STATES = ("let", "vacant", "self_use", "unknown")

_LOCAL_TILES = re.compile(r"/[A-Za-z0-9_./{}?=&%~-]*")


def vector_tiles(url: str, *, link_template: str = "") -> VectorGridProtobuf:
    """The folium layer that draws ``TILE_LAYERS`` from a URL template of this site.

    Raises
    ------
    MapUrlError
        For a URL that is not a local path, has a character a script could be led out by, or lacks a placeholder.
    """
    _refuse_foreign(url)
    if link_template and not popup.is_local(link_template):
        raise MapUrlError(url=link_template)
    return VectorGridProtobuf(url, name="tiles", options=_options(link_template), control=False)


def _refuse_foreign(url: str) -> None:
    whole = _LOCAL_TILES.fullmatch(url) and not url.startswith("//") and "{{" not in url
    if not whole or any(place not in url for place in ("{z}", "{x}", "{y}")):
        raise MapUrlError(url=url)


def _options(link_template: str) -> str:
    return (
        "{rendererFactory: L.canvas.tile, vectorTileLayerStyles: anju.tileStyles, interactive: true, "
        f"pane: 'anju-tiles', minZoom: {MIN_ZOOM}, maxZoom: 20, fetchOptions: {{credentials: 'same-origin'}}, "
        f"anjuLink: {escape.js_text(link_template)}"
        "}"
    )
