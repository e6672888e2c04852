"""How far to believe a stated spread: learnt from the reference itself by placing its own addresses."""

from collections import defaultdict
from collections.abc import Iterable, Mapping

import numpy as np

from gis.matching.grams import Rows

SHARE = 0.9
"""The share of places the stated uncertainty is to hold."""
PLAIN = 2.9
"""How many standard deviations hold nine in ten where nothing could be learnt; 2.15 in theory."""
SAMPLE = 400
LARGE, LARGE_SAMPLE = 50_000, 150
BELIEF = 20
FEWEST = 10
FLOORS = {"locating.beyond_doors": 1.0}
"""What cannot be learnt from doors that are known: how far a road goes on beyond them."""


def sample_rows(count: int) -> Rows:
    """Rows to try, evenly through the reference."""
    wanted = min(count, SAMPLE if count <= LARGE else LARGE_SAMPLE)
    return np.unique(np.linspace(0, max(count - 1, 0), wanted).astype(np.int64)) if count > 1 else np.zeros(0, np.int64)


def learn_trust(trials: Iterable[tuple[str, float, float]]) -> Mapping[str, float]:
    """By kind of clue, the factor on the spread that held ``SHARE`` of the trials (kind, metres off, spread in metres).

    A kind with few trials borrows from all of them: the pooled ratios count like ``BELIEF`` of its own.
    """
    ratios: dict[str, list[float]] = defaultdict(list)
    for kind, off_m, spread_m in trials:
        ratios[kind].append(off_m / max(spread_m, 1.0))
    pooled = np.array([ratio for own in ratios.values() for ratio in own])
    if len(pooled) < FEWEST:
        return {}
    borrowed = np.quantile(pooled, (np.arange(BELIEF) + 0.5) / BELIEF)
    return {kind: max(_held(np.concatenate([own, borrowed])), FLOORS.get(kind, 0.0)) for kind, own in ratios.items()}


def _held(ratios: Rows) -> float:
    """The ratio below which ``SHARE`` of further ones will lie: one rank above the sample's own."""
    rank = min(int(np.ceil(SHARE * (len(ratios) + 1))), len(ratios)) - 1
    return float(np.sort(ratios)[rank])
