"""Cases whose clock may have reached a rung of the ladder."""

from datetime import datetime

from sqlalchemy import Connection

from db import query
from db.query import Row


def hold(connection: Connection, county: str) -> None:
    """Let nobody else climb the ladder of a county until this transaction ends."""
    query.execute(connection, "escalation_hold", county=county)


def cases(connection: Connection, county: str, *, now: datetime, share: float) -> list[Row]:
    """Open cases that have used at least a share of their time, the worst clock first.

    Rows: id, number, state, severity, began_at, due_at, done (names of the rungs done since the clock began).
    """
    return query.rows(connection, "escalation_cases", county=county, now=now, share=share)


def counties(connection: Connection) -> list[str]:
    """The counties of the record."""
    return [row["county"] for row in query.rows(connection, "kpi_counties")]
