"""A frame's rows and shapes as the map's script takes them; the frame itself is checked by ``gis.frame``."""

from collections.abc import Iterator
from typing import Any

import geopandas as gpd


def rows(frame: gpd.GeoDataFrame, /) -> Iterator[dict[str, Any]]:
    """The frame's rows as plain dictionaries, absent values as ``None``."""
    table = frame.drop(columns=frame.geometry.name)
    table = table.astype(object).where(table.notna(), None)
    for record, shape in zip(table.to_dict("records"), frame.geometry, strict=True):
        yield {**{str(name): value for name, value in record.items()}, "shape": shape}


def at(point: Any, /) -> list[float]:
    """A point as Leaflet takes it: latitude first, seven decimals (a centimetre)."""
    return [round(point.y, 7), round(point.x, 7)]


def rings(shape: Any, /) -> list[list[list[list[float]]]]:
    """A polygon or multipolygon as Leaflet takes it: parts of rings of latitude, longitude (six decimals)."""
    parts = shape.geoms if shape.geom_type == "MultiPolygon" else [shape]
    return [[_ring(ring) for ring in (part.exterior, *part.interiors)] for part in parts]


def _ring(ring: Any) -> list[list[float]]:
    return [[round(y, 6), round(x, 6)] for x, y, *_ in ring.coords[:-1]]
