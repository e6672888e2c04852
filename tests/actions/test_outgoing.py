"""What somebody is told leaves the system too: put down with the event, sent when its channel speaks, never lost."""

from collections.abc import Sequence
from datetime import time, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, text

from actions import outgoing as deeds
from actions.outgoing import Outcome
from db import outgoing
from db.outgoing import NewChannel
from exchange.channels import NotDeliveredError, UnknownChannelError
from inspections.access import RefusedError
from inspections.outgoing import Hours, most_tries
from inspections.ticket import Event, State
from tests.actions.story import Walk, dispatched
from tests.world import COUNTY, NOW, World

HOOK = "json://127.0.0.1:9/hook"
DAY = Hours(time(21, 30), time(7, 30))


class Outside:
    """The other side: keeps what it is handed, refuses while ``shut``."""

    def __init__(self) -> None:
        self.told: list[tuple[str, str]] = []
        self.shut = False

    def __call__(self, address: str, title: str, body: str) -> None:
        assert address == HOOK
        if self.shut:
            raise NotDeliveredError(reason="shut")
        self.told.append((title, body))


def opened(world: World, *, owner: str = "department", department: str | None = "fire", hours: Hours = DAY) -> int:
    new = NewChannel("值班群", HOOK, "", "", owner, department=department, hours=hours)
    return deeds.open_channel(new, actor=world.actors["centre"], at=NOW)


def lying(connection: Connection) -> list[tuple[int, str]]:
    """Whatever was put down to be sent: key and state."""
    rows = connection.execute(text("SELECT id, state FROM outgoing WHERE county = :c ORDER BY id"), {"c": COUNTY})
    return [(row.id, row.state) for row in rows]


def jobs(connection: Connection) -> list[int]:
    rows = connection.execute(text("SELECT args FROM queue.procrastinate_jobs WHERE status = 'todo' ORDER BY id"))
    return [row.args["outgoing"] for row in rows if row.args["county"] == COUNTY]


def test_a_message_is_put_down_with_its_job_in_the_transaction_of_the_step(
    connection: Connection, world: World
) -> None:
    opened(world)
    ticket = dispatched(world)
    ((key, state),) = lying(connection)
    assert state == "waiting"
    assert jobs(connection) == [key]
    step = connection.begin_nested()
    walk = Walk(world, ticket)
    walk("fire", Event.ACCEPT)
    walk("fire", Event.PASS_ON, department="housing", reason="属住房管理", clause="第七条")
    walk("housing", Event.SIGN)
    assert len(lying(connection)) == 2
    step.rollback()
    assert lying(connection) == [(key, "waiting")]
    assert jobs(connection) == [key]


def test_each_channel_carries_what_its_owner_is_told(connection: Connection, world: World) -> None:
    fire = opened(world)
    centre = opened(world, owner="centre", department=None)
    opened(world, department="urban")
    Walk(world, dispatched(world)).to(State.RULING)
    told = connection.execute(text("SELECT o.channel_id, e.event FROM outgoing o JOIN message m ON m.county = o.county "
                                   "AND m.id = o.message_id JOIN ticket_event e ON e.county = m.county "
                                   "AND e.id = m.event_id ORDER BY o.id")).all()  # fmt: skip
    assert {(row.channel_id, row.event) for row in told} >= {(fire, "dispatch"), (centre, "bounce")}
    assert {row.channel_id for row in told} == {fire, centre}


def test_what_waits_leaves_in_one_sending_that_names_no_door(connection: Connection, world: World) -> None:
    opened(world, hours=Hours())
    for house in (1, 2):
        dispatched(world, house)
    outside = Outside()
    first, second = (key for key, _ in lying(connection))
    assert deeds.send(COUNTY, first, at=NOW + timedelta(minutes=5), transport=outside) == Outcome(sent=2)
    assert deeds.send(COUNTY, second, at=NOW + timedelta(minutes=6), transport=outside) == Outcome()
    ((title, body),) = outside.told
    assert "2" in title
    numbers = connection.execute(text("SELECT number FROM ticket ORDER BY id")).scalars().all()
    doors = connection.execute(text("SELECT text FROM address WHERE level = 'house'")).scalars().all()
    assert all(number in body for number in numbers)
    assert not [door for door in doors if door in body]
    assert [state for _, state in lying(connection)] == ["sent", "sent"]


def test_in_the_quiet_it_waits_and_leaves_in_the_morning(connection: Connection, world: World) -> None:
    opened(world)
    dispatched(world)
    connection.execute(text("UPDATE ticket SET severity = 2"))
    ((key, _),) = lying(connection)
    outside, night = Outside(), NOW.replace(hour=23)
    morning = (night + timedelta(days=1)).replace(hour=7, minute=30, second=0, microsecond=0)
    assert deeds.send(COUNTY, key, at=night, transport=outside) == Outcome(held_until=morning)
    assert outside.told == []
    assert deeds.send(COUNTY, key, at=morning + timedelta(seconds=1), transport=outside) == Outcome(sent=1)


def test_a_digest_leaves_once_a_day_with_all_that_waited(connection: Connection, world: World) -> None:
    opened(world, hours=Hours(digest_at=time(8, 30), wakes=False))
    for house in (1, 2, 3):
        dispatched(world, house)
    keys = [key for key, _ in lying(connection)]
    outside = Outside()
    told = [deeds.send(COUNTY, key, at=NOW + timedelta(minutes=5), transport=outside).held_until for key in keys]
    assert len(set(told)) == 1
    turn = told[0]
    assert turn is not None
    sent = [deeds.send(COUNTY, key, at=turn + timedelta(seconds=2), transport=outside).sent for key in keys]
    assert sent == [3, 0, 0]
    assert len(outside.told) == 1


def fails(keys: Sequence[int], outside: Outside, times: int) -> None:
    for n in range(times):
        with pytest.raises(NotDeliveredError):
            deeds.send(COUNTY, keys[0], at=NOW + timedelta(hours=n), transport=outside)


def test_what_is_refused_again_and_again_stands_among_the_undelivered_and_can_be_sent_anew(
    connection: Connection, world: World
) -> None:
    opened(world, hours=Hours())
    dispatched(world)
    ((key, _),) = lying(connection)
    outside = Outside()
    outside.shut = True
    fails([key], outside, most_tries() - 1)
    assert outgoing.listed(connection, COUNTY, "dead") == []
    fails([key], outside, 1)
    (gone,) = outgoing.listed(connection, COUNTY, "dead")
    assert (gone["id"], gone["tries"]) == (key, most_tries())
    assert "shut" in gone["error"]
    assert deeds.send(COUNTY, key, at=NOW, transport=outside) == Outcome()
    outside.shut = False
    assert deeds.send_again([key], actor=world.actors["centre"], at=NOW) == 1
    assert jobs(connection) == [key, key]
    assert deeds.send(COUNTY, key, at=NOW, transport=outside) == Outcome(sent=1)
    (row,) = outgoing.channels(connection, COUNTY, now=NOW)
    assert (row["waiting"], row["dead"], row["sent_lately"], row["error"]) == (0, 0, 1, None)


def test_of_a_channel_that_was_shut_nothing_is_sent(connection: Connection, world: World) -> None:
    channel = opened(world, hours=Hours())
    dispatched(world, 1)
    assert deeds.shut_channel(channel, actor=world.actors["centre"], at=NOW) == 1
    dispatched(world, 2)
    ((key, state),) = lying(connection)
    assert state == "dropped"
    assert deeds.send(COUNTY, key, at=NOW, transport=Outside()) == Outcome()
    with pytest.raises(outgoing.NoSuchChannelError):
        deeds.shut_channel(channel, actor=world.actors["centre"], at=NOW)


def test_a_message_whose_job_was_lost_gets_another(connection: Connection, world: World) -> None:
    opened(world)
    dispatched(world)
    connection.execute(text("SET LOCAL search_path = queue, public"))
    connection.execute(text("DELETE FROM procrastinate_jobs"))
    assert outgoing.jobless(connection, before=NOW - timedelta(days=1)) == 0
    assert outgoing.jobless(connection, before=NOW + timedelta(days=1)) == 1
    assert jobs(connection) == [key for key, _ in lying(connection)]
    assert outgoing.jobless(connection, before=NOW + timedelta(days=1)) == 0


def test_an_address_lies_in_the_record_sealed(connection: Connection, world: World) -> None:
    channel = opened(world)
    stored: Any = connection.execute(text("SELECT * FROM channel WHERE id = :i"), {"i": channel}).mappings().one()
    assert not [value for value in stored.values() if HOOK in str(value) or HOOK.encode() in bytes(str(value), "utf-8")]
    assert HOOK.encode() not in bytes(stored["address"])
    outside = Outside()
    deeds.try_channel(channel, actor=world.actors["centre"], transport=outside)
    assert len(outside.told) == 1


def test_only_the_centre_and_the_administrators_open_channels(connection: Connection, world: World) -> None:
    new = NewChannel("群", HOOK, "", "", "department", department="fire")
    with pytest.raises(RefusedError):
        deeds.open_channel(new, actor=world.actors["fire"], at=NOW)
    with pytest.raises(deeds.NamelessChannelError):
        deeds.open_channel(NewChannel(" ", HOOK, "", "", "centre"), actor=world.actors["centre"], at=NOW)
    with pytest.raises(UnknownChannelError):
        deeds.open_channel(NewChannel("群", "nowhere", "", "", "centre"), actor=world.actors["centre"], at=NOW)
