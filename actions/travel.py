"""How people get about in a county: along its streets where they are loaded, otherwise metres times a factor."""

from collections.abc import Sequence
from typing import Protocol

import numpy as np
import numpy.typing as npt
from shapely.geometry import LineString

from db import street
from db.engine import transaction
from gis.streets import StreetNetwork
from gis.travel import DETOUR, TravelMatrix, straight_matrix

LEAST_MARGIN = 0.01
"""Degrees around the places within which ways may lead; a quarter of their spread where that is more."""


class Ways(Protocol):
    """The ways between given places."""

    @property
    def matrix(self) -> TravelMatrix:
        """Metres and minutes between all pairs."""

    def lines(self, legs: Sequence[tuple[int, int]]) -> list[LineString | None]:
        """The lines of some ways, EPSG:4490; None where no street leads."""


class StraightWays:
    """Metres as the crow flies times a stated factor."""

    def __init__(self, matrix: TravelMatrix) -> None:
        self.matrix = matrix

    def lines(self, legs: Sequence[tuple[int, int]]) -> list[LineString | None]:
        """No lines: no street is known."""
        return [None] * len(legs)


def ways_between(county: str, places: Sequence[tuple[float, float]], *, mode: str, detour: float = DETOUR) -> Ways:
    """The ways between places given as (lon, lat) in EPSG:4490 degrees, along the county's streets around them."""
    at = np.array(places, dtype=np.float64).reshape(-1, 2)
    if len(at):
        with transaction() as connection:
            streets = street.around(connection, county=county, box=_box(at))
        if len(streets):
            return StreetNetwork(streets, mode=mode).between(at[:, 0], at[:, 1], detour=detour)
    return StraightWays(straight_matrix(at[:, 0], at[:, 1], mode=mode, detour=detour))


def _box(at: npt.NDArray[np.float64]) -> street.Box:
    low, high = at.min(axis=0), at.max(axis=0)
    margin = max(LEAST_MARGIN, float((high - low).max()) / 4)
    west, south, east, north = (float(value) for value in (*(low - margin), *(high + margin)))
    return west, south, east, north
