"""A running day: a door that stayed shut, an emergency, somebody ill."""

from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import Connection, text

from actions.plans import make_plan
from actions.replan import (
    NothingToReplanError,
    come_again,
    insert_emergency,
    take_over_day,
)
from db import plan
from inspections.access import RefusedError
from inspections.visit import NextTry
from tests import world as tiny

MONDAY = date(2026, 6, 15)
TUESDAY = MONDAY + timedelta(days=1)
NOON = datetime(2026, 6, 15, 12, 0, tzinfo=tiny.SHANGHAI)


def make(world: tiny.World, on: date = MONDAY) -> None:
    make_plan(actor=world.actors["centre"], on=on, at=tiny.NOW, seconds=0.05)


def stops(connection: Connection, world: tiny.World, who: str = "inspector", on: date = MONDAY) -> list[dict]:
    return plan.today(connection, county=tiny.COUNTY, account_id=world.accounts[who], on=on)


def done(connection: Connection, stop_id: int) -> None:
    connection.execute(
        text("UPDATE stop SET state = 'done', done_at = :at WHERE id = :id"), {"at": NOON, "id": stop_id}
    )


def not_due(connection: Connection, *house_ids: int) -> None:
    connection.execute(
        text("UPDATE house SET colour = 'green', last_visit_at = :at, due_on = :on WHERE id = ANY(:ids)"),
        {"at": tiny.NOW, "on": MONDAY + timedelta(days=90), "ids": list(house_ids)},
    )


def test_a_door_that_stayed_shut_comes_back_on_the_evening_of_a_day_that_is_planned_already(
    connection: Connection, world: tiny.World
) -> None:
    not_due(connection, world.houses[1])
    make(world, TUESDAY)
    before = [stop["house_id"] for stop in stops(connection, world, on=TUESDAY)]
    rest = come_again(world.houses[1], actor=world.actors["inspector"], on=TUESDAY, next_try=NextTry.EVENING, at=NOON)
    assert rest is not None
    after = stops(connection, world, on=TUESDAY)
    assert [stop["house_id"] for stop in after] == [*before, world.houses[1]]
    assert after[-1]["eta_at"].astimezone(tiny.SHANGHAI).hour >= 17
    assert "晚间" in plan.why(after[-1]["reason"])


def test_a_door_tried_before_its_day_is_tried_again_on_the_evening_of_that_day(
    connection: Connection, world: tiny.World
) -> None:
    make(world, TUESDAY)
    before = sorted(stop["house_id"] for stop in stops(connection, world, on=TUESDAY))
    assert world.houses[2] in before
    come_again(world.houses[2], actor=world.actors["inspector"], on=TUESDAY, next_try=NextTry.EVENING, at=NOON)
    after = stops(connection, world, on=TUESDAY)
    assert sorted(stop["house_id"] for stop in after) == before
    late = next(stop for stop in after if stop["house_id"] == world.houses[2])
    assert late["eta_at"].astimezone(tiny.SHANGHAI).hour >= 17
    assert "晚间" in plan.why(late["reason"])


def test_a_day_that_is_not_planned_yet_is_left_to_planning(connection: Connection, world: tiny.World) -> None:
    told = come_again(world.houses[1], actor=world.actors["inspector"], on=TUESDAY, next_try=NextTry.EVENING, at=NOON)
    assert told is None


def test_an_emergency_is_shown_first_and_then_put_in_while_what_is_done_stays(
    connection: Connection, world: tiny.World
) -> None:
    not_due(connection, world.houses[4])
    make(world)
    first = stops(connection, world)[0]
    done(connection, first["id"])
    centre, who = world.actors["centre"], world.accounts["inspector"]
    trial = insert_emergency(world.houses[4], who, actor=centre, on=MONDAY, at=NOON, dry_run=True)
    assert [change.stop for change in trial.changes] == [str(world.houses[4])]
    assert len(stops(connection, world)) == 3
    insert_emergency(world.houses[4], who, actor=centre, on=MONDAY, at=NOON)
    after = stops(connection, world)
    assert (after[0]["house_id"], after[0]["state"]) == (first["house_id"], "done")
    assert len(after) == 4
    assert all(stop["eta_at"] >= NOON for stop in after[1:])
    with pytest.raises(RefusedError):
        insert_emergency(world.houses[5], who, actor=world.actors["inspector"], on=MONDAY, at=NOON)
    with pytest.raises(NothingToReplanError):
        insert_emergency(world.houses[5], who, actor=centre, on=TUESDAY, at=NOON)


def test_an_emergency_is_reached_soon_and_one_that_is_listed_is_drawn_forward(
    connection: Connection, world: tiny.World
) -> None:
    make(world)
    last = stops(connection, world)[-1]
    early = datetime(2026, 6, 15, 8, 31, tzinfo=tiny.SHANGHAI)
    insert_emergency(last["house_id"], world.accounts["inspector"], actor=world.actors["centre"], on=MONDAY, at=early)
    after = stops(connection, world)
    assert len(after) == 4
    drawn = next(stop for stop in after if stop["house_id"] == last["house_id"])
    assert drawn["eta_at"] <= early + timedelta(minutes=90)
    assert drawn["reason"]["why"] == "inspections.why.emergency"
    assert drawn["reason"]["required"]


def test_an_emergency_that_nobody_reaches_in_time_is_put_in_all_the_same(
    connection: Connection, world: tiny.World
) -> None:
    not_due(connection, world.houses[4])
    make(world)
    night = datetime(2026, 6, 15, 5, 0, tzinfo=tiny.SHANGHAI)
    rest = insert_emergency(
        world.houses[4], world.accounts["inspector"], actor=world.actors["centre"], on=MONDAY, at=night
    )
    assert str(world.houses[4]) not in rest.unserved
    assert world.houses[4] in [stop["house_id"] for stop in stops(connection, world)]


def test_when_somebody_falls_ill_others_take_the_rest_and_nothing_gets_lost(
    connection: Connection, world: tiny.World
) -> None:
    make(world)
    mine = stops(connection, world)
    done(connection, mine[0]["id"])
    ill, other = world.accounts["inspector"], world.accounts["inspector2"]
    rest = take_over_day(ill, [other], actor=world.actors["centre"], on=MONDAY, at=NOON)
    assert rest.published
    left = stops(connection, world)
    assert [(stop["house_id"], stop["state"]) for stop in left] == [(mine[0]["house_id"], "done")]
    taken = {stop["house_id"] for stop in stops(connection, world, "inspector2")}
    told = plan.of_day(connection, county=tiny.COUNTY, account_id=ill, on=MONDAY)
    assert told is not None
    assert taken | {row["house_id"] for row in told["unserved"]} == {stop["house_id"] for stop in mine[1:]} | {
        world.houses[5]
    }


def test_a_house_that_found_no_room_is_on_one_list_only_once_it_is_an_emergency(
    connection: Connection, world: tiny.World
) -> None:
    connection.execute(text('UPDATE county SET settings = \'{"day": {"max_minutes": 35}}\''))
    make(world)
    who = world.accounts["inspector"]
    told = plan.of_day(connection, county=tiny.COUNTY, account_id=who, on=MONDAY)
    assert told is not None
    left = [row["house_id"] for row in told["unserved"]]
    insert_emergency(left[0], who, actor=world.actors["centre"], on=MONDAY, at=tiny.NOW)
    again = plan.of_day(connection, county=tiny.COUNTY, account_id=who, on=MONDAY)
    assert again is not None
    lists = [stop["house_id"] for stop in stops(connection, world)] + [row["house_id"] for row in again["unserved"]]
    assert sorted(lists) == sorted(world.houses[n] for n in (1, 2, 3, 4))
    assert left[0] in {stop["house_id"] for stop in stops(connection, world)}


def test_a_day_planned_anew_is_no_longer_than_the_shift(connection: Connection, world: tiny.World) -> None:
    connection.execute(text('UPDATE county SET settings = \'{"day": {"max_minutes": 35}}\''))
    make(world)
    before = stops(connection, world)
    done(connection, before[0]["id"])
    who = world.accounts["inspector"]
    told = plan.of_day(connection, county=tiny.COUNTY, account_id=who, on=MONDAY)
    assert told is not None
    insert_emergency(told["unserved"][0]["house_id"], who, actor=world.actors["centre"], on=MONDAY, at=NOON)
    after = [stop for stop in stops(connection, world) if stop["state"] != "skipped"]
    assert sum(stop["service_minutes"] for stop in after) <= 35
