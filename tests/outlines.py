"""Two surveys of the tiny town's buildings, the second drawn by another hand and with three things built since."""

from typing import Any

import geopandas as gpd
import numpy as np
from shapely import affinity, box
from shapely.geometry.base import BaseGeometry

from tests.world import HOUSES

PLANE = "EPSG:4549"
EXTENSION_M2, HUT_M2, FAR_M2 = 24.0, 20.0, 35.0


def frame(shapes: list[Any], crs: int = 4490) -> gpd.GeoDataFrame:
    """Outlines as they are kept: EPSG:4490, nothing known of heights."""
    nothing = [np.nan] * len(shapes)
    return gpd.GeoDataFrame({"height_m": nothing, "floors": nothing}, geometry=shapes, crs=PLANE).to_crs(crs)


def earlier() -> list[BaseGeometry]:
    """A house of 12 by 9 m around each house of the town's first five, and thirty others to the south."""
    at = gpd.GeoSeries.from_xy(
        [HOUSES[n][1] for n in range(1, 6)], [HOUSES[n][2] for n in range(1, 6)], crs=4490
    ).to_crs(PLANE)  # fmt: skip
    own = [box(p.x - 6, p.y - 4.5, p.x + 6, p.y + 4.5) for p in at]
    first = at.iloc[0]
    rest = [
        box(first.x + 35 * (n % 6), first.y - 150 - 30 * (n // 6), first.x + 35 * (n % 6) + 9 + n % 4,
            first.y - 142 - 30 * (n // 6) + n % 3)
        for n in range(30)
    ]  # fmt: skip
    return [*own, *rest]


def later(shift: tuple[float, float] = (2.6, -1.8)) -> list[BaseGeometry]:
    """The same, shifted: 6 by 4 m built on to house 1, a hut of 5 by 4 m beside house 3, one of 7 by 5 m by none."""
    shapes = earlier()
    west, south, east, north = shapes[0].bounds
    shapes[0] = shapes[0].union(box(west + 1, north, west + 7, north + 4))
    west, south, east, _ = shapes[2].bounds
    hut = box(east + 4, south, east + 9, south + 4)
    west, south, east, _ = shapes[-1].bounds
    alone = box(east + 5, south, east + 12, south + 5)
    return [affinity.translate(one, *shift) for one in [*shapes, hut, alone]]
