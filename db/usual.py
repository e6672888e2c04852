"""How long cases of a hazard take from their acceptance to the work handed in, against which a clock is held."""

from datetime import datetime, timedelta

from sqlalchemy import Connection

from db import query
from db.query import Row

SINCE, LEAST, STALE = timedelta(days=180), 20, timedelta(hours=20)
"""Of which cases; from how many on they say something; when it is found out anew."""


def refresh(connection: Connection, county: str, *, now: datetime) -> None:
    """Find out anew how long cases take: three of four were handed in within ``usual``."""
    query.execute(connection, "usual_refresh", county=county, now=now, since=now - SINCE, least=LEAST)
    query.execute(connection, "usual_forget", county=county, now=now)


def is_stale(connection: Connection, county: str, *, now: datetime) -> bool:
    """Whether it is time to find out anew."""
    made_at = query.value(connection, "usual_made_at", county=county)
    return made_at is None or now - made_at > STALE


def of(connection: Connection, county: str, hazard: str) -> Row | None:
    """``usual`` (a timedelta) and of how many ``cases``; None where too few are known."""
    return query.row(connection, "usual_of", county=county, hazard=hazard)
