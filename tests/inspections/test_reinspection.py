"""The random second look: nobody chooses, anybody can repeat it."""

import hashlib
import random
from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inspections.deadline import SHANGHAI
from inspections.reinspection import (
    BadReinspectionError,
    Closure,
    Shares,
    draw,
    not_held,
    read_shares,
    seed_of,
    shares,
    ticket_of,
)

AT = datetime(2026, 3, 2, 9, tzinfo=SHANGHAI)
CLOSURES = st.lists(
    st.builds(
        Closure, number=st.integers(1, 500).map(lambda n: f"CS20260302-{n:06d}"),
        closed_at=st.integers(0, 10_000).map(lambda n: AT + timedelta(minutes=n)),
        lead=st.sampled_from(["fire", "housing", "urban"]), severity=st.sampled_from([1, 2, 3]),
    ),
    unique_by=lambda one: one.number, max_size=60,
)  # fmt: skip


def _closures(number: int, severity: int = 3, lead: str = "fire") -> list[Closure]:
    return [Closure(f"T-{n}", AT + timedelta(minutes=n), lead, severity) for n in range(number)]


@given(CLOSURES, st.randoms())
def test_the_draw_is_the_same_in_whatever_order_the_closures_are_told(closures, dice: random.Random):
    again = list(closures)
    dice.shuffle(again)
    assert draw(again) == draw(closures)


@given(CLOSURES)
def test_each_severity_gives_its_share_and_each_department_at_least_one(closures):
    told, rules = draw(closures), shares()
    assert len(set(told.picked)) == len(told.picked)
    assert set(told.picked) <= {one.number for one in closures}
    for severity, share in rules.share.items():
        of_it = [one.number for one in closures if one.severity == severity]
        assert len(set(of_it) & set(told.picked)) >= share * len(of_it) - 1e-9
    for lead in {one.lead for one in closures}:
        assert {one.number for one in closures if one.lead == lead} & set(told.picked)


def test_anybody_with_sha256_repeats_it():
    closures = _closures(40)
    lines = sorted(f"{one.number}|{one.closed_at.isoformat()}" for one in closures)
    seed = hashlib.sha256("\n".join(lines).encode()).hexdigest()
    numbers = [one.number for one in closures]
    by_hand = sorted(numbers, key=lambda number: hashlib.sha256(f"{seed}|{number}".encode()).hexdigest())
    assert (draw(closures).seed, draw(closures).picked) == (seed, tuple(by_hand[:2]))
    assert ticket_of(seed, by_hand[0]) < ticket_of(seed, by_hand[1])


def test_one_more_closure_makes_another_draw():
    closures = _closures(200)
    assert seed_of(closures) != seed_of(closures[:-1])
    assert draw(closures).picked != draw(closures[:-1]).picked


def test_over_many_weeks_every_closure_is_as_likely_as_every_other():
    picked = [int(number[2:]) for week in range(400) for number in draw(
        [Closure(f"T-{n}", AT + timedelta(weeks=week, minutes=n), "fire", 2) for n in range(20)]).picked]  # fmt: skip
    counts = [picked.count(n) for n in range(20)]
    # 400 draws of 2 in 20: 40 each on average, a standard deviation of six.
    assert 15 < min(counts) <= max(counts) < 65


def test_nothing_closed_nothing_drawn():
    assert draw([]).picked == ()


def test_a_share_of_nought_with_no_department_rule_draws_nothing():
    assert draw(_closures(9), Shares({1: 0, 2: 0, 3: 0}, 0, 7)).picked == ()


def test_the_rate_carries_its_interval():
    found = not_held(1, 20)
    assert (found.percent, found.low_percent, found.high_percent) == (
        Decimal("5.00"),
        Decimal("0.89"),
        Decimal("23.61"),
    )
    assert not_held(0, 0).percent is None


@pytest.mark.parametrize(
    ("was", "becomes"),
    [('source = "x"', ""), ("3 = 0.05", "3 = 1.5"), ("1 = 0.3, ", ""), ("within_days = 7", "within_days = 0"),
     ("at_least_a_department = 1", "at_least_a_department = -1")],
)  # fmt: skip
def test_wrong_shares_are_refused(was, becomes):
    text = 'source = "x"\nshare = { 1 = 0.3, 2 = 0.1, 3 = 0.05 }\nat_least_a_department = 1\nwithin_days = 7\n'
    assert read_shares(text).within_days == 7
    assert was in text
    with pytest.raises(BadReinspectionError):
        read_shares(text.replace(was, becomes))
