"""The bulletin: its periods, its order, who is named last and who is not."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inspections.bulletin import (
    BadBulletinPeriodError,
    Unit,
    better,
    change,
    last_of,
    ranked,
    span,
    span_before,
)
from inspections.kpi import Count, rate, rates


def _unit(name: str, on_time: int, due: int) -> Unit:
    counts = dict.fromkeys(Count, 0) | {
        Count.SHOULD_CLOSE: due, Count.CLOSED_IN: due, Count.CLOSED_ON_TIME: on_time,
    }  # fmt: skip
    return Unit(name, counts, rates(counts))


@pytest.mark.parametrize(
    ("period", "first", "last"),
    [
        ("2026-10", date(2026, 10, 1), date(2026, 10, 31)),
        ("2024-2", date(2024, 2, 1), date(2024, 2, 29)),
        ("2026-W43", date(2026, 10, 19), date(2026, 10, 25)),
        ("2026-w01", date(2025, 12, 29), date(2026, 1, 4)),
    ],
)
def test_a_month_and_a_week_have_their_days(period, first, last):
    assert span(period) == (first, last)


@pytest.mark.parametrize("period", ["2026", "2026-13", "2026-W54", "October", "", "2026-W"])
def test_what_is_neither_is_refused(period):
    with pytest.raises(BadBulletinPeriodError):
        span(period)


def test_a_month_is_compared_with_the_month_before_and_days_with_as_many_days():
    assert span_before(date(2026, 3, 1), date(2026, 3, 31)) == (date(2026, 2, 1), date(2026, 2, 28))
    assert span_before(date(2026, 1, 1), date(2026, 1, 31)) == (date(2025, 12, 1), date(2025, 12, 31))
    assert span_before(date(2026, 10, 19), date(2026, 10, 25)) == (date(2026, 10, 12), date(2026, 10, 18))


def test_units_with_few_cases_are_listed_and_neither_ranked_nor_named_last():
    units = [_unit("甲", 9, 10), _unit("乙", 5, 10), _unit("丙", 0, 4), _unit("丁", 10, 10), _unit("戊", 0, 0)]
    assert [(rank, unit.name) for rank, unit in ranked(units)] == [(1, "丁"), (2, "甲"), (3, "乙"), (None, "丙")]
    assert [unit.name for unit in last_of(units)] == ["乙"]


@given(st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30)), max_size=12))
def test_nobody_is_both_among_the_first_half_and_named_last(drawn):
    units = [_unit(str(n), min(pair), max(pair)) for n, pair in enumerate(drawn)]
    order = [unit.name for rank, unit in ranked(units) if rank is not None]
    named = [unit.name for unit in last_of(units)]
    assert len(named) <= 3
    assert not set(named) & set(order[: (len(order) + 1) // 2])


def test_a_change_is_in_points_and_knows_which_way_is_good():
    assert change(rate(3, 4), rate(1, 2)) == Decimal("25.00")
    assert change(rate(3, 4), rate(0, 0)) is None
    assert better("rework", Decimal("-1")) is True
    assert better("closure", Decimal("-1")) is False
    assert better("closure", Decimal(0)) is None
