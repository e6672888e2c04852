"""Links into a phone's map program: each in its own datum, none with more than a number in it."""

import math
import re
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gis.crs import STORAGE, convert
from gis.map_links import DATUM, MapApp, NowhereError, map_link
from gis.measure import distance_m
from gis.travel import Mode

LON, LAT = 120.75, 31.65
# Published by the programs' own converters for this point (see tests/gis/test_crs.py).
GCJ, BD = (120.7543956, 31.6480639), (120.760898, 31.6539763)
PAIR = re.compile(r"(-?\d+\.\d{6}),(-?\d+\.\d{6})")


@pytest.mark.parametrize(
    ("app", "head", "said"),
    [
        (MapApp.AMAP, "https://uri.amap.com/navigation?to=", f"{GCJ[0]:.6f},{GCJ[1]:.6f},"),
        (MapApp.BAIDU, "https://api.map.baidu.com/marker?location=", f"{BD[1]:.6f},{BD[0]:.6f}&"),
        (MapApp.TENCENT, "https://apis.map.qq.com/uri/v1/routeplan?type=bike&", f"tocoord={GCJ[1]:.6f},{GCJ[0]:.6f}&"),
        (MapApp.APPLE, "https://maps.apple.com/?daddr=", f"{GCJ[1]:.6f},{GCJ[0]:.6f}&dirflg=c"),
        (MapApp.GEO, "geo:", "31.650000,120.750000"),
    ],
)
def test_each_program_is_told_the_place_in_its_own_datum(app: MapApp, head: str, said: str) -> None:
    link = map_link(app, LON, LAT, name="3")
    assert link.startswith(head)
    assert said in link


def test_the_programs_say_which_datum_they_are_given() -> None:
    assert "coordinate=gaode" in map_link(MapApp.AMAP, LON, LAT, name="3")
    assert "coord_type=bd09ll" in map_link(MapApp.BAIDU, LON, LAT, name="3")


@pytest.mark.parametrize(("mode", "words"), [(Mode.WALK, ("walk", "walk", "w")), (Mode.CAR, ("car", "drive", "d"))])
def test_the_way_is_asked_for_as_the_inspector_goes(mode: Mode, words: tuple[str, str, str]) -> None:
    links = [map_link(app, LON, LAT, name="3", mode=mode) for app in (MapApp.AMAP, MapApp.TENCENT, MapApp.APPLE)]
    fields = [parse_qs(urlsplit(link).query) for link in links]
    assert (fields[0]["mode"][0], fields[1]["type"][0], fields[2]["dirflg"][0]) == words


@given(st.sampled_from(MapApp), st.floats(73.5, 135.0), st.floats(18.0, 53.5))
def test_whoever_follows_a_link_arrives_within_half_a_metre(app: MapApp, lon: float, lat: float) -> None:
    first, second = PAIR.search(unquote(map_link(app, lon, lat, name="7"))).groups()  # type: ignore[union-attr]
    x, y = (first, second) if app is MapApp.AMAP else (second, first)
    back = convert(float(x), float(y), source=DATUM[app], target=STORAGE)
    assert distance_m(lon, lat, *back) < 0.5


@given(st.sampled_from(MapApp), st.text(max_size=40))
def test_a_name_stays_in_its_field(app: MapApp, name: str) -> None:
    plain = map_link(app, LON, LAT, name="x")
    link = map_link(app, LON, LAT, name=name.encode("utf-8", "ignore").decode())
    assert urlsplit(link).netloc == urlsplit(plain).netloc
    assert urlsplit(link).path == urlsplit(plain).path
    assert urlsplit(link).fragment == ""
    assert parse_qs(urlsplit(link).query, keep_blank_values=True).keys() == parse_qs(urlsplit(plain).query).keys()
    assert link.isascii()


@pytest.mark.parametrize(("lon", "lat"), [(math.nan, 31.0), (120.0, math.inf), (200.0, 31.0), (120.0, 91.0)])
@pytest.mark.parametrize("app", MapApp)
def test_what_is_no_place_has_no_link(app: MapApp, lon: float, lat: float) -> None:
    with pytest.raises(NowhereError):
        map_link(app, lon, lat, name="1")
