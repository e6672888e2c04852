"""Laying one survey of buildings on another: one similarity for the whole survey, a smooth field for what it leaves.

Two surveys of the same ground differ by a shift of metres and a slight turn and stretch before any building has
changed. Buildings of like area that stand near each other vote for a shift, square by square, so that a turn over a
large county does not smear the vote; a similarity is fitted to the winners and then to matched centres, with weights
that let go of whatever changed (iteratively reweighted least squares, Tukey's biweight).
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import shapely
from scipy.spatial import cKDTree

from gis.errors import AnjuError

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Shapes = npt.NDArray[np.object_]
Turn = tuple[float, float, float, float]

REACH_M = 25.0
"""How far a building may lie from itself in the other survey before the fit."""
SQUARE_M = 600.0
LIKE_AREA = 1.3
NEIGHBOURS = 12
MIN_VOTES = 5
MAD = 1.4826
ROUNDS = 12
STIFF_M2 = (0.3 / 0.003) ** 2
"""A survey is stretched or turned by 0.3 % at most as a rule, a centre is known to 0.3 m: a few houses turn nothing."""


class SurveysApartError(AnjuError):
    """The two surveys have no building in common within {reach_m} m: another place, or another coordinate system."""


@dataclass(frozen=True, slots=True)
class Fit:
    """How the second survey is laid on the first: ``x' = a x - b y + east``, ``y' = b x + a y + north`` (metres).

    ``matched`` buildings bore it out; ``residual_m`` is what is left between their centres, as a standard deviation
    by axis that the changed ones do not move. ``at`` and ``left`` hold the matched centres and what is left there.
    """

    a: float
    b: float
    east_m: float
    north_m: float
    matched: int
    residual_m: float
    at: Floats
    left: Floats

    @property
    def scale(self) -> float:
        """How much longer a metre of the second survey is on the first."""
        return float(np.hypot(self.a, self.b))

    @property
    def turn_degrees(self) -> float:
        """By how much the second survey is turned, anticlockwise."""
        return float(np.degrees(np.arctan2(self.b, self.a)))

    def laid(self, shapes: Shapes) -> Shapes:
        """Shapes of the second survey as they lie on the first, the field of what is left taken out as well."""
        points, row = shapely.get_coordinates(shapes, return_index=True)
        moved = _apply((self.a, self.b, self.east_m, self.north_m), points)
        centres = np.asarray(shapely.get_coordinates(shapely.centroid(shapes)))
        field = self.field(_apply((self.a, self.b, self.east_m, self.north_m), centres))
        return np.asarray(shapely.set_coordinates(shapes.copy(), moved + field[row]), dtype=np.object_)

    def field(self, points: Floats) -> Floats:
        """What the similarity leaves around points, (n, 2) metres: the median of the nearest matched buildings."""
        if len(self.at) < 3 * NEIGHBOURS:
            return np.zeros_like(points)
        _, near = cKDTree(self.at).query(points, k=NEIGHBOURS, workers=-1)
        return np.median(self.left[near], axis=1)


def fit_surveys(first: Shapes, second: Shapes) -> Fit:
    """Fit the second survey's polygons to the first's, both on one plane in metres.

    Raises ``SurveysApartError`` where no building stands in both.
    """
    ours, theirs = (np.asarray(shapely.get_coordinates(shapely.centroid(shapes))) for shapes in (first, second))
    our_m2, their_m2 = np.asarray(shapely.area(first)), np.asarray(shapely.area(second))
    pairs = _pairs(ours, theirs, our_m2, their_m2, reach_m=REACH_M)
    if not len(pairs):
        raise SurveysApartError(reach_m=REACH_M)
    turn = _coarse(theirs[pairs[:, 1]], ours[pairs[:, 0]])
    for reach_m in (6.0, 3.0, 3.0):
        moved = _apply(turn, theirs)
        close = _nearest(_pairs(ours, moved, our_m2, their_m2, reach_m=reach_m), ours, moved)
        if len(close):
            pairs, turn = close, _similarity(theirs[close[:, 1]], ours[close[:, 0]], start=turn)
    left = ours[pairs[:, 0]] - _apply(turn, theirs[pairs[:, 1]])
    return Fit(*turn, matched=len(pairs), residual_m=_spread(left), at=ours[pairs[:, 0]], left=left)


def _pairs(ours: Floats, theirs: Floats, our_m2: Floats, their_m2: Floats, *, reach_m: float) -> Ints:
    """Pairs of like area within reach, (n, 2) of ours and theirs."""
    if not len(ours) or not len(theirs):
        return np.empty((0, 2), dtype=np.int64)
    near = cKDTree(ours).sparse_distance_matrix(cKDTree(theirs), reach_m, output_type="ndarray")
    mine, other = near["i"].astype(np.int64), near["j"].astype(np.int64)
    ratio = our_m2[mine] / their_m2[other]
    like = (ratio < LIKE_AREA) & (ratio > 1 / LIKE_AREA)
    return np.c_[mine[like], other[like]]


def _nearest(pairs: Ints, ours: Floats, theirs: Floats) -> Ints:
    """Of all pairs those that choose each other."""
    if not len(pairs):
        return pairs
    away = np.hypot(*(ours[pairs[:, 0]] - theirs[pairs[:, 1]]).T)
    keep = np.ones(len(pairs), dtype=bool)
    for side in (0, 1):
        best = np.full(int(pairs[:, side].max()) + 1, np.inf)
        np.minimum.at(best, pairs[:, side], away)
        keep &= away <= best[pairs[:, side]]
    return pairs[keep]


def _coarse(source: Floats, target: Floats) -> Turn:
    """Fit to the winning shift of each square; with one square or few votes the one winning shift of all."""
    shift = target - source
    square = np.floor(target / SQUARE_M).astype(np.int64)
    names, row = np.unique(square, axis=0, return_inverse=True)
    row = row.ravel()
    order = np.argsort(row, kind="stable")
    parts = np.split(order, np.searchsorted(row[order], np.arange(1, len(names))))
    whole = _winner(shift)
    centres, shifts, votes = [], [], []
    for part in parts:
        if len(part) >= MIN_VOTES:
            won = _winner(shift[part])
            backed = np.hypot(*(shift[part] - won).T) < 2.0
            centres.append(source[part][backed].mean(axis=0) if backed.any() else source[part].mean(axis=0))
            shifts.append(won)
            votes.append(int(backed.sum()))
    if len(centres) < 4:
        return 1.0, 0.0, float(whole[0]), float(whole[1])
    at = np.array(centres)
    return _similarity(at, at + np.array(shifts), weights=np.array(votes, dtype=np.float64))


def _winner(shift: Floats) -> Floats:
    """The shift most pairs agree on: the fullest of overlapping cells of 2 m, then the median inside it."""
    won, most = shift[:1], 0
    for corner in np.array([[0, 0], [1, 0], [0, 1], [1, 1]]):
        cells = np.floor((shift + corner) / 2.0).astype(np.int64)
        _, cell, number = np.unique(cells, axis=0, return_inverse=True, return_counts=True)
        top = int(np.argmax(number))
        if number[top] > most:
            won, most = shift[cell.ravel() == top], int(number[top])
    return np.asarray(np.median(won, axis=0))


def _similarity(source: Floats, target: Floats, *, weights: Floats | None = None,
                start: Turn | None = None) -> Turn:  # fmt: skip
    """Least squares with Tukey's weights; hardly more than a shift where the points are few."""
    given = np.ones(len(source)) if weights is None else weights
    weight = given
    if start is not None:
        weight = given * _tukey(target - _apply(start, source))
    found = start or (1.0, 0.0, 0.0, 0.0)
    for _ in range(ROUNDS):
        found = _solve(source, target, weight)
        weight = given * _tukey(target - _apply(found, source))
    return found


def _solve(source: Floats, target: Floats, weight: Floats) -> Turn:
    total = weight.sum()
    middle, aim = (weight @ source) / total, (weight @ target) / total
    p, q = source - middle, target - aim
    reach = float(weight @ (p**2).sum(axis=1))
    a = (float(weight @ (p * q).sum(axis=1)) + STIFF_M2) / (reach + STIFF_M2)
    b = float(weight @ (p[:, 0] * q[:, 1] - p[:, 1] * q[:, 0])) / (reach + STIFF_M2)
    return a, b, float(aim[0] - a * middle[0] + b * middle[1]), float(aim[1] - b * middle[0] - a * middle[1])


def _tukey(miss: Floats) -> Floats:
    away = np.hypot(*miss.T)
    reach = 4.685 * max(float(np.median(away)) * MAD / 1.2, 0.05)
    return np.where(away < reach, (1 - (away / reach) ** 2) ** 2, 0.0) + 1e-9


def _apply(turn: Turn, points: Floats) -> Floats:
    a, b, east, north = turn
    x, y = points.T
    return np.c_[a * x - b * y + east, b * x + a * y + north]


def _spread(left: Floats) -> float:
    return float(np.median(np.abs(left - np.median(left, axis=0))) * MAD) if len(left) > 1 else 0.0
