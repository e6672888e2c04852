"""Synthetic streets and the houses along them, village by village.

A village has one lattice of plots: streets run in parallel, a row of plots on either side. Settlements (natural-
village groups, estates, works, shopping streets) take the free plots nearest to their middle, so that no two houses
share ground and every house lies inside its village. Plots are ``PLOT_M`` wide; a street with its two rows and the
yards behind them is ``PITCH_M`` deep.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from demo.divisions import words

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

PLOT_M = 14.0
PITCH_M = 50.0
FROM_STREET_M = 12.0
MARGIN_M = 12.0
DEPTH_M = 11.0
PLOT_AREA_M2 = PLOT_M * PITCH_M / 2
GROUP_SIZE = 28


class Kind(IntEnum):
    """Kinds of houses, as numbers in columns; ``name`` in lower case is what the record calls them."""

    SELF_BUILT = 0
    APARTMENT = 1
    DORMITORY = 2
    MIXED_USE = 3
    CONVERTED = 4
    OTHER = 5


class Setting(IntEnum):
    """Where a village lies: in the middle of its town, on the edge of the built-up area, or out in the fields."""

    CORE = 0
    FRINGE = 1
    RURAL = 2


SHARES = {
    Setting.CORE: (0.22, 0.38, 0.03, 0.27, 0.06, 0.04),
    Setting.FRINGE: (0.74, 0.06, 0.05, 0.08, 0.05, 0.02),
    Setting.RURAL: (0.89, 0.005, 0.02, 0.045, 0.025, 0.015),
}
"""Share of each ``Kind`` in a village of each ``Setting``."""

WIDTH_PLOTS = {Kind.APARTMENT: 4, Kind.DORMITORY: 3}
STRETCH = {Kind.MIXED_USE: 4.0}
"""A shopping street is long and thin: distance across it counts more."""


@dataclass(frozen=True, slots=True)
class Settlement:
    """A run of houses that share a setting: their kind, how many, and their name in addresses."""

    kind: Kind
    count: int
    group: int
    name: str


@dataclass(frozen=True, slots=True)
class Rows:
    """Houses of one village in plots, one array entry a house.

    ``xy`` local metres (n, 2); ``angle`` radians of the street; ``width_m`` of the front; ``settlement`` index into
    ``settlements``; ``street`` index into ``streets`` (names); ``door`` number, odd on one side, even on the other.
    """

    xy: Floats
    angle: float
    width_m: Floats
    settlement: Ints
    street: Ints
    door: Ints
    settlements: tuple[Settlement, ...]
    streets: tuple[str, ...]


def capacity(area_m2: Floats) -> Ints:
    """How many houses villages of these areas hold at most, room left for margins and wide buildings."""
    return np.maximum(1, (area_m2 / PLOT_AREA_M2 * 0.34)).astype(np.int64)


def lay_out(area: BaseGeometry, *, centre: Floats, settlements: Sequence[Settlement], rng: np.random.Generator) -> Rows:
    """Place every settlement's houses on a village's plots; fewer when the village is full.

    Parameters
    ----------
    area : geometry in local metres; ``centre`` a point (2,) in it.
    """
    angle = float(rng.normal(0.0, 0.22))
    shrunk: BaseGeometry = area.buffer(-MARGIN_M)
    inner = area if shrunk.is_empty else shrunk
    plots = _Plots(inner, centre, angle)
    picked = [plots.take(s, _middle(inner, centre, s, rng)) for s in settlements]
    keep = np.concatenate([np.full(len(p), n) for n, p in enumerate(picked)]).astype(np.int64)
    cells = np.vstack(picked) if picked else np.empty((0, 2), dtype=np.int64)
    wide = np.array([WIDTH_PLOTS.get(s.kind, 1) for s in settlements], dtype=np.int64)[keep]
    street, names = _street_names(cells, keep, settlements, rng)
    door = _doors(cells, street)
    xy = plots.middle_of(cells, wide)
    width = np.where(wide > 1, wide * PLOT_M - 10.0, rng.uniform(8.5, 12.5, len(cells)))
    return Rows(xy, angle, width, keep, street, door, tuple(settlements), names)


def _middle(area: BaseGeometry, centre: Floats, settlement: Settlement, rng: np.random.Generator) -> Floats:
    """Where a settlement gathers: shops at the centre, estates near it, groups anywhere."""
    pull = {Kind.MIXED_USE: 0.85, Kind.APARTMENT: 0.6, Kind.CONVERTED: 0.4}.get(settlement.kind, 0.0)
    west, south, east, north = area.bounds
    for _ in range(50):
        spot = rng.uniform((west, south), (east, north))
        spot = spot * (1 - pull) + centre * pull
        if shapely.contains_xy(area, spot[0], spot[1]):
            return spot
    return centre


class _Plots:
    """The lattice of one village and which plots are taken; a plot is (column, row), two rows to a street."""

    def __init__(self, area: BaseGeometry, origin: Floats, angle: float) -> None:
        self.area = area
        self.origin = origin
        cos, sin = math.cos(angle), math.sin(angle)
        self.turn = np.array([[cos, sin], [-sin, cos]])
        self.taken: set[tuple[int, int]] = set()
        shapely.prepare(area)

    def middle_of(self, cells: Ints, wide: Ints) -> Floats:
        """Local metres of the middle of each block of ``wide`` plots."""
        along = (cells[:, 0] + wide / 2) * PLOT_M
        across = (cells[:, 1] // 2) * PITCH_M + np.where(cells[:, 1] % 2 == 0, -FROM_STREET_M, FROM_STREET_M)
        return np.column_stack([along, across]) @ self.turn + self.origin

    def take(self, settlement: Settlement, middle: Floats) -> Ints:
        """The free plots nearest to ``middle``, shape (k, 2), widening the search until there are enough."""
        wide = WIDTH_PLOTS.get(settlement.kind, 1)
        west, south, east, north = self.area.bounds
        limit_m = math.hypot(east - west, north - south)
        reach_m = 1.3 * math.sqrt(settlement.count * wide * PLOT_AREA_M2) + PITCH_M
        while True:
            found = self._free(middle, reach_m, wide, STRETCH.get(settlement.kind, 1.0))
            if len(found) >= settlement.count or reach_m > limit_m:
                break
            reach_m *= 1.8
        chosen = found[: settlement.count]
        for column, row in chosen.tolist():
            self.taken.update((column + step, row) for step in range(wide))
        return chosen[np.lexsort((chosen[:, 0], chosen[:, 1]))]

    def _free(self, middle: Floats, reach_m: float, wide: int, stretch: float) -> Ints:
        along, across = (middle - self.origin) @ self.turn.T
        columns = np.arange((along - reach_m) // (PLOT_M * wide), (along + reach_m) // (PLOT_M * wide) + 1) * wide
        rows = np.arange((across - reach_m) // PITCH_M * 2, (across + reach_m) // PITCH_M * 2 + 2)
        grid = np.stack(np.meshgrid(columns, rows), axis=-1).reshape(-1, 2).astype(np.int64)
        spots = self.middle_of(grid, np.full(len(grid), wide))
        inside = shapely.contains_xy(self.area, spots)
        grid, away = grid[inside], (spots[inside] - middle) @ self.turn.T
        order = np.argsort(np.hypot(away[:, 0], away[:, 1] * stretch), kind="stable")
        grid = grid[order]
        if not self.taken:
            return grid
        free = [not any((c + step, r) in self.taken for step in range(wide)) for c, r in grid.tolist()]
        return grid[np.array(free, dtype=bool)] if free else grid


def _street_names(
    cells: Ints, keep: Ints, settlements: Sequence[Settlement], rng: np.random.Generator
) -> tuple[Ints, tuple[str, ...]]:
    """One street for each lattice line of each settlement, named without repetition inside the village."""
    if not len(cells):
        return np.empty(0, dtype=np.int64), ()
    lines = np.column_stack([keep, cells[:, 1] // 2])
    unique, index = np.unique(lines, axis=0, return_inverse=True)
    stock = words()
    names = [f"{stem}{kind}" for kind in stock["road_kinds"] for stem in stock["roads"]]
    order = rng.permutation(len(stock["roads"])).tolist()
    picked = []
    for number in range(len(unique)):
        lap, place = divmod(number, len(order))
        name = names[order[place] + (lap % len(stock["road_kinds"])) * len(order)]
        again = lap // len(stock["road_kinds"])
        picked.append(f"{name[:-1]}{'一二三四五六七八九'[(again - 1) % 9]}{name[-1]}" if again else name)
    return index.reshape(-1).astype(np.int64), tuple(picked)


def _doors(cells: Ints, street: Ints) -> Ints:
    """Door numbers along each street from its first plot: 1, 3, 5 on one side, 2, 4, 6 on the other."""
    if not len(cells):
        return np.empty(0, dtype=np.int64)
    side = cells[:, 1] % 2
    key = street * 2 + side
    order = np.lexsort((cells[:, 0], key))
    ordered = key[order]
    start = np.r_[True, ordered[1:] != ordered[:-1]]
    first = np.maximum.accumulate(np.where(start, np.arange(len(order)), 0))
    door = np.empty(len(order), dtype=np.int64)
    door[order] = 2 * (np.arange(len(order)) - first) + 1 + side[order]
    return door


def footprints(rows: Rows) -> NDArray[np.object_]:
    """An oriented rectangle for each house, local metres."""
    cos, sin = math.cos(rows.angle), math.sin(rows.angle)
    corners = np.array([(-0.5, -0.5), (0.5, -0.5), (0.5, 0.5), (-0.5, 0.5)])
    size = np.column_stack([rows.width_m, np.full(len(rows.xy), DEPTH_M)])
    local = corners[None, :, :] * size[:, None, :]
    turned = local @ np.array([[cos, sin], [-sin, cos]])
    return shapely.polygons(turned + rows.xy[:, None, :])
