"""Where rows lie: datums, axes, outlines, and points that lie nowhere."""

import math

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from shapely.geometry import LineString, MultiPolygon, Point, Polygon, box

from exchange.placing import place_points
from exchange.problems import Problem
from exchange.row import HouseRow
from gis.crs import convert
from tests.exchange.files import OUTLINE

HERE = (120.90, 31.70)


def _place(*rows: HouseRow, crs: str | None = "EPSG:4490") -> list[Problem]:
    return place_points(rows, crs=crs, county_polygon=OUTLINE)


def _at(crs: str, *, swapped: bool = False) -> tuple[float, float]:
    x, y = convert(*HERE, source="EPSG:4490", target=crs)
    return (float(y), float(x)) if swapped else (float(x), float(y))


@pytest.mark.parametrize("crs", ["WGS84", "GCJ-02", "BD-09", "CGCS2000", "EPSG:4549", "EPSG:4528"])
def test_every_system_lands_on_the_same_spot(crs: str) -> None:
    x, y = _at(crs)
    row = HouseRow(2, x=x, y=y)
    assert _place(row, crs=crs) == []
    assert (row.lon, row.lat) == pytest.approx(HERE, abs=1e-8)


@pytest.mark.parametrize("crs", ["EPSG:4549", "EPSG:4528"])
def test_surveyors_write_north_first_and_are_understood(crs: str) -> None:
    x, y = _at(crs, swapped=True)
    row = HouseRow(2, x=x, y=y)
    assert _place(row, crs=crs) == []
    assert (row.lon, row.lat) == pytest.approx(HERE, abs=1e-8)


def test_a_rows_own_system_goes_before_the_files() -> None:
    rows = [
        HouseRow(2, *[""] * 0, x=_at(crs)[0], y=_at(crs)[1], crs=name)
        for crs, name in (("GCJ-02", "火星坐标"), ("BD-09", "百度"))
    ]
    assert _place(*rows, crs="EPSG:4490") == []
    assert [row.crs for row in rows] == ["GCJ-02", "BD-09"]
    for row in rows:
        assert (row.lon, row.lat) == pytest.approx(HERE, abs=1e-8)


@pytest.mark.parametrize(
    ("own", "reason"), [(None, "crs_missing"), ("unknown", "crs_missing"), ("北京54", "crs_unreadable")]
)
def test_a_coordinate_without_a_system_waits_for_one(own: str | None, reason: str) -> None:
    row = HouseRow(2, x=HERE[0], y=HERE[1], crs=own)
    (problem,) = _place(row, crs=None)
    assert (problem.reason, row.lon) == (reason, None)
    assert "GCJ-02" in problem.cure()


def test_swapped_axes_are_told_and_not_turned() -> None:
    row = HouseRow(2, x=HERE[1], y=HERE[0])
    (problem,) = _place(row)
    assert (problem.reason, row.lon) == ("outside_county", None)
    assert problem.fields["hints"] == [("swapped", {})]
    assert "对调" in problem.cure()


def test_another_datum_that_would_fit_is_named() -> None:
    east, south = 120.9999, 31.7
    x, y = (float(value) for value in convert(east, south, source="EPSG:4490", target="GCJ-02"))
    (problem,) = _place(HouseRow(2, x=x, y=y))
    assert problem.fields["hints"][0] == ("datum", {"crs": "GCJ-02"})
    assert "--" not in problem.cure()
    assert "GCJ-02" in problem.cure("en")


def test_metres_read_as_degrees_name_the_projection() -> None:
    x, y = _at("EPSG:4549")
    (problem,) = _place(HouseRow(2, x=x, y=y))
    assert (
        problem.fields.get("hints", [("", {})])[0][1].get("crs") == "EPSG:4549" or problem.reason == "looks_projected"
    )


@pytest.mark.parametrize(
    ("x", "y", "reason"),
    [
        (0.0, 0.0, "zero_island"),
        (math.nan, 31.7, "coordinate_nan"),
        (math.inf, 31.7, "coordinate_nan"),
        (10.0, 50.0, "outside_county"),
        (500.0, 31.7, "looks_projected"),
        (120.9, None, "coordinate_half"),
    ],
)
def test_points_that_are_nowhere_say_why(x: float, y: float | None, reason: str) -> None:
    (problem,) = _place(HouseRow(2, x=x, y=y))
    assert problem.reason == reason
    assert problem.text()
    assert problem.text("en")


def test_a_row_without_any_coordinate_is_no_problem() -> None:
    row = HouseRow(2, address="聚沙村8号")
    assert _place(row, crs=None) == []
    assert row.lon is None


def test_an_outline_gives_a_point_on_itself_and_is_kept() -> None:
    horseshoe = Polygon([(0, 0), (10, 0), (10, 10), (8, 10), (8, 2), (2, 2), (2, 10), (0, 10)])
    shape = shapely.transform(horseshoe, lambda points: points * 1e-5 + np.array(HERE))
    rows = [
        HouseRow(2, footprint=shape),
        HouseRow(3, footprint=MultiPolygon([shape, box(120.91, 31.71, 120.9101, 31.7101)])),
    ]
    assert _place(*rows) == []
    for row in rows:
        assert isinstance(row.footprint, MultiPolygon)
        assert row.footprint.intersects(Point(row.lon, row.lat))


def test_a_projected_outline_is_converted_with_its_point() -> None:
    x, y = _at("EPSG:4549")
    row = HouseRow(2, footprint=box(x - 5, y - 5, x + 5, y + 5))
    assert _place(row, crs="EPSG:4549") == []
    assert row.footprint is not None
    assert row.footprint.intersects(Point(row.lon, row.lat))
    assert row.footprint.bounds == pytest.approx((*HERE, *HERE), abs=2e-4)


def test_a_bow_tie_is_mended_and_a_line_refused() -> None:
    bow = shapely.transform(Polygon([(0, 0), (4, 4), (4, 0), (0, 4)]), lambda points: points * 1e-5 + np.array(HERE))
    rows = [
        HouseRow(2, footprint=bow),
        HouseRow(3, footprint=LineString([HERE, (120.91, 31.7)])),
        HouseRow(4, footprint=Polygon()),
        HouseRow(5, footprint=Point(math.nan, 1)),
    ]
    assert [problem.reason for problem in _place(*rows)] == ["geometry_kind", "geometry_empty", "coordinate_nan"]
    assert rows[0].footprint is not None
    assert rows[0].footprint.is_valid


@given(st.lists(st.tuples(st.floats(), st.floats()), max_size=20))
def test_every_row_is_either_placed_inside_or_a_problem(points: list[tuple[float, float]]) -> None:
    rows = [HouseRow(number, x=x, y=y) for number, (x, y) in enumerate(points, 2)]
    bad = {problem.row for problem in _place(*rows, crs="GCJ-02")}
    for row in rows:
        assert (row.row in bad) == (row.lon is None)
        assert row.lon is None or OUTLINE.covers(Point(row.lon, row.lat))
