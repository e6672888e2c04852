"""Writing a published update of divisions: numbers and names, and everything that named them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import shapely
from shapely.geometry.base import BaseGeometry
from sqlalchemy import Connection

from db import query
from db.division import ewkb
from db.query import Row
from gis.division import Division
from gis.division_change import DivisionChange


@dataclass(frozen=True, slots=True)
class Scope:
    """Whose divisions, in which system of codes, from which day on, after whom."""

    county: str
    system: str
    on: date
    version: str
    source: str

    @property
    def same(self) -> dict[str, Any]:
        """The parameters that every query takes."""
        return {"county": self.county, "system": self.system, "on": self.on}


def stored(connection: Connection, *, county: str, system: str, on: date) -> list[Division]:
    """The divisions of a county in force on a day."""
    rows = query.rows(connection, "update_stored", county=county, system=system, on=on)
    return [Division(row["code"], row["name"]) for row in rows]


@dataclass(frozen=True, slots=True)
class Outline:
    """Where a division lies (EPSG:4490), and whether that was made up."""

    geom: BaseGeometry
    synthetic: bool = False


def outlines(connection: Connection, scope: Scope, codes: Sequence[str]) -> dict[str, Outline]:
    """The outlines of divisions by number, of those that have one."""
    same = {"county": scope.county, "system": scope.system}
    rows = query.rows(connection, "update_shapes", codes=list(codes), **same)
    return {row["code"]: Outline(shapely.from_wkb(bytes(row["geom"])), row["synthetic"]) for row in rows}


def joined(parts: Sequence[Outline]) -> Outline | None:
    """The outline of divisions that are one from now on; None where none of them has one."""
    if not parts:
        return None
    whole = shapely.union_all([part.geom for part in parts])
    return Outline(whole, any(part.synthetic for part in parts))


def put(
    connection: Connection, scope: Scope, division: Division, *, outline: Outline | None = None, fresh: bool = False
) -> None:
    """Write a division from the day on; a ``fresh`` one takes nothing over from whoever had its number."""
    query.execute(
        connection, "update_put", code=division.code, level=division.level.value, name=division.name,
        parent=division.parent, version=scope.version, addressable=division.is_addressable, source=scope.source,
        geom=ewkb(outline.geom if outline else None), synthetic=bool(outline and outline.synthetic), fresh=fresh,
        **scope.same,
    )  # fmt: skip


def end(connection: Connection, scope: Scope, codes: Sequence[str]) -> None:
    """Divisions are no more from the day on; their rows stay."""
    query.execute(connection, "update_end", codes=list(codes), **scope.same)


def note(connection: Connection, scope: Scope, change: DivisionChange) -> None:
    """Write down what became of what, one row a pair, for good."""
    pairs = [(old, new) for old in change.old or (None,) for new in change.new or (None,)]
    query.execute_many(connection, "update_change", [
        {"old_code": old and old.code, "old_name": old and old.name, "new_code": new and new.code,
         "new_name": new and new.name, "kind": change.kind.value, "source": scope.source, **scope.same}
        for old, new in pairs
    ])  # fmt: skip


def houses(connection: Connection, *, county: str, olds: Sequence[str], news: Sequence[str]) -> list[Row]:
    """Living houses of villages: id, village, code, ``inside`` (the one of the new villages that covers each)."""
    return query.rows(connection, "update_houses", county=county, olds=list(olds), news=list(news))


def rehouse(connection: Connection, scope: Scope, villages: Mapping[int, str]) -> tuple[int, int]:
    """Houses belong to other villages from the day on, their open tickets with them; how many of each."""
    ids, codes = list(villages), list(villages.values())
    query.value(connection, "changed_on", on=scope.on.isoformat())
    moved = query.execute(connection, "update_rehouse", county=scope.county, ids=ids, villages=codes)
    return moved, query.execute(connection, "update_tickets", county=scope.county, ids=ids)


def grids(connection: Connection, scope: Scope, *, olds: Sequence[str], news: Sequence[str]) -> list[Row]:
    """Grids in force of villages: id, code, village, ``inside`` (the new village that holds nine tenths of each)."""
    return query.rows(connection, "update_grids", county=scope.county, on=scope.on, olds=list(olds), news=list(news))


def regrid(connection: Connection, scope: Scope, pairs: Sequence[tuple[Row, str]]) -> list[tuple[str, str]]:
    """Grids go on under numbers of other villages, with duties and roles; (old number, new number) of each."""
    same: dict[str, Any] = {"county": scope.county, "on": scope.on}
    villages = sorted({village for _, village in pairs})
    rows = query.rows(connection, "update_grid_codes", county=scope.county, villages=villages)
    used = {row["code"] for row in rows}
    query.execute(connection, "update_grid_end", ids=[row["id"] for row, _ in pairs], **same)
    told = []
    for row, village in pairs:
        code = _grid_code(row["code"], village, used)
        used.add(code)
        new_id = query.value(connection, "update_grid_again", id=row["id"], code=code, **same)
        query.execute(connection, "update_duties", old_id=row["id"], new_id=new_id, **same)
        told.append((row["code"], code))
    regrant(connection, scope, "grid", dict(told))
    return told


def _grid_code(old: str, village: str, used: set[str]) -> str:
    """The old serial where nobody ever had it in that village, else the next one."""
    serials = [int(old[12:]), *range(1, 1000)]
    return next(code for serial in serials if (code := f"{village}{serial:03d}") not in used)


def regrant(connection: Connection, scope: Scope, area: str, codes: Mapping[str, str]) -> int:
    """Roles over areas go on under the areas' new numbers; how many. All end before any begins anew."""
    same: dict[str, Any] = {"county": scope.county, "on": scope.on, "area": area}
    ended = query.rows(connection, "update_roles_end", codes=list(codes), **same)
    query.execute_many(connection, "update_role_add", [
        {"account_id": row["account_id"], "role": row["role"], "code": codes[row["area_code"]], **same} for row in ended
    ])  # fmt: skip
    return len(ended)


def reroute(connection: Connection, scope: Scope, towns: Mapping[str, str]) -> int:
    """Routing rules of towns go on under the towns' new numbers; how many."""
    same: dict[str, Any] = {"county": scope.county, "on": scope.on}
    ended = query.rows(connection, "update_routing_end", codes=list(towns), **same)
    query.execute_many(connection, "update_routing_add", [row | {"town": towns[row["town"]]} | same for row in ended])
    return len(ended)


def left(connection: Connection, scope: Scope, codes: Sequence[str]) -> list[Row]:
    """What still names divisions that are no more: kind (role, routing, grid, house), code, n."""
    return query.rows(connection, "update_left", county=scope.county, on=scope.on, codes=list(codes))


def on_day(connection: Connection, *, county: str, code: str, on: date, system: str = "stat") -> str | None:
    """What a division's number was called on a day; None where it was nobody's then."""
    same = {"county": county, "system": system, "code": code}
    later = [row for row in query.rows(connection, "division_story", **same) if row["changed_on"] > on]
    for row in later:
        if row["old_code"] == code:
            return None if row["old_name"] is None else str(row["old_name"])
    if later:
        return None  # it was given only afterwards
    now = query.row(connection, "division_now", **same)
    in_force = now is not None and now["since"] <= on and (now["until"] is None or on < now["until"])
    return str(now["name"]) if now is not None and in_force else None


def story(connection: Connection, *, county: str, code: str, system: str = "stat") -> list[Row]:
    """What happened to a number: kind, old_code, new_code, old_name, new_name, changed_on, source; the oldest first."""
    return query.rows(connection, "division_story", county=county, system=system, code=code)
