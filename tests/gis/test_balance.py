"""Dividing ground evenly: contiguous, nothing lost, little moved."""

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from gis.balance import BalanceError, Ground, divide
from gis.blocks import blocks_of, side_by_side
from gis.evenness import evenness
from gis.grid import assign
from gis.recut import NEW, recut, shape_of
from gis.sharing import NOBODY, Doors, Grids, lay_out, share_among_grids, share_among_people
from gis.spacing import legs_m

STEP = 0.004


def board(width: int, height: int, *, west: float = 120.7, south: float = 31.6) -> list[shapely.Polygon]:
    """Squares side by side, row by row."""
    return [shapely.box(west + x * STEP, south + y * STEP, west + (x + 1) * STEP, south + (y + 1) * STEP)
            for y in range(height) for x in range(width)]  # fmt: skip


def ground(width: int, height: int, work: np.ndarray) -> Ground:
    shapes = np.array(board(width, height), dtype=object)
    pairs, edges = side_by_side(shapes)
    return Ground(work, pairs, edges, shapely.get_coordinates(shapely.centroid(shapes)))


def in_one_piece(labels: np.ndarray, pairs: np.ndarray) -> bool:
    """Whether blocks of equal labels hang together."""
    for label in np.unique(labels):
        members = set(np.flatnonzero(labels == label).tolist())
        seen, edge = set(), [min(members)]
        while edge:
            one = edge.pop()
            seen.add(one)
            edge += [other for pair in pairs.tolist() if one in pair for other in pair
                     if other in members and other not in seen]  # fmt: skip
        if seen != members:
            return False
    return True


def test_squares_know_who_lies_beside_them_by_edges_not_corners() -> None:
    pairs, edges = side_by_side(np.array(board(2, 2), dtype=object))
    assert pairs.tolist() == [[0, 1], [0, 2], [1, 3], [2, 3]]
    assert edges == pytest.approx(STEP * 111_000, rel=0.01)


def test_outlines_a_hair_apart_and_without_common_corners_lie_side_by_side() -> None:
    one, other = shapely.box(120.7, 31.6, 120.71, 31.61), shapely.box(120.7100000001, 31.602, 120.72, 31.606)
    pairs, edges = side_by_side(np.array([one, other], dtype=object))
    assert pairs.tolist() == [[0, 1]]
    assert edges[0] == pytest.approx(0.004 * 111_000, rel=0.02)


@given(st.integers(3, 7), st.integers(3, 7), st.integers(1, 5), st.integers(0, 3), st.booleans())
@settings(max_examples=40, deadline=None)
def test_every_part_hangs_together_and_all_work_is_shared_out(
    width: int, height: int, parts: int, seed: int, known: bool
) -> None:
    random = np.random.default_rng(seed)
    work = random.gamma(2, 3, width * height)
    land = ground(width, height, work)
    present = (np.arange(width * height) % width) * parts // width if known else None
    found = divide(land, parts, present=present, seed=seed)
    assert set(found.labels.tolist()) == set(range(parts))
    assert in_one_piece(found.labels, land.pairs)
    assert found.work.sum() == pytest.approx(work.sum())
    assert (divide(land, parts, present=present, seed=seed).labels == found.labels).all()
    if present is not None:
        assert found.worst <= evenness(np.bincount(present, weights=work, minlength=parts)).worst + 0.3
        assert 0 <= found.stays <= 1


def test_work_flows_to_the_light_part_and_most_of_it_stays() -> None:
    land = ground(12, 12, np.ones(144))
    present = np.where(np.arange(144) % 12 < 8, 0, 1)
    found = divide(land, 2, present=present, tolerance=0.03)
    assert found.worst <= 1.03
    assert found.least >= 0.97
    assert found.stays >= 0.8
    assert found.apart == 0


def test_what_is_even_already_stays_as_it_is() -> None:
    land = ground(6, 6, np.ones(36))
    present = np.arange(36) // 18
    assert (divide(land, 2, present=present).labels == present).all()


def test_an_island_goes_with_what_is_nearest_and_is_told() -> None:
    shapes = np.array([*board(3, 1), *board(1, 1, west=120.75)], dtype=object)
    pairs, edges = side_by_side(shapes)
    found = divide(Ground(np.ones(4), pairs, edges, shapely.get_coordinates(shapely.centroid(shapes))), 2)
    assert found.labels[2] == found.labels[3]
    assert found.apart == 1


def test_more_parts_than_blocks_are_refused() -> None:
    with pytest.raises(BalanceError, match="5 parts of 4 blocks"):
        divide(ground(2, 2, np.ones(4)), 5)
    with pytest.raises(BalanceError, match="not negative"):
        ground(2, 1, np.array([1.0, -1.0]))


def test_blocks_cover_their_grids_and_share_their_corners() -> None:
    random = np.random.default_rng(1)
    grids = board(2, 1)
    spots = np.array([120.7, 31.6]) + random.uniform(0, 1, (300, 2)) * np.array([2 * STEP, STEP])
    found = blocks_of(grids, spots, per_block=10)
    assert len(found.shapes) >= 25
    assert (found.place >= 0).all()
    for row, grid in enumerate(grids):
        ground = shape_of(found.shapes[found.home == row])
        assert ground.symmetric_difference(grid).area < 1e-12
    assert shapely.coverage_is_valid(found.shapes)
    assert max(np.bincount(found.place)) <= 20


def town(seed: int = 0, *, special: bool = False) -> tuple[Grids, Doors]:
    """Two villages of four grids each, one person a grid; the west is crowded."""
    random = np.random.default_rng(seed)
    shapes = board(8, 1)
    villages = np.array(["320581101201"] * 4 + ["320581101208"] * 4)
    at = np.array([120.7, 31.6]) + random.beta(1, 2, (800, 2)) * np.array([8 * STEP, STEP])
    grid = assign(at, shapes)
    flags = np.zeros(8 + special, dtype=bool)
    if special:
        shapes.append(shapely.box(120.701, 31.601, 120.703, 31.603))
        villages = np.append(villages, "320581101201")
        flags[8] = True
        grid = np.where(shapely.intersects_xy(shapes[8], at[:, 0], at[:, 1]), 8, grid)
    home = np.where(at[:, 0] < 120.7 + 4 * STEP, "320581101201", "320581101208")
    grids = Grids(np.array(shapes, dtype=object), villages, flags, np.arange(len(shapes)) + 100)
    return grids, Doors(at, home, grid, random.gamma(4, 3, 800))


@pytest.mark.parametrize("special", [False, True])
def test_people_come_to_equal_work_and_no_grid_lies_in_two_villages(special: bool) -> None:
    grids, doors = town(special=special)
    layout = lay_out(grids, doors, parts=8)
    found = share_among_people(layout, grids, parts=None, tolerance=0.05, seed=0)
    before = evenness([float(layout.work[found.now == at].sum()) for at in range(len(found.owner))])
    after = evenness(found.then.work.tolist())
    assert before.worst > 1.5
    assert after.worst <= 1.1
    cuts = found.cuts(layout)
    assert sorted(block for cut in cuts for block in cut.blocks.tolist()) == list(range(len(layout.work)))
    for cut in cuts:
        assert len(set(layout.village[cut.blocks].tolist())) == 1
        assert set(found.then.labels[cut.blocks].tolist()) == {cut.part}
        if not layout.special[cut.blocks].any():
            assert shape_of(layout.shapes[cut.blocks]).geom_type == "Polygon"
    kept = [cut.grid for cut in cuts if cut.grid != NEW]
    assert sorted(kept) == list(range(len(grids.shapes)))
    if special:
        assert [len(cut.blocks) for cut in cuts if cut.grid == 8] == [1]


def test_grids_of_a_village_come_to_equal_work() -> None:
    grids, doors = town()
    layout = lay_out(grids, doors, parts=8)
    found = share_among_grids(layout, grids, parts=None, tolerance=0.05, seed=0)
    for rows in (slice(0, 4), slice(4, 8)):
        told = evenness(found.then.work[rows].tolist())
        assert told.worst <= 1.1
        assert told.least >= 0.85


def test_grids_are_shared_among_villages_by_their_work() -> None:
    grids, doors = town()
    layout = lay_out(grids, doors, parts=10)
    found = share_among_grids(layout, grids, parts=10, tolerance=0.05, seed=0)
    village = layout.village[np.unique(found.then.labels, return_index=True)[1]]
    assert np.bincount(village).tolist()[0] > 5
    assert len(np.unique(found.then.labels)) == 10
    with pytest.raises(BalanceError, match="1 grids for 2 villages"):
        share_among_grids(layout, grids, parts=1, tolerance=0.05, seed=0)


def test_one_person_more_gets_ground_that_is_nobodys_yet() -> None:
    grids, doors = town()
    layout = lay_out(grids, doors, parts=9)
    found = share_among_people(layout, grids, parts=9, tolerance=0.05, seed=0)
    assert found.owner.count(NOBODY) == 1
    assert evenness(found.then.work.tolist()).worst <= 1.12


def test_a_grid_whose_blocks_all_change_hands_keeps_its_edge() -> None:
    home, labels = np.array([0, 0, 1, 1]), np.array([1, 1, 1, 1])
    pairs = np.array([[0, 1], [1, 2], [2, 3]])
    cuts = recut(home, labels, pairs, np.ones(3), np.ones(4), village=np.zeros(4, dtype=int))
    assert [(cut.grid, cut.part, cut.blocks.tolist()) for cut in cuts] == [(0, 1, [0, 1]), (1, 1, [2, 3])]


def test_doors_that_are_seldom_due_are_farther_from_each_other() -> None:
    random = np.random.default_rng(2)
    lons, lats = 120.7 + random.uniform(0, 0.01, 200), 31.6 + random.uniform(0, 0.01, 200)
    every, some = (legs_m(lons, lats, np.full(200, share), longest_m=5000) for share in (1.0, 0.25))
    assert np.median(some / every) == pytest.approx(2, rel=0.2)
    area_m2 = 0.01 * 111_000 * 0.01 * 111_000 * np.cos(np.radians(31.6))
    assert np.median(every) == pytest.approx(0.7124 * np.sqrt(area_m2 / 200), rel=0.15)
    assert legs_m([120.7], [31.6], [1.0], longest_m=700).tolist() == [700]
