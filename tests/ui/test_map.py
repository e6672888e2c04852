"""The map: tiles as large as the county, cards by a click, all of it in the address, never more than one may see."""

import pytest
from playwright.sync_api import TimeoutError

from tests import world as tiny
from tests.browser import PHONE, Site, Visit, Visitor

LON, LAT = tiny.HOUSES[1][1:3]
TAPS = 6
AT_HOUSE_1 = f"at={LAT:.5f},{LON:.5f},17"


def press_the_middle(visitor: Visitor) -> None:
    box = visitor.page.locator(".st-key-atlas_map iframe").bounding_box()
    assert box is not None
    visitor.page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)


def tap_until_a_card_opens(visitor: Visitor) -> None:
    """The tile is decoded and drawn on a canvas and nothing in the page says so: a tap before it meets empty ground."""
    card = visitor.page.locator(".st-key-atlas_card .anju-code")
    for _ in range(TAPS):
        press_the_middle(visitor)
        try:
            card.wait_for(timeout=5_000)
        except TimeoutError:
            continue
        return
    raise AssertionError(f"no card opened after {TAPS} taps")


@pytest.mark.browser
def test_a_tap_on_a_house_in_a_tile_opens_its_card(visit: Visit, site: Site) -> None:
    visitor = visit().sign_in("inspector")
    with visitor.page.expect_response("**/tiles/houses/v1/17/*/*.mvt") as answer:
        visitor.open(f"/map?view=risk&{AT_HOUSE_1}")
    assert answer.value.status == 200
    visitor.settle()
    tap_until_a_card_opens(visitor)
    assert visitor.page.locator(".st-key-atlas_card .anju-code").get_attribute("title") == site.world.codes[1]
    assert f"house={site.world.codes[1]}" in visitor.page.url
    visitor.page.locator(".st-key-card_open button").click()
    visitor.page.wait_for_url(f"**/house?code={site.world.codes[1]}")


@pytest.mark.browser
def test_tiles_come_packed_tagged_and_only_of_the_colours_asked_for(visit: Visit, site: Site) -> None:
    request = visit().sign_in("centre").page.request
    first = request.get(f"{site.url}/tiles/houses/v1/12/3423/1667.mvt")
    assert (first.status, first.headers["content-encoding"]) == (200, "gzip")
    again = request.get(
        f"{site.url}/tiles/houses/v1/12/3423/1667.mvt", headers={"If-None-Match": first.headers["etag"]}
    )
    assert (again.status, again.body()) == (304, b"")
    assert request.get(f"{site.url}/tiles/houses/v1/12/3423/1667.mvt?colour=mauve").status == 404


@pytest.mark.browser
def test_the_page_holds_no_house_however_many_the_map_shows(visit: Visit, site: Site) -> None:
    visitor = visit().sign_in("centre").open("/map")
    visitor.page.frame_locator(".st-key-atlas_map iframe").locator(".anju-legend").wait_for()
    content = visitor.page.content() + next(f for f in visitor.page.frames if "streamlit_folium" in f.url).content()
    assert [code for code in site.world.codes.values() if code in content] == []


@pytest.mark.browser
def test_another_inspectors_house_in_the_address_stays_closed(visit: Visit, site: Site) -> None:
    visitor = visit().sign_in("inspector2").open(f"/map?view=risk&house={site.world.codes[1]}")
    visitor.page.get_by_text("不在您的责任范围内").wait_for()
    assert site.world.codes[1] not in visitor.page.locator("body").inner_text()


@pytest.mark.browser
def test_view_and_place_live_in_the_address(visit: Visit) -> None:
    visitor = visit().sign_in("leader").open(f"/map?town={tiny.TOWN}")
    for view, word in (("hazards", "隐患"), ("duty", "责任"), ("rates", "结案率"), ("overdue", "超期")):
        visitor.page.locator(".st-key-atlas_view button").filter(has_text=word).click()
        visitor.page.wait_for_url(f"**view={view}**")
        visitor.settle()
        assert f"town={tiny.TOWN}" in visitor.page.url
        assert visitor.page.locator("[data-testid=stException]").count() == 0
    visitor.page.wait_for_url("**at=**")


@pytest.mark.browser
def test_the_same_facts_stand_in_a_table(visit: Visit) -> None:
    visitor = visit(PHONE).sign_in("centre").open("/map?view=duty&as=table")
    visitor.page.locator(".anju-table").wait_for()
    rows = [row.inner_text() for row in visitor.page.locator(".anju-table tbody tr").all()]
    assert len(rows) == 3
    assert "暂无网格员" in rows[0], "a vacancy comes first"


@pytest.mark.browser
def test_an_inspector_is_not_offered_the_closure_rates(visit: Visit) -> None:
    visitor = visit().sign_in("inspector").open("/map?view=rates")
    visitor.page.locator(".st-key-atlas_view button").first.wait_for()
    offered = [button.inner_text() for button in visitor.page.locator(".st-key-atlas_view button").all()]
    assert offered == ["今日", "风险", "隐患", "超期", "责任"]
