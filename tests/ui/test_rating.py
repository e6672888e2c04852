"""Rating a case on screen: blind until one's own is in, then every term, the others', and the centre's comparison."""

import pytest

from actions import deed
from actions.ratings import rate
from inspections.rating import Rating
from tests.browser import Site, Visit
from tests.ui.desk_story import committed, sent

HIGH, LOW = Rating(32, (21.5, 10, 21.5, 47), 4), Rating(320, (10, 10, 21.5, 58.5), 4)


@pytest.mark.browser
def test_a_rating_is_given_blind_and_then_both_are_shown_and_compared(site: Site, visit: Visit) -> None:
    one, other = sent(site), sent(site)
    with committed(site):
        for row, who, told in ((one, "fire", HIGH), (other, "fire", HIGH), (other, "centre2", LOW)):
            rate(row["id"], told, actor=site.world.actors[who], at=deed.now())
    centre = visit().sign_in("centre").open(f"/ticket?number={one['number']}")
    card = centre.page.locator(".anju-rating")
    card.locator("summary").click()
    card.get_by_text("另有 1 人已评；您评了才看得到。").wait_for()
    assert "消防员甲" not in card.inner_text()
    assert "差一档就换类" in card.inner_text()
    form = centre.page.locator("[data-testid=stExpander]", has_text="我的评级")
    form.locator("summary").click()
    send = centre.page.locator(".st-key-rating_send button")
    send.wait_for()
    assert send.is_disabled()
    form.get_by_text("1/320", exact=True).click()
    centre.page.locator(".anju-would", has_text="您的评级").wait_for()
    send.click()
    centre.page.get_by_text("已记下您的评级").wait_for()
    mine = centre.page.locator(".anju-rating", has_text="我评")
    mine.locator("summary").click()
    mine.locator("li", has_text="消防员甲").wait_for()
    centre.open("/centre?chip=rated")
    panel = centre.page.locator(".st-key-rating_panel")
    panel.get_by_text("两人盲评 2 件").wait_for()
    panel.get_by_text("分歧最大的").click()
    panel.locator(f"a[href*='{other['number']}']").wait_for()
