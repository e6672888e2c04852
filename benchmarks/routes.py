"""A day's rounds and a week's, beside VROOM, OR-Tools and the nearest door first: same matrices, limits and wall time.

Claim: for 100, 200 and 1,000 doors (2, 4 and 20 s) the plan costs no more than VROOM's or OR-Tools', and at least 10 %
less than always going to the nearest door that still fits; a week of 5 inspectors with 1,000 due doors is planned in
30 s. Cost is metres travelled plus the metres that left-out doors were worth, and all are judged by the same account.

- ``prizes``: doors worth 800 to 6,000 m of way, no windows, shifts of 420 minutes.
- ``windows``: every door is to be done (it is worth 100 km), three in five within two and a half hours.

VROOM knows priorities but no prizes: it goes to every door it can, so that ``windows`` is its own question and
``prizes`` is not. It is given both threads that ours has; OR-Tools' routing runs in one.

Neither is part of the product: ``pip install -r requirements-bench.txt``; without them their lines are left out.

    python -m benchmarks routes
"""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from benchmarks.ground import SEED, Figure, clock
from benchmarks.rivals.routes import RIVALS, is_there
from gis.route import Shift, Stop, plan_routes
from gis.travel import straight_matrix

SIZES = ((100, 5, 2.0), (200, 10, 4.0), (1000, 50, 20.0))
"""Doors, inspectors, seconds."""
SHIFT_MINUTES = 420.0
SHIFT_START = 510.0
WINDOWS = ((510.0, 660.0), (630.0, 780.0), (780.0, 930.0), None, None)
PRIZES = (6000.0, 3000.0, 2500.0, 1500.0, 800.0)
MUST = 100_000.0
WEEK = (1000, 5, 5, 30.0)
"""Doors, inspectors, days, seconds."""


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
            if not self.fits(row):
                raise AssertionError("a round is longer than its shift, or misses a window")
        done = {stop for row in rounds for stop in row}
        lying = sum(stop.prize for at, stop in enumerate(self.stops) if at not in done)
        return lying + sum(float(self.metres[a, b]) for row in rounds for a, b in _legs(row))

    def fits(self, row: list[int]) -> bool:
        """Whether one round from the start of the shift keeps its windows and is over in time."""
        clock_minute = SHIFT_START
        for before, here in _legs(row):
            clock_minute += float(self.minutes[before, here])
            if here:
                window = self.stops[here - 1].window or (0.0, np.inf)
                clock_minute = max(clock_minute, window[0])
                if clock_minute > window[1] + 1e-6:
                    return False
                clock_minute += self.stops[here - 1].minutes
        return clock_minute <= SHIFT_START + SHIFT_MINUTES + 1e-6


def _legs(row: list[int]) -> list[tuple[int, int]]:
    places = [0, *(stop + 1 for stop in row), 0]
    return list(pairwise(places)) if row else []


def problem(doors: int, inspectors: int, *, kind: str = "prizes") -> Problem:
    """Doors in villages scattered over a town of about ten kilometres, from one office."""
    random = np.random.default_rng(SEED)
    villages = random.uniform((120.70, 31.60), (120.80, 31.69), (max(4, doors // 25), 2))
    places = villages[random.integers(0, len(villages), doors)] + random.normal(0, 0.003, (doors, 2))
    lons, lats = np.append(120.75, places[:, 0]), np.append(31.645, places[:, 1])
    travel = straight_matrix(lons, lats, mode="ebike")
    stops = [Stop(f"h{n}", float(random.integers(8, 30)), None, float(random.choice(PRIZES))) for n in range(doors)]
    if kind == "windows":
        windows = [WINDOWS[at] for at in random.integers(0, len(WINDOWS), doors)]
        stops = [Stop(stop.id, stop.minutes * 0.6, windows[at], MUST) for at, stop in enumerate(stops)]
    end = SHIFT_START + SHIFT_MINUTES
    shifts = [Shift(f"s{n}", 0, 0, SHIFT_START, end, SHIFT_MINUTES) for n in range(inspectors)]
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
            fitting = [stop for stop in left if task.fits([*row, stop])]
            if not fitting:
                break
            row.append(min(fitting, key=lambda stop: (task.metres[here, stop + 1], stop)))
            left.discard(row[-1])
        rounds.append(row)
    return rounds


def run() -> list[Figure]:
    """Plan each size of each kind four ways, then the week."""
    figures = []
    for kind in ("prizes", "windows"):
        for doors, inspectors, seconds in SIZES:
            task = problem(doors, inspectors, kind=kind)
            figures += _beside(f"{kind}, {doors:,} doors, {inspectors} inspectors", task, seconds)
    return [*figures, _week()]


def _beside(name: str, task: Problem, seconds: float) -> list[Figure]:
    with clock() as took:
        rounds = ours(task, seconds)
    cost, plain = task.cost(rounds), task.cost(nearest(task))
    visited = sum(map(len, rounds))
    figures = [
        Figure(f"{name}: cost ({visited} visited, {took[0]:.1f} s)", f"{cost:,.0f} m"),
        Figure(f"{name}: nearest door first", f"{plain:,.0f} m", "ours at least 10 % less", cost <= 0.9 * plain),
    ]
    for rival in RIVALS:
        if not is_there(rival):
            figures.append(Figure(f"{name}: {rival.name} is not installed (requirements-bench.txt)", ""))
            continue
        with clock() as took:
            theirs = task.cost(rival.solve(task.stops, task.shifts, task.metres, task.minutes, seconds))
        said = f"{name}: {rival.name} ({took[0]:.1f} s)"
        figures.append(Figure(said, f"{theirs:,.0f} m", "ours no more", cost <= theirs + 0.5))
    return figures


def _week() -> Figure:
    """Five people over five days: a shift a person and day, 1,000 doors due."""
    doors, people, days, seconds = WEEK
    task = problem(doors, 1)
    shifts = [
        Shift(f"p{person} d{day}", 0, 0, 1440 * day + 510.0, 1440 * day + 930.0, SHIFT_MINUTES)
        for person in range(people)
        for day in range(days)
    ]
    told: list[float] = []
    with clock() as took:
        plan = plan_routes(
            task.stops,
            shifts,
            metres=task.metres,
            minutes=task.minutes,
            seed=SEED,
            seconds=0.9 * seconds,
            progress=lambda done, _: told.append(done),
        )
    name = f"a week of {people} inspectors, {doors:,} due doors: {sum(len(one.stops) for one in plan.routes)} on a list"
    return Figure(f"{name}, progress told {len(told)} times", f"{took[0]:.1f} s", "in 30 s", took[0] <= seconds)
