"""Clocks: working days with holidays and moved workdays, natural hours for the critical."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inspections.deadline import (
    SHANGHAI,
    BadDeadlineError,
    NaiveTimeError,
    Spec,
    clock,
    due,
    due_at,
    national_calendar,
)
from words import say

CALENDAR = national_calendar()


def _at(*parts):
    return datetime(*parts, tzinfo=SHANGHAI)


def test_hours_run_round_the_clock_and_over_holidays():
    assert due_at(_at(2026, 9, 30, 20), Spec("hours", 24), CALENDAR) == _at(2026, 10, 1, 20)


def test_days_end_with_the_last_calendar_day():
    assert due_at(_at(2026, 3, 1, 9), Spec("days", 15), CALENDAR) == _at(2026, 3, 16, 23, 59, 59)


def test_working_days_skip_the_national_holiday():
    assert due_at(_at(2026, 9, 30, 9), Spec("working_days", 1), CALENDAR) == _at(2026, 10, 8, 17)


def test_a_moved_saturday_is_a_working_day():
    assert CALENDAR.is_workday(date(2026, 10, 10))
    assert due_at(_at(2026, 10, 9, 9), Spec("working_days", 1), CALENDAR) == _at(2026, 10, 10, 17)


def test_a_holiday_on_a_weekday_is_no_working_day():
    assert not CALENDAR.is_workday(date(2025, 10, 8))
    assert CALENDAR.is_workday(date(2025, 10, 9))


@pytest.mark.parametrize(("year", "workdays"), [(2025, 248), (2026, 248)])
def test_the_published_years_have_the_known_number_of_working_days(year, workdays):
    days = (date(year, 1, 1) + timedelta(days=n) for n in range(365))
    assert sum(CALENDAR.is_workday(day) for day in days) == workdays


@pytest.mark.parametrize(
    ("start", "hours", "end"),
    [
        (_at(2026, 3, 2, 10), 4, _at(2026, 3, 2, 15)),
        (_at(2026, 3, 2, 16), 4, _at(2026, 3, 3, 12)),
        (_at(2026, 3, 2, 20), 4, _at(2026, 3, 3, 14)),
        (_at(2026, 3, 2, 12, 30), 1, _at(2026, 3, 2, 14)),
        (_at(2026, 3, 6, 16, 30), 1, _at(2026, 3, 9, 9, 30)),
    ],
)
def test_working_hours_run_in_office_hours_only(start, hours, end):
    assert due_at(start, Spec("working_hours", hours), CALENDAR) == end


def test_a_year_not_published_counts_weekdays_and_says_so():
    result = due(_at(2026, 12, 28, 9), Spec("working_days", 10), CALENDAR)
    assert result.at == _at(2027, 1, 11, 17)
    assert result.unpublished == (2027,)


def test_natural_hours_need_no_calendar():
    assert due(_at(2030, 1, 1, 9), Spec("hours", 24), CALENDAR).unpublished == ()


def test_a_time_without_zone_is_refused():
    with pytest.raises(NaiveTimeError):
        due_at(datetime(2026, 3, 1, 9), Spec("days", 1), CALENDAR)  # noqa: DTZ001
    with pytest.raises(NaiveTimeError):
        clock(datetime(2026, 3, 1, 9), _at(2026, 3, 1, 9))  # noqa: DTZ001


def test_another_zone_is_the_same_moment():
    utc = datetime(2026, 3, 1, 17, tzinfo=UTC)
    assert due_at(utc, Spec("days", 1), CALENDAR) == _at(2026, 3, 3, 23, 59, 59)


@pytest.mark.parametrize(
    "raw", [{}, {"days": 0}, {"days": -1}, {"days": 1.5}, {"days": True}, {"moons": 1}, {"days": 1, "hours": 1}]
)
def test_a_wrong_deadline_is_refused(raw):
    with pytest.raises(BadDeadlineError):
        Spec.read(raw)


def test_a_deadline_reads_back_what_it_writes():
    assert Spec.read(Spec("working_hours", 4).as_dict()) == Spec("working_hours", 4)


@pytest.mark.parametrize(
    ("left", "state", "zh"),
    [
        (timedelta(days=2, hours=4), "normal", "还剩 2 天 4 小时"),
        (timedelta(hours=24), "soon", "还剩 1 天 0 小时"),
        (timedelta(hours=3, minutes=5), "soon", "还剩 3 小时 5 分钟"),
        (timedelta(0), "soon", "还剩 0 分钟"),
        (-timedelta(minutes=7), "late", "超期 7 分钟"),
        (-timedelta(hours=5), "late", "超期 5 小时"),
        (-timedelta(days=3, hours=1), "late", "超期 3 天"),
    ],
)
def test_the_clock_speaks_as_people_do(left, state, zh):
    now = _at(2026, 3, 1, 9)
    shown = clock(now, now + left)
    assert shown.state == state
    assert say(shown.key, "zh", **shown.params) == zh
    assert say(shown.key, "en", **shown.params)


@given(
    st.datetimes(datetime(2025, 1, 1), datetime(2026, 11, 30)),  # noqa: DTZ001
    st.sampled_from(["hours", "days", "working_hours", "working_days"]),
    st.integers(1, 30),
)
def test_a_longer_deadline_is_never_earlier_and_working_time_ends_in_office_hours(start, unit, amount):
    begin = start.replace(tzinfo=SHANGHAI)
    end, later = (due_at(begin, Spec(unit, n), CALENDAR) for n in (amount, amount + 1))
    assert begin < end < later
    if unit.startswith("working"):
        assert CALENDAR.is_workday(end.date())
        assert 9 <= end.hour <= 17
