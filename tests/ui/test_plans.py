"""The centre makes a day's rounds and sees them: who goes where, why, and what is left out."""

from datetime import timedelta

import pytest

from actions import deed
from db import plan
from tests.browser import PHONE, Site, Visit
from tests.world import COUNTY
from ui.plan_table import not_why
from ui.state import View

DUE = {"house_id": 1, "reason": "no_time", "extra_minutes": 46.2, "spare_minutes": 39.4, "extra_metres": 900.0,
       "prize_m": 4000}  # fmt: skip


@pytest.mark.parametrize(("changes", "words"), [
    ({}, "排不下：还要 46 分钟，余下最多 39 分钟"),
    ({"reason": "costs_more_than_its_prize"}, "不划算：要多走 900 米，价值只抵 4000 米"),
    ({"extra_minutes": None}, "当天没有人上班"),
])  # fmt: skip
def test_a_house_left_out_says_why(world: object, changes: dict[str, object], words: str) -> None:
    view = View(actor=world.actors["centre"], lang="zh", at=deed.now())  # type: ignore[attr-defined]
    assert not_why(view, DUE | changes) == words


@pytest.mark.browser
def test_rounds_are_made_seen_side_by_side_and_opened_to_their_stops(site: Site, visit: Visit) -> None:
    # A day that no other test plans: what is planned for it takes nothing from the days before.
    on = deed.now().date() + timedelta(days=40)
    centre = visit().sign_in("centre").open(f"/plans?on={on}")
    centre.page.get_by_text("这一天还没有计划").wait_for()
    centre.page.locator(".st-key-plans_go button").click()
    rounds = centre.page.locator(".st-key-plans_rounds tbody tr")
    rounds.first.wait_for()
    who = site.world.accounts["inspector"]
    with site.engine.connect() as connection:
        stops = plan.today(connection, county=COUNTY, account_id=who, on=on)
        people = plan.days(connection, county=COUNTY, first=on, last=on)
    assert stops
    assert rounds.count() == len(people)
    centre.page.locator(".anju-model", has_text="绕行系数 1.35").wait_for()
    centre.page.locator(f".st-key-plans_rounds button[data-press='{who}']").click()
    centre.page.wait_for_url(f"**plan={who}**")
    lines = centre.page.locator(".st-key-plans_one table.stops tbody tr")
    lines.first.wait_for()
    assert lines.count() == len(stops)
    told = [str(line.locator("td.why").text_content()) for line in lines.all()]
    assert told == [plan.why(stop["reason"]) for stop in stops]
    phone = visit(PHONE).sign_in("centre").open(f"/plans?on={on}&plan={who}")
    phone.page.locator(".st-key-plans_one table.stops tbody tr").first.wait_for()
    assert phone.page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


@pytest.mark.browser
def test_a_past_day_can_be_seen_and_not_planned(visit: Visit) -> None:
    on = deed.now().date() - timedelta(days=400)
    centre = visit().sign_in("centre").open(f"/plans?on={on}")
    centre.page.get_by_text("过去的日子只能看").wait_for()
    assert centre.page.locator(".st-key-plans_go button").is_disabled()
