"""Cases are urged and put under supervision by themselves, each rung once, told to whom it concerns."""

from datetime import timedelta

from sqlalchemy import Connection, text

from actions import messages
from actions.escalation import Urged, escalate
from db import message, ticket
from inspections.ticket import Event, State
from tests.actions.story import Walk, dispatched
from tests.world import COUNTY, NOW, World

DUE = NOW + timedelta(days=8)


def waits(connection: Connection, world: World, state: State) -> int:
    """A case that is due in eight days."""
    key = dispatched(world)
    Walk(world, key).to(state)
    connection.execute(text("UPDATE ticket SET due_at = :due, severity = 2 WHERE id = :t"), {"due": DUE, "t": key})
    return key


def steps(told: list[Urged]) -> list[tuple[str, Event]]:
    return [(one.rung, one.event) for one in told]


def test_a_case_nobody_works_on_is_urged_twice_and_then_supervised(connection: Connection, world: World) -> None:
    key = waits(connection, world, State.ACCEPTED)
    assert escalate(at=NOW + timedelta(days=5)) == []
    assert steps(escalate(at=NOW + timedelta(days=7))) == [("near", Event.URGE)]
    assert escalate(at=NOW + timedelta(days=7)) == []
    assert steps(escalate(at=NOW + timedelta(days=8, hours=1))) == [("late", Event.URGE)]
    assert steps(escalate(at=NOW + timedelta(days=16))) == [("supervised", Event.ESCALATE)]
    assert escalate(at=NOW + timedelta(days=40)) == []
    assert ticket.ticket(connection, COUNTY, key, now=NOW)["state"] == "ESCALATED"


def test_the_desk_is_told_of_each_and_the_centre_of_the_last(connection: Connection, world: World) -> None:
    waits(connection, world, State.ACCEPTED)
    for days in (7, 9, 16):
        escalate(at=NOW + timedelta(days=days))
    later = NOW + timedelta(days=17)
    for who, events in (("fire", ["escalate", "urge", "urge", "dispatch"]), ("centre", ["escalate"])):
        rows = message.listed(connection, messages.reader(world.actors[who]), now=later)
        assert [row["event"] for row in rows] == events


def test_a_ruling_is_not_broken_off_the_centre_is_urged(connection: Connection, world: World) -> None:
    key = waits(connection, world, State.RULING)
    assert steps(escalate(at=NOW + timedelta(days=16))) == [("supervised", Event.URGE)]
    assert ticket.ticket(connection, COUNTY, key, now=NOW)["state"] == "RULING"


def test_work_handed_in_is_left_alone_and_a_granted_extension_begins_anew(connection: Connection, world: World) -> None:
    waits(connection, world, State.SUBMITTED)
    assert escalate(at=NOW + timedelta(days=30)) == []
    key = dispatched(world, 2)
    walk = Walk(world, key).to(State.ACCEPTED)
    assert steps(escalate(at=NOW + timedelta(days=2))) == [("supervised", Event.ESCALATE)]
    walk.at = NOW + timedelta(days=3)
    walk("fire", Event.ACCEPT)
    walk("fire", Event.REQUEST_EXTENSION, reason="缺材料", until=NOW + timedelta(days=40))
    walk("centre", Event.GRANT, until=NOW + timedelta(days=40))
    assert escalate(at=NOW + timedelta(days=20)) == []
    assert steps(escalate(at=NOW + timedelta(days=31))) == [("near", Event.URGE)]


def test_what_the_clock_does_is_nobody_moving(connection: Connection, world: World) -> None:
    waits(connection, world, State.ACCEPTED)
    late = NOW + timedelta(days=9)
    assert ticket.centre_counts(connection, county=COUNTY, now=late)["silent"] == 1
    escalate(at=late)
    assert ticket.centre_counts(connection, county=COUNTY, now=late)["silent"] == 1
    assert len(ticket.centre_queue(connection, county=COUNTY, tab="silent", now=late)) == 1
