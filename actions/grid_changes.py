"""Changing some grids of a village from a day on: the rest stays as it is, and the people go with their houses."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import numpy as np
from shapely import get_coordinates
from shapely.geometry.base import BaseGeometry
from sqlalchemy import Connection

from actions.deed import deed
from db import grid, grid_change
from gis.errors import AnjuError
from gis.grid_check import next_code
from gis.grid_edit import heirs, same_ground
from inspections.access import Actor, Place

SPECIAL_FROM = 900
"""Special grids are numbered after this, so that numbering the base grids anew never meets them."""


class GridGoneError(AnjuError):
    """Grid {code} is not in force on {on}: somebody changed the village; look at the map again."""


class PlannedLaterError(AnjuError):
    """The grids of village {village} change again on {on}; choose that day or a later one."""


@dataclass(frozen=True, slots=True)
class GridChange:
    """One grid as it is to be: ``code`` None is a new one, ``shape`` None ends it, ``new_code`` gives it another.

    ``main`` is who is to have main duty for it from then on; None leaves that to the heirs of its houses, unless
    ``nobody`` says that it is to be vacant.
    """

    village: str
    code: str | None
    shape: BaseGeometry | None
    name: str = ""
    kind: str = "base"
    new_code: str | None = None
    main: int | None = None
    nobody: bool = False


@dataclass(slots=True)
class Changed:
    """What a change did: grids ended and begun (codes), who goes on (code -> names), which begin without anybody.

    ``released`` are codes of old grids whose people were not taken over, as their heir has those of a larger one;
    ``wanted`` who is to have main duty by code and ``unwanted`` codes that are to be vacant, for whoever puts people on
    duty; ``id_of`` ids by code.
    """

    ids: list[int] = field(default_factory=list)
    ended: list[str] = field(default_factory=list)
    begun: list[str] = field(default_factory=list)
    people: dict[str, list[str]] = field(default_factory=dict)
    vacant: list[str] = field(default_factory=list)
    released: list[str] = field(default_factory=list)
    wanted: dict[str, int] = field(default_factory=dict)
    unwanted: list[str] = field(default_factory=list)
    id_of: dict[str, int] = field(default_factory=dict)


def change_grids(changes: Sequence[GridChange], *, actor: Actor, on: date, why: str = "edit") -> Changed:
    """Put grids in force as they are to be from a day on, together; grids that are not named stay untouched.

    A grid whose ground changes ends and begins again under its code, so that the code with a day names one outline; a
    new grid gets a number that its village never used. The duties of a grid that ends go to the one that holds most of
    its houses from then on. Raises ``GridGoneError``, ``PlannedLaterError``, ``RefusedError``.
    """
    villages = sorted({one.village for one in changes})
    for village in villages:
        actor.require("grid.edit", Place(county=actor.county, village=village))
    detail = {"why": why, "on": on, "grids": [one.code or "+" for one in changes][:50]}
    place = Place(county=actor.county, village=villages[0]) if villages else None
    with deed(actor, "grid.edit", place=place, about=("village", ", ".join(villages)), detail=detail) as connection:
        return put_in_force(connection, changes, county=actor.county, on=on)


def put_in_force(connection: Connection, changes: Sequence[GridChange], *, county: str, on: date) -> Changed:
    """Change grids inside a deed under way, as ``change_grids`` does."""
    villages = sorted({one.village for one in changes})
    past = grid_change.ever(connection, county=county, villages=villages)
    later = next((row for row in past if row["since"] > on), None)
    if later:
        raise PlannedLaterError(village=later["code"][:12], on=later["since"])
    now = _in_force(connection, villages, county=county, on=on)
    moving = _really_changing(connection, changes, now, county=county, on=on)
    old = [now[one.code] for one in moving if one.code]
    new = _numbered(moving, [row["code"] for row in past])
    duties = grid_change.end(connection, county=county, grids={row["id"]: row["code"] for row in old}, on=on)
    told = Changed(ended=[row["code"] for row in old], id_of={code: int(row["id"]) for code, row in now.items()})
    told.wanted = {one.code: one.main for one in changes if one.code and one.main is not None}
    told.unwanted = [one.code for one in changes if one.code and one.nobody]
    for code, one, shape in new:
        name = one.name or _name_of(now, one) or code[12:]
        told.begun.append(code)
        told.ids.append(grid.add(connection, code=code, name=name, geom=shape, since=on, kind=one.kind))
        told.id_of[code] = told.ids[-1]
        if one.main is not None:
            told.wanted[code] = one.main
        if one.nobody and code not in told.unwanted:
            told.unwanted.append(code)
    _carry_over(connection, told, old, [shape for _, _, shape in new], duties=(duties, county, on))
    return told


def _in_force(connection: Connection, villages: Iterable[str], *, county: str, on: date) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    for village in villages:
        frame = grid.grids_frame(connection, county=county, on=on, village=village)
        found |= {row["code"]: row for row in frame.to_dict("records")}
    return found


def _really_changing(
    connection: Connection, changes: Sequence[GridChange], now: dict[str, dict[str, Any]], *, county: str, on: date
) -> list[GridChange]:
    """Leave out what holds the same ground under the same code; it may only have corners more than before."""
    moving = []
    for one in changes:
        if one.code is not None and one.code not in now:
            raise GridGoneError(code=one.code, on=on)
        row = now[one.code] if one.code else None
        if row is None or one.shape is None or not _is_same(row, one):
            moving.append(one)
        elif len(get_coordinates(row["geometry"])) != len(get_coordinates(one.shape)):
            grid_change.set_corners(connection, county=county, grid_id=int(row["id"]), geom=one.shape)
    return moving


def _is_same(row: dict[str, Any], one: GridChange) -> bool:
    kept = one.new_code in (None, one.code) and one.kind == row["kind"] and one.name in ("", row["name"])
    return kept and one.shape is not None and same_ground(row["geometry"], one.shape)


def _numbered(changes: Sequence[GridChange], used: Sequence[str]) -> list[tuple[str, GridChange, BaseGeometry]]:
    """The code of each grid that begins: its own, the one it is to get, or the next that the village never used."""
    given = [*used, *(one.new_code for one in changes if one.new_code)]
    found = []
    for one in changes:
        if one.shape is not None:
            given.append(one.new_code or one.code or _fresh(given, one))
            found.append((given[-1], one, one.shape))
    return found


def _fresh(used: Iterable[str], one: GridChange) -> str:
    special = one.kind == "special"
    own = [code for code in used if (int(code[12:]) > SPECIAL_FROM) == special]
    return next_code([*own, f"{one.village}{SPECIAL_FROM}"] if special else own, one.village)


def _name_of(now: dict[str, dict[str, Any]], one: GridChange) -> str:
    return str(now[one.code]["name"]) if one.code else ""


def _carry_over(
    connection: Connection, told: Changed, old: Sequence[dict[str, Any]], shapes: Sequence[Any], *,
    duties: tuple[list[dict[str, Any]], str, date],
) -> None:  # fmt: skip
    open_duties, county, on = duties
    spots = [grid.points(connection, county=county, village=village) for village in {row["village"] for row in old}]
    houses = np.concatenate(spots) if spots else np.zeros((0, 2))
    found = heirs([row["geometry"] for row in old], list(shapes), houses)
    for at, code in enumerate(told.begun):
        before = old[found.taken[at]]["id"] if at in found.taken else None
        own = [duty for duty in open_duties if duty["grid_id"] == before]
        for duty in own:
            grid_change.hand_over(connection, duty, county=county, to=(told.ids[at], code), on=on)
        main = [duty["name"] for duty in own if duty["kind"] == "main" and duty["since"] <= on]
        told.people[code] = main
        if not main:
            told.vacant.append(code)
    told.released = [old[row]["code"] for row in found.released]
