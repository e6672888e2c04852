"""Metres and square metres."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapely.geometry import LineString, MultiPolygon, Polygon, box

from gis.measure import area_m2, distance_m, distance_matrix_m, length_m
from gis.travel import DetourError, Mode, TravelModeError, straight_matrix, travel_minutes


def test_a_degree_along_a_meridian_is_about_111_km():
    assert distance_m(120.0, 31.0, 120.0, 32.0) == pytest.approx(110_874, abs=30)
    assert distance_m([120.0, 120.0], [31.0, 31.0], [120.0, 121.0], [32.0, 31.0]).shape == (2,)
    assert length_m(LineString([(120, 31), (120, 32), (120, 31)])) == pytest.approx(2 * 110_874, abs=60)


def test_holes_are_taken_off_whatever_the_ring_turns():
    whole = box(120.0, 31.0, 120.01, 31.01)
    hole = [(120.004, 31.004), (120.006, 31.004), (120.006, 31.006), (120.004, 31.006)]
    for ring in (hole, hole[::-1]):
        pierced = Polygon(whole.exterior.coords, [ring])
        assert area_m2(pierced) == pytest.approx(area_m2(whole) - area_m2(Polygon(hole)), rel=1e-9)
    parts = MultiPolygon([whole, box(121.0, 31.0, 121.01, 31.01)])
    assert area_m2(parts) == pytest.approx(2 * area_m2(whole), rel=1e-9)
    assert area_m2(Polygon()) == 0


def test_an_area_is_geodesic_not_projected():
    """At the east of Cixi a map in EPSG:4549 is some 480 ppm too large."""
    from gis.crs import convert

    west, south, east, north = 121.45, 30.17, 121.46, 30.18
    xs, ys = convert([west, east, east, west], [south, south, north, north], source="EPSG:4490", target="EPSG:4549")
    projected = Polygon(zip(xs, ys, strict=True)).area
    assert projected / area_m2(box(west, south, east, north)) - 1 == pytest.approx(480e-6, rel=0.1)


@given(st.floats(74, 134), st.floats(18, 53), st.integers(0, 2**32 - 1))
def test_the_fast_matrix_is_within_half_a_percent_of_the_geodesic_in_a_county(lon, lat, seed):
    random = np.random.default_rng(seed)
    lons, lats = lon + random.uniform(0, 0.6, 12), lat + random.uniform(0, 0.5, 12)
    fast = distance_matrix_m(lons, lats)
    exact = distance_m(lons[:, None], lats[:, None], lons[None, :], lats[None, :])
    assert np.allclose(fast, exact, rtol=0.005, atol=1e-3)
    assert np.array_equal(fast, fast.T)
    assert not fast.diagonal().any()


def test_walking_a_kilometre_takes_its_detour_into_account():
    assert travel_minutes(1000.0, mode="walk") == pytest.approx(1000 * 1.35 / 80)
    assert travel_minutes(1000.0, mode="ebike") < travel_minutes(1000.0, mode="walk")
    assert travel_minutes(1000.0, mode="car", detour=1.0) == pytest.approx(2.5)


def test_a_travel_matrix_states_where_it_comes_from():
    from words import say

    matrix = straight_matrix([120.75, 120.76], [31.65, 31.65], mode="walk")
    assert matrix.metres[0, 1] == pytest.approx(distance_m(120.75, 31.65, 120.76, 31.65) * 1.35, rel=1e-4)
    assert matrix.minutes[0, 1] == pytest.approx(matrix.metres[0, 1] / 80)
    assert matrix.mode is Mode.WALK
    for lang in ("zh", "en"):
        assert "1.35" in say(matrix.source, lang, detour=matrix.detour)


def test_nonsense_about_travel_is_refused():
    with pytest.raises(TravelModeError):
        travel_minutes(1.0, mode="helicopter")
    with pytest.raises(DetourError):
        travel_minutes(1.0, mode="walk", detour=0.9)
