"""The random second look: closures drawn, looked at by somebody else, reopened where they did not hold."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from actions import evidence, tickets
from actions.deed import deed
from actions.evidence import Photo
from actions.ticket_needs import Given
from db import reinspection, ticket
from db.query import Row
from db.reinspection import NewDraw
from gis.errors import AnjuError
from inspections.access import Actor
from inspections.kpi import BadPeriodError
from inspections.reinspection import Draw, draw, shares
from inspections.ticket import Event, State


class OwnWorkError(AnjuError):
    """Ticket {number} was put right or closed by {name}: the second look is another person's."""


class NotYetOverError(AnjuError):
    """The period ends at {to_at}, which is still to come: what is closed until then belongs into the draw."""


class NoProofError(AnjuError):
    """Ticket {number}: a closure that did not hold needs words and a photo of what was found."""


class NothingToLookAtError(AnjuError):
    """Ticket {number} was not drawn for a second look, or it has been taken."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """A draw as it was written: its key, what was drawn."""

    draw_id: int
    told: Draw


def draw_closures(*, from_at: datetime, to_at: datetime, actor: Actor, at: datetime) -> Drawn:
    """Draw among what was closed from ``from_at`` until before ``to_at``; each period once.

    Raises
    ------
    NotYetOverError, inspections.kpi.BadPeriodError
        The period is not over, or ends before it begins.
    db.reinspection.AlreadyDrawnError
        It was drawn before.
    """
    if from_at >= to_at:
        raise BadPeriodError(from_at=from_at, to_at=to_at)
    if to_at > at:
        raise NotYetOverError(to_at=to_at.isoformat(timespec="minutes"))
    with deed(actor, "reinspection.draw", about=("reinspection_draw", from_at.isoformat())) as connection:
        if reinspection.drawn(connection, actor.county, from_at=from_at, to_at=to_at):
            raise reinspection.AlreadyDrawnError(from_at=f"{from_at:%Y-%m-%d}", to_at=f"{to_at:%Y-%m-%d}")
        closures = reinspection.closures(connection, actor.county, from_at=from_at, to_at=to_at)
        told = draw([one for _, one in closures.values()])
        due_at = at + timedelta(days=shares().within_days)
        new = NewDraw(from_at, to_at, at, actor.account_id, due_at)
        keys = [closures[number][0] for number in told.picked]
        key = reinspection.add_draw(connection, actor.county, new, told, keys)
    return Drawn(key, told)


def look_again(
    ticket_id: int, *, held: bool, actor: Actor, at: datetime, note: str = "", photos: Sequence[Photo] = ()
) -> Row:
    """Write what the second look at a ticket found; its row. One that did not hold is reopened with it.

    Raises
    ------
    NothingToLookAtError
        It was not drawn, or the look has been taken.
    OwnWorkError
        This person put it right or closed it.
    NoProofError
        It did not hold, and words or photo are missing.
    RefusedError
        This person may not look here.
    """
    with deed(actor, "reinspection.take", about=("ticket", ticket_id), detail={"held": held}) as connection:
        row = ticket.ticket(connection, actor.county, ticket_id, now=at)
        actor.require("reinspection.take", ticket.place_of(row))
        waiting = [one for one in reinspection.of_ticket(connection, actor.county, ticket_id) if one["done_at"] is None]
        if not waiting:
            raise NothingToLookAtError(number=row["number"])
        if actor.account_id in (row["rectified_by"], row["closed_by"]):
            raise OwnWorkError(number=row["number"], name=actor.name)
        if not held and not (note.strip() and photos):
            raise NoProofError(number=row["number"])
        for one in waiting:
            reinspection.take(
                connection, actor.county, one["id"], held=held, note=note.strip() or None, at=at,
                account_id=actor.account_id,
            )  # fmt: skip
        if held or row["state"] != State.CLOSED:
            for photo in photos:
                evidence.keep(connection, photo, kind="other", actor=actor, at=at, ticket_id=ticket_id)
            return ticket.ticket(connection, actor.county, ticket_id, now=at)
        given = Given(reason=note, photos=photos)
        return tickets.move(connection, row, Event.REOPEN, given=given, actor=actor, at=at)
