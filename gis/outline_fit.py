"""How one building was drawn twice: the small shift and the even growth between two outlines of it.

Each old outline is moved and grown until its walls meet those of the new one, wall by wall (point-to-plane closest
points, Tukey's weights, all buildings at once). Walls that have no like wall near them, as those behind an extension,
have no say. Growth stands for eaves drawn instead of walls: it is the same all around, what was built is not.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import shapely
from scipy.spatial import cKDTree

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Shapes = npt.NDArray[np.object_]

STEP_M = 1.0
MOST_A_WALL = 24
FACING_M = 3.0
"""What a wall turned by a right angle counts as being away, so that walls find walls that face alike."""
APART_M = 1e5
MAX_GROWTH_M = 1.2
GROWTH_SPREAD_M = 0.3
ROUNDS, FREE_ROUNDS = 5, 3
GROWN_SHARE, STIFF = 0.5, 1e6
"""After the free rounds only a building most of whose walls agree may have eaves of its own."""
WALL_M2 = 0.2**2
MIN_SHARE = 0.35
MAD = 1.4826


@dataclass(frozen=True, slots=True)
class OutlineFit:
    """By building: what to add to the old outline, how far to grow it, and what is left between the walls.

    ``shift_m`` (n, 2), ``growth_m`` (n,), ``borne_out`` (n,) the share of the old walls that agree; ``residual_m`` is
    the standard deviation of what is left over all agreeing walls, ``even_growth_m`` the growth of the whole survey.
    """

    shift_m: Floats
    growth_m: Floats
    borne_out: Floats
    residual_m: float
    even_growth_m: float


@dataclass(frozen=True, slots=True)
class _Walls:
    at: Floats
    facing: Floats
    weight: Floats
    building: Ints


def fit_outlines(old: Shapes, new: Shapes, *, spread_m: float) -> OutlineFit:
    """Fit old outlines to new ones, row by row, on one plane in metres; ``spread_m``: how far centres usually differ.

    A building that does not bear the fit out (fewer than a third of its walls) stays where it is but for the growth
    of the survey.
    """
    number = len(old)
    if not number:
        return OutlineFit(np.empty((0, 2)), np.empty(0), np.empty(0), 0.0, 0.0)
    ours, theirs = _walls(old), _walls(new)
    tree = cKDTree(_key(theirs, theirs.at))
    found, even = np.zeros((number, 3)), 0.0
    reach_m = max(5.0 * spread_m, 2.0)
    share = np.zeros(number)
    left, agree = np.empty(0), np.empty(0)
    near_m = max(spread_m, 0.1)
    hold = WALL_M2 / np.tile([near_m**2, near_m**2, GROWTH_SPREAD_M**2], (number, 1))
    for turn in range(ROUNDS):
        if turn == FREE_ROUNDS:
            hold[share < GROWN_SHARE, 2] = STIFF
        found, share, left, agree = _round(ours, theirs, tree, found, hold=hold, even=even, reach_m=reach_m)
        even = float(np.median(found[share >= MIN_SHARE, 2])) if (share >= MIN_SHARE).any() else 0.0
        reach_m = max(min(reach_m, 4.0 * _spread(left, agree)), 0.4)
    poor = share < MIN_SHARE
    found[poor] = (0.0, 0.0, even)
    return OutlineFit(found[:, :2], found[:, 2], share, _spread(left, agree), even)


def _round(
    ours: _Walls, theirs: _Walls, tree: cKDTree, found: Floats, *, hold: Floats, even: float, reach_m: float
) -> tuple[Floats, Floats, Floats, Floats]:
    """Find the nearest like walls from where the fit stands and solve anew: shift and growth, share, rests, weights."""
    moved = ours.at + found[ours.building, :2] + ours.facing * found[ours.building, 2:]
    away, near = tree.query(_key(ours, moved), workers=-1, distance_upper_bound=reach_m + 2.0)
    met = np.isfinite(away)
    near = np.where(met, near, 0)
    normal = theirs.facing[near]
    alike = met & ((normal * ours.facing).sum(axis=1) > 0.9)
    rest = ((theirs.at[near] - moved) * normal).sum(axis=1)
    weight = np.where(alike & (np.abs(rest) < reach_m), (1 - (rest / reach_m) ** 2) ** 2, 0.0) * ours.weight
    goal = ((theirs.at[near] - ours.at) * normal).sum(axis=1)
    solved = _solve(normal, goal, weight, ours.building, hold=hold, even=even)
    whole = np.bincount(ours.building, ours.weight, minlength=len(found))
    share = np.bincount(ours.building, weight, minlength=len(found)) / np.maximum(whole, 1e-9)
    return solved, share, rest, weight


def _solve(normal: Floats, goal: Floats, weight: Floats, building: Ints, *, hold: Floats, even: float) -> Floats:
    """Solve (dx, dy, growth) of every building, held near (0, 0, ``even``) by ``hold`` where the walls say little."""
    number, terms = len(hold), np.c_[normal, np.ones(len(normal))]
    system = np.zeros((number, 3, 3))
    right = np.zeros((number, 3))
    for i in range(3):
        right[:, i] = np.bincount(building, weight * terms[:, i] * goal, minlength=number)
        for j in range(3):
            system[:, i, j] = np.bincount(building, weight * terms[:, i] * terms[:, j], minlength=number)
    system[:, range(3), range(3)] += hold
    right[:, 2] += hold[:, 2] * even
    solved = np.linalg.solve(system, right[..., None])[..., 0]
    solved[:, 2] = np.clip(solved[:, 2], -MAX_GROWTH_M, MAX_GROWTH_M)
    return np.asarray(solved)


def _walls(shapes: Shapes) -> _Walls:
    """Points along the walls, one a metre, each with the way it faces (outward) and the metres it stands for."""
    turned = shapely.orient_polygons(shapes)
    rings, part = shapely.get_rings(shapely.get_parts(turned), return_index=True)
    _, owner = shapely.get_parts(turned, return_index=True)
    points, ring = shapely.get_coordinates(rings, return_index=True)
    joined = ring[1:] == ring[:-1]
    start, way = points[:-1][joined], (points[1:] - points[:-1])[joined]
    length = np.hypot(*way.T)
    real = length > 1e-6
    start, way, length, ring = start[real], way[real], length[real], ring[:-1][joined][real]
    times = np.clip(np.ceil(length / STEP_M), 1, MOST_A_WALL).astype(np.int64)
    row = np.repeat(np.arange(len(times)), times)
    along = (np.arange(len(row)) - np.repeat(np.cumsum(times) - times, times) + 0.5) / times[row]
    facing = np.c_[way[:, 1], -way[:, 0]] / length[:, None]
    return _Walls(start[row] + way[row] * along[:, None], facing[row], (length / times)[row], owner[part[ring]][row])


def _key(walls: _Walls, at: Floats) -> Floats:
    return np.c_[at, walls.facing * FACING_M, walls.building * APART_M]


def _spread(rest: Floats, weight: Floats) -> float:
    agreeing = np.abs(rest[weight > 0])
    return float(np.median(agreeing) * MAD) if len(agreeing) else 0.0
