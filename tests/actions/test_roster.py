"""The roster: leave, hours, skills, appointments, hand-over, and what a week's plan makes of them."""

from datetime import date, timedelta

import pytest
from sqlalchemy import Connection, text

from actions.grids import assign_duty, end_duty
from actions.plans import PlanSummary, make_plan
from actions.roster import (
    Hours,
    HoursError,
    LeaveEndsBeforeError,
    NoSuchInspectorError,
    WindowError,
    arrange,
    call_off,
    give_leave,
    hand_over,
    set_hours,
    set_skills,
    take_back_leave,
)
from db import plan, roster
from db.errors import AlreadyRegisteredError, OverlapError
from db.register import NewHouse, add
from inspections.access import RefusedError
from tests import world as tiny

MONDAY = date(2026, 6, 15)
FRIDAY = MONDAY + timedelta(days=4)


def make(world: tiny.World, days: int = 5) -> PlanSummary:
    return make_plan(actor=world.actors["centre"], on=MONDAY, days=days, at=tiny.NOW, seconds=0.05)


def listed(connection: Connection, world: tiny.World, who: str, days: int = 5) -> dict[int, date]:
    found = {}
    for step in range(days):
        on = MONDAY + timedelta(days=step)
        for stop in plan.today(connection, county=tiny.COUNTY, account_id=world.accounts[who], on=on):
            assert stop["house_id"] not in found
            found[stop["house_id"]] = on
    return found


def vacant(connection: Connection, on: date = MONDAY) -> list[str]:
    return [row["code"] for row in roster.vacancies(connection, county=tiny.COUNTY, on=on)]


def test_a_grid_is_vacant_without_a_main_or_while_the_main_is_away_and_nobody_stands_in(
    connection: Connection, world: tiny.World
) -> None:
    assert vacant(connection) == [tiny.FAR]
    give_leave(world.accounts["inspector"], actor=world.actors["centre"], first=MONDAY, last=MONDAY)
    assert vacant(connection) == [tiny.WEST, tiny.FAR]
    assign_duty([world.grids[tiny.WEST]], world.accounts["inspector2"], actor=world.actors["centre"],
                since=MONDAY, kind="backup")  # fmt: skip
    assert vacant(connection) == [tiny.FAR]
    assert vacant(connection, MONDAY + timedelta(days=1)) == [tiny.FAR]


def test_while_the_main_is_away_the_backup_goes_to_the_houses(connection: Connection, world: tiny.World) -> None:
    centre = world.actors["centre"]
    assign_duty([world.grids[tiny.WEST]], world.accounts["inspector2"], actor=centre, since=MONDAY, kind="backup")
    give_leave(world.accounts["inspector"], actor=centre, first=MONDAY, last=FRIDAY, kind="sick")
    summary = make(world)
    assert {one.account_id for one in summary.rounds} == {world.accounts["inspector2"]}
    west = {world.houses[n] for n in (1, 2, 3, 4)}
    assert set(listed(connection, world, "inspector2")) == west | {world.houses[5]}
    assert (summary.nobody, summary.missing) == ({}, {})


def test_a_backup_without_grids_of_their_own_keeps_the_houses_when_the_week_is_planned_again(
    connection: Connection, world: tiny.World
) -> None:
    centre = world.actors["centre"]
    end_duty(world.grids[tiny.EAST], actor=centre, on=MONDAY)
    assign_duty([world.grids[tiny.WEST]], world.accounts["inspector2"], actor=centre, since=MONDAY, kind="backup")
    give_leave(world.accounts["inspector"], actor=centre, first=MONDAY, last=FRIDAY)
    west = {world.houses[n] for n in (1, 2, 3, 4)}
    for _ in range(2):
        make(world)
        assert set(listed(connection, world, "inspector2")) == west


def test_people_who_share_houses_come_to_much_the_same_minutes_and_nothing_is_lost(
    connection: Connection, world: tiny.World
) -> None:
    add(connection, county=tiny.COUNTY, houses=[
        NewHouse(village=tiny.VILLAGE, address=f"{n + 20}号", lon=120.9021 + n % 5 * 4e-4, lat=31.7051 + n // 5 * 4e-4,
                 let_status="let", rooms_let=2)
        for n in range(20)
    ])  # fmt: skip
    centre = world.actors["centre"]
    assign_duty([world.grids[tiny.WEST]], world.accounts["inspector2"], actor=centre, since=MONDAY, kind="backup")
    give_leave(world.accounts["inspector"], actor=centre, first=MONDAY, last=MONDAY)
    summary = make(world, days=2)
    assert {one.name for one in summary.shares} == {"网格员甲", "网格员乙"}
    assert max(one.of_mean_minutes for one in summary.shares) <= 1.25
    assert sum(one.stops for one in summary.rounds) == 25
    assert (summary.nobody, summary.missing) == ({}, {})


def test_planning_somebody_on_leave_plans_whoever_stands_in(connection: Connection, world: tiny.World) -> None:
    centre, main = world.actors["centre"], world.accounts["inspector"]
    assign_duty([world.grids[tiny.WEST]], world.accounts["inspector2"], actor=centre, since=MONDAY, kind="backup")
    give_leave(main, actor=centre, first=MONDAY, last=MONDAY)
    make_plan(actor=centre, on=MONDAY, at=tiny.NOW, seconds=0.05, inspectors=[main])
    assert set(listed(connection, world, "inspector2", 1)) == {world.houses[n] for n in (1, 2, 3, 4, 5)}


def test_grids_are_handed_over_to_an_inspector_only(connection: Connection, world: tiny.World) -> None:
    with pytest.raises(NoSuchInspectorError):
        hand_over(world.accounts["inspector"], world.accounts["leader"], actor=world.actors["centre"], on=MONDAY)


def test_houses_that_nobody_looks_after_are_said_by_grid(connection: Connection, world: tiny.World) -> None:
    give_leave(world.accounts["inspector"], actor=world.actors["centre"], first=MONDAY, last=FRIDAY)
    assert make(world).as_dict()["nobody"] == {tiny.WEST: 4}


def test_a_leave_may_not_overlap_nor_end_before_it_begins_and_is_taken_back(
    connection: Connection, world: tiny.World
) -> None:
    centre, who = world.actors["centre"], world.accounts["inspector"]
    with pytest.raises(LeaveEndsBeforeError):
        give_leave(who, actor=centre, first=FRIDAY, last=MONDAY)
    with pytest.raises(NoSuchInspectorError):
        give_leave(-1, actor=centre, first=MONDAY, last=FRIDAY)
    with pytest.raises(RefusedError):
        give_leave(who, actor=world.actors["inspector"], first=MONDAY, last=FRIDAY)
    leave = give_leave(who, actor=centre, first=MONDAY, last=FRIDAY)
    with pytest.raises(OverlapError):
        give_leave(who, actor=centre, first=FRIDAY, last=FRIDAY)
    take_back_leave(leave, actor=centre)
    assert vacant(connection) == [tiny.FAR]
    with pytest.raises(roster.NoSuchLeaveError):
        take_back_leave(leave, actor=centre)


def test_hours_of_ones_own_hold_on_their_weekdays_only(connection: Connection, world: tiny.World) -> None:
    hours = Hours((1, 3), 540, 720, 180, "walk", (120.9025, 31.7055))
    set_hours(world.accounts["inspector"], hours, actor=world.actors["centre"], since=MONDAY)
    summary = make(world)
    days = {one.on.weekday() for one in summary.rounds if one.account_id == world.accounts["inspector"]}
    assert days == {1, 3}
    told = plan.of_day(connection, county=tiny.COUNTY, account_id=world.accounts["inspector"], on=MONDAY + timedelta(1))
    assert told is not None
    assert (told["travel_mode"], told["shift_minutes"], round(told["start_lon"], 4)) == ("walk", 180, 120.9025)
    with pytest.raises(HoursError):
        Hours((), 540, 720, 60)
    with pytest.raises(HoursError):
        Hours((1,), 720, 540, 60)


def test_an_appointment_is_kept_at_its_hour_and_called_off_again(connection: Connection, world: tiny.World) -> None:
    centre, wednesday = world.actors["centre"], MONDAY + timedelta(days=2)
    key = arrange(world.houses[2], actor=centre, on=wednesday, window=(600, 660))
    with pytest.raises(AlreadyRegisteredError):
        arrange(world.houses[2], actor=centre, on=wednesday)
    with pytest.raises(WindowError):
        arrange(world.houses[2], actor=centre, on=FRIDAY, window=(660, 600))
    with pytest.raises(RefusedError):
        arrange(world.houses[2], actor=world.actors["inspector2"], on=FRIDAY)
    make(world)
    stops = plan.today(connection, county=tiny.COUNTY, account_id=world.accounts["inspector"], on=wednesday)
    kept = {stop["house_id"]: stop["eta_at"].astimezone(tiny.SHANGHAI) for stop in stops}
    assert kept[world.houses[2]].hour == 10
    call_off(key, actor=centre)
    with pytest.raises(roster.NoSuchAppointmentError):
        call_off(key, actor=centre)


def test_a_week_is_planned_at_once_and_no_house_comes_twice(connection: Connection, world: tiny.World) -> None:
    connection.execute(text('UPDATE county SET settings = \'{"day": {"max_minutes": 25}}\''))
    summary = make(world)
    assert set(listed(connection, world, "inspector")) == {world.houses[n] for n in (1, 2, 3, 4)}
    assert len({one.on for one in summary.rounds if one.stops}) > 1
    batch = plan.last_batch(connection, county=tiny.COUNTY, on=FRIDAY)
    assert batch is not None
    assert (batch["first_on"], batch["last_on"], batch["detail"]["due"]) == (MONDAY, FRIDAY, 5)
    again = make(world)
    assert set(listed(connection, world, "inspector")) == {world.houses[n] for n in (1, 2, 3, 4)}
    assert again.due == summary.due


def test_what_must_be_seen_and_cannot_is_said_in_numbers_with_how_many_more_would_do(
    connection: Connection, world: tiny.World
) -> None:
    connection.execute(text('UPDATE county SET settings = \'{"day": {"max_minutes": 15}}\''))
    connection.execute(text("UPDATE house SET colour = 'red', last_visit_at = :at, due_on = :on"),
                       {"at": tiny.NOW - timedelta(days=30), "on": MONDAY - timedelta(days=23)})  # fmt: skip
    summary = make(world, days=1)
    assert summary.missing == {"red": 3}
    assert summary.more == 3


def test_two_go_together_where_a_dangerous_door_refused_the_last_visit(
    connection: Connection, world: tiny.World
) -> None:
    assign_duty([world.grids[tiny.WEST]], world.accounts["inspector2"], actor=world.actors["centre"], since=MONDAY,
                kind="backup")  # fmt: skip
    visit = connection.execute(
        text("INSERT INTO visit (county, house_id, account_id, state, outcome, submitted_at)"
             " VALUES (:c, :h, :a, 'submitted', 'refused', :at) RETURNING id"),
        {"c": tiny.COUNTY, "h": world.houses[4], "a": world.accounts["inspector"], "at": tiny.NOW - timedelta(days=3)},
    ).scalar_one()  # fmt: skip
    connection.execute(
        text("INSERT INTO finding (county, visit_id, house_id, rule_code, severity, lead, basis, certainty, words_zh,"
             " words_en, found_at) VALUES (:c, :v, :h, 'FI07', 1, 'fire', 'b', 'C', 'z', 'e', :at)"),
        {"c": tiny.COUNTY, "v": visit, "h": world.houses[4], "at": tiny.NOW - timedelta(days=3)},
    )  # fmt: skip
    make(world, days=1)
    both = [
        {stop["house_id"]: stop for stop in plan.today(connection, county=tiny.COUNTY,
                                                       account_id=world.accounts[who], on=MONDAY)}[world.houses[4]]
        for who in ("inspector", "inspector2")
    ]  # fmt: skip
    assert both[0]["eta_at"] == both[1]["eta_at"]
    assert both[0]["reason"]["with"] == [world.accounts["inspector2"]]


def test_skills_begin_and_end_by_day(connection: Connection, world: tiny.World) -> None:
    who, centre = world.accounts["inspector"], world.actors["centre"]
    set_skills(who, ["fire", "gas"], actor=centre, since=MONDAY)
    set_skills(who, ["gas"], actor=centre, since=FRIDAY)

    def held(on: date) -> list[str]:
        return [row["skill"] for row in roster.skills(connection, county=tiny.COUNTY, first=on, last=on)]

    assert (held(MONDAY), held(FRIDAY)) == (["fire", "gas"], ["gas"])


def test_handing_over_lists_the_open_work_and_puts_the_other_in_place(
    connection: Connection, world: tiny.World
) -> None:
    make(world, days=1)
    work = hand_over(world.accounts["inspector"], world.accounts["inspector2"], actor=world.actors["centre"], on=MONDAY)
    assert sum(row["n"] for row in work["due"]) == 4
    assert work["stops"] == [{"on_date": MONDAY, "n": 4}]
    make(world, days=1)
    assert set(listed(connection, world, "inspector2", 1)) >= {world.houses[n] for n in (1, 2, 3, 4)}
