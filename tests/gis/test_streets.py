"""Ways along streets, on networks small enough to check by hand and on lattices drawn by chance."""

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from gis.measure import distance_m, length_m, lengths_m
from gis.streets import (
    BIKE,
    BIKE_BACK,
    CAR,
    CAR_BACK,
    FOOT,
    StreetNetwork,
    Streets,
    StreetsError,
    connected,
    cost,
    uncost,
)
from gis.travel import DetourSampleError, fit_detour, straight_matrix

LON, LAT = 120.75, 31.65
EVERYBODY = FOOT | BIKE | BIKE_BACK | CAR | CAR_BACK
STEP = 0.002


def streets(*ends: tuple[int, int], at: dict[int, tuple[float, float]], access: int = EVERYBODY,
            kind: str = "residential") -> Streets:  # fmt: skip
    """Straight streets between numbered places on a lattice of ``STEP`` degrees."""
    lines = np.array(
        [shapely.LineString([(LON + at[end][0] * STEP, LAT + at[end][1] * STEP) for end in pair]) for pair in ends],
        dtype=object,
    )
    return Streets(
        np.array([tail for tail, _ in ends]), np.array([head for _, head in ends]), np.array([kind] * len(ends)),
        np.full(len(ends), access, dtype=np.uint8), lengths_m(lines), lines,
    )  # fmt: skip


def places(*at: tuple[float, float]) -> tuple[list[float], list[float]]:
    return [LON + x * STEP for x, _ in at], [LAT + y * STEP for _, y in at]


RIVER = {0: (0, 0), 1: (1, 0), 2: (2, 0), 3: (0, 1), 4: (1, 1), 5: (2, 1)}
BANKS = ((0, 1), (1, 2), (3, 4), (4, 5))


def test_over_a_river_one_goes_by_the_bridge() -> None:
    network = StreetNetwork(streets(*BANKS, (2, 5), at=RIVER), mode="walk")
    lons, lats = places((0, 0), (0, 1))
    ways = network.between(lons, lats)
    straight_m = float(distance_m(lons[0], lats[0], lons[1], lats[1]))
    along_m = float(lengths_m(network.streets.lines).sum())
    assert straight_m < 250
    assert ways.matrix.metres[0, 1] == pytest.approx(along_m, abs=1.0)
    assert ways.matrix.minutes[0, 1] == pytest.approx(along_m / 80, rel=0.01)
    line = ways.lines([(0, 1)])[0]
    assert line is not None
    assert length_m(line) == pytest.approx(along_m, abs=1.0)
    assert ways.matrix.source == "gis.travel.streets"


def test_where_no_bridge_leads_the_straight_line_stands_in_and_no_line_is_drawn() -> None:
    network = StreetNetwork(streets(*BANKS, at=RIVER), mode="walk")
    lons, lats = places((0, 0), (0, 1), (2, 0))
    ways = network.between(lons, lats, detour=1.5)
    straight = straight_matrix(lons, lats, mode="walk", detour=1.5)
    assert ways.matrix.metres[0, 1] == straight.metres[0, 1]
    assert not ways.reached[0, 1]
    assert ways.reached[0, 2]
    assert ways.lines([(0, 1)]) == [None]


def test_a_door_far_from_every_street_is_counted_and_goes_by_the_straight_line() -> None:
    network = StreetNetwork(streets((0, 1), at=RIVER), mode="ebike")
    lons, lats = places((0.2, 0), (0.8, 0), (0, 9))
    ways = network.between(lons, lats)
    assert ways.matrix.off == 1
    assert ways.matrix.metres[0, 2] == straight_matrix(lons, lats, mode="ebike").metres[0, 2]


def test_doors_along_one_street_are_as_far_apart_as_the_street_is_long_between_them() -> None:
    network = StreetNetwork(streets((0, 1), at=RIVER), mode="walk")
    lons, lats = places((0.25, 0.02), (0.75, -0.02), (0.75, 0.02))
    found = network.between(lons, lats).matrix.metres
    along_m = float(distance_m(lons[0], LAT, lons[1], LAT))
    kerb_m = float(distance_m(lons[0], LAT, lons[0], lats[0]))
    assert found[0, 1] == pytest.approx(along_m + 2 * kerb_m, abs=1.0)
    assert found[1, 2] == pytest.approx(2 * kerb_m, abs=1.0)


def test_a_one_way_street_binds_cars_and_nobody_on_foot() -> None:
    square = {0: (0, 0), 1: (1, 0), 2: (1, 1), 3: (0, 1)}
    ring = streets((0, 1), (1, 2), (2, 3), (3, 0), at=square, access=FOOT | CAR)
    lons, lats = places((0.2, 0), (0.8, 0))
    car, walk = (StreetNetwork(ring, mode=mode).between(lons, lats).matrix.metres for mode in ("car", "walk"))
    assert walk[1, 0] == pytest.approx(walk[0, 1])
    assert car[0, 1] == pytest.approx(walk[0, 1])
    assert car[1, 0] > 5 * car[0, 1]


def test_a_car_takes_the_longer_way_where_it_is_faster() -> None:
    square = {0: (0, 0), 1: (6, 0), 2: (6, 1), 3: (0, 1)}
    lane = streets((0, 1), at=square, kind="service")
    road = streets((0, 3), (3, 2), (2, 1), at=square, kind="trunk")
    both = Streets(*(np.concatenate([getattr(lane, name), getattr(road, name)]) for name in Streets.__slots__))
    lons, lats = places((0, 0), (6, 0))
    car, walk = (StreetNetwork(both, mode=mode).between(lons, lats) for mode in ("car", "walk"))
    assert car.matrix.metres[0, 1] > walk.matrix.metres[0, 1]
    line = car.lines([(0, 1)])[0]
    assert line is not None
    assert length_m(line) == pytest.approx(car.matrix.metres[0, 1], abs=1.0)


def test_nobody_starts_from_an_island() -> None:
    square = {at: (at % 10, at // 10) for at in range(100)}
    rows = [(at, at + 1) for at in range(80) if at % 10 < 9]
    columns = [(at, at + 10) for at in range(70)]
    whole = streets(*rows, *columns, (98, 99), at=square)
    kept = connected(whole)
    assert len(kept) == len(whole) - 1
    assert 98 not in kept.tails


def test_cars_are_not_led_into_a_street_that_they_cannot_leave() -> None:
    square = {at: (at % 3, at // 3) for at in range(9)}
    ring = streets((0, 1), (1, 4), (4, 3), (3, 0), at=square)
    trap = streets((4, 5), at=square, access=FOOT | CAR)
    kept = connected(
        Streets(*(np.concatenate([getattr(ring, name), getattr(trap, name)]) for name in Streets.__slots__))
    )
    assert kept.access.tolist() == [EVERYBODY] * 4 + [FOOT]


def test_streets_of_no_known_kind_or_unequal_columns_are_refused() -> None:
    with pytest.raises(StreetsError, match="not known"):
        streets((0, 1), at=RIVER, kind="canal")
    good = streets((0, 1), at=RIVER)
    with pytest.raises(StreetsError, match="one length"):
        Streets(good.tails, good.heads, good.kinds, good.access, good.metres[:0], good.lines)


def test_no_streets_at_all_are_straight_lines() -> None:
    none = streets((0, 1), at=RIVER).only(np.zeros(1, dtype=bool))
    lons, lats = places((0, 0), (1, 1))
    found = StreetNetwork(none, mode="walk").between(lons, lats).matrix
    assert found.source == "gis.travel.straight"
    assert (found.metres == straight_matrix(lons, lats, mode="walk").metres).all()


@st.composite
def towns(draw: st.DrawFn) -> tuple[Streets, list[float], list[float]]:
    """A lattice of two-way streets with some missing, and doors near it."""
    side = draw(st.integers(2, 5))
    at = {x + side * y: (x, y) for x in range(side) for y in range(side)}
    every = [(one, one + 1) for one in at if at[one][0] < side - 1] + [
        (one, one + side) for one in at if one + side in at
    ]
    kept = draw(st.lists(st.sampled_from(every), min_size=1, unique=True))
    spot = st.tuples(*[st.integers(-300, 1000 * side - 700).map(lambda value: value / 1000)] * 2)
    doors = draw(st.lists(spot, min_size=2, max_size=8))
    return streets(*kept, at=at), *places(*doors)


@given(towns())
@settings(max_examples=60, deadline=None)
def test_ways_are_never_shorter_than_straight_lines_nor_than_themselves_in_pieces(
    town: tuple[Streets, list[float], list[float]]
) -> None:  # fmt: skip
    network, lons, lats = StreetNetwork(town[0], mode="walk"), *town[1:]
    ways = network.between(lons, lats)
    metres, reached = ways.matrix.metres, ways.reached
    straight_m = straight_matrix(lons, lats, mode="walk", detour=1.0).metres
    assert (metres[reached] >= straight_m[reached] * 0.985 - 1.0).all()
    assert np.allclose(metres, metres.T, atol=1.0)
    for one, other, third in np.ndindex(len(lons), len(lons), len(lons)):
        if reached[one, other] and reached[other, third]:
            assert metres[one, third] <= metres[one, other] + metres[other, third] + 1.0


@given(towns())
@settings(max_examples=40, deadline=None)
def test_a_drawn_line_is_as_long_as_the_matrix_says_and_runs_from_door_to_door(
    town: tuple[Streets, list[float], list[float]]
) -> None:  # fmt: skip
    lons, lats = town[1:]
    ways = StreetNetwork(town[0], mode="walk").between(lons, lats)
    for end in range(1, len(lons)):
        line = ways.lines([(0, end)])[0]
        assert (line is None) == (not ways.reached[0, end] or (lons[0], lats[0]) == (lons[end], lats[end]))
        if line is not None:
            assert length_m(line) == pytest.approx(ways.matrix.metres[0, end], rel=0.01, abs=2.0)
            assert line.coords[0] == pytest.approx((lons[0], lats[0]))
            assert line.coords[-1] == pytest.approx((lons[end], lats[end]))


@given(st.lists(st.tuples(st.floats(0.001, 30), st.floats(1, 5000)), min_size=1, max_size=30))
def test_minutes_and_metres_add_up_in_one_number(legs: list[tuple[float, float]]) -> None:
    minutes, metres = (np.array(part) for part in zip(*legs, strict=True))
    took, went = uncost(np.array([cost(minutes, metres).sum()]))
    assert took[0] == pytest.approx(minutes.sum(), abs=len(legs) * 1e-5)
    assert went[0] == pytest.approx(metres.sum(), abs=len(legs) * 0.06)


def test_a_detour_is_fitted_to_a_sample_and_long_ways_weigh_more() -> None:
    fit = fit_detour([100.0, 1000.0, 5.0, float("inf")], [200.0, 1200.0, 500.0, 1.0])
    assert fit.factor == pytest.approx(1400 / 1100, abs=0.001)
    assert (fit.low, fit.high, fit.ways) == (pytest.approx(1.28), pytest.approx(1.92), 2)
    with pytest.raises(DetourSampleError, match="no way"):
        fit_detour([5.0], [10.0])
    with pytest.raises(DetourSampleError, match="2 straight lines and 1"):
        fit_detour([50.0, 60.0], [70.0])
