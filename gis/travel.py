"""Minutes between doors where no street network is given: metres, a detour factor, a speed."""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import numpy.typing as npt

from gis.errors import AnjuError
from gis.measure import distance_matrix_m

Floats = npt.NDArray[np.float64]
DETOUR = 1.35
LEAST_SAMPLE_M = 20.0
"""Shorter ways say more about kerbs than about streets."""


class Mode(StrEnum):
    """How an inspector gets about."""

    WALK = "walk"
    EBIKE = "ebike"
    CAR = "car"


SPEED_KMH = {Mode.WALK: 4.8, Mode.EBIKE: 15.0, Mode.CAR: 24.0}
"""Door to door, stops at crossings and parking included; an e-bike may not exceed 25 km/h (GB 17761)."""


class TravelModeError(AnjuError):
    """{mode!r} is no way to get about; walk, ebike and car are."""


class DetourError(AnjuError):
    """A detour factor is at least 1 (a street is never shorter than the straight line), not {detour}."""


class DetourSampleError(AnjuError):
    """A detour factor cannot be fitted to this sample: {what}."""


@dataclass(frozen=True, slots=True)
class TravelMatrix:
    """Metres and minutes between all pairs of places, and where they come from.

    ``metres`` and ``minutes`` are (n, n) float64 arrays; ``source`` is a catalogue key that says it in words
    (``gis.travel.straight``, ``gis.travel.streets``), with ``detour`` as its figure; ``off`` counts places that no
    street is near.
    """

    metres: Floats
    minutes: Floats
    mode: Mode
    source: str
    detour: float
    off: int = 0


@dataclass(frozen=True, slots=True)
class DetourFit:
    """How much longer ways are than the straight line: ``factor`` in sum, and the middle 80 % of ``ways`` ways."""

    factor: float
    low: float
    high: float
    ways: int


def travel_minutes(distance_m: npt.ArrayLike, *, mode: str, detour: float = DETOUR) -> Floats:
    """Return minutes for straight-line metres: metres x detour / speed; raises ``TravelModeError``, ``DetourError``."""
    metres_a_minute = SPEED_KMH[mode_of(mode)] * 1000.0 / 60.0
    return np.asarray(distance_m, dtype=np.float64) * _detour(detour) / metres_a_minute


def straight_matrix(lons: npt.ArrayLike, lats: npt.ArrayLike, *, mode: str, detour: float = DETOUR) -> TravelMatrix:
    """Return metres walked and minutes between all pairs of places (EPSG:4490 degrees), no streets known."""
    straight_m = distance_matrix_m(lons, lats)
    return TravelMatrix(
        metres=straight_m * _detour(detour),
        minutes=travel_minutes(straight_m, mode=mode, detour=detour),
        mode=mode_of(mode),
        source="gis.travel.straight",
        detour=detour,
    )


def fit_detour(straight_m: npt.ArrayLike, way_m: npt.ArrayLike) -> DetourFit:
    """Return the factor from a sample of ways: metres gone over metres straight, summed, so that long ways weigh more.

    Raises ``DetourSampleError`` where nothing can be learnt: no way of 20 m or more, or unequal lengths.
    """
    straight, gone = (np.asarray(part, dtype=np.float64).ravel() for part in (straight_m, way_m))
    if straight.shape != gone.shape:
        raise DetourSampleError(what=f"{straight.size} straight lines and {gone.size} ways")
    told = np.isfinite(straight) & np.isfinite(gone) & (straight >= LEAST_SAMPLE_M)
    if not told.any():
        raise DetourSampleError(what=f"no way of {LEAST_SAMPLE_M:g} m or more")
    ratios = np.maximum(gone[told] / straight[told], 1.0)
    low, high = np.quantile(ratios, [0.1, 0.9])
    factor = max(1.0, float(gone[told].sum() / straight[told].sum()))
    return DetourFit(round(factor, 3), round(float(low), 3), round(float(high), 3), int(told.sum()))


def mode_of(mode: str) -> Mode:
    """Return the mode of a name; raises ``TravelModeError``."""
    try:
        return Mode(mode)
    except ValueError:
        raise TravelModeError(mode=mode) from None


def _detour(detour: float) -> float:
    if not (np.isfinite(detour) and detour >= 1.0):
        raise DetourError(detour=detour)
    return float(detour)
