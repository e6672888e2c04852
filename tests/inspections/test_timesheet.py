"""Hours from visits: nothing twice, nothing lost, a form left open is no work."""

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inspections.deadline import SHANGHAI
from inspections.timesheet import LONGEST, PAUSE, Planned, Seen, day_rows, totals

DAY = date(2026, 6, 15)
MIDNIGHT = datetime(2026, 6, 15, tzinfo=SHANGHAI)


def seen(begin: float, end: float, *, house: int = 1, who: int = 1, entered: bool = True) -> Seen:
    return Seen(who, house, MIDNIGHT + timedelta(minutes=begin), MIDNIGHT + timedelta(minutes=end), entered)


def test_a_morning_is_doors_ways_and_a_pause() -> None:
    visits = [seen(540, 560), seen(570, 600, house=2, entered=False), seen(720, 735, house=3)]
    (row,) = day_rows(visits, [Planned(1, DAY, 5, 3, 90.0, 25.0)])
    assert (row.visits, row.houses, row.entered) == (3, 3, 2)
    assert (row.door_minutes, row.way_minutes, row.pause_minutes) == (65, 10, 120)
    assert (row.first_at, row.last_at) == (MIDNIGHT + timedelta(minutes=540), MIDNIGHT + timedelta(minutes=735))
    assert (row.planned_stops, row.planned_done, row.planned_door_minutes, row.planned_way_minutes) == (5, 3, 90, 25)


def test_a_form_left_open_counts_two_hours_and_not_into_the_day_before() -> None:
    (row,) = day_rows([seen(-300, 600)], [])
    assert row.door_minutes == LONGEST / timedelta(minutes=1)
    (early,) = day_rows([seen(-300, 30)], [])
    assert early.door_minutes == 30


def test_two_visits_at_once_count_once_and_a_house_seen_twice_is_one_house() -> None:
    (row,) = day_rows([seen(540, 600), seen(560, 610)], [])
    assert (row.visits, row.houses, row.door_minutes) == (2, 1, 70)


def test_the_day_is_that_of_shanghai() -> None:
    begin, end = (datetime.fromisoformat(f"2026-06-14T16:{minute}+00:00") for minute in (10, 30))
    late = Seen(1, 1, begin, end, entered=True)
    assert [row.on for row in day_rows([late], [])] == [DAY]


def test_a_planned_day_without_a_visit_is_told_too() -> None:
    (row,) = day_rows([], [Planned(2, DAY, 4, 0, 60.0, 20.0)])
    assert (row.account_id, row.first_at, row.visits, row.door_minutes, row.planned_stops) == (2, None, 0, 0.0, 4)
    assert totals([row])[0].days == 0


minutes = st.tuples(st.floats(0, 1300), st.floats(0, 139)).map(lambda pair: (pair[0], pair[0] + pair[1]))


@given(st.lists(st.tuples(minutes, st.integers(1, 5), st.integers(1, 3)), max_size=12))
def test_doors_ways_and_pauses_add_up_to_the_time_between_first_and_last(told) -> None:
    visits = [seen(*span, house=house, who=who) for span, house, who in told]
    rows = day_rows(visits, [])
    assert sum(row.visits for row in rows) == len(visits)
    for row in rows:
        assert row.first_at is not None
        assert row.last_at is not None
        whole = (row.last_at - row.first_at) / timedelta(minutes=1)
        assert row.door_minutes + row.way_minutes + row.pause_minutes == pytest.approx(whole, abs=1e-6)
        assert min(row.door_minutes, row.way_minutes, row.pause_minutes) >= 0
        assert row.pause_minutes == 0 or row.pause_minutes > PAUSE / timedelta(minutes=1)
        assert row.entered <= row.houses <= row.visits


@given(st.lists(st.tuples(minutes, st.integers(1, 5), st.integers(1, 3)), max_size=12), st.randoms())
def test_the_order_in_which_visits_come_does_not_matter(told, random) -> None:
    visits = [seen(*span, house=house, who=who) for span, house, who in told]
    mixed = visits.copy()
    random.shuffle(mixed)
    assert day_rows(mixed, []) == day_rows(visits, [])
    assert [one.visits for one in totals(day_rows(visits, []))] == [
        sum(v.account_id == who for v in visits) for who in sorted({v.account_id for v in visits})
    ]
