"""The centre opens a channel for a desk, tries it, sees what was not delivered and sends it anew."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import expect
from sqlalchemy import text

from actions.deed import now
from tests.browser import PHONE, Site, Visit
from tests.listener import Listener
from tests.ui.desk_story import sent
from tests.world import COUNTY

GROUP = "消防值班群"


@pytest.fixture
def tidy(site: Site) -> Iterator[None]:
    """The channel is shut at the end, so that no other test's messages go out."""
    yield
    with site.engine.begin() as connection:
        connection.execute(text("UPDATE channel SET ended_at = now()"))


@pytest.mark.browser
def test_a_channel_is_opened_tried_and_what_it_did_not_deliver_is_sent_anew(
    site: Site, visit: Visit, listener: Listener, tidy: None
) -> None:
    centre = visit().sign_in("centre").open("/messages")
    page = centre.page
    page.get_by_text("消息外发").click()
    page.wait_for_url("**/channels")
    page.locator("[class*=st-key-channel_name] input").fill(GROUP)
    page.locator("[class*=st-key-channel_address] input").fill("https://example.gov.cn/no-robot")
    page.locator(".st-key-channel_open button").click()
    page.get_by_text("这个地址发不了消息").wait_for()
    page.locator("[class*=st-key-channel_address] input").fill(listener.address)
    page.locator(".st-key-channel_open button").click()
    card = page.locator("[class*=st-key-channel_]", has_text=GROUP).filter(has_text="发送测试").last
    card.get_by_role("button", name="发送测试").click()
    page.get_by_text("对方已收下测试消息").wait_for()
    assert len(listener.told) == 1
    assert listener.address not in page.content()

    given_up(site)
    centre.open("/channels")
    page.get_by_text("未送达 1").first.wait_for()
    assert "no answer" in page.locator(".st-key-channels_messages").inner_text()
    page.locator(".st-key-channels_again button").click()
    page.get_by_text("1 条重新待发").wait_for()
    with site.engine.connect() as connection:
        assert connection.execute(text("SELECT state FROM outgoing")).scalars().all() == ["waiting"]


def given_up(site: Site) -> None:
    """A message to the centre was put down for its channel and not taken."""
    sent(site)
    with site.engine.begin() as connection:
        connection.execute(
            text("INSERT INTO message (county, at, ticket_id, event_id, recipient) SELECT county, :at, ticket_id, id, "
                 "'centre' FROM ticket_event ORDER BY id DESC LIMIT 1"), {"at": now()},
        )  # fmt: skip
        connection.execute(text("UPDATE outgoing SET state = 'dead', tries = 6, error = 'no answer'"))
        assert connection.execute(text("SELECT count(*) FROM outgoing WHERE county = :c"), {"c": COUNTY}).scalar() == 1


@pytest.mark.browser
def test_a_desk_is_not_shown_the_channels(visit: Visit) -> None:
    fire = visit(PHONE).sign_in("fire").open("/channels")
    expect(fire.page.locator(".st-key-refusal")).to_be_visible()
