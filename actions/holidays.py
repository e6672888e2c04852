"""A county's holidays: entered with their notice, and every open deadline that reaches into them reckoned anew."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from actions import handling
from actions.deed import deed
from db import holiday, ticket
from db.query import Row
from db.ticket_effects import Step
from inspections.access import Actor
from inspections.deadline import SHANGHAI, Calendar, ruling_within
from inspections.holiday import HolidayYear, Part, moved, unpublished
from inspections.ticket import Event, State
from words import say


@dataclass(frozen=True, slots=True)
class Moved:
    """A ticket whose deadline moved: the handling deadline, or the joint ruling's where ``ruling``."""

    number: str
    old: datetime
    new: datetime
    ruling: bool = False


def enter(year: HolidayYear, *, actor: Actor, at: datetime) -> list[Moved]:
    """Enter a year's holidays and moved workdays; the open tickets whose deadline moves with them.

    A year that is known already is replaced. A deadline that an extension set stays. Raises ``RefusedError``.
    """
    told = {"year": year.year, "holidays": len(year.holidays), "workdays": len(year.workdays)}
    with deed(actor, "calendar.enter", about=("holiday_year", year.year), detail=told) as connection:
        before = holiday.calendar(connection, actor.county)
        holiday.put(connection, actor.county, year, account_id=actor.account_id or None, at=at)
        return _recount(connection, before, actor=actor, at=at, source=year.source)


def recompute(*, actor: Actor, at: datetime) -> list[Moved]:
    """Reckon every open deadline anew by what is published now; those that move. Raises ``RefusedError``."""
    with deed(actor, "calendar.recompute") as connection:
        return _recount(connection, holiday.calendar(connection, actor.county), actor=actor, at=at, source=None)


def weekdays_only(connection: Connection, county: str, ticket_id: int) -> tuple[int, ...]:
    """The years on the way to an open ticket's deadline that had to be counted Monday to Friday."""
    calendar = holiday.calendar(connection, county)
    rows = holiday.clocks(connection, county, ticket_id=ticket_id)
    return tuple(
        sorted({year for row in rows for parts in _clocks(row).values() for year in unpublished(parts, calendar)})
    )


def _clocks(row: Row) -> dict[str, list[Part]]:
    """What each deadline that the calendar gave hangs on; one that a person set is none."""
    found: dict[str, list[Part]] = {}
    if row["due_at"] is not None and row["began_at"] is not None and not row["granted"]:
        found["due_at"] = _parts(row)
    if row["ruling_due_at"] is not None:
        found["ruling_due_at"] = [(row["bounced_at"], ruling_within())]
    return found


def _parts(row: Row) -> list[Part]:
    items = list(zip(row["hazards"], row["severities"], row["found"], strict=True))
    items = items or [(row["hazard"], row["severity"], row["began_at"])]
    return [(start, handling.within(hazard, severity, on=start.astimezone(SHANGHAI).date(), county=row["county"]))
            for hazard, severity, found_at in items for start in [max(found_at, row["began_at"])]]  # fmt: skip


def _recount(
    connection: Connection, before: Calendar, *, actor: Actor, at: datetime, source: str | None
) -> list[Moved]:
    holiday.hold(connection, actor.county)
    calendar = holiday.calendar(connection, actor.county)
    found: list[Moved] = []
    for row in holiday.clocks(connection, actor.county):
        changes = _changes(row, before, calendar)
        if changes:
            _write(connection, row, changes, actor=actor, at=at, source=source)
            found += [Moved(row["number"], row[name], new, name == "ruling_due_at") for name, new in changes.items()]
    return found


def _changes(row: Row, before: Calendar, calendar: Calendar) -> dict[str, datetime]:
    paused = {"due_at": row["paused"], "ruling_due_at": timedelta()}
    told = {
        name: moved(row[name], parts, before=before, calendar=calendar, paused=paused[name])
        for name, parts in _clocks(row).items()
    }
    return {name: new for name, new in told.items() if new is not None}


def _write(
    connection: Connection, row: Row, changes: dict[str, datetime], *, actor: Actor, at: datetime, source: str | None
) -> None:
    state = State(row["state"])
    detail: dict[str, Any] = {f"{name}_was": row[name].astimezone(SHANGHAI).isoformat() for name in changes}
    if "ruling_due_at" in changes:
        detail["ruling_due_at"] = changes["ruling_due_at"].astimezone(SHANGHAI).isoformat()
    by = Step(
        Event.RECOUNT, at, actor.account_id or None, due_at=changes.get("due_at"), until=changes.get("ruling_due_at"),
        reason=say("holiday.reason", "zh"), clause=source, detail=detail,
    )  # fmt: skip
    ticket.step(connection, county=actor.county, ticket_id=row["id"], from_state=state, to_state=state, by=by)
