"""With so many inspectors every rental house is seen by that day: reckoned from the county's own record."""

from datetime import date, datetime, timedelta

from db import division, holiday, promise
from db.engine import transaction
from inspections.access import Actor, Place
from inspections.day import working_day
from inspections.promise import Promise
from inspections.promise import promise as reckon

RECORD_DAYS = 365
"""So far back the record says how doors answer."""


def promise_for(*, actor: Actor, first: date, by: date, at: datetime, inspectors: int | None = None) -> Promise:
    """What can be promised for a round of the actor's county; those on duty on the first day where no number is given.

    Raises
    ------
    inspections.access.RefusedError
        This person may not plan for the whole county.
    inspections.promise.NoPromiseError
        There are no houses, nobody, or no days.
    """
    actor.require("plan.make", Place(county=actor.county))
    with transaction() as connection:
        doors = promise.doors(connection, actor.county)
        answers = promise.answers(connection, actor.county, since=at - timedelta(days=RECORD_DAYS))
        people = inspectors if inspectors is not None else promise.inspectors(connection, actor.county, on=first)
        day = working_day(division.county(connection, actor.county)["settings"])
        calendar = holiday.calendar(connection, actor.county)
    return reckon(doors, answers, inspectors=people, days=(first, by), crew=(day, calendar))
