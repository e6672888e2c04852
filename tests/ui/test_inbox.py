"""A clerk's day at the inbox: take in, pass on with all three, hand in with a photo, and be told who was first."""

import re

import pytest
from playwright.sync_api import FilePayload, expect

from inspections.ticket import Event
from tests.actions.story import jpeg
from tests.browser import PHONE, Site, Visit
from tests.ui.desk_story import PASSED_ON, fill_in, line, now_of, press, said, sent, step

HOSTILE = "<img src=x onerror=\"document.title='run'\">`${1}` ![x](http://outside.invalid/x.png) [a](javascript:1)"


@pytest.mark.browser
def test_a_clerk_accepts_from_the_list_and_the_case_says_what_it_waits_for_now(site: Site, visit: Visit) -> None:
    row = sent(site)
    clerk = visit().sign_in("fire").open("/inbox?chip=waiting")
    line(clerk, row).click()
    clerk.page.wait_for_url(f"**number={row['number']}**")
    clerk.page.locator(".anju-case .why", has_text="等待消防救援大队受理").wait_for()
    press(clerk, "accept")
    said(clerk, "已受理")
    clerk.page.locator(".anju-case .why", has_text="等待开始整改").wait_for()
    assert now_of(site, row)["state"] == "ACCEPTED"


@pytest.mark.browser
def test_nothing_is_passed_on_without_a_clause_and_the_old_desk_keeps_the_clock(site: Site, visit: Visit) -> None:
    row = sent(site)
    clerk = visit().sign_in("fire").open(f"/inbox?number={row['number']}")
    press(clerk, "pass_on")
    clerk.page.get_by_text("时钟仍算在消防救援大队").wait_for()
    fill_in(clerk, department="住建局", reason="属房屋结构问题", clause="")
    said(clerk, "还缺：职责依据（条款）")
    assert now_of(site, row)["state"] == "DISPATCHED"
    clerk.page.locator(".st-key-case_bar").get_by_role("textbox", name="依据（条款）").fill("职责清单第七条")
    press(clerk, "do")
    said(clerk, "转办待签收")
    clerk.page.locator(".anju-case .why", has_text="等待住建局签收").wait_for()
    assert (now_of(site, row)["lead"], now_of(site, row)["next_lead"]) == ("fire", "housing")


@pytest.mark.browser
def test_the_next_department_signs_and_then_holds_the_case(site: Site, visit: Visit) -> None:
    row = step(site, sent(site), "fire", Event.PASS_ON, **PASSED_ON)
    clerk = visit().sign_in("housing").open(f"/inbox?number={row['number']}")
    clerk.page.locator(".anju-timeline .reason", has_text="属房屋结构问题").wait_for()
    press(clerk, "sign")
    said(clerk, "已签收")
    assert (now_of(site, row)["lead"], now_of(site, row)["state"]) == ("housing", "ACCEPTED")


@pytest.mark.browser
def test_work_is_handed_in_with_a_photo_and_closed_by_somebody_else(site: Site, visit: Visit) -> None:
    row = step(site, sent(site), "fire", Event.ACCEPT)
    clerk = visit().sign_in("fire").open(f"/inbox?number={row['number']}")
    press(clerk, "submit")
    press(clerk, "do")
    said(clerk, "还缺：整改后照片")
    photo = FilePayload(name="after.jpg", mimeType="image/jpeg", buffer=jpeg((640, 480)))
    clerk.page.set_input_files(".st-key-case_bar input[type=file]", files=[photo])
    clerk.page.locator(".st-key-case_bar [data-testid=stImage] img").wait_for()
    press(clerk, "do")
    said(clerk, "待核查")
    centre = visit().sign_in("centre").open(f"/centre?chip=recheck&number={row['number']}")
    shot = centre.page.locator(".anju-shots.after img").first
    shot.wait_for()
    assert shot.evaluate("image => image.decode().then(() => image.naturalWidth)") == 640
    press(centre, "recheck")
    said(centre, "核查中")
    press(centre, "close")
    press(centre, "do")
    said(centre, "已办结")
    closed = now_of(site, row)
    assert (closed["state"], closed["rectified_by"]) == ("CLOSED", site.world.accounts["fire"])
    assert closed["closed_by"] == site.world.accounts["centre"]


@pytest.mark.browser
def test_of_two_clerks_at_once_the_second_is_told_who_was_first_and_when(site: Site, visit: Visit) -> None:
    row = sent(site)
    second = visit().sign_in("fire").open(f"/inbox?number={row['number']}")
    second.page.locator(".st-key-step_accept button").wait_for()
    step(site, row, "centre", Event.ESCALATE, reason="已近期限")
    press(second, "accept")
    said(second, "中心员甲已先一步")
    words = second.page.locator(".st-key-case_bar .anju-said").inner_text()
    assert re.search(r"今天 \d\d:\d\d督办，案卷 .* 现为“督办”", words)
    assert now_of(site, row)["state"] == "ESCALATED"


@pytest.mark.browser
def test_hostile_text_in_reason_and_clause_stays_text(site: Site, visit: Visit) -> None:
    row = sent(site, words=HOSTILE)
    row = step(site, row, "fire", Event.PASS_ON, department="housing", reason=HOSTILE, clause=HOSTILE)
    clerk = visit().sign_in("housing").open(f"/inbox?number={row['number']}")
    clerk.page.locator(".anju-timeline .reason").first.wait_for()
    assert HOSTILE in clerk.page.locator(".anju-timeline li.pass_on .reason").inner_text()
    assert HOSTILE in clerk.page.locator(".anju-timeline li.pass_on .clause").inner_text()
    assert HOSTILE in clerk.page.locator(".anju-hazard b").first.inner_text()
    assert clerk.page.locator("img[src='x'], a[href^='javascript'], img[src*=outside]").count() == 0
    assert clerk.page.title() != "run"


@pytest.mark.browser
def test_several_are_ticked_and_accepted_at_once(site: Site, visit: Visit) -> None:
    rows = [sent(site), sent(site)]
    clerk = visit().sign_in("fire").open("/inbox?chip=waiting")
    for row in rows:
        line(clerk, row).locator("input").check()
    clerk.page.get_by_role("button", name="受理 2 件").click()
    clerk.page.get_by_text("已受理 2 件").wait_for()
    assert [now_of(site, row)["state"] for row in rows] == ["ACCEPTED", "ACCEPTED"]


@pytest.mark.browser
def test_the_keyboard_walks_the_list_and_opens_the_step(site: Site, visit: Visit) -> None:
    for _ in range(2):
        sent(site)
    clerk = visit().sign_in("fire").open("/inbox?chip=waiting")
    clerk.page.locator(".row").nth(1).wait_for()
    first, second = (clerk.page.locator(".row").nth(n).get_attribute("data-number") for n in (0, 1))
    clerk.settle().page.keyboard.press("j")
    clerk.page.locator(f".anju-bar-of[data-of='{second}']").wait_for(state="attached")
    clerk.settle().page.keyboard.press("k")
    clerk.page.locator(f".anju-bar-of[data-of='{first}']").wait_for(state="attached")
    clerk.settle().page.keyboard.press("t")
    clerk.page.locator(".st-key-step_do button", has_text="确认转办").wait_for()
    clerk.page.keyboard.press("Escape")
    clerk.page.locator(".st-key-step_pass_on button").wait_for()


@pytest.mark.browser
def test_new_work_appears_without_a_reload(site: Site, visit: Visit) -> None:
    clerk = visit().sign_in("fire").open("/inbox?chip=waiting")
    clerk.page.locator(".chip[data-chip=waiting]").wait_for()
    with clerk.page.expect_websocket(lambda socket: socket.url.endswith("/live")):
        clerk.open("/inbox?chip=waiting")
    clerk.page.evaluate("window.sameLoad = true")
    row = sent(site)
    # Far sooner than the desk looks by itself.
    line(clerk, row).wait_for(timeout=25_000)
    clerk.page.locator(".st-key-bell_new").wait_for()
    assert clerk.page.evaluate("window.sameLoad") is True
    clerk.open("/messages")
    told = clerk.page.locator(".anju-message.new", has_text=row["number"])
    told.wait_for()
    told.click()
    clerk.page.wait_for_url(f"**/ticket?number={row['number']}")
    clerk.settle()
    clerk.open("/messages")
    clerk.page.locator(".anju-message:not(.new)", has_text=row["number"]).wait_for()


@pytest.mark.browser
def test_a_department_is_refused_a_case_that_is_not_on_its_desk(site: Site, visit: Visit) -> None:
    row = sent(site)
    other = visit().sign_in("housing").open(f"/ticket?number={row['number']}")
    other.page.locator(".st-key-refusal").wait_for()
    assert other.page.locator(".anju-case").count() == 0
    other.open(f"/inbox?number={row['number']}")
    other.page.locator(".anju-said.error").wait_for()
    assert other.page.locator(".anju-case").count() == 0


@pytest.mark.browser
def test_on_a_phone_the_list_and_the_case_take_turns(site: Site, visit: Visit) -> None:
    row = sent(site)
    clerk = visit(PHONE).sign_in("fire").open("/inbox?chip=waiting")
    line(clerk, row).click()
    clerk.page.locator(".st-key-step_accept button").wait_for()
    assert not line(clerk, row).is_visible()
    clerk.page.locator(".st-key-desk_back button").click()
    line(clerk, row).wait_for()
    assert clerk.page.evaluate("document.documentElement.scrollWidth") <= PHONE[0]


@pytest.mark.browser
def test_words_often_written_are_offered_and_may_be_changed_and_the_desk_has_its_map(site: Site, visit: Visit) -> None:
    row = sent(site)
    clerk = visit().sign_in("fire").open(f"/inbox?number={row['number']}")
    clerk.page.locator(".st-key-desk_map_on label").click()
    clerk.page.frame_locator(".st-key-desk_left iframe").last.locator(
        ".anju-mark, .leaflet-marker-icon"
    ).first.wait_for()
    press(clerk, "accept")
    said(clerk, "已受理")
    press(clerk, "request_extension")
    form = clerk.page.locator(".st-key-case_bar")
    form.get_by_role("combobox").first.click()
    clerk.page.get_by_role("option", name="需施工整改").click()
    field = form.get_by_role("textbox", name="理由", exact=True)
    expect(field).to_have_value("需施工整改，材料已订，工期超出原定期限。")
    field.fill("需施工整改，材料已订。")
    press(clerk, "do")
    said(clerk, "延期待批")
    assert now_of(site, row)["last_reason"] == "需施工整改，材料已订。"


@pytest.mark.browser
def test_on_a_phone_the_end_of_the_list_does_not_lie_under_the_bar(site: Site, visit: Visit) -> None:
    sent(site)
    clerk = visit(PHONE).sign_in("fire").open("/inbox?chip=waiting")
    room, bar = (
        clerk.page.locator(where).first.evaluate(f"one => parseFloat(getComputedStyle(one).{what})")
        for where, what in (("[data-testid=stMainBlockContainer]", "paddingBottom"), (".st-key-tabs", "height"))
    )
    assert room >= bar
