"""A split is drawn on the map, looked at, put in force, and what it leaves without anybody is staffed."""

import pytest
from playwright.sync_api import Locator
from sqlalchemy import text

from db import grid
from tests.browser import Site, Visit, Visitor
from tests.world import COUNTY, OTHER_VILLAGE, TOWN, X0, Y0


def pressed(visitor: Visitor, lon: float, lat: float) -> None:
    """Click the map of grids at a place."""
    frame = visitor.page.locator(".st-key-grid_edit_map iframe")
    inner = frame.content_frame
    at = inner.locator("body").evaluate(
        "(_, spot) => { const at = window.map.latLngToContainerPoint(spot); return [at.x, at.y]; }", [lat, lon]
    )
    frame.click(position={"x": at[0], "y": at[1]})


def opens_drawing(visitor: Visitor) -> Locator:
    """Open the drawing of 珍北村; the map's tools."""
    page = visitor.page
    page.get_by_role("radio", name="绘制").or_(page.get_by_role("button", name="绘制", exact=True)).first.click()
    page.locator(".st-key-grid_edit_on").get_by_role("combobox").click()
    page.get_by_role("option", name="珍北村").click()
    tools = page.locator(".st-key-grid_edit_map iframe").content_frame.locator(".anju-tools")
    tools.wait_for()
    page.wait_for_timeout(800)
    return tools


@pytest.mark.browser
def test_a_grid_is_split_on_the_map_put_in_force_and_staffed(site: Site, visit: Visit) -> None:
    centre = visit().sign_in("centre").open(f"/grids?town={TOWN}")
    page = centre.page
    tools = opens_drawing(centre)
    for lat in (Y0 + 0.019, Y0 + 0.001):
        pressed(centre, X0 + 0.034, lat)
    tools.get_by_text("完成").click()
    table = page.locator("table.anju-compare[data-changed='2']")
    table.wait_for()
    assert "新·珍北网格-2" in table.inner_text()
    page.get_by_role("button", name="起生效").click()
    page.get_by_text("个网格，其中空岗").wait_for()
    with site.engine.connect() as connection:
        on = connection.execute(text("SELECT CURRENT_DATE")).scalar_one()
        codes = list(grid.grids_frame(connection, county=COUNTY, on=on, village=OTHER_VILLAGE)["code"])
    assert codes == [f"{OTHER_VILLAGE}001", f"{OTHER_VILLAGE}002"]
    card = page.locator(".st-key-grids_card")
    card.get_by_role("combobox", name="网格员").click()
    page.get_by_role("option", name="网格员乙 · inspector2").click()
    card.get_by_role("button", name="安排", exact=True).click()
    card.locator(".anju-duty", has_text="网格员乙").wait_for()
    with site.engine.begin() as connection:  # the other tests of this town count on its grids
        connection.execute(text("UPDATE grid SET valid = 'empty' WHERE village = :v AND lower(valid) = CURRENT_DATE"),
                           {"v": OTHER_VILLAGE})  # fmt: skip
        connection.execute(
            text("UPDATE grid SET valid = '[2020-01-01,)' WHERE id = :i"), {"i": site.world.grids[codes[0]]}
        )
