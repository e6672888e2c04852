"""Seeing who lives or owns somewhere: only with a reason, and never unseen."""

from actions.deed import deed
from db import house, party
from db.engine import transaction
from db.party import PartyField
from gis.errors import AnjuError
from inspections.access import Actor

MIN_REASON = 4


class ReasonTooShortError(AnjuError):
    """Say why, in at least {least} characters: personal data is shown for a reason only."""


def reveal_person(house_id: int, field: PartyField, *, reason: str, actor: Actor, part: str = "owner") -> str:
    """One field (``name``, ``phone`` or ``id_no``) of a house's owner or manager in clear.

    The look is in the audit before the value is handed out: who, when, which field of which house, why. Raises
    ``RefusedError``, ``ReasonTooShortError``, ``db.party.NoSuchPartyError``.
    """
    if len(reason.strip()) < MIN_REASON:
        raise ReasonTooShortError(least=MIN_REASON)
    with transaction() as connection:
        row = house.one(connection, county=actor.county, key=house_id)
    if part not in ("owner", "manager") or row[f"{part}_id"] is None:
        raise party.NoSuchPartyError(field=field)
    detail = {"field": field, "part": part, "reason": reason.strip()}
    with deed(actor, "house.view_person", place=row["place"], about=("house", house_id), detail=detail) as connection:
        return party.reveal(connection, county=actor.county, party_id=row[f"{part}_id"], field=field)
