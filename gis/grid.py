"""Grids: 15-digit codes, cutting a village into grids without gap or overlap, and finding a point's grid."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import shapely
from shapely.geometry import LineString, Point, Polygon
from shapely.geometry.base import BaseGeometry

from gis.code import CodeError, check_village
from gis.errors import AnjuError

Floats = npt.NDArray[np.float64]
Places = npt.NDArray[np.int64]
NOWHERE = -1
SNAP_DEG = 1e-11
_EDGE_DEG = 1e-8
_SERIALS = 999


class GridCodeError(AnjuError):
    """{code!r} is no grid code: 15 digits, a village's 12 and a serial 001-999."""


class GridCountError(AnjuError):
    """{count} grids do not fit into one village; serials end at 999."""


class GridCutError(AnjuError):
    """A village can be cut only from a valid polygon and at least one point a grid."""


@dataclass(frozen=True, slots=True, order=True)
class GridCode:
    """The 15-digit code of a grid: county 6, town 3, village 3, serial 3 (GB/T 30428.1).

    Raises ``GridCodeError``.
    """

    village: str
    serial: int

    def __post_init__(self) -> None:
        try:
            check_village(self.village)
        except CodeError:
            raise GridCodeError(code=f"{self.village}{self.serial:03d}") from None
        if not 1 <= self.serial <= _SERIALS:
            raise GridCodeError(code=f"{self.village}{self.serial:03d}")

    @classmethod
    def parse(cls, text: str) -> "GridCode":
        """Read 15 digits, separators tolerated; raises ``GridCodeError``."""
        plain = "".join(character for character in text if character not in " -_")
        if len(plain) != 15 or not (plain.isascii() and plain.isdigit()):
            raise GridCodeError(code=text)
        return cls(plain[:12], int(plain[12:]))

    def __str__(self) -> str:
        return f"{self.village}{self.serial:03d}"


def number_grids(polygons: Sequence[BaseGeometry]) -> list[int]:
    """Return the serial (from 1) of each grid of one village, west to east in rows from north to south.

    A row is as high as the median grid; ties go by the order given. Raises ``GridCountError`` above 999.
    """
    if len(polygons) > _SERIALS:
        raise GridCountError(count=len(polygons))
    if not polygons:
        return []
    bounds = shapely.bounds(np.asarray(polygons, dtype=object))
    middle_x, middle_y = (bounds[:, 0] + bounds[:, 2]) / 2, (bounds[:, 1] + bounds[:, 3]) / 2
    row_height = max(float(np.median(bounds[:, 3] - bounds[:, 1])), 1e-12)
    rows = np.floor((bounds[:, 3].max() - middle_y) / row_height)
    order = np.lexsort((-middle_y, middle_x, rows))
    serials = np.empty(len(polygons), dtype=int)
    serials[order] = np.arange(1, len(polygons) + 1)
    return [int(serial) for serial in serials]


def assign(points: npt.ArrayLike, polygons: Sequence[BaseGeometry]) -> Places:
    """Return for each point the index of its polygon, -1 where it lies in none.

    ``points`` is an (n, 2) array of lon, lat. A point on a shared edge goes to the first polygon of those given; a
    point within 1e-8 degrees (1 mm) outside an edge counts as on it.
    """
    places = np.full(len(np.atleast_2d(np.asarray(points))) if np.size(points) else 0, NOWHERE, dtype=np.int64)
    if not len(places) or not polygons:
        return places
    spots = np.asarray(shapely.points(np.asarray(points, dtype=np.float64).reshape(-1, 2)), dtype=object)
    shapes = np.asarray(polygons, dtype=object)
    shapely.prepare(shapes)
    owner, inside = shapely.STRtree(spots).query(shapes, predicate="intersects")
    _take_lowest(places, inside, owner)
    stray = np.flatnonzero(places == NOWHERE)
    if stray.size:
        at, near = shapely.STRtree(shapes).query_nearest(spots[stray], max_distance=_EDGE_DEG, all_matches=True)
        _take_lowest(places, stray[at], near)
    return places


def _take_lowest(places: Places, points: Places, owners: Places) -> None:
    order = np.argsort(-owners, kind="stable")
    places[points[order]] = owners[order]


def cut(polygon: BaseGeometry, points: npt.ArrayLike, *, per_grid: int) -> list[Polygon]:
    """Cut a village into contiguous grids of about ``per_grid`` points each, in the order of their serials.

    ``polygon`` is a valid Polygon or MultiPolygon (EPSG:4490), ``points`` an (n, 2) array of lon, lat of which those
    outside are ignored. The village is halved again and again across its longer side so that both sides hold their
    share of points; the pieces share their edges vertex by vertex, so they neither overlap nor leave a gap, and their
    union is the village to 1e-11 degrees. A piece cut off by a bend joins the neighbour with the longest common edge;
    an island without points of its own stays a grid by itself. Raises ``GridCutError``, ``GridCountError``.
    """
    if polygon.is_empty or not polygon.is_valid or polygon.area <= 0 or per_grid < 1:
        raise GridCutError()
    spots = _inside(polygon, np.asarray(points, dtype=np.float64).reshape(-1, 2))
    count = max(1, round(len(spots) / per_grid))
    if count > _SERIALS:
        raise GridCountError(count=count)
    west, south, east, north = polygon.bounds
    stretch = float(np.cos(np.radians((south + north) / 2)))
    boxes, lines = halve(spots, (west, south, east, north), count=count, stretch=stretch)
    faces = _faces(polygon, lines)
    grids = _merge(faces, boxes, spots)
    serials = number_grids(grids)
    return [grid for _, grid in sorted(zip(serials, grids, strict=True), key=lambda pair: pair[0])]


Box = tuple[float, float, float, float]


def _inside(polygon: BaseGeometry, spots: Floats) -> Floats:
    return spots[shapely.intersects_xy(polygon, spots[:, 0], spots[:, 1])] if len(spots) else spots


def halve(spots: Floats, box: Box, *, count: int, stretch: float) -> tuple[list[Box], list[LineString]]:
    """Halve a box across its longer side until every part holds its share of points.

    ``spots`` is (n, 2) of lon, lat; ``stretch`` is the cosine of the latitude. Returns the boxes (at most ``count``)
    and the cuts between them, from edge to edge of the box they halve.
    """
    if count == 1:
        return [box], []
    west, south, east, north = box
    wide = (east - west) * stretch >= north - south
    axis = 0 if wide else 1
    at = _level(spots[:, axis], share=(count // 2) / count)
    if at is None:
        axis = 1 - axis
        at = _level(spots[:, axis], share=(count // 2) / count)
    if at is None:
        return [box], []
    low: Box = (west, south, at, north) if axis == 0 else (west, south, east, at)
    high: Box = (at, south, east, north) if axis == 0 else (west, at, east, north)
    line = LineString([(at, south), (at, north)] if axis == 0 else [(west, at), (east, at)])
    below = spots[:, axis] < at
    low_boxes, low_lines = halve(spots[below], low, count=count // 2, stretch=stretch)
    high_boxes, high_lines = halve(spots[~below], high, count=count - count // 2, stretch=stretch)
    return low_boxes + high_boxes, [line, *low_lines, *high_lines]


def _level(values: Floats, *, share: float) -> float | None:
    """Return where to cut so that ``share`` of the values lie below, between two different ones; None if all agree."""
    ordered = np.unique(values)
    if len(ordered) < 2 or ordered[-1] - ordered[0] <= 100 * SNAP_DEG:
        return None
    gaps = (ordered[:-1] + ordered[1:]) / 2
    below = np.searchsorted(np.sort(values), gaps)
    wide_enough = np.diff(ordered) > 100 * SNAP_DEG
    if not wide_enough.any():
        return None
    miss = np.where(wide_enough, np.abs(below - share * len(values)), np.inf)
    return float(gaps[int(np.argmin(miss))])


def _faces(polygon: BaseGeometry, lines: list[LineString]) -> list[Polygon]:
    """Return the faces of the village between the cuts, noded once so that neighbours share every vertex."""
    noded = shapely.unary_union([polygon.boundary, *lines], grid_size=SNAP_DEG)
    faces = shapely.get_parts(shapely.polygonize([noded]))
    inner = shapely.point_on_surface(faces)
    return [face for face, spot in zip(faces, inner, strict=True) if polygon.intersects(spot)]


def _merge(faces: list[Polygon], boxes: list[Box], spots: Floats) -> list[Polygon]:
    """Join the faces of each box; a face that its box does not touch with an edge goes to a neighbour."""
    home = assign(
        [(spot.x, spot.y) for spot in map(Polygon.representative_point, faces)], [shapely.box(*box) for box in boxes]
    )
    weight = np.bincount(np.clip(assign(spots, faces), 0, None), minlength=len(faces)) if len(spots) else None
    shared = _shared_lengths(faces)
    owner = _main_bodies(home, shared, faces, weight)
    _adopt(owner, shared)
    groups = [np.flatnonzero(owner == one) for one in np.unique(owner)]
    merged = [shapely.coverage_union_all([faces[int(face)] for face in group]) for group in groups]
    return [part for shape in merged for part in shapely.get_parts(shape)]


def _shared_lengths(faces: list[Polygon]) -> dict[tuple[int, int], float]:
    """Return the length of every edge that two faces share, both ways round, in degrees."""
    tree = shapely.STRtree(faces)
    first, second = tree.query(faces, predicate="intersects")
    pairs = first < second
    first, second = first[pairs], second[pairs]
    shapes = np.asarray(faces, dtype=object)
    lengths = shapely.length(shapely.intersection(shapely.boundary(shapes[first]), shapely.boundary(shapes[second])))
    shared: dict[tuple[int, int], float] = {}
    for one, other, length in zip(first.tolist(), second.tolist(), lengths.tolist(), strict=True):
        if length > 2 * SNAP_DEG:
            shared[one, other] = shared[other, one] = length
    return shared


def _main_bodies(
    home: Places, shared: dict[tuple[int, int], float], faces: list[Polygon], weight: Places | None
) -> Places:
    """Give each box its heaviest connected group of faces (points first, then area); the rest stays unowned."""
    owner = np.full(len(faces), NOWHERE, dtype=np.int64)
    for box in np.unique(home):
        members = set(np.flatnonzero(home == box).tolist())
        groups = _connected(members, shared)
        best = max(
            groups,
            key=lambda group: (
                int(weight[sorted(group)].sum()) if weight is not None else 0,
                sum(faces[face].area for face in sorted(group)),
            ),
        )
        owner[sorted(best)] = box
    return owner


def _connected(members: set[int], shared: dict[tuple[int, int], float]) -> list[set[int]]:
    groups: list[set[int]] = []
    left = set(members)
    while left:
        group, edge = set[int](), {min(left)}
        while edge:
            group |= edge
            edge = {two for one, two in shared if one in edge and two in members and two not in group}
        groups.append(group)
        left -= group
    return groups


def _adopt(owner: Places, shared: dict[tuple[int, int], float]) -> None:
    """Hand every unowned face to the owner of its longest common edge; what touches nobody becomes its own."""
    while True:
        unowned = [(length, one, two) for (one, two), length in shared.items() if owner[one] < 0 <= owner[two]]
        if not unowned:
            break
        _, face, neighbour = max(unowned, key=lambda row: (row[0], -row[1], -row[2]))
        owner[face] = owner[neighbour]
    spare = int(owner.max(initial=0)) + 1
    for face in np.flatnonzero(owner < 0).tolist():
        joined = [int(owner[two]) for one, two in shared if one == face and owner[two] >= 0]
        owner[face] = joined[0] if joined else spare
        spare += 0 if joined else 1


def locate(lon: float, lat: float, polygons: Sequence[BaseGeometry]) -> int:
    """Return the index of the polygon that holds one point, -1 for none; the same rule as ``assign``."""
    spot = Point(lon, lat)
    return int(assign([(spot.x, spot.y)], polygons)[0])
