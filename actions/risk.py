"""The colour of a house, decided anew after whatever may have changed it."""

from datetime import date, datetime

from sqlalchemy import Connection

from db import risk
from inspections.risk import Risk, assess, due_on


def reassess(connection: Connection, county: str, house_id: int, *, at: datetime) -> tuple[Risk, date | None]:
    """Assess a house from what the record holds at ``at``; write and return its risk and the day it is due next."""
    facts = risk.facts(connection, county, house_id, at=at)
    found = assess(facts)
    due = due_on(facts.last_visit_on, found.colour, county=county)
    risk.write(connection, county, house_id, found=found, due_on=due, at=at)
    return found, due
