"""A week of several people: who stands in, which days and hours a house may be seen, and that nothing due gets lost."""

from datetime import date, timedelta
from math import inf

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from gis.route import Route, plan_routes
from inspections.day import working_day
from inspections.fairness import shares
from inspections.plan import HouseState
from inspections.roster import Duty, OwnHours, Person, coverage, day_of, working_days
from inspections.visit import NextTry
from inspections.week import DAY_MINUTES, Roster, crews_of, early_danger, pairs_for, wanted, week_of

MONDAY = date(2026, 6, 15)
WEEK = working_days(MONDAY, 7)
USUAL = working_day({})
COUNTY = "320581"
LONG_AGO = date(2020, 1, 1)


def house(name: str, **told: object) -> HouseState:
    return HouseState(house_id=name, county=COUNTY, **{"colour": "green", "rooms": 2} | told)  # type: ignore[arg-type]


def away(first: date, days: int) -> tuple[tuple[date, date], ...]:
    return ((first, first + timedelta(days=days)),)


def main(grid: int, account: int) -> Duty:
    return Duty(grid, account, "main", LONG_AGO)


def backup(grid: int, account: int) -> Duty:
    return Duty(grid, account, "backup", LONG_AGO)


def roster(people: list[Person], duties: list[Duty], days: list[date] = WEEK, *, weekend: bool = False) -> Roster:
    known = {one.account_id: one for one in people}
    return Roster(known, coverage(duties, known, days), tuple(days), USUAL, weekend)


def test_the_backup_stands_in_while_the_main_is_away_and_not_a_day_longer() -> None:
    held = roster([Person(1, "甲", away(MONDAY, 2)), Person(2, "乙")], [main(10, 1), backup(10, 2)])
    assert [held.cover.on[day][10] for day in WEEK[:4]] == [2, 2, 1, 1]


def test_a_grid_whose_people_are_all_away_is_nobodys_that_day() -> None:
    held = roster([Person(1, "甲", away(MONDAY, 1)), Person(2, "乙", away(MONDAY, 1))], [main(10, 1), backup(10, 2)])
    assert 10 not in held.cover.on[MONDAY]
    assert held.cover.on[WEEK[1]][10] == 1


def test_weekends_are_worked_by_whoever_has_hours_on_them() -> None:
    own = OwnHours(LONG_AGO, None, frozenset({5, 6}), 540, 1020, 400)
    saturday = WEEK[5]
    assert day_of(Person(1, "甲"), saturday, USUAL) is None
    assert day_of(Person(1, "甲", hours=(own,)), saturday, USUAL) is not None
    assert day_of(Person(1, "甲", hours=(own,)), MONDAY, USUAL) is None


def test_a_house_that_falls_due_on_thursday_is_not_seen_before() -> None:
    one = wanted(house("h", last_visit_on=MONDAY - timedelta(days=87)), WEEK, grid_id=10)
    assert one is not None
    assert (one.days[0], one.windows[0][0]) == (WEEK[3], 3 * DAY_MINUTES)


def test_a_red_house_that_falls_due_on_thursday_is_wanted_by_friday_unless_that_cannot_be() -> None:
    held = roster([Person(1, "甲")], [main(10, 1)])
    red = wanted(house("h", colour="red", last_visit_on=MONDAY - timedelta(days=4)), WEEK, grid_id=10)
    assert red is not None
    opens = 3.0 * DAY_MINUTES
    assert week_of((1,), [red], roster=held, pairs=()).stops[0].windows == ((opens, opens + 2 * DAY_MINUTES),)
    assert week_of((1,), [red], roster=held, pairs=(), wide=True).stops[0].windows == ((opens, inf),)


def test_a_shut_door_may_be_tried_on_any_evening_from_its_day_on() -> None:
    one = wanted(house("h", next_try=NextTry.EVENING, retry_on=WEEK[1]), WEEK, grid_id=10)
    assert one is not None
    assert one.days == tuple(WEEK[1:5])
    assert one.windows[0] == (DAY_MINUTES + 17 * 60, DAY_MINUTES + 20 * 60 + 30)


def test_an_appointment_holds_its_day_and_hours() -> None:
    one = wanted(house("h", pinned_on=WEEK[2], pinned_window=(600.0, 660.0)), WEEK, grid_id=10)
    assert one is not None
    assert (one.windows, one.due.required) == (((2 * DAY_MINUTES + 600.0, 2 * DAY_MINUTES + 660.0),), True)


def test_only_those_who_share_a_house_or_go_together_are_planned_together() -> None:
    held = roster([Person(n, str(n)) for n in (1, 2, 3)], [main(10, 1), main(20, 2), main(30, 3)])
    houses = [one for n, grid in enumerate((10, 20, 30)) if (one := wanted(house(f"h{n}"), WEEK, grid_id=grid))]
    assert crews_of(houses, held.cover, ()) == [(1,), (2,), (3,)]
    assert crews_of(houses, held.cover, ((1, 3, MONDAY),)) == [(1, 3), (2,)]


def test_where_two_must_go_they_go_together_and_both_lose_those_hours() -> None:
    held = roster([Person(1, "甲"), Person(2, "乙")], [main(10, 1), main(20, 2)])
    door = wanted(house("h", colour="red"), WEEK, grid_id=10, needs=frozenset({"pair"}))
    assert door is not None
    pairs = pairs_for([door], held.cover, held.people, {1: [2], 2: [1]}, pair_minutes=USUAL.pair_minutes)
    assert pairs == [(1, 2, MONDAY)]
    week = week_of((1, 2), [door], roster=held, pairs=pairs)
    assert week.stops[0].shifts == {f"1+2:{MONDAY}"}
    mondays = [shift for shift in week.shifts if shift.id in (f"1:{MONDAY}", f"2:{MONDAY}")]
    assert {shift.max_minutes for shift in mondays} == {USUAL.max_minutes - USUAL.pair_minutes}


def test_a_visit_that_takes_a_skill_is_only_for_those_who_have_it() -> None:
    held = roster([Person(1, "甲"), Person(2, "乙", skills=frozenset({"gas"}))], [main(10, 1), main(20, 2)])
    doors = [wanted(house(f"h{grid}"), WEEK, grid_id=grid, needs=frozenset({"gas"})) for grid in (10, 20)]
    week = week_of((1, 2), [one for one in doors if one], roster=held, pairs=())
    assert [bool(stop.shifts) for stop in week.stops] == [False, True]


def test_the_most_dangerous_round_comes_first() -> None:
    held = roster([Person(1, "甲")], [main(10, 1)], WEEK[:2])
    doors = [wanted(house(name, colour=colour), WEEK[:2], grid_id=10)
             for name, colour in (("calm", "green"), ("grave", "orange"))]  # fmt: skip
    week = week_of((1,), [one for one in doors if one], roster=held, pairs=())
    far = np.array([[0, 90_000, 90_000], [90_000, 0, 180_000], [90_000, 180_000, 0]], dtype=float)
    plan = plan_routes(week.stops, week.shifts, metres=far * 0, minutes=far / 500, seconds=0.2)
    stops = {stop.id: stop for stop in week.stops}
    ordered = sorted(early_danger(plan.routes, week, stops), key=lambda route: route.start_minute)
    assert [route.stops for route in ordered] == [("grave",), ("calm",)]


def test_no_day_is_idle_before_a_round_that_could_be_on_it() -> None:
    held = roster([Person(1, "甲")], [main(10, 1)], WEEK[:3])
    door = wanted(house("h", colour="green"), WEEK[:3], grid_id=10)
    assert door is not None
    week = week_of((1,), [door], roster=held, pairs=())
    last = week.shifts[2]
    late = Route(last.id, ("h",), (last.start_minute + 5,), last.start_minute, 0.0, 20.0)
    assert [route.shift for route in early_danger([late], week, {"h": week.stops[0]})] == [week.shifts[0].id]


COLOURS = st.sampled_from(["red", "orange", "yellow", "green", "unseen"])


@st.composite
def weeks(draw: st.DrawFn):  # type: ignore[no-untyped-def]
    people = [
        Person(n, str(n), away(WEEK[draw(st.integers(0, 6))], draw(st.integers(1, 7))) if draw(st.booleans()) else ())
        for n in (1, 2)
    ]
    duties = [main(10, 1), main(20, 2), *([backup(10, 2)] if draw(st.booleans()) else [])]
    houses = []
    for n in range(draw(st.integers(0, 8))):
        told: dict[str, object] = {"colour": draw(COLOURS), "rooms": draw(st.integers(0, 12))}
        if draw(st.booleans()):
            told["last_visit_on"] = MONDAY - timedelta(days=draw(st.integers(0, 120)))
        if draw(st.booleans()):
            told |= {"next_try": draw(st.sampled_from(NextTry)), "retry_on": WEEK[draw(st.integers(0, 6))]}
        needs = frozenset(draw(st.sets(st.sampled_from(["pair", "gas"]), max_size=1)))
        one = wanted(house(f"h{n}", **told), WEEK, grid_id=draw(st.sampled_from([10, 20])), needs=needs)
        houses += [] if one is None else [one]
    return roster(people, duties), houses, draw(st.integers(0, 1000))


@settings(max_examples=30, deadline=None)
@given(weeks())
def test_every_due_house_is_on_one_list_or_among_the_reasons_and_only_when_and_by_whom_it_may(given_week) -> None:  # type: ignore[no-untyped-def]
    held, houses, seed = given_week
    pairs = pairs_for(houses, held.cover, held.people, {1: [2], 2: [1]}, pair_minutes=USUAL.pair_minutes)
    week = week_of((1, 2), houses, roster=held, pairs=pairs)
    at = np.random.default_rng(seed).uniform(0, 4000, (2 + len(houses), 2))
    metres = np.hypot(*(at[:, None] - at[None]).T)
    plan = plan_routes(week.stops, week.shifts, metres=metres, minutes=metres / 200, seed=seed, seconds=0.1)
    lists = [name for route in plan.routes for name in route.stops] + [left.stop for left in plan.unserved]
    assert sorted(lists) == sorted(one.due.house.house_id for one in houses)
    by_name = {one.due.house.house_id: one for one in houses}
    for route in plan.routes:
        day = week.days[route.shift]
        assert all(not held.people[one].is_away(day) for one in week.crews[route.shift])
        for name in route.stops:
            assert day in by_name[name].days
            assert held.cover.days_of(by_name[name].grid_id)[day] == week.crews[route.shift][0]
            assert ("pair" in by_name[name].needs) == (len(week.crews[route.shift]) == 2)


def test_shares_are_set_beside_the_mean_and_the_uneven_is_said() -> None:
    told = shares([(1, "甲", 400, 1000), (2, "乙", 200, 1000), (1, "甲", 100, 0)], most_uneven=1.25)
    assert [(one.account_id, round(one.of_mean_minutes, 2), one.uneven) for one in told] == [
        (1, 1.43, True), (2, 0.57, False),
    ]  # fmt: skip
