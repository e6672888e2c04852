"""The colour of a house, decided anew after whatever may have changed it; those of a county as time goes by."""

from datetime import date, datetime

from sqlalchemy import Connection

from actions.deed import deed
from db import risk
from inspections.access import Actor, Place
from inspections.plan import called_by
from inspections.risk import Risk, assess, due_on

AT_ONCE = 20_000
"""So many houses are written in one statement."""


def reassess(connection: Connection, county: str, house_id: int, *, at: datetime) -> tuple[Risk, date | None]:
    """Assess a house from what the record holds at ``at``; write and return its risk and the day it is due next."""
    found = _found(risk.known(connection, county, at=at, house_id=house_id)[0], county)
    risk.write(connection, county, house_id, found=found.risk, due_on=found.due_on, at=at)
    return found.risk, found.due_on


def reassess_county(*, actor: Actor, at: datetime) -> tuple[int, int]:
    """Assess every house of the actor's county: hazards age, history fades, the register changes.

    Returns how many houses there are, and how many of them changed.

    Raises
    ------
    inspections.access.RefusedError
        This person may not decide for the whole county.
    """
    county = actor.county
    with deed(actor, "risk.reassess", place=Place(county=county), about=("county", county)) as connection:
        found = [_found(one, county) for one in risk.known(connection, county, at=at)]
        parts = (found[first : first + AT_ONCE] for first in range(0, len(found), AT_ONCE))
        return len(found), sum(risk.write_many(connection, county, part, at=at) for part in parts)


def _found(one: risk.Known, county: str) -> risk.Found:
    found = assess(one.facts)
    due = due_on(one.facts.last_visit_on, found.colour, county=county)
    calls = called_by(relet_on=one.relet_on, complained_on=one.complained_on, addition_on=one.addition_on)
    called = [on for on, _ in calls]
    return risk.Found(one.house_id, found, None if due is None else min([due, *called]))
