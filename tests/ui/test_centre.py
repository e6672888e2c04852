"""The centre's day: rule between two sides, grant more time, and see that nobody closes their own work."""

from datetime import timedelta
from pathlib import Path

import pytest

from actions import deed
from actions.evidence import Photo
from inspections.ticket import Event
from tests.actions.story import jpeg
from tests.browser import Site, Visit
from tests.ui.desk_story import PASSED_ON, line, now_of, press, said, sent, step


@pytest.mark.browser
def test_the_centre_sees_both_sides_and_its_ruling_names_the_lead(site: Site, visit: Visit) -> None:
    row = step(site, sent(site), "fire", Event.PASS_ON, **PASSED_ON)
    step(site, row, "housing", Event.BOUNCE, department="urban", reason="属违建", clause="职责清单第三条")
    centre = visit().sign_in("centre").open("/centre?chip=ruling")
    line(centre, row).click()
    sides = centre.page.locator(".anju-sides > div")
    sides.nth(1).wait_for()
    first, second = sides.nth(0).inner_text(), sides.nth(1).inner_text()
    assert [words for words in ("属房屋结构问题", "主张由住建局主办") if words not in first] == []
    assert [words for words in ("属违建", "职责清单第三条") if words not in second] == []
    press(centre, "rule")
    bar = centre.page.locator(".st-key-case_bar")
    bar.get_by_role("combobox").click()
    centre.page.get_by_role("option", name="城管局", exact=True).click()
    bar.get_by_role("textbox", name="依据（条款）").fill("三定方案第九条")
    bar.get_by_role("textbox", name="理由", exact=True).fill("以查处违建为主")
    press(centre, "do")
    said(centre, "已裁定")
    assert (now_of(site, row)["state"], now_of(site, row)["lead"]) == ("DISPATCHED", "urban")


@pytest.mark.browser
def test_whoever_rectified_cannot_close_and_is_told_so(
    site: Site, visit: Visit, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ANJU_EVIDENCE", str(tmp_path))
    row = step(site, sent(site), "fire", Event.ACCEPT)
    step(site, row, "centre2", Event.REFER, reason="涉及刑事", clause="第九条")
    step(site, row, "centre", Event.RECEIPT, reason="已处理", photos=[Photo(jpeg())])
    own = visit().sign_in("centre").open(f"/centre?number={row['number']}")
    own.page.get_by_text("须由整改人以外的人办理").wait_for()
    assert own.page.locator(".st-key-step_close button").is_disabled()
    other = visit().sign_in("centre2").open(f"/centre?number={row['number']}")
    press(other, "close")
    press(other, "do")
    said(other, "已办结")
    assert now_of(site, row)["closed_by"] == site.world.accounts["centre2"]


@pytest.mark.browser
def test_an_extension_is_granted_until_the_day_asked_for(site: Site, visit: Visit) -> None:
    row = step(site, sent(site), "fire", Event.ACCEPT)
    until = deed.now() + timedelta(days=20)
    step(site, row, "fire", Event.REQUEST_EXTENSION, reason="房东在外地", until=until)
    centre = visit().sign_in("centre").open("/centre?chip=extension")
    line(centre, row).click()
    centre.page.locator(".anju-case .why", has_text="等待中心批复延期").wait_for()
    press(centre, "grant")
    press(centre, "do")
    said(centre, "已准予延期")
    assert now_of(site, row)["due_at"].astimezone(until.tzinfo).date() == until.date()


@pytest.mark.browser
def test_the_tabs_count_what_waits_and_a_queue_opens_its_case(site: Site, visit: Visit) -> None:
    row = step(site, sent(site), "fire", Event.PASS_ON, **PASSED_ON)
    step(site, row, "housing", Event.BOUNCE, department="urban", reason="否", clause="三")
    centre = visit().sign_in("centre").open("/centre?chip=ruling")
    chip = centre.page.locator(".chip[data-chip=ruling] b")
    chip.wait_for()
    assert int(chip.inner_text()) == centre.page.locator(".row").count() >= 1
    centre.page.locator(".chip[data-chip=silent]").click()
    centre.page.wait_for_url("**chip=silent**")
    centre.page.get_by_text("没有久无动静的案卷").wait_for()


@pytest.mark.browser
def test_the_leader_reads_a_case_and_is_offered_no_step(site: Site, visit: Visit) -> None:
    row = sent(site)
    leader = visit().sign_in("leader").open(f"/ticket?number={row['number']}")
    leader.page.locator(".anju-case .why", has_text="等待消防救援大队受理").wait_for()
    assert leader.page.locator(".st-key-case_bar").count() == 0
