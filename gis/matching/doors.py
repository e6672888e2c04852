"""Between two known doors of a road: the numbers run along it, odd ones on one side, even ones on the other."""

import numpy as np
import numpy.typing as npt

from gis.matching.clues import Clue, Floats
from gis.matching.grams import Rows
from gis.matching.outcome import MatchLevel, Reason
from gis.matching.streets import Road, Streets
from gis.matching.town import Town

NEIGHBOURS = 10
DOOR_M = 15.0
LONE_M = 100.0
"""How far a single known door may mislead; two mislead half as far."""
A_NUMBER_M = 6.0
"""How far one number is from the next where a road has too few doors to say."""
FARTHEST_M = 1500.0


def neighbour_doors(streets: Streets, town: Town, road: Road, number: int | None) -> Clue | None:
    """The place of a number by its nearest neighbours on the road, those on its own side first."""
    if number is None:
        return None
    numbers, points = _doors(streets, town, road.own)
    if not len(numbers):
        return None
    order = np.lexsort((numbers, np.abs(numbers - number) + 2.0 * (numbers % 2 != number % 2)))[:NEIGHBOURS]
    near, at = numbers[order], points[order]
    pace_m = _pace(numbers, points)
    mean, rest_m = _line(near.astype(np.float64) - number, at, across=near % 2 != number % 2)
    between = near.min() <= number <= near.max()
    open_m = float(np.abs(near - number).min()) * pace_m * (0.5 if between else 1.0)
    if open_m > FARTHEST_M:
        return None
    cov = np.eye(2) * (DOOR_M**2 + (LONE_M / len(numbers) ** 1.5) ** 2 + rest_m**2 + open_m**2)
    closest = sorted(near.tolist(), key=lambda other: (abs(other - number), other))[:2]
    doors = ", ".join(map(str, sorted(closest)))
    reason = Reason(
        "locating.neighbour" if between else "locating.beyond_doors",
        {"road": road.name, "number": number, "doors": doors},
    )
    return Clue(MatchLevel.NEIGHBOUR, mean, cov, road.own, reason)


def _doors(streets: Streets, town: Town, rows: Rows) -> tuple[Rows, Floats]:
    """Numbers, ascending, and their points; rooms of one door count once, a number in two places twice."""
    said = [(phrase.number, row) for row in rows.tolist() if (phrase := streets.ground.phrase(row)).number is not None]
    if not said:
        return np.zeros(0, dtype=np.int64), np.zeros((0, 2))
    numbers, held = np.array([n for n, _ in said], dtype=np.int64), np.array([row for _, row in said], dtype=np.int64)
    points = town.metres(streets.ground.lon[held], streets.ground.lat[held])
    _, first = np.unique(np.column_stack([numbers, np.round(points / DOOR_M)]), axis=0, return_index=True)
    return numbers[first], points[first]


def _pace(numbers: Rows, points: Floats) -> float:
    """Metres from one number to the next, by the median over doors that follow each other on one side."""
    paces = []
    for side in (0, 1):
        own = numbers % 2 == side
        steps = np.diff(numbers[own])
        paces.append(np.hypot(*np.diff(points[own], axis=0).T)[steps > 0] / steps[steps > 0])
    known = np.concatenate(paces)
    return float(np.clip(np.median(known), 1.0, 60.0)) if len(known) > 1 else A_NUMBER_M


def _line(off: Floats, points: Floats, *, across: npt.NDArray[np.bool_]) -> tuple[Floats, float]:
    """The point at ``off`` 0 on the line through the doors, near ones counting most, strays next to nothing.

    Doors ``across`` the road tell of the way along it; how far across they stand is left to be found.
    """
    weights = 1.0 / (1.0 + np.abs(off)) ** 2
    design = np.column_stack([np.ones(len(off)), off, across])
    pull = weights
    at, rest = np.zeros((3, 2)), np.zeros(len(off))
    for _ in range(8):
        at = _fit(design, points, pull)
        rest = np.hypot(*(points - design @ at).T)
        scale = max(float(np.sort(rest)[len(rest) // 2]), DOOR_M)
        pull = weights / (1.0 + (rest / scale) ** 2)
    near = pull / pull.sum()
    return at[0], float(np.sqrt(near @ rest**2))


def _fit(design: Floats, points: Floats, pull: Floats) -> Floats:
    """Weighted least squares of place on number and side: (3, 2), place at 0, metres a number, metres across.

    The slope and the way across are held a little, so that two doors or one side alone have an answer.
    """
    total = float(pull.sum())
    hold = np.diag([0.0, 1e-3 * float(pull @ design[:, 1] ** 2) + 1e-6 * total, 0.05 * total])
    return np.asarray(np.linalg.solve((design.T * pull) @ design + hold, (design.T * pull) @ points))
