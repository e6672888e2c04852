"""The drawing of a round: inside its frame, true to scale, every number readable."""

import math
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import MultiPolygon, box

from gis.measure import distance_m
from gis.sketch import Frame, SketchSizeError, sketch

FRAME = Frame(186.0, 70.0)
degrees = st.tuples(st.floats(120.0, 120.05), st.floats(31.0, 31.05))


@given(st.lists(degrees, min_size=1, max_size=30), st.none() | degrees)
def test_every_door_and_the_start_lie_inside_the_margin_in_their_order(doors, start) -> None:
    drawn = sketch(doors, FRAME, start=start)
    assert len(drawn.doors) == len(drawn.numbers) == len(doors)
    for x, y in [*drawn.doors, *([drawn.start] if drawn.start else [])]:
        assert FRAME.margin_mm - 0.01 <= x <= FRAME.width_mm - FRAME.margin_mm + 0.01
        assert FRAME.margin_mm - 0.01 <= y <= FRAME.height_mm - FRAME.margin_mm + 0.01
    for x, y in drawn.numbers:
        assert 0 <= x <= FRAME.width_mm
        assert 0 <= y <= FRAME.height_mm


@given(st.lists(degrees, min_size=2, max_size=12))
def test_a_millimetre_is_as_many_metres_everywhere(doors) -> None:
    drawn = sketch(doors, FRAME)
    metres_per_mm = drawn.scale_m / drawn.scale_mm
    for (a, b), (p, q) in zip(pairwise(doors), pairwise(drawn.doors), strict=True):
        told_m = math.dist(p, q) * metres_per_mm
        assert told_m == pytest.approx(distance_m(*a, *b), rel=2e-3, abs=0.01 * metres_per_mm)


@settings(max_examples=30)
@given(st.integers(2, 40), st.floats(0, 1))
def test_numbers_at_one_door_do_not_cover_each_other(count: int, spread: float) -> None:
    doors = [(120.9 + 1e-6 * spread * at, 31.7) for at in range(count)]
    drawn = sketch(doors, FRAME, start=doors[0])
    spots = [*drawn.numbers, drawn.start]
    nearest = min(math.dist(a, b) for at, a in enumerate(spots) for b in spots[:at])  # type: ignore[arg-type]
    assert nearest > FRAME.apart_mm * 0.7


def test_north_is_up_and_east_is_right() -> None:
    (west, south), (east, north) = sketch([(120.9, 31.70), (120.91, 31.71)], FRAME).doors
    assert west < east
    assert south < north


def test_outlines_come_as_rings_and_a_round_without_doors_is_blank() -> None:
    shapes = [MultiPolygon([box(120.9, 31.7, 120.91, 31.71), box(120.92, 31.7, 120.93, 31.71)])]
    assert len(sketch([(120.905, 31.705)], FRAME, outlines=shapes).rings) == 2
    assert sketch([], FRAME).doors == ()


@pytest.mark.parametrize(("across", "scale_m"), [(0.02, 500), (0.002, 50), (0.0, 10)])
def test_the_scale_is_a_round_number(across: float, scale_m: int) -> None:
    drawn = sketch([(120.9, 31.7), (120.9 + across, 31.7)], FRAME)
    assert drawn.scale_m == scale_m
    assert 0 < drawn.scale_mm <= FRAME.width_mm * 0.3 + 0.01


def test_a_frame_without_room_is_refused() -> None:
    with pytest.raises(SketchSizeError):
        Frame(10.0, 70.0)
