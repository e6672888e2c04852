"""A file of grids of one village or many becomes the grids in force from a day on; the grids in force become a file."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from actions.grid_changes import SPECIAL_FROM, Changed, GridChange, change_grids
from db import division, grid
from db.engine import transaction
from gis.errors import AnjuError
from gis.grid import GridCode, assign, number_grids
from gis.grid_check import check_grids
from gis.grid_findings import Kind
from gis.grid_ground import is_code
from gis.grid_mend import mend_grids
from inspections.access import Actor, Place
from words import Term

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

BROKEN: frozenset[Kind] = frozenset(
    {"self_crossing", "empty", "overlap", "across", "outside", "duplicate", "duplicate_code", "wrong_village"}
)
"""Faults that grids may not be put in force with; gaps, holes and slivers can be mended afterwards."""
ROUNDS = 3


class FaultyGridsError(AnjuError):
    """The file has {count} faults, the first: {kind}, {grid}, {m2} m2; check it, or have it mended on the way in."""


class GridPlaceError(AnjuError):
    """Row {row}: neither a code nor the place says which village of the county the grid belongs to."""


@dataclass(frozen=True, slots=True)
class Brought:
    """What a file came to: grids read, villages touched, faults mended on the way, and the change itself."""

    read: int
    villages: int
    mended: int
    changed: Changed


def import_file(frame: "GeoDataFrame", *, actor: Actor, on: date, mend: bool = False) -> Brought:
    """Put the grids of a frame (``exchange.grid_files.read_grid_file``) in force, village by village, together.

    Codes that are given and sound are kept, with kinds and names; a village whose base grids bear no code is numbered
    west to east in rows from north to south. Base grids of these villages that the file does not name end; special ones
    stay. Raises ``FaultyGridsError`` unless ``mend`` takes the faults away first, ``GridPlaceError``.
    """
    with transaction() as connection:
        outlines = division.divisions_frame(connection, county=actor.county, level="village")
    outlines = outlines[outlines.geometry.notna()]
    frame = _housed(frame.copy(), outlines, county=actor.county)
    sound, faults = _sound(frame, outlines, mend=mend)
    villages = sorted(set(sound["village"]))
    for village in villages:
        actor.require("grid.edit", Place(county=actor.county, village=village))
    changes = [change for village in villages for change in _changes(sound, village, actor=actor, on=on)]
    return Brought(len(frame), len(villages), faults, change_grids(changes, actor=actor, on=on, why="import"))


def _housed(frame: "GeoDataFrame", outlines: "GeoDataFrame", *, county: str) -> "GeoDataFrame":
    """Give every row its village: by its code, else by what the file says, else by where it lies."""
    known = set(outlines["code"])
    spots = [shape.representative_point() for shape in frame.geometry]
    places = assign([(spot.x, spot.y) for spot in spots], list(outlines.geometry))
    villages = []
    for row, (code, said, place) in enumerate(zip(frame["code"], frame["village"], places.tolist(), strict=True)):
        at = outlines["code"].iloc[place] if place >= 0 else None
        village = code[:12] if is_code(code) else said if said in known else at
        if village is None or not str(village).startswith(county):
            raise GridPlaceError(row=frame.index[row])
        villages.append(str(village))
    frame["village"] = villages
    return frame


def _sound(frame: "GeoDataFrame", outlines: "GeoDataFrame", *, mend: bool) -> tuple["GeoDataFrame", int]:
    """The grids without what may not be put in force; how many faults were mended for it."""
    own = outlines[outlines["code"].isin(frame["village"])]
    judged = frame.assign(code=_judged(frame))
    mended = 0
    for _ in range(ROUNDS if mend else 1):
        broken = [one for one in check_grids(judged, villages=own).findings if mend or one.kind in BROKEN]
        if not mend and broken:
            first = broken[0]
            raise FaultyGridsError(
                count=len(broken),
                kind=Term(first.kind, "grid_check.kind"),
                grid=", ".join(first.grids[:2]),
                m2=first.area_m2,
            )
        if not broken:
            break
        mended += len(broken)
        judged = mend_grids(judged, broken, villages=own)
    given = frame["code"].reindex(judged.index)
    return judged.assign(code=judged["code"].where(given.map(is_code), "")), mended


def _judged(frame: "GeoDataFrame") -> list[str]:
    """Codes to judge the rows by: their own, or one made up for a row that has none."""
    serials: dict[str, int] = {}
    codes = []
    for code, village in zip(frame["code"], frame["village"], strict=True):
        serials[village] = serials.get(village, 0) + 1
        codes.append(code if is_code(code) else f"{village}{999 - serials[village]:03d}")
    return codes


def _changes(frame: "GeoDataFrame", village: str, *, actor: Actor, on: date) -> list[GridChange]:
    with transaction() as connection:
        now = grid.grids_frame(connection, county=actor.county, on=on, village=village)
    own = frame[frame["village"] == village]
    codes = _codes(own, village, taken=set(now["code"][now["kind"] == "special"]))
    standing = set(now["code"])
    changes = [
        GridChange(village, code if code in standing else None, shape, name=name[:60], kind=kind, new_code=code)
        for code, shape, name, kind in zip(codes, own.geometry, own["name"], own["kind"], strict=True)
    ]
    gone = now[(now["kind"] != "special") & ~now["code"].isin(codes)]
    return [*(GridChange(village, code, None) for code in gone["code"]), *changes]


def _codes(own: "GeoDataFrame", village: str, *, taken: set[str]) -> list[str]:
    """The codes of a village's grids: those given, the others numbered in the order of the standard."""
    codes = list(own["code"])
    used = {*taken, *(code for code in codes if code)}
    for special, first in ((False, 1), (True, SPECIAL_FROM + 1)):
        rows = [at for at, (code, kind) in enumerate(zip(codes, own["kind"], strict=True))
                if not code and (kind == "special") == special]  # fmt: skip
        order = number_grids([own.geometry.iloc[at] for at in rows])
        for _, at in sorted(zip(order, rows, strict=True)):
            codes[at] = _free(village, used, first)
            used.add(codes[at])
    return codes


def _free(village: str, used: set[str], first: int) -> str:
    serial = first
    while f"{village}{serial:03d}" in used:
        serial += 1
    return str(GridCode(village, serial))


def grids_out(*, actor: Actor, on: date, villages: Sequence[str] = ()) -> "GeoDataFrame":
    """The grids in force on a day as they go into a file, EPSG:4490; all of the county, or of towns and villages.

    Columns: code, name, kind, village, houses, inspector, since. Raises ``RefusedError``.
    """
    actor.require("export.run", Place(county=actor.county))
    with transaction() as connection:
        frame = grid.grids_frame(connection, county=actor.county, on=on)
    if villages:
        frame = frame[frame["village"].str.startswith(tuple(villages))]
    kept: list[Any] = ["code", "name", "kind", "village", "houses", "inspector", "since", "geometry"]
    return frame[kept].assign(since=[f"{day:%Y-%m-%d}" for day in frame["since"]])
