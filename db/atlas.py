"""What maps and the pages around them show of many things at once: open tickets, counts, the health of grids."""

from collections.abc import Iterable
from datetime import date, datetime

from sqlalchemy import Connection

from db import query
from db.house import reach, short
from db.query import Row
from db.ticket import SOON
from inspections.access import Actor

MOST_TICKETS = 1500
"""So many flags a map holds; the worst clocks are among them."""


def open_tickets(
    connection: Connection, *, actor: Actor, now: datetime, town: str | None = None, late: bool = False,
    limit: int = MOST_TICKETS,
) -> list[Row]:  # fmt: skip
    """Open tickets in the person's areas or on their desks, the worst clock first; ``late``: only overdue ones.

    Rows: id, number, hazard, severity, state, lead, house_id, opened_at, clock, clock_due_at, code, address, short,
    village_name, colour, lon, lat (EPSG:4490), found (how many there are in all).
    """
    areas, desks = reach(actor)
    rows = query.rows(
        connection, "atlas_tickets", county=actor.county, now=now, soon=SOON, town=town, areas=areas, desks=desks,
        late=late, limit=limit,
    )  # fmt: skip
    return [row | {"short": short(row)} for row in rows]


def colours(connection: Connection, *, county: str, town: str | None = None) -> dict[str, int]:
    """How many houses of each colour a county or one town has; a colour nobody has is left out."""
    return {row["colour"]: row["houses"] for row in query.rows(connection, "atlas_colours", county=county, town=town)}


def health(connection: Connection, *, county: str, grid_ids: Iterable[int], on: date, now: datetime) -> list[Row]:
    """What stands in each grid: id, code, name, houses, never visited, visit overdue, open tickets, late ones.

    Columns: id, code, name, houses, never, overdue, open, late.
    """
    ids = list(grid_ids)
    return query.rows(connection, "atlas_health", county=county, grid_ids=ids, on=on, now=now, soon=SOON)


def houses(connection: Connection, *, county: str, ids: Iterable[int]) -> dict[int, Row]:
    """Addresses of houses by id: code, address, short, village_name, colour."""
    found = query.rows(connection, "atlas_houses", county=county, ids=list(ids))
    return {row["id"]: row | {"short": short(row)} for row in found}


def raised_by(connection: Connection, *, county: str, account_id: int, now: datetime) -> list[Row]:
    """Open tickets that a person reported, the worst clock first; columns as in ``open_tickets``, no coordinates."""
    rows = query.rows(connection, "atlas_raised", county=county, account_id=account_id, now=now, soon=SOON)
    return [row | {"short": short(row)} for row in rows]
