"""What plans are measured against: OR-Tools' routing solver and VROOM, asked the same question in the same time."""

import importlib.util
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import numpy as np
import numpy.typing as npt

from gis.route import Shift, Stop

Floats = npt.NDArray[np.float64]
MOST_PRIORITY = 100


def by_ortools(
    stops: Sequence[Stop], shifts: Sequence[Shift], metres: Floats, minutes: Floats, seconds: float
) -> list[list[int]]:
    """Rounds of OR-Tools: prizes as penalties, a time dimension, guided local search."""
    from ortools.constraint_solver import pywrapcp, routing_enums_pb2

    manager = pywrapcp.RoutingIndexManager(len(stops) + 1, len(shifts), 0)
    model = pywrapcp.RoutingModel(manager)
    service = [0.0, *(stop.minutes for stop in stops)]
    busy = np.ceil((minutes + np.array(service)[:, None]) * 60).astype(int).tolist()
    # Matrices, not Python callbacks: the solver must not wait for the language it is called from.
    model.SetArcCostEvaluatorOfAllVehicles(model.RegisterTransitMatrix(np.rint(metres).astype(int).tolist()))
    longest = int(shifts[0].max_minutes * 60)
    model.AddDimension(model.RegisterTransitMatrix(busy), longest, longest, True, "time")
    time = model.GetDimensionOrDie("time")
    for at, stop in enumerate(stops):
        index = manager.NodeToIndex(at + 1)
        model.AddDisjunction([index], round(stop.prize))
        if stop.window is not None:
            opens, closes = (int((minute - shifts[0].start_minute) * 60) for minute in stop.window)
            time.CumulVar(index).SetRange(opens, min(closes, longest))
    asked = pywrapcp.DefaultRoutingSearchParameters()
    asked.first_solution_strategy = routing_enums_pb2.FirstSolutionStrategy.PARALLEL_CHEAPEST_INSERTION
    asked.local_search_metaheuristic = routing_enums_pb2.LocalSearchMetaheuristic.GUIDED_LOCAL_SEARCH
    asked.time_limit.FromMilliseconds(int(seconds * 1000))
    found = model.SolveWithParameters(asked)
    return [_row(model, manager, found, vehicle) for vehicle in range(len(shifts))]


def _row(model: Any, manager: Any, found: Any, vehicle: int) -> list[int]:
    row, at = [], model.Start(vehicle)
    while not model.IsEnd(at):
        node = manager.IndexToNode(at)
        row += [node - 1] if node else []
        at = found.Value(model.NextVar(at))
    return row


def by_vroom(
    stops: Sequence[Stop], shifts: Sequence[Shift], metres: Floats, minutes: Floats, seconds: float
) -> list[list[int]]:
    """Rounds of VROOM: metres as costs, prizes as priorities, as thorough as it can be, on two threads."""
    import vroom

    asked = vroom.Input()
    asked.set_durations_matrix("car", np.ceil(minutes * 60).astype(np.uint32))
    asked.set_distances_matrix("car", np.rint(metres).astype(np.uint32))
    asked.set_costs_matrix("car", np.rint(metres).astype(np.uint32))
    most = max(stop.prize for stop in stops)
    for at, stop in enumerate(stops):
        windows = [] if stop.window is None else [vroom.TimeWindow(*(int(minute * 60) for minute in stop.window))]
        priority = int(MOST_PRIORITY * stop.prize / most)
        service = int(np.ceil(stop.minutes * 60))
        asked.add_job(vroom.Job(at, location=at + 1, default_service=service, priority=priority, time_windows=windows))
    for at, shift in enumerate(shifts):
        hours = vroom.TimeWindow(int(shift.start_minute * 60), int(shift.end_minute * 60))
        asked.add_vehicle(vroom.Vehicle(at, start=0, end=0, time_window=hours))
    found = asked.solve(exploration_level=5, nb_threads=2, timeout=timedelta(seconds=seconds))
    rows: list[list[int]] = [[] for _ in shifts]
    jobs = found.routes[found.routes["type"] == "job"]
    for vehicle, job in zip(jobs["vehicle_id"], jobs["id"], strict=True):
        rows[int(vehicle)].append(int(job))
    return rows


@dataclass(frozen=True, slots=True)
class Rival:
    """Another planner: its name, the package that brings it, and how it is asked."""

    name: str
    package: str
    solve: Callable[[Sequence[Stop], Sequence[Shift], Floats, Floats, float], list[list[int]]]


RIVALS = (Rival("VROOM", "vroom", by_vroom), Rival("OR-Tools", "ortools", by_ortools))


def is_there(rival: Rival) -> bool:
    """Whether the package of another planner is installed."""
    return importlib.util.find_spec(rival.package) is not None
