"""The routing page: a rule is tried, put into force and ended; a bounced case is ruled on and becomes a rule."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import expect
from sqlalchemy import text

from tests.browser import DESK, PHONE, Site, Visit, Visitor
from tests.ui.desk_story import fill_in, press, said, sent
from tests.world import COUNTY


@pytest.fixture
def no_rules(site: Site) -> Iterator[None]:
    """Rules of this test are taken back, so that no other test's tickets follow them."""
    yield
    with site.engine.begin() as connection:
        connection.execute(text("UPDATE finding SET routing_rule_id = NULL"))
        connection.execute(text("DELETE FROM routing_rule WHERE county = :c"), {"c": COUNTY})


def _pick(centre: Visitor, key: str, words: str) -> None:
    field = centre.page.locator(f".st-key-{key} input").first
    field.click()
    field.fill(words)
    centre.page.keyboard.press("Enter")
    centre.page.wait_for_timeout(200)
    centre.settle()


@pytest.mark.browser
@pytest.mark.parametrize("size", [DESK, PHONE])
def test_a_rule_is_tried_put_into_force_and_ended(
    visit: Visit, site: Site, no_rules: None, size: tuple[int, int]
) -> None:
    centre = visit(size).sign_in("centre").open("/routing")
    page = centre.page
    expect(page.locator(".st-key-routing_write button")).to_be_disabled()
    _pick(centre, "new_hazard", "FI06")
    _pick(centre, "new_lead", "公安")
    page.locator(".st-key-new_source input").fill("联席会议纪要")
    page.keyboard.press("Tab")
    page.locator(".st-key-routing_try button:enabled").click()
    page.locator(".routing-trial h2").wait_for()
    page.locator(".st-key-routing_write button").click()
    page.get_by_text("已生效：FI06").wait_for()
    card = page.locator("[class*=st-key-rule_]").first
    assert "公安" in card.inner_text()
    expect(page.locator(".st-key-routing_write button")).to_be_disabled()
    assert page.evaluate("document.documentElement.scrollWidth") <= size[0]
    page.locator("[class*=st-key-without_] button").first.click()
    page.locator(".routing-trial h2").wait_for()
    page.locator("[class*=st-key-end_] button").first.click()
    page.get_by_text("已结束：FI06").wait_for()
    page.get_by_text("还没有派单规则").wait_for()


@pytest.mark.browser
def test_a_case_bounced_twice_is_ruled_on_and_the_ruling_becomes_a_rule(
    visit: Visit, site: Site, no_rules: None
) -> None:
    desk_case = sent(site)["number"]
    fire = visit().sign_in("fire").open(f"/inbox?number={desk_case}")
    press(fire, "accept")
    said(fire, "已受理")
    press(fire, "pass_on")
    fill_in(fire, department="住建局", reason="主要是群租", clause="职责清单第七条")
    said(fire, "转办待签收")
    housing = visit().sign_in("housing").open(f"/inbox?number={desk_case}")
    press(housing, "bounce")
    fill_in(housing, department="消防救援大队", reason="电池充电属消防", clause="消防法第十九条")
    said(housing, "待裁定")

    centre = visit().sign_in("centre").open(f"/centre?chip=ruling&number={desk_case}")
    centre.page.get_by_text("联席会议应在").wait_for()
    sides = centre.page.locator(".anju-sides").inner_text()
    assert "主要是群租" in sides
    assert "电池充电属消防" in sides
    press(centre, "rule")
    centre.page.get_by_text("写成派单规则，今后同类直接派给它").click()
    fill_in(centre, department="住建局", reason="群租成因", clause="联席会议纪要 3 号")
    said(centre, "待受理")
    centre.open("/routing")
    card = centre.page.locator("[class*=st-key-rule_]").first
    expect(card).to_contain_text("住建", timeout=30_000)
    expect(card).to_contain_text(desk_case)
