"""What is about to run late and what has been dealt with: every count opens to exactly its tickets."""

from datetime import timedelta
from typing import Any

from sqlalchemy import Connection, text

from db import closing, kpi
from db.closing import URGENCIES
from inspections.kpi import Count
from inspections.ticket import Event, State
from tests.actions.story import Walk, dispatched
from tests.world import COUNTY, NOW, World

DAYS: dict[str, Any] = {
    "county": COUNTY, "from_at": NOW - timedelta(days=1), "to_at": NOW + timedelta(days=10),
    "as_of": NOW + timedelta(days=9),
}  # fmt: skip


def answered(connection: Connection, part: kpi.Part) -> set[int]:
    return {row["id"] for row in kpi.cases(connection, **DAYS, indicator="answer", part=part)}


def test_a_referral_counts_as_dealt_with_once_its_receipt_has_come(connection: Connection, world: World) -> None:
    waiting, received = dispatched(world, 1), dispatched(world, 2)
    Walk(world, waiting).to(State.REFERRED)
    Walk(world, received).to(State.REFERRED)("centre", Event.RECEIPT, reason="公安已立案，文号 12")
    (told,) = kpi.indicators(connection, **DAYS)
    assert [told.counts[one] for one in (Count.ANSWERED, Count.FILED, Count.REFERRED)] == [1, 2, 1]
    assert answered(connection, "numerator") == {received}
    assert answered(connection, "denominator") == {waiting, received}


def test_a_closed_ticket_is_dealt_with_and_a_reopened_one_is_not(connection: Connection, world: World) -> None:
    good, again = dispatched(world, 1), dispatched(world, 2)
    Walk(world, good).to(State.CLOSED)
    Walk(world, again).to(State.CLOSED)("centre", Event.REOPEN, reason="又停进来了")
    assert answered(connection, "numerator") == {good}
    assert kpi.indicators(connection, **DAYS)[0].counts[Count.ANSWERED] == 1


def test_what_was_closed_after_the_period_is_not_dealt_with_in_it(connection: Connection, world: World) -> None:
    Walk(world, dispatched(world, 1), NOW + timedelta(days=20)).to(State.CLOSED)
    (told,) = kpi.indicators(connection, **DAYS | {"as_of": NOW + timedelta(days=30)})
    assert told.counts[Count.ANSWERED] == 0


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


def test_a_street_counts_its_late_tickets_and_opens_to_them(connection: Connection, world: World) -> None:
    late, handed_in = dispatched(world, 1), dispatched(world, 2)
    Walk(world, handed_in).to(State.SUBMITTED)
    connection.execute(text('UPDATE address SET parts = \'{"road": "盛文路"}\''))
    found = closing.streets(connection, county=COUNTY, now=NOW + timedelta(days=9))
    assert [(row["street"], row["late"], row["village_name"]) for row in found] == [("盛文路", 1, "聚沙村村民委员会")]
    where = {"village": found[0]["village"], "street": "盛文路", "now": NOW + timedelta(days=9)}
    assert [row["id"] for row in closing.street_cases(connection, county=COUNTY, **where)] == [late]
    assert closing.streets(connection, county=COUNTY, now=NOW) == []
