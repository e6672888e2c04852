"""Owners and managers: sealed at rest, masked by default, found again by keyed hashes."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import Connection

from db import crypto, query
from gis.errors import AnjuError
from gis.mask import mask_id_no, mask_name, mask_phone

PartyField = Literal["name", "phone", "id_no"]
FIELDS: tuple[PartyField, ...] = ("name", "phone", "id_no")


class NoSuchPartyError(AnjuError):
    """There is no {field} of this person in the record."""


@dataclass(frozen=True, slots=True)
class Person:
    """An owner or manager in clear, as given by a register or typed in; never stored like this."""

    name: str
    phone: str | None = None
    id_no: str | None = None
    id_type: str | None = None
    kind: str = "person"

    @property
    def key(self) -> "Key":
        """Keyed hashes of name, phone and id number: equal for the same person given the same way."""
        return (
            crypto.fingerprint(self.name, field="name"),
            crypto.fingerprint(self.phone, field="phone") if self.phone else None,
            crypto.fingerprint(self.id_no, field="id_no") if self.id_no else None,
        )


COLUMNS = (
    "kind", "name_enc", "name_mask", "phone_enc", "phone_mask", "id_type", "id_no_enc", "id_no_mask",
    "name_hmac", "phone_hmac", "id_no_hmac",
)  # fmt: skip


Key = tuple[bytes, bytes | None, bytes | None]


def sealed(person: Person, key: Key | None = None) -> tuple[Any, ...]:
    """The values of ``COLUMNS`` for a person: texts sealed, masks, keyed hashes (``Person.key``, if known already)."""
    phone, number = person.phone or None, person.id_no or None
    return (
        person.kind, crypto.seal(person.name), mask_name(person.name, kind=person.kind),
        crypto.seal(phone) if phone else None, mask_phone(phone) if phone else None, person.id_type,
        crypto.seal(number) if number else None, mask_id_no(number) if number else None,
        *(key or person.key),
    )  # fmt: skip


def known(connection: Connection, *, county: str, keys: Iterable[Key]) -> dict[Key, int]:
    """Ids of the people who are in the record already, by ``Person.key``; a bare name identifies nobody."""
    keys = {key for key in keys if key[1] or key[2]}
    if not keys:
        return {}
    found = query.rows(
        connection, "party_known", county=county,
        phones=[phone for _, phone, _ in keys if phone], numbers=[number for _, _, number in keys if number],
    )  # fmt: skip
    told = {_key(row): row["id"] for row in found}
    return {key: told[key] for key in keys & told.keys()}


def keys(connection: Connection, *, county: str, ids: list[int]) -> dict[int, Key]:
    """``Person.key`` of people in the record, by id."""
    found = query.rows(connection, "party_keys", county=county, ids=ids)
    return {row["id"]: _key(row) for row in found}


def reveal(connection: Connection, *, county: str, party_id: int, field: PartyField) -> str:
    """One field of a person in clear; raises ``NoSuchPartyError`` if there is none."""
    row = query.row(connection, "party_sealed", county=county, party_id=party_id)
    if field not in FIELDS or row is None or row[field] is None:
        raise NoSuchPartyError(field=field)
    return crypto.unseal(row[field])


def _key(row: query.Row) -> Key:
    return bytes(row["name_hmac"] or b""), _bytes(row["phone_hmac"]), _bytes(row["id_no_hmac"])


def _bytes(value: Any) -> bytes | None:
    return None if value is None else bytes(value)
