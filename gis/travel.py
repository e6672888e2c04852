"""Minutes between doors where no street network is given: metres, a detour factor, a speed."""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import numpy.typing as npt

from gis.errors import AnjuError
from gis.measure import distance_matrix_m

Floats = npt.NDArray[np.float64]
DETOUR = 1.35


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


@dataclass(frozen=True, slots=True)
class TravelMatrix:
    """Metres and minutes between all pairs of places, and where they come from.

    ``metres`` and ``minutes`` are (n, n) float64 arrays; ``source`` is a catalogue key that says it in words
    (``gis.travel.straight``), with ``detour`` as its figure.
    """

    metres: Floats
    minutes: Floats
    mode: Mode
    source: str
    detour: float


def travel_minutes(distance_m: npt.ArrayLike, *, mode: str, detour: float = DETOUR) -> Floats:
    """Return minutes for straight-line metres: metres x detour / speed; raises ``TravelModeError``, ``DetourError``."""
    metres_a_minute = SPEED_KMH[_mode(mode)] * 1000.0 / 60.0
    return np.asarray(distance_m, dtype=np.float64) * _detour(detour) / metres_a_minute


def straight_matrix(lons: npt.ArrayLike, lats: npt.ArrayLike, *, mode: str, detour: float = DETOUR) -> TravelMatrix:
    """Return metres walked and minutes between all pairs of places (EPSG:4490 degrees), no streets known."""
    straight_m = distance_matrix_m(lons, lats)
    return TravelMatrix(
        metres=straight_m * _detour(detour),
        minutes=travel_minutes(straight_m, mode=mode, detour=detour),
        mode=_mode(mode),
        source="gis.travel.straight",
        detour=detour,
    )


def _mode(mode: str) -> Mode:
    try:
        return Mode(mode)
    except ValueError:
        raise TravelModeError(mode=mode) from None


def _detour(detour: float) -> float:
    if not (np.isfinite(detour) and detour >= 1.0):
        raise DetourError(detour=detour)
    return float(detour)
