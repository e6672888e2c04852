"""A clerk's morning at the address workbench: two hundred bad rows, a keyboard, and an empty queue at the end."""

import csv
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import text

from actions.deed import now
from actions.imports import ImportOptions, import_houses
from db import workbench as cases
from db.engine import bound_to
from db.workbench import NewCase, Offer, Reason
from tests.browser import DESK, Site, Visitor, start_app
from tests.towns import own_town
from tests.world import COUNTY, OTHER_VILLAGE, TOWN, VILLAGE

pytestmark = pytest.mark.browser
SAME, OTHERS, ALL = 150, 48, 200


@pytest.fixture(scope="module")
def bench(apart: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The app on a database of its own, into which a register of 198 rows with misspelt villages was brought."""
    with own_town("bench") as (url, engine, town):
        home = tmp_path_factory.mktemp("bench")
        site = Site("", engine, town)
        bring(site, home)
        process, site.url = start_app(url, home)
        try:
            yield site
        finally:
            process.terminate()
            process.wait(timeout=20)


def bring(site: Site, folder: Path) -> None:
    """Rows 1 to 150 all write 具沙村; of the others each has a fault of its own; house 5 is registered twice,
    house 1 lies far off."""
    texts = [f"梅李镇具沙村{n}号" for n in range(11, SAME + 11)]
    texts += [f"梅李镇{'东西南北'[n % 4]}{'甲乙丙丁戊'[n % 5]}贞比村{n}号" for n in range(1, OTHERS + 1)]
    path = folder / "register.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["房屋编号", "所属村", "地址"])
        writer.writerows((f"R{n}", "具沙村" if n < SAME else "贞比村", one) for n, one in enumerate(texts))
    with site.engine.begin() as connection, bound_to(connection):
        report = import_houses(path, options=ImportOptions(), actor=site.world.actors["centre"], at=now())
        assert report.quarantined == SAME + OTHERS
        connection.execute(text("DELETE FROM address_case"))
        ids = connection.execute(text("SELECT id FROM quarantine ORDER BY row_no")).scalars().all()
        made = [_case(n, one, key) for n, (one, key) in enumerate(zip(texts, ids, strict=True))]
        cases.open_cases(connection, county=COUNTY, cases=[*made, *_standing(site)])


def _case(n: int, written: str, row: int) -> NewCase:
    village = VILLAGE if n < SAME else OTHER_VILLAGE
    right = written.replace("具沙", "聚沙") if n < SAME else f"梅李镇珍北村{n}号"
    place = {"village": village, "lon": (120.903 if n < SAME else 120.925) + n / 1e5, "lat": 31.7061}
    offers = [Offer(right, score=0.92, level="neighbour", uncertainty_m=25.0, **place)]
    reason = Reason("workbench.reason.village_unknown", {"written": written[3:6], "nearest": right[3:6]})
    kind = "unmatched" if n < SAME else "ambiguous"
    return NewCase(kind, written, badness=0.9 if n < SAME else 0.5 - n / 1e4, quarantine_id=row, town=TOWN,
                   reasons=[reason], candidates=[*offers, *offers])  # fmt: skip


def _standing(site: Site) -> list[NewCase]:
    """Two cases about houses of the town, the least bad of all."""
    with site.engine.connect() as connection:
        asked = text("SELECT address_id FROM house WHERE id = :id")
        far, one, other = (connection.execute(asked, {"id": site.world.houses[n]}).scalar_one() for n in (1, 4, 5))
    offer = Offer("梅李镇聚沙村5号", address_id=other, lon=120.915, lat=31.708, score=0.9, level="door")
    return [
        NewCase("duplicate", "梅李镇聚沙村4号", badness=0.1, address_id=one, village=VILLAGE, candidates=[offer]),
        NewCase("far", "梅李镇聚沙村1号", badness=0.05, address_id=far, village=VILLAGE, lon=120.902, lat=31.705),
    ]


@pytest.fixture
def clerk(bench: Site, browser: Browser) -> Iterator[Visitor]:
    context = browser.new_context(viewport={"width": DESK[0], "height": DESK[1]}, locale="zh-CN")
    page = context.new_page()
    visitor = Visitor(page, bench.url)
    page.on("pageerror", lambda error: visitor.faults.append(str(error)))
    yield visitor.sign_in("centre")
    assert visitor.faults == []
    context.close()


def left(page: Page, n: int) -> None:
    """Wait until the page says that so many are left; what is on its way to the record counts as done."""
    expect(page.locator(".day span")).to_have_text(f"还剩 {n}", timeout=20_000)


def done(page: Page, n: int) -> None:
    expect(page.locator(".day b")).to_have_text(f"今日已处理 {n}", timeout=20_000)


def panel(clerk: Visitor, key: str, name: str) -> None:
    clerk.page.keyboard.press(key)
    clerk.page.locator(f".st-key-bench_panel_{name}").wait_for()
    clerk.settle()


def test_two_hundred_bad_rows_are_worked_down_to_an_empty_queue(bench: Site, clerk: Visitor) -> None:
    page = clerk.open("/workbench").page
    left(page, ALL)
    _learn_the_name(clerk)
    _one_by_one(clerk)
    _the_odd_ones(clerk)
    expect(page.locator(".right .none")).to_contain_text("都处理完了", timeout=20_000)
    left(page, 0)
    expect(page.locator("[data-chip=on_site] b")).to_have_text("1", timeout=20_000)  # told by the record
    with bench.engine.connect() as connection:
        states = dict(connection.execute(text("SELECT state, count(*) FROM address_case GROUP BY 1")).tuples().all())
        assert states == {"decided": ALL - 1, "on_site": 1}
        kinds = dict(connection.execute(text(
            "SELECT kind, count(*) FROM address_decision WHERE undone_at IS NULL GROUP BY 1"
        )).tuples().all())  # fmt: skip
        assert kinds == {"alias": SAME, "accept": 46, "pin": 1, "dismiss": 1, "on_site": 1, "merge": 1}
        held = connection.execute(text("SELECT count(*) FROM quarantine WHERE state = 'open'")).scalar_one()
        assert held == 1  # the one that was dismissed
        living = connection.execute(text("SELECT count(*) FROM house WHERE status = 'active'")).scalar_one()
        assert living == 6 + SAME + 46 + 1 - 1


def _learn_the_name(clerk: Visitor) -> None:
    """All rows that write 具沙村, at once."""
    page = clerk.page
    panel(clerk, "l", "alias")
    expect(page.locator(".anju-benchsays b")).to_contain_text(f"将一次处理 {SAME} 条")
    page.locator(".st-key-bench_alias_do button").click()
    left(page, ALL - SAME)


def _one_by_one(clerk: Visitor) -> None:
    """Keys as fast as they can be pressed; the second candidate for one of them; the last taken back and done again."""
    page = clerk.page
    for _ in range(44):
        page.keyboard.press("a")
    page.keyboard.press("2")
    page.keyboard.press("a")
    done(page, SAME + 45)
    page.keyboard.press("u")
    done(page, SAME + 44)
    clerk.settle()
    page.keyboard.press("a")
    done(page, SAME + 45)
    clerk.settle()


def _the_odd_ones(clerk: Visitor) -> None:
    page = clerk.page
    panel(clerk, "p", "pin")
    page.locator(".st-key-bench_panel_pin input").first.fill("120.9301 31.7090")
    page.locator(".st-key-bench_panel_pin button", has_text="定在输入的坐标").click()
    left(page, 4)
    panel(clerk, "d", "dismiss")
    page.locator(".st-key-bench_dismiss_do button").click()
    left(page, 3)
    clerk.settle()
    page.keyboard.press("v")
    expect(page.locator(".note.error")).to_contain_text("没有网格员会上门", timeout=20_000)
    page.keyboard.press("k")
    expect(page.locator(".right .said")).to_contain_text("没有网格员会上门")
    page.locator("[data-act=accept]").click()
    left(page, 2)
    clerk.settle()
    panel(clerk, "m", "codes")
    page.locator(".st-key-bench_change_do button").click()
    left(page, 1)
    clerk.settle()
    page.keyboard.press("v")
