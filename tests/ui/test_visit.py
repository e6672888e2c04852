"""A visit by thumb: taps are counted, nothing is asked twice, an exception is all that needs attention."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Locator, expect
from sqlalchemy import text

from db import room
from db.room import Home, NewRoom
from gis.code import AddressCode
from tests.browser import PHONE, Site, Visit, Visitor
from tests.world import COUNTY

HOUSE = 2
MOST_TAPS = 12


class Thumb:
    """Taps and counts its taps."""

    def __init__(self, visitor: Visitor) -> None:
        self.visitor, self.taps = visitor, 0

    def __call__(self, what: Locator) -> None:
        what.tap()
        self.taps += 1
        self.visitor.page.wait_for_timeout(150)  # the script starts after the tap has been sent
        self.visitor.settle()

    def at(self, selector: str, word: str | None = None) -> None:
        self(self.visitor.page.locator(selector, has_text=word).first)

    def done(self, selector: str) -> None:
        """Tap what has nothing left to ask afterwards and goes away."""
        self.at(selector)
        expect(self.visitor.page.locator(selector)).to_be_hidden()


@contextmanager
def _five_rooms(site: Site) -> Iterator[str]:
    """House 2 with five registered rooms; afterwards its visits and three of the rooms are gone."""
    with site.engine.begin() as connection:
        row = connection.execute(
            text("SELECT h.id, a.id AS address, a.code, a.text FROM house h JOIN address a ON a.county = h.county "
                 "AND a.id = h.address_id WHERE h.county = :c AND h.id = :h"),
            {"c": COUNTY, "h": site.world.houses[HOUSE]},
        ).one()  # fmt: skip
        home = Home(row.id, row.address, AddressCode.parse(row.code), row.text, "test")
        rooms = [NewRoom(suite="0201", room=n, usable_m2=14.0, outer_window=True, headcount=1) for n in (1, 2, 3)]
        room.add(connection, home=home, rooms=rooms)
    yield str(row.code)
    with site.engine.begin() as connection:
        connection.execute(text("DELETE FROM visit WHERE house_id = :h"), {"h": row.id})
        connection.execute(text("DELETE FROM room WHERE house_id = :h AND label LIKE '201-%'"), {"h": row.id})


@pytest.mark.browser
def test_a_five_room_house_in_order_takes_twelve_taps_at_first_and_six_ever_after(visit: Visit, site: Site) -> None:
    with _five_rooms(site) as code:
        first = Thumb(visit(PHONE).sign_in("inspector").open(f"/visit?code={code}"))
        first.at("[data-testid=stButtonGroup] button", "已进入")
        for number in range(5):
            heads = first.visitor.page.locator("[class*=st-key-persons_]").nth(number)
            first(heads.locator("button", has_text="1"))
        first.done(".st-key-confirm_seen button")
        first.at("[class*=st-key-fact_extinguishers] button", "2")
        first.done(".st-key-confirm_kept button")
        first.at(".st-key-submit_visit button")
        first.visitor.page.get_by_text("已提交").wait_for()
        assert first.taps <= MOST_TAPS

        again = Thumb(visit(PHONE).sign_in("inspector").open(f"/visit?code={code}"))
        again.at("[data-testid=stButtonGroup] button", "已进入")
        again.done(".st-key-same_heads button")
        again.done(".st-key-confirm_seen button")
        expect(again.visitor.page.locator("[class*=st-key-fact_extinguishers]")).to_be_hidden()
        again.done(".st-key-confirm_kept button")
        again.at(".st-key-submit_visit button")
        again.visitor.page.get_by_text("已提交").wait_for()
        assert again.taps <= 6
