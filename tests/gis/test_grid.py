"""Grids: codes, numbering, cutting, assigning."""

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry import MultiPolygon, Point, Polygon, box

from gis import grid
from gis.grid import GridCode, assign, cut, number_grids

VILLAGE = box(120.70, 31.60, 120.72, 31.62)


def star(seed: int) -> Polygon:
    """A ragged village: bends, spikes and necks that cut lines cross more than once."""
    random = np.random.default_rng(seed)
    turns = np.sort(random.uniform(0, 2 * np.pi, 40))
    reach = random.uniform(0.002, 0.012, 40)
    return Polygon(np.c_[120.75 + reach * np.cos(turns), 31.65 + reach * np.sin(turns)])


def spread(shape, count: int, seed: int) -> np.ndarray:
    west, south, east, north = shape.bounds
    random = np.random.default_rng(seed)
    return np.c_[random.uniform(west, east, count), random.uniform(south, north, count)]


def check_laws(village, points, grids):
    assert all(one.geom_type == "Polygon" and one.is_valid and not one.is_empty for one in grids)
    assert shapely.coverage_is_valid(grids)
    assert shapely.hausdorff_distance(shapely.unary_union(grids).boundary, village.boundary) < 1e-9
    assert shapely.unary_union(grids).symmetric_difference(village).area < 1e-7 * village.area
    assert sum(one.area for one in grids) == pytest.approx(village.area, rel=1e-7)
    inside = shapely.intersects_xy(village, points[:, 0], points[:, 1])
    assert ((assign(points, grids) >= 0) >= inside).all()


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000), st.integers(0, 400), st.integers(1, 120))
def test_grids_never_overlap_nor_leave_a_gap_and_hold_every_point(seed, count, per_grid):
    village = star(seed)
    if not village.is_valid:
        village = shapely.make_valid(village)
        village = max(shapely.get_parts(village), key=lambda part: part.area)
    points = spread(village, count, seed)
    if count / per_grid > 900:
        return
    check_laws(village, points, cut(village, points, per_grid=per_grid))


def test_every_grid_of_a_plain_village_holds_its_share():
    points = spread(VILLAGE, 1000, 1)
    grids = cut(VILLAGE, points, per_grid=50)
    counts = np.bincount(assign(points, grids))
    assert len(grids) == 20
    assert counts.min() >= 49
    assert counts.max() <= 51


def test_the_same_village_is_cut_the_same_way_twice():
    village, points = star(5), spread(star(5), 300, 5)
    assert [one.wkb for one in cut(village, points, per_grid=40)] == [
        one.wkb for one in cut(village, points, per_grid=40)
    ]


def test_a_piece_cut_off_by_a_bend_joins_its_neighbour():
    """A horseshoe whose arms a horizontal cut would tear into two pieces."""
    horseshoe = VILLAGE.difference(box(120.705, 31.6, 120.715, 31.615))
    points = spread(horseshoe, 400, 2)
    check_laws(horseshoe, points, cut(horseshoe, points, per_grid=60))
    comb = shapely.union_all([box(120.70, 31.60, 120.72, 31.602), *(
        box(120.70 + tooth, 31.60, 120.701 + tooth, 31.62) for tooth in (0, 0.004, 0.009, 0.013, 0.019)
    )])  # fmt: skip
    teeth = spread(comb, 3000, 8)
    teeth = teeth[shapely.intersects_xy(comb, teeth[:, 0], teeth[:, 1])]
    grids = cut(comb, teeth, per_grid=100)
    check_laws(comb, teeth, grids)
    assert len(grids) <= round(len(teeth) / 100)


def test_an_island_becomes_a_grid_and_a_hole_stays_a_hole():
    island = box(120.75, 31.60, 120.751, 31.601)
    pond = box(120.708, 31.608, 120.712, 31.612)
    village = MultiPolygon([VILLAGE.difference(pond), island])
    points = spread(VILLAGE, 200, 3)
    grids = cut(village, points, per_grid=50)
    check_laws(village, points, grids)
    assert any(one.symmetric_difference(island).area < 1e-12 for one in grids)
    assert not shapely.unary_union(grids).contains(pond.centroid)


def test_houses_stacked_on_one_spot_do_not_break_the_cut():
    stacked = np.tile([[120.71, 31.61]], (300, 1))
    check_laws(VILLAGE, stacked, cut(VILLAGE, stacked, per_grid=10))
    column = np.c_[np.full(300, 120.71), np.linspace(31.60, 31.62, 300)]
    grids = cut(VILLAGE, column, per_grid=30)
    assert len(grids) == 10
    check_laws(VILLAGE, column, grids)


def test_a_village_without_houses_is_one_grid():
    for none in ([], np.zeros((0, 2)), [[0.0, 0.0]]):
        assert [one.equals(VILLAGE) for one in cut(VILLAGE, none, per_grid=50)] == [True]


def test_nonsense_is_not_cut():
    crossed = Polygon([(0, 0), (1, 1), (1, 0), (0, 1)])
    for shape, per_grid in ((crossed, 5), (Polygon(), 5), (VILLAGE, 0)):
        with pytest.raises(grid.GridCutError):
            cut(shape, [], per_grid=per_grid)
    with pytest.raises(grid.GridCountError):
        cut(VILLAGE, spread(VILLAGE, 1200, 1), per_grid=1)


def test_a_point_on_a_shared_edge_goes_to_the_first_grid():
    left, right = box(0, 0, 1, 1), box(1, 0, 2, 1)
    points = [(1.0, 0.5), (0.5, 0.5), (1.5, 0.5), (3.0, 0.5), (2.0 + 5e-9, 0.5)]
    assert assign(points, [left, right]).tolist() == [0, 0, 1, -1, 1]
    assert assign(points, [right, left]).tolist() == [0, 1, 0, -1, 0]
    assert assign([], [left]).tolist() == []
    assert assign(points, []).tolist() == [-1] * 5
    assert grid.locate(1.5, 0.5, [left, right]) == 1


@given(st.integers(0, 1000))
def test_assigning_agrees_with_asking_each_polygon(seed):
    random = np.random.default_rng(seed)
    boxes = [box(x, y, x + 0.3, y + 0.3) for x, y in random.uniform(0, 1, (6, 2))]
    points = random.uniform(0, 1.3, (30, 2))
    slow = [next((at for at, one in enumerate(boxes) if one.intersects(Point(*spot))), -1) for spot in points]
    assert assign(points, boxes).tolist() == slow


def test_serials_run_west_to_east_in_rows_from_the_north():
    cells = [box(x, y, x + 1, y + 1) for y in range(3) for x in range(3)]
    assert number_grids(cells) == [7, 8, 9, 4, 5, 6, 1, 2, 3]
    assert number_grids([]) == []
    with pytest.raises(grid.GridCountError):
        number_grids([cells[0]] * 1000)


def test_grid_codes_are_written_and_read():
    code = GridCode("320581101201", 7)
    assert str(code) == "320581101201007"
    assert GridCode.parse("320581-101-201-007") == code
    for wrong in ("32058110120100", "320581101201000", "320581101498001", "32058110120100X"):
        with pytest.raises(grid.GridCodeError):
            GridCode.parse(wrong)
    for serial in (0, 1000):
        with pytest.raises(grid.GridCodeError):
            GridCode("320581101201", serial)
