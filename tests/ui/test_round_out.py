"""A round is downloaded on a phone and at a desk, opened in a map program, and hours are told at a desk."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from io import BytesIO
from pathlib import Path
from zoneinfo import ZoneInfo

import pypdfium2
import pytest
import zxingcpp
from openpyxl import load_workbook
from sqlalchemy import text

from db import plan
from db.plan import NewPlan, NewStop
from gis.map_links import MapApp
from tests import world as tiny
from tests.browser import PHONE, Site, Visit, Visitor
from ui.map_choice import read_app

SHANGHAI = ZoneInfo("Asia/Shanghai")
WHY = {"why": "inspections.why.late", "params": {"days": 3}, "colour": "red", "late_days": 3}


@pytest.fixture
def day(site: Site) -> Iterator[int]:
    """A published day of three stops and a visit handed in, gone again afterwards."""
    now = datetime.now(SHANGHAI)
    stops = [NewStop(site.world.houses[n], WHY, now + timedelta(minutes=30 * n), 15.0, 300.0) for n in (1, 2, 3)]
    new = NewPlan(
        account_id=site.world.accounts["inspector"], on=now.date(), seed=0, seconds=1, detour_factor=1.35,
        shift_minutes=420, travel_mode="walk", metres=900, minutes=60, lon=120.902, lat=31.704, made_at=now,
    )  # fmt: skip
    with site.engine.begin() as connection:
        plan_id = plan.publish(connection, new, stops, county=tiny.COUNTY, unserved=[])
        visit = connection.execute(
            text("INSERT INTO visit (county, house_id, account_id, state, outcome, started_at, submitted_at)"
                 " VALUES (:c, :h, :a, 'submitted', 'granted', :begin, :end) RETURNING id"),
            {"c": tiny.COUNTY, "h": site.world.houses[1], "a": site.world.accounts["inspector"],
             "begin": now - timedelta(minutes=20), "end": now},
        ).scalar_one()  # fmt: skip
    yield plan_id
    with site.engine.begin() as connection:
        for table, column, key in (("visit", "id", visit), ("stop", "plan_id", plan_id), ("plan", "id", plan_id)):
            connection.execute(text(f"DELETE FROM {table} WHERE {column} = :id"), {"id": key})


def download(visitor: Visitor, key: str) -> tuple[str, bytes]:
    with visitor.page.expect_download() as waiting:
        visitor.page.locator(f".st-key-{key} button").click()
    return waiting.value.suggested_filename, Path(waiting.value.path()).read_bytes()


def codes_on(content: bytes) -> list[str]:
    with pypdfium2.PdfDocument(content) as document:
        picture = document[0].render(scale=3).to_pil()
    found = zxingcpp.read_barcodes(picture, formats=zxingcpp.BarcodeFormat.QRCode)
    return [code.text for code in sorted(found, key=lambda code: code.position.top_left.y)]


@pytest.mark.browser
def test_an_inspector_takes_the_round_along_and_its_codes_open_the_visits(visit: Visit, site: Site, day: int) -> None:
    phone = visit(PHONE).sign_in("inspector").open("/today")
    phone.page.locator(".st-key-round_out_box summary").click()
    phone.page.wait_for_timeout(1500)
    phone.page.locator(".st-key-round_out_pdf").scroll_into_view_if_needed()
    name, content = download(phone, "round_out_pdf")
    assert name == f"round-{datetime.now(SHANGHAI):%Y%m%d}-{site.world.accounts['inspector']}.pdf"
    links = codes_on(content)
    assert links == [f"{site.url}/visit?code={site.world.codes[n]}" for n in (1, 2, 3)]
    _, track = download(phone, "round_out_gpx")
    assert track.count(b"<wpt") == 3
    assert phone.page.evaluate("document.documentElement.scrollWidth") <= PHONE[0]
    phone.page.goto(links[1])
    phone.settle()
    phone.page.locator("[class*=st-key-outcome_]").wait_for()
    with site.engine.begin() as connection:
        connection.execute(text("DELETE FROM visit WHERE state = 'draft'"))
        told = connection.execute(text("SELECT count(*) FROM deed WHERE name = 'round.take'")).scalar_one()
    assert told == 2


@pytest.mark.browser
def test_the_phone_remembers_which_map_program_it_opens(visit: Visit, day: int) -> None:
    phone = visit(PHONE).sign_in("inspector").open("/today")
    link = phone.page.locator(".stLinkButton a").first
    assert str(link.get_attribute("href")).startswith("geo:")
    phone.page.locator(".st-key-map_app select").select_option(str(MapApp.AMAP))
    phone.page.locator(".stLinkButton a[href^='https://uri.amap.com/navigation?to=120.9']").first.wait_for()
    phone.open("/today")
    phone.page.locator(".stLinkButton a[href^='https://uri.amap.com/']").first.wait_for()
    assert phone.page.locator(".st-key-map_app select").input_value() == "amap"


@pytest.mark.browser
def test_the_centre_downloads_a_round_and_the_hours(visit: Visit, site: Site, day: int) -> None:
    today, who = datetime.now(SHANGHAI).date(), site.world.accounts["inspector"]
    desk = visit().sign_in("centre").open(f"/plans?on={today}&plan={who}")
    desk.page.wait_for_timeout(2500)
    _, content = download(desk, "round_out_xlsx")
    rows = [[cell.value for cell in row] for row in load_workbook(BytesIO(content)).worksheets[0].iter_rows()]
    assert [row[1] for row in rows[1:]] == [site.world.codes[n] for n in (1, 2, 3)]
    desk.open("/roster")
    desk.page.get_by_role("radio", name="工时").or_(desk.page.get_by_text("工时", exact=True)).first.click()
    desk.page.locator(f".st-key-timesheet_people button[data-press='{who}']").click()
    desk.page.locator(".st-key-timesheet_days tbody tr").first.wait_for()
    desk.page.wait_for_timeout(2500)
    name, content = download(desk, "timesheet_file")
    assert name.startswith("timesheet-")
    people = [row[0].value for row in load_workbook(BytesIO(content)).worksheets[0].iter_rows(min_row=2)]
    assert people == ["网格员甲"]


@pytest.mark.parametrize("told", [None, "", "waze", 7, {"app": "amap"}])
def test_the_browsers_word_is_believed_only_where_it_names_a_program(told: object) -> None:
    assert read_app(told) is MapApp.GEO
    assert read_app("baidu") is MapApp.BAIDU
