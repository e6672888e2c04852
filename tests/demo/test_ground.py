"""The ground under the model town."""

import numpy as np
import pytest
import shapely

from demo.divisions import NoModelTownError, divisions, known_centres, outline
from demo.villages import TooManyModelHousesError, share_out
from gis.code import check_village
from tests.demo.town import ground

COUNTIES = ("320581", "330282")


def test_the_divisions_are_those_of_the_two_counties() -> None:
    counted = {
        county: [sum(d.level == level for d in divisions(county)) for level in ("town", "village")]
        for county in COUNTIES
    }
    assert counted == {"320581": [17, 359], "330282": [24, 406]}
    names = {d.code: d.name for d in divisions("320581")}
    assert names["320581101"] == "梅李镇"
    assert names["320581101201"] == "聚沙村委会"


@pytest.mark.parametrize("county", COUNTIES)
def test_a_house_may_stand_in_every_village_that_says_so(county: str) -> None:
    for division in divisions(county):
        if division.level == "village" and division.addressable:
            check_village(division.code)


def test_development_zones_and_virtual_communities_take_no_houses() -> None:
    shut = {d.code for county in COUNTIES for d in divisions(county) if not d.addressable}
    assert len(shut) == 3 + 3 + 5 + 5
    assert all(code[6] == "4" or code.endswith("98") for code in shut)


@pytest.mark.parametrize(("county", "at_least"), [("320581", 10), ("330282", 16)])
def test_known_centres_lie_inside_their_county(county: str, at_least: int) -> None:
    spots = known_centres(county)
    assert len(spots) >= at_least
    assert set(spots) <= {d.code for d in divisions(county)}
    assert all(shapely.contains_xy(outline(county), *spot) for spot in spots.values())


def test_a_county_without_an_extract_is_refused() -> None:
    with pytest.raises(NoModelTownError):
        outline("110101")


@pytest.mark.parametrize("county", COUNTIES)
def test_villages_tile_the_county_without_gap_or_overlap(county: str) -> None:
    land = ground(county)
    cells = [g.geom for g in land.villages.values() if g.geom is not None]
    assert all(cell.is_valid and not cell.is_empty for cell in cells)
    whole = shapely.union_all(cells)
    assert whole.symmetric_difference(land.outline).area < 1e-9 * land.outline.area
    assert sum(cell.area for cell in cells) == pytest.approx(land.outline.area, rel=1e-9)
    assert shapely.coverage_is_valid(cells, gap_width=1e-9) or shapely.union_all(cells).area == pytest.approx(
        land.outline.area, rel=1e-12
    )


@pytest.mark.parametrize("county", COUNTIES)
def test_every_centre_lies_in_its_own_ground_and_known_ones_stay_where_they_are(county: str) -> None:
    land = ground(county)
    known = known_centres(county)
    for code, spot in land.villages.items():
        if spot.geom is not None and spot.centre is not None:
            assert spot.geom.covers(shapely.Point(spot.centre))
            assert spot.centre_known == (code in known)
    for code, spot in land.towns.items():
        if code in known:
            assert spot.centre == pytest.approx(known[code], abs=1e-9)


@pytest.mark.parametrize("county", COUNTIES)
def test_a_town_is_the_union_of_its_villages(county: str) -> None:
    land = ground(county)
    for code, spot in land.towns.items():
        parts = [g.geom for g in land.villages.values() if g.division.parent == code and g.geom is not None]
        if spot.geom is None:
            assert not parts
            assert code[6] == "4"
        else:
            assert spot.geom.area == pytest.approx(sum(part.area for part in parts), rel=1e-9)


def test_houses_are_shared_out_with_a_heavy_tail_and_add_up() -> None:
    shares = share_out(ground("320581"), 12_000, seed=1)
    counts = np.sort(list(shares.values()))[::-1]
    assert counts.sum() == 12_000
    tenth = counts[: len(counts) // 10].sum()
    assert tenth > 0.3 * 12_000
    assert counts[0] > 8 * np.median(counts)


def test_more_houses_than_the_county_holds_are_refused() -> None:
    with pytest.raises(TooManyModelHousesError):
        share_out(ground("320581"), 3_000_000, seed=1)
