"""Other numbers that addresses go by, by scheme and validity."""

from datetime import date

from sqlalchemy import Connection

from db import query
from db.query import Row
from gis.errors import AnjuError


class NoSuchAliasError(AnjuError):
    """There is no other number {alias} in this county."""


def add(connection: Connection, *, county: str, address_id: int, scheme: str, value: str, since: date,
        until: date | None = None) -> int:  # fmt: skip
    """Give an address a number from a day on (``until`` excluded); its key. ``OverlapError`` if another has it."""
    same = {"county": county, "address_id": address_id, "scheme": scheme, "value": value}
    return int(query.value(connection, "alias_add", since=since, until=until, **same))


def end(connection: Connection, *, county: str, alias_id: int, on: date) -> bool:
    """End a number on a day; whether it was still in force."""
    return bool(query.rows(connection, "alias_end", county=county, id=alias_id, on=on))


def one(connection: Connection, *, county: str, alias_id: int) -> Row:
    """A number: id, address_id, scheme, value, since, until, code, status, house_id; raises ``NoSuchAliasError``."""
    row = query.row(connection, "alias_one", county=county, id=alias_id)
    if row is None:
        raise NoSuchAliasError(alias=alias_id)
    return row


def of_address(connection: Connection, *, county: str, address_id: int) -> list[Row]:
    """Every number an address has gone by: id, scheme, value, since, until (None: in force)."""
    return query.rows(connection, "alias_history", county=county, address_id=address_id)


def holders(
    connection: Connection, *, county: str, value: str, scheme: str | None = None, on: date | None = None
) -> list[Row]:
    """Who has a number or had it, on a day if one is given, the newest first.

    Rows: id, scheme, value, since, until, address_id, code, level, text, status.
    """
    return query.rows(connection, "alias_holders", county=county, value=value, scheme=scheme, on=on)
