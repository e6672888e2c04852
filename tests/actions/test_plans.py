"""Days of inspectors: who is due, in which order, why, and what a person changes of it."""

from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import Connection, text

from actions.plans import make_plan
from actions.stops import NoPlanError, SkipReasonError, add_stop, skip_stop, unskip_stop
from db import plan
from db.errors import AlreadyRegisteredError
from gis.measure import distance_m
from inspections.access import RefusedError
from inspections.day import BadDayError, working_day
from tests import world as tiny

MONDAY = date(2026, 6, 15)
SECONDS = 0.2


def visited(connection: Connection, house_id: int, *, colour: str, days_ago: int, due_in: int) -> None:
    values = {
        "id": house_id,
        "colour": colour,
        "at": tiny.NOW - timedelta(days=days_ago),
        "due": MONDAY + timedelta(days=due_in),
    }
    connection.execute(
        text("UPDATE house SET colour = :colour, last_visit_at = :at, due_on = :due WHERE id = :id"), values
    )


def planned(connection: Connection, world: tiny.World, on: date = MONDAY, who: str = "inspector") -> list[dict]:
    return plan.today(connection, county=tiny.COUNTY, account_id=world.accounts[who], on=on)


def make(world: tiny.World, on: date = MONDAY, at: datetime = tiny.NOW, **options: object):
    return make_plan(actor=world.actors["centre"], on=on, at=at, seconds=SECONDS, **options)  # type: ignore[arg-type]


def test_every_inspector_gets_the_due_houses_of_their_own_grids(connection: Connection, world: tiny.World) -> None:
    summary = make(world)
    assert {one.account_id: one.stops for one in summary.rounds} == {
        world.accounts["inspector"]: 4,
        world.accounts["inspector2"]: 1,
    }
    stops = planned(connection, world)
    assert {stop["house_id"] for stop in stops} == {world.houses[n] for n in (1, 2, 3, 4)}
    assert [stop["seq"] for stop in stops] == [1, 2, 3, 4]
    assert all(plan.why(stop["reason"]) for stop in stops)
    assert {stop["house_id"] for stop in planned(connection, world, who="inspector2")} == {world.houses[5]}


def test_times_and_metres_of_a_round_follow_from_each_other(connection: Connection, world: tiny.World) -> None:
    make(world)
    stops = planned(connection, world)
    told = plan.of_day(connection, county=tiny.COUNTY, account_id=world.accounts["inspector"], on=MONDAY)
    assert told is not None
    lon, lat, free_at = told["start_lon"], told["start_lat"], None
    for stop in stops:
        straight_m = distance_m(lon, lat, stop["lon"], stop["lat"])
        assert stop["travel_m"] == pytest.approx(straight_m * told["detour_factor"], rel=0.01, abs=1)
        if free_at is not None:
            travel = timedelta(minutes=stop["travel_m"] / 250)
            assert stop["eta_at"] >= free_at + travel - timedelta(seconds=2)
        free_at = stop["eta_at"] + timedelta(minutes=stop["service_minutes"])
        lon, lat = stop["lon"], stop["lat"]
    assert stops[0]["eta_at"].astimezone(tiny.SHANGHAI).hour >= 8
    assert told["minutes"] <= told["shift_minutes"]
    assert told["metres"] >= sum(stop["travel_m"] for stop in stops) - 1


def test_a_house_seen_lately_is_left_alone_and_a_late_red_one_is_not(connection: Connection, world: tiny.World) -> None:
    visited(connection, world.houses[1], colour="green", days_ago=10, due_in=80)
    visited(connection, world.houses[2], colour="red", days_ago=10, due_in=-3)
    make(world)
    reasons = {stop["house_id"]: stop["reason"] for stop in planned(connection, world)}
    assert world.houses[1] not in reasons
    assert reasons[world.houses[2]]["why"] == "inspections.why.late"
    assert reasons[world.houses[2]]["late_days"] == 3
    assert "3" in plan.why(reasons[world.houses[2]])


def test_a_shut_door_is_tried_again_in_the_evening_and_not_before(connection: Connection, world: tiny.World) -> None:
    connection.execute(text("UPDATE house SET next_try = 'evening' WHERE id = :id"), {"id": world.houses[1]})
    connection.execute(
        text("INSERT INTO visit (county, house_id, account_id, state, outcome, next_try, submitted_at)"
             " VALUES (:c, :h, :a, 'submitted', 'nobody', 'evening', :at)"),
        {"c": tiny.COUNTY, "h": world.houses[1], "a": world.accounts["inspector"], "at": tiny.NOW},
    )  # fmt: skip
    make(world)
    assert world.houses[1] not in {stop["house_id"] for stop in planned(connection, world)}
    make(world, MONDAY + timedelta(days=1))
    again = {stop["house_id"]: stop for stop in planned(connection, world, MONDAY + timedelta(days=1))}
    assert again[world.houses[1]]["eta_at"].astimezone(tiny.SHANGHAI).hour >= 17


def test_a_house_planned_for_today_does_not_come_again_tomorrow(connection: Connection, world: tiny.World) -> None:
    make(world)
    make(world, MONDAY + timedelta(days=1))
    assert len(planned(connection, world)) == 4
    assert planned(connection, world, MONDAY + timedelta(days=1)) == []


def test_what_does_not_fit_is_told_with_its_reason(connection: Connection, world: tiny.World) -> None:
    connection.execute(text('UPDATE county SET settings = \'{"day": {"max_minutes": 15}}\''))
    (one, _) = make(world).rounds
    assert (one.due, one.stops, one.unserved) == (4, 1, 3)
    told = plan.of_day(connection, county=tiny.COUNTY, account_id=one.account_id, on=MONDAY)
    assert told is not None
    left = told["unserved"]
    assert {row["reason"] for row in left} == {"no_time"}
    on_round = {stop["house_id"] for stop in planned(connection, world)}
    assert on_round | {row["house_id"] for row in left} == {world.houses[n] for n in (1, 2, 3, 4)}
    assert all(row["extra_minutes"] > row["spare_minutes"] for row in left)


def test_planning_again_replaces_the_plan_and_keeps_what_was_done_or_skipped(
    connection: Connection, world: tiny.World
) -> None:
    make(world)
    before = planned(connection, world)
    skip_stop(before[1]["id"], "房东不在", actor=world.actors["inspector"])
    connection.execute(text("UPDATE stop SET state = 'done', done_at = now() WHERE id = :id"), {"id": before[0]["id"]})
    visited(connection, before[0]["house_id"], colour="green", days_ago=0, due_in=90)
    make(world)
    after = planned(connection, world)
    assert [(stop["house_id"], stop["state"]) for stop in after[:2]] == [
        (before[0]["house_id"], "done"), (before[1]["house_id"], "skipped"),
    ]  # fmt: skip
    assert after[1]["skip_reason"] == "房东不在"
    assert {stop["house_id"] for stop in after} == {stop["house_id"] for stop in before}
    states = connection.execute(text("SELECT state, count(*) FROM plan WHERE account_id = :a GROUP BY state"),
                                {"a": world.accounts["inspector"]})  # fmt: skip
    assert dict(states.tuples().all()) == {"published": 1, "replaced": 1}


def test_the_same_seed_makes_the_same_round(connection: Connection, world: tiny.World) -> None:
    make(world, seed=7)
    one = [(stop["house_id"], stop["eta_at"]) for stop in planned(connection, world)]
    make(world, seed=7)
    assert [(stop["house_id"], stop["eta_at"]) for stop in planned(connection, world)] == one


def test_a_stop_is_skipped_with_a_reason_by_its_own_inspector_and_taken_back(
    connection: Connection, world: tiny.World
) -> None:
    make(world)
    stop = planned(connection, world)[0]
    with pytest.raises(SkipReasonError):
        skip_stop(stop["id"], " ", actor=world.actors["inspector"])
    with pytest.raises(RefusedError):
        skip_stop(stop["id"], "没空", actor=world.actors["inspector2"])
    skip_stop(stop["id"], "房东约明天", actor=world.actors["inspector"])
    with pytest.raises(plan.StopMovedError):
        skip_stop(stop["id"], "再来一次", actor=world.actors["inspector"])
    unskip_stop(stop["id"], actor=world.actors["inspector"])
    assert planned(connection, world)[0]["state"] == "todo"
    with pytest.raises(plan.NoSuchStopError):
        skip_stop(-1, "没有这一站", actor=world.actors["inspector"])


def test_a_house_is_added_at_the_end_once(connection: Connection, world: tiny.World) -> None:
    visited(connection, world.houses[1], colour="green", days_ago=10, due_in=80)
    with pytest.raises(NoPlanError):
        add_stop(world.houses[1], actor=world.actors["inspector"], on=MONDAY)
    make(world)
    before = planned(connection, world)
    add_stop(world.houses[1], actor=world.actors["inspector"], on=MONDAY)
    after = planned(connection, world)
    assert after[-1]["house_id"] == world.houses[1]
    assert after[-1]["eta_at"] >= before[-1]["eta_at"] + timedelta(minutes=before[-1]["service_minutes"])
    with pytest.raises(AlreadyRegisteredError):
        add_stop(world.houses[1], actor=world.actors["inspector"], on=MONDAY)
    with pytest.raises(RefusedError):
        add_stop(world.houses[5], actor=world.actors["inspector"], on=MONDAY)


def test_only_the_centre_makes_plans(connection: Connection, world: tiny.World) -> None:
    for who in ("inspector", "fire", "leader", "admin"):
        with pytest.raises(RefusedError):
            make_plan(actor=world.actors[who], on=MONDAY, at=tiny.NOW, seconds=SECONDS)


def test_a_county_may_have_a_day_of_its_own_but_not_an_impossible_one() -> None:
    assert working_day({}).travel_mode == "ebike"
    assert working_day({"day": {"travel_mode": "walk", "max_minutes": 300}}).max_minutes == 300
    for wrong in ({"start_minute": 900, "end_minute": 600}, {"pool": 0}, {"lunch": 60}):
        with pytest.raises(BadDayError):
            working_day({"day": wrong})
