"""A hazard reported from a house's page on a phone: a new case, or one more word for the one next door."""

import pytest
from playwright.sync_api import expect
from sqlalchemy import text

from tests.browser import PHONE, Site, Visit, Visitor
from tests.ui.desk_story import sent
from tests.world import COUNTY


def _fill(centre: Visitor, words: str) -> None:
    page = centre.page
    field = page.locator(".st-key-report_words textarea")
    page.locator(".st-key-report summary").click()
    page.wait_for_timeout(600)  # it unfolds
    choice = page.locator(".st-key-report").get_by_role("combobox")
    choice.click()
    page.get_by_role("option", name="未装火灾探测报警器").click()
    expect(choice).to_have_value("未装火灾探测报警器")
    field.wait_for(state="visible")
    field.fill(words)
    page.keyboard.press("Tab")
    page.wait_for_timeout(200)
    centre.settle()


@pytest.mark.browser
def test_a_report_near_an_open_case_of_its_kind_is_offered_that_case(visit: Visit, site: Site) -> None:
    known, other = sent(site), sent(site)
    with site.engine.begin() as connection:
        # Nothing is open at the second house any more, and it stands thirty metres from the first.
        connection.execute(
            text("UPDATE house h SET geom = ST_Translate(o.geom, 30 / 94600.0, 0) FROM house o "
                 "WHERE h.id = :h AND o.id = :o AND h.county = o.county"),
            {"h": other["house_id"], "o": known["house_id"]},
        )  # fmt: skip
        connection.execute(text("UPDATE finding SET house_id = :o WHERE ticket_id = :t"),
                           {"o": known["house_id"], "t": other["id"]})  # fmt: skip
        connection.execute(text("UPDATE ticket SET house_id = :o WHERE id = :t"),
                           {"o": known["house_id"], "t": other["id"]})  # fmt: skip
    centre = visit(PHONE).sign_in("centre").open(f"/house?code={other['address_code']}")
    _fill(centre, "楼道堆物还在")
    centre.page.locator(".st-key-report_same label", has_text=known["number"]).click()
    centre.page.wait_for_timeout(200)
    centre.settle()
    centre.page.locator(".st-key-report_send button:enabled").click()
    centre.page.get_by_text(f"已并入 {known['number']}").wait_for()
    with site.engine.connect() as connection:
        kept = connection.execute(text("SELECT words FROM repeat_report WHERE county = :c AND ticket_id = :t"),
                                  {"c": COUNTY, "t": known["id"]}).scalars().all()  # fmt: skip
    assert list(kept) == ["楼道堆物还在"]
    centre.open(f"/ticket?number={known['number']}")
    centre.page.get_by_text("又有 1 次反映").wait_for()
    assert centre.page.evaluate("document.documentElement.scrollWidth") <= PHONE[0]
