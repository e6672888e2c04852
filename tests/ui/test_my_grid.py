"""The inspector's own ground and week."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import text

from tests import world as tiny
from tests.browser import DESK, PHONE, Site, Visit
from ui import atlas
from ui.pages.me import LONGEST, week_start, worked

SHANGHAI = ZoneInfo("Asia/Shanghai")
AT = datetime(2026, 6, 17, 9, 30, tzinfo=SHANGHAI)


def test_a_week_begins_on_monday_midnight_of_the_county() -> None:
    assert week_start(AT) == datetime(2026, 6, 15, tzinfo=SHANGHAI)
    assert week_start(datetime(2026, 6, 14, 16, 30, tzinfo=ZoneInfo("UTC"))) == datetime(2026, 6, 15, tzinfo=SHANGHAI)


def test_a_visit_left_lying_overnight_does_not_count_as_a_night_of_work() -> None:
    rows = [
        {"started_at": AT, "submitted_at": AT + timedelta(minutes=20)},
        {"started_at": AT, "submitted_at": AT + timedelta(hours=15)},
    ]
    assert worked(rows) == timedelta(minutes=20) + LONGEST


@pytest.mark.parametrize("told", ["", "31.7", "nan,nan,12", "95.00000,120.00000,12", "31.70000,120.90000,99", "<b>"])
def test_a_place_in_the_address_that_is_none_is_passed_over(told: str) -> None:
    assert atlas.place_in(told) is None


def test_a_place_in_the_address_is_read_as_it_was_written() -> None:
    assert atlas.place_in("31.70500,120.90200,17") == (120.902, 31.705, 17)


@pytest.fixture
def seen(site: Site) -> Iterator[None]:
    """House 1 was visited and is orange, house 2 stands vacant."""
    with site.engine.begin() as connection:
        connection.execute(
            text("UPDATE house SET colour = 'orange', last_visit_at = now(), due_on = current_date + 9 WHERE id = :id"),
            {"id": site.world.houses[1]},
        )  # fmt: skip
        connection.execute(text("UPDATE house SET let_status = 'vacant' WHERE id = :id"), {"id": site.world.houses[2]})
    yield
    with site.engine.begin() as connection:
        connection.execute(
            text("UPDATE house SET colour = 'unseen', last_visit_at = NULL, due_on = NULL, let_status = 'let'")
        )


@pytest.mark.browser
@pytest.mark.parametrize("size", [PHONE, DESK])
def test_my_grid_lists_my_houses_alone_the_never_visited_first(
    visit: Visit, site: Site, seen: None, size: tuple[int, int]
) -> None:
    visitor = visit(size).sign_in("inspector").open("/my_grid")
    visitor.page.locator(".anju-house").first.wait_for()
    links = [row.get_attribute("href") for row in visitor.page.locator(".anju-house").all()]
    assert links == [f"/house?code={site.world.codes[n]}" for n in (2, 3, 4, 1)]
    shapes = visitor.page.frame_locator(".st-key-grid_map iframe").locator(".leaflet-anju-houses-pane path")
    shapes.first.wait_for()
    assert shapes.count() == 4
    assert visitor.page.evaluate("document.documentElement.scrollWidth") <= size[0]


@pytest.mark.browser
def test_filters_stand_in_the_address_and_an_address_brings_them_back(visit: Visit, site: Site, seen: None) -> None:
    visitor = visit().sign_in("inspector").open("/my_grid")
    visitor.page.locator(".st-key-colour button").nth(1).click()
    visitor.page.wait_for_url("**/my_grid?colour=orange")
    assert visitor.settle().page.locator(".anju-house").count() == 1
    visitor.open("/my_grid?let=vacant&never=1")
    visitor.page.locator(".anju-house").first.wait_for()
    links = [row.get_attribute("href") for row in visitor.page.locator(".anju-house").all()]
    assert links == [f"/house?code={site.world.codes[2]}"]


@pytest.mark.browser
def test_what_was_begun_this_week_waits_under_me(visit: Visit, site: Site) -> None:
    with site.engine.begin() as connection:
        draft = connection.execute(
            text(
                "INSERT INTO visit (county, house_id, account_id, started_at) VALUES (:c, :h, :a, now()) RETURNING id"
            ),
            {"c": tiny.COUNTY, "h": site.world.houses[4], "a": site.world.accounts["inspector"]},
        ).scalar_one()
    visitor = visit(PHONE).sign_in("inspector").open("/me")
    visitor.page.locator(f".st-key-resume_{draft} button").click()
    visitor.page.wait_for_url(f"**/visit?code={site.world.codes[4]}")
    visitor.page.context.close()
    with site.engine.begin() as connection:
        connection.execute(text("DELETE FROM visit WHERE state = 'draft'"))
