"""Fairness: who has how much, and doors that go from the busiest to others where it costs little."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gis.fairness import Bound, even_out, fairness
from gis.route import RouteInputError, Shift, Stop, plan_routes

A = Shift("a", 0, 0, 510, 1020, 420)
B = replace(A, id="b")
PEOPLE = {"a": "Wang", "b": "Li"}


def street(*metres):
    far = np.abs(np.subtract.outer(metres, metres)).astype(float)
    return {"metres": far, "minutes": far / 80}


def a_plan_for_one(stops, matrices):
    """All doors with Wang, as the shortest way has it, and nothing with Li."""
    own = [replace(stop, shifts=frozenset({"a"})) for stop in stops]
    return plan_routes(own, [A, B], seed=1, seconds=0.1, **matrices)


def test_somebody_with_no_round_counts_in_the_mean():
    stops, matrices = [Stop("x", 30, prize=4000)], street(0, 80)
    found = fairness(a_plan_for_one(stops, matrices), stops=stops, person_of=PEOPLE)
    assert [(one.person, one.stops, one.minutes, one.prize_m) for one in found.burdens] == [
        ("Li", 0, 0, 0), ("Wang", 1, pytest.approx(32), 4000)]  # fmt: skip
    assert (found.minutes_uneven, found.prize_uneven) == (2, 2)


def test_doors_go_to_whoever_has_little_until_it_is_even():
    stops, matrices = [Stop(f"h{at}", 30, prize=4000) for at in range(8)], street(0, *[100] * 8)
    plan = a_plan_for_one(stops, matrices)
    even = even_out(plan, stops, [A, B], **matrices, person_of=PEOPLE, bound=Bound(most=1.1, price=2.0))
    assert fairness(even, stops=stops, person_of=PEOPLE).minutes_uneven <= 1.1
    assert even.unserved == ()


def test_evenness_that_costs_more_than_its_price_is_not_bought():
    stops, matrices = [Stop(f"h{at}", 30, prize=40_000) for at in range(8)], street(0, *[2000] * 8)
    plan = a_plan_for_one(stops, matrices)
    assert even_out(plan, stops, [A, B], **matrices, person_of=PEOPLE).routes == plan.routes


def test_a_door_that_only_one_may_do_stays():
    stops, matrices = [Stop(f"h{at}", 30, prize=4000, shifts=frozenset({"a"})) for at in range(8)], street(0, *[9] * 8)
    plan = a_plan_for_one(stops, matrices)
    assert even_out(plan, stops, [A, B], **matrices, person_of=PEOPLE, bound=Bound(1.0, 9.0)).routes == plan.routes


def test_a_shift_of_nobody_is_refused():
    stops, matrices = [Stop("x", 30, prize=4000)], street(0, 80)
    with pytest.raises(RouteInputError, match="nobody's"):
        even_out(a_plan_for_one(stops, matrices), stops, [A, B], **matrices, person_of={"a": "Wang"})


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 2**32 - 1), st.floats(0, 0.5))
def test_evening_out_keeps_every_door_and_its_price_and_never_makes_it_worse(seed, price):
    random = np.random.default_rng(seed)
    places = random.uniform(0, 2500, (10, 2))
    metres = np.hypot(*(places[:, None] - places[None]).T)
    matrices = {"metres": metres, "minutes": metres / 80}
    stops = [
        Stop(f"h{at}", 20, prize=6000, windows=((510.0, 700.0), (800.0, 1000.0)) if at % 3 == 0 else ())
        for at in range(9)
    ]
    plan = plan_routes(stops, [A, B], seed=1, seconds=0.1, **matrices)
    even = even_out(plan, stops, [A, B], **matrices, person_of=PEOPLE, bound=Bound(1.05, price))
    served = [sorted(name for route in one.routes for name in route.stops) for one in (plan, even)]
    assert served[0] == served[1]
    assert even.metres <= plan.metres * (1 + price) + 0.5
    before, after = (fairness(one, stops=stops, person_of=PEOPLE).burdens for one in (plan, even))
    assert max(one.minutes for one in after) <= max(one.minutes for one in before) + 200
    for route in even.routes:
        arrives = dict(zip(route.stops, route.arrivals, strict=True))
        for stop in stops:
            if stop.windows and stop.id in arrives:
                assert any(opens - 1e-6 <= arrives[stop.id] <= closes + 1e-6 for opens, closes in stop.windows)
