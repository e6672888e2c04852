"""From a line on the map to an evening at a door, through the screens alone: draw, staff, plan a week, a shut door."""

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from sqlalchemy import text

from actions import deed
from db import plan
from tests.browser import PHONE, Site, Visit, Visitor
from tests.ui.test_grid_edit import opens_drawing, pressed
from tests.world import COUNTY, OTHER_VILLAGE, TOWN, X0, Y0

HOUSE = 6
"""The house of the second village; its grid is cut west of it, and the eastern half goes to the second inspector."""


@pytest.fixture
def tidy(site: Site) -> Iterator[None]:
    """Rounds, visits, grids and duties of the story are taken back, so that no other test meets them."""
    yield
    with site.engine.begin() as connection:
        for table in ("stop", "plan"):
            connection.execute(text("UPDATE visit SET stop_id = NULL WHERE stop_id IS NOT NULL"))
            connection.execute(text(f"DELETE FROM {table}"))
        connection.execute(text("DELETE FROM visit WHERE house_id = :h"), {"h": site.world.houses[HOUSE]})
        values = {"v": OTHER_VILLAGE, "h": site.world.houses[HOUSE], "g": site.world.grids[f"{OTHER_VILLAGE}001"]}
        connection.execute(
            text("UPDATE house SET next_try = NULL, no_access = 0, last_visit_at = NULL WHERE id = :h"), values
        )
        connection.execute(text("DELETE FROM duty d USING grid g WHERE g.id = d.grid_id AND g.village = :v"
                                " AND lower(g.valid) = CURRENT_DATE"), values)  # fmt: skip
        connection.execute(
            text("UPDATE grid SET valid = 'empty' WHERE village = :v AND lower(valid) = CURRENT_DATE"), values
        )
        connection.execute(text("UPDATE grid SET valid = '[2020-01-01,)' WHERE id = :g"), values)


@pytest.mark.browser
def test_a_grid_is_drawn_staffed_and_planned_and_a_shut_door_comes_back_on_an_evening(
    site: Site, visit: Visit, tidy: None
) -> None:
    centre = visit().sign_in("centre")
    draws_a_grid(centre)
    staffs_it(centre, site)
    plans_a_week(centre, site)
    inspector = visit(PHONE).sign_in("inspector2")
    finds_the_door_shut(inspector, site)
    comes_back_on_an_evening(centre, site)


def draws_a_grid(centre: Visitor) -> None:
    page = centre.open(f"/grids?town={TOWN}").page
    tools = opens_drawing(centre)
    for lat in (Y0 + 0.019, Y0 + 0.001):
        pressed(centre, X0 + 0.026, lat)
    tools.get_by_text("完成").click()
    page.locator("table.anju-compare[data-changed='2']").wait_for()
    page.get_by_role("button", name="起生效").click()
    page.get_by_text("个网格，其中空岗").wait_for()


def staffs_it(centre: Visitor, site: Site) -> None:
    """Whoever is to look after the half with the house is put on duty for it."""
    held = text("SELECT g.code FROM house h JOIN grid g ON g.county = h.county AND g.id = h.grid_id WHERE h.id = :h")
    with site.engine.connect() as connection:
        code = connection.execute(held, {"h": site.world.houses[HOUSE]}).scalar_one()
    page = centre.open(f"/grids?town={TOWN}&grid={code}").page
    card = page.locator(".st-key-grids_card")
    card.get_by_role("combobox", name="网格员").click()
    page.get_by_role("option", name="网格员乙 · inspector2").click()
    card.get_by_role("button", name="安排", exact=True).click()
    card.locator(".anju-duty", has_text="网格员乙").wait_for()


def plans_a_week(centre: Visitor, site: Site) -> None:
    """Seven days from the next working day, so that a whole working week is in them whatever today is."""
    page = centre.open(f"/plans?on={first_day()}").page
    page.locator(".st-key-plans_days").get_by_role("combobox").click()
    page.get_by_role("option", name="7 天", exact=False).click()
    page.wait_for_timeout(300)  # the script starts after the choice has been sent
    centre.settle()
    page.locator(".st-key-plans_go button").click()
    page.get_by_text("的计划，共").wait_for(timeout=120_000)
    page.locator(".st-key-plans_week").wait_for()
    told = page.locator("[data-testid=stMain]").inner_text()[:2000]
    assert listed(site), f"the house of the new grid is on nobody's list: {told}"


def first_day() -> date:
    on = deed.now().date()
    while on.weekday() >= 5:
        on += timedelta(days=1)
    return on


def listed(site: Site) -> list[tuple[date, dict]]:
    """On which days the house is on the second inspector's list, as it stands there."""
    who, house = site.world.accounts["inspector2"], site.world.houses[HOUSE]
    days = [first_day() + timedelta(days=step) for step in range(7)]
    with site.engine.connect() as connection:
        return [(on, stop) for on in days for stop in plan.today(connection, county=COUNTY, account_id=who, on=on)
                if stop["house_id"] == house]  # fmt: skip


def finds_the_door_shut(inspector: Visitor, site: Site) -> None:
    page = inspector.open(f"/visit?code={site.world.codes[HOUSE]}").page
    page.get_by_text("无人", exact=True).click()
    page.locator(".st-key-again_evening button").click()
    page.get_by_text("排入").or_(page.get_by_text("列入")).or_(page.locator(".st-key-next_stop")).first.wait_for()


def comes_back_on_an_evening(centre: Visitor, site: Site) -> None:
    """The house stands on the list of a later day, after five in the afternoon, and the centre reads why."""
    late = [(on, stop) for on, stop in listed(site) if stop["state"] == "todo"]
    assert len(late) == 1
    on, stop = late[0]
    assert on > deed.now().date()
    assert stop["eta_at"].astimezone(deed.SHANGHAI).hour >= 17
    who = site.world.accounts["inspector2"]
    page = centre.open(f"/plans?on={on}&plan={who}").page
    page.locator(".st-key-plans_one td.why", has_text="晚间").wait_for()
