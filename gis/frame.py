"""The contract at the door: what a frame must bring before anything is measured on it."""

from collections.abc import Collection
from typing import TYPE_CHECKING

import numpy as np
from shapely import is_valid_reason

from gis.errors import AnjuError

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

STORAGE_SRID = 4490


class FrameError(AnjuError):
    """The frame breaks its contract."""


class FrameColumnsError(FrameError):
    """The frame lacks the columns {columns}."""


class FrameWithoutGeometryError(FrameError):
    """The frame has no geometry column."""


class FrameWithoutCrsError(FrameError):
    """The frame states no coordinate system; degrees cannot be told from metres."""


class FrameCrsError(FrameError):
    """The frame is in {found}, EPSG:{expected} is expected."""


class FrameGeometryTypeError(FrameError):
    """Row {row} is a {found}, {expected} is expected ({count} such rows)."""


class FrameEmptyGeometryError(FrameError):
    """Row {row} has no geometry ({count} such rows)."""


class FrameInvalidGeometryError(FrameError):
    """Row {row} has an invalid geometry: {reason} ({count} such rows)."""


def check_frame(
    gdf: "GeoDataFrame", *, columns: Collection[str], geometry: str | Collection[str], crs: int = STORAGE_SRID
) -> "GeoDataFrame":
    """Return ``gdf`` untouched if it keeps the contract.

    ``columns`` must all be there; every geometry is of a type in ``geometry`` ('Polygon' or a collection), neither
    missing nor empty, and valid; the CRS is EPSG:``crs``. An empty frame passes when its columns and CRS do.
    Raises the ``FrameError`` of the first broken clause, naming the first row that breaks it.
    """
    check_columns_and_crs(gdf, columns=columns, crs=crs)
    _check_geometry(gdf, allowed={geometry} if isinstance(geometry, str) else set(geometry))
    return gdf


def check_columns_and_crs(gdf: "GeoDataFrame", *, columns: Collection[str], crs: int = STORAGE_SRID) -> None:
    """The part of ``check_frame`` that asks nothing of the shapes: for whoever looks for broken ones."""
    missing = [name for name in columns if name not in gdf.columns]
    if missing:
        raise FrameColumnsError(columns=", ".join(missing))
    _check_crs(gdf, expected=crs)


def _check_crs(gdf: "GeoDataFrame", *, expected: int) -> None:
    if getattr(gdf, "active_geometry_name", None) is None:
        raise FrameWithoutGeometryError()
    if gdf.crs is None:
        raise FrameWithoutCrsError()
    if gdf.crs.to_epsg() != expected:
        raise FrameCrsError(found=gdf.crs.to_string()[:40], expected=expected)


def _check_geometry(gdf: "GeoDataFrame", *, allowed: set[str]) -> None:
    shapes = gdf.geometry
    empty = np.asarray(shapes.isna() | shapes.is_empty)
    if empty.any():
        raise FrameEmptyGeometryError(row=_first(gdf, empty), count=int(empty.sum()))
    wrong = ~np.asarray(shapes.geom_type.isin(allowed))
    if wrong.any():
        found = shapes.geom_type.iloc[int(np.argmax(wrong))]
        expected = " / ".join(sorted(allowed))
        raise FrameGeometryTypeError(row=_first(gdf, wrong), found=found, expected=expected, count=int(wrong.sum()))
    invalid = ~np.asarray(shapes.is_valid)
    if invalid.any():
        reason = is_valid_reason(shapes.iloc[int(np.argmax(invalid))])
        raise FrameInvalidGeometryError(row=_first(gdf, invalid), reason=reason, count=int(invalid.sum()))


def _first(gdf: "GeoDataFrame", mask: "np.ndarray[tuple[int, ...], np.dtype[np.bool_]]") -> str:
    return str(gdf.index[int(np.argmax(mask))])
