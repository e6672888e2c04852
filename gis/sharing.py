"""Sharing the grids of an area out evenly: among people, whose ground may lie in several grids, or among grids."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import shapely

from gis.balance import BalanceError, Division, Ground, divide, division, sums
from gis.blocks import blocks_of, side_by_side
from gis.recut import Cut, recut

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
Texts = npt.NDArray[np.str_]

BLOCKS_A_PART = 24
"""So many blocks of a part at least: each is then some 4 % of it, and parts can come within 5 % of each other."""
LEAST_BLOCK = 4.0
"""Doors of a block at least; smaller ones would leave grids that follow single doors."""
OVER_VILLAGE, OVER_GRID = 0.3, 0.6
"""What a metre of edge costs where a village, or a present grid, ends there already."""
NOBODY = -1


@dataclass(frozen=True, slots=True, eq=False)
class Grids:
    """The grids in force, g of them: shapes (EPSG:4490), villages' codes, which are special, holders' numbers."""

    shapes: npt.NDArray[np.object_]
    villages: Texts
    special: Flags
    holder: Ints


@dataclass(frozen=True, slots=True, eq=False)
class Doors:
    """Houses, n of them: ``at`` (n, 2) lon, lat, ``villages``, ``grid`` the row of their grid (-1: none), ``work``."""

    at: Floats
    villages: Texts
    grid: Ints
    work: Floats


@dataclass(frozen=True, slots=True, eq=False)
class Layout:
    """Grids cut into blocks, b of them; special grids are one block each and lie on others.

    ``home`` the grid of each block, ``village`` a number for its village, ``place`` the block of each house (-1: none),
    ``work`` what its houses ask, ``pairs`` and ``edges`` what lies side by side (``gis.blocks.side_by_side``).
    """

    shapes: npt.NDArray[np.object_]
    home: Ints
    village: Ints
    special: Flags
    place: Ints
    work: Floats
    pairs: Ints
    edges: Floats

    def changes(self, cut: Cut) -> bool:
        """Whether a grid that goes on has another ground than now."""
        return len(cut.blocks) != int((self.home == cut.grid).sum())

    def over(self, labels: Ints, weights: npt.ArrayLike, parts: int) -> Floats:
        """Sum weights of houses by the label of their block."""
        held = self.place >= 0
        return sums(labels[self.place[held]], np.asarray(weights, dtype=np.float64)[held], parts)


@dataclass(frozen=True, slots=True, eq=False)
class Sharing:
    """Whose each block is now (-1: nobody's) and then, by part; each part's holder and grid (-1: none)."""

    now: Ints
    then: Division
    owner: tuple[int, ...]
    grid: tuple[int, ...]

    def cuts(self, layout: Layout) -> list[Cut]:
        """Return the grids that follow from it."""
        # A special grid keeps its own edge: nothing of a village joins it, and it joins nothing.
        village = np.where(layout.special, len(layout.work) + layout.home, layout.village)
        return recut(layout.home, self.then.labels, layout.pairs, layout.edges, layout.work, village=village)


def lay_out(grids: Grids, doors: Doors, *, parts: int) -> Layout:
    """Cut grids into blocks small enough to be shared evenly among ``parts``."""
    per_block = max(LEAST_BLOCK, len(doors.work) / max(parts, 1) / BLOCKS_A_PART)
    shapes: list[shapely.Geometry] = []
    home: list[int] = []
    village: list[int] = []
    place = np.full(len(doors.work), -1, dtype=np.int64)
    inside = (doors.grid >= 0) & grids.special[np.maximum(doors.grid, 0)]
    for number, code in enumerate(np.unique(grids.villages)):
        base = np.flatnonzero((grids.villages == code) & ~grids.special)
        mine = np.flatnonzero((doors.villages == code) & ~inside)
        if len(base):
            found = blocks_of(list(grids.shapes[base]), doors.at[mine], per_block=per_block)
            place[mine] = np.where(found.place >= 0, found.place + len(shapes), -1)
            shapes += list(found.shapes)
            home += base[found.home].tolist()
            village += [number] * len(found.home)
        for row in np.flatnonzero((grids.villages == code) & grids.special).tolist():
            place[inside & (doors.grid == row)] = len(shapes)
            shapes.append(grids.shapes[row])
            home.append(row)
            village.append(number)
    blocks = np.asarray(shapes, dtype=np.object_)
    held = place >= 0
    work = sums(place[held], doors.work[held], len(blocks))
    pairs, edges = side_by_side(blocks)
    owners = np.array(home, dtype=np.int64)
    return Layout(blocks, owners, np.array(village, dtype=np.int64), grids.special[owners], place, work, pairs, edges)


def share_among_people(layout: Layout, grids: Grids, *, parts: int | None, tolerance: float, seed: int) -> Sharing:
    """Share blocks among the holders, or among ``parts`` of them (those with most work; more than there are: new ones).

    Raises ``BalanceError`` for more people than blocks.
    """
    holder = grids.holder[layout.home]
    people = sorted(set(holder.tolist()) - {NOBODY})
    wanted = parts or max(len(people), 1)
    load = {one: float(layout.work[holder == one].sum()) for one in people}
    people = sorted(sorted(people, key=lambda one: (-load[one], one))[:wanted])
    number = {one: at for at, one in enumerate(people)}
    now = np.array([number.get(one, -1) for one in holder.tolist()], dtype=np.int64)
    every = np.arange(len(layout.work))
    then = divide(_ground(layout, every), wanted, present=now, tolerance=tolerance, seed=seed)
    owner = (*people, *(NOBODY,) * (wanted - len(people)))
    return Sharing(now, then, owner, (-1,) * wanted)


def share_among_grids(layout: Layout, grids: Grids, *, parts: int | None, tolerance: float, seed: int) -> Sharing:
    """Share the blocks of each village among as many grids as it has, or ``parts`` grids among the villages by work.

    Special grids stay parts of their own. Raises ``BalanceError`` for fewer parts than villages.
    """
    number = _grids_a_village(layout, parts)
    now, labels = (np.full(len(layout.work), -1, dtype=np.int64) for _ in range(2))
    grid: list[int] = []
    for village in np.unique(layout.village).tolist():
        rows = np.flatnonzero((layout.village == village) & ~layout.special)
        if len(rows):
            own = np.unique(layout.home[rows])
            count = min(number[village], len(rows))
            now[rows] = np.searchsorted(own, layout.home[rows]) + len(grid)
            present = np.where(now[rows] - len(grid) < count, now[rows] - len(grid), -1)
            found = divide(_ground(layout, rows), count, present=present, tolerance=tolerance, seed=seed)
            labels[rows] = found.labels + len(grid)
            grid += [int(own[at]) if at < len(own) else -1 for at in range(max(count, len(own)))]
        for block in np.flatnonzero((layout.village == village) & layout.special).tolist():
            now[block] = labels[block] = len(grid)
            grid.append(int(layout.home[block]))
    owner = tuple(NOBODY if row < 0 else int(grids.holder[row]) for row in grid)
    whole = _ground(layout, np.arange(len(layout.work)))
    return Sharing(now, division(whole, labels, now, len(grid)), owner, tuple(grid))


def _grids_a_village(layout: Layout, parts: int | None) -> dict[int, int]:
    """How many base grids each village gets: as many as it has, or its share of so many, one at least."""
    base = ~layout.special
    villages = np.unique(layout.village[base]).tolist()
    if parts is None:
        return {one: len(np.unique(layout.home[(layout.village == one) & base])) for one in villages}
    if parts < len(villages):
        raise BalanceError(what=f"{parts} grids for {len(villages)} villages")
    total = np.array([layout.work[(layout.village == one) & base].sum() for one in villages])
    found = np.ones(len(villages), dtype=np.int64)
    for _ in range(parts - len(villages)):
        found[int(np.argmax(total / found))] += 1
    return dict(zip(villages, found.tolist(), strict=True))


def _ground(layout: Layout, rows: Ints) -> Ground:
    """Some of the blocks as ground to be divided; an edge costs less where a village or a grid ends there already."""
    at = np.full(len(layout.work), -1, dtype=np.int64)
    at[rows] = np.arange(len(rows))
    inside = (at[layout.pairs] >= 0).all(axis=1)
    one, other = layout.pairs[inside].T
    village, own = layout.village[one] != layout.village[other], layout.home[one] != layout.home[other]
    share = np.where(village, OVER_VILLAGE, np.where(own, OVER_GRID, 1.0))
    middles = shapely.get_coordinates(shapely.centroid(layout.shapes[rows]))
    return Ground(layout.work[rows], at[layout.pairs[inside]], layout.edges[inside] * share, middles)
