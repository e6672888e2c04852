"""The main job, end to end, through the screens alone: from a register to a closed ticket, five roles."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import FilePayload, Locator, expect
from sqlalchemy import text

from actions import deed
from tests.actions.story import jpeg
from tests.browser import PHONE, Site, Visit, Visitor
from tests.exchange.files import HEADERS, line, write_csv
from tests.ui.desk_story import fill_in, press, said
from tests.world import COUNTY

EBIKE = "电动车"


@pytest.fixture
def tidy(site: Site) -> Iterator[None]:
    """Rounds made for today are taken back, so that no other test meets them."""
    yield
    with site.engine.begin() as connection:
        connection.execute(text("UPDATE visit SET stop_id = NULL WHERE stop_id IS NOT NULL"))
        connection.execute(text("DELETE FROM stop"))
        connection.execute(text("DELETE FROM plan"))


@pytest.mark.browser
def test_from_a_register_to_a_closed_ticket(site: Site, visit: Visit, tmp_path: Path, tidy: None) -> None:
    started = deed.now()
    centre = visit().sign_in_by_hand("centre")
    code = brings_a_register_in(centre, site, tmp_path)
    plans_the_day(centre)

    inspector = visit(PHONE).sign_in_by_hand("inspector")
    number = sees_the_route_and_records_a_visit(inspector, code)
    assert state_of(site, number) == ("DISPATCHED", "fire", 1)

    fire = visit().sign_in("fire").open(f"/inbox?number={number}")
    passes_on(fire)
    housing = visit().sign_in("housing").open(f"/inbox?number={number}")
    rectifies(housing)
    assert state_of(site, number)[:2] == ("SUBMITTED", "housing")

    leader = visit().sign_in("leader")
    before = closed_in_time(leader)
    verifies_and_closes(centre, number)
    assert state_of(site, number)[0] == "CLOSED"
    assert closed_in_time(leader) == before + 1
    opens_the_number_down_to_the_case(leader, number)
    the_history_is_whole(site, number, started)


def brings_a_register_in(centre: Visitor, site: Site, tmp_path: Path) -> str:
    """One house of 聚沙村 with a GCJ-02 fix inside the west grid; its code. A story told again brings another house."""
    with site.engine.connect() as connection:
        told = connection.execute(text("SELECT count(*) FROM house WHERE source_key LIKE '%STORY-%'")).scalar_one()
    key, door = f"STORY-{told + 1}", f"聚沙村12组{8 + told}号"
    row = line(1, 房屋编号=key, 房屋地址=door, 经度="120.907700", 纬度="31.703000", 房东姓名="王小二")
    centre.open("/imports")
    path = write_csv(tmp_path / "story.csv", [[*row, "GCJ-02"]], headers=[*HEADERS, "坐标系"])
    centre.page.set_input_files(".st-key-imports_file input[type=file]", str(path))
    centre.page.locator(".st-key-imports_go button").click()
    centre.page.wait_for_url("**batch=*")
    expect(centre.page.locator(".st-key-imports_counts [data-count=placed] b")).to_have_text("1")
    with site.engine.connect() as connection:
        found = connection.execute(
            text("SELECT a.code, g.name FROM house h JOIN address a ON a.county = h.county AND a.id = h.address_id "
                 "JOIN grid g ON g.county = h.county AND g.id = h.grid_id "
                 "WHERE h.county = :c AND h.source_key LIKE '%' || :k"), {"c": COUNTY, "k": key},
        ).one()  # fmt: skip
    assert found.name == "西网格"
    return str(found.code)


def plans_the_day(centre: Visitor) -> None:
    centre.open("/plans")
    centre.page.locator(".st-key-plans_go button").click()
    centre.page.locator(".st-key-plans_rounds tbody tr").first.wait_for()


def sees_the_route_and_records_a_visit(inspector: Visitor, code: str) -> str:
    """Today's list, the house, the visit by thumb: four unrelated people in a room, a battery charging inside."""
    inspector.open("/today")
    inspector.page.locator(f".st-key-start_{code} button").click()
    inspector.page.wait_for_url(f"**/visit?code={code}")
    tap(inspector, inspector.page.get_by_text("已进入", exact=True))
    adds_a_room(inspector)
    answers_everything(inspector, seen=EBIKE)
    photo = FilePayload(name="ebike.jpg", mimeType="image/jpeg", buffer=jpeg((800, 600)))
    inspector.page.locator("[class*=st-key-photo_ebike_inside] input[type=file]").set_input_files(files=[photo])
    inspector.page.locator(".anju-photos img").first.wait_for()
    words = inspector.page.locator(".anju-hazard")
    expect(words).to_have_count(3)
    assert "苏州条例" in " ".join(words.all_inner_texts())
    tap(inspector, inspector.page.locator(".st-key-submit_visit button"))
    inspector.page.get_by_text("已立案").wait_for()
    return str(inspector.page.locator("a.anju-row span").first.inner_text())


def adds_a_room(inspector: Visitor) -> None:
    """A room with four people in twelve square metres."""
    page = inspector.page
    tap(inspector, page.get_by_role("button", name="添加房间"))
    tap(inspector, page.locator(".st-key-new_room_create button"))
    page.keyboard.press("Escape")
    tap(inspector, page.locator("[class*=st-key-persons_] button", has_text="4").first)
    field = page.get_by_label("使用面积", exact=False).first
    field.fill("12")
    field.press("Enter")
    inspector.settle()


def answers_everything(inspector: Visitor, *, seen: str) -> None:
    """Touch what was seen, confirm all else; then each open question: no, two of what is counted, a window."""
    page = inspector.page
    tap(inspector, page.locator(".st-key-over_seen button", has_text=seen))
    tap(inspector, page.locator(".st-key-confirm_seen button"))
    for _ in range(20):
        if page.locator(".st-key-confirm_kept button").count():
            tap(inspector, page.locator(".st-key-confirm_kept button"))
            continue
        question = next((one for one in questions(inspector) if not answered(one)), None)
        if question is None:
            break
        names = question.locator("button").all_inner_texts()
        choice = (
            "是" if "窗" in str(question.text_content()) else next(one for one in ("否", "2", "混凝土") if one in names)
        )
        tap(inspector, question.locator("button").nth(names.index(choice)))


def questions(inspector: Visitor) -> list[Locator]:
    return [one for one in inspector.page.locator("[data-testid=stButtonGroup]").all()[1:] if one.is_visible()]


def answered(question: Locator) -> bool:
    return question.locator("[aria-checked=true], [kind$=Active]").count() > 0


def tap(visitor: Visitor, what: Locator) -> None:
    what.click()
    visitor.page.wait_for_timeout(150)  # the script starts after the tap has been sent
    visitor.settle()


def passes_on(fire: Visitor) -> None:
    """The fire brigade accepts, then names who is next, why, and by which clause."""
    press(fire, "accept")
    said(fire, "已受理")
    press(fire, "pass_on")
    fill_in(fire, department="住建局", reason="主要是群租", clause="职责清单第七条")
    said(fire, "转办待签收")


def rectifies(housing: Visitor) -> None:
    press(housing, "sign")
    said(housing, "已签收")
    press(housing, "start")
    said(housing, "整改中")
    press(housing, "submit")
    photo = FilePayload(name="after.jpg", mimeType="image/jpeg", buffer=jpeg((640, 480)))
    housing.page.set_input_files(".st-key-case_bar input[type=file]", files=[photo])
    housing.page.locator(".st-key-case_bar [data-testid=stImage] img").wait_for()
    press(housing, "do")
    said(housing, "待核查")


def verifies_and_closes(centre: Visitor, number: str) -> None:
    centre.open(f"/centre?chip=recheck&number={number}")
    centre.page.locator(".anju-shots.after img").first.wait_for()
    press(centre, "recheck")
    said(centre, "核查中")
    press(centre, "close")
    press(centre, "do")
    said(centre, "已办结")


def closed_in_time(leader: Visitor) -> int:
    leader.open("/leader?period=month")
    figure = leader.page.locator(".st-key-leader_cards [data-press='closure_on_time.numerator']").last
    return int(str(figure.text_content()).replace(",", ""))


def opens_the_number_down_to_the_case(leader: Visitor, number: str) -> None:
    leader.page.locator(".st-key-leader_cards [data-press='closure_on_time.numerator']").last.click()
    leader.page.locator(".st-key-leader_cases table.cases a", has_text=number).click()
    leader.page.wait_for_url(f"**/ticket?number={number}")
    leader.page.locator(".anju-case").first.wait_for()


def state_of(site: Site, number: str) -> tuple[Any, ...]:
    with site.engine.connect() as connection:
        found = connection.execute(
            text("SELECT state, lead, severity FROM ticket WHERE county = :c AND number = :n"),
            {"c": COUNTY, "n": number},
        )
        return tuple(found.one())


def the_history_is_whole(site: Site, number: str, started: datetime) -> None:
    """Every step is in the log with who took it, in order, from nothing to closed."""
    with site.engine.connect() as connection:
        told = connection.execute(
            text("SELECT e.event, a.login, e.at FROM ticket_event e JOIN ticket t ON t.county = e.county "
                 "AND t.id = e.ticket_id JOIN account a ON a.county = e.county AND a.id = e.actor "
                 "WHERE t.county = :c AND t.number = :n ORDER BY e.id"), {"c": COUNTY, "n": number},
        ).all()  # fmt: skip
    assert [(event, who) for event, who, _ in told if event != "copy"] == [
        ("report", "inspector"), ("verify", "inspector"), ("file", "inspector"), ("dispatch", "inspector"),
        ("accept", "fire"), ("pass_on", "fire"), ("sign", "housing"), ("start", "housing"), ("submit", "housing"),
        ("recheck", "centre"), ("close", "centre"),
    ]  # fmt: skip
    assert [at for _, _, at in told] == sorted(at for _, _, at in told)
    assert told[0].at >= started
