"""A year of holidays as a county enters it, and the deadlines that follow it."""

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inspections.deadline import SHANGHAI, Spec, due_at, national_calendar
from inspections.holiday import BadCalendarError, calendar_of, earliest, moved, read_year, unpublished

NATIONAL = national_calendar()
YEAR_2027 = """
year = 2027
source = "国办发明电〔2026〕0号"
holidays = [2027-01-01, [2027-02-05, 2027-02-11]]
workdays = [2027-01-31]
"""
FULL = calendar_of([read_year(YEAR_2027)]).over(NATIONAL)
STARTS = st.datetimes(datetime(2026, 11, 1), datetime(2027, 2, 12))  # noqa: DTZ001
WORKING = st.builds(Spec, st.sampled_from(["working_days", "working_hours"]), st.integers(1, 40))


def _at(*parts):
    return datetime(*parts, tzinfo=SHANGHAI)


def test_a_year_is_read_with_its_spans():
    year = read_year(YEAR_2027)
    assert (year.year, len(year.holidays), year.workdays) == (2027, 8, frozenset({date(2027, 1, 31)}))
    assert date(2027, 2, 11) in year.holidays


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (("year = 2027", "year = 1999"), "no_year"),
        (("year = 2027", "year = true"), "no_year"),
        (('source = "国办发明电〔2026〕0号"', 'source = " "'), "no_source"),
        (("2027-01-01,", "2026-01-01,"), "bad_holidays"),
        (("[2027-02-05, 2027-02-11]", "[2027-02-11, 2027-02-05]"), "bad_holidays"),
        (("2027-01-01,", '"2027-01-01",'), "bad_holidays"),
        (("2027-01-01,", "2027-01-01T09:00:00,"), "bad_holidays"),
        (("holidays = [2027-01-01, [2027-02-05, 2027-02-11]]", "holidays = []"), "no_holidays"),
        (("workdays = [2027-01-31]", ""), "no_workdays"),
        (("workdays = [2027-01-31]", "workdays = [2027-02-06]"), "both"),
        (("workdays = [2027-01-31]", "workdays = [2027-02-01]"), "no_weekend"),
        (("year = 2027", "year ="), "not_toml"),
    ],
)
def test_a_wrong_year_is_refused_and_says_why(change, problem):
    with pytest.raises(BadCalendarError) as refused:
        read_year(YEAR_2027.replace(*change))
    assert refused.value.fields["problem"] == problem


def test_a_county_s_year_takes_the_place_of_the_product_s():
    own = calendar_of([read_year(YEAR_2027.replace("2027", "2026").replace("[2026-01-31]", "[2026-01-31]"))])
    assert own.over(NATIONAL).is_workday(date(2026, 10, 1))
    assert not own.over(NATIONAL).is_workday(date(2026, 2, 5))
    assert own.over(NATIONAL).is_workday(date(2025, 9, 28))


def test_a_deadline_over_new_year_moves_by_the_day_off():
    parts = [(_at(2026, 12, 30, 10), Spec("working_days", 3))]
    old = earliest(parts, NATIONAL)
    assert old == _at(2027, 1, 4, 17)
    assert unpublished(parts, NATIONAL) == (2027,)
    assert moved(old, parts, before=NATIONAL, calendar=FULL) == _at(2027, 1, 5, 17)
    assert unpublished(parts, FULL) == ()


def test_a_deadline_a_person_set_stays():
    parts = [(_at(2026, 12, 30, 10), Spec("working_days", 3))]
    assert moved(_at(2027, 1, 20, 17), parts, before=NATIONAL, calendar=FULL) is None


def test_of_several_things_the_first_due_decides():
    parts = [(_at(2026, 12, 30, 10), Spec("working_days", 3)), (_at(2026, 12, 30, 10), Spec("hours", 24))]
    assert moved(earliest(parts, NATIONAL), parts, before=NATIONAL, calendar=FULL) is None


@given(STARTS, WORKING, st.timedeltas(timedelta(), timedelta(days=30)))
def test_what_was_reckoned_without_a_year_ends_where_it_would_have_with_it_and_only_once(start, spec, paused):
    begin = start.replace(tzinfo=SHANGHAI)
    old, right = (due_at(begin, spec, one) + paused for one in (NATIONAL, FULL))
    new = moved(old, [(begin, spec)], before=NATIONAL, calendar=FULL, paused=paused)
    assert (new or old) == right
    assert moved(right, [(begin, spec)], before=FULL, calendar=FULL, paused=paused) is None
    # An update of the product that brings the year finds what was reckoned before it just as well.
    assert moved(old, [(begin, spec)], before=FULL, calendar=FULL, paused=paused) == new
