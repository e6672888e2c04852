"""Columns of houses: where they stand, what they are, and how bad they are.

Badness gathers in places: a smooth field over the county, an effect of the village and one of the settlement add up,
so that a bad house has bad neighbours. Everything here is synthetic.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import MultiPolygon

from demo.divisions import county_name
from demo.streets import Floats, Ints, Kind, Rows, Setting, footprints, lay_out
from demo.territory import Territory
from demo.villages import settlements, short_name

Strings = NDArray[np.str_]
Bools = NDArray[np.bool_]
Objects = NDArray[np.object_]

FLOORS = {
    Kind.SELF_BUILT: ((2, 3, 4), (0.32, 0.52, 0.16)),
    Kind.APARTMENT: ((5, 6, 11, 18), (0.25, 0.45, 0.2, 0.1)),
    Kind.DORMITORY: ((3, 4, 5, 6), (0.25, 0.35, 0.3, 0.1)),
    Kind.MIXED_USE: ((2, 3, 4, 5), (0.35, 0.4, 0.2, 0.05)),
    Kind.CONVERTED: ((1, 2, 3, 4), (0.2, 0.4, 0.3, 0.1)),
    Kind.OTHER: ((1, 2, 3), (0.5, 0.35, 0.15)),
}
LET = ("let", "vacant", "self_use", "unknown")
LET_SHARES = (0.84, 0.06, 0.08, 0.02)
BUMPS = 60
BUMP_M = 1500.0


@dataclass(frozen=True, slots=True)
class Houses:
    """One chunk of houses, one array entry a house; geometry in EPSG:4490, longitude first.

    ``village`` 12 digits; ``serial`` in the village from 1; ``settlement`` numbers settlements over the chunk;
    ``bad`` whether the house belongs to the badly kept ones, ``field`` the latent badness it was drawn from;
    ``text`` the written address; ``road``, ``door``, ``group``, ``estate`` and ``building`` its parts ('' for none).
    """

    county: str
    village: Strings
    serial: Ints
    setting: Ints
    kind: Ints
    lonlat: Floats
    footprint: Objects
    settlement: Ints
    floors: Ints
    stairs: Ints
    ground_m2: Floats
    let: Strings
    field: Floats
    bad: Bools
    text: Objects
    road: Objects
    door: Ints
    group: Ints
    estate: Objects
    building: Ints

    def __len__(self) -> int:
        return len(self.village)


@dataclass(frozen=True, slots=True)
class _Village:
    code: str
    setting: Setting
    rows: Rows
    geom: Objects


def build(
    town: Territory, shares: dict[str, int], kinds: dict[str, Setting], *, villages: Sequence[str], seed: int
) -> Houses:
    """Houses of some villages of a county; the same seed and shares give the same houses in any chunking."""
    laid = [_lay(town, code, shares[code], kinds[code], seed) for code in villages if shares[code]]
    counts = [len(v.rows.xy) for v in laid]
    village = np.repeat([v.code for v in laid], counts).astype("U12")
    kind = np.concatenate([np.array([s.kind for s in v.rows.settlements])[v.rows.settlement] for v in laid])
    first = np.cumsum([0, *(len(v.rows.settlements) for v in laid)])[:-1]
    settlement = np.concatenate([v.rows.settlement + start for v, start in zip(laid, first, strict=True)])
    xy = np.vstack([v.rows.xy for v in laid])
    rng = np.random.default_rng([seed, int(town.county), 4, int(laid[0].code)])
    serial = np.concatenate([np.arange(1, n + 1) for n in counts])
    field = _badness(town, laid, xy, seed)
    floors = _floors(kind, rng)
    stairs = np.where(np.isin(kind, (Kind.APARTMENT, Kind.DORMITORY)), np.minimum(4, 1 + floors // 3), 1)
    text = _texts(town, laid)
    return Houses(
        county=town.county, village=village, serial=serial, kind=kind, settlement=settlement,
        setting=np.repeat([int(v.setting) for v in laid], counts), lonlat=town.frame.to_degrees(xy),
        footprint=np.concatenate([v.geom for v in laid]), floors=floors, stairs=stairs,
        ground_m2=np.round(np.concatenate([v.rows.width_m for v in laid]) * 11.0, 1),
        let=_let(kind, rng), field=field, bad=rng.random(len(field)) < _chance(field), **text,
    )  # fmt: skip


def _lay(town: Territory, code: str, count: int, setting: Setting, seed: int) -> _Village:
    rng = np.random.default_rng([seed, int(code), 3])
    ground = town.villages[code]
    area = shapely.transform(ground.geom or MultiPolygon(), town.frame.to_metres)
    centre = town.frame.to_metres(np.array(ground.centre))
    rows = lay_out(area, centre=centre, settlements=settlements(count, setting, rng=rng), rng=rng)
    outlines = shapely.transform(footprints(rows), town.frame.to_degrees)
    return _Village(code, setting, rows, shapely.multipolygons([[outline] for outline in outlines]))


def _floors(kind: Ints, rng: np.random.Generator) -> Ints:
    floors = np.ones(len(kind), dtype=np.int64)
    for value, (storeys, share) in FLOORS.items():
        mine = kind == value
        floors[mine] = rng.choice(storeys, size=int(mine.sum()), p=share)
    return floors


def _let(kind: Ints, rng: np.random.Generator) -> Strings:
    let = rng.choice(LET, size=len(kind), p=LET_SHARES)
    return np.where(kind == Kind.DORMITORY, "let", let)


def _badness(town: Territory, laid: list[_Village], xy: Floats, seed: int) -> Floats:
    """Latent badness, mean about 0 and variance about 1: county field, village, settlement, house."""
    county = np.random.default_rng([seed, int(town.county), 5])
    east, north = town.frame.to_metres(np.array(town.outline.bounds).reshape(2, 2))
    peaks = county.uniform(east, north, size=(BUMPS, 2))
    heights = county.normal(0.0, 1.0, BUMPS)
    field = np.zeros(len(xy))
    for peak, height in zip(peaks, heights, strict=True):
        away = np.hypot(*(xy - peak).T)
        field += height * np.exp(-0.5 * (away / BUMP_M) ** 2)
    place, own = [], []
    for v in laid:
        rng = np.random.default_rng([seed, int(v.code), 6])
        effect = 0.5 * rng.normal() + 0.35 * (v.setting is Setting.FRINGE)
        place.append(effect + 0.7 * rng.normal(size=len(v.rows.settlements))[v.rows.settlement])
        own.append(0.4 * rng.normal(size=len(v.rows.xy)))
    return np.concatenate(place) + np.concatenate(own) + 0.5 * field


def _chance(field: Floats) -> Floats:
    """Chance of being badly kept: about 8 % over all, above one half where the field is high."""
    return 1.0 / (1.0 + np.exp(3.9 - 2.3 * field))


def _texts(town: Territory, laid: list[_Village]) -> dict[str, Any]:
    parts: dict[str, list[str | int]] = {name: [] for name in ("text", "road", "door", "group", "estate", "building")}
    for v in laid:
        _village_texts(town, v, parts)
    numbers = {name: np.array(parts[name], dtype=np.int64) for name in ("door", "group", "building")}
    return numbers | {name: np.array(parts[name], dtype=object) for name in ("text", "road", "estate")}


def _village_texts(town: Territory, v: _Village, parts: dict[str, list[str | int]]) -> None:
    ground = town.villages[v.code].division
    place = f"{county_name(town.county)}{town.towns[ground.parent].division.name}{short_name(ground.name)}"
    built: dict[int, int] = {}
    rows = zip(v.rows.settlement.tolist(), v.rows.street.tolist(), v.rows.door.tolist(), strict=True)
    for number, street, door in rows:
        settlement, road = v.rows.settlements[number], v.rows.streets[street]
        estate, building, group = "", 0, ""
        if settlement.kind in (Kind.APARTMENT, Kind.DORMITORY):
            built[number] = building = built.get(number, 0) + 1
            estate = f"{settlement.name}{'宿舍' if settlement.kind is Kind.DORMITORY else ''}"
        elif settlement.group:
            group = f"{settlement.group}组"
        tail = f"{estate}{building}幢" if building else ""
        row = (f"{place}{group}{road}{door}号{tail}", road, door, settlement.group, estate, building)
        for name, value in zip(("text", "road", "door", "group", "estate", "building"), row, strict=True):
            parts[name].append(value)
