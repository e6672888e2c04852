"""What a frame must be before it is drawn."""

from collections.abc import Iterator
from typing import Any

import geopandas as gpd

from layers.errors import MapFrameError

STORAGE_EPSG = 4490


def checked(frame: gpd.GeoDataFrame, /, layer: str, *, columns: tuple[str, ...], shapes: tuple[str, ...]) -> None:
    """Refuse a frame that lacks a column, is not in EPSG:4490, or holds another or an empty geometry.

    Raises
    ------
    MapFrameError
        Naming the layer and the reason.
    """
    missing = [column for column in columns if column not in frame.columns]
    if missing:
        raise MapFrameError(layer=layer, reason=f"no column {', '.join(missing)}")
    if frame.crs is None or frame.crs.to_epsg() != STORAGE_EPSG:
        raise MapFrameError(layer=layer, reason=f"its CRS is {frame.crs}, not EPSG:{STORAGE_EPSG}")
    if len(frame) and bool((frame.geometry.isna() | frame.geometry.is_empty).any()):
        raise MapFrameError(layer=layer, reason="a geometry is missing or empty")
    found = set(frame.geometry.geom_type) - set(shapes)
    if found:
        raise MapFrameError(layer=layer, reason=f"it holds {', '.join(sorted(found))}")


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
