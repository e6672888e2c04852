"""Cases for the desks' browser tests: each on a house of its own, so that no test leans on another's."""

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from typing import Any

from playwright.sync_api import Locator

from actions import deed
from actions.register import NewHouse, register_house
from actions.tickets import report, take_step
from db import house, ticket
from db.engine import bound_to
from inspections.ticket import Event
from tests.browser import Site, Visitor
from tests.world import COUNTY, OTHER_VILLAGE

_door = count(1)
PASSED_ON = {"department": "housing", "reason": "属房屋结构问题", "clause": "职责清单第七条"}


@contextmanager
def committed(site: Site) -> Iterator[Any]:
    """Deeds done on the site's own database, committed at the end."""
    with site.engine.begin() as connection, bound_to(connection):
        yield connection


def sent(site: Site, *, words: str = "楼道内停放电动自行车", to: str = "fire") -> dict[str, Any]:
    """A ticket just sent to a department, of a house nobody else uses, in the grid nobody is on duty for."""
    centre, number = site.world.actors["centre"], next(_door)
    lon, lat = 120.925 + number * 0.0002, 31.712
    new = NewHouse(village=OTHER_VILLAGE, address=f"常熟市梅李镇珍北村桂花路{900 + number}号", kind="self_built",
                   lon=lon, lat=lat, source_key=f"desk-{number}")  # fmt: skip
    with committed(site) as connection:
        code = register_house(new, actor=centre, at=deed.now())
        key = house.one(connection, county=COUNTY, key=code)["id"]
        row = report(key, "FI06", words=words, actor=centre, at=deed.now())
    for event, given in ((Event.VERIFY, {}), (Event.FILE, {}), (Event.DISPATCH, {"department": to})):
        row = step(site, row, "centre", event, **given)
    return row


def step(site: Site, row: dict[str, Any], who: str, event: Event, **given: Any) -> dict[str, Any]:
    """One step taken by somebody at another desk."""
    with committed(site):
        return take_step(row["id"], event, actor=site.world.actors[who], at=deed.now(), **given)


def now_of(site: Site, row: dict[str, Any]) -> dict[str, Any]:
    """The ticket as the record has it now."""
    with site.engine.connect() as connection:
        return ticket.ticket(connection, COUNTY, row["id"], now=deed.now())


def line(visitor: Visitor, row: dict[str, Any]) -> Locator:
    """The ticket's line in the list."""
    return visitor.page.locator(f"[data-number='{row['number']}']")


def press(visitor: Visitor, event: str) -> None:
    """Press a step's button in the bar."""
    visitor.page.locator(f".st-key-step_{event} button").click()


def said(visitor: Visitor, words: str) -> None:
    """Wait until the bar says so."""
    visitor.page.locator(".st-key-case_bar .anju-said", has_text=words).wait_for()


def fill_in(visitor: Visitor, *, department: str, reason: str, clause: str) -> None:
    """Fill in where a case goes next, why and by which clause, and send it."""
    form = visitor.page.locator(".st-key-case_bar")
    form.get_by_role("combobox").last.click()
    visitor.page.get_by_role("option", name=department, exact=True).click()
    form.get_by_role("textbox", name="依据（条款）").fill(clause)
    form.get_by_role("textbox", name="理由", exact=True).fill(reason)
    press(visitor, "do")
