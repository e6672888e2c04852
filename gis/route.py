"""Routes for a day: which stops, by whom, in which order; solved with PyVRP, explained in figures.

Cost is metres travelled plus the prizes of the stops left out. Everything is handed over in minutes and metres and
solved in whole seconds and centimetres: travel and service are rounded up and limits down, so that no shift, window or
maximum is exceeded by rounding.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from gis.day import Reason, Route, RouteInputError, RoutePlan, Shift, Stop, Unserved
from gis.rounds import Rounds
from gis.solver import search_rounds

__all__ = ["Reason", "Route", "RouteInputError", "RoutePlan", "Shift", "Stop", "Unserved", "plan_routes"]

Floats = npt.NDArray[np.float64]
Progress = Callable[[float, float], None]
_DUST = 1e-6


def plan_routes(
    stops: Sequence[Stop],
    shifts: Sequence[Shift],
    *,
    metres: npt.ArrayLike,
    minutes: npt.ArrayLike,
    seed: int = 0,
    seconds: float = 5.0,
    progress: Progress | None = None,
) -> RoutePlan:
    """Plan routes over ``stops`` for ``shifts``; minimise metres plus the prizes left lying.

    Parameters
    ----------
    stops, shifts
        What is to be visited and by whom; ids are unique in each.
    metres, minutes
        Travel between all places, (p, p) arrays, row to column, not necessarily symmetric: first the p - n start and
        end places that the shifts index, then the n stops in the order of ``stops``.
    seed, seconds
        The search does a number of iterations that follows from ``seconds`` and the number of stops, so that the same
        seed gives the same plan; ``seconds`` of wall time are the cap, at which ``stopped_by`` says 'time'.
    progress
        Called now and then with the share done (0 to 1) and the best cost so far (infinite until there is one).

    Returns
    -------
    RoutePlan
        Every stop is on exactly one route or in ``unserved`` with its reason. A required stop is never dropped for
        optional ones: if not all required stops fit, as many as the search can place are fixed first (of equal
        numbers the higher prizes), and optional ones are added around them.

    Raises
    ------
    RouteInputError
        Matrices of the wrong shape, negative or not finite; an id twice; a location that does not exist.
    """
    far, long = np.asarray(metres, dtype=np.float64), np.asarray(minutes, dtype=np.float64)
    _check_input(stops, shifts, far, long)
    copies, far, long = _spread(stops, far, long)
    rounds = Rounds(copies, shifts, metres=far, minutes=long)
    iterations, stopped_by = 0, "iterations"
    if stops and shifts:
        iterations, stopped_by = _search(rounds, seed=seed, seconds=max(float(seconds), 0.01), progress=progress)
        rounds.mend()
    if progress is not None:
        progress(1.0, rounds.cost())
    return planned(rounds, iterations=iterations, stopped_by=stopped_by)


def _spread(stops: Sequence[Stop], far: Floats, long: Floats) -> tuple[list[Stop], Floats, Floats]:
    """Return a copy of a stop for each of its windows, and the matrices with a place for each copy."""
    if all(len(stop.windows) < 2 for stop in stops):
        return list(stops), far, long
    first = len(far) - len(stops)
    copies, at = [], list(range(first))
    for place, stop in enumerate(stops, first):
        for window in stop.all_windows() or (None,):
            copies.append(replace(stop, window=window, windows=()))
            at.append(place)
    chosen = np.ix_(at, at)
    return copies, far[chosen], long[chosen]


def _search(rounds: Rounds, *, seed: int, seconds: float, progress: Progress | None) -> tuple[int, str]:
    """Search each part of the plan that shares no shift with the others by itself, with its share of the time."""
    parts = rounds.parts()
    if len(parts) == 1 and len(parts[0][0]) == len(rounds.stops):
        return search_rounds(rounds, seed=seed, seconds=seconds, progress=progress)
    weights = np.array([len(stops) for stops, _ in parts], dtype=np.float64)
    shares = weights / max(weights.sum(), 1.0)
    iterations, stopped_by, done, cost = 0, "iterations", 0.0, 0.0
    for (stops, shifts), share in zip(parts, shares.tolist(), strict=True):
        part = rounds.part(stops, shifts)
        told = None if progress is None else _part_of(progress, done, share, cost)
        made, why = search_rounds(part, seed=seed, seconds=seconds * share, progress=told)
        for own, shift in enumerate(shifts):
            rounds.set_row(shift, [stops[stop] for stop in part.order[own]])
        iterations, stopped_by = iterations + made, "time" if why == "time" else stopped_by
        done, cost = done + share, cost + part.cost()
    return iterations, stopped_by


def _part_of(progress: Progress, done: float, share: float, cost: float) -> Progress:
    return lambda part, best: progress(min(1.0, done + share * part), cost + best)


def empty_rounds(
    stops: Sequence[Stop], shifts: Sequence[Shift], *, metres: Floats, minutes: Floats
) -> tuple[Rounds, dict[str, list[int]]]:
    """Return rounds with nothing on them yet, and by id the rows of each stop: a copy for each of its windows."""
    copies, far, long = _spread(stops, metres, minutes)
    of_id: dict[str, list[int]] = {}
    for at, copied in enumerate(copies):
        of_id.setdefault(copied.id, []).append(at)
    return Rounds(copies, shifts, metres=far, minutes=long), of_id


def rounds_of(
    plan: RoutePlan, stops: Sequence[Stop], shifts: Sequence[Shift], *, metres: Floats, minutes: Floats
) -> Rounds:
    """Return a plan as rounds that can be changed; of a stop in several windows, the copy that was done."""
    rounds, of_id = empty_rounds(stops, shifts, metres=metres, minutes=minutes)
    index = {shift.id: at for at, shift in enumerate(shifts)}
    for route in plan.routes:
        done = zip(route.stops, route.arrivals, strict=True)
        row = [next(at for at in of_id[name] if _open_at(rounds.stops[at], minute)) for name, minute in done]
        rounds.set_row(index[route.shift], row)
    return rounds


def _open_at(stop: Stop, minute: float) -> bool:
    return stop.window is None or stop.window[0] - _DUST <= minute <= stop.window[1] + _DUST


def planned(rounds: Rounds, *, iterations: int, stopped_by: str) -> RoutePlan:
    """Return rounds as a plan, with the reasons for what is left out."""
    routes = tuple(rounds.route(shift) for shift in range(len(rounds.shifts)) if rounds.order[shift])
    return RoutePlan(
        routes=routes,
        unserved=_unserved(rounds),
        cost=rounds.cost(),
        metres=sum(route.metres for route in routes),
        iterations=iterations,
        stopped_by=stopped_by,
    )


_TELLING = (Reason.COSTS_MORE_THAN_ITS_PRIZE, Reason.WINDOW, Reason.NO_TIME, Reason.NOBODY)


def _unserved(rounds: Rounds) -> tuple[Unserved, ...]:
    """Return each stop left out once; of several windows the one it came nearest to being done in."""
    found: dict[int, Unserved] = {}
    for stop in rounds.left_out():
        told, kept = rounds.explain(stop), found.get(rounds.twin[stop])
        if kept is None or _standing(told) < _standing(kept):
            found[rounds.twin[stop]] = told
    return tuple(found.values())


def _standing(told: Unserved) -> tuple[int, float]:
    return _TELLING.index(told.reason), np.inf if told.extra_metres is None else told.extra_metres


def _check_input(stops: Sequence[Stop], shifts: Sequence[Shift], metres: Floats, minutes: Floats) -> None:
    for name, ids in (("stop", [one.id for one in stops]), ("shift", [one.id for one in shifts])):
        if len(set(ids)) != len(ids):
            raise RouteInputError(what=f"a {name} id is given twice")
    places = len(metres) if metres.ndim == 2 else -1
    if metres.shape != (places, places) or minutes.shape != metres.shape or places < len(stops):
        raise RouteInputError(what=f"matrices {metres.shape} and {minutes.shape} for {len(stops)} stops")
    for name, matrix in (("metres", metres), ("minutes", minutes)):
        if matrix.size and not (np.isfinite(matrix).all() and matrix.min() >= 0):
            raise RouteInputError(what=f"{name} must be finite and not negative")
    _check_shifts(stops, shifts, places)


def _check_shifts(stops: Sequence[Stop], shifts: Sequence[Shift], places: int) -> None:
    known = {shift.id for shift in shifts}
    for stop in stops:
        if stop.shifts is not None and (unknown := stop.shifts - known):
            raise RouteInputError(what=f"stop {stop.id} may be done on shift {min(unknown)}, which there is not")
    for shift in shifts:
        if any(place is not None and not 0 <= place < places for place in (shift.start, shift.end)):
            raise RouteInputError(what=f"shift {shift.id} starts or ends at a place that the matrices lack")
