"""The reference as a map: addresses in an order of their own, gathered into towns, with local metres."""

from collections.abc import Sequence
from functools import cached_property, lru_cache

import numpy as np
import numpy.typing as npt

from gis.address.fold import fold
from gis.address.landmark import Phrase, read_landmark
from gis.matching.clues import middle
from gis.matching.grams import Grams, Rows
from gis.measure import distance_m

Floats = npt.NDArray[np.float64]
_STEP_DEG = 0.01
CELL_DEG = 0.1
"""Addresses in cells of this size that touch are one town; a gap of 10 to 20 km parts two."""
MOST_FOR_A_MIDDLE = 5000


class Town:
    """One cluster of addresses: its rows, its middle, how far it reaches."""

    def __init__(self, ground: "Ground", rows: Rows) -> None:
        self.rows = rows
        sample = rows[np.linspace(0, len(rows) - 1, min(len(rows), MOST_FOR_A_MIDDLE)).astype(np.int64)]
        lon, lat = ground.lon[sample], ground.lat[sample]
        self.lon0, self.lat0 = float(np.median(lon)), float(np.median(lat))
        east_m = distance_m(self.lon0, self.lat0, self.lon0 + _STEP_DEG, self.lat0)
        north_m = distance_m(self.lon0, self.lat0, self.lon0, self.lat0 + _STEP_DEG)
        self._scale = np.array([east_m, north_m]) / _STEP_DEG
        points = self.metres(lon, lat)
        self.middle = middle(points)
        away = np.hypot(*(points - self.middle).T)
        self.reach_m = float(max(np.median(away), 300.0))

    def metres(self, lon: Floats, lat: Floats) -> Floats:
        """Local metres (n, 2), east and north of the town's middle."""
        return np.column_stack([lon - self.lon0, lat - self.lat0]) * self._scale

    def degrees(self, at: Floats) -> tuple[float, float]:
        """Longitude and latitude of a place in local metres."""
        lon, lat = at / self._scale
        return self.lon0 + float(lon), self.lat0 + float(lat)


class Ground:
    """Texts and points of a reference, sorted, so that nothing depends on the order they came in.

    ``order[i]`` is the place of row i in what was given.
    """

    def __init__(self, texts: Sequence[str], lon: Floats, lat: Floats) -> None:
        given = [fold(text) for text in texts]
        sound = [row for row in range(len(given)) if np.isfinite(lon[row]) and np.isfinite(lat[row])]
        rank = sorted(sound, key=lambda row: (given[row], lon[row], lat[row]))
        self.order = np.array(rank, dtype=np.int64)
        self.lon, self.lat = np.asarray(lon)[self.order], np.asarray(lat)[self.order]
        self.texts = [given[row] for row in rank]
        self.phrase = lru_cache(maxsize=200_000)(self._phrase)

    def __len__(self) -> int:
        """How many addresses have a point."""
        return len(self.texts)

    def _phrase(self, row: int) -> Phrase:
        return read_landmark(self.texts[row])

    @cached_property
    def grams(self) -> Grams:
        """Which rows hold a piece of text."""
        return Grams(self.texts)

    @cached_property
    def town_of(self) -> Rows:
        """The town of every row, numbered from the largest."""
        cells = np.floor(np.column_stack([self.lon, self.lat]) / CELL_DEG).astype(np.int64)
        unique, cell_of, sizes = np.unique(cells, axis=0, return_inverse=True, return_counts=True)
        label = _touching([(int(east), int(north)) for east, north in unique])
        count = np.bincount(label, weights=sizes)
        rank = np.empty(len(count), dtype=np.int64)
        rank[np.argsort(-count, kind="stable")] = np.arange(len(count))
        return np.asarray(rank[label][cell_of.ravel()])

    @cached_property
    def town_sizes(self) -> Rows:
        """How many addresses each town has."""
        return np.bincount(self.town_of)

    def places_of(self, given: Rows) -> Rows:
        """Where rows of the reference, as given, stand here."""
        return np.flatnonzero(np.isin(self.order, given))

    @lru_cache(maxsize=10_000)  # noqa: B019 - lives as long as the reference does
    def town(self, number: int) -> Town:
        """A town by its number."""
        return Town(self, np.flatnonzero(self.town_of == number))


class Usable:
    """Keeps of some rows those of one town (of all towns where ``number`` is None), without those left out."""

    def __init__(self, ground: Ground, number: int | None, without: Rows) -> None:
        self.town_of, self.number, self.without = ground.town_of, number, without

    def __call__(self, rows: Rows) -> Rows:
        """The rows that may be used."""
        if self.number is not None:
            rows = rows[self.town_of[rows] == self.number]
        return rows[~np.isin(rows, self.without)] if len(self.without) and len(rows) else rows


def _touching(cells: list[tuple[int, int]]) -> Rows:
    """Number the groups of cells that touch, corners included."""
    label: dict[tuple[int, int], int] = {}
    known = set(cells)
    groups = 0
    for cell in cells:
        if cell in label:
            continue
        open_cells = [cell]
        label[cell] = groups
        while open_cells:
            east, north = open_cells.pop()
            around = [(east + x, north + y) for x in (-1, 0, 1) for y in (-1, 0, 1)]
            fresh = [near for near in around if near in known and near not in label]
            label.update(dict.fromkeys(fresh, groups))
            open_cells += fresh
        groups += 1
    return np.array([label[cell] for cell in cells], dtype=np.int64)
