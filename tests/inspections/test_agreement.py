"""Two raters: the kappa of a table worked by hand, its limits, and what it says of the edges."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inspections.agreement import agreement

STEPS = 10
PAIRS = st.lists(st.tuples(st.integers(0, STEPS - 1), st.integers(0, STEPS - 1)), min_size=2, max_size=30)
TABLE = [(0, 0)] * 20 + [(0, 1)] * 5 + [(1, 0)] * 10 + [(1, 1)] * 15
"""The table of Cohen's kappa in most textbooks: 35 of 50 alike, 0.5 by chance, kappa 0.4."""


def by_the_book(pairs, steps):
    """Kappa from the two tables, observed and expected, weighted by squared distance."""
    n = len(pairs)
    firsts, seconds = ([sum(one[k] == i for one in pairs) for i in range(steps)] for k in (0, 1))
    observed = sum((a - b) ** 2 for a, b in pairs) / n
    expected = sum(firsts[i] * seconds[j] * (i - j) ** 2 for i in range(steps) for j in range(steps)) / n**2
    return None if expected == 0 else 1 - observed / expected


def test_the_kappa_of_the_textbook_table() -> None:
    told = agreement(TABLE, steps=2)
    assert told.kappa == pytest.approx(0.4)
    assert (told.cases, told.exact, told.near) == (50, 35, 50)
    assert told.table == ((20, 5), (10, 15))
    assert 0.1 < told.low < 0.4 < told.high < 0.7


def test_five_cases_on_three_steps_worked_by_hand() -> None:
    pairs = [(0, 0), (1, 1), (2, 2), (0, 1), (2, 0)]
    told = agreement(pairs, steps=3)
    assert told.kappa == pytest.approx(1 - 1.0 / 1.4)
    assert (told.exact, told.near) == (3, 4)


@given(PAIRS)
def test_it_is_the_kappa_of_the_two_tables(pairs) -> None:
    told, book = agreement(pairs, steps=STEPS), by_the_book(pairs, STEPS)
    assert told.kappa == (None if book is None else pytest.approx(book))
    assert sum(map(sum, told.table)) == told.cases == len(pairs)


@given(PAIRS)
def test_whoever_agrees_with_himself_has_a_kappa_of_one_and_nobody_more(pairs) -> None:
    same = agreement([(a, a) for a, _ in pairs], steps=STEPS)
    assert same.kappa in (None, pytest.approx(1.0))
    told = agreement(pairs, steps=STEPS)
    assert told.kappa is None or told.kappa <= 1
    assert told.exact <= told.near <= told.cases


def test_one_case_and_raters_without_any_difference_have_no_kappa() -> None:
    assert agreement([], steps=STEPS).kappa is None
    assert agreement([(3, 4)], steps=STEPS).kappa is None
    assert agreement([(3, 3), (3, 3)], steps=STEPS).kappa is None


def test_the_same_pairs_give_the_same_interval() -> None:
    assert agreement(TABLE, steps=2) == agreement(TABLE, steps=2)
