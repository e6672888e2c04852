"""An old code typed from an old door plate: its page says what became of it and leads on; the map has forgotten it."""

import pytest

from actions import deed
from actions.code_change import Part
from actions.codes import demolish_house, split_house
from actions.register import NewHouse, NewRoom, register_house
from db import house
from tests.browser import PHONE, Site, Visit
from tests.ui.desk_story import committed
from tests.world import COUNTY, OTHER_VILLAGE


def registered(site: Site, number: int) -> tuple[str, int, list[int]]:
    new = NewHouse(village=OTHER_VILLAGE, address=f"常熟市梅李镇珍北村丹桂路{number}号", lon=120.935, lat=31.715,
                   source_key=f"life-{number}", rooms=(NewRoom("0101", 1), NewRoom("0101", 2)))  # fmt: skip
    with committed(site) as connection:
        code = register_house(new, actor=site.world.actors["centre"], at=deed.now())
        key = int(house.one(connection, county=COUNTY, key=code)["id"])
        return code, key, [row["id"] for row in house.rooms(connection, county=COUNTY, house_id=key)]


@pytest.mark.browser
def test_an_old_code_says_what_became_of_it_and_leads_on(site: Site, visit: Visit) -> None:
    code, key, rooms = registered(site, 31)
    parts = [Part(f"丹桂路31号{side}", rooms=(room,)) for side, room in zip("东西", rooms, strict=True)]
    with committed(site):
        east, _ = split_house(key, parts, actor=site.world.actors["centre"], at=deed.now(), reason="分户").house_codes
    visitor = visit(PHONE)
    visitor.sign_in("centre")
    visitor.open(f"/house?code={code}")
    banner = visitor.page.locator(".anju-retired")
    banner.wait_for()
    assert "拆分为" in banner.inner_text()
    assert visitor.page.get_by_text("开始走访").count() == 0
    width = visitor.page.evaluate("document.documentElement.scrollWidth")
    assert width <= PHONE[0]
    banner.locator(f"a[href='/house?code={east}']").first.click()
    visitor.page.get_by_text("丹桂路31号东").first.wait_for()
    life = visitor.page.locator(".anju-life")
    life.wait_for()
    assert "分户" in life.inner_text()
    assert visitor.page.locator(".anju-retired").count() == 0


@pytest.mark.browser
def test_a_demolished_house_is_shown_as_closed(site: Site, visit: Visit) -> None:
    code, key, _ = registered(site, 33)
    with committed(site):
        demolish_house(key, actor=site.world.actors["centre"], at=deed.now(), reason="拆迁")
    visitor = visit()
    visitor.sign_in("centre")
    visitor.open(f"/house?code={code}")
    visitor.page.locator(".anju-retired").wait_for()
    assert "拆除" in visitor.page.locator(".anju-retired").inner_text()
    assert "停用" in visitor.page.locator(".anju-househead").inner_text()
