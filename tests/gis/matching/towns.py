"""A made-up town on a grid: three streets running east, three roads running north, doors numbered along them."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from gis.measure import distance_m

LON, LAT = 120.75, 31.65
BLOCK_M = 600.0
STREETS = ("望湖街", "听雨街", "采莲街")
ROADS = ("枫林路", "石榴路", "桂花路")
_EAST_M = float(distance_m(LON, LAT, LON + 0.01, LAT)) * 100.0
_NORTH_M = float(distance_m(LON, LAT, LON, LAT + 0.01)) * 100.0


class Told(NamedTuple):
    """Addresses and their points, as a reference holds them."""

    texts: list[str]
    lon: npt.NDArray[np.float64]
    lat: npt.NDArray[np.float64]


def told(rows: list[tuple[str, float, float]]) -> Told:
    """A reference from texts with metres east and north of the town's corner."""
    return Told(
        [text for text, _, _ in rows],
        np.array([LON + east / _EAST_M for _, east, _ in rows]),
        np.array([LAT + north / _NORTH_M for _, _, north in rows]),
    )


def off_m(lon: float, lat: float, *, east: float, north: float) -> float:
    """How far a point lies from a place given in metres of the town."""
    return float(distance_m(lon, lat, LON + east / _EAST_M, LAT + north / _NORTH_M))


def doors(*, step: int = 4) -> list[tuple[str, float, float]]:
    """Every ``step``-th pair of doors: odd numbers on the northern or western side, ten metres a number pair."""
    rows = []
    for place, street in enumerate(STREETS):
        for number in range(1, 240, step):
            rows.append((f"{street}{number}号", 5.0 * number, place * BLOCK_M + 12.0))
            rows.append((f"{street}{number + 1}号", 5.0 * (number + 1), place * BLOCK_M - 12.0))
    for place, road in enumerate(ROADS):
        for number in range(1, 240, step):
            rows.append((f"{road}{number}号", place * BLOCK_M - 12.0, 5.0 * number))
            rows.append((f"{road}{number + 1}号", place * BLOCK_M + 12.0, 5.0 * (number + 1)))
    return rows
