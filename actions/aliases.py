"""Giving an address another number, and ending it."""

from datetime import date, datetime

from actions.deed import deed
from db import alias, lineage
from db import house as houses
from db.engine import transaction
from gis.alias import canonical, scheme_of
from gis.errors import AnjuError
from inspections.access import Actor
from inspections.deadline import SHANGHAI

DEED = "code.edit"


class RetiredAddressError(AnjuError):
    """The code {code} is no longer in force: give the number to what became of it."""


class AliasPeriodError(AnjuError):
    """A number that ends on {until} cannot begin on {since}."""


def add_alias(
    code: str, scheme: str, value: str, *, actor: Actor, at: datetime, since: date | None = None,
    until: date | None = None,
) -> int:  # fmt: skip
    """Give a house, suite or room (by its code) another number from a day on, today by default; its key.

    Raises ``gis.alias.AliasShapeError`` for a number that cannot be one of the scheme, ``db.errors.OverlapError``
    where another address has it in that period, ``RetiredAddressError`` for a code that is no longer in force.
    """
    kind, number = scheme_of(scheme), canonical(scheme, value)
    since = since or at.astimezone(SHANGHAI).date()
    if until is not None and until <= since:
        raise AliasPeriodError(since=since, until=until)
    with transaction() as connection:
        row = lineage.address(connection, county=actor.county, code=code)
        if row["status"] != "active":
            raise RetiredAddressError(code=row["code"])
        place = houses.one(connection, county=actor.county, key=row["code"])["place"]
    detail = {"scheme": kind.value, "since": since, "until": until}
    with deed(actor, DEED, place=place, about=("address", row["code"]), detail=detail) as connection:
        return alias.add(connection, county=actor.county, address_id=row["id"], scheme=kind.value, value=number,
                         since=since, until=until)  # fmt: skip


def end_alias(alias_id: int, *, actor: Actor, at: datetime, on: date | None = None) -> bool:
    """End a number on a day, today by default; whether it was still in force. Who had it until then stays on record."""
    on = on or at.astimezone(SHANGHAI).date()
    with transaction() as connection:
        row = alias.one(connection, county=actor.county, alias_id=alias_id)
        place = houses.one(connection, county=actor.county, key=row["code"])["place"]
    detail = {"scheme": row["scheme"], "alias": alias_id, "on": on}
    with deed(actor, DEED, place=place, about=("address", row["code"]), detail=detail) as connection:
        return alias.end(connection, county=actor.county, alias_id=alias_id, on=on)
