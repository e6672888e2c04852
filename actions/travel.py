"""How people get about in a county: by its streets where they are loaded, otherwise metres times a factor."""

from typing import Protocol

import numpy.typing as npt

from gis.travel import DETOUR, TravelMatrix, straight_matrix


class Travel(Protocol):
    """Ways between places given in EPSG:4490 degrees."""

    def matrix(self, lons: npt.ArrayLike, lats: npt.ArrayLike, *, mode: str) -> TravelMatrix:
        """Metres and minutes between all pairs."""


class StraightTravel:
    """Metres as the crow flies times a stated factor."""

    def __init__(self, detour: float) -> None:
        self.detour = detour

    def matrix(self, lons: npt.ArrayLike, lats: npt.ArrayLike, *, mode: str) -> TravelMatrix:
        """Metres and minutes between all pairs."""
        return straight_matrix(lons, lats, mode=mode, detour=self.detour)


def travel_for(county: str, *, detour: float = DETOUR) -> Travel:
    """How people get about in a county."""
    return StraightTravel(detour)
