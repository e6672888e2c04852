"""The random second look at what was closed: draws with their seed, the tickets drawn, what came of each."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from db import query
from db.query import Row
from db.ticket import SOON
from gis.errors import AnjuError
from inspections.reinspection import Closure, Draw


class AlreadyDrawnError(AnjuError):
    """The closures from {from_at} to {to_at} have been drawn already."""


class AlreadyLookedAtError(AnjuError):
    """The second look {reinspection} has been taken already."""


def closures(
    connection: Connection, county: str, *, from_at: datetime, to_at: datetime
) -> dict[str, tuple[int, Closure]]:
    """What was closed in a period and still is: the ticket's key and its closure, by number."""
    found = query.rows(connection, "reinspection_closures", county=county, from_at=from_at, to_at=to_at)
    return {
        row["number"]: (row["id"], Closure(row["number"], row["closed_at"], row["lead"], row["severity"]))
        for row in found
    }


def drawn(connection: Connection, county: str, *, from_at: datetime, to_at: datetime) -> bool:
    """Whether a period, or a part of it, has been drawn already."""
    return query.value(connection, "reinspection_drawn", county=county, from_at=from_at, to_at=to_at) is not None


@dataclass(frozen=True, slots=True)
class NewDraw:
    """A draw about to be written: the period, when and by whom it was drawn, by when the looks are to be taken."""

    from_at: datetime
    to_at: datetime
    at: datetime
    account_id: int
    due_at: datetime


def add_draw(connection: Connection, county: str, new: NewDraw, told: Draw, keys: Sequence[int]) -> int:
    """Write a draw and the tickets drawn in their order (``keys``); its key."""
    key = query.value(
        connection, "reinspection_add_draw", county=county, from_at=new.from_at, to_at=new.to_at, at=new.at,
        account_id=new.account_id, seed=told.seed, closures=told.closures,
    )  # fmt: skip
    rows = [
        {"county": county, "draw_id": key, "ticket_id": ticket_id, "seq": seq, "due_at": new.due_at}
        for seq, ticket_id in enumerate(keys, start=1)
    ]
    query.execute_many(connection, "reinspection_add", rows)
    return int(key)


def draws(connection: Connection, county: str, *, limit: int = 12) -> list[Row]:
    """The draws made, the latest first.

    Rows: id, from_at, to_at, drawn_at, seed, closures, account_name, picked, done, failed.
    """
    return query.rows(connection, "reinspection_draws", county=county, limit=limit)


def of_draw(connection: Connection, county: str, draw_id: int) -> list[Row]:
    """The tickets of a draw in its order: id, seq, due_at, held, note, done_at, account_name and the ticket's number,
    lead, severity, hazard, state, town.
    """
    return query.rows(connection, "reinspection_of_draw", county=county, draw_id=draw_id)


def of_ticket(connection: Connection, county: str, ticket_id: int) -> list[Row]:
    """Every second look at a ticket, one still to be taken first."""
    return query.rows(connection, "reinspection_of_ticket", county=county, ticket_id=ticket_id)


def take(
    connection: Connection, county: str, key: int, *, held: bool, note: str | None, account_id: int, at: datetime
) -> int:
    """Write what a second look found; the ticket's key. Raises ``AlreadyLookedAtError``."""
    found = query.value(
        connection, "reinspection_take", county=county, id=key, held=held, note=note, account_id=account_id, at=at
    )
    if found is None:
        raise AlreadyLookedAtError(reinspection=key)
    return int(found)


def rates(connection: Connection, county: str, *, from_at: datetime, to_at: datetime) -> list[Row]:
    """Second looks taken in a period by department: ``department``, ``done``, ``failed``."""
    return query.rows(connection, "reinspection_rates", county=county, from_at=from_at, to_at=to_at)


def in_grids(connection: Connection, county: str, grid_ids: Iterable[int], *, now: datetime) -> list[Row]:
    """Ticket rows in these grids that wait for a second look, with ``again_due_at``."""
    return query.rows(connection, "reinspection_in_grids", county=county, grid_ids=list(grid_ids), now=now, soon=SOON)
