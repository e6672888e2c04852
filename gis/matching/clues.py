"""What is known of a place from one side: a point in local metres, how far it may be off each way, and why."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from gis.matching.outcome import MatchLevel, Reason

Floats = npt.NDArray[np.float64]
ROUNDS = 12
TINY_M = 1.0


class Clue(NamedTuple):
    """``mean`` (2,) and ``cov`` (2, 2) in metres east and north of the town's middle; ``rows`` is what it rests on."""

    level: MatchLevel
    mean: Floats
    cov: Floats
    rows: npt.NDArray[np.int64]
    reason: Reason

    @property
    def spread_m(self) -> float:
        """One radius for both directions."""
        return float(np.sqrt(np.trace(self.cov) / 2.0))


def middle(points: Floats, weights: Floats | None = None) -> Floats:
    """The geometric median of points (n, 2): half of them astray do not carry it off."""
    weight = np.ones(len(points)) if weights is None else weights
    at = np.median(points, axis=0)
    if len(points) < 3 and weights is None:
        return np.asarray(points.mean(axis=0))
    for _ in range(ROUNDS):
        pull = weight / np.maximum(np.hypot(*(points - at).T), TINY_M)
        moved = pull @ points / pull.sum()
        if np.abs(moved - at).max() < 1.0:
            break
        at = moved
    return np.asarray(at)


def shape(points: Floats, at: Floats, *, prior: Floats, belief: float, weights: Floats | None = None) -> Floats:
    """How points (n, 2) spread about ``at``: (2, 2), each point counting less the farther out it lies.

    ``prior`` counts like ``belief`` points, so that one point or two do not pretend to know.
    """
    off = points - at
    weight = np.ones(len(points)) if weights is None else weights
    cov = (prior * belief + (off * weight[:, None]).T @ off) / (belief + weight.sum())
    if len(points) < 3:
        return np.asarray(cov)
    for _ in range(6):
        far = np.einsum("ij,jk,ik->i", off, np.linalg.inv(cov), off)
        pull = weight * 4.0 / (2.0 + far)
        cov = (prior * belief + (off * pull[:, None]).T @ off) / (belief + weight.sum())
    return np.asarray(cov)


def turned(along_m: float, across_m: float, way: Floats) -> Floats:
    """The spread of something ``along_m`` by ``across_m`` that runs in the direction ``way`` (a unit vector)."""
    normal = np.array([-way[1], way[0]])
    return np.asarray(along_m**2 * np.outer(way, way) + across_m**2 * np.outer(normal, normal))


def round_spread(radius_m: float) -> Floats:
    """The same spread each way."""
    return np.eye(2) * radius_m**2


def gap(one: Clue, other: Clue) -> float:
    """How many standard deviations apart two clues put the place."""
    off = one.mean - other.mean
    return float(np.sqrt(off @ np.linalg.solve(one.cov + other.cov, off)))


def joined(clues: list[Clue]) -> tuple[Floats, Floats]:
    """The place by all clues, each weighing as much as it is sharp: (2,) and its spread (2, 2)."""
    weights = [np.linalg.inv(clue.cov) for clue in clues]
    cov = np.linalg.inv(np.sum(weights, axis=0))
    total = np.sum([weight @ clue.mean for weight, clue in zip(weights, clues, strict=True)], axis=0)
    return np.asarray(cov @ total), np.asarray(cov)
