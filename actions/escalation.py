"""Escalation by itself: every case that has reached a rung of the ladder is urged, or put under supervision."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from actions.deed import deed
from actions.operator import operator
from db import escalation, holiday, ticket, usual
from db.engine import reading, transaction
from db.query import Row
from db.ticket_effects import Step
from inspections.access import Actor
from inspections.escalation import Rung, ladder, next_rung
from inspections.role import Role
from inspections.ticket import Event, State, allowed
from words import say


@dataclass(frozen=True, slots=True)
class Urged:
    """A case and the rung it has reached."""

    number: str
    rung: str
    event: Event


def escalate(*, at: datetime, county: str | None = None) -> list[Urged]:
    """Take the step of every rung that a case has reached, in one county or in all; done twice it does nothing more.

    Once a day it is found out anew how long cases take, against which clocks are held.
    """
    with reading() as connection:
        counties = [county] if county else escalation.counties(connection)
        waiting = [one for one in counties if _reached(connection, one, at)]
        stale = [one for one in counties if usual.is_stale(connection, one, now=at)]
    for one in stale:
        with transaction() as connection:
            usual.refresh(connection, one, now=at)
    return [urged for one in waiting for urged in _climb(operator(one), at)]


def _climb(actor: Actor, at: datetime) -> list[Urged]:
    with deed(actor, "ticket.urge") as connection:
        escalation.hold(connection, actor.county)
        return [_take(connection, actor.county, row, rung, at) for row, rung in _reached(connection, actor.county, at)]


def _reached(connection: Connection, county: str, at: datetime) -> list[tuple[Row, Rung]]:
    rungs, calendar = ladder(), holiday.calendar(connection, county)
    share = min(rung.used_percent or 100 for rung in rungs) / 100
    found = [
        (row, next_rung(rungs, done=row["done"], began_at=row["began_at"], due_at=row["due_at"],
                        severity=row["severity"], now=at, calendar=calendar))
        for row in escalation.cases(connection, county, now=at, share=share)
    ]  # fmt: skip
    return [(row, rung) for row, rung in found if rung is not None]


def _take(connection: Connection, county: str, row: Row, rung: Rung, at: datetime) -> Urged:
    state = State(row["state"])
    arrows = {arrow.event: arrow.target for arrow in allowed(state, role=Role.CENTRE)}
    # Where a case cannot be put under supervision, being ruled on or referred, the centre is told all the same.
    event = rung.event if rung.event in arrows else Event.URGE
    by = Step(event, at, None, reason=say(f"escalation.{rung.name}", "zh"), detail={"rung": rung.name})
    ticket.step(
        connection, county=county, ticket_id=row["id"], from_state=state, to_state=arrows.get(event, state), by=by
    )
    return Urged(row["number"], rung.name, event)
