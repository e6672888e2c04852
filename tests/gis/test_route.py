"""Routes: laws, reasons, repeatability, and the best plan where it can be counted out."""

from dataclasses import replace
from itertools import permutations, product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gis.rounds import Rounds
from gis.route import Reason, RouteInputError, Shift, Stop, plan_routes
from gis.solver import search_prizes

DAY = Shift("day", start=0, end=0, start_minute=510, end_minute=1020, max_minutes=420)


def on_a_line(*metres: float):
    """Matrices of places on a street, at 80 m a minute."""
    far = np.abs(np.subtract.outer(metres, metres)).astype(float)
    return {"metres": far, "minutes": far / 80}


def plan_of(stops, shifts, seed=1, seconds=0.2, **matrices):
    return plan_routes(stops, shifts, seed=seed, seconds=seconds, **matrices)


@st.composite
def problems(draw):
    count, depots = draw(st.integers(0, 9)), draw(st.integers(1, 2))
    random = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    places = random.uniform(0, 3000, (depots + count, 2))
    metres = np.hypot(*(places[:, None] - places[None]).T) * random.uniform(1, 1.3, (len(places), len(places)))
    np.fill_diagonal(metres, 0)
    many = draw(st.integers(0, 3))
    anybody = st.none() if many == 0 else st.one_of(st.none(), st.frozensets(st.sampled_from(range(many))))
    stops = []
    for at in range(count):
        opening = draw(st.lists(st.integers(480, 1200), max_size=2))
        windows = tuple((opens, opens + draw(st.integers(0, 180))) for opens in opening)
        own = draw(anybody)
        shifts_of = None if own is None else frozenset(f"s{one}" for one in own)
        stops.append(
            Stop(f"h{at}", draw(st.floats(0, 60)), None, draw(st.floats(0, 6000)), draw(st.booleans()),
                 shifts=shifts_of, windows=windows)
        )  # fmt: skip
    shifts = [
        Shift(
            f"s{at}",
            start=draw(st.integers(0, depots - 1)),
            end=draw(st.one_of(st.none(), st.integers(0, depots - 1))),
            start_minute=draw(st.sampled_from([480, 510.5, 780])),
            end_minute=draw(st.sampled_from([780, 1020, 1230])),
            max_minutes=draw(st.floats(0, 480)),
        )
        for at in range(many)
    ]
    return stops, shifts, {"metres": metres, "minutes": metres / 80}


def walk(route, stops, shift, matrices):
    """Walk a route by the float matrices, from the times the plan states, and return the minutes it took."""
    index = {stop.id: at for at, stop in enumerate(stops)}
    first = len(matrices["metres"]) - len(stops)
    clock, here, metres = route.start_minute, shift.start, 0.0
    assert clock >= shift.start_minute - 1e-6
    for name, arrival in zip(route.stops, route.arrivals, strict=True):
        stop, there = stops[index[name]], first + index[name]
        assert arrival >= clock + matrices["minutes"][here, there] - 1e-6
        windows = stop.all_windows() or ((0.0, np.inf),)
        assert any(opens - 1e-6 <= arrival <= closes + 1e-6 for opens, closes in windows)
        assert stop.shifts is None or shift.id in stop.shifts
        metres += matrices["metres"][here, there]
        clock, here = arrival + stop.minutes, there
    if shift.end is not None:
        metres += matrices["metres"][here, shift.end]
        clock += matrices["minutes"][here, shift.end]
    assert metres == pytest.approx(route.metres)
    assert clock <= route.start_minute + route.minutes + 1e-6
    return route.minutes


@settings(max_examples=60, deadline=None)
@given(problems())
def test_every_stop_is_on_one_route_or_has_its_reason_and_no_limit_is_broken(problem):
    stops, shifts, matrices = problem
    plan = plan_of(stops, shifts, seconds=0.1, **matrices)
    served = [name for route in plan.routes for name in route.stops]
    left = [one.stop for one in plan.unserved]
    assert sorted(served + left) == sorted(stop.id for stop in stops)
    by_id = {shift.id: shift for shift in shifts}
    assert len({route.shift for route in plan.routes}) == len(plan.routes)
    for route in plan.routes:
        shift = by_id[route.shift]
        assert walk(route, stops, shift, matrices) <= shift.max_minutes + 1e-6
        assert route.start_minute + route.minutes <= shift.end_minute + 1e-6
    lying = sum(one.prize for one in plan.unserved)
    assert plan.cost == pytest.approx(sum(route.metres for route in plan.routes) + lying)


@settings(max_examples=40, deadline=None)
@given(problems())
def test_no_required_stop_is_dropped_for_optional_ones(problem):
    """Whatever the plan dropped among the required fits in no round from which all optional stops are taken."""
    stops, shifts, matrices = problem
    plan = plan_of(stops, shifts, seconds=0.1, **matrices)
    needed = {stop.id: replace(stop, prize=0.0) for stop in stops if stop.required}
    allowed = {stop.id: stop.shifts for stop in stops}
    by_id = {stop.id: at for at, stop in enumerate(stops)}
    first = len(matrices["metres"]) - len(stops)
    for missing in (one.stop for one in plan.unserved if one.required):
        for shift in (one for one in shifts if allowed[missing] is None or one.id in allowed[missing]):
            row = next((route.stops for route in plan.routes if route.shift == shift.id), ())
            kept = [name for name in row if name in needed]
            alone = [*kept, missing]
            keep = [*range(first), *(first + by_id[name] for name in alone)]
            part = {name: matrix[np.ix_(keep, keep)] for name, matrix in matrices.items()}
            again = plan_of([replace(needed[name], shifts=None) for name in alone], [shift], seconds=0.05, **part)
            in_this_order = [route.stops for route in again.routes if len(route.stops) == len(alone)]
            assert not in_this_order or [name for name in in_this_order[0] if name != missing] != kept


@settings(max_examples=25, deadline=None)
@given(problems())
def test_the_same_seed_gives_the_same_plan(problem):
    stops, shifts, matrices = problem
    first = plan_of(stops, shifts, seconds=0.2, **matrices)
    second = plan_of(stops, shifts, seconds=0.2, **matrices)
    if first.stopped_by == second.stopped_by == "iterations":
        assert first == second


def test_a_small_plan_is_repeatable_and_says_so():
    random = np.random.default_rng(4)
    places = random.uniform(0, 3000, (13, 2))
    metres = np.hypot(*(places[:, None] - places[None]).T)
    stops = [Stop(f"h{at}", 20, None, 1500, at < 3) for at in range(12)]
    plans = [plan_of(stops, [DAY], seconds=3, metres=metres, minutes=metres / 80) for _ in range(2)]
    assert plans[0] == plans[1]
    assert plans[0].stopped_by == "iterations"
    assert plans[0].iterations > 100


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(1, 5))
def test_a_plan_small_enough_to_count_out_is_the_best_there_is(seed, count):
    random = np.random.default_rng(seed)
    places = random.uniform(0, 2000, (1 + count, 2))
    metres = np.hypot(*(places[:, None] - places[None]).T)
    stops = [Stop(f"h{at}", 30, None, float(random.integers(0, 3000))) for at in range(count)]
    best = np.inf
    for size in range(count + 1):
        for row in permutations(range(count), size):
            path = [0, *(1 + at for at in row), 0]
            length = metres[path[:-1], path[1:]].sum() if row else 0.0
            lying = sum(stop.prize for at, stop in enumerate(stops) if at not in row)
            best = min(best, length + lying)
    plan = plan_of(stops, [DAY], metres=metres, minutes=metres / 80)
    assert plan.cost == pytest.approx(best, abs=0.1)


def test_nothing_to_do_and_nobody_to_do_it():
    assert plan_of([], [DAY], **on_a_line(0)).routes == ()
    plan = plan_of([Stop("a", 10, prize=100)], [], **on_a_line(0))
    assert (plan.cost, plan.unserved[0].reason) == (100, Reason.NO_TIME)
    assert (plan.unserved[0].shift, plan.unserved[0].extra_metres) == (None, None)


def test_one_stop_is_visited_there_and_back_or_one_way():
    stops = [Stop("a", 10, required=True)]
    there_and_back = plan_of(stops, [DAY], **on_a_line(0, 800))
    assert there_and_back.routes[0].metres == 1600
    assert there_and_back.routes[0].minutes == pytest.approx(30)
    assert there_and_back.routes[0].arrivals == pytest.approx((520,))
    one_way = plan_of(stops, [replace(DAY, end=None)], **on_a_line(0, 800))
    assert (one_way.routes[0].metres, one_way.routes[0].minutes) == (800, pytest.approx(20))


def test_a_door_not_worth_the_way_is_left_with_the_figures():
    plan = plan_of([Stop("near", 10, prize=300), Stop("far", 10, prize=3000)], [DAY], **on_a_line(0, 100, 2000))
    assert plan.routes[0].stops == ("near",)
    [left] = plan.unserved
    assert (left.stop, left.reason) == ("far", Reason.COSTS_MORE_THAN_ITS_PRIZE)
    assert left.extra_metres == pytest.approx(3800)
    assert left.extra_minutes == pytest.approx(3800 / 80 + 10)
    assert left.shift == "day"


def test_a_full_day_leaves_the_least_prized_with_no_time():
    stops = [Stop(f"h{at}", 100, prize=1000 + at) for at in range(6)]
    plan = plan_of(stops, [DAY], **on_a_line(0, *[10] * 6))
    assert [(one.stop, one.reason) for one in plan.unserved] == [("h0", Reason.NO_TIME), ("h1", Reason.NO_TIME)]
    assert plan.unserved[0].spare_minutes == pytest.approx(420 - 400 - 20 / 80, abs=0.05)


def test_an_evening_door_is_out_of_a_day_shift_because_of_its_window():
    evening = Stop("evening", 10, (1140, 1200), 5000, required=True)
    plan = plan_of([evening], [DAY], **on_a_line(0, 100))
    assert [one.reason for one in plan.unserved] == [Reason.WINDOW]
    late = Shift("late", 0, 0, 780, 1260, 480)
    plan = plan_of([evening, Stop("day", 10, prize=900)], [late], **on_a_line(0, 100, 50))
    assert plan.unserved == ()
    assert plan.routes[0].arrivals[plan.routes[0].stops.index("evening")] >= 1140


def test_leaving_later_saves_the_wait_before_a_window():
    """The shift allows 60 minutes and begins at 510, the door opens at 900."""
    shift = replace(DAY, max_minutes=60)
    plan = plan_of([Stop("a", 20, (900, 930), required=True)], [shift], **on_a_line(0, 400))
    assert plan.routes[0].start_minute == pytest.approx(895)
    assert plan.routes[0].minutes == pytest.approx(30)


def test_a_required_door_pushes_out_any_number_of_prized_ones():
    stops = [Stop("must", 400, required=True)] + [Stop(f"h{at}", 80, prize=9_000) for at in range(5)]
    plan = plan_of(stops, [DAY], **on_a_line(0, 500, *[10] * 5))
    assert plan.routes[0].stops == ("must",)
    assert len(plan.unserved) == 5


def test_when_not_all_required_fit_as_many_as_possible_are_served():
    stops = [Stop("long", 400, prize=500, required=True)] + [Stop(f"h{at}", 130, required=True) for at in range(3)]
    stops.append(Stop("sweet", 200, prize=1e6))
    plan = plan_of(stops, [DAY], seconds=0.5, **on_a_line(0, *[10] * 5))
    assert sorted(plan.routes[0].stops) == ["h0", "h1", "h2"]
    assert {one.stop for one in plan.unserved} == {"long", "sweet"}


def test_each_shift_walks_from_its_own_place():
    matrices = on_a_line(0, 10_000, 100, 9_900)
    shifts = [Shift("west", 0, 0, 510, 1020, 420), Shift("east", 1, 1, 510, 1020, 420)]
    plan = plan_of([Stop("a", 10, required=True), Stop("b", 10, required=True)], shifts, **matrices)
    assert {route.shift: route.stops for route in plan.routes} == {"west": ("a",), "east": ("b",)}
    assert plan.metres == 400


def test_parts_of_a_minute_are_not_lost():
    """Ten services of 41.5 minutes take 415, not 410: they fit into 415 minutes and not into 414."""
    stops = [Stop(f"h{at}", 41.5, required=True) for at in range(10)]
    fits = plan_of(stops, [replace(DAY, max_minutes=415)], **on_a_line(0, *[0] * 10))
    assert fits.unserved == ()
    assert fits.routes[0].minutes == pytest.approx(415)
    assert len(plan_of(stops, [replace(DAY, max_minutes=414)], **on_a_line(0, *[0] * 10)).unserved) == 1


def test_progress_is_told_up_to_the_end():
    told = []
    stops = [Stop(f"h{at}", 10, prize=500) for at in range(15)]
    matrices = on_a_line(0, *range(0, 1500, 100))
    plan = plan_routes(stops, [DAY], seconds=0.5, progress=lambda done, cost: told.append((done, cost)), **matrices)
    shares = [done for done, _ in told]
    assert len(told) > 2
    assert shares == sorted(shares)
    assert told[-1] == (1.0, plan.cost)


@pytest.mark.parametrize(
    ("stops", "shifts", "metres", "minutes", "said"),
    [
        ([Stop("a", 1), Stop("a", 1)], [DAY], np.zeros((3, 3)), np.zeros((3, 3)), "twice"),
        ([Stop("a", 1)], [DAY, DAY], np.zeros((2, 2)), np.zeros((2, 2)), "twice"),
        ([Stop("a", 1)], [DAY], np.zeros((2, 3)), np.zeros((2, 3)), "matrices"),
        ([Stop("a", 1)], [DAY], np.zeros((2, 2)), np.zeros((3, 3)), "matrices"),
        ([Stop("a", 1)], [DAY], np.full((2, 2), -1.0), np.zeros((2, 2)), "metres"),
        ([Stop("a", 1)], [DAY], np.zeros((2, 2)), np.full((2, 2), np.nan), "minutes"),
        ([Stop("a", 1)], [replace(DAY, start=2)], np.zeros((2, 2)), np.zeros((2, 2)), "place"),
        ([Stop("a", 1)], [replace(DAY, end=-1)], np.zeros((2, 2)), np.zeros((2, 2)), "place"),
    ],
)
def test_nonsense_is_refused_at_the_door(stops, shifts, metres, minutes, said):
    with pytest.raises(RouteInputError, match=said):
        plan_routes(stops, shifts, metres=metres, minutes=minutes, seed=1, seconds=0.1)


@pytest.mark.parametrize(
    "make",
    [
        lambda: Stop("a", -1),
        lambda: Stop("a", float("nan")),
        lambda: Stop("a", 1, (600, 500)),
        lambda: Stop("a", 1, prize=-1),
        lambda: replace(DAY, start_minute=1100),
        lambda: replace(DAY, max_minutes=-1),
        lambda: replace(DAY, start_minute=float("nan")),
    ],
)
def test_a_stop_or_shift_that_cannot_be_is_refused(make):
    with pytest.raises(RouteInputError):
        make()


def test_mending_takes_optional_doors_off_a_round_to_let_a_required_one_in():
    stops = [Stop("must", 200, required=True), Stop("a", 200, prize=9e9), Stop("b", 200, prize=1e9)]
    rounds = Rounds(stops, [DAY], **on_a_line(0, 10, 10, 10))
    rounds.set_row(0, [1, 2])
    rounds.mend()
    assert sorted(rounds.order[0]) == [0, 1]
    assert rounds.explain(2).reason is Reason.NO_TIME


def test_to_the_search_a_required_door_is_worth_more_than_all_optional_ones_and_any_way():
    stops = [Stop("must", 10, required=True), *(Stop(f"h{at}", 10, prize=5_000) for at in range(4))]
    rounds = Rounds(stops, [DAY], **on_a_line(0, 9_000, *[10] * 4))
    prizes = search_prizes(rounds, [0, 1, 2, 3, 4])
    assert prizes[0] > prizes[1:].sum() + 2 * rounds.cm.max()


def test_a_stop_is_done_only_on_a_shift_that_may_do_it():
    stops = [Stop("fire", 10, prize=5000, shifts=frozenset({"b"})), Stop("any", 10, prize=5000)]
    shifts = [replace(DAY, id="a"), replace(DAY, id="b")]
    plan = plan_of(stops, shifts, **on_a_line(0, 100, 120))
    assert {name: route.shift for route in plan.routes for name in route.stops}["fire"] == "b"


def test_a_stop_that_nobody_may_do_says_so():
    plan = plan_of([Stop("gas", 10, prize=5000, required=True, shifts=frozenset())], [DAY], **on_a_line(0, 100))
    assert [(one.stop, one.reason, one.extra_metres) for one in plan.unserved] == [("gas", Reason.NOBODY, None)]


def test_a_shift_that_is_not_there_is_refused():
    with pytest.raises(RouteInputError, match="which there is not"):
        plan_of([Stop("h", 10, shifts=frozenset({"night"}))], [DAY], **on_a_line(0, 100))


def test_one_of_several_windows_holds_and_the_stop_is_done_once():
    evening, next_evening = (1100.0, 1200.0), (1440.0 + 1100, 1440.0 + 1200)
    monday, tuesday = replace(DAY, id="mon"), Shift("tue", 0, 0, 1440 + 1020, 1440 + 1230, 90)
    plan = plan_of([Stop("h", 20, prize=9000, windows=(evening, next_evening))], [monday, tuesday], **on_a_line(0, 80))
    assert [(route.shift, route.stops) for route in plan.routes] == [("tue", ("h",))]
    assert next_evening[0] <= plan.routes[0].arrivals[0] <= next_evening[1]


def test_a_stop_of_several_windows_that_fits_in_none_is_told_once():
    windows = ((60.0, 90.0), (100.0, 120.0))
    plan = plan_of([Stop("h", 20, prize=900, windows=windows)], [DAY], **on_a_line(0, 80))
    assert [(one.stop, one.reason) for one in plan.unserved] == [("h", Reason.WINDOW)]


def test_each_stop_says_what_it_adds_and_each_left_out_whose_place_it_could_have_had():
    day = replace(DAY, max_minutes=32)
    stops = [Stop("near", 10, prize=2000), Stop("far", 10, prize=3000), Stop("out", 12, prize=1000)]
    plan = plan_of(stops, [day], **on_a_line(0, 80, 400, 240))
    assert plan.routes[0].stops == ("near", "far") or plan.routes[0].stops == ("far", "near")
    detours = dict(zip(plan.routes[0].stops, plan.routes[0].detours_m, strict=True))
    assert detours == {"near": 0.0, "far": 640.0}
    assert [(one.stop, one.displaced_by) for one in plan.unserved] == [("out", "near")]


@pytest.mark.parametrize("seed", range(20))
def test_two_people_from_two_places_on_one_way_streets_have_the_best_plan_there_is(seed):
    """Counted out over every way to part and order four doors; one of the days ends at its last door."""
    random = np.random.default_rng(seed)
    metres = random.uniform(100, 3000, (6, 6))
    np.fill_diagonal(metres, 0)
    stops = [Stop(f"h{at}", 25, None, float(random.integers(0, 3000)), at == 0) for at in range(4)]
    shifts = [Shift("a", 0, 0, 510, 1020, 90), Shift("b", 1, None, 510, 1020, 90)]

    def best_of(shift, chosen):
        lengths = []
        for row in permutations(chosen):
            path = [shift.start, *(2 + at for at in row), *([] if shift.end is None else [shift.end])]
            if metres[path[:-1], path[1:]].sum() / 80 + 25 * len(row) <= 89.8:
                lengths.append(metres[path[:-1], path[1:]].sum())
        return min(lengths, default=np.inf) if chosen else 0.0

    best = np.inf
    for parting in product((0, 1, 2), repeat=4):
        rows = [[at for at in range(4) if parting[at] == who] for who in (0, 1)]
        if parting[0] < 2:
            lying = sum(stop.prize for at, stop in enumerate(stops) if parting[at] == 2)
            best = min(best, best_of(shifts[0], rows[0]) + best_of(shifts[1], rows[1]) + lying)
    plan = plan_of(stops, shifts, metres=metres, minutes=metres / 80)
    assert plan.cost <= best + 0.1


@settings(max_examples=20, deadline=None)
@given(problems())
def test_longer_days_never_lose_a_required_stop(problem):
    stops, shifts, matrices = problem
    longer = [replace(one, end_minute=one.end_minute + 240, max_minutes=one.max_minutes + 240) for one in shifts]
    few, many = (
        sum(left.required for left in plan_of(stops, days, seconds=0.1, **matrices).unserved)
        for days in (shifts, longer)
    )
    assert many <= few


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_rights_and_several_windows_over_two_days_hold(seed):
    random = np.random.default_rng(seed)
    places = random.uniform(0, 2000, (9, 2))
    metres = np.hypot(*(places[:, None] - places[None]).T)
    shifts = [Shift(f"d{day}", 0, 0, 1440 * day + 510, 1440 * day + 1200, 150) for day in (0, 1)]
    rights = (None, frozenset({"d0"}), frozenset({"d1"}), frozenset())
    windows = ((), ((600.0, 640.0), (1440 + 1100.0, 1440 + 1150.0)), ((1080.0, 1100.0), (1440 + 540.0, 1440 + 560.0)))
    stops = [
        Stop(f"h{at}", 20, None, 2500, at < 2, shifts=rights[random.integers(4)], windows=windows[random.integers(3)])
        for at in range(8)
    ]
    plan = plan_of(stops, shifts, seconds=0.1, metres=metres, minutes=metres / 80)
    by_id = {stop.id: stop for stop in stops}
    told = [name for route in plan.routes for name in route.stops] + [left.stop for left in plan.unserved]
    assert sorted(told) == sorted(by_id)
    for route in plan.routes:
        assert route.minutes <= 150 + 1e-6
        for name, arrival in zip(route.stops, route.arrivals, strict=True):
            stop = by_id[name]
            assert stop.shifts is None or route.shift in stop.shifts
            assert not stop.windows or any(opens <= arrival <= closes for opens, closes in stop.windows)
