"""A day that has begun, planned anew: what is done stays, what is left changes as little as possible."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from gis.day import Route, RoutePlan, Shift, Stop, Unserved
from gis.route import empty_rounds, plan_routes, planned

WORTH_A_CHANGE_M = 400.0
"""So many metres a new order must save for each stop that changes its place or its person; otherwise all stays."""


@dataclass(frozen=True, slots=True)
class Change:
    """A stop that is now with somebody else, at another place in the order, new or gone (None: on no list)."""

    stop: str
    from_shift: str | None
    to_shift: str | None


@dataclass(frozen=True, slots=True)
class Replan:
    """The rest of the day: routes over what is left, stops on no route with their reasons, and what changed."""

    routes: tuple[Route, ...]
    unserved: tuple[Unserved, ...]
    changes: tuple[Change, ...]
    metres: float


def replan(
    stops: Sequence[Stop], shifts: Sequence[Shift], *, before: Mapping[str, Sequence[str]], metres: npt.ArrayLike,
    minutes: npt.ArrayLike, seed: int = 0, seconds: float = 1.5,
) -> Replan:  # fmt: skip
    """Plan the rest of a day that has begun.

    Parameters
    ----------
    stops
        What is left to do, new stops (an emergency, a door to be tried again) among them; what is done is left out.
    shifts
        Who is still there: each from the place and minute at which the next stop can be gone to; somebody ill is left
        out, and whose stops may go to others say so by ``Stop.shifts``.
    before
        The stops of each shift as they were to follow, done ones and those of people no longer there included.
    metres, minutes, seed, seconds
        As in ``gis.route.plan_routes``.

    Returns
    -------
    Replan
        The order as it was, with new stops put where they add least, unless another one saves ``WORTH_A_CHANGE_M`` for
        each stop that it moves, or sees a stop that must be seen and otherwise would not be.
    """
    kept = _as_it_was(stops, shifts, before, metres, minutes)
    free = plan_routes(stops, shifts, metres=metres, minutes=minutes, seed=seed, seconds=seconds)
    best = _better(kept, free, before)
    return Replan(best.routes, best.unserved, tuple(changes(best.routes, before, stops)), best.metres)


def _as_it_was(
    stops: Sequence[Stop], shifts: Sequence[Shift], before: Mapping[str, Sequence[str]], metres: npt.ArrayLike,
    minutes: npt.ArrayLike,
) -> RoutePlan:  # fmt: skip
    """Keep each order as far as time and windows allow, and put the rest where it adds least."""
    far, long = np.asarray(metres, dtype=float), np.asarray(minutes, dtype=float)
    rounds, copies = empty_rounds(stops, shifts, metres=far, minutes=long)
    for at, shift in enumerate(shifts):
        row: list[int] = []
        for name in before.get(shift.id, ()):
            fits = (one for one in copies.get(name, ()) if rounds.may[one, at]
                    and rounds.timing(at, [*row, one]) is not None)  # fmt: skip
            copy = next(fits, None)
            row += [] if copy is None else [copy]
        rounds.set_row(at, row)
    rounds.mend()
    return planned(rounds, iterations=0, stopped_by="iterations")


def _better(kept: RoutePlan, free: RoutePlan, before: Mapping[str, Sequence[str]]) -> RoutePlan:
    missed, missed_free = (sum(left.required for left in plan.unserved) for plan in (kept, free))
    if missed != missed_free:
        return free if missed_free < missed else kept
    moved = max(0, _moves(free, before) - _moves(kept, before))
    return free if kept.cost - free.cost > moved * WORTH_A_CHANGE_M else kept


def _moves(plan: RoutePlan, before: Mapping[str, Sequence[str]]) -> int:
    """Count the stops that are with somebody else or no longer follow the one they followed."""
    count = 0
    for route in plan.routes:
        old = [name for name in before.get(route.shift, ()) if name in route.stops]
        now = [name for name in route.stops if name in old]
        count += len(route.stops) - len(old) + sum(one != other for one, other in zip(old, now, strict=True))
    return count


def changes(routes: Sequence[Route], before: Mapping[str, Sequence[str]], stops: Sequence[Stop]) -> list[Change]:
    """Tell which stops are with somebody else than before, new, or on no list any more, in the order of ``stops``."""
    was = {name: shift for shift, names in before.items() for name in names}
    now = {name: route.shift for route in routes for name in route.stops}
    return [
        Change(stop.id, was.get(stop.id), now.get(stop.id))
        for stop in stops if was.get(stop.id) != now.get(stop.id)
    ]  # fmt: skip
