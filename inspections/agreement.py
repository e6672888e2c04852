"""How well two raters agree on the same cases: Cohen's kappa with quadratic weights, its interval, the table.

A kappa of 1 is full agreement, 0 is what two people would reach who each rate as often as they do but blindly; squared
distances weigh, so that a band apart costs little and five bands much.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

DRAWS = 2_000
SEED = 1
FEWEST = 2
"""Cases from which on a kappa is reckoned; an interval from few cases is wide, and says so by itself."""


@dataclass(frozen=True, slots=True)
class Agreement:
    """Two raters over ``cases``: how many are exactly alike and at most a step apart, and the kappa.

    ``kappa`` is None where it cannot be told: too few cases, or everybody always said the same. ``low`` and ``high``
    hold 95 % of the kappas of resampled cases. ``table[i][j]`` counts cases that the first rated i and the second j.
    """

    cases: int
    exact: int
    near: int
    kappa: float | None
    low: float | None
    high: float | None
    table: tuple[tuple[int, ...], ...]


def agreement(pairs: Sequence[tuple[int, int]], *, steps: int) -> Agreement:
    """The agreement of pairs of ratings, each a step from 0 to ``steps`` - 1; the same pairs give the same interval."""
    values = np.asarray(pairs, dtype=np.int64).reshape(-1, 2)
    apart = np.abs(values[:, 0] - values[:, 1])
    table = np.zeros((steps, steps), dtype=np.int64)
    np.add.at(table, (values[:, 0], values[:, 1]), 1)
    kappa, low, high = _kappa_between(values.astype(np.float64))
    rows = tuple(tuple(row) for row in table.tolist())
    return Agreement(len(values), int((apart == 0).sum()), int((apart <= 1).sum()), kappa, low, high, rows)


def _kappa_between(values: np.ndarray) -> tuple[float | None, float | None, float | None]:
    many = len(values)
    if many < FEWEST:
        return None, None, None
    first, second = values.T
    sums = np.column_stack([first, second, first**2, second**2, (first - second) ** 2]) / many
    whole = _kappas(np.full((1, many), 1.0) @ sums)
    draws = np.random.default_rng(SEED).multinomial(many, np.full(many, 1 / many), size=DRAWS)
    told = _kappas(draws @ sums)
    told = told[~np.isnan(told)]
    if np.isnan(whole[0]) or len(told) == 0:
        return None, None, None
    low, high = np.percentile(told, [2.5, 97.5])
    return float(whole[0]), float(low), float(high)


def _kappas(means: np.ndarray) -> np.ndarray:
    """1 - observed / expected squared distance; NaN where chance alone leaves no distance."""
    first, second, first2, second2, observed = means.T
    expected = first2 + second2 - 2 * first * second
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(expected > 1e-12, 1 - observed / expected, np.nan)
