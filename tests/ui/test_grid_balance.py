"""A crowded village is shared out evenly: looked at now and then, put in force, and everybody has their part."""

from collections.abc import Iterator

import numpy as np
import pytest
from sqlalchemy import text

from db import grid
from db.engine import bound_to
from db.register import NewHouse, add
from tests.browser import Site, Visit
from tests.world import COUNTY, TOWN, VILLAGE, X0, Y0


@pytest.fixture
def crowded(site: Site) -> Iterator[Site]:
    """The site's town with eighty houses more in the west grid, taken away again afterwards with what was redrawn."""
    random = np.random.default_rng(3)
    at = np.array([X0 + 0.0005, Y0 + 0.0005]) + random.uniform(0, 1, (80, 2)) * np.array([0.009, 0.019])
    with site.engine.begin() as connection, bound_to(connection):
        codes = add(connection, county=COUNTY, houses=[
            NewHouse(village=VILLAGE, address=f"{n + 500}号", lon=lon, lat=lat, let_status="let", rooms_let=3)
            for n, (lon, lat) in enumerate(at.tolist())
        ])  # fmt: skip
    yield site
    with site.engine.begin() as connection:
        held = "(SELECT id FROM address WHERE code = ANY(:codes))"  # the codes stay: they are permanent
        connection.execute(text(f"DELETE FROM house WHERE address_id IN {held}"), {"codes": list(codes)})
        today = {"v": VILLAGE}
        connection.execute(text("DELETE FROM duty d USING grid g WHERE g.id = d.grid_id AND g.village = :v"
                                " AND lower(g.valid) = CURRENT_DATE"), today)  # fmt: skip
        connection.execute(
            text("UPDATE grid SET valid = 'empty' WHERE village = :v AND lower(valid) = CURRENT_DATE"), today
        )
        for name in ("grid", "duty"):
            place = "village = :v" if name == "grid" else "grid_id IN (SELECT id FROM grid WHERE village = :v)"
            connection.execute(text(f"UPDATE {name} SET valid = daterange(lower(valid), NULL) WHERE {place}"
                                    " AND upper(valid) = CURRENT_DATE"), today)  # fmt: skip


@pytest.mark.browser
def test_a_crowded_village_is_shared_out_and_put_in_force(crowded: Site, visit: Visit) -> None:
    centre = visit().sign_in("centre").open(f"/grids?town={TOWN}")
    page = centre.page
    page.get_by_role("radio", name="均衡").or_(page.get_by_role("button", name="均衡", exact=True)).first.click()
    page.locator(".st-key-balance_asked").get_by_role("combobox").first.click()
    page.get_by_role("option", name="聚沙村").click()
    table = page.locator(".st-key-balance_table")
    table.get_by_text("网格员乙").wait_for()
    figures = page.locator("[data-worst]")
    assert float(figures.get_attribute("data-worst") or 9) < 1.15
    ground = page.locator(".st-key-balance_map iframe").last.content_frame
    ground.get_by_text("网格员乙").first.wait_for(state="attached")
    page.locator(".st-key-balance_side").get_by_text("现在").click()
    ground.get_by_text("网格员甲").first.wait_for(state="attached")
    page.get_by_role("button", name="启用：").click()
    page.get_by_text("已启用：").wait_for()
    with crowded.engine.connect() as connection:
        on = connection.execute(text("SELECT CURRENT_DATE")).scalar_one()
        held = grid.grids_frame(connection, county=COUNTY, on=on, village=VILLAGE)
        houses = held.groupby("inspector")["houses"].sum().to_dict()
    assert set(houses) == {"网格员甲", "网格员乙"}
    assert min(houses.values()) > 30
