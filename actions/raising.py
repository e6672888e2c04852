"""Hazards put on a ticket: the house's open one, or a new one that goes to a department at once."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from sqlalchemy import Connection

from actions import handling
from db import finding, ticket
from db.finding import NewFinding
from db.query import Row
from db.ticket_effects import Step
from inspections.access import Actor
from inspections.routing import Route, desks
from inspections.ticket import Event, State, transition

Item = tuple[NewFinding, Route]
"""A hazard and where it goes."""

TO_THE_DESK = {State.REPORTED: Event.VERIFY, State.VERIFIED: Event.FILE, State.FILED: Event.DISPATCH}


@dataclass(frozen=True, slots=True)
class Raised:
    """The ticket hazards were put on; ``new`` if it was raised for them."""

    ticket_id: int
    new: bool


def put(
    connection: Connection, house: Row, items: Sequence[Item], *, actor: Actor, at: datetime,
    source: Literal["visit", "report"],
) -> Raised:  # fmt: skip
    """Put hazards, each with its way, on the open ticket of a locked house, or raise one.

    The gravest hazard's lead leads a new ticket and the others' leads work along; an open ticket keeps its lead and
    gets theirs beside it.
    """
    ordered = sorted(items, key=lambda item: item[0].severity)
    key = ticket.open_of_house(connection, actor.county, house["id"])
    if key is None:
        raised = Raised(_raise(connection, house, ordered, actor, at, source), new=True)
    else:
        raised = Raised(key, new=False)
        _add_to(connection, key, ordered, actor, at)
    for item, way in ordered:
        routed = replace(item, routed_by=way.why.value, routing_rule_id=way.rule_id)
        finding.add(connection, replace(routed, ticket_id=raised.ticket_id))
    return raised


def send(connection: Connection, county: str, ticket_id: int, *, actor: Actor, at: datetime) -> None:
    """Take a ticket that no desk has yet to its lead's desk: verified, filed, dispatched, its clock running."""
    row = ticket.ticket(connection, county, ticket_id, now=at)
    state = State(row["state"])
    hazards = [(item["rule_code"], item["severity"]) for item in ticket.items(connection, county, ticket_id)]
    due_at = handling.earliest_due_at(connection, hazards, county=county, at=at)
    while state in TO_THE_DESK:
        event = TO_THE_DESK[state]
        target = transition(state, event).target
        by = Step(event, at, actor.account_id, department=row["lead"], due_at=due_at)
        ticket.step(connection, county=county, ticket_id=ticket_id, from_state=state, to_state=target, by=by)
        state = target


def _raise(
    connection: Connection, house: Row, ordered: Sequence[Item], actor: Actor, at: datetime,
    source: Literal["visit", "report"],
) -> int:  # fmt: skip
    head, whose = ordered[0][0], desks([(item.severity, way) for item, way in ordered])
    new = ticket.NewTicket(
        county=actor.county, house_id=house["id"], village=house["village"], grid_id=house["grid_id"],
        hazard=head.rule_code, severity=head.severity, lead=whose.lead, source=source, co=whose.co, cc=whose.cc,
    )  # fmt: skip
    words = head.words_zh if source == "report" else None
    detail = {"hazards": [item.rule_code for item, _ in ordered]}
    step = Step(Event.REPORT, at, actor.account_id, reason=words, detail=detail)
    return ticket.raise_ticket(connection, new, step)


def _add_to(connection: Connection, key: int, ordered: Sequence[Item], actor: Actor, at: datetime) -> None:
    row = ticket.ticket(connection, actor.county, key, now=at)
    hazards = [(item.rule_code, item.severity) for item, _ in ordered]
    head = ordered[0][0]
    ticket.graver(
        connection, actor.county, key, hazard=head.rule_code, severity=head.severity,
        due_at=handling.earliest_due_at(connection, hazards, county=actor.county, at=at),
    )  # fmt: skip
    state = State(row["state"])
    seen = {row["lead"], row["next_lead"], *row["co"]}
    for code in dict.fromkeys(item.lead for item, _ in ordered):
        if code in seen:
            continue
        detail = {"department": code, "hazards": [item.rule_code for item, _ in ordered if item.lead == code]}
        by = Step(Event.COPY, at, actor.account_id, department=code, detail=detail, part="co")
        ticket.step(connection, county=actor.county, ticket_id=key, from_state=state, to_state=state, by=by)
