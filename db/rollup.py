"""The sums kept beside the tickets, from which an indicator is read instead of counted.

A count over a period is a sum of corners (migration 0022): each change of a ticket notes what it takes away and adds,
in the same transaction, and now and then the notes are added to sums by day and month. What is read here equals the
count over the tickets; ``tests/db/test_rollup.py`` holds them together.
"""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from typing import Literal

from sqlalchemy import Connection

from db import query
from db.query import Row
from inspections.deadline import SHANGHAI

Kind = Literal["county", "town", "department"]


def serves(connection: Connection, *, county: str, from_at: datetime, to_at: datetime, as_of: datetime) -> bool:
    """Whether the sums answer for a period: it begins at a midnight of Shanghai, and is seen at one or at a moment
    after everything that has happened.
    """
    end_at = min(to_at, as_of)
    if not _midnight(from_at) or from_at >= end_at:
        return False
    if _midnight(end_at):
        return True
    last_at = query.value(connection, "rollup_last_at", county=county)
    return last_at is None or last_at < end_at


def counts(
    connection: Connection, *, county: str, kind: Kind, from_at: datetime, to_at: datetime, as_of: datetime
) -> list[Row]:
    """The counts of a period that the sums serve, one row a ``key`` that has any; '' for no town and for the county."""
    end_at = min(to_at, as_of).astimezone(SHANGHAI)
    first = from_at.astimezone(SHANGHAI).date()
    until = end_at.date() if _midnight(end_at) else end_at.date() + timedelta(days=1)
    return query.rows(
        connection, "rollup_counts", county=county, kind=kind, from_on=first, to_on=until, from_at=from_at,
        end_at=end_at, day_end_at=datetime.combine(until, time(), SHANGHAI), whole_from=_whole_month(first),
        whole_to=until.replace(day=1),
    )  # fmt: skip


def trend(connection: Connection, *, county: str, from_at: datetime, to_at: datetime) -> list[Row]:
    """Week by week ``week_on`` (a Monday), ``opened``, ``closed`` (of what was filed)."""
    first, last = (_monday(at.astimezone(SHANGHAI).date()) for at in (from_at, to_at - timedelta(microseconds=1)))
    return query.rows(connection, "rollup_trend", county=county, first_on=first, last_on=last)


def fold(connection: Connection, *, county: str) -> None:
    """Add what is noted to the sums, unless somebody else is at it."""
    query.execute(connection, "rollup_fold", county=county)


def rebuild(connection: Connection, *, county: str, told: Callable[[int, int], None] = lambda done, of: None) -> None:
    """Make every sum of a county anew from its tickets, and what those keep of their histories.

    Nobody can move a ticket until the transaction ends.
    ``told`` hears after each month of tickets how many are done and how many there are.
    """
    query.execute(connection, "rollup_hold_tickets")
    for name in ("rollup_hold", "rollup_recall", "rollup_forget_units", "rollup_forget_cells"):
        query.execute(connection, name, county=county)
    months = query.rows(connection, "rollup_months", county=county)
    for done, month in enumerate(months, 1):
        query.execute(connection, "rollup_add", county=county, **month)
        told(done, len(months))


def _midnight(at: datetime) -> bool:
    return at.astimezone(SHANGHAI).time() == time()


def _monday(on: date) -> date:
    return on - timedelta(days=on.weekday())


def _whole_month(first: date) -> date:
    """The first of the first month that begins on ``first`` or later."""
    return first if first.day == 1 else (first.replace(day=1) + timedelta(days=32)).replace(day=1)
