"""Routes for a day: which stops, by whom, in which order; solved with PyVRP, explained in figures.

Cost is metres travelled plus the prizes of the stops left out. Everything is handed over in minutes and metres and
solved in whole seconds and centimetres: travel and service are rounded up and limits down, so that no shift, window or
maximum is exceeded by rounding.
"""

from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt

from gis.day import Reason, Route, RouteInputError, RoutePlan, Shift, Stop, Unserved
from gis.rounds import Rounds
from gis.solver import search_rounds

__all__ = ["Reason", "Route", "RouteInputError", "RoutePlan", "Shift", "Stop", "Unserved", "plan_routes"]

Floats = npt.NDArray[np.float64]
Progress = Callable[[float, float], None]


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
    rounds = Rounds(stops, shifts, metres=far, minutes=long)
    iterations, stopped_by = 0, "iterations"
    if stops and shifts:
        iterations, stopped_by = search_rounds(rounds, seed=seed, seconds=max(float(seconds), 0.01), progress=progress)
        rounds.mend()
    if progress is not None:
        progress(1.0, rounds.cost())
    return _report(rounds, iterations=iterations, stopped_by=stopped_by)


def _report(rounds: Rounds, *, iterations: int, stopped_by: str) -> RoutePlan:
    routes = tuple(rounds.route(shift) for shift in range(len(rounds.shifts)) if rounds.order[shift])
    return RoutePlan(
        routes=routes,
        unserved=tuple(rounds.explain(stop) for stop in rounds.left_out()),
        cost=rounds.cost(),
        metres=sum(route.metres for route in routes),
        iterations=iterations,
        stopped_by=stopped_by,
    )


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
    for shift in shifts:
        if any(place is not None and not 0 <= place < places for place in (shift.start, shift.end)):
            raise RouteInputError(what=f"shift {shift.id} starts or ends at a place that the matrices lack")
