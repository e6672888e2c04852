"""Changing grids from a day on: what ends, what begins, and the duties that go over; and who answered on a day."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from shapely.geometry.base import BaseGeometry
from sqlalchemy import Connection

from db import query
from db.division import ewkb


@dataclass(frozen=True, slots=True)
class Answer:
    """Who answered for a house: the grid's id, code, name and kind, and the people by duty ('main', 'backup')."""

    grid_id: int
    grid: str
    name: str
    kind: str
    people: dict[str, list[str]]


def who_answers(connection: Connection, *, county: str, house_id: int, on: date) -> Answer | None:
    """Who answered for a house on a day: of the grids in force then the special one first; None if it lay in none."""
    found = query.rows(connection, "grid_who", county=county, house_id=house_id, on=on)
    if not found:
        return None
    people: dict[str, list[str]] = {"main": [], "backup": []}
    for row in found:
        if row["kind"] is not None:
            people[row["kind"]].append(row["name"])
    first = found[0]
    return Answer(first["grid_id"], first["grid"], first["grid_name"], first["grid_kind"], people)


def ever(connection: Connection, *, county: str, villages: Sequence[str]) -> list[query.Row]:
    """Every grid that villages ever had: code, since, until (None: still or open)."""
    return query.rows(connection, "grid_ever", county=county, villages=list(villages))


def set_corners(connection: Connection, *, county: str, grid_id: int, geom: BaseGeometry) -> None:
    """Write a grid's outline anew where it holds the same ground as before."""
    query.execute(connection, "grid_corners", county=county, grid_id=grid_id, geom=ewkb(geom))


def end(connection: Connection, *, county: str, grids: dict[int, str], on: date) -> list[query.Row]:
    """End grids (id -> code) with their duties and roles; the duties that ran then or were to begin later."""
    ids = list(grids)
    duties = query.rows(connection, "duty_open", county=county, grid_ids=ids, on=on)
    query.execute(connection, "grid_end_some", county=county, grid_ids=ids, on=on)
    query.execute(connection, "duty_end_grids", county=county, grid_ids=ids, on=on)
    query.execute(connection, "grid_grant_end", county=county, codes=list(grids.values()), account_id=None, on=on)
    return duties


def hand_over(connection: Connection, duty: query.Row, *, county: str, to: tuple[int, str], on: date) -> None:
    """Give a duty that ended on a day to the grid (id, code) that follows, with the role, for what was left of it."""
    at: dict[str, Any] = {"county": county, "account_id": duty["account_id"], "since": max(duty["since"], on),
                          "until": duty["until"]}  # fmt: skip
    query.execute(connection, "duty_add", grid_id=to[0], kind=duty["kind"], **at)
    query.execute(connection, "grid_grant_add", code=to[1], **at)
