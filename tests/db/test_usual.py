"""A clock is held against how long such cases take, and says so only where enough of them are known."""

from datetime import timedelta

from sqlalchemy import Connection, insert, text

from db import tables, ticket, usual
from inspections.ticket import Event
from tests.actions.story import Walk, dispatched
from tests.world import COUNTY, NOW, World


def known(connection: Connection, world: World, days: int, *, cases: int = usual.LEAST) -> None:
    """Cases of electric bicycles indoors that all took so many days."""
    connection.execute(text("ALTER TABLE ticket DISABLE TRIGGER ticket_keeps_to_its_table"))
    for n in range(cases):
        connection.execute(insert(tables.ticket).values(
            county=COUNTY, number=f"U{n}", house_id=world.houses[3], village="320581101201", state="CLOSED",
            lead="fire", hazard="FI06", severity=1, opened_at=NOW - timedelta(days=60),
            accepted_at=NOW - timedelta(days=50),
            rectified_at=NOW - timedelta(days=50 - days), closed_at=NOW - timedelta(days=20), last_at=NOW,
            closed_by=world.accounts["centre"],
        ))  # fmt: skip
    usual.refresh(connection, COUNTY, now=NOW)


def shown(connection: Connection, key: int, after: timedelta) -> str:
    return str(ticket.ticket(connection, COUNTY, key, now=NOW + after)["clock"])


def open_case(connection: Connection, world: World) -> int:
    """A case that is due in ten days."""
    key = dispatched(world)
    connection.execute(
        text("UPDATE ticket SET due_at = :due WHERE id = :t"), {"due": NOW + timedelta(days=10), "t": key}
    )
    return key


def test_a_case_with_less_time_left_than_such_cases_take_is_at_risk(connection: Connection, world: World) -> None:
    key = open_case(connection, world)
    assert shown(connection, key, timedelta(days=5)) == "running"
    known(connection, world, days=6)
    assert shown(connection, key, timedelta(days=3)) == "running"
    assert shown(connection, key, timedelta(days=5)) == "soon"


def test_what_is_gone_since_the_acceptance_is_taken_off(connection: Connection, world: World) -> None:
    known(connection, world, days=6)
    key = open_case(connection, world)
    Walk(world, key)("fire", Event.ACCEPT)
    assert shown(connection, key, timedelta(days=5)) == "running"
    assert shown(connection, key, timedelta(days=9, hours=1)) == "soon"


def test_few_cases_say_nothing(connection: Connection, world: World) -> None:
    key = open_case(connection, world)
    known(connection, world, days=6, cases=usual.LEAST - 1)
    assert usual.of(connection, COUNTY, "FI06") is None
    assert shown(connection, key, timedelta(days=5)) == "running"


def test_it_is_found_out_once_a_day(connection: Connection, world: World) -> None:
    assert usual.is_stale(connection, COUNTY, now=NOW)
    known(connection, world, days=6)
    assert not usual.is_stale(connection, COUNTY, now=NOW + timedelta(hours=19))
    assert usual.is_stale(connection, COUNTY, now=NOW + timedelta(hours=21))
    found = usual.of(connection, COUNTY, "FI06")
    assert found is not None
    assert (found["usual"], found["cases"]) == (timedelta(days=6), usual.LEAST)
