"""How many people more it takes until everything that must be seen is seen."""

from collections.abc import Sequence
from dataclasses import replace
from math import ceil

import numpy as np
import numpy.typing as npt

from gis.day import Shift, Stop
from gis.route import plan_routes

MOST_MORE = 20
"""Beyond this nobody is asked for by number."""
SECONDS_A_TRIAL = 0.5


def people_missing(
    stops: Sequence[Stop], teams: Sequence[Sequence[Shift]], *, metres: npt.ArrayLike, minutes: npt.ArrayLike,
    seed: int = 0,
) -> int | None:  # fmt: skip
    """Return how many people more would see every required stop: 0 where all are seen, None where more do not help.

    ``teams`` are the shifts of each person there is; one more person has the hours of the first. The places of the
    matrices are those of ``gis.route.plan_routes`` for all shifts and the required stops. The number is found by
    planning, from the least that the minutes alone allow upwards: it is enough, and by a better plan less might be.
    """
    far, long = np.asarray(metres, dtype=np.float64), np.asarray(minutes, dtype=np.float64)
    first = len(far) - len(stops)
    needed = [at for at, stop in enumerate(stops) if stop.required]
    places = [*range(first), *(first + at for at in needed)]
    chosen = np.ix_(places, places)
    far, long = far[chosen], long[chosen]
    shifts = [shift for team in teams for shift in team]
    must = [stops[at] for at in needed]
    least = _least(must, shifts, teams)
    for more in range(least, MOST_MORE + 1):
        fresh = [replace(shift, id=f"more{n}:{shift.id}") for n in range(more) for shift in teams[0]]
        wider = [replace(stop, shifts=_wider(stop, teams[0], fresh)) for stop in must]
        plan = plan_routes(wider, [*shifts, *fresh], metres=far, minutes=long, seed=seed, seconds=SECONDS_A_TRIAL)
        if not any(left.required for left in plan.unserved):
            return more
    return None


def _least(must: Sequence[Stop], shifts: Sequence[Shift], teams: Sequence[Sequence[Shift]]) -> int:
    """Return the people that the minutes at the doors alone take beyond those who are there."""
    spent = sum(stop.minutes for stop in must)
    there = sum(min(shift.max_minutes, shift.end_minute - shift.start_minute) for shift in shifts)
    one = sum(min(shift.max_minutes, shift.end_minute - shift.start_minute) for shift in teams[0]) if teams else 0.0
    return max(0, ceil((spent - there) / one)) if one > 0 else 0


def _wider(stop: Stop, model: Sequence[Shift], fresh: Sequence[Shift]) -> frozenset[str] | None:
    """Return the shifts of a stop with those of the people who are added: they may do what the first may."""
    if stop.shifts is None:
        return None
    names = {shift.id for shift in model}
    alike = {shift.id for shift in fresh if shift.id.split(":", 1)[1] in stop.shifts & names}
    return stop.shifts | (alike or {shift.id for shift in fresh} if stop.shifts else set())
