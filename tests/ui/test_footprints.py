"""The page of additions: decided by key at a desk, by thumb on a phone, and asked about on the visit."""

from collections.abc import Iterator
from datetime import date

import pytest
from playwright.sync_api import expect
from sqlalchemy import text

from actions import footprints
from actions.deed import now
from db.engine import bound_to
from tests import outlines
from tests.browser import DESK, PHONE, Site, Visit
from tests.world import COUNTY


@pytest.fixture
def compared(site: Site) -> Iterator[None]:
    """Two surveys compared; taken out again with what was decided, so that no other test meets it."""
    with site.engine.begin() as connection, bound_to(connection):
        centre = site.world.actors["centre"]
        for name, shapes in (("2022", outlines.earlier()), ("2024", outlines.later())):
            footprints.load_survey(
                outlines.frame(shapes), name=name, on=date(int(name), 5, 1), file=(name, name[-1] * 64),
                crs="EPSG:4490", actor=centre, at=now(),
            )  # fmt: skip
        footprints.compare_surveys("2022", "2024", actor=centre, at=now())
    yield
    with site.engine.begin() as connection:
        connection.execute(text("ALTER TABLE footprint_decision DISABLE TRIGGER USER"))
        for table in ("decision", "candidate", "comparison"):
            connection.execute(text(f"DELETE FROM footprint_{table} WHERE county = :c"), {"c": COUNTY})
        connection.execute(text("ALTER TABLE footprint_decision ENABLE TRIGGER USER"))
        connection.execute(text("DELETE FROM footprint WHERE county = :c"), {"c": COUNTY})
        connection.execute(text("DELETE FROM footprint_survey WHERE county = :c"), {"c": COUNTY})
        connection.execute(text("UPDATE house SET addition_on = NULL"))


@pytest.mark.browser
def test_additions_are_decided_from_the_keyboard(visit: Visit, site: Site, compared: None) -> None:
    urban = visit(DESK).sign_in("urban").open("/footprints")
    page = urban.page
    rows = page.locator("tr[data-press]")
    rows.first.wait_for()
    urban.settle()
    assert [text.split()[0] for text in rows.all_inner_texts()] == ["+35", "+24", "+20"]
    page.keyboard.press("ArrowDown")
    page.locator(".st-key-footprints_card").get_by_text("新建房屋").wait_for()
    urban.settle().page.keyboard.press("3")
    page.get_by_text("为什么排除").wait_for()
    page.get_by_text("屋檐、雨棚、阳台").wait_for()
    urban.settle().page.keyboard.press("2")
    page.get_by_text("已判定：已排除").wait_for()
    page.locator(".st-key-footprints_card").get_by_text("扩建").wait_for()
    urban.settle().page.keyboard.press("1")
    page.get_by_text("已判定：待走访").wait_for()
    told = "SELECT state, reason FROM footprint_candidate WHERE state <> 'open' ORDER BY added_m2 DESC"
    with site.engine.connect() as connection:
        assert list(connection.execute(text(told))) == [("dismissed", "屋檐、雨棚、阳台"), ("visit_asked", None)]

    inspector = visit(PHONE).sign_in("inspector").open(f"/visit?code={site.world.codes[1]}")
    inspector.page.get_by_text("两期测绘显示此处有加建").wait_for()
    assert "约 24 m²" in inspector.page.locator(".anju-benchasks").inner_text()


@pytest.mark.browser
def test_additions_are_decided_by_thumb_and_taken_back(visit: Visit, site: Site, compared: None) -> None:
    page = visit(PHONE).sign_in("centre").open("/footprints").page
    expect(page.locator("tr[data-press]")).to_have_count(3)
    page.locator("tr[data-press]").nth(2).click()
    page.locator(".st-key-footprints_ask button").click()
    page.get_by_text("已判定：待走访").wait_for()
    page.get_by_text("待走访 1").click()
    expect(page.locator("tr[data-press]")).to_have_count(1)
    page.locator("tr[data-press]").first.click()
    page.locator(".st-key-footprints_undo button").click()
    page.get_by_text("已判定：待判").wait_for()
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE[0]
    assert min(box["height"] for box in (page.locator(".st-key-footprints_ask button").bounding_box(),) if box) >= 44


@pytest.mark.browser
def test_another_department_is_shown_nothing(visit: Visit, site: Site) -> None:
    page = visit().sign_in("fire").open("/footprints").page
    page.locator(".st-key-refusal").wait_for()
    assert page.get_by_text("加建比对").count() == 0
