"""Where a map is told to look: at some bounds, as close as they fit."""

import math
from typing import Any

Bounds = tuple[float, float, float, float]


def look(bounds: Bounds, *, height_px: int, closest: int = 17) -> dict[str, Any]:
    """The arguments of ``st_folium`` that show some bounds (west, south, east, north) as large as they fit."""
    west, south, east, north = bounds
    wide = max(east - west, (north - south) * 1.4, 1e-4)
    zoom = math.floor(math.log2(360 * height_px / 256 / wide))
    return {"center": ((south + north) / 2, (west + east) / 2), "zoom": max(12, min(closest, zoom))}
