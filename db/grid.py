"""Grids and who is on duty for them, by day."""

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import numpy.typing as npt
import shapely
from shapely.geometry.base import BaseGeometry
from sqlalchemy import Connection

from db import query
from db.division import ewkb
from db.frame import frame
from gis.errors import AnjuError

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

DutyKind = Literal["main", "backup"]


class NoSuchGridError(AnjuError):
    """There is no grid {key} in this county."""


def add(connection: Connection, *, code: str, name: str, geom: BaseGeometry, since: date, kind: str = "base") -> int:
    """Draw a grid (a polygon in EPSG:4490) from a day on; its id. Houses inside follow at once."""
    return query.value(
        connection, "grid_add", county=code[:6], code=code, village=code[:12], name=name, kind=kind,
        geom=ewkb(geom), since=since,
    )  # fmt: skip


def points(connection: Connection, *, county: str, village: str) -> npt.NDArray[np.float64]:
    """Where the houses of a village stand: (n, 2) of lon, lat."""
    found = query.rows(connection, "grid_points", county=county, village=village)
    return np.array([(row["lon"], row["lat"]) for row in found], dtype=np.float64).reshape(-1, 2)


def one(connection: Connection, *, county: str, grid_id: int) -> query.Row:
    """A grid: id, code, village, name, kind, valid, geom (shapely); raises ``NoSuchGridError``."""
    row = query.row(connection, "grid_one", county=county, grid_id=grid_id)
    if row is None:
        raise NoSuchGridError(key=grid_id)
    return row | {"geom": shapely.from_wkb(bytes(row["geom"]))}


def grids_frame(
    connection: Connection, *, county: str, on: date, village: str | None = None, account_id: int | None = None
) -> "GeoDataFrame":
    """Grids in force on a day as a map frame, EPSG:4490.

    Columns: id, code, name, village, kind, account_id, inspector (name of who is on main duty, or None), houses,
    since, away (who is on main duty is on leave and nobody stands in), geometry. ``account_id`` keeps the grids of one
    person, backup duty included.
    """
    return frame(connection, "grid_frame", county=county, on=on, village=village, account_id=account_id)


def grids_of(connection: Connection, *, county: str, account_id: int, on: date) -> list[query.Row]:
    """The grids a person is on duty for: id, code, name, village, village_name, kind ('main' first)."""
    return query.rows(connection, "grid_of_account", county=county, account_id=account_id, on=on)


def grid_of_house(connection: Connection, *, county: str, house_id: int, on: date) -> query.Row | None:
    """The grid a house lay in on a day: id, code, name; None where no grid covered it."""
    return query.row(connection, "grid_of_house", county=county, house_id=house_id, on=on)


def code_at(connection: Connection, *, county: str, lon: float, lat: float, on: date) -> str | None:
    """The code of the grid that covers a point (EPSG:4490 degrees) on a day."""
    return query.value(connection, "grid_code_at", county=county, lon=lon, lat=lat, on=on)


def people_on_duty(connection: Connection, *, county: str, on: date) -> list[query.Row]:
    """Inspectors on main duty on a day: account_id, name, grid_ids, grids, village."""
    return query.rows(connection, "duty_people", county=county, on=on)


def inspectors(connection: Connection, *, county: str) -> list[query.Row]:
    """Who may be put on duty: id, name, login."""
    return query.rows(connection, "grid_inspectors", county=county)


def duties(connection: Connection, *, county: str, grid_id: int) -> list[query.Row]:
    """Who was on duty for a grid, newest first: account_id, name, kind, since, until (None: open)."""
    return query.rows(connection, "duty_history", county=county, grid_id=grid_id)


def put_on_duty(connection: Connection, *, county: str, grid_ids: Sequence[int], account_id: int, kind: DutyKind,
                since: date, until: date | None = None) -> None:  # fmt: skip
    """Put a person on duty for grids; who had the same duty is relieved on ``since`` and loses the role over them."""
    for grid_id in grid_ids:
        code = one(connection, county=county, grid_id=grid_id)["code"]
        at: dict[str, Any] = {"county": county, "grid_id": grid_id, "on": since}
        whom = account_id if kind == "backup" else None
        relieved = query.rows(connection, "duty_end", kind=kind, account_id=whom, **at)
        for person in {row["account_id"] for row in relieved} | {account_id}:
            query.execute(connection, "grid_grant_end", county=county, codes=[code], account_id=person, on=since)
        query.execute(connection, "duty_add", county=county, grid_id=grid_id, account_id=account_id, kind=kind,
                      since=since, until=until)  # fmt: skip
        query.execute(connection, "grid_grant_add", county=county, account_id=account_id, code=code, since=since,
                      until=until)  # fmt: skip


def relieve(connection: Connection, *, county: str, grid_id: int, kind: DutyKind, on: date) -> None:
    """End a grid's main or backup duty on a day, and the role that came with it."""
    code = one(connection, county=county, grid_id=grid_id)["code"]
    for row in query.rows(connection, "duty_end", county=county, grid_id=grid_id, kind=kind, account_id=None, on=on):
        query.execute(connection, "grid_grant_end", county=county, codes=[code], account_id=row["account_id"], on=on)


def hold(connection: Connection, *, county: str, on: date) -> int:
    """Find which grid holds each house on a day, kept in ``grid_held`` for the transaction; how many are held."""
    query.execute(connection, "grid_memory")
    held = query.execute(connection, "grid_hold", county=county, on=on)
    return held - query.execute(connection, "grid_hold_one")


def assign_all(connection: Connection, *, county: str, on: date) -> int:
    """Put every house of a county into the grid that holds it on a day; how many changed.

    Writes keep houses and grids together one by one; this is for what came past them (a restored backup, a mass load).
    """
    hold(connection, county=county, on=on)
    changed = query.execute(connection, "grid_take", county=county)
    query.execute(connection, "grid_drop_held")
    return changed
