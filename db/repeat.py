"""Further reports of a case that is known already: found before one is filed, kept with the case."""

from datetime import datetime

from sqlalchemy import Connection

from db import query
from db.query import Row
from db.ticket import SOON


def near(
    connection: Connection, county: str, house_id: int, hazard: str, *, now: datetime, metres: float = 60,
    limit: int = 8,
) -> list[Row]:  # fmt: skip
    """Open ticket rows that a report of a hazard at a house may be about, with ``own`` and ``metres`` (geodesic).

    The house's own cases come first, then those near by that hold a hazard of the same family (the code's letters).
    """
    return query.rows(
        connection, "repeat_near", county=county, house_id=house_id, hazard=hazard, now=now, soon=SOON, metres=metres,
        limit=limit,
    )  # fmt: skip


def add(  # noqa: PLR0913 - one argument for each thing a report says
    connection: Connection, county: str, *, ticket_id: int, house_id: int, hazard: str, words: str, complaint: bool,
    account_id: int, at: datetime,
) -> int:  # fmt: skip
    """Keep one more report of a case; its key."""
    return int(
        query.value(
            connection, "repeat_add", county=county, ticket_id=ticket_id, house_id=house_id, hazard=hazard,
            words=words, complaint=complaint, account_id=account_id, at=at,
        )
    )  # fmt: skip


def of_ticket(connection: Connection, county: str, ticket_id: int) -> list[Row]:
    """Further reports of a case in the order they came: id, house_id, hazard, words, complaint, at, account_name,
    address, code.
    """
    return query.rows(connection, "repeat_of_ticket", county=county, ticket_id=ticket_id)
