"""Hours of a period, for those who answer for the people; a file of them is an audited deed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from actions.deed import deed
from db import timesheet
from db.engine import reading
from exchange.timesheet_file import timesheet_xlsx
from gis.errors import AnjuError
from inspections.access import Actor, Place
from inspections.timesheet import DayRow, day_rows

LONGEST_DAYS = 400


class TimesheetSpanError(AnjuError):
    """Hours are counted for 1 to {most} days, the first before the last; {first} to {last} is not that."""


@dataclass(frozen=True, slots=True)
class Timesheet:
    """The days of a period, and the names of the people in them by account."""

    first: date
    last: date
    rows: tuple[DayRow, ...]
    names: dict[int, str]


def tell_hours(*, actor: Actor, first: date, last: date, accounts: Sequence[int] | None = None) -> Timesheet:
    """Count the hours of both days and all between them, for everybody of the actor's area or for ``accounts`` of it.

    A person belongs to the area that holds the first grid of their main duty; whoever has none, to the county's.

    Raises ``RefusedError``, ``TimesheetSpanError``.
    """
    actor.require("timesheet.view")
    if not 0 <= (last - first).days < LONGEST_DAYS:
        raise TimesheetSpanError(first=first, last=last, most=LONGEST_DAYS)
    span: dict[str, Any] = {"county": actor.county, "first": first, "last": last}
    with reading() as connection:
        people = timesheet.people(connection, **span)
        seen_by = {row["account_id"]: Place(county=actor.county, grid=row["grid"]) for row in people}
        for account in accounts or ():
            actor.require("timesheet.view", seen_by.get(account, Place(county=actor.county)))
        mine = [key for key, place in seen_by.items() if actor.may("timesheet.view", place)]
        wanted = mine if accounts is None else [key for key in accounts if key in seen_by]
        seen = timesheet.visits(connection, **span, accounts=wanted)
        planned = timesheet.plans(connection, **span, accounts=wanted)
    names = {row["account_id"]: row["name"] for row in people if row["account_id"] in wanted}
    return Timesheet(first, last, tuple(day_rows(seen, planned)), names)


def take_hours(
    *, actor: Actor, first: date, last: date, accounts: Sequence[int] | None = None, lang: str = "zh"
) -> bytes:
    """Hand out the hours of a period as a workbook; as ``tell_hours``."""
    told = tell_hours(actor=actor, first=first, last=last, accounts=accounts)
    content = timesheet_xlsx(told.rows, told.names, lang=lang)
    detail = {"from": first, "to": last, "people": len(told.names), "days": len(told.rows)}
    with deed(actor, "timesheet.view", about=("timesheet", first.isoformat()), detail=detail):
        return content
