"""Rating a case: how likely, how bad, how many people. Each gives their own before they are shown anybody else's."""

from datetime import datetime

from actions.deed import deed
from db import rating, ticket
from inspections.access import Actor
from inspections.rating import Rating

NOTE_LIMIT = 2000


def rate(ticket_id: int, told: Rating, *, actor: Actor, at: datetime, note: str = "") -> int:
    """Write what somebody judges of a case's hazard, beside what was judged before; its key.

    Raises ``RefusedError`` for who may not rate here and ``NoSuchTicketError``.
    """
    detail = {"likelihood": told.likelihood, "band": told.band}
    with deed(actor, "rating.give", about=("ticket", ticket_id), detail=detail) as connection:
        row = ticket.ticket(connection, actor.county, ticket_id, now=at)
        actor.require("rating.give", ticket.place_of(row))
        return rating.add(
            connection, actor.county, ticket_id, hazard=row["hazard"], told=told, account_id=actor.account_id, at=at,
            note=note.strip()[:NOTE_LIMIT] or None,
        )  # fmt: skip
