"""Where the rows lie: every coordinate converted once to EPSG:4490 and held against the county's outline."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt
import pyproj
import shapely
from shapely.geometry import MultiPolygon, Point, Polygon
from shapely.geometry.base import BaseGeometry

from exchange.problems import Problem, problem_of
from exchange.row import HouseRow
from exchange.vocabulary import fold, words
from gis.crs import BD09, GCJ02, STORAGE, WGS84, UnknownCrsError, parse_crs, suggest_crs, to_storage

Floats = npt.NDArray[np.float64]
Hint = tuple[str, dict[str, Any]]
ZERO_ISLAND_DEGREES = 1e-3
MAX_DEGREES = 400.0
_SAMPLED = 20
_NORTHING_M = (1_700_000.0, 6_200_000.0)
_EASTING_M = (100_000.0, 1_000_000.0)
_ZONED_EASTING_M = (13_000_000.0, 46_000_000.0)
_HINT_DATUMS = (STORAGE, GCJ02, BD09)
_POLYGONS = (shapely.GeometryType.POLYGON, shapely.GeometryType.MULTIPOLYGON)


def place_points(rows: Sequence[HouseRow], *, crs: str | None, county_polygon: BaseGeometry | None) -> list[Problem]:
    """Give every row that has a coordinate or an outline its ``lon``, ``lat``, ``crs`` and ``footprint``, in place.

    Parameters
    ----------
    rows
        Checked rows; ``crs`` of a row, where its file has such a column, goes before the one of the file.
    crs
        The system of rows that name none; None leaves them in quarantine with the cure.
    county_polygon
        EPSG:4490; a point outside is quarantined, and the problem says which other datum or axis order would have put
        it inside. None checks nothing.

    Returns
    -------
    list of Problem
        At most one a row; a row without any coordinate is no problem here and keeps ``lon`` None.
    """
    problems: list[Problem] = []
    groups: dict[str, list[HouseRow]] = defaultdict(list)
    for row in rows:
        problem = _take_geometry(row)
        system = _system(row, crs) if problem is None and _located(row) else None
        if isinstance(system, str):
            groups[system].append(row)
        elif isinstance(system, Problem):
            problem = system
        if problem is not None:
            problems.append(problem)
    for system, group in groups.items():
        problems += _place_group(group, system, county_polygon)
    return problems


def _located(row: HouseRow) -> bool:
    return row.x is not None or row.y is not None or row.footprint is not None


def _take_geometry(row: HouseRow) -> Problem | None:
    """Turn a point geometry into x and y, and anything with an area into one valid MultiPolygon."""
    shape = row.footprint
    if shape is None:
        return None if (row.x is None) == (row.y is None) else problem_of(row.row, "point", "coordinate_half")
    if shape.is_empty:
        row.footprint = None
        return problem_of(row.row, None, "geometry_empty")
    if not np.isfinite(shapely.get_coordinates(shape)).all():
        return problem_of(row.row, None, "coordinate_nan", raw="NaN")
    if isinstance(shape, Point):
        row.x, row.y, row.footprint = shape.x, shape.y, None
        return None
    row.footprint = _outline(shape)
    return problem_of(row.row, None, "geometry_kind", raw=shape.geom_type) if row.footprint is None else None


def _outline(shape: BaseGeometry) -> MultiPolygon | None:
    valid = shape if shape.is_valid else shapely.make_valid(shape)
    parts = [part for part in shapely.get_parts(shapely.get_parts([valid])) if shapely.get_type_id(part) in _POLYGONS]
    polygons = [polygon for part in parts for polygon in shapely.get_parts(part) if polygon.area > 0]
    if not polygons:
        return None
    merged: BaseGeometry = MultiPolygon(polygons)
    merged = merged if merged.is_valid else shapely.union_all(polygons)
    if isinstance(merged, Polygon):
        merged = MultiPolygon([merged])
    return merged if isinstance(merged, MultiPolygon) else None


def _system(row: HouseRow, default: str | None) -> str | Problem:
    own = row.crs or ""
    if own and fold(own) not in words("unknown_crs"):
        try:
            return parse_crs(own)
        except UnknownCrsError:
            return problem_of(row.row, "crs", "crs_unreadable", raw=own)
    if default is None:
        return problem_of(row.row, "crs", "crs_missing", raw=own)
    return parse_crs(default)


def _place_group(rows: list[HouseRow], crs: str, polygon: BaseGeometry | None) -> list[Problem]:
    """Convert rows of one system together; the problems of those that do not end up in the county."""
    x, y = _source_points(rows, crs)
    lon, lat = _convert(x, y, crs)
    inside = np.isfinite(lon) if polygon is None else covers(polygon, lon, lat)
    for row, east, north in zip(rows, lon, lat, strict=True):
        row.crs, row.lon, row.lat = crs, float(east), float(north)
    _convert_outlines([row for row, within in zip(rows, inside, strict=True) if within], crs)
    bad = np.flatnonzero(~inside)
    stray = _Stray([rows[at] for at in bad], x[bad], y[bad], crs)
    return stray.problems(polygon)


def _source_points(rows: list[HouseRow], crs: str) -> tuple[Floats, Floats]:
    """East and north as the source has them; an outline gives a point that lies on it."""
    x = np.array([np.nan if row.x is None else row.x for row in rows], dtype=np.float64)
    y = np.array([np.nan if row.y is None else row.y for row in rows], dtype=np.float64)
    if _is_projected(crs):
        north_first = _between(x, _NORTHING_M) & (_between(y, _EASTING_M) | _between(y, _ZONED_EASTING_M))
        x, y = np.where(north_first, y, x), np.where(north_first, x, y)
    shapes = np.array([row.footprint for row in rows], dtype=object)
    outlined = ~shapely.is_missing(shapes)
    points = shapely.point_on_surface(shapes[outlined])
    x[outlined], y[outlined] = shapely.get_x(points), shapely.get_y(points)
    return x, y


@cache
def _is_projected(crs: str) -> bool:
    return crs not in {GCJ02, BD09} and bool(pyproj.CRS.from_user_input(crs).is_projected)


def _between(values: Floats, bounds: tuple[float, float]) -> npt.NDArray[np.bool_]:
    return (values >= bounds[0]) & (values <= bounds[1])


def _convert(x: Floats, y: Floats, crs: str) -> tuple[Floats, Floats]:
    lon, lat = to_storage(x, y, source=crs)
    return np.asarray(lon, dtype=np.float64), np.asarray(lat, dtype=np.float64)


def covers(polygon: BaseGeometry, lon: Floats, lat: Floats) -> npt.NDArray[np.bool_]:
    """Which points (EPSG:4490 degrees) lie in or on a polygon; a point without numbers lies nowhere."""
    shapely.prepare(polygon)
    inside = np.isfinite(lon) & np.isfinite(lat)
    inside[inside] = shapely.intersects_xy(polygon, lon[inside], lat[inside])
    return inside


def _convert_outlines(rows: list[HouseRow], crs: str) -> None:
    outlined = [row for row in rows if row.footprint is not None]
    if not outlined or crs in {STORAGE, WGS84}:
        return
    shapes = np.array([row.footprint for row in outlined], dtype=object)
    places = shapely.get_coordinates(shapes)
    moved = shapely.set_coordinates(shapes.copy(), np.column_stack(_convert(places[:, 0], places[:, 1], crs)))
    for row, shape in zip(outlined, moved, strict=True):
        row.footprint = _outline(shape)


@dataclass(slots=True)
class _Stray:
    """Rows outside the county, with what the source gave for them."""

    rows: list[HouseRow]
    x: Floats
    y: Floats
    crs: str

    def problems(self, polygon: BaseGeometry | None) -> list[Problem]:
        hints = self._hints(polygon) if polygon is not None and self.rows else [[] for _ in self.rows]
        return [self._problem(at, hint) for at, hint in enumerate(hints)]

    def _hints(self, polygon: BaseGeometry) -> list[list[Hint]]:
        """The cheapest mistake that explains each point: swapped axes, another datum, both."""
        hints: list[list[Hint]] = [[] for _ in self.rows]
        for crs, swapped in self._candidates(polygon):
            east, north = (self.y, self.x) if swapped else (self.x, self.y)
            for at in np.flatnonzero(covers(polygon, *_convert(east, north, crs))):
                hints[at].append(_hint(crs, swapped, stated=self.crs))
        return [[hint for hint in found if hint[0] == found[0][0]] for found in hints]

    def _candidates(self, polygon: BaseGeometry) -> list[tuple[str, bool]]:
        """The geographic datums for all, and whatever projected system explains one of the first points."""
        others = [name for name in _HINT_DATUMS if {name, self.crs} not in ({STORAGE, WGS84}, {self.crs})]
        found = [(self.crs, True), *((name, False) for name in others), *((name, True) for name in others)]
        for x, y in zip(self.x[:_SAMPLED], self.y[:_SAMPLED], strict=True):
            guess = suggest_crs(float(x), float(y), polygon, source=self.crs) if np.isfinite((x, y)).all() else None
            if guess is not None and (guess.crs, guess.swapped) not in found:
                found.append((guess.crs, guess.swapped))
        return found

    def _problem(self, at: int, hints: list[Hint]) -> Problem:
        row, x, y = self.rows[at], float(self.x[at]), float(self.y[at])
        row.lon = row.lat = None
        raw = f"{x:.10g}, {y:.10g}"
        if not np.isfinite((x, y)).all():
            return problem_of(row.row, "point", "coordinate_nan", raw=raw)
        if abs(x) < ZERO_ISLAND_DEGREES and abs(y) < ZERO_ISLAND_DEGREES:
            return problem_of(row.row, "point", "zero_island", raw=raw)
        if not _is_projected(self.crs) and max(abs(x), abs(y)) > MAX_DEGREES and not hints:
            return problem_of(row.row, "point", "looks_projected", raw=raw, crs=self.crs)
        return problem_of(row.row, "point", "outside_county", raw=raw, crs=self.crs, hints=hints or [("nothing", {})])


def _hint(crs: str, swapped: bool, *, stated: str) -> Hint:
    if crs == stated:
        return ("swapped", {})
    return ("datum_swapped" if swapped else "datum", {"crs": crs})
