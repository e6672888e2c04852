"""From a division of blocks to grids as they are to be: each keeps its code and as much of its ground as it can."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import shapely
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components
from shapely.geometry.base import BaseGeometry

Ints = npt.NDArray[np.int64]
NEW = -1


@dataclass(frozen=True, slots=True, eq=False)
class Cut:
    """One grid as it is to be: which present grid it goes on (``NEW``: none), its part of the division, its blocks."""

    grid: int
    part: int
    blocks: Ints


def recut(
    home: Ints, labels: Ints, pairs: Ints, edges: npt.NDArray[np.float64], work: npt.NDArray[np.float64], *,
    village: Ints,
) -> list[Cut]:  # fmt: skip
    """Return the grids that follow from a division (``gis.balance``), none of them in two villages or in two pieces.

    ``home`` is the present grid of each block, ``labels`` its part, ``village`` its village. The heaviest piece of a
    grid goes on as that grid, in whatever part it is; the other pieces join a grid of their part that they touch, or
    begin a grid of their own.
    """
    piece = _pieces(np.c_[home, labels], pairs)
    first = np.unique(piece, return_index=True)[1]
    weight = np.bincount(piece, weights=work + 1e-9)
    grid = np.full(len(first), NEW, dtype=np.int64)
    for row in np.lexsort((-weight, home[first])).tolist():
        if home[first[row]] not in grid:
            grid[row] = home[first[row]]
    touching = _touching(piece, labels, village, pairs, edges)
    _join(grid, touching)
    return _grouped(grid, piece, labels, pairs, village)


def shape_of(blocks: npt.NDArray[np.object_]) -> BaseGeometry:
    """Return the ground of blocks of one village together, with the corners of all of them on its edge."""
    return shapely.coverage_union_all(blocks)


def _pieces(keys: Ints, pairs: Ints) -> Ints:
    """Number the connected pieces of equal keys."""
    own = pairs[(keys[pairs[:, 0]] == keys[pairs[:, 1]]).all(axis=1)]
    graph = csr_array((np.ones(len(own)), (own[:, 0], own[:, 1])), shape=(len(keys), len(keys)))
    return np.asarray(connected_components(graph, directed=False)[1], dtype=np.int64)


def _touching(
    piece: Ints, labels: Ints, village: Ints, pairs: Ints, edges: npt.NDArray[np.float64]
) -> Mapping[int, dict[int, float]]:
    """Which pieces of one part lie side by side in one village, and for how many metres."""
    found: dict[int, dict[int, float]] = defaultdict(lambda: defaultdict(float))
    one, other = pairs[:, 0], pairs[:, 1]
    same = (labels[one] == labels[other]) & (village[one] == village[other]) & (piece[one] != piece[other])
    rows = zip(piece[one[same]].tolist(), piece[other[same]].tolist(), edges[same].tolist(), strict=True)
    for left, right, metres in rows:
        found[left][right] += metres
        found[right][left] += metres
    return found


def _join(grid: Ints, touching: Mapping[int, dict[int, float]]) -> None:
    """Give pieces without a grid the grid of the piece that they touch most, from neighbour to neighbour."""
    while True:
        offers = [
            (metres, -row, int(grid[other])) for row in np.flatnonzero(grid == NEW).tolist()
            for other, metres in touching.get(row, {}).items() if grid[other] != NEW
        ]  # fmt: skip
        if not offers:
            return
        _, row, taken = max(offers)
        grid[-row] = taken


def _grouped(grid: Ints, piece: Ints, labels: Ints, pairs: Ints, village: Ints) -> list[Cut]:
    """The grids that go on, and those that begin where pieces without a grid lie together."""
    own = grid[piece]
    cuts = [Cut(int(one), int(labels[own == one][0]), np.flatnonzero(own == one)) for one in np.unique(own[own != NEW])]
    fresh = np.flatnonzero(own == NEW)
    if not len(fresh):
        return cuts
    key = np.c_[labels, village, own]
    group = _pieces(key, pairs)
    return cuts + [Cut(NEW, int(labels[blocks[0]]), blocks) for one in np.unique(group[fresh])
                   for blocks in [np.flatnonzero(group == one)]]  # fmt: skip
