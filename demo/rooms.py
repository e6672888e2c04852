"""Columns of suites and rooms inside a chunk of houses: usable area, people, kind, window, family.

A self-built house lets rooms floor by floor (a suite a floor); an apartment building has a few let suites of several
rooms. Badly kept houses have cells, people in kitchens and garages, crowds; the others keep every rule.
"""

from dataclasses import dataclass

import numpy as np

from demo.houses import Bools, Houses, Strings
from demo.streets import Floats, Ints, Kind

ROOMS = {
    Kind.SELF_BUILT: (8.0, 0.36, 3, 22),
    Kind.DORMITORY: (20.0, 0.45, 8, 60),
    Kind.MIXED_USE: (5.0, 0.45, 2, 14),
    Kind.CONVERTED: (11.0, 0.42, 4, 40),
    Kind.OTHER: (3.0, 0.5, 1, 10),
}
"""Median, log-sigma, least and most rooms of a house; estates are counted by suite."""

NOT_FOR_LIVING = ("kitchen", "bathroom", "balcony", "corridor", "garage", "storage", "basement")
MISUSED_SHARES = (0.16, 0.02, 0.12, 0.08, 0.34, 0.22, 0.06)
ROOM_KINDS = (
    "bedroom", "living", "kitchen", "bathroom", "balcony", "corridor", "garage", "storage", "basement",
    "partition", "shop", "workshop",
)  # fmt: skip
KIND_NO = {name: number for number, name in enumerate(ROOM_KINDS)}


@dataclass(frozen=True, slots=True)
class Suites:
    """One entry a suite: the house (index), unit (0 none), floor, door on the floor from 1."""

    house: Ints
    unit: Ints
    floor: Ints
    door: Ints

    def __len__(self) -> int:
        return len(self.house)


@dataclass(frozen=True, slots=True)
class Rooms:
    """One entry a room: house and suite (indices), number in the suite from 1, and its measured facts.

    ``kind`` indexes ``ROOM_KINDS``; ``misused`` marks people living where nobody may.
    """

    house: Ints
    suite: Ints
    number: Ints
    kind: Ints
    use_m2: Floats
    persons: Ints
    window: Bools
    family: Bools
    let: Bools

    def __len__(self) -> int:
        return len(self.house)


def furnish(houses: Houses, *, rng: np.random.Generator) -> tuple[Suites, Rooms]:
    """Suites and rooms of a chunk of houses, in house order."""
    counts = _counts(houses, rng)
    suites = _suites(houses, counts, rng)
    inside = _rooms_in(houses, suites, counts, rng)
    suite = np.repeat(np.arange(len(suites)), inside)
    number = np.arange(len(suite)) - np.repeat(np.cumsum(inside) - inside, inside) + 1
    house = suites.house[suite]
    return suites, _people(houses, suites, house, suite, number, rng)


def _counts(houses: Houses, rng: np.random.Generator) -> Ints:
    """Rooms of each house; for estates the number of let suites."""
    counts = np.zeros(len(houses), dtype=np.int64)
    for kind, (median, sigma, least, most) in ROOMS.items():
        mine = houses.kind == kind
        drawn = rng.lognormal(np.log(median), sigma, int(mine.sum()))
        counts[mine] = np.clip(np.rint(drawn), least, most)
    estate = houses.kind == Kind.APARTMENT
    counts[estate] = np.minimum(1 + rng.poisson(2.4, int(estate.sum())), 9)
    extra = houses.bad & ~estate
    counts[extra] = np.minimum(counts[extra] + rng.poisson(3, int(extra.sum())), 80)
    return counts


def _suites(houses: Houses, counts: Ints, rng: np.random.Generator) -> Suites:
    estate = houses.kind == Kind.APARTMENT
    many = np.where(estate, counts, np.minimum(houses.floors, counts))
    house = np.repeat(np.arange(len(houses)), many)
    place = np.arange(len(house)) - np.repeat(np.cumsum(many) - many, many)
    unit, floor, door = np.zeros_like(house), place + 1, np.ones_like(house)
    inner = estate[house]
    slots = _slots(houses, np.flatnonzero(estate), counts, rng)
    sides = houses.floors[house[inner]] * 2
    unit[inner] = slots // sides + 1
    floor[inner] = slots % sides // 2 + 1
    door[inner] = slots % 2 + 1
    return Suites(house, unit, floor, door)


def _slots(houses: Houses, estates: Ints, counts: Ints, rng: np.random.Generator) -> Ints:
    """Distinct flats of each apartment building, in order: (unit, floor, side) as one number."""
    size = houses.stairs[estates] * houses.floors[estates] * 2
    many = counts[estates]
    picked = [np.sort(rng.choice(n, size=k, replace=False)) for n, k in zip(size.tolist(), many.tolist(), strict=True)]
    return np.concatenate(picked) if picked else np.empty(0, dtype=np.int64)


def _rooms_in(houses: Houses, suites: Suites, counts: Ints, rng: np.random.Generator) -> Ints:
    estate = houses.kind[suites.house] == Kind.APARTMENT
    floors = np.bincount(suites.house, minlength=len(houses))[suites.house]
    each = counts[suites.house]
    even = each // np.maximum(floors, 1) + (suites.floor - 1 < each % np.maximum(floors, 1))
    cells = np.where(houses.bad[suites.house], rng.integers(1, 4, len(suites)), 0)
    return np.where(estate, rng.integers(3, 5, len(suites)) + cells, even)


def _people(houses: Houses, suites: Suites, house: Ints, suite: Ints, number: Ints, rng: np.random.Generator) -> Rooms:
    size = len(house)
    sick = houses.bad[house] & (rng.random(size) < 0.45)
    kind = _kinds(houses, suites, house, suite, number, sick, rng)
    living_place = np.isin(kind, (KIND_NO["shop"], KIND_NO["workshop"], KIND_NO["living"]))
    let = houses.let[house] == "let"
    full = let & ~living_place & (rng.random(size) < 0.86)
    persons, family = _heads(houses.kind[house] == Kind.DORMITORY, sick, rng)
    persons = np.where(full, persons, 0)
    use_m2 = _areas(kind, persons, sick & (rng.random(size) < 0.6), rng)
    dark = np.isin(kind, (KIND_NO["partition"], KIND_NO["basement"], KIND_NO["storage"], KIND_NO["corridor"]))
    window = rng.random(size) >= np.where(dark, 0.55, np.where(sick, 0.06, 0.0))
    return Rooms(house, suite, number, kind, use_m2, persons, window, family & (persons > 1), let & ~living_place)


def _kinds(
    houses: Houses, suites: Suites, house: Ints, suite: Ints, number: Ints, sick: Bools, rng: np.random.Generator
) -> Ints:
    """Bedrooms, a living room in each flat, a shop in front of mixed houses, cells and misused rooms in bad ones."""
    size = len(house)
    estate = houses.kind[house] == Kind.APARTMENT
    kind = np.full(size, KIND_NO["bedroom"])
    kind[estate & (number == 1)] = KIND_NO["living"]
    ground = (suites.floor[suite] == 1) & (number == 1)
    kind[ground & (houses.kind[house] == Kind.MIXED_USE)] = KIND_NO["shop"]
    kind[estate & (number > 4)] = KIND_NO["partition"]
    misused = sick & (kind == KIND_NO["bedroom"]) & (rng.random(size) < 0.22)
    odd = rng.choice([KIND_NO[name] for name in NOT_FOR_LIVING], size=size, p=MISUSED_SHARES)
    odd = np.where((odd == KIND_NO["basement"]) & (suites.floor[suite] > 1), KIND_NO["storage"], odd)
    return np.where(misused, odd, kind)


def _heads(dormitory: Bools, sick: Bools, rng: np.random.Generator) -> tuple[Ints, Bools]:
    """People a room and whether they are one family: at most two strangers a room unless the house is bad."""
    size = len(sick)
    draw = rng.random(size)
    persons = np.select([draw < 0.46, draw < 0.86, draw < 0.96], [1, 2, 3], 4)
    family = (persons > 2) | ((persons == 2) & (rng.random(size) < 0.62))
    persons = np.where(dormitory, np.minimum(persons, 2), persons)
    family &= ~dormitory
    crowd = sick & (rng.random(size) < 0.3)
    persons = np.where(crowd, np.where(dormitory, rng.integers(4, 9, size), rng.integers(3, 6, size)), persons)
    return persons, family & ~crowd


def _areas(kind: Ints, persons: Ints, cramped: Bools, rng: np.random.Generator) -> Floats:
    """Usable m2 to one decimal: at least 6.5 a head, but under 4 a head where cramped."""
    size = len(kind)
    wide = np.isin(kind, (KIND_NO["shop"], KIND_NO["workshop"]))
    usual = np.clip(rng.normal(14.5, 3.8, size), 7.0, 36.0)
    enough = np.maximum(usual, persons * 6.5 + rng.uniform(0.0, 2.0, size))
    tight = np.maximum(persons, 1) * rng.uniform(2.2, 3.9, size) + 0.4 * (persons == 0)
    area = np.where(cramped, tight, np.where(wide, rng.uniform(18.0, 90.0, size), enough))
    return np.round(area, 1).astype(np.float64)


def label(suites: Suites, estate: Bools) -> Strings:
    """How a suite is called: 2单元0301室 in an estate, 3层 elsewhere."""
    rows = zip(suites.unit.tolist(), suites.floor.tolist(), suites.door.tolist(), estate.tolist(), strict=True)
    return np.array([f"{u}单元{f:02d}{d:02d}室" if flat else f"{f}层" for u, f, d, flat in rows], dtype=object)
