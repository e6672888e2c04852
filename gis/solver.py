"""The search for good rounds: PyVRP's iterated local search over matrices, in whole seconds and centimetres.

Two searches with seeds of their own run abreast (PyVRP lets other threads work), twice: what the better of them has
found when part of the iterations is spent is where both go on from. Neither looks at the other or at the clock
before it has done its iterations, so that the same seed gives the same plan.
"""

import time
import warnings
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from copy import copy
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pyvrp
from pyvrp.exceptions import PenaltyBoundWarning
from pyvrp.PenaltyManager import PenaltyManager, PenaltyParams
from pyvrp.search import (
    OPERATORS,
    LocalSearch,
    NeighbourhoodParams,
    PerturbationManager,
    PerturbationParams,
    compute_neighbours,
)

from gis.rounds import Rounds
from gis.slots import CENTIMETRES, Whole

Progress = Callable[[float, float], None]
_MOST_ITERATIONS_A_SECOND = 3000.0
_LEAST_ITERATIONS_A_SECOND = 165.0
_STOP_ITERATIONS_A_SECOND = 37_500.0
_PACE_WITH_WINDOWS, _PACE_WITHOUT = 0.8, 1.25
_SMALL = 20
_APART = 0.6
_REPORT_EVERY = 64
_DAY_S = 86_400
_FOR_EVER_S = 30 * _DAY_S
_INFEASIBLE = np.iinfo(np.int64).max
_SEEDS = 2**32
_NEXT_SEED = 0x9E3779B9


@dataclass(slots=True)
class _Budget:
    """Iterations and wall time of one search, spent stage by stage; ``patience`` ends a stage that finds nothing."""

    total: int
    deadline: float
    progress: Progress | None
    patience: int = 10**9
    done: int = 0
    out_of_time: bool = False

    @property
    def left(self) -> int:
        return max(0, self.total - self.done)


class _Found(NamedTuple):
    """What a search has come to: required stops it misses, cost in centimetres, and the solution of its task."""

    missing: int
    cost_cm: int
    task: "_Task"
    solution: Any

    @property
    def rank(self) -> tuple[int, int]:
        return self.missing, self.cost_cm


def iterations_for(rounds: Rounds, *, seconds: float) -> int:
    """Return the iterations that ``seconds`` stand for: about three quarters of what one idle core does in that time.

    What an iteration costs follows from the stops that can be on a round at all, not from those that wait.
    """
    working_s = sum(min(rounds.limits(shift)[2], _DAY_S) for shift in range(len(rounds.shifts)))
    room = working_s / max(float(rounds.service.mean()), 60.0)
    size = max(1.0, min(float(len(rounds.stops)), room))
    rate = min(_MOST_ITERATIONS_A_SECOND, _LEAST_ITERATIONS_A_SECOND + _STOP_ITERATIONS_A_SECOND / size)
    pace = _PACE_WITH_WINDOWS if any(stop.all_windows() for stop in rounds.stops) else _PACE_WITHOUT
    return max(20, int(seconds * rate * pace))


def search_rounds(rounds: Rounds, *, seed: int, seconds: float, progress: Progress | None) -> tuple[int, str]:
    """Fill ``rounds.order`` with the best rounds found; return the iterations done and what stopped the search.

    All required stops are demanded first. If no such plan turns up, the required ones are planned alone, those that
    found a place are demanded, and the optional ones are added around them.
    """
    count = len(rounds.stops)
    total, deadline = iterations_for(rounds, seconds=seconds), time.perf_counter() + seconds
    budgets = [_Budget(total, deadline, None if lane else progress, 300 + count**2) for lane in range(2)]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", PenaltyBoundWarning)
        required = [stop for stop in range(count) if rounds.stops[stop].required]
        whole = _Task(rounds, list(range(count)), demanded=frozenset(required))
        apart = _abreast(lambda lane: _alone(whole.lane(seed, lane), required, budgets[lane]), budgets)
        best = min((found for found in apart if found is not None), key=lambda one: one.rank, default=None)
        if best is not None:
            start = best
            both = _abreast(lambda lane: _onward(start, budgets[lane], seed=seed, lane=2 + lane), budgets)
            best = min([best, *(one for one in both if one is not None)], key=lambda one: one.rank)
    if best is not None:
        for shift, row in enumerate(best.task.rows(best.solution)):
            rounds.set_row(shift, row)
    late = any(budget.out_of_time for budget in budgets)
    return sum(budget.done for budget in budgets), "time" if late else "iterations"


def _abreast(search: "Callable[[int], _Found | None]", budgets: list[_Budget]) -> "list[_Found | None]":
    """Run a search for each budget, the first in this thread, for it is the one that reports progress."""
    with ThreadPoolExecutor(max_workers=len(budgets)) as pool:
        others = [pool.submit(search, lane) for lane in range(1, len(budgets))]
        try:
            first = search(0)
        except BaseException:
            for budget in budgets:
                budget.deadline = 0.0
            raise
        return [first, *(other.result() for other in others)]


def _alone(whole: "_Task", required: list[int], budget: _Budget) -> "_Found | None":
    """Search with the first part of a budget: for all required stops, or for as many as find a place."""
    apart = int(budget.total * _APART)
    found = None
    if required:
        found = whole.search(budget, budget.total * 2 // 10, first_feasible=True)
        if found is None:
            whole, found = _required_first(whole, required, budget)
    again = whole.search(budget, max(0, apart - budget.done), start=found)
    return whole.found(again if again is not None else found)


def _onward(start: _Found, budget: _Budget, *, seed: int, lane: int) -> "_Found | None":
    """Search with what is left of a budget, from what was found; few stops from anywhere, for that costs little."""
    task = start.task.lane(seed, lane)
    anywhere = len(task.stops) <= _SMALL
    return task.found(task.search(budget, budget.left, start=None if anywhere else start.solution))


def _required_first(task: "_Task", required: list[int], budget: _Budget) -> "tuple[_Task, Any]":
    """Place as many required stops as the search can; return the whole task demanding those, and that start."""
    rounds = task.rounds
    alone = _Task(rounds, required, demanded=frozenset(), seed=task.seed)
    first = alone.search(budget, budget.total * 2 // 10)
    rows = alone.rows(first) if first is not None else [[] for _ in rounds.shifts]
    served = {rounds.twin[stop] for row in rows for stop in row}
    placed = frozenset(stop for stop in required if rounds.twin[stop] in served)
    whole = _Task(rounds, list(range(len(rounds.stops))), demanded=placed, seed=task.seed)
    return whole, whole.solution(rows)


class _Task:
    """One PyVRP problem over some of the stops, ``demanded`` ones compulsory, the others for their prizes."""

    def __init__(self, rounds: Rounds, stops: list[int], *, demanded: frozenset[int], seed: int = 0) -> None:
        self.rounds, self.stops, self.seed = rounds, stops, seed % _SEEDS
        self.client_of = {stop: client for client, stop in enumerate(stops)}
        self.kinds = _kinds(rounds)
        self.copies = _copies(rounds, stops)
        self.prizes = search_prizes(rounds, stops)
        self.exact = not self.copies and all(stop in demanded for stop, one in enumerate(rounds.stops) if one.required)
        self.data = self._data(demanded)
        self._neighbours = compute_neighbours(self.data, NeighbourhoodParams())
        self._random: Any = None
        self._local: Any = None

    def lane(self, seed: int, lane: int) -> "_Task":
        """Return the same task for a search with a seed of its own."""
        other = copy(self)
        other.seed, other._random, other._local = (seed + lane * _NEXT_SEED) % _SEEDS, None, None
        return other

    def found(self, solution: Any) -> _Found | None:
        """Return what a solution is worth; None for none."""
        if solution is None:
            return None
        rounds, rows = self.rounds, self.rows(solution)
        seen = {rounds.twin[stop] for row in rows for stop in row}
        lying = {twin: at for at, twin in enumerate(rounds.twin) if twin not in seen}
        missing = sum(rounds.stops[stop].required for stop in lying)
        left_cm = sum(int(rounds.prize_cm[stop]) for stop in lying)
        return _Found(missing, int(solution.distance()) + left_cm, self, solution)

    def _data(self, demanded: frozenset[int]) -> Any:
        rounds = self.rounds
        depots = sorted({place for shifts in self.kinds for place in rounds.ends(shifts[0])})
        rights, profile_of = self._profiles()
        grouped = {client: at for at, group in enumerate(self.copies) for client in group}
        clients = [
            pyvrp.Client(
                rounds.first + stop,
                service_duration=int(rounds.service[stop]),
                tw_early=int(rounds.opens[stop]),
                tw_late=int(rounds.closes[stop]),
                prize=int(self.prizes[client]),
                required=stop in demanded and client not in grouped,
                group=grouped.get(client),
            )
            for client, stop in enumerate(self.stops)
        ]
        groups = [pyvrp.ClientGroup(group, required=self.stops[group[0]] in demanded) for group in self.copies]
        return pyvrp.ProblemData(
            [pyvrp.Location(0, 0)] * len(rounds.cm),
            clients,
            [pyvrp.Depot(place) for place in depots],
            [self._vehicle(shifts, depots, profile) for shifts, profile in zip(self.kinds, profile_of, strict=True)],
            [rounds.cm] * len(rights),
            [self._seconds_where(right) for right in rights],
            groups,
        )

    def _profiles(self) -> "tuple[list[npt.NDArray[np.bool_]], list[int]]":
        """Return the different rights that kinds of shifts have over the stops, and which of them each kind has."""
        rights: dict[bytes, int] = {}
        masks: list[npt.NDArray[np.bool_]] = []
        profile_of = []
        for shifts in self.kinds:
            mask = self.rounds.may[self.stops, shifts[0]]
            at = rights.setdefault(mask.tobytes(), len(rights))
            if at == len(masks):
                masks.append(mask)
            profile_of.append(at)
        return masks, profile_of

    def _seconds_where(self, right: "npt.NDArray[np.bool_]") -> Whole:
        """Return the travel times of a shift for which the way to a stop that it may not do takes for ever."""
        if right.all():
            return self.rounds.seconds
        seconds = self.rounds.seconds.copy()
        barred = self.rounds.first + np.array(self.stops, dtype=np.int64)[~right]
        seconds[:, barred] = _FOR_EVER_S
        seconds[barred, barred] = 0
        return seconds

    def _vehicle(self, shifts: list[int], depots: list[int], profile: int) -> Any:
        start, end = self.rounds.ends(shifts[0])
        early, late, longest = self.rounds.limits(shifts[0])
        return pyvrp.VehicleType(
            len(shifts),
            start_depot=depots.index(start),
            end_depot=depots.index(end),
            tw_early=early,
            tw_late=max(late, early),
            shift_duration=longest,
            profile=profile,
        )

    def solution(self, rows: Sequence[Sequence[int]]) -> Any:
        """Return rounds as a PyVRP solution of this task."""
        routes = [
            pyvrp.Route(self.data, [self.client_of[stop] for stop in rows[shift]], kind)
            for kind, shifts in enumerate(self.kinds)
            for shift in shifts
            if rows[shift]
        ]
        return pyvrp.Solution(self.data, routes)

    def rows(self, solution: Any) -> list[list[int]]:
        """Return a PyVRP solution as stops in order for each shift; like shifts take their rounds in order."""
        rows: list[list[int]] = [[] for _ in self.rounds.shifts]
        free = [list(shifts) for shifts in self.kinds]
        for route in solution.routes():
            shift = free[route.vehicle_type()].pop(0)
            rows[shift] = [self.stops[visit.idx] for visit in route if visit.is_client()]
        return rows

    def search(self, budget: _Budget, iterations: int, *, start: Any = None, first_feasible: bool = False) -> Any:
        """Return the best feasible solution, None if there is none after ``iterations`` or when time is up."""
        manager = PenaltyManager(*self._penalties())
        if self._local is None:
            self._random = pyvrp.RandomNumberGenerator(seed=self.seed)
            self._local = self._local_search()
        local = self._local
        if start is None:
            random = pyvrp.Solution.make_random(self.data, self._random)
            start = local(random, manager.max_cost_evaluator(), exhaustive=True)
        watch = _Watch(budget, exact=self.exact)
        settings = pyvrp.IteratedLocalSearchParams(callbacks=watch)
        stop = _Stop(budget, budget.done + iterations, first_feasible=first_feasible)
        best = pyvrp.IteratedLocalSearch(self.data, manager, local, start, settings).run(stop, collect_stats=False).best
        return best if best.is_feasible() else None

    def _local_search(self) -> Any:
        local = LocalSearch(self.data, self._random, self._neighbours, PerturbationManager(PerturbationParams()))
        for operator in OPERATORS:
            if operator.supports(self.data):
                local.add_operator(operator(self.data))
        return local

    def _penalties(self) -> tuple[Any, Any]:
        """Begin with the price of a second that the prizes and the travel suggest, so that little search is lost.

        Few stops are better begun far above it: coming down from there the search leaves what it would stay in.
        """
        rounds = self.rounds
        pace = float(rounds.cm.mean()) / max(float(rounds.seconds.mean()), 1.0)
        service = max(float(rounds.service.mean()), 60.0)
        price = max(pace, float(np.median(self.prizes)) / service, 1.0)
        price *= 10 if len(self.stops) <= _SMALL else 1
        params = PenaltyParams(max_penalty=1e7, solutions_between_updates=50)
        return ([], price, price), params


def _kinds(rounds: Rounds) -> list[list[int]]:
    """Return the shifts grouped by everything that matters to a route; each group is one kind of vehicle."""
    groups: dict[tuple[object, ...], list[int]] = {}
    for shift in range(len(rounds.shifts)):
        key = (*rounds.ends(shift), *rounds.limits(shift), rounds.may[:, shift].tobytes())
        groups.setdefault(key, []).append(shift)
    return list(groups.values())


def _copies(rounds: Rounds, stops: list[int]) -> list[list[int]]:
    """Return the clients that are one stop in several windows; only one of each may be visited."""
    groups: dict[int, list[int]] = {}
    for client, stop in enumerate(stops):
        groups.setdefault(rounds.twin[stop], []).append(client)
    return [group for group in groups.values() if len(group) > 1]


def search_prizes(rounds: Rounds, stops: list[int]) -> Whole:
    """Return prizes in centimetres; a required stop is worth more than all optional ones and any way there."""
    prizes = rounds.prize_cm[stops].copy()
    required = np.array([rounds.stops[stop].required for stop in stops], dtype=bool)
    above = 4 * int(rounds.cm.max(initial=1)) + int(prizes[~required].sum()) + int(prizes[required].max(initial=0))
    prizes[required] += above
    return prizes


class _Stop:
    """PyVRP's stopping criterion: the iterations of this stage, or the wall clock of all."""

    def __init__(self, budget: _Budget, until: int, *, first_feasible: bool) -> None:
        self.budget, self.until, self.first_feasible = budget, until, first_feasible
        self.best_cost, self.better_at = np.inf, budget.done

    def __call__(self, best_cost: float) -> bool:
        if best_cost < self.best_cost:
            self.best_cost, self.better_at = best_cost, self.budget.done
        if self.budget.done >= min(self.until, self.better_at + self.budget.patience):
            return True
        if time.perf_counter() >= self.budget.deadline:
            self.budget.out_of_time = True
            return True
        return self.first_feasible and best_cost < _INFEASIBLE


class _Watch(pyvrp.IteratedLocalSearchCallbacks):  # type: ignore[misc]
    """Counts iterations and tells whoever waits."""

    def __init__(self, budget: _Budget, *, exact: bool) -> None:
        self.budget, self.exact = budget, exact

    def on_iteration(self, current: Any, candidate: Any, best: Any, cost_evaluator: Any) -> None:
        self.budget.done += 1
        if self.budget.progress is not None and self.budget.done % _REPORT_EVERY == 0:
            known = self.exact and best.is_feasible()
            cost = cost_evaluator.cost(best) / CENTIMETRES if known else float("inf")
            self.budget.progress(min(1.0, self.budget.done / self.budget.total), cost)
