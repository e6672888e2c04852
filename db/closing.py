"""What runs late or is about to, and where; and the tickets behind the counts."""

from datetime import datetime, timedelta
from typing import Literal

from sqlalchemy import Connection

from db import query
from db.query import Row
from db.ticket import SOON

Urgency = Literal["late", "day", "three_days"]
URGENCIES: dict[Urgency, tuple[str, timedelta]] = {
    "late": ("overdue", timedelta(days=1)),
    "day": ("soon", timedelta(days=1)),
    "three_days": ("soon", timedelta(days=3)),
}
"""The state of the clock that each one counts, and how far ahead it looks; three days hold the one day."""


def version(connection: Connection, *, county: str) -> int:
    """A number that grows with every deed done to a ticket: while it stays, no figure of a past moment can change."""
    return int(query.value(connection, "closing_version", county=county))


def radar(connection: Connection, *, county: str, now: datetime) -> dict[Urgency, int]:
    """How many open tickets are late, run out within a day, within three days; paused and handed-in ones do not run."""
    found = query.rows(connection, "closing_radar", county=county, now=now)[0]
    return {name: int(found[name]) for name in URGENCIES}


def radar_cases(
    connection: Connection, *, county: str, now: datetime, urgency: Urgency, limit: int = 100_000
) -> list[Row]:
    """The tickets (rows of ``db.ticket``) behind one number of the radar, the worst clock first."""
    wanted, within = URGENCIES[urgency]
    return query.rows(
        connection, "closing_radar_cases", county=county, now=now, soon=SOON, within=within, wanted=wanted, limit=limit
    )


def streets(connection: Connection, *, county: str, now: datetime, limit: int = 10) -> list[Row]:
    """The streets with most late tickets, the worst first: ``village``, ``village_name``, ``street``, ``late``."""
    return query.rows(connection, "closing_streets", county=county, now=now, limit=limit)


def street_cases(
    connection: Connection, *, county: str, now: datetime, village: str, street: str, limit: int = 100_000
) -> list[Row]:
    """The late tickets (rows of ``db.ticket``) of one street of a village, the worst clock first."""
    return query.rows(
        connection, "closing_street_cases", county=county, now=now, soon=SOON, village=village, street=street,
        limit=limit,
    )  # fmt: skip
