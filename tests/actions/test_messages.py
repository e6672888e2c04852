"""What happens to a case is told to whoever has to know, in the transaction in which it happens."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Connection

from actions import messages
from actions.tickets import take_step
from db import message
from inspections.notice import NOTICES
from inspections.ticket import Event, NotAllowedError, State
from tests.actions.story import Walk, dispatched
from tests.world import NOW, World

LATER = NOW + timedelta(days=3)


def told(connection: Connection, world: World, who: str, *, unread: bool = True) -> list[str]:
    """The events somebody was told, the oldest first."""
    rows = message.listed(connection, messages.reader(world.actors[who]), now=LATER, unread=unread)
    return [row["event"] for row in reversed(rows)]


def test_the_record_tells_whom_the_rules_say(connection: Connection) -> None:
    assert message.rules(connection) == {(event.value, to.value) for event, every in NOTICES.items() for to in every}


def test_a_case_passed_on_is_told_to_the_next_desk_and_its_signature_to_the_old_one(
    connection: Connection, world: World
) -> None:
    walk = Walk(world, dispatched(world))
    assert told(connection, world, "fire") == ["dispatch"]
    walk("fire", Event.ACCEPT)
    walk("fire", Event.PASS_ON, department="housing", reason="属住房管理", clause="第七条")
    assert told(connection, world, "housing") == ["pass_on"]
    walk("housing", Event.SIGN)
    assert told(connection, world, "fire") == ["dispatch", "sign"]
    assert told(connection, world, "urban") == []


def test_what_the_centre_leads_itself_is_told_to_the_centre(connection: Connection, world: World) -> None:
    walk = Walk(world, dispatched(world)).to(State.RULING)
    walk("centre", Event.RULE, department="center", reason="无主管部门", clause="三定方案")
    assert "rule" in told(connection, world, "centre2")


def test_a_case_taken_back_is_told_to_the_desk_that_was_asked(connection: Connection, world: World) -> None:
    Walk(world, dispatched(world)).to(State.RETURNED)("fire", Event.WITHDRAW)
    assert told(connection, world, "housing") == ["pass_on", "withdraw"]


def test_a_second_bounce_is_told_to_the_centre(connection: Connection, world: World) -> None:
    Walk(world, dispatched(world)).to(State.RULING)
    assert told(connection, world, "centre") == ["bounce"]
    assert told(connection, world, "centre2") == ["bounce"]


def test_a_reopened_case_reaches_the_desk_the_last_handler_and_the_centre(connection: Connection, world: World) -> None:
    walk = Walk(world, dispatched(world)).to(State.CLOSED)
    messages.read(world.actors["fire"], at=LATER)
    messages.read(world.actors["centre"], at=LATER)
    walk("inspector", Event.REOPEN, reason="又停进来了")
    rows = message.listed(connection, messages.reader(world.actors["fire"]), now=LATER, unread=True)
    assert [(row["event"], row["recipient"]) for row in rows] == [("reopen", "handler")]
    messages.read(world.actors["fire"], at=LATER, ids=[rows[0]["id"]])
    assert told(connection, world, "fire") == []
    assert told(connection, world, "centre") == ["reopen"]


def test_whoever_does_it_is_not_told_by_name(connection: Connection, world: World) -> None:
    walk = Walk(world, dispatched(world)).to(State.REWORK)
    rows = message.listed(connection, messages.reader(world.actors["centre"]), now=LATER)
    assert "rework" not in {row["event"] for row in rows}
    assert walk.at < LATER


def test_a_step_that_is_refused_tells_nobody(connection: Connection, world: World) -> None:
    key = dispatched(world)
    with pytest.raises(NotAllowedError):
        take_step(key, Event.SIGN, actor=world.actors["housing"], at=NOW)
    assert told(connection, world, "housing") == []


def test_what_one_clerk_has_read_another_has_not(connection: Connection, world: World) -> None:
    Walk(world, dispatched(world)).to(State.SUBMITTED)
    assert messages.read(world.actors["centre"], at=LATER) == 1
    assert told(connection, world, "centre") == []
    assert told(connection, world, "centre", unread=False) == ["submit"]
    assert told(connection, world, "centre2") == ["submit"]
    assert messages.read(world.actors["centre"], at=LATER) == 0


def test_nobody_reads_for_others(connection: Connection, world: World) -> None:
    dispatched(world)
    fire: Any = messages.reader(world.actors["fire"])
    (row,) = message.listed(connection, fire, now=LATER)
    assert messages.read(world.actors["housing"], at=LATER, ids=[row["id"]]) == 0
    assert message.unread(connection, fire, now=LATER) == 1
