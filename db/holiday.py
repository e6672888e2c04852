"""Holidays: the years a county entered beside those of the product, and what running deadlines hang on."""

from datetime import datetime

from sqlalchemy import Connection

from db import query
from db.query import Row
from inspections.deadline import Calendar, national_calendar
from inspections.holiday import HolidayYear, calendar_of


def years(connection: Connection, county: str) -> list[Row]:
    """The years a county entered, in order: year, source, holidays, workdays (dates), entered_at, account_name."""
    return query.rows(connection, "holiday_years", county=county)


def calendar(connection: Connection, county: str) -> Calendar:
    """The calendar by which a county counts: the years it entered over those that come with the product."""
    entered = [
        HolidayYear(row["year"], row["source"], frozenset(row["holidays"]), frozenset(row["workdays"]))
        for row in years(connection, county)
    ]
    return calendar_of(entered).over(national_calendar())


def put(connection: Connection, county: str, year: HolidayYear, *, account_id: int | None, at: datetime) -> None:
    """Enter a year; one that was entered before is entered anew."""
    query.execute(
        connection, "holiday_year_put", county=county, year=year.year, source=year.source,
        holidays=sorted(year.holidays), workdays=sorted(year.workdays), at=at, account_id=account_id,
    )  # fmt: skip


def hold(connection: Connection, county: str) -> None:
    """Hold every open ticket of a county until the transaction ends, so that none moves meanwhile."""
    query.execute(connection, "holiday_hold", county=county)


def clocks(connection: Connection, county: str, *, ticket_id: int | None = None) -> list[Row]:
    """What the deadlines of open tickets, or of one, hang on.

    Rows: county, id, number, state, hazard, severity, due_at, ruling_due_at, began_at, bounced_at, paused (how much
    pauses moved the deadline), granted (a person set it since), hazards, severities and found (of its findings, in one
    order).
    """
    return query.rows(connection, "holiday_clocks", county=county, ticket_id=ticket_id)
