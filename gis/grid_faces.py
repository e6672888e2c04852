"""The ground of some grids as faces: the smallest pieces between all their edges, and who holds each of them.

Every repair of a coverage is a new answer to one question, whose is this face. Shapes put together from faces share
their edges vertex by vertex, so that what comes out neither overlaps nor leaves a gap.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import shapely
from shapely.geometry import MultiPolygon, Polygon
from shapely.geometry.base import BaseGeometry

from gis.measure import area_m2, length_m

METRES_A_DEGREE = 111_320.0
NOISE_M2, NOISE_WIDTH_M = 0.5, 0.2
"""A fault is at least this large and on average at least this wide; less is what rounding a file's digits leaves."""
HAIR_M = 0.05
"""Thinner than this is no ground at all, only two edges that were meant to be one."""


def polygonal(shape: BaseGeometry | None) -> BaseGeometry:
    """The valid polygon or polygons of a shape, empty where there is none; lines and points fall away."""
    if shape is None or shape.is_empty:
        return Polygon()
    if not shape.is_valid:
        shape = shapely.make_valid(shape, method="structure", keep_collapsed=False)
    flat = [part for part in pieces(shape) if part.area > 0]
    return flat[0] if len(flat) == 1 else MultiPolygon(flat)


def pieces(shape: BaseGeometry | None) -> list[Polygon]:
    """The polygons in a shape, collections opened."""
    if shape is None or shape.is_empty:
        return []
    found: list[Polygon] = []
    for part in shapely.get_parts(shape):
        found += [part] if isinstance(part, Polygon) else pieces(part) if hasattr(part, "geoms") else []
    return [part for part in found if not part.is_empty]


def mean_width_m(shape: BaseGeometry) -> float:
    """Twice the area over the perimeter: the width of a strip, half the side of a square."""
    round_m = length_m(shape)
    return 2 * area_m2(shape) / round_m if round_m else 0.0


def is_fault(shape: BaseGeometry) -> bool:
    """Whether a piece that should not be is large enough to be said, hairs that hang on it not counted."""
    if area_m2(shape) < NOISE_M2:
        return False
    return mean_width_m(shape) >= NOISE_WIDTH_M or any(
        area_m2(part) >= NOISE_M2 and mean_width_m(part) >= NOISE_WIDTH_M for part in pieces(shaved(shape))
    )


def is_hair(shape: BaseGeometry) -> bool:
    """Whether a piece is nothing but what lies between two edges that were meant to be one."""
    return area_m2(shape) < NOISE_M2 and mean_width_m(shape) < HAIR_M


def shaved(shape: BaseGeometry) -> BaseGeometry:
    """A shape without what is as thin as a hair."""
    reach = HAIR_M / METRES_A_DEGREE
    return shape.buffer(-reach, join_style="mitre").buffer(reach, join_style="mitre")


def faults_in(shape: BaseGeometry) -> list[Polygon]:
    """The pieces of a shape that are large enough to be said."""
    return [part for part in pieces(shape) if is_fault(part)]


def filled(shape: BaseGeometry) -> BaseGeometry:
    """A shape without its holes."""
    return shapely.union_all([Polygon(part.exterior) for part in pieces(shape)])


def shared_m(one: BaseGeometry, other: BaseGeometry) -> float:
    """How many metres of edge two shapes have in common, to a millimetre or so beside each other."""
    common = shapely.intersection(shapely.boundary(one), shapely.boundary(other))
    return length_m(common) if not common.is_empty else 0.0


@dataclass(slots=True)
class Faces:
    """Faces and for each the numbers of the shapes that hold it."""

    shapes: list[Polygon]
    owners: list[set[int]]
    _edges: list[dict[int, float]] | None = field(default=None)

    def neighbours(self) -> list[dict[int, float]]:
        """For each face the faces beside it and the length of the common edge in degrees."""
        if self._edges is None:
            self._edges = _common_edges(self.shapes)
        return self._edges

    def shape_of(self, owner: int) -> BaseGeometry:
        """What a shape's faces make together."""
        own = [face for face, holders in zip(self.shapes, self.owners, strict=True) if owner in holders]
        return polygonal(shapely.coverage_union_all(own)) if own else Polygon()


def faces_of(shapes: Sequence[BaseGeometry], others: Iterable[BaseGeometry] = ()) -> Faces:
    """Cut the ground along every edge of valid ``shapes`` and of ``others``, polygons or lines, which hold nothing."""
    drawn = [shape for shape in (*shapes, *others) if not shape.is_empty]
    lines = [shape if shape.geom_type == "LineString" else shapely.boundary(shape) for shape in drawn]
    faces = list(shapely.get_parts(shapely.polygonize([shapely.union_all(lines)]))) if lines else []
    owners: list[set[int]] = [set() for _ in faces]
    if faces and len(shapes):
        spots = deep_points(faces)
        held = np.asarray(shapes, dtype=object)
        shapely.prepare(held)
        owner, face = shapely.STRtree(spots).query(held, predicate="intersects")
        for who, where in zip(owner.tolist(), face.tolist(), strict=True):
            owners[where].add(who)
    return Faces(faces, owners)


def deep_points(faces: Sequence[BaseGeometry]) -> npt.NDArray[np.object_]:
    """A point well inside each polygon, away from hairs that rounding hung on it."""
    circles = shapely.maximum_inscribed_circle(np.asarray(faces, dtype=object))
    return np.asarray(shapely.get_point(circles, 0), dtype=object)


def _common_edges(faces: Sequence[Polygon]) -> list[dict[int, float]]:
    found: list[dict[int, float]] = [{} for _ in faces]
    if len(faces) < 2:
        return found
    flat = np.asarray(faces, dtype=object)
    first, second = shapely.STRtree(flat).query(flat, predicate="intersects")
    apart = first < second
    first, second = first[apart], second[apart]
    common = shapely.intersection(shapely.boundary(flat[first]), shapely.boundary(flat[second]))
    for one, other, length in zip(first.tolist(), second.tolist(), shapely.length(common).tolist(), strict=True):
        if length > 0:
            found[one][other] = found[other][one] = length
    return found
