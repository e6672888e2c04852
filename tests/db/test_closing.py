"""What is about to run late and what has been dealt with: every count opens to exactly its tickets."""

from datetime import timedelta

from sqlalchemy import Connection

from db import closing
from db.closing import URGENCIES
from db.kpi import Period
from inspections.ticket import Event, State
from tests.actions.story import Walk, dispatched
from tests.world import COUNTY, NOW, World

DAYS = Period(NOW - timedelta(days=1), NOW + timedelta(days=10), NOW + timedelta(days=9))


def test_a_referral_counts_as_dealt_with_once_its_receipt_has_come(connection: Connection, world: World) -> None:
    waiting, received = dispatched(world, 1), dispatched(world, 2)
    Walk(world, waiting).to(State.REFERRED)
    Walk(world, received).to(State.REFERRED)("centre", Event.RECEIPT, reason="公安已立案，文号 12")
    told = closing.handled(connection, county=COUNTY, period=DAYS)
    assert (told["handled"], told["filed"], told["referred"]) == (1, 2, 1)
    listed = closing.handled_cases(connection, county=COUNTY, period=DAYS, part="numerator")
    assert [row["id"] for row in listed] == [received]
    listed = closing.handled_cases(connection, county=COUNTY, period=DAYS, part="denominator")
    assert {row["id"] for row in listed} == {waiting, received}


def test_a_closed_ticket_is_dealt_with_and_a_reopened_one_is_not(connection: Connection, world: World) -> None:
    good, again = dispatched(world, 1), dispatched(world, 2)
    Walk(world, good).to(State.CLOSED)
    Walk(world, again).to(State.CLOSED)("centre", Event.REOPEN, reason="又停进来了")
    listed = closing.handled_cases(connection, county=COUNTY, period=DAYS, part="numerator")
    assert [row["id"] for row in listed] == [good]
    assert closing.handled(connection, county=COUNTY, period=DAYS)["handled"] == 1


def test_what_was_closed_after_the_period_is_not_dealt_with_in_it(connection: Connection, world: World) -> None:
    Walk(world, dispatched(world, 1), NOW + timedelta(days=20)).to(State.CLOSED)
    early = Period(NOW - timedelta(days=1), NOW + timedelta(days=10), NOW + timedelta(days=30))
    assert closing.handled(connection, county=COUNTY, period=early)["handled"] == 0


def test_the_radar_sees_a_ticket_come_nearer_and_run_late(connection: Connection, world: World) -> None:
    key = dispatched(world, 1)
    hours = {-60: {"late": 0, "day": 0, "three_days": 1}, -2: {"late": 0, "day": 1, "three_days": 1},
             2: {"late": 1, "day": 0, "three_days": 0}}  # fmt: skip
    due_at = closing.radar_cases(connection, county=COUNTY, now=NOW, urgency="day")[0]["due_at"]
    for offset, wanted in hours.items():
        now = due_at + timedelta(hours=offset)
        assert closing.radar(connection, county=COUNTY, now=now) == wanted
        for urgency in URGENCIES:
            listed = closing.radar_cases(connection, county=COUNTY, now=now, urgency=urgency)
            assert [row["id"] for row in listed] == [key] * wanted[urgency]


def test_work_handed_in_and_work_put_off_are_not_on_the_radar(connection: Connection, world: World) -> None:
    Walk(world, dispatched(world, 1)).to(State.SUBMITTED)
    Walk(world, dispatched(world, 2)).to(State.SUSPENDED)
    assert set(closing.radar(connection, county=COUNTY, now=NOW + timedelta(days=9)).values()) == {0}


def test_every_deed_done_to_a_ticket_makes_the_figures_new(connection: Connection, world: World) -> None:
    walk = Walk(world, dispatched(world, 1))
    seen = closing.version(connection, county=COUNTY)
    walk("fire", Event.ACCEPT)
    assert closing.version(connection, county=COUNTY) > seen
