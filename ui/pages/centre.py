"""The centre's day: what waits to be dispatched, ruled, rechecked, granted; what is late; where nothing happens."""

from db import ticket
from inspections.access import Actor
from inspections.role import AreaKind, Role
from ui import again, desk, parts, rating_agreement
from ui.state import View, reading
from ui.worklist import Chip

KINDS = {"overdue": "late", "silent": "soon"}
SILENT_DAYS = 7
MOST = 500
"""How many are counted one by one for somebody whose area is only part of the county."""


def page(view: View) -> None:
    """Draw the centre's queues, one tab at a time."""
    tab = next(name for name in ticket.TABS if name == desk.chosen_chip(ticket.TABS, _first(view)))
    counts = _counts(view)

    def rows(told: desk.Filters) -> list[parts.Row]:
        with reading() as connection:
            found = ticket.centre_queue(
                connection, county=view.county, tab=tab, now=view.at, town=told.town, hazard=told.hazard,
                words=told.words, silent_days=SILENT_DAYS, limit=told.limit + 1,
            )  # fmt: skip
        return _visible(view, found)

    chips = [Chip(name, view.say(f"centre.tab.{name}"), counts.get(name, 0), KINDS.get(name, ""),
                  view.say(f"centre.hint.{name}", days=SILENT_DAYS)) for name in ticket.TABS]  # fmt: skip
    if tab == "again":
        again.panel(view)
    if tab == "rated":
        rating_agreement.panel(view)
    desk.draw(view, desk.Desk("centre", chips, tab, rows, keys=("j", "k", "a", "t", "r", "slash")))
    desk.watch(counts, _counts)


def _first(view: View) -> str:
    counts = _counts(view)
    return next((name for name in ticket.TABS if counts.get(name)), ticket.TABS[0])


def _visible(view: View, rows: list[parts.Row]) -> list[parts.Row]:
    return [row for row in rows if view.actor.may("ticket.view", ticket.place_of(row))]


def _whole_county(actor: Actor) -> bool:
    return any(grant.role is Role.CENTRE and grant.area_kind is AreaKind.COUNTY for grant in actor.grants)


def _counts(view: View) -> dict[str, int]:
    with reading() as connection:
        if _whole_county(view.actor):
            return ticket.centre_counts(connection, county=view.county, now=view.at, silent_days=SILENT_DAYS)
        return {
            tab: len(_visible(view, ticket.centre_queue(connection, county=view.county, tab=tab, now=view.at,
                                                        silent_days=SILENT_DAYS, limit=MOST)))
            for tab in ticket.TABS
        }  # fmt: skip
