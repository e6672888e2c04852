"""Splitting, merging and moving keep a village covered exactly; whoever holds most houses takes over."""

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry import LineString, box

from gis.grid import cut
from gis.grid_edit import (
    LineMissesError,
    NoCornerError,
    NotBesideError,
    TornError,
    corners_of,
    heirs,
    merge,
    move_corner,
    noded,
    split,
)

VILLAGE = box(120.70, 31.60, 120.72, 31.62)
WEST, EAST = box(120.70, 31.60, 120.71, 31.62), box(120.71, 31.60, 120.72, 31.62)
SOUTH, NORTH = box(120.70, 31.60, 120.71, 31.61), box(120.70, 31.61, 120.71, 31.62)


def covered(shapes, village=VILLAGE):
    return bool(
        shapely.coverage_is_valid(shapes) and shapely.union_all(shapes).symmetric_difference(village).area < 1e-13
    )


def village_of(seed, per_grid=40):
    random = np.random.default_rng(seed)
    spots = np.c_[random.uniform(120.70, 120.72, 400), random.uniform(31.60, 31.62, 400)]
    return cut(VILLAGE, spots, per_grid=per_grid)


def test_a_grid_is_split_along_a_bent_line_that_stops_a_little_short() -> None:
    line = LineString([(120.7005, 31.612), (120.705, 31.608), (120.7095, 31.611)])
    first, second = split([WEST, EAST], 0, line)
    after = noded([first, second, EAST])
    assert covered(after)
    assert first.area >= second.area > 0
    assert len(after[2].exterior.coords) == 6


def test_a_line_that_misses_or_ends_inside_splits_nothing() -> None:
    for line in (
        LineString([(120.72, 31.63), (120.73, 31.64)]),
        LineString([(120.704, 31.61), (120.706, 31.61)]),
        LineString([(120.70001, 31.59), (120.70001, 31.63)]),
    ):
        with pytest.raises(LineMissesError):
            split([WEST, EAST], 0, line)


def test_only_neighbours_merge() -> None:
    assert merge([SOUTH, NORTH, EAST], [0, 1]).equals(WEST)
    far = box(120.80, 31.60, 120.81, 31.61)
    with pytest.raises(NotBesideError):
        merge([SOUTH, far], [0, 1])
    with pytest.raises(NotBesideError):
        merge([SOUTH], [0])
    touching = box(120.71, 31.61, 120.72, 31.62)
    with pytest.raises(NotBesideError):
        merge([SOUTH, touching], [0, 1])


def test_a_shared_corner_moves_in_every_grid_that_has_it() -> None:
    shapes = noded([SOUTH, NORTH, EAST])
    after = move_corner(shapes, (120.71, 31.61), (120.712, 31.611), outline=VILLAGE)
    assert covered(after)
    assert all(shape.distance(shapely.Point(120.712, 31.611)) == 0 for shape in after)


def test_an_edge_bends_where_it_is_taken_hold_of() -> None:
    after = move_corner([WEST, EAST], (120.71, 31.605), (120.7125, 31.605))
    assert covered(after)
    assert after[0].area > WEST.area
    assert move_corner([WEST, EAST], (120.71, 31.62), (120.7125, 31.65))[0].bounds == (120.70, 31.60, 120.7125, 31.62)


def test_a_move_that_tears_is_refused() -> None:
    shapes = noded([SOUTH, NORTH, EAST])
    with pytest.raises(TornError):
        move_corner(shapes, (120.71, 31.61), (120.69, 31.65), outline=VILLAGE)
    with pytest.raises(TornError):
        move_corner(shapes, (120.70, 31.60), (120.705, 31.60), outline=VILLAGE)
    with pytest.raises(NoCornerError):
        move_corner(shapes, (120.75, 31.65), (120.71, 31.61))


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 50), st.integers(0, 10_000), st.floats(-0.002, 0.002), st.floats(-0.002, 0.002))
def test_any_handle_moved_anywhere_leaves_the_village_covered_or_is_refused(seed, which, east, north) -> None:
    shapes = village_of(seed)
    corners, middles = corners_of(shapes)
    handles = corners + middles
    at = handles[which % len(handles)]
    try:
        after = move_corner(shapes, at, (at[0] + east, at[1] + north), outline=VILLAGE)
    except TornError:
        return
    assert covered(after)


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 50), st.integers(0, 100), *[st.floats(0, 0.02)] * 4)
def test_split_and_merged_again_is_what_it_was(seed, which, x1, y1, x2, y2) -> None:
    shapes = village_of(seed)
    row = which % len(shapes)
    try:
        parts = split(shapes, row, LineString([(120.70 + x1, 31.60 + y1), (120.70 + x2, 31.60 + y2)]))
    except LineMissesError:
        return
    after = noded([*parts, *(shape for at, shape in enumerate(shapes) if at != row)])
    assert covered(after)
    assert merge(after, range(len(parts))).symmetric_difference(shapes[row]).area < 1e-13


def test_the_heir_holds_most_houses_and_the_larger_one_goes_first() -> None:
    houses = [(120.701, 31.601)] * 3 + [(120.709, 31.601)] * 7 + [(120.715, 31.61)] * 2
    halves = [box(120.70, 31.60, 120.705, 31.62), box(120.705, 31.60, 120.71, 31.62)]
    assert heirs([WEST, EAST], [*halves, EAST], houses).taken == {1: 0, 2: 1}
    both = heirs([WEST, EAST], [VILLAGE], houses)
    assert (both.taken, both.released) == ({0: 0}, (1,))
    empty = heirs([WEST], [SOUTH, box(120.70, 31.61, 120.71, 31.62), EAST], [])
    assert list(empty.taken.values()) == [0]
    assert heirs([WEST], [], houses).released == (0,)
