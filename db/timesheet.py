"""What hours are counted from: visits handed in, days published, and the people of both."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

from sqlalchemy import Connection

from db import query
from gis.travel import travel_minutes
from inspections.deadline import SHANGHAI
from inspections.timesheet import Planned, Seen


def _span(first: date, last: date) -> dict[str, datetime]:
    """Both days counted in, by the clocks of Shanghai."""
    return {
        "from_at": datetime.combine(first, time(), SHANGHAI),
        "to_at": datetime.combine(last + timedelta(days=1), time(), SHANGHAI),
    }


def people(connection: Connection, *, county: str, first: date, last: date) -> list[query.Row]:
    """Inspectors and whoever handed in a visit: account_id, name, login, grid (15 digits, None without main duty)."""
    return query.rows(connection, "timesheet_people", county=county, first=first, last=last, **_span(first, last))


def visits(connection: Connection, *, county: str, first: date, last: date, accounts: Sequence[int]) -> list[Seen]:
    """The visits that people handed in on the days of a period."""
    found = query.rows(connection, "timesheet_visits", county=county, accounts=list(accounts), **_span(first, last))
    return [Seen(**row) for row in found]


def plans(connection: Connection, *, county: str, first: date, last: date, accounts: Sequence[int]) -> list[Planned]:
    """The days published for people, with what was left out taken off."""
    found = query.rows(connection, "timesheet_plans", county=county, accounts=list(accounts), first=first, last=last)
    return [
        Planned(
            row["account_id"], row["on_date"], row["stops"], row["done"], float(row["door_minutes"]),
            # The metres of the plan hold the detour already.
            float(travel_minutes(row["travel_m"], mode=row["travel_mode"], detour=1.0)),
        ) for row in found
    ]  # fmt: skip
