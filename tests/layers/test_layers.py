"""Each layer draws what its frame says and refuses what it cannot draw rightly."""

import json
import math
import re
from typing import Any

import folium
import geopandas as gpd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapely.geometry import LineString, MultiPolygon, Point, Polygon, box
from streamlit_folium import generate_js_hash, generate_leaflet_string

from gis.frame import FrameError
from layers import boundaries, grids, houses, legend, route, style, tickets
from layers.base import base_map, fitting_zoom
from layers.draw import Drawing
from layers.errors import MapFrameError, MapPlaceError, MapUrlError, TooManyHousesError, UnknownColourError
from tests.layers.frames import BOUNDS, TILES, grid_frame, house_frame, link, rate_frame, stop_frame, ticket_frame
from words import LANGUAGES, catalogue


def specs(group: folium.FeatureGroup) -> list[dict[str, Any]]:
    return [json.loads(child.spec) for child in group._children.values() if isinstance(child, Drawing)]


def only(group: folium.FeatureGroup) -> dict[str, Any]:
    (spec,) = specs(group)
    return spec


def test_the_most_dangerous_houses_are_drawn_last_and_so_on_top() -> None:
    drawn = only(houses.houses(house_frame(10)))["rows"]
    assert [row["colour"] for row in drawn] == [c for c in ("unseen", "green", "yellow", "orange", "red") for _ in "12"]


def test_a_house_stands_at_its_latitude_and_longitude() -> None:
    rows = only(houses.houses(house_frame(1)))["rows"]
    assert rows[0]["at"] == [31.703, 120.905]


def test_more_houses_than_can_be_drawn_one_by_one_name_the_tile_layer() -> None:
    assert len(only(houses.houses(house_frame(2000)))["rows"]) == 2000
    with pytest.raises(TooManyHousesError, match=r"2001.*2000.*house_tiles"):
        houses.houses(house_frame(2001))


def test_a_house_links_to_its_own_page() -> None:
    rows = only(houses.houses(house_frame(1), link=link))["rows"]
    assert 'href="/?page=house&amp;code=32058110120100000"' in rows[0]["card"]
    assert "href" not in only(houses.houses(house_frame(1)))["rows"][0]["card"]


@pytest.mark.parametrize(
    "foreign", ["https://evil.example/", "//evil.example", "javascript:alert(1)", "/\\evil.example", "/ x"]
)
def test_a_link_that_leaves_the_site_is_no_button(foreign: str) -> None:
    rows = only(houses.houses(house_frame(1), link=lambda code: foreign))["rows"]
    assert "href" not in rows[0]["card"]


@pytest.mark.parametrize(
    "layer",
    [houses.houses, grids.grids, route.route, tickets.tickets, boundaries.closure_rates],
)
def test_a_frame_without_crs_or_columns_is_refused(layer: Any) -> None:
    with pytest.raises(FrameError):
        layer(gpd.GeoDataFrame({"x": [1]}, geometry=[Point(0, 0)], crs=4490))
    with pytest.raises(FrameError):
        layer(house_frame(1).set_crs(None, allow_override=True).assign(**_all_columns()))
    with pytest.raises(FrameError):
        layer(house_frame(1).to_crs(4528).assign(**_all_columns()))


def _all_columns() -> dict[str, object]:
    names = {*houses.COLUMNS, *grids.COLUMNS, *route.COLUMNS, *tickets.COLUMNS, *boundaries.RATE_COLUMNS}
    return dict.fromkeys(names, "red")


def test_an_unknown_colour_is_refused_and_not_drawn_as_something_else() -> None:
    with pytest.raises(UnknownColourError, match="purple"):
        houses.houses(house_frame(1).assign(colour="purple"))


@pytest.mark.parametrize("layer", [houses.houses, grids.grids, route.route, tickets.tickets, boundaries.closure_rates])
def test_an_empty_frame_is_an_empty_layer(layer: Any) -> None:
    empty = house_frame(1).assign(**_all_columns()).iloc[:0]
    assert all(not spec.get("rows") for spec in specs(layer(empty)))


def test_the_readers_own_grid_is_stronger_and_a_vacant_one_is_dashed() -> None:
    drawn = only(grids.grids(grid_frame(), mine="320581101201001"))["rows"]
    assert drawn[-1]["style"] == {"weight": 3, "fillOpacity": 0.08}
    assert drawn[0]["style"]["dashArray"]
    assert "暂无网格员" in drawn[0]["label"]


def test_a_polygon_with_a_hole_keeps_it() -> None:
    hole = Polygon(box(0, 0, 4, 4).exterior.coords, [list(box(1, 1, 2, 2).exterior.coords)])
    frame = gpd.GeoDataFrame(
        {"code": ["1"], "name": ["a"], "inspector": ["b"]}, geometry=[MultiPolygon([hole, box(5, 5, 6, 6)])], crs=4490
    )
    rings = only(grids.grids(frame))["rows"][0]["rings"]
    assert [len(part) for part in rings] == [2, 1]
    assert [0.0, 4.0] in rings[0][0]


def test_stops_are_numbered_in_order_and_done_ones_are_grey() -> None:
    frame = stop_frame(7).iloc[::-1]
    walked, ahead, icons = specs(route.route(frame, start=(120.901, 31.701)))
    assert [len(walked["points"]), len(ahead["points"])] == [3, 6]
    assert walked["points"][-1] == ahead["points"][0]
    assert ahead["points"][-1] == [31.703, 120.923]
    start, *stops = icons["rows"]
    assert start["at"] == [31.701, 120.901]
    assert [re.search(r">(\d+)</text>", stop["icon"])[1] for stop in stops] == [str(i) for i in range(1, 8)]  # type: ignore[index]
    assert [style.MUTED in stop["icon"] for stop in stops] == [True] * 2 + [False] * 5


def test_a_route_with_everything_done_has_only_a_walked_line() -> None:
    walked, icons = specs(route.route(stop_frame(3).assign(done=True)))
    assert walked["colour"] == style.MUTED
    assert len(icons["rows"]) == 3


def test_the_line_follows_the_streets_between_stops() -> None:
    frame = stop_frame(3).assign(done=False)
    first, second, third = ((point.x, point.y) for point in frame.geometry)
    start = (120.9, 31.7)
    ways = [LineString([start, (120.9, 31.71), first]), None, LineString([second, (121.0, 31.8), (121.1, 31.8), third])]
    line, _ = specs(route.route(frame.assign(way=ways), start=start))
    flat = [start, (120.9, 31.71), first, second, (121.0, 31.8), (121.1, 31.8), third]
    assert line["points"] == [[round(lat, 7), round(lon, 7)] for lon, lat in flat]


def test_a_way_from_a_stop_that_was_left_out_is_not_drawn() -> None:
    frame = stop_frame(3).assign(done=False)
    second, third = ((point.x, point.y) for point in list(frame.geometry)[1:])
    ways = [None, None, LineString([second, (121.0, 31.8), third])]
    left_out = frame.assign(way=ways).iloc[[0, 2]]
    line, _ = specs(route.route(left_out))
    assert len(line["points"]) == 2


def test_two_stops_with_one_number_are_refused() -> None:
    with pytest.raises(MapFrameError, match="same number"):
        route.route(stop_frame(3).assign(seq=[1, 2, 2]))


def test_a_tickets_clock_shows_in_colour_and_in_sign() -> None:
    icons = [row["icon"] for row in only(tickets.tickets(ticket_frame()))["rows"]]
    for icon, colour in zip(icons, style.CLOCKS.values(), strict=True):
        assert colour in icon
    assert len({re.sub(r"#\w+", "", icon) for icon in icons}) == 3
    with pytest.raises(UnknownColourError):
        tickets.tickets(ticket_frame().assign(clock="yesterday"))


def test_the_ticket_being_read_is_larger_and_on_top() -> None:
    rows = only(tickets.tickets(ticket_frame(), current="T-0"))["rows"]
    assert rows[0]["size"] > rows[1]["size"]
    assert rows[0]["z"] > max(row["z"] for row in rows[1:])


def test_a_rate_is_written_on_its_town_and_never_rounded_up_to_all() -> None:
    labels = [
        re.sub(r"<small>.*|<[^>]*>", "", row["label"]) for row in only(boundaries.closure_rates(rate_frame()))["rows"]
    ]
    assert labels == ["50%", "99%", "100%", "—"]


def test_a_rate_is_light_only_on_the_deepest_step() -> None:
    frame = rate_frame().assign(closed=[96, 97, 100, 0], due=[100, 100, 100, 0])
    labels = [row["label"] for row in only(boundaries.closure_rates(frame))["rows"]]
    assert ["anju-light" in label for label in labels] == [False, True, True, False]


def test_no_due_case_is_not_a_rate_of_nought() -> None:
    fills = [row["style"]["fillColor"] for row in only(boundaries.closure_rates(rate_frame()))["rows"]]
    assert fills[3] == style.RATE_NONE
    assert style.RATE_NONE not in fills[:3]
    assert style.rate_fill(0.0) == style.RATE_STEPS[0][1]
    assert style.rate_fill(float("nan")) == style.RATE_NONE


@pytest.mark.parametrize(("closed", "due"), [(3, 2), (-1, 2)])
def test_counts_that_cannot_be_are_refused(closed: int, due: int) -> None:
    with pytest.raises(MapFrameError, match="due"):
        boundaries.closure_rates(rate_frame().assign(closed=closed, due=due))


def test_an_unknown_level_of_division_is_refused() -> None:
    with pytest.raises(MapFrameError, match="province"):
        boundaries.boundaries(grid_frame(), level="province")


def test_a_division_known_by_its_centre_alone_still_has_its_name() -> None:
    frame = gpd.GeoDataFrame({"code": ["1"], "name": ["虞山街道"]}, geometry=[Point(120.7, 31.6)], crs=4490)
    row = only(boundaries.boundaries(frame, level="town"))["rows"][0]
    assert (row["rings"], row["at"], row["label"]) == ([], [31.6, 120.7], "虞山街道")


@pytest.mark.parametrize(
    "url",
    [
        "https://evil.example/{z}/{x}/{y}.mvt",
        "//evil.example/{z}/{x}/{y}.mvt",
        "/tiles/{z}/{x}/{y}.mvt'+alert(1)+'",
        "/tiles/{{z}}/{x}/{y}{z}.mvt",
        "/tiles/{z}/{x}.mvt",
        "/tiles/{z}/{x}/{y}.mvt\n",
        "",
    ],
)
def test_tiles_come_from_this_site_only(url: str) -> None:
    with pytest.raises(MapUrlError):
        houses.house_tiles(url)


def test_a_tiles_link_stays_on_this_site() -> None:
    with pytest.raises(MapUrlError):
        houses.house_tiles(TILES, link_template="https://evil.example/{code}")


def test_the_map_is_the_same_script_in_every_run_whatever_is_laid_on_it() -> None:
    hashes = set()
    for n in (1, 5):
        made = base_map(BOUNDS, attribution="示例")
        made.get_root().render()
        hashes.add(generate_js_hash(generate_leaflet_string(made), "map"))
        houses.houses(house_frame(n)).add_to(made)
    assert len(hashes) == 1
    other = base_map((0, 0, 1, 1))
    assert generate_js_hash(generate_leaflet_string(other), "map") not in hashes


@pytest.mark.parametrize(
    "place",
    [{}, {"centre": (31.7, 120.9)}, {"bounds": (121, 31, 120, 32)}, {"centre": (float("nan"), 31.7)}],
)
def test_a_map_that_would_open_nowhere_or_with_swapped_coordinates_is_refused(place: dict[str, Any]) -> None:
    with pytest.raises(MapPlaceError):
        base_map(**place)


def test_every_refusal_is_told_in_both_languages() -> None:
    for error in (TooManyHousesError, MapFrameError, MapPlaceError, MapUrlError, UnknownColourError):
        for lang in LANGUAGES:
            assert f"error.{error.__name__}" in catalogue(lang)


def test_a_legend_says_every_colour_in_words_with_counts_and_a_total() -> None:
    text = re.sub(r"<[^>]+>", " ", legend.risk_legend({"red": 12, "green": 3000}))
    assert text.split() == ["房屋", "红", "12", "橙", "0", "黄", "0", "绿", "3,000", "未查", "0", "合计", "3,012"]
    with pytest.raises(UnknownColourError):
        legend.risk_legend({"purple": 1})
    assert "超期" in legend.clock_legend({"late": 2})
    assert legend.rate_legend(lang="en").count("<li>") == len(style.RATE_STEPS) + 1


@given(
    st.tuples(st.floats(119, 122), st.floats(30, 33)),
    st.tuples(st.floats(0, 0.5), st.floats(0, 0.5)),
    st.integers(200, 1600),
    st.integers(200, 1000),
)
def test_the_zoom_that_fits_shows_the_whole_place_and_one_closer_would_not_leave_room(
    corner: tuple[float, float], size: tuple[float, float], width_px: int, height_px: int
) -> None:
    (west, south), (wide, high) = corner, size
    bounds = (west, south, west + wide, south + high)
    zoom = fitting_zoom(bounds, width_px=width_px, height_px=height_px)
    tall = high / math.cos(math.radians(south + high / 2))
    shares = [degrees * 256 * 2**zoom / 360 / pixels for degrees, pixels in ((wide, width_px), (tall, height_px))]
    assert max(shares) <= 0.81
    assert zoom == 17 or max(shares) > 0.39
