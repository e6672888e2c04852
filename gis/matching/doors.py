"""Between two known doors of a road: the numbers run along it, odd ones on one side, even ones on the other."""

import numpy as np

from gis.matching.clues import Clue, Floats, middle
from gis.matching.grams import Rows
from gis.matching.outcome import MatchLevel, Reason
from gis.matching.streets import Road, Streets
from gis.matching.town import Town

NEIGHBOURS = 8
DOOR_M = 15.0
LONE_M = 100.0
"""How far a single known door may mislead; two mislead half as far."""
A_NUMBER_M = 6.0
"""How far one number is from the next where a road has too few doors to say."""
FARTHEST_M = 1500.0


def neighbour_doors(streets: Streets, town: Town, road: Road, number: int) -> Clue | None:
    """The place of a number by its nearest neighbours on the road, those on its own side first."""
    numbers, points = _doors(streets, town, road.own)
    if not len(numbers):
        return None
    order = np.lexsort((numbers, np.abs(numbers - number) + 2.0 * (numbers % 2 != number % 2)))[:NEIGHBOURS]
    near, at = numbers[order], points[order]
    pace_m = _pace(numbers, points)
    mean, rest_m = _line(near.astype(np.float64) - number, at)
    between = near.min() <= number <= near.max()
    open_m = float(np.abs(near - number).min()) * pace_m * (0.5 if between else 1.0)
    if open_m > FARTHEST_M:
        return None
    cov = np.eye(2) * (DOOR_M**2 + (LONE_M / len(numbers) ** 1.5) ** 2 + rest_m**2 + open_m**2)
    closest = sorted(near.tolist(), key=lambda other: (abs(other - number), other))[:2]
    doors = ", ".join(map(str, sorted(closest)))
    reason = Reason("locating.neighbour", {"road": road.name, "number": number, "doors": doors})
    return Clue(MatchLevel.NEIGHBOUR, mean, cov, road.own, reason)


def _doors(streets: Streets, town: Town, rows: Rows) -> tuple[Rows, Floats]:
    """One point a number, ascending: the middle of all addresses that have it."""
    said = [(phrase.number, row) for row in rows.tolist() if (phrase := streets.ground.phrase(row)).number is not None]
    if not said:
        return np.zeros(0, dtype=np.int64), np.zeros((0, 2))
    numbers, held = np.array([n for n, _ in said], dtype=np.int64), np.array([row for _, row in said], dtype=np.int64)
    points = town.metres(streets.ground.lon[held], streets.ground.lat[held])
    unique = np.unique(numbers)
    return unique, np.array([middle(points[numbers == one]) for one in unique])


def _pace(numbers: Rows, points: Floats) -> float:
    """Metres from one number to the next, by the median over doors that follow each other."""
    if len(numbers) < 3:
        return A_NUMBER_M
    steps = np.hypot(*np.diff(points, axis=0).T) / np.diff(numbers)
    return float(np.clip(np.median(steps), 1.0, 60.0))


def _line(off: Floats, points: Floats) -> tuple[Floats, float]:
    """The point at ``off`` 0 on the line through the doors, near ones counting most, strays next to nothing."""
    weights = 1.0 / (1.0 + np.abs(off)) ** 2
    pull = weights
    at, rest = middle(points, weights), np.zeros(len(off))
    for _ in range(8):
        at = _fit(off, points, pull)
        rest = np.hypot(*(points - at[0] - np.outer(off, at[1])).T)
        scale = max(float(np.sort(rest)[len(rest) // 2]), DOOR_M)
        pull = weights / (1.0 + (rest / scale) ** 2)
    near = pull / pull.sum()
    return np.asarray(at[0]), float(np.sqrt(near @ rest**2))


def _fit(off: Floats, points: Floats, pull: Floats) -> Floats:
    """Weighted least squares of place on number, the slope held a little: (2, 2), place at 0 and metres a number."""
    design = np.column_stack([np.ones(len(off)), off])
    hold = np.diag([0.0, 1e-3 * float(pull @ off**2) + 1e-6])
    return np.asarray(np.linalg.solve((design.T * pull) @ design + hold, (design.T * pull) @ points))
