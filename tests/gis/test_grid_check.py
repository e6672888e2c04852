"""Faults planted in the grids of the model county's villages are all found, and their mends take them all away."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import example, given, settings
from hypothesis import strategies as st
from shapely.geometry import MultiPolygon, box

from gis.frame import FrameColumnsError, FrameCrsError
from gis.grid import assign
from gis.grid_check import check_grids, next_code
from gis.grid_mend import mend_grids
from tests.gis.planted import METRE, PLANTED, border_moved, county, foreign_code, gap, strip

HOME, NEXT = "320581101201", "320581101208"


def frame(rows, **columns):
    codes, shapes = zip(*rows, strict=True)
    return gpd.GeoDataFrame({"code": codes, **columns}, geometry=list(shapes), crs=4490)


def kinds(report):
    return [one.kind for one in report.findings]


def assert_laws(before, after, outlines, houses):
    """The mended grids fill their villages exactly and no house lost its grid."""
    assert check_grids(after, villages=outlines, houses=houses).findings == []
    for code, shape in zip(outlines["code"], outlines.geometry, strict=True):
        own = after[after["code"].str[:12] == code]
        assert shapely.coverage_is_valid(own.geometry.to_numpy())
        assert shapely.union_all(own.geometry).symmetric_difference(shape).area < 1e-13
    held = assign(houses, list(before[before.is_valid].geometry)) >= 0
    assert (assign(houses, list(after.geometry))[held] >= 0).all()


def test_sound_grids_have_no_fault_with_outlines_and_without() -> None:
    grids, outlines, houses = county()
    assert len(grids) > 50
    told = check_grids(grids, villages=outlines, houses=houses)
    assert (told.findings, told.notes, check_grids(grids).findings) == ([], [], [])


@pytest.mark.parametrize("plant", PLANTED, ids=lambda plant: plant.__name__)
def test_a_planted_fault_is_found_and_its_mend_takes_it_away(plant) -> None:
    grids, outlines, houses = county()
    tried = 0
    for row in range(0, len(grids), 29):
        spoilt = grids.copy()
        if not plant(spoilt, row):
            continue
        tried += 1
        found = check_grids(spoilt, villages=outlines, houses=houses).findings
        assert PLANTED[plant] in [one.kind for one in found]
        assert_laws(spoilt, mend_grids(spoilt, found, villages=outlines), outlines, houses)
    assert tried


@settings(max_examples=12, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(list(PLANTED)), st.integers(0, 50)), min_size=2, max_size=6))
@example([(gap, 0), (border_moved, 21)])
@example([(gap, 0), (foreign_code, 20)])
def test_faults_planted_together_are_mended_together_or_one_village_at_a_time(plants) -> None:
    grids, outlines, houses = county()
    spoilt = grids.copy()
    villages = set()
    for plant, row in plants:
        if grids["code"][row][:12] not in villages:
            plant(spoilt, row)
            villages.add(grids["code"][row][:12])
    mended = spoilt
    for _ in range(3):
        mended = mend_grids(mended, check_grids(mended, villages=outlines, houses=houses).findings, villages=outlines)
    assert_laws(spoilt, mended, outlines, houses)


def test_one_mend_alone_brings_no_new_fault_and_leaves_other_villages_untouched() -> None:
    grids, outlines, _ = county()
    spoilt = grids.copy()
    for row in (3, 40):
        gap(spoilt, row)
    first, second = check_grids(spoilt, villages=outlines).findings
    after = mend_grids(spoilt, [first], villages=outlines)
    assert [one.grids for one in check_grids(after, villages=outlines).findings] == [second.grids]
    other = spoilt["code"].str[:12] != first.village
    assert [one.wkb for one in after[other].geometry] == [one.wkb for one in spoilt[other].geometry]


def test_a_hole_that_another_grid_fills_is_none() -> None:
    whole, inner = box(120.9, 31.7, 120.92, 31.72), box(120.905, 31.705, 120.91, 31.71)
    ring = whole.difference(inner)
    assert kinds(check_grids(frame([(f"{HOME}001", ring), (f"{HOME}002", inner)]))) == []
    found = check_grids(frame([(f"{HOME}001", ring)])).findings
    assert [(one.kind, one.grids) for one in found] == [("hole", (f"{HOME}001",))]
    lake = gpd.GeoDataFrame({"code": [HOME]}, geometry=[ring], crs=4490)
    assert kinds(check_grids(frame([(f"{HOME}001", ring)]), villages=lake)) == []


def test_special_grids_lie_over_base_grids_but_not_over_each_other() -> None:
    base = box(120.9, 31.7, 120.92, 31.72)
    estate, market = box(120.905, 31.705, 120.91, 31.71), box(120.909, 31.705, 120.915, 31.71)
    rows = [(f"{HOME}001", base), (f"{HOME}901", estate), (f"{HOME}902", market)]
    grids = frame(rows, kind=["base", "special", "special"])
    found = check_grids(grids).findings
    assert [(one.kind, one.grids) for one in found] == [("overlap", (f"{HOME}901", f"{HOME}902"))]
    after = mend_grids(grids, found)
    assert check_grids(after).findings == []
    assert after.geometry.iloc[0].equals(base)
    assert kinds(check_grids(frame(rows[:2], kind=["base", "special"]))) == []


def test_an_island_without_a_grid_goes_to_the_nearest_one() -> None:
    land, island = box(120.9, 31.7, 120.92, 31.72), box(120.93, 31.7, 120.931, 31.701)
    outline = gpd.GeoDataFrame({"code": [HOME]}, geometry=[MultiPolygon([land, island])], crs=4490)
    grids = frame([(f"{HOME}001", box(120.9, 31.7, 120.91, 31.72)), (f"{HOME}002", box(120.91, 31.7, 120.92, 31.72))])
    found = check_grids(grids, villages=outline).findings
    assert kinds(check_grids(grids, villages=outline)) == ["gap"]
    assert mend_grids(grids, found, villages=outline).geometry.iloc[1].geom_type == "MultiPolygon"


def test_what_rounding_left_is_no_fault() -> None:
    grids, outlines, _ = county()
    rounded = grids.copy()
    rounded.geometry = shapely.transform(grids.geometry.to_numpy(), lambda at: np.round(at, 7))
    assert check_grids(rounded, villages=outlines).findings == []


def test_who_is_on_duty_is_looked_at_where_it_is_told() -> None:
    codes = [f"{HOME}{n:03d}" for n in range(1, 5)]
    grids = frame([(code, box(120.9 + n / 100, 31.7, 120.91 + n / 100, 31.71)) for n, code in enumerate(codes)])
    facts = [(codes[0], True, False, False), (codes[1], True, True, False), (codes[2], True, True, True)]
    told = check_grids(grids, duties=pd.DataFrame(facts, columns=["code", "held", "away", "backup"]))
    assert [(one.kind, one.grids[0]) for one in told.findings] == [("vacant", codes[3]), ("on_leave", codes[1])]


def test_numbers_out_of_order_and_villages_without_grids_are_told_apart_from_faults() -> None:
    west, east = box(120.9, 31.7, 120.91, 31.72), box(120.91, 31.7, 120.92, 31.72)
    outlines = gpd.GeoDataFrame(
        {"code": [HOME, NEXT]}, geometry=[box(120.9, 31.7, 120.92, 31.72), box(120.92, 31.7, 120.94, 31.72)], crs=4490
    )
    told = check_grids(frame([(f"{HOME}002", west), (f"{HOME}001", east)]), villages=outlines)
    assert told.findings == []
    assert [(one.kind, one.village) for one in told.notes] == [("numbering", HOME), ("village_without_grid", NEXT)]


def test_each_fault_says_where_and_how_large_it_is() -> None:
    grids, outlines, _ = county()
    spoilt = grids.copy()
    gap(spoilt, 3)
    (one,) = check_grids(spoilt, villages=outlines).findings
    assert one.area_m2 == pytest.approx(one.shape.area / METRE**2 * np.cos(np.radians(31.6)), rel=0.01)
    assert one.village == grids["code"][3][:12]
    assert strip(grids, 3, 4) is not None
    assert shapely.Point(one.at).within(one.shape)


def test_a_frame_in_another_system_or_without_codes_is_refused() -> None:
    grids, _, _ = county()
    with pytest.raises(FrameCrsError):
        check_grids(grids.to_crs(4549))
    with pytest.raises(FrameColumnsError):
        check_grids(grids.drop(columns="code"))


def test_a_new_code_follows_all_that_were_ever_given() -> None:
    assert next_code([f"{HOME}001", f"{HOME}007", f"{NEXT}009"], HOME) == f"{HOME}008"
    assert next_code([f"{HOME}001"], HOME, used=[f"{HOME}020"]) == f"{HOME}021"
    assert next_code([], HOME) == f"{HOME}001"
