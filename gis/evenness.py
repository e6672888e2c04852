"""How evenly something falls on parts or people."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt


@dataclass(frozen=True, slots=True)
class Evenness:
    """The heaviest over the mean, the lightest over the mean, and Gini's coefficient (0: all alike)."""

    worst: float
    least: float
    gini: float


def evenness(amounts: Sequence[float] | npt.NDArray[np.float64]) -> Evenness:
    """Measure amounts that are not negative; perfectly even where there are none."""
    ordered = np.sort(np.asarray(amounts, dtype=np.float64))
    n, total = len(ordered), float(ordered.sum())
    if not total:
        return Evenness(1.0, 1.0, 0.0)
    gini = float((2 * np.arange(1, n + 1) - n - 1) @ ordered / (n * total))
    return Evenness(float(ordered[-1] * n / total), float(ordered[0] * n / total), gini)
