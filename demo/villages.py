"""How many houses each village gets, of which kinds, in which settlements.

Houses gather where migrants do: on the edge of the towns, more so near the county seat, with a heavy tail.
"""

import math

import numpy as np
import shapely
from numpy.typing import NDArray

from demo.divisions import words
from demo.streets import GROUP_SIZE, SHARES, Floats, Ints, Kind, Setting, Settlement, capacity
from demo.territory import Ground, Territory
from gis.errors import AnjuError

FRINGE_SHARE = 0.35
TAIL_SIGMA = 0.95
PULL = {Setting.CORE: 0.7, Setting.FRINGE: 2.6, Setting.RURAL: 0.9}
SIZE = {
    Kind.SELF_BUILT: GROUP_SIZE, Kind.APARTMENT: 12, Kind.DORMITORY: 6, Kind.MIXED_USE: 24, Kind.CONVERTED: 9,
    Kind.OTHER: 9,
}  # fmt: skip
"""Houses in a settlement of each kind, about."""
MOST_SETTLEMENTS = 45


class TooManyModelHousesError(AnjuError):
    """County {county} has ground for {most} model houses; {asked} were asked for."""


def settings(town: Territory) -> dict[str, Setting]:
    """Communities are the core; of a town's villages the nearest third is the fringe; the rest lies in the fields."""
    found: dict[str, Setting] = {}
    by_town: dict[str, list[Ground]] = {}
    for code, ground in town.villages.items():
        if ground.geom is not None and code[9] == "0":
            found[code] = Setting.CORE
        elif ground.geom is not None:
            by_town.setdefault(ground.division.parent, []).append(ground)
    for parent, grounds in by_town.items():
        nearest = sorted(grounds, key=lambda ground: _away_m(town, ground, town.towns[parent].centre))
        edge = math.ceil(len(nearest) * FRINGE_SHARE)
        for place, ground in enumerate(nearest):
            found[ground.division.code] = Setting.FRINGE if place < edge else Setting.RURAL
    return found


def _away_m(town: Territory, ground: Ground, centre: tuple[float, float] | None) -> float:
    if ground.centre is None or centre is None:
        return math.inf
    pair = town.frame.to_metres(np.array([ground.centre, centre]))
    return float(np.hypot(*(pair[0] - pair[1])))


def share_out(town: Territory, houses: int, *, seed: int) -> dict[str, int]:
    """Houses for each village, heavy-tailed and within what its ground holds; they add up to ``houses``.

    Raises
    ------
    TooManyModelHousesError
        The county's villages cannot hold that many.
    """
    rng = np.random.default_rng([seed, int(town.county), 2])
    kinds = settings(town)
    codes = [code for code in town.villages if code in kinds]
    seat = next(ground.centre for code, ground in town.towns.items() if code[6] == "0" and ground.centre_known)
    away = np.array([_away_m(town, town.villages[code], seat) for code in codes])
    pull = np.array([PULL[kinds[code]] for code in codes])
    weight = rng.lognormal(0.0, TAIL_SIGMA, len(codes)) * pull * (0.5 + 1.5 * np.exp(-away / 9000.0))
    area = np.array([shapely.area(shapely.transform(town.villages[c].geom, town.frame.to_metres)) for c in codes])
    room = capacity(area)
    if houses > room.sum():
        raise TooManyModelHousesError(county=town.county, most=int(room.sum()), asked=houses)
    return dict(zip(codes, _fill(weight, room, houses).tolist(), strict=True))


def _fill(weight: Floats, room: Ints, total: int) -> Ints:
    """Split ``total`` by weight, never above ``room``; what does not fit goes to the others."""
    given = np.zeros(len(weight), dtype=np.int64)
    while (left := total - int(given.sum())) > 0:
        open_weight = np.where(given < room, weight, 0.0)
        share = open_weight / open_weight.sum() * left
        step = np.floor(share).astype(np.int64)
        order = np.argsort(step - share, kind="stable")
        step[order[: left - int(step.sum())]] += 1
        given = np.minimum(given + step, room)
    return given


def settlements(houses: int, setting: Setting, *, rng: np.random.Generator) -> list[Settlement]:
    """A village's houses in settlements: natural-village groups, estates, works, shopping streets."""
    counts = rng.multinomial(houses, SHARES[setting])
    found: list[Settlement] = []
    for kind in (Kind.MIXED_USE, Kind.APARTMENT, Kind.DORMITORY, Kind.CONVERTED, Kind.SELF_BUILT, Kind.OTHER):
        for count in _sizes(int(counts[kind]), SIZE[kind], rng):
            group = len(found) + 1 if setting is not Setting.CORE and kind is Kind.SELF_BUILT else 0
            found.append(Settlement(kind, count, group, _name(kind, rng)))
    first = next((s.group for s in found if s.group), 1)
    return [Settlement(s.kind, s.count, s.group - first + 1 if s.group else 0, s.name) for s in found]


def _sizes(houses: int, about: int, rng: np.random.Generator) -> list[int]:
    if not houses:
        return []
    parts = min(max(1, round(houses / about)), MOST_SETTLEMENTS)
    weight: NDArray[np.float64] = rng.dirichlet(np.full(parts, 4.0))
    return [int(n) for n in rng.multinomial(houses, weight) if n]


def _name(kind: Kind, rng: np.random.Generator) -> str:
    stock = words()
    if kind is Kind.APARTMENT:
        return f"{rng.choice(stock['estates'])}{rng.choice(stock['estate_kinds'])}"
    if kind is Kind.DORMITORY:
        return f"{rng.choice(stock['firms'])}{rng.choice(stock['firm_kinds'])}"
    return f"{stock['surnames'][rng.integers(40)]}{rng.choice(stock['group_kinds'])}"


def short_name(village: str) -> str:
    """A village's name as addresses write it: 聚沙村委会 -> 聚沙村, 菱塘社区居委会 -> 菱塘社区."""
    if village.endswith("村委会"):
        return village.removesuffix("委会")
    if village.endswith("居委会"):
        stem = village.removesuffix("居委会")
        return stem if stem.endswith("社区") else f"{stem}社区"
    return village
