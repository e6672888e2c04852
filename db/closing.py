"""What is about to run late, and how much of what was filed has been dealt with; and the tickets behind the counts."""

from datetime import datetime, timedelta
from typing import Literal

from sqlalchemy import Connection

from db import query
from db.kpi import Part, Period
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


def handled(connection: Connection, *, county: str, period: Period) -> Row:
    """Of the tickets filed in a period: ``filed``, ``handled`` (closed, or referred with a receipt), ``referred``.

    The 处理率 of the Changshu opinion of 2013 is handled over filed; raises ``BadPeriodError``.
    """
    return query.rows(connection, "closing_handled", county=county, **_parameters(period))[0]


def handled_cases(
    connection: Connection, *, county: str, period: Period, part: Part, limit: int = 100_000
) -> list[Row]:
    """Exactly the tickets that ``handled`` counts in one part; raises ``BadPeriodError``."""
    return query.rows(
        connection, "closing_handled_cases", county=county, part=part, soon=SOON, limit=limit, **_parameters(period)
    )


def _parameters(period: Period) -> dict[str, object]:
    told = period.parameters()
    return {name: told[name] for name in ("from_at", "to_at", "as_of")}
