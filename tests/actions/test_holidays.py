"""A year of holidays entered by the centre: open deadlines follow it, each with a trace, and nothing else does."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import Connection, text

from actions.holidays import enter, recompute, weekdays_only
from actions.operator import operator
from actions.tickets import report, take_step
from db import chain, holiday, ticket
from inspections.access import RefusedError
from inspections.chain import first_break
from inspections.deadline import SHANGHAI
from inspections.holiday import read_year
from inspections.ticket import Event, State
from tests.actions.story import Walk, column
from tests.world import COUNTY, World

YEAR = read_year(
    'year = 2027\nsource = "国办发明电〔2026〕0号"\n'
    "holidays = [2027-01-01, [2027-01-11, 2027-01-15]]\nworkdays = [2027-01-16]"
)
BEGUN = datetime(2026, 12, 28, 10, tzinfo=SHANGHAI)
LATER = BEGUN + timedelta(days=1)
OLD = datetime(2027, 1, 25, 17, tzinfo=SHANGHAI)
"""Twenty working days from BEGUN, every weekday of 2027 counted."""
NEW = datetime(2027, 2, 1, 17, tzinfo=SHANGHAI)
"""Six days off, one Saturday worked: five working days later."""


UNTIL = BEGUN + timedelta(days=40)


def _case(world: World, house: int = 1) -> int:
    """A built hazard of the second degree, which has twenty working days, on the fire brigade's desk."""
    key: int = report(world.houses[house], "IL01", words="加建", actor=world.actors["inspector"], at=BEGUN)["id"]
    walk = Walk(world, key, at=BEGUN)
    walk("centre", Event.VERIFY)
    walk("centre", Event.FILE)
    walk("centre", Event.DISPATCH, department="fire")
    return key


def _due(connection: Connection, key: int) -> datetime:
    found: datetime = ticket.ticket(connection, COUNTY, key, now=LATER)["due_at"]
    return found


def _enter(world: World):
    return enter(YEAR, actor=world.actors["centre"], at=LATER)


def test_an_open_deadline_follows_the_year_and_its_history_says_from_where(
    connection: Connection, world: World
) -> None:
    key = _case(world)
    assert _due(connection, key) == OLD
    assert weekdays_only(connection, COUNTY, key) == (2027,)
    (told,) = _enter(world)
    assert (told.old, told.new, told.ruling) == (OLD, NEW, False)
    assert _due(connection, key) == NEW
    last = ticket.events(connection, COUNTY, key)[-1]
    assert (last["event"], last["clause"], last["from_state"]) == ("recount", YEAR.source, last["to_state"])
    assert datetime.fromisoformat(last["detail"]["due_at_was"]) == OLD
    assert datetime.fromisoformat(last["detail"]["due_at"]) == NEW
    assert weekdays_only(connection, COUNTY, key) == ()
    assert first_break(chain.events(connection, COUNTY, key)) is None


def test_entered_again_nothing_moves_twice(connection: Connection, world: World) -> None:
    key = _case(world)
    _enter(world)
    assert _enter(world) == []
    assert recompute(actor=world.actors["centre"], at=LATER) == []
    assert [event["event"] for event in ticket.events(connection, COUNTY, key)].count("recount") == 1


def test_a_case_reported_after_the_entry_counts_by_it(connection: Connection, world: World) -> None:
    _enter(world)
    assert _due(connection, _case(world)) == NEW


def test_a_year_that_is_corrected_moves_deadlines_back(connection: Connection, world: World) -> None:
    key = _case(world)
    _enter(world)
    text_of = 'year = 2027\nsource = "更正"\nholidays = [2027-01-01]\nworkdays = []'
    enter(read_year(text_of), actor=world.actors["centre"], at=LATER)
    assert _due(connection, key) == OLD + timedelta(days=1)
    (row,) = holiday.years(connection, COUNTY)
    assert (row["source"], row["account_name"]) == ("更正", world.actors["centre"].name)


def test_a_year_that_came_past_the_entry_is_found_by_reckoning_anew(connection: Connection, world: World) -> None:
    key = _case(world)
    holiday.put(connection, COUNTY, YEAR, account_id=None, at=LATER)
    assert _due(connection, key) == OLD
    assert [one.new for one in recompute(actor=operator(COUNTY), at=LATER)] == [NEW]
    assert ticket.events(connection, COUNTY, key)[-1]["actor"] is None


def test_a_pause_stays_in_the_deadline(connection: Connection, world: World) -> None:
    key = _case(world)
    Walk(world, key, at=LATER).to(State.ACCEPTED)("centre", Event.SUSPEND, reason="缺材料", until=UNTIL)
    pause = ticket.ticket(connection, COUNTY, key, now=LATER)
    end = pause["suspended_until"] + timedelta(hours=1)
    take_step(key, Event.RESUME, actor=world.actors["centre"], at=end)
    length = pause["suspended_until"] - pause["suspended_at"]
    assert _due(connection, key) == OLD + length
    enter(YEAR, actor=world.actors["centre"], at=end + timedelta(hours=1))
    assert _due(connection, key) == NEW + length


def test_what_an_extension_set_and_what_is_closed_stays(connection: Connection, world: World) -> None:
    granted, closed = _case(world), _case(world, 2)
    walk = Walk(world, granted, at=LATER).to(State.ACCEPTED)
    walk("fire", Event.REQUEST_EXTENSION, reason="缺材料", until=UNTIL)
    walk("centre", Event.GRANT, until=UNTIL)
    Walk(world, closed, at=LATER).to(State.CLOSED)
    assert _enter(world) == []
    assert _due(connection, granted) == UNTIL
    assert weekdays_only(connection, COUNTY, granted) == ()


def test_a_ruling_s_day_moves_too_and_the_ticket_stays_where_it_was(connection: Connection, world: World) -> None:
    key = _case(world)
    Walk(world, key, at=datetime(2026, 12, 31, 9, tzinfo=SHANGHAI)).to(State.RULING)
    before = ticket.ticket(connection, COUNTY, key, now=LATER)
    moved = enter(YEAR, actor=world.actors["centre"], at=before["last_at"] + timedelta(hours=1))
    after = ticket.ticket(connection, COUNTY, key, now=LATER)
    assert {one.ruling for one in moved} == {True, False}
    assert after["ruling_due_at"] == before["ruling_due_at"] + timedelta(days=1)
    for name in ("state", "lead", "next_lead", "bounces", "due_at"):
        assert after[name] == (before[name] if name != "due_at" else NEW)


def test_a_passed_on_ticket_keeps_the_desk_that_is_asked(connection: Connection, world: World) -> None:
    key = _case(world)
    Walk(world, key, at=LATER).to(State.RETURNED)
    before = ticket.ticket(connection, COUNTY, key, now=LATER)
    enter(YEAR, actor=world.actors["centre"], at=before["last_at"] + timedelta(hours=1))
    assert ticket.ticket(connection, COUNTY, key, now=LATER)["next_lead"] == before["next_lead"] is not None
    assert ticket.last_mover(connection, COUNTY, key)["event"] != "recount"


def test_only_the_centre_enters_a_year(connection: Connection, world: World) -> None:
    for name in ("inspector", "leader"):
        with pytest.raises(RefusedError):
            enter(YEAR, actor=world.actors[name], at=LATER)
    assert column(connection, "SELECT count(*) FROM holiday_year") == [0]


def test_the_record_refuses_a_year_without_source_or_days(connection: Connection) -> None:
    for source, days in (("", "ARRAY[date '2027-01-01']"), ("x", "'{}'")):
        with pytest.raises(Exception, match="holiday_year"), connection.begin_nested():
            connection.execute(
                text(f"INSERT INTO holiday_year VALUES (:c, 2027, :s, {days}, '{{}}', now())"),
                {"c": COUNTY, "s": source},
            )
