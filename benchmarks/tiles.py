"""Vector tiles of a town of 20,000 houses as a county's centre asks for them, database and packing together.

Claim: 95 of 100 tiles take <= 100 ms, and none is larger than 200 KB packed.

    python -m benchmarks tiles
"""

import gzip
import math
import random
import time
from typing import Any

from sqlalchemy import Connection, text

from benchmarks.ground import COUNTY, SEED, Figure, model_town, on

HOUSES, TILES = 20_000, 60
ZOOMS = (10, 12, 13, 14, 16)


def run() -> list[Figure]:
    """Ask for tiles around houses drawn by a seed, at each zoom."""
    with model_town("tiles", HOUSES) as own, on(own) as connection:
        points: list[Any] = list(
            connection.execute(text("SELECT ST_X(geom), ST_Y(geom) FROM house WHERE geom IS NOT NULL ORDER BY id"))
        )
        drawn = random.Random(SEED)
        figures = []
        every: list[float] = []
        for zoom in ZOOMS:
            took, bytes_ = _asked(connection, zoom, drawn.sample(points, TILES))
            every += took
            figures.append(Figure(f"zoom {zoom}: p50 / p95, largest", f"{_told(took)}, {max(bytes_) / 1024:.0f} KB",
                                  "<= 200 KB", max(bytes_) <= 200 * 1024))  # fmt: skip
    p95 = _quantile(every, 0.95)
    return [
        Figure(f"{len(every)} tiles of {HOUSES:,} houses: p50 / p95", _told(every), "p95 <= 100 ms", p95 <= 0.1),
        *figures,
    ]


def _asked(connection: Connection, zoom: int, points: list[Any]) -> tuple[list[float], list[int]]:
    from actions.operator import operator
    from db.tile import houses_tile

    actor, took, sizes = operator(COUNTY), list[float](), list[int]()
    for point in points:
        x, y = tile_of(point[0], point[1], zoom)
        started = time.perf_counter()
        body = gzip.compress(houses_tile(connection, actor=actor, z=zoom, x=x, y=y), 5)
        took.append(time.perf_counter() - started)
        sizes.append(len(body))
    return took, sizes


def tile_of(lon: float, lat: float, zoom: int) -> tuple[int, int]:
    """The XYZ tile that holds a place (degrees; 4490 is 4326 to a tile)."""
    side = 2**zoom
    north = math.asinh(math.tan(math.radians(lat)))
    return int((lon + 180) / 360 * side), int((1 - north / math.pi) / 2 * side)


def _quantile(values: list[float], share: float) -> float:
    return sorted(values)[min(len(values) - 1, int(share * len(values)))]


def _told(took: list[float]) -> str:
    return f"{_quantile(took, 0.5) * 1000:.0f} / {_quantile(took, 0.95) * 1000:.0f} ms"
