"""The map as a person meets it, at a desk and on a phone."""

import re

import mapbox_vector_tile
import pytest
from shapely.geometry import Point

from layers import houses, legend
from layers.boundaries import boundaries
from tests.layers.conftest import FULL_TILES, TILE_CENTRE, MapOpener
from tests.layers.frames import LAYERS, TILES, house_frame, page

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("name", LAYERS)
def test_each_layer_opens_without_an_error_or_another_host(open_map: MapOpener, name: str) -> None:
    opened = open_map(page(LAYERS[name]("聚沙村 12 组 8 号")))
    opened.page.locator(".leaflet-control-scale-line").wait_for()
    assert opened.errors == []
    assert opened.foreign == []


def test_zoom_buttons_are_wide_enough_for_a_thumb_and_have_names(open_map: MapOpener) -> None:
    opened = open_map(page())
    box = opened.page.get_by_role("button", name="放大").bounding_box()
    touch = opened.page.evaluate("matchMedia('(pointer: coarse)').matches")
    assert box is not None
    assert min(box["width"], box["height"]) >= (44 if touch else 30)


def test_every_risk_has_a_shape_of_its_own_on_the_map(desk_map: MapOpener) -> None:
    opened = desk_map(page(houses.houses(house_frame(5))))
    paths = opened.page.eval_on_selector_all(
        "path.leaflet-interactive", "found => found.map(one => one.getAttribute('d'))"
    )
    outlines = {re.sub(r"-?\d+(\.\d+)?", "n", path) for path in paths if "a" not in path}
    corners = sorted(path.count("L") + 1 for path in paths if "a" not in path)
    assert corners == [3, 4, 4]
    assert len(outlines) == 2
    assert sum("a" in path for path in paths) == 2


def test_a_house_opens_its_card_and_its_button_leads_to_its_page(desk_map: MapOpener) -> None:
    opened = desk_map(page(houses.houses(house_frame(1), link=lambda code: f"/?page=house&code={code}")))
    opened.page.locator("path.leaflet-interactive").click()
    card = opened.page.locator(".anju-card")
    assert card.inner_text().split() == ["聚沙村", "12", "组", "8", "号", "32058110120100000", "红", "打开房屋"]
    assert card.locator("a").get_attribute("href") == "/?page=house&code=32058110120100000"


def one_house_a_tile(**properties: str) -> bytes:
    feature = {
        "geometry": "POINT(2048 2048)",
        "properties": {"code": "32058110120100007", "state": "let", **properties},
    }
    return mapbox_vector_tile.encode([{"name": "houses", "features": [feature]}], default_options={"extents": 4096})


def test_a_click_on_a_house_in_a_tile_opens_its_card_and_keeps_it_open(open_map: MapOpener) -> None:
    tiles = houses.house_tiles(TILES, link_template="/?page=house&code={code}")
    opened = open_map(page(tiles), tile=one_house_a_tile(colour="orange"))
    open_map.click_tile_centre()
    card = opened.page.locator(".anju-card")
    card.wait_for()
    opened.page.wait_for_timeout(300)
    assert card.inner_text().split() == ["橙", "32058110120100007", "打开房屋"]
    assert card.locator("a").get_attribute("href") == "/?page=house&code=32058110120100007"
    assert opened.errors == []


def test_a_click_beside_every_house_opens_nothing(desk_map: MapOpener) -> None:
    opened = desk_map(page(houses.house_tiles(TILES)), tile=one_house_a_tile(colour="orange"))
    opened.page.evaluate("() => { theMap.setZoom(16, {animate: false}); }")
    opened.page.wait_for_function(FULL_TILES)
    x, y = opened.page.evaluate(TILE_CENTRE)
    opened.page.mouse.click(x + 40, y + 40)
    opened.page.wait_for_timeout(300)
    assert opened.page.locator(".leaflet-popup").count() == 0


@pytest.mark.parametrize(("colour", "ink"), [("orange", [0xE6, 0x51, 0x00]), ("red", [0xC6, 0x28, 0x28])])
def test_a_house_in_a_tile_has_the_colour_of_its_risk(desk_map: MapOpener, colour: str, ink: list[int]) -> None:
    opened = desk_map(page(houses.house_tiles(TILES)), tile=one_house_a_tile(colour=colour))
    opened.page.wait_for_function(FULL_TILES)
    pixel = opened.page.evaluate(
        """() => [...document.querySelector('canvas.leaflet-tile-loaded').getContext('2d')
            .getImageData(128, 128, 1, 1).data]"""
    )
    assert pixel == [*ink, 255]


def test_a_tile_is_drawn_at_the_resolution_of_the_screen(open_map: MapOpener) -> None:
    opened = open_map(page(houses.house_tiles(TILES)), tile=one_house_a_tile(colour="red"))
    opened.page.wait_for_function(FULL_TILES)
    width, ratio = opened.page.evaluate(
        "() => [document.querySelector('canvas.leaflet-tile-loaded').width, devicePixelRatio]"
    )
    assert width == 256 * ratio


def test_an_answer_that_is_no_tile_leaves_the_map_in_use(desk_map: MapOpener) -> None:
    opened = desk_map(page(houses.house_tiles(TILES)), tile=b"")
    opened.page.locator("canvas.leaflet-tile-loaded").first.wait_for()
    assert opened.tiles
    assert opened.errors == []


def test_labels_that_would_touch_give_way(desk_map: MapOpener) -> None:
    crowded = house_frame(40)
    crowded["name"] = [f"一个相当长的村名{i}" for i in range(40)]
    crowded["geometry"] = crowded.geometry.map(
        lambda at: Point(120.92 + (at.x - 120.92) / 5, 31.71 + (at.y - 31.71) / 5)
    )
    opened = desk_map(page(boundaries(crowded, level="town")))
    opened.page.wait_for_function("() => document.querySelectorAll('.anju-hidden').length > 0")
    boxes: list[dict[str, float]] = opened.page.evaluate(
        """() => [...document.querySelectorAll('.anju-label:not(.anju-hidden) > div')].map(one => {
            const r = one.getBoundingClientRect(); return {l: r.left, r: r.right, t: r.top, b: r.bottom}; })"""
    )
    assert boxes
    overlaps = [
        (one, two)
        for i, one in enumerate(boxes)
        for two in boxes[i + 1 :]
        if one["l"] < two["r"] and two["l"] < one["r"] and one["t"] < two["b"] and two["t"] < one["b"]
    ]
    assert overlaps == []


def test_a_legend_is_open_at_a_desk_and_folded_on_a_phone(open_map: MapOpener) -> None:
    group = houses.houses(house_frame(5))
    group.add_child(legend.on_map(legend.risk_legend({"red": 1})))
    opened = open_map(page(group))
    desk = opened.page.viewport_size is not None and opened.page.viewport_size["width"] > 600
    assert opened.page.locator(".anju-legend details").evaluate("one => one.open") is desk
    assert opened.page.locator(".anju-legend summary").inner_text() == "房屋"
