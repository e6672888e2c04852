"""Datums and projections."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapely.geometry import box

from gis import crs
from gis.crs import Suggestion, convert, parse_crs, suggest_crs, to_storage
from gis.measure import distance_m

inside_china = st.tuples(st.floats(73.5, 135.0), st.floats(18.0, 53.5))
CHANGSHU = box(120.55, 31.50, 121.05, 31.85)


@pytest.mark.parametrize(
    ("lat", "lon", "gcj_lat", "gcj_lon"),
    [
        (31.1774276, 121.5272106, 31.17530398364597, 121.531541859215),
        (22.543847, 113.912316, 22.540796131694766, 113.9171764808363),
        (39.911954, 116.377817, 39.91334545536069, 116.38404722455657),
        (37.065, 128.543, 37.065651049489816, 128.54820547949757),
        (31.65, 120.75, 31.6480639, 120.7543956),
        (30.17, 121.25, 30.1675543, 121.2543377),
        (31.7, 120.9, 31.6978785, 120.9041916),
        (30.17, 121.1, 30.1677373, 121.104527),
    ],
)
def test_gcj02_agrees_with_published_points(lat, lon, gcj_lat, gcj_lon):
    there = convert(lon, lat, source="WGS84", target="GCJ-02")
    assert there == pytest.approx((gcj_lon, gcj_lat), abs=1e-6)
    back = convert(gcj_lon, gcj_lat, source="GCJ-02", target="WGS84")
    assert back == pytest.approx((lon, lat), abs=1e-6)


@pytest.mark.parametrize(
    ("x", "y", "source", "bd_x", "bd_y"),
    [
        (128.543, 37.065, "GCJ-02", 128.54944656269413, 37.07113427883019),
        (120.75, 31.65, "WGS84", 120.760898, 31.6539763),
        (121.25, 30.17, "WGS84", 121.260936, 30.1732093),
    ],
)
def test_bd09_agrees_with_published_points(x, y, source, bd_x, bd_y):
    assert convert(x, y, source=source, target="BD-09") == pytest.approx((bd_x, bd_y), abs=1e-6)
    assert convert(bd_x, bd_y, source="BD-09", target=source) == pytest.approx((x, y), abs=1e-6)


def test_the_inverse_of_bd09_is_better_than_the_one_that_circulates():
    """The published inverse applies the forward formula once; it misses its own forward by more than a decimetre."""
    published = (128.5365893261212, 37.058754503281534)
    ours = convert(128.543, 37.065, source="BD-09", target="GCJ-02")
    assert ours == pytest.approx(published, abs=2e-6)
    assert convert(*ours, source="GCJ-02", target="BD-09") == pytest.approx((128.543, 37.065), abs=1e-9)
    assert convert(*published, source="GCJ-02", target="BD-09")[1] != pytest.approx(37.065, abs=1e-6)


@pytest.mark.parametrize(
    ("lat", "lon", "wgs_lat", "wgs_lon"),
    [
        (29.199786, 120.019809, 29.196131605295484, 120.00877901149691),
        (29.210504, 120.036455, 29.206795749156136, 120.0253853970846),
    ],
)
def test_the_two_bd09_points_of_eviltransform_hold_only_with_its_old_constant(lat, lon, wgs_lat, wgs_lon):
    """They were computed with pi where the formula has pi * 3000 / 180, and lie 10 and 40 m off (upstream too)."""
    x, y = lon - 0.0065, lat - 0.006
    reach = math.hypot(x, y) - 0.00002 * math.sin(y * math.pi)
    angle = math.atan2(y, x) - 0.000003 * math.cos(x * math.pi)
    gcj = reach * math.cos(angle), reach * math.sin(angle)
    again = convert(*gcj, source="WGS84", target="GCJ-02")
    assert (2 * gcj[0] - again[0], 2 * gcj[1] - again[1]) == pytest.approx((wgs_lon, wgs_lat), abs=1e-9)
    ours = convert(lon, lat, source="BD-09", target="WGS84")
    assert 5 < distance_m(*ours, wgs_lon, wgs_lat) < 60


@given(inside_china, st.sampled_from(["GCJ-02", "BD-09"]))
def test_there_and_back_inside_china_is_exact_to_a_nanodegree(place, datum):
    there = convert(*place, source="EPSG:4490", target=datum)
    assert to_storage(*there, source=datum) == pytest.approx(place, abs=1e-9)
    assert there != pytest.approx(place, abs=1e-4)


@given(st.floats(119.0, 121.4), st.floats(29.5, 32.5), st.sampled_from(["EPSG:4549", "EPSG:4528", "EPSG:4510"]))
def test_projected_there_and_back_is_exact_to_a_nanodegree(lon, lat, projected):
    there = convert(lon, lat, source="EPSG:4490", target=projected)
    assert to_storage(*there, source=projected) == pytest.approx((lon, lat), abs=1e-9)


@pytest.mark.parametrize(("lon", "lat"), [(139.69, 35.69), (2.35, 48.85), (-73.98, 40.75), (120.0, 60.0)])
def test_outside_the_box_the_public_algorithm_leaves_a_point_alone(lon, lat):
    assert convert(lon, lat, source="WGS84", target="GCJ-02") == (lon, lat)
    assert convert(lon, lat, source="GCJ-02", target="WGS84") == (lon, lat)


def test_changshu_and_cixi_land_where_the_national_grid_puts_them():
    assert convert(120.75, 31.65, source="CGCS2000", target="EPSG:4549") == pytest.approx(
        (571138.665, 3503287.444), abs=1e-3
    )
    assert convert(121.25, 30.17, source="CGCS2000", target="4549") == pytest.approx(
        (620406.516, 3339618.711), abs=1e-3
    )
    assert convert(120.75, 31.65, source="CGCS2000", target="4528")[0] == pytest.approx(40571138.665, abs=1e-3)


def test_wgs84_counts_as_cgcs2000():
    assert to_storage(120.75, 31.65, source="WGS84") == (120.75, 31.65)


def test_arrays_keep_their_shape_and_what_is_no_place_becomes_nan():
    xs = np.array([[120.75, np.nan, 120.75], [121.0, 200.0, np.inf]])
    ys = np.array([[31.65, 31.65, np.nan], [31.5, 31.5, 31.5]])
    lon, lat = to_storage(xs, ys, source="GCJ-02")
    assert lon.shape == (2, 3)
    assert np.isnan(lon).tolist() == np.isnan(lat).tolist() == [[False, True, True], [False, True, True]]
    one = to_storage(120.75, 31.65, source="GCJ-02")
    assert (lon[0, 0], lat[0, 0]) == pytest.approx(one, abs=1e-12)
    assert np.isnan(to_storage(1e30, 1e30, source="EPSG:4549")).all()


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("gcj02", "GCJ-02"), ("GCJ-02", "GCJ-02"), ("火星坐标", "GCJ-02"), ("高德", "GCJ-02"), ("bd09", "BD-09"),
        ("百度", "BD-09"), ("BD_09", "BD-09"), ("ＢＤ－０９", "BD-09"), ("wgs84", "EPSG:4326"), ("GPS", "EPSG:4326"),
        ("EPSG:4326", "EPSG:4326"), ("CGCS2000", "EPSG:4490"), ("国家2000", "EPSG:4490"), ("epsg:4549", "EPSG:4549"),
        ("4528", "EPSG:4528"), ("EPSG 4490", "EPSG:4490"),
    ],
)  # fmt: skip
def test_coordinate_systems_are_known_by_the_names_registers_use(written, name):
    assert parse_crs(written) == name


def test_the_wkt_beside_a_shapefile_is_read():
    import pyproj

    assert parse_crs(pyproj.CRS.from_epsg(4549).to_wkt("WKT1_ESRI")) == "EPSG:4549"
    local = "+proj=tmerc +lat_0=0 +lon_0=121 +k=1 +x_0=500000 +y_0=0 +ellps=GRS80 +units=m +no_defs"
    assert to_storage(500000, 3339618.0, source=local)[0] == pytest.approx(121.0, abs=1e-9)


@pytest.mark.parametrize("written", ["", "mars", "EPSG:999999", "EPSG:0", "北京", "'; DROP TABLE", "12"])
def test_an_unknown_system_is_refused_not_guessed(written):
    with pytest.raises(crs.UnknownCrsError):
        parse_crs(written)


@pytest.mark.parametrize("datum", ["GCJ-02", "BD-09", "EPSG:4549", "EPSG:4528"])
def test_a_stray_point_tells_the_datum_that_explains_it(datum):
    small = box(120.7495, 31.6495, 120.7505, 31.6505)
    x, y = convert(120.75, 31.65, source="EPSG:4490", target=datum)
    assert suggest_crs(x, y, small) == Suggestion(datum, swapped=False)


def test_swapped_axes_are_recognised():
    assert suggest_crs(31.65, 120.75, CHANGSHU) == Suggestion("EPSG:4490", swapped=True)
    north, east = 3503287.444, 571138.665
    assert suggest_crs(north, east, CHANGSHU, source="EPSG:4549") == Suggestion("EPSG:4549", swapped=True)
    assert suggest_crs(north, east, CHANGSHU) == Suggestion("EPSG:4549", swapped=True)


def test_no_suggestion_for_a_point_inside_or_one_nothing_explains():
    assert suggest_crs(120.75, 31.65, CHANGSHU) is None
    assert suggest_crs(2.35, 48.85, CHANGSHU) is None
    assert suggest_crs(float("nan"), 31.65, CHANGSHU) is None
