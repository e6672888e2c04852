"""Changing grids by hand without tearing them: split, merge, move a corner; and who takes over from whom.

The grids of a village are handled together. Neighbours share every corner, so each change is made to all that touch
it; what comes out covers exactly the ground that went in, or the change is refused.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import shapely
from shapely.geometry import LineString, MultiPolygon, Point, Polygon
from shapely.geometry.base import BaseGeometry

from gis.errors import AnjuError
from gis.grid import assign
from gis.grid_faces import faces_of, mean_width_m, pieces, polygonal, shared_m
from gis.grid_ground import SLIVER_M

SAME_DEG2 = 1e-13
"""Two pieces of ground that differ by less (a thousandth of a square metre) are one."""
_TOUCH_DEG = 1e-8
_REACH = 0.25


class LineMissesError(AnjuError):
    """The line does not cut the grid in two: draw it from one side right across to another."""


class NotBesideError(AnjuError):
    """The grids share no edge; only neighbours can be merged."""


class NoCornerError(AnjuError):
    """No grid has an edge where the corner was taken hold of."""


class TornError(AnjuError):
    """The corner cannot go there: the grids would cross each other or leave the village."""


def split(shapes: Sequence[BaseGeometry], row: int, line: LineString) -> list[BaseGeometry]:
    """Cut one grid along a line: its pieces, the largest first; the others of the village keep their ground.

    The line's ends are drawn on by a quarter of their segments, so that it may stop a little short. Pieces thinner than
    3 m stay with the piece beside them. Raises ``LineMissesError``.
    """
    faces = [face for face in faces_of([shapes[row]], [_drawn_on(line)]).shapes if shapes[row].covers(_inner(face))]
    parts = _without_slivers(faces)
    if len(parts) < 2:
        raise LineMissesError()
    return sorted(parts, key=lambda part: -part.area)


def _drawn_on(line: LineString) -> LineString:
    corners = shapely.get_coordinates(line)
    if len(corners) < 2 or line.length == 0:
        raise LineMissesError()
    first, last = corners[0] + (corners[0] - corners[1]) * _REACH, corners[-1] + (corners[-1] - corners[-2]) * _REACH
    return LineString([first, *corners, last])


def _inner(face: BaseGeometry) -> Point:
    return face.representative_point()


def _without_slivers(faces: Sequence[BaseGeometry]) -> list[BaseGeometry]:
    """Join every face that is too thin to the one with the longest common edge."""
    left = list(faces)
    while len(left) > 1:
        thin = min(left, key=mean_width_m)
        if mean_width_m(thin) >= SLIVER_M:
            break
        rest = [face for face in left if face is not thin]
        beside = max(rest, key=lambda face: shared_m(face, thin))
        left = [face for face in rest if face is not beside] + [polygonal(shapely.coverage_union_all([beside, thin]))]
    return left


def merge(shapes: Sequence[BaseGeometry], rows: Sequence[int]) -> BaseGeometry:
    """The one grid that some neighbours make together; raises ``NotBesideError`` where they are not in one piece."""
    chosen = [shapes[row] for row in rows]
    whole = polygonal(shapely.coverage_union_all(chosen))
    least = max(len(pieces(shape)) for shape in chosen)
    if len(chosen) < 2 or len(pieces(whole)) > least:
        raise NotBesideError()
    return whole


Spot = tuple[float, float]


def move_corner(
    shapes: Sequence[BaseGeometry], at: Spot, to: Spot, *, outline: BaseGeometry | None = None
) -> list[BaseGeometry]:
    """Move the corner at a place, or a new corner on the edge there, in every grid that has it; all shapes, in order.

    ``outline`` is the village's; without it the grids' own union has to stay. A corner on its boundary slides along it.
    Raises ``NoCornerError``, ``TornError``.
    """
    spot = Point(at)
    touched = [row for row, shape in enumerate(shapes) if shapely.boundary(shape).distance(spot) <= _TOUCH_DEG]
    if not touched:
        raise NoCornerError()
    border = shapely.boundary(outline if outline is not None else shapely.union_all(list(shapes)))
    target = np.asarray(to, dtype=np.float64)
    if border.distance(spot) <= _TOUCH_DEG:
        target = shapely.get_coordinates(border.interpolate(border.project(Point(to))))[0]
    after = list(shapes)
    for row in touched:
        after[row] = _moved(shapes[row], np.asarray(at, dtype=np.float64), target)
    _refuse_torn(shapes, after, touched)
    return after


def _refuse_torn(before: Sequence[BaseGeometry], after: Sequence[BaseGeometry], touched: Sequence[int]) -> None:
    if not all(after[row].is_valid and after[row].area > 0 for row in touched):
        raise TornError()
    ground = shapely.union_all(list(before)).symmetric_difference(shapely.union_all(list(after)))
    areas = float(sum(shape.area for shape in after)) - float(sum(shape.area for shape in before))
    if ground.area > SAME_DEG2 or abs(areas) > SAME_DEG2:
        raise TornError()


def _moved(shape: BaseGeometry, at: npt.NDArray[np.float64], to: npt.NDArray[np.float64]) -> BaseGeometry:
    parts = [
        Polygon(_ring(one.exterior, at, to), [_ring(hole, at, to) for hole in one.interiors]) for one in pieces(shape)
    ]
    return parts[0] if len(parts) == 1 else MultiPolygon(parts)


def _ring(ring: BaseGeometry, at: npt.NDArray[np.float64], to: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    corners = shapely.get_coordinates(ring)[:-1]
    here = np.abs(corners - at).max(axis=1) <= _TOUCH_DEG
    if here.any():
        corners[here] = to
        return corners
    following = np.roll(corners, -1, axis=0)
    edges = shapely.linestrings(np.stack([corners, following], axis=1))
    near = shapely.distance(edges, Point(at))
    if near.min() > _TOUCH_DEG:
        return corners
    return np.insert(corners, int(np.argmin(near)) + 1, to, axis=0)


def corners_of(shapes: Sequence[BaseGeometry]) -> tuple[list[Spot], list[Spot]]:
    """Places that can be taken hold of: corners that two grids share, and the middles of the edges they share."""
    corners: dict[Spot, None] = {}
    middles: dict[Spot, None] = {}
    for line in _shared_lines(shapes):
        spots = shapely.get_coordinates(line)
        corners.update(dict.fromkeys((float(x), float(y)) for x, y in spots))
        middles.update(dict.fromkeys((float(x), float(y)) for x, y in (spots[:-1] + spots[1:]) / 2))
    return list(corners), list(middles)


def _shared_lines(shapes: Sequence[BaseGeometry]) -> list[LineString]:
    flat = np.asarray(shapes, dtype=object)
    first, second = shapely.STRtree(flat).query(flat, predicate="intersects")
    pairs = first < second
    common = shapely.intersection(shapely.boundary(flat[first[pairs]]), shapely.boundary(flat[second[pairs]]))
    lines = [shapely.line_merge(one) for one in common if one.length > 0]
    return [part for line in lines for part in shapely.get_parts(line) if isinstance(part, LineString)]


@dataclass(frozen=True, slots=True)
class Heirs:
    """Who takes over: ``taken`` new row -> old row, ``released`` old rows whose heir took over from a larger one."""

    taken: dict[int, int]
    released: tuple[int, ...]


def heirs(old: Sequence[BaseGeometry], new: Sequence[BaseGeometry], houses: npt.ArrayLike) -> Heirs:
    """Find for every old grid the new one that holds most of its houses (most of its ground, where it has none).

    ``houses`` is an (n, 2) array of lon, lat. A new grid takes over from one old grid, the one with most houses in it.
    """
    spots = np.asarray(houses, dtype=np.float64).reshape(-1, 2)
    before, after = assign(spots, old), assign(spots, new)
    shared = np.zeros((len(old), len(new)))
    both = (before >= 0) & (after >= 0)
    np.add.at(shared, (before[both], after[both]), 1.0)
    ground = _shared_ground(old, new)
    claims = [(shared[one, int(to)], ground[one, int(to)], -one, int(to)) for one in range(len(old))
              if (to := _heir(shared[one], ground[one])) is not None]  # fmt: skip
    taken: dict[int, int] = {}
    for _, _, one, to in sorted(claims, reverse=True):
        taken.setdefault(to, -one)
    return Heirs(taken, tuple(row for row in range(len(old)) if row not in taken.values()))


def _shared_ground(old: Sequence[BaseGeometry], new: Sequence[BaseGeometry]) -> npt.NDArray[np.float64]:
    if not len(old) or not len(new):
        return np.zeros((len(old), len(new)))
    olds, news = np.asarray(old, dtype=object), np.asarray(new, dtype=object)
    return np.asarray(shapely.area(shapely.intersection(olds[:, None], news[None, :])), dtype=np.float64)


def _heir(shared: npt.NDArray[np.float64], ground: npt.NDArray[np.float64]) -> int | None:
    if not len(ground) or ground.max() <= 0:
        return None
    return int(np.lexsort((ground, shared))[-1])


def same_ground(one: BaseGeometry, other: BaseGeometry) -> bool:
    """Whether two outlines hold the same ground, whatever corners they are drawn with."""
    return bool(one.symmetric_difference(other).area <= SAME_DEG2)


def noded(shapes: Sequence[BaseGeometry]) -> list[BaseGeometry]:
    """The same grids with every corner of a neighbour on their own edges too."""
    faces = faces_of(shapes)
    after = [faces.shape_of(row) for row in range(len(shapes))]
    return [new if same_ground(old, new) else old for old, new in zip(shapes, after, strict=True)]
