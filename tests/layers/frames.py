"""Small frames every test of the map shares, with one text of a test's choice in every text field."""

from collections.abc import Callable

import folium
import geopandas as gpd
from shapely.geometry import Point, box

from layers import boundaries, footprints, grids, houses, legend, route, tickets
from layers.base import base_map

BOUNDS = (120.90, 31.70, 120.94, 31.72)
COLOURS = ("red", "orange", "yellow", "green", "unseen")
TILES = "/tiles/houses/v1/{z}/{x}/{y}.mvt"


def frame(rows: list[dict[str, object]], shapes: list[object]) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(rows, geometry=shapes, crs=4490)


def link(code: str) -> str:
    return f"/?page=house&code={code}"


def place(i: int) -> Point:
    return Point(120.905 + 0.003 * (i % 10), 31.703 + 0.002 * (i // 10))


def house_frame(n: int = 10, text: str = "聚沙村 12 组 8 号") -> gpd.GeoDataFrame:
    rows = [{"code": f"3205811012010{i:04d}", "address": text, "colour": COLOURS[i % 5]} for i in range(n)]
    return frame(rows, [place(i) for i in range(n)])


def grid_frame(text: str = "聚沙村一网格") -> gpd.GeoDataFrame:
    rows = [
        {"code": "320581101201001", "name": text, "inspector": text},
        {"code": "320581101201002", "name": text, "inspector": None},
    ]
    return frame(rows, [box(120.90, 31.70, 120.92, 31.72), box(120.92, 31.70, 120.94, 31.72)])


def stop_frame(n: int = 7, text: str = "红·逾期 3 天") -> gpd.GeoDataFrame:
    rows = [
        {
            "seq": i + 1,
            "code": f"32058110120100{i}",
            "address": text,
            "colour": COLOURS[i % 5],
            "done": i < 2,
            "why": text,
        }
        for i in range(n)
    ]
    return frame(rows, [place(i) for i in range(n)])


def ticket_frame(text: str = "群租") -> gpd.GeoDataFrame:
    rows = [
        {
            "ticket_id": f"T-{i}",
            "address": text,
            "hazard": text,
            "state": text,
            "clock": clock,
            "clock_text": text,
        }
        for i, clock in enumerate(("normal", "soon", "late"))
    ]
    return frame(rows, [place(i) for i in range(3)])


def addition_frame() -> gpd.GeoDataFrame:
    rows = [
        {"id": i, "kind": "extension", "added_m2": 10.0 * i + 4, "state": state}
        for i, state in enumerate(footprints.STATES)
    ]
    return frame(rows, [box(120.90 + 0.001 * i, 31.70, 120.9005 + 0.001 * i, 31.7004) for i in range(len(rows))])


def rate_frame(text: str = "虞山街道") -> gpd.GeoDataFrame:
    rows = [
        {"code": str(i), "name": text, "closed": closed, "due": due}
        for i, (closed, due) in enumerate([(5, 10), (199, 200), (10, 10), (0, 0)])
    ]
    shapes = [box(120.90 + 0.01 * i, 31.70, 120.91 + 0.01 * i, 31.72) for i in range(4)]
    return frame(rows, shapes)


LAYERS: dict[str, Callable[[str], folium.FeatureGroup]] = {
    "houses": lambda text: houses.houses(house_frame(text=text), link=link),
    "tiles": lambda text: houses.house_tiles(TILES, link_template="/?page=house&code={code}"),
    "grids": lambda text: grids.grids(grid_frame(text), mine="320581101201001"),
    "route": lambda text: route.route(stop_frame(text=text), start=(120.901, 31.701), link=link),
    "tickets": lambda text: tickets.tickets(ticket_frame(text), current="T-1", link=link),
    "footprints": lambda text: footprints.additions(addition_frame()),
    "boundaries": lambda text: boundaries.boundaries(grid_frame(text), level="town"),
    "rates": lambda text: boundaries.closure_rates(rate_frame(text)).add_child(legend.on_map(legend.rate_legend())),
}


def whole_map(*groups: folium.FeatureGroup, text: str = "") -> folium.Map:
    made = base_map(BOUNDS, attribution=text)
    for one in groups:
        one.add_to(made)
    return made


def page(*groups: folium.FeatureGroup, text: str = "") -> str:
    """The map as one HTML page, as folium writes it."""
    return whole_map(*groups, text=text).get_root().render()
