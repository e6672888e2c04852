"""A day's rounds for 100, 200 and 1,000 due doors, beside the nearest door first and OR-Tools.

Claim: in the same time (2, 4 and 20 s) the plan costs no more than OR-Tools' (guided local search) and at least 10 %
less than always going to the nearest door that still fits. Cost is metres travelled plus the metres that left-out
doors were worth, the same matrices, shifts of 420 minutes and prizes for all three; no stop is required, none has a
window, so that OR-Tools is asked exactly the same question.

OR-Tools is no part of the product: ``pip install -r requirements-bench.txt``; without it that column is left out.

    python -m benchmarks routes
"""

import importlib.util
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from benchmarks.ground import SEED, Figure, clock
from gis.route import Shift, Stop, plan_routes
from gis.travel import straight_matrix

SIZES = ((100, 5, 2.0), (200, 10, 4.0), (1000, 50, 20.0))
"""Doors, inspectors, seconds."""
SHIFT_MINUTES = 420.0
PRIZES = (6000.0, 3000.0, 2500.0, 1500.0, 800.0)


@dataclass(frozen=True, slots=True)
class Problem:
    """Doors to visit and who may visit them."""

    stops: list[Stop]
    shifts: list[Shift]
    metres: npt.NDArray[np.float64]
    minutes: npt.NDArray[np.float64]

    def cost(self, rounds: list[list[int]]) -> float:
        """Metres of rounds over stop indices, from and to place 0, plus the prizes of what they leave out."""
        for row in rounds:
            if self.duration(row) > SHIFT_MINUTES + 1e-6:
                raise AssertionError("a round is longer than its shift")
        done = {stop for row in rounds for stop in row}
        lying = sum(stop.prize for at, stop in enumerate(self.stops) if at not in done)
        return lying + sum(float(self.metres[a, b]) for row in rounds for a, b in _legs(row))

    def duration(self, row: list[int]) -> float:
        """Minutes of one round."""
        return sum(float(self.minutes[a, b]) for a, b in _legs(row)) + sum(self.stops[stop].minutes for stop in row)


def _legs(row: list[int]) -> list[tuple[int, int]]:
    places = [0, *(stop + 1 for stop in row), 0]
    return list(pairwise(places)) if row else []


def problem(doors: int, inspectors: int) -> Problem:
    """Doors in villages scattered over a town of about ten kilometres, from one office."""
    random = np.random.default_rng(SEED)
    villages = random.uniform((120.70, 31.60), (120.80, 31.69), (max(4, doors // 25), 2))
    places = villages[random.integers(0, len(villages), doors)] + random.normal(0, 0.003, (doors, 2))
    lons, lats = np.append(120.75, places[:, 0]), np.append(31.645, places[:, 1])
    travel = straight_matrix(lons, lats, mode="ebike")
    stops = [Stop(f"h{n}", float(random.integers(8, 30)), None, float(random.choice(PRIZES))) for n in range(doors)]
    shifts = [Shift(f"s{n}", 0, 0, 510.0, 510.0 + SHIFT_MINUTES, SHIFT_MINUTES) for n in range(inspectors)]
    return Problem(stops, shifts, travel.metres, travel.minutes)


def ours(task: Problem, seconds: float) -> list[list[int]]:
    """Rounds as the product plans them."""
    plan = plan_routes(task.stops, task.shifts, metres=task.metres, minutes=task.minutes, seed=SEED, seconds=seconds)
    return [[int(stop[1:]) for stop in route.stops] for route in plan.routes]


def nearest(task: Problem) -> list[list[int]]:
    """Always the nearest door that still fits into the shift."""
    left, rounds = set(range(len(task.stops))), []
    for _ in task.shifts:
        row: list[int] = []
        while left:
            here = row[-1] + 1 if row else 0
            fitting = [stop for stop in left if task.duration([*row, stop]) <= SHIFT_MINUTES]
            if not fitting:
                break
            row.append(min(fitting, key=lambda stop: (task.metres[here, stop + 1], stop)))
            left.discard(row[-1])
        rounds.append(row)
    return rounds


def by_ortools(task: Problem, seconds: float) -> list[list[int]]:
    """Rounds of OR-Tools' routing solver: prizes as penalties, a time dimension, guided local search."""
    from ortools.constraint_solver import pywrapcp, routing_enums_pb2

    manager = pywrapcp.RoutingIndexManager(len(task.stops) + 1, len(task.shifts), 0)
    model = pywrapcp.RoutingModel(manager)
    far = np.rint(task.metres).astype(int).tolist()
    service = [0.0, *(stop.minutes for stop in task.stops)]
    busy = np.ceil((task.minutes + np.array(service)[:, None]) * 60).astype(int).tolist()
    # Matrices, not Python callbacks: the solver must not wait for the language it is called from.
    model.SetArcCostEvaluatorOfAllVehicles(model.RegisterTransitMatrix(far))
    model.AddDimension(model.RegisterTransitMatrix(busy), 0, int(SHIFT_MINUTES * 60), True, "time")
    for at, stop in enumerate(task.stops):
        model.AddDisjunction([manager.NodeToIndex(at + 1)], round(stop.prize))
    asked = pywrapcp.DefaultRoutingSearchParameters()
    asked.first_solution_strategy = routing_enums_pb2.FirstSolutionStrategy.PARALLEL_CHEAPEST_INSERTION
    asked.local_search_metaheuristic = routing_enums_pb2.LocalSearchMetaheuristic.GUIDED_LOCAL_SEARCH
    asked.time_limit.FromMilliseconds(int(seconds * 1000))
    found = model.SolveWithParameters(asked)
    return [_row(model, manager, found, vehicle) for vehicle in range(len(task.shifts))]


def _row(model: object, manager: object, found: object, vehicle: int) -> list[int]:
    row, at = [], model.Start(vehicle)  # type: ignore[attr-defined]
    while not model.IsEnd(at):  # type: ignore[attr-defined]
        node = manager.IndexToNode(at)  # type: ignore[attr-defined]
        row += [node - 1] if node else []
        at = found.Value(model.NextVar(at))  # type: ignore[attr-defined]
    return row


def run() -> list[Figure]:
    """Plan each size three ways."""
    figures = []
    for doors, inspectors, seconds in SIZES:
        task = problem(doors, inspectors)
        with clock() as took:
            rounds = ours(task, seconds)
        cost, plain = task.cost(rounds), task.cost(nearest(task))
        name, visited = f"{doors:,} doors, {inspectors} inspectors", sum(map(len, rounds))
        figures += [
            Figure(f"{name}: cost ({visited} visited, {took[0]:.1f} s)", f"{cost:,.0f} m"),
            Figure(f"{name}: nearest door first", f"{plain:,.0f} m", "ours at least 10 % less", cost <= 0.9 * plain),
            _beside(name, task, seconds, cost),
        ]
    return figures


def _beside(name: str, task: Problem, seconds: float, cost: float) -> Figure:
    if importlib.util.find_spec("ortools") is None:
        return Figure(f"{name}: OR-Tools is not installed (requirements-bench.txt)", "")
    theirs = task.cost(by_ortools(task, seconds))
    return Figure(f"{name}: OR-Tools in {seconds:g} s", f"{theirs:,.0f} m", "ours no more", cost <= theirs)
