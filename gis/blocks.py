"""The smallest pieces that grids are put together from, and which of them lie side by side."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import shapely
from shapely.geometry.base import BaseGeometry

from gis.grid import SNAP_DEG, assign, halve

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
_REACH_DEG = 1e-6
"""Edges that run along each other at most this far apart (a decimetre) count as one; villages are drawn so."""
_METRES_A_DEGREE = 111_000.0
LEAST_EDGE_M = 3.0


@dataclass(frozen=True, slots=True, eq=False)
class Blocks:
    """Pieces of grids, b of them, that cover these without gap or overlap; EPSG:4490.

    ``shapes`` are polygons that share every corner with their neighbours in the same village; ``home`` is the index of
    the grid each is a piece of; ``place`` says for each point in which block it lies, -1 for none.
    """

    shapes: npt.NDArray[np.object_]
    home: Ints
    place: Ints


def blocks_of(grids: Sequence[BaseGeometry], points: npt.ArrayLike, *, per_block: float) -> Blocks:
    """Cut the grids of one village into blocks of about ``per_block`` points, along lines inside each grid.

    ``grids`` do not overlap; ``points`` is an (n, 2) array of lon, lat. Edges of the grids stay edges of blocks.
    """
    spots = np.asarray(points, dtype=np.float64).reshape(-1, 2)
    held = assign(spots, grids)
    lines = [shapely.boundary(shape) for shape in grids]
    for row, shape in enumerate(grids):
        lines += _cuts(shape, spots[held == row], per_block)
    faces = shapely.get_parts(shapely.polygonize([shapely.unary_union(lines, grid_size=SNAP_DEG)]))
    inner = shapely.point_on_surface(faces)
    home = assign(np.c_[shapely.get_x(inner), shapely.get_y(inner)], grids)
    faces, home = faces[home >= 0], home[home >= 0]
    return Blocks(np.asarray(faces, dtype=np.object_), home, assign(spots, list(faces)))


def _cuts(shape: BaseGeometry, spots: Floats, per_block: float) -> list[BaseGeometry]:
    count = round(len(spots) / per_block)
    if count < 2:
        return []
    west, south, east, north = shape.bounds
    stretch = float(np.cos(np.radians((south + north) / 2)))
    _, lines = halve(spots, (west, south, east, north), count=count, stretch=stretch)
    return list(shapely.intersection(np.asarray(lines, dtype=np.object_), shape))


def side_by_side(shapes: npt.NDArray[np.object_]) -> tuple[Ints, Floats]:
    """Return which polygons (EPSG:4490) share an edge, (e, 2) with the lower row first, and its metres, roughly.

    Edges need not share corners: what runs along each other within a decimetre counts.
    """
    tree = shapely.STRtree(shapes)
    first, second = tree.query(shapes, predicate="dwithin", distance=_REACH_DEG)
    kept = first < second
    first, second = first[kept], second[kept]
    reach = shapely.buffer(shapes[first], _REACH_DEG, cap_style="flat", join_style="mitre")
    metres = shapely.area(shapely.intersection(reach, shapes[second])) / _REACH_DEG * _METRES_A_DEGREE
    real = metres >= LEAST_EDGE_M
    return np.c_[first[real], second[real]], metres[real]
