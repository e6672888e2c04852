"""Grids and duty: what nobody looks after is seen, somebody is put on duty and taken off."""

import pytest

from db import grid
from tests.browser import Site, Visit
from tests.world import COUNTY, FAR, TODAY
from ui.grid_card import running


def test_on_duty_is_who_holds_it_that_day_not_who_did_or_will() -> None:
    day = TODAY
    rows = [
        {"kind": "main", "since": day.replace(day=20), "until": None, "name": "later"},
        {"kind": "main", "since": day.replace(day=1), "until": day.replace(day=20), "name": "now"},
        {"kind": "main", "since": day.replace(month=1), "until": day.replace(day=1), "name": "before"},
        {"kind": "backup", "since": day.replace(day=1), "until": day, "name": "yesterday"},
    ]
    assert (running(rows, "main", day) or {})["name"] == "now"
    assert running(rows, "backup", day) is None


@pytest.mark.browser
def test_a_vacant_grid_is_seen_and_somebody_is_put_on_duty_and_taken_off(site: Site, visit: Visit) -> None:
    centre = visit().sign_in("centre").open("/grids")
    row = centre.page.locator(f".st-key-grids_list tr[data-press='{FAR}']")
    row.get_by_text("暂无网格员").wait_for()
    row.click()
    centre.page.wait_for_url(f"**grid={FAR}**")
    card = centre.page.locator(".st-key-grids_card")
    card.locator(".anju-duty", has_text="空岗").wait_for()
    card.get_by_role("radio", name="备岗").or_(card.get_by_role("button", name="备岗", exact=True)).first.click()
    card.get_by_role("combobox", name="网格员").click()
    centre.page.get_by_role("option", name="网格员乙 · inspector2").click()
    card.get_by_role("button", name="安排", exact=True).click()
    card.locator(".anju-duty", has_text="网格员乙").wait_for()
    with site.engine.connect() as connection:
        held = grid.duties(connection, county=COUNTY, grid_id=site.world.grids[FAR])
    assert [(one["account_id"], one["kind"]) for one in held] == [(site.world.accounts["inspector2"], "backup")]
    card.get_by_role("button", name="结束备岗").click()
    centre.page.get_by_role("button", name="确认结束").click()
    centre.page.get_by_text("值守已结束").wait_for()
    with site.engine.connect() as connection:
        assert grid.duties(connection, county=COUNTY, grid_id=site.world.grids[FAR]) == []
