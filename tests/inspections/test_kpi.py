"""Indicators: the published bulletins, and for which counts a case stands."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inspections.deadline import NaiveTimeError
from inspections.kpi import (
    INDICATORS,
    BadPeriodError,
    BadRateError,
    Case,
    Count,
    Flags,
    count,
    flags,
    rate,
    rates,
    wilson,
)
from words import say

BULLETINS = [
    ("Zhengzhou 2019 week 15", "filing", 51229, 51571, "99.34"),
    ("Zhengzhou 2019 week 15", "dispatch", 49151, 51229, "95.94"),
    ("Zhengzhou 2019 week 15", "closure", 43523, 52434, "83.01"),
    ("Zhengzhou 2019 week 15", "closure_on_time", 40394, 52434, "77.04"),
    ("Zhengzhou 2019 week 15", "rework", 276, 52434, "0.53"),
    ("Zhengzhou 2019 week 15", "extension", 104, 52434, "0.20"),
    ("Huai'an May 2019", "closure", 13599, 14173, "95.95"),
    ("Huai'an May 2019", "handling_on_time", 13568, 14690, "92.36"),
    ("Huai'an May 2019", "closure_on_time", 13117, 14173, "92.55"),
    ("Tianmen December 2016", "closure", 911, 972, "93.72"),
    ("Tianmen December 2016", "closure_on_time", 737, 972, "75.82"),
]
FROM = datetime(2026, 3, 1, tzinfo=UTC)
TO = datetime(2026, 4, 1, tzinfo=UTC)
LATER = datetime(2026, 6, 1, tzinfo=UTC)


def _day(n):
    return FROM + timedelta(days=n)


def _flags(as_of=LATER, **times):
    whole = {"reported_at": _day(-20), "filed_at": _day(-20), "dispatched_at": _day(-20), **times}
    return flags(Case(**whole), from_at=FROM, to_at=TO, as_of=as_of)


@pytest.mark.parametrize(("bulletin", "key", "numerator", "denominator", "published"), BULLETINS)
def test_a_published_bulletin_is_reproduced(bulletin, key, numerator, denominator, published):
    row = next(row for row in INDICATORS if row.key == key)
    counts = {row.numerator: numerator, row.denominator: denominator}
    assert rate(counts[row.numerator], counts[row.denominator]).percent == Decimal(published), bulletin


def test_rates_take_their_numerator_and_denominator_from_the_counts():
    counts = {name: 100 for name in Count} | {Count.CLOSED_IN: 80, Count.CLOSED_ON_TIME: 60, Count.REWORKED: 1}
    found = rates(counts)
    assert found["closure"].percent == Decimal("80.00")
    assert found["closure_on_time"].percent == Decimal("60.00")
    assert found["rework"].percent == Decimal("1.00")
    assert set(found) == {row.key for row in INDICATORS}


def test_a_case_due_and_closed_in_the_period_is_closed_on_time():
    one = _flags(due_at=_day(10), handled_at=_day(8), closed_at=_day(9))
    assert (one.should_close, one.closed_in, one.closed_on_time, one.overdue_open) == (True, True, True, False)
    assert (one.should_handle, one.handled_on_time) == (True, True)


def test_a_case_closed_late_is_closed_but_not_on_time():
    one = _flags(due_at=_day(5), handled_at=_day(8), closed_at=_day(9))
    assert (one.closed_in, one.closed_on_time, one.handled_on_time) == (True, False, False)


def test_a_case_handled_in_time_and_verified_late_counts_for_the_department():
    one = _flags(due_at=_day(8), handled_at=_day(8), closed_at=_day(12))
    assert (one.handled_on_time, one.closed_on_time) == (True, False)


def test_an_old_late_case_stays_in_the_denominator_until_it_is_closed():
    one = _flags(due_at=_day(-10))
    assert (one.should_close, one.closed_in, one.overdue_open) == (True, False, True)


def test_a_case_closed_before_the_period_is_no_longer_to_be_closed():
    one = _flags(due_at=_day(5), handled_at=_day(-3), closed_at=_day(-2))
    assert (one.should_close, one.should_handle) == (False, False)


def test_a_case_not_due_yet_is_to_be_closed_only_if_it_was_closed():
    assert not _flags(due_at=_day(40)).should_close
    assert _flags(due_at=_day(40), handled_at=_day(3), closed_at=_day(4)).closed_on_time


def test_the_ends_of_the_period_are_half_open():
    assert _flags(due_at=TO).should_close is False
    assert _flags(due_at=TO, closed_at=TO).closed_in is False
    assert _flags(due_at=_day(3), closed_at=FROM).closed_in is True
    assert _flags(reported_at=FROM, filed_at=FROM).received is True
    assert _flags(reported_at=TO, filed_at=TO).received is False


def test_a_suspended_case_waits_until_its_approved_end():
    assert not _flags(due_at=_day(5), suspended_until=TO).should_close
    assert _flags(due_at=_day(5), suspended_until=_day(20)).should_close


def test_a_void_case_counts_nowhere():
    one = _flags(reported_at=_day(1), due_at=_day(5), voided_at=_day(6))
    assert not any(getattr(one, name) for name in Count)


def test_what_happens_after_the_day_asked_for_is_not_known():
    later = {"due_at": _day(5), "handled_at": _day(18), "closed_at": _day(19), "voided_at": _day(25)}
    one = _flags(as_of=_day(15), **later)
    assert (one.should_close, one.closed_in, one.overdue_open) == (True, False, True)
    assert _flags(as_of=_day(20), **later).closed_in
    assert not _flags(as_of=_day(30), **later).should_close


def test_rework_and_extension_count_among_cases_to_be_closed():
    assert _flags(due_at=_day(5), reworked_at=_day(2)).reworked
    assert _flags(due_at=_day(5), extended_at=_day(-2)).extended
    assert not _flags(due_at=_day(50), reworked_at=_day(2)).reworked


def test_filing_and_dispatch_count_the_cases_received_in_the_period():
    one = _flags(reported_at=_day(1), filed_at=_day(2), dispatched_at=None)
    assert (one.received, one.filed, one.dispatched) == (True, True, False)
    assert not _flags().filed


def test_counts_add_up_case_by_case():
    cases = [_flags(due_at=_day(5), closed_at=_day(4)), _flags(due_at=_day(5)), _flags(due_at=_day(99))]
    totals = count(cases)
    assert (totals[Count.SHOULD_CLOSE], totals[Count.CLOSED_IN]) == (2, 1)


moments = st.none() | st.integers(-60, 90).map(_day)


@given(moments, moments, moments, moments, moments, moments, moments, moments, st.integers(1, 90).map(_day))
def test_every_numerator_lies_within_its_denominator(filed, sent, due, done, closed, void, again, paused, as_of):
    case = Case(_day(-60), filed, sent, due, done, closed, void, again, again, paused)
    one = flags(case, from_at=FROM, to_at=TO, as_of=as_of)
    for row in INDICATORS:
        assert getattr(one, row.numerator) <= getattr(one, row.denominator), row.key


def test_flags_and_counts_have_the_same_names():
    assert set(Flags.__slots__) == {str(name) for name in Count}


def test_nothing_to_count_has_no_rate():
    assert rate(0, 0).percent is None


@pytest.mark.parametrize(("numerator", "denominator"), [(2, 1), (-1, 5), (1, 0)])
def test_a_part_larger_than_the_whole_is_refused(numerator, denominator):
    with pytest.raises(BadRateError):
        rate(numerator, denominator)


def test_a_period_that_ends_before_it_begins_is_refused():
    with pytest.raises(BadPeriodError):
        flags(Case(FROM), from_at=TO, to_at=FROM, as_of=LATER)
    with pytest.raises(NaiveTimeError):
        flags(Case(FROM), from_at=FROM, to_at=TO, as_of=datetime(2026, 1, 1))  # noqa: DTZ001


def test_wilsons_interval_is_the_textbooks():
    low, high = wilson(8, 10)
    assert (round(low, 4), round(high, 4)) == (0.4902, 0.9433)
    assert wilson(0, 10)[0] == 0
    assert wilson(10, 10)[1] == 1


@given(st.integers(1, 100_000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_the_interval_holds_the_rate(pair):
    found = rate(*pair)
    assert 0 <= found.low_percent <= found.percent <= found.high_percent <= 100


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_indicator_and_count_has_its_name_formula_and_meaning(lang):
    assert all(say(row.name_key, lang) and say(row.formula_key, lang) for row in INDICATORS)
    assert all(say(f"kpi.count.{name}", lang) and say(f"kpi.meaning.{name}", lang) for name in Count)
