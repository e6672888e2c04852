"""With so many inspectors every house is seen by a day: what more people, shut doors and danger do to it."""

from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inspections.day import working_day
from inspections.deadline import national_calendar
from inspections.promise import GROUPS, SHARES, Answers, Doors, NoPromiseError, Promise, promise, sentence

FIRST = date(2026, 6, 15)
NOBODY_KNOWN = Answers({}, {})
ALWAYS = {slot: (10**7,) * 4 for slot in ("daytime", "evening", "weekend")}
NEVER = {slot: (0,) * 4 for slot in ALWAYS}
OPEN = Answers(ALWAYS, NEVER)
counts = st.fixed_dictionaries({group: st.integers(0, 60) for group in GROUPS}).filter(lambda told: sum(told.values()))


def doors(houses: dict[str, int], *, area_m2: float = 2e6) -> Doors:
    return Doors("320581", houses, dict.fromkeys(GROUPS, 15.0), area_m2)


def told(of: Doors, inspectors: int = 3, *, days: int = 60, answers: Answers = NOBODY_KNOWN, seed: int = 1) -> Promise:
    crew = (working_day({}), national_calendar())
    span = (FIRST, FIRST + timedelta(days=days))
    return promise(of, answers, inspectors=inspectors, days=span, crew=crew, seed=seed)


def test_doors_that_all_open_are_seen_in_the_days_that_counting_gives():
    """420 minutes a day, 100 green doors of 15 minutes and a way of 101 m x 1.35 at 15 km/h: 27 doors a day."""
    found = told(doors({"green": 100}), 1, answers=OPEN)
    assert found.leg_m == pytest.approx(0.7124 * (2e6 / 100) ** 0.5)
    assert 420 / (15 + found.leg_m * 1.35 / 250) == pytest.approx(27, abs=0.5)
    assert found.outcome.days[1.0][0] == FIRST + timedelta(days=3), "100 doors are three days and 19 doors"
    assert found.outcome.shut == (0, 0, 0)


@settings(max_examples=6, deadline=None)
@given(counts, st.integers(1, 6), st.integers(0, 5))
def test_more_inspectors_are_never_later(houses, inspectors, seed):
    curve = told(doors(houses), inspectors, seed=seed).curve
    for fewer, more in pairwise(curve):
        assert fewer.inspectors < more.inspectors
        for share in SHARES:
            assert _late(more.days[share][2]) <= _late(fewer.days[share][2])


@settings(max_examples=6, deadline=None)
@given(counts, st.integers(1, 6))
def test_a_larger_share_is_never_seen_earlier_and_the_smallest_crew_keeps_the_day(houses, inspectors):
    found = told(doors(houses), inspectors)
    days = [_late(found.outcome.days[share][2]) for share in SHARES]
    assert days[:3] == sorted(days[:3])
    if found.smallest is not None:
        assert told(doors(houses), found.smallest).kept
        assert found.kept == (inspectors >= found.smallest)


def _late(on: date | None) -> date:
    return on or date.max


def test_shut_doors_cost_evenings_and_saturdays():
    often = Answers(ALWAYS, {slot: (5 * 10**6,) * 4 for slot in ALWAYS})
    town = doors({"green": 2000})
    assert told(town, answers=often).outcome.certain_on > told(town, answers=OPEN).outcome.certain_on
    assert told(town, answers=often).outcome.shut[0] == pytest.approx(2000 / 2**9, abs=4)


def test_red_houses_that_are_seen_again_leave_less_for_the_others():
    calm, danger = doors({"green": 1000}), doors({"red": 300, "green": 700})
    assert told(danger, answers=OPEN).outcome.certain_on > told(calm, answers=OPEN).outcome.certain_on


def test_a_crew_that_red_houses_keep_busy_promises_nothing():
    found = told(doors({"red": 3000, "green": 3000}), 1)
    assert found.outcome.certain_on is None
    assert "not all seen within three years" in " ".join(sentence(found, "en"))


def test_the_same_seed_promises_the_same_and_says_it_in_both_languages():
    one, two = (told(doors({"green": 3000, "unseen": 500})) for _ in range(2))
    assert one == two
    assert not one.kept
    zh, en = sentence(one), sentence(one, "en")
    assert f"须 {one.smallest} 人" in zh[0]
    assert f"takes {one.smallest} inspectors" in en[0]
    assert len(zh) == len(en) == 3


@pytest.mark.parametrize("wrong", [{"houses": {}}, {"houses": {"green": 5}, "area_m2": 0}, {"houses": {"blue": 5}}])
def test_a_town_that_cannot_be_is_refused(wrong: dict[str, Any]):
    with pytest.raises(NoPromiseError):
        doors(**wrong)


@pytest.mark.parametrize(("inspectors", "days"), [(0, 10), (3, -1)])
def test_nobody_or_no_days_promise_nothing(inspectors, days):
    with pytest.raises(NoPromiseError):
        told(doors({"green": 5}), inspectors, days=days)
