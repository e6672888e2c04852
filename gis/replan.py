"""A day that has begun, planned anew: what is done stays, what is left changes as little as possible."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from gis.day import Route, RoutePlan, Shift, Stop, Unserved
from gis.rounds import Rounds
from gis.route import plan_routes

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
    single = [
        replace(stop, window=stop.all_windows()[0], windows=()) if len(stop.windows) == 1 else stop for stop in stops
    ]
    several = {stop.id for stop in stops if len(stop.windows) > 1}
    fixed = [replace(stop, windows=()) if stop.id in several else stop for stop in single]
    rounds = Rounds(fixed, shifts, metres=np.asarray(metres, dtype=float), minutes=np.asarray(minutes, dtype=float))
    index = {stop.id: at for at, stop in enumerate(stops)}
    for at, shift in enumerate(shifts):
        row: list[int] = []
        for name in before.get(shift.id, ()):
            stop = index.get(name)
            if stop is None or name in several or not rounds.may[stop, at]:
                continue
            if rounds.timing(at, [*row, stop]) is not None:
                row.append(stop)
        rounds.set_row(at, row)
    _put_in_by_window(rounds, stops, several)
    rounds.mend()
    routes = tuple(rounds.route(at) for at in range(len(shifts)) if rounds.order[at])
    left = tuple(rounds.explain(stop) for stop in rounds.left_out())
    return RoutePlan(routes, left, rounds.cost(), sum(route.metres for route in routes), 0, "iterations")


def _put_in_by_window(rounds: Rounds, stops: Sequence[Stop], several: set[str]) -> None:
    """Give a stop of several windows the first in which it can be done."""
    for at, stop in enumerate(stops):
        if stop.id in several:
            for opens, closes in stop.windows:
                rounds.opens[at], rounds.closes[at] = round(opens * 60), round(min(closes, 1e9) * 60)
                place = rounds.best_place(at)
                if place is not None and place.possible:
                    row = rounds.order[place.shift]
                    rounds.set_row(place.shift, [*row[: place.position], at, *row[place.position :]])
                    break


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
