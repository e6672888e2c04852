"""The inspector's day on a phone: what to do next, why, and what became of it."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import text

from db import plan
from db.plan import NewPlan, NewStop
from tests import world as tiny
from tests.browser import PHONE, Site, Visit, Visitor
from ui.pages.today import minutes_left

SHANGHAI = ZoneInfo("Asia/Shanghai")
WHY = {"why": "inspections.why.late", "params": {"days": 3}, "colour": "red", "late_days": 3}


def test_the_time_left_counts_service_and_travel_of_what_is_still_to_do() -> None:
    day = {"travel_mode": "walk", "detour_factor": 1.0}
    stops = [
        {"state": "done", "service_minutes": 60.0, "travel_m": 9000.0},
        {"state": "todo", "service_minutes": 25.0, "travel_m": 800.0},
        {"state": "skipped", "service_minutes": 60.0, "travel_m": 9000.0},
        {"state": "todo", "service_minutes": 25.0, "travel_m": 800.0},
    ]
    assert minutes_left(day, stops) == 70  # 50 minutes inside, 1.6 km on foot at 4.8 km/h


@pytest.fixture
def day(site: Site) -> Iterator[int]:
    """A published day of three stops, the first of them done; houses 4 and 1-3 of the west grid."""
    now = datetime.now(SHANGHAI)
    stops = [
        NewStop(site.world.houses[n], WHY, now + timedelta(minutes=30 * n), 15.0, 300.0, *rest)
        for n, rest in ((1, ("done", None, now)), (2, ()), (3, ()))
    ]
    new = NewPlan(
        account_id=site.world.accounts["inspector"], on=now.date(), seed=0, seconds=1, detour_factor=1.35,
        shift_minutes=420, travel_mode="walk", metres=900, minutes=60, lon=120.902, lat=31.704, made_at=now,
    )  # fmt: skip
    left = WHY | {"house_id": site.world.houses[4], "reason": "no_time", "prize_m": 6000, "extra_metres": 900.0,
                  "extra_minutes": 43.0, "spare_minutes": 5.0}  # fmt: skip
    with site.engine.begin() as connection:
        plan_id = plan.publish(connection, new, stops, county=tiny.COUNTY, unserved=[left])
    yield plan_id
    with site.engine.begin() as connection:
        connection.execute(text("DELETE FROM visit WHERE state = 'draft'"))
        connection.execute(text("DELETE FROM stop WHERE plan_id = :id"), {"id": plan_id})
        connection.execute(text("DELETE FROM plan WHERE id = :id"), {"id": plan_id})


def told(visitor: Visitor) -> str:
    return visitor.page.locator("[data-testid=stMain]").inner_text()


@pytest.mark.browser
def test_the_day_says_how_far_it_is_where_next_and_why(visit: Visit, site: Site, day: int) -> None:
    visitor = visit(PHONE).sign_in("inspector").open("/today")
    visitor.page.get_by_text("1/3").wait_for()
    visitor.page.locator(".stLinkButton a").nth(1).wait_for()
    said = told(visitor)
    assert said.index("1号") < said.index("2号") < said.index("3号") < said.index("今天没排上的 1 户")
    assert said.count("红·逾期 3 天") == 3
    links = [link.get_attribute("href") for link in visitor.page.locator(".stLinkButton a").all()]
    assert links == ["geo:31.706000,120.903000", "geo:31.707000,120.904000"]
    stops = visitor.page.frame_locator(".st-key-today_map iframe").locator(".anju-mark")
    stops.nth(3).wait_for()
    assert stops.count() == 4  # three stops and the start
    assert visitor.page.evaluate("document.documentElement.scrollWidth") <= PHONE[0]


@pytest.mark.browser
def test_a_stop_is_left_out_with_a_reason_and_taken_back(visit: Visit, site: Site, day: int) -> None:
    visitor = visit(PHONE).sign_in("inspector").open("/today")
    visitor.page.locator("[class*=st-key-skip_] button").first.click()
    button = visitor.page.locator(".st-key-skip_do button")
    button.wait_for()
    assert button.is_disabled()
    visitor.page.locator(".st-key-skip_reason button").first.click()
    visitor.page.locator(".st-key-skip_do button:enabled").click()
    visitor.page.get_by_text("今天不去：住户另约时间").wait_for()
    visitor.page.get_by_text("1/2").wait_for()
    visitor.page.locator("[class*=st-key-unskip_] button").click()
    visitor.page.get_by_text("1/3").wait_for()


@pytest.mark.browser
def test_a_house_without_room_says_why_and_can_be_taken_along(visit: Visit, site: Site, day: int) -> None:
    visitor = visit(PHONE).sign_in("inspector").open("/today")
    visitor.page.locator(".st-key-unserved summary").click()
    visitor.page.get_by_text("还要 43 分钟，余下最多 5 分钟").wait_for()
    visitor.page.locator("[class*=st-key-take_] button").click()
    visitor.page.get_by_text("1/4").wait_for()


@pytest.mark.browser
def test_start_opens_the_visit_of_that_house(visit: Visit, site: Site, day: int) -> None:
    visitor = visit(PHONE).sign_in("inspector").open("/today")
    visitor.page.locator("[class*=st-key-start_] button").first.click()
    visitor.page.wait_for_url(f"**/visit?code={site.world.codes[2]}")
    visitor.page.locator("[class*=st-key-outcome_]").wait_for()


@pytest.mark.browser
def test_a_day_without_a_plan_is_not_lost(visit: Visit, site: Site) -> None:
    visitor = visit(PHONE).sign_in("inspector").open("/today")
    visitor.page.get_by_text("中心还没有发布今天的计划").wait_for()
    visitor.page.locator("[class*=st-key-start_] button").nth(3).wait_for()
    assert visitor.page.locator("[class*=st-key-start_] button").count() == 4
    visitor.page.locator("[class*=st-key-start_] button").first.click()
    visitor.page.wait_for_url("**/visit?code=*")
    visitor.page.locator("[class*=st-key-outcome_]").wait_for()
    with site.engine.begin() as connection:
        connection.execute(text("DELETE FROM visit WHERE state = 'draft'"))
