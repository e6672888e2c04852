"""A village's grids while somebody changes them: every step keeps the ground covered, and can be taken back."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from shapely.geometry import LineString
from shapely.geometry.base import BaseGeometry

from actions.grid_changes import GridChange
from gis.grid import assign
from gis.grid_edit import LineMissesError, NotBesideError, heirs, merge, move_corner, noded, same_ground, split
from inspections.day import WorkingDay
from inspections.workload import month_minutes

if TYPE_CHECKING:
    from geopandas import GeoDataFrame


@dataclass(frozen=True, slots=True)
class Draft:
    """One grid as it is to be; ``code`` None is a new one."""

    code: str | None
    name: str
    shape: BaseGeometry


Drafts = tuple[Draft, ...]


@dataclass(frozen=True, slots=True)
class Load:
    """What a grid holds: houses, minutes of visits a month, red and orange houses."""

    houses: int
    minutes: float
    danger: int


def start(frame: "GeoDataFrame") -> Drafts:
    """The base grids of a village as they are."""
    base = frame[frame["kind"] != "special"]
    return tuple(Draft(row["code"], row["name"], row["geometry"]) for row in base.to_dict("records"))


def split_one(drafts: Drafts, line: LineString, houses: "GeoDataFrame") -> Drafts:
    """Cut the grid that most of a line runs through; the piece with most houses keeps the code and the name."""
    inside = [draft.shape.intersection(line).length for draft in drafts]
    if not inside or max(inside) <= 0:
        raise LineMissesError()
    row = int(np.argmax(inside))
    shapes = [draft.shape for draft in drafts]
    parts = split(shapes, row, line)
    held = counts(parts, houses)
    order = sorted(range(len(parts)), key=lambda at: (-held[at], at))
    kept = replace(drafts[row], shape=parts[order[0]])
    new = [Draft(None, f"{drafts[row].name}-{number}", parts[at]) for number, at in enumerate(order[1:], 2)]
    return _noded((*drafts[:row], kept, *drafts[row + 1 :], *new))


def merge_two(drafts: Drafts, rows: Sequence[int], houses: "GeoDataFrame") -> Drafts:
    """Make one grid of neighbours; the one with most houses gives code and name, before one that is new."""
    if len(rows) < 2:
        raise NotBesideError()
    shapes = [draft.shape for draft in drafts]
    whole = merge(shapes, rows)
    held = counts(shapes, houses)
    keeper = max(rows, key=lambda row: (drafts[row].code is not None, held[row], -row))
    return tuple(replace(draft, shape=whole) if row == keeper else draft
                 for row, draft in enumerate(drafts) if row == keeper or row not in rows)  # fmt: skip


def move(drafts: Drafts, at: tuple[float, float], to: tuple[float, float], outline: BaseGeometry | None) -> Drafts:
    """Move a corner in every grid that has it."""
    after = move_corner([draft.shape for draft in drafts], at, to, outline=outline)
    return tuple(replace(draft, shape=shape) for draft, shape in zip(drafts, after, strict=True))


def _noded(drafts: Drafts) -> Drafts:
    after = noded([draft.shape for draft in drafts])
    return tuple(replace(draft, shape=shape) for draft, shape in zip(drafts, after, strict=True))


def changes(now: Drafts, then: Drafts, village: str) -> list[GridChange]:
    """What has to be put in force to get from one to the other."""
    before = {draft.code: draft for draft in now}
    kept = {draft.code for draft in then}
    ends = [GridChange(village, draft.code, None) for draft in now if draft.code not in kept]
    begins = [
        GridChange(village, draft.code, draft.shape, name="" if draft.code else draft.name) for draft in then
        if draft.code is None or draft.shape is not before[draft.code].shape
    ]  # fmt: skip
    return [*ends, *begins]


def moved(now: Drafts, then: Drafts) -> list[Draft]:
    """The grids whose ground is another than before, new ones among them."""
    before = {draft.code: draft.shape for draft in now}
    return [draft for draft in then if draft.code is None or not same_ground(before[draft.code], draft.shape)]


def people(now: Drafts, then: Drafts, houses: "GeoDataFrame", on_duty: dict[str, str]) -> dict[int, str]:
    """Who goes on in each grid (by position): name of who has main duty; a grid without an heir is vacant."""
    spots = np.c_[houses.geometry.x, houses.geometry.y] if len(houses) else np.zeros((0, 2))
    same = {draft.code for draft in then} - {draft.code for draft in moved(now, then)}
    found = {at: on_duty.get(draft.code or "", "") for at, draft in enumerate(then) if draft.code in same}
    old = [draft for draft in now if draft.code not in same]
    new = [(at, draft) for at, draft in enumerate(then) if at not in found]
    taken = heirs([draft.shape for draft in old], [draft.shape for _, draft in new], spots).taken
    for number, (at, _) in enumerate(new):
        found[at] = on_duty.get(old[taken[number]].code or "", "") if number in taken else ""
    return found


def counts(shapes: Sequence[BaseGeometry], houses: "GeoDataFrame") -> list[int]:
    """How many houses lie in each shape."""
    places = _places(shapes, houses)
    return np.bincount(places[places >= 0], minlength=len(shapes)).tolist()


def loads(drafts: Drafts, houses: "GeoDataFrame", *, county: str, day: WorkingDay) -> list[Load]:
    """What each grid holds."""
    places = _places([draft.shape for draft in drafts], houses)
    spots = np.c_[houses.geometry.x, houses.geometry.y]
    minutes = month_minutes(houses["colour"].tolist(), houses["rooms_let"].tolist(), spots, county=county, day=day)
    danger = houses["colour"].isin(["red", "orange"]).to_numpy()
    return [
        Load(int((places == at).sum()), float(minutes[places == at].sum()), int(danger[places == at].sum()))
        for at in range(len(drafts))
    ]


def _places(shapes: Sequence[BaseGeometry], houses: "GeoDataFrame") -> np.ndarray[tuple[int, ...], np.dtype[np.int64]]:
    spots = np.c_[houses.geometry.x, houses.geometry.y] if len(houses) else np.zeros((0, 2))
    return assign(spots, list(shapes))
