"""A running day planned anew: what was to follow follows, what is new is put in, and few things move."""

from dataclasses import replace

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from gis.replan import Change, replan
from gis.route import Shift, Stop

REST = Shift("a", 0, 0, 600, 1020, 420)


def on_a_line(*metres: float) -> dict[str, np.ndarray]:
    far = np.abs(np.subtract.outer(metres, metres)).astype(float)
    return {"metres": far, "minutes": far / 80}


def doors(*names: str, **told: object) -> list[Stop]:
    return [Stop(name, 10, prize=5000, **told) for name in names]  # type: ignore[arg-type]


def test_nothing_moves_where_nothing_happened() -> None:
    found = replan(doors("x", "y"), [REST], before={"a": ["x", "y"]}, **on_a_line(0, 100, 200), seconds=0.1)
    assert ([route.stops for route in found.routes], found.changes) == ([("x", "y")], ())


def test_an_order_that_is_a_little_worse_is_kept_and_one_that_is_much_worse_is_not() -> None:
    kept = replan(doors("x", "y"), [REST], before={"a": ["y", "x"]}, **on_a_line(0, 100, 200), seconds=0.1)
    assert kept.routes[0].stops == ("y", "x")
    names = ["p", "z", "q", "y"]
    far = replan(doors("p", "q", "y", "z"), [REST], before={"a": names}, seconds=0.1,
                 **on_a_line(0, 100, 200, 5000, 5100))  # fmt: skip
    assert far.metres < 10_300


def test_an_emergency_goes_in_and_the_others_stay_in_their_order() -> None:
    stops = [*doors("x", "y"), Stop("fire", 20, prize=24_000, required=True)]
    found = replan(stops, [REST], before={"a": ["x", "y"]}, **on_a_line(0, 100, 200, 150), seconds=0.1)
    assert [name for name in found.routes[0].stops if name != "fire"] == ["x", "y"]
    assert found.changes == (Change("fire", None, "a"),)


def test_an_emergency_that_does_not_fit_pushes_out_a_stop_that_need_not_be_seen() -> None:
    short = replace(REST, max_minutes=32)
    stops = [*doors("x", "y"), Stop("fire", 15, prize=24_000, required=True)]
    found = replan(stops, [short], before={"a": ["x", "y"]}, **on_a_line(0, 80, 160, 80), seconds=0.1)
    assert "fire" in found.routes[0].stops
    assert [left.stop for left in found.unserved if left.required] == []


def test_the_stops_of_somebody_ill_go_to_those_who_are_there_and_what_finds_no_room_is_told() -> None:
    stops = doors("x", "y", shifts=frozenset({"a"})) + doors("ill1", "ill2", shifts=frozenset({"a"}))
    found = replan(stops, [replace(REST, max_minutes=40)], before={"a": ["x", "y"], "b": ["ill1", "ill2"]},
                   **on_a_line(0, 80, 160, 120, 4000), seconds=0.1)  # fmt: skip
    assert found.routes[0].stops == ("x", "ill1", "y")
    assert Change("ill1", "b", "a") in found.changes
    assert [left.stop for left in found.unserved] == ["ill2"]


def test_a_door_that_comes_back_in_the_evening_is_done_then() -> None:
    evening = Shift("a:evening", 0, 0, 1020, 1230, 90)
    again = Stop("z", 10, (1020, 1230), 3000, shifts=frozenset({"a", "a:evening"}))
    found = replan([*doors("x"), again], [REST, evening], before={"a": ["x"]}, **on_a_line(0, 100, 200), seconds=0.1)
    assert {route.shift: route.stops for route in found.routes} == {"a": ("x",), "a:evening": ("z",)}


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 7), st.integers(0, 4), st.integers(0, 10_000))
def test_every_stop_is_on_a_route_or_told_and_what_need_be_seen_is_no_worse_off(
    count: int, fresh: int, seed: int
) -> None:
    random = np.random.default_rng(seed)
    at = random.uniform(0, 3000, (1 + count + fresh, 2))
    metres = np.hypot(*(at[:, None] - at[None]).T)
    figures = [(float(random.integers(5, 60)), float(random.uniform(0, 6000))) for _ in range(count + fresh)]
    stops = [Stop(f"h{n}", minutes, None, prize, n % 3 == 0) for n, (minutes, prize) in enumerate(figures)]
    before = {"a": [f"h{n}" for n in random.permutation(count)]}
    found = replan(
        stops, [replace(REST, max_minutes=180)], before=before, metres=metres, minutes=metres / 80, seconds=0.1
    )
    names = [name for route in found.routes for name in route.stops] + [left.stop for left in found.unserved]
    assert sorted(names) == sorted(stop.id for stop in stops)
    assert all(route.minutes <= 180 + 1e-6 for route in found.routes)
