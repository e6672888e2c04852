"""Cases that another system kept, as tickets of this record."""

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from db import query
from db.bulk import copy_in, point_hex, reserve
from db.query import Row

COLUMNS = (
    "county", "id", "number", "state", "lead", "hazard", "severity", "source", "opened_at", "filed_at",
    "dispatched_at", "accepted_at", "due_at", "last_event", "last_at", "last_actor", "place", "geom", "fingerprint",
)  # fmt: skip


_SIZES = (1_000, 10_000, sys.maxsize)
"""How many are written before the rows are counted anew."""


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """A case about to become a ticket; lon, lat in EPSG:4490; ``ended_as`` is CLOSED, VOID or None while it is open."""

    number: str
    lead: str
    hazard: str
    severity: int
    opened_at: datetime
    due_at: datetime | None
    place: str
    lon: float | None
    lat: float | None
    fingerprint: bytes
    ended_as: str | None
    ended_at: datetime | None


def known(connection: Connection, county: str, numbers: Sequence[str]) -> dict[str, Row]:
    """What the record has of these numbers: id, number, source, state, opened_at, hazard, lead, fingerprint."""
    found = query.rows(connection, "elsewhere_known", county=county, numbers=list(numbers))
    return {row["number"]: row for row in found}


def add(connection: Connection, county: str, cases: Sequence[Elsewhere], *, account_id: int | None) -> None:
    """Write cases with their history: accepted when they were opened, ended as they ended."""
    start = 0
    for size in _SIZES:
        _add(connection, county, cases[start : start + size], account_id=account_id)
        start += size
        if start >= len(cases):
            return
        # The triggers keep the plans they made while the tables were small; counting the rows makes them think again.
        query.execute(connection, "elsewhere_count_tickets")
        query.execute(connection, "elsewhere_count_events")


def _add(connection: Connection, county: str, cases: Sequence[Elsewhere], *, account_id: int | None) -> None:
    keys = reserve(connection, "ticket", len(cases))
    copy_in(connection, "ticket", COLUMNS, (
        (county, key, one.number, "ACCEPTED", one.lead, one.hazard, one.severity, "import", one.opened_at,
         one.opened_at, one.opened_at, one.opened_at, one.due_at, "import", one.opened_at, account_id,
         one.place or None, point_hex(one.lon, one.lat), one.fingerprint)
        for key, one in zip(keys, cases, strict=True)
    ))  # fmt: skip
    end(connection, county, dict(zip(keys, cases, strict=True)), account_id=account_id)


def end(connection: Connection, county: str, cases: Mapping[int, Elsewhere], *, account_id: int | None) -> None:
    """End those of the open cases (by key) that ended elsewhere."""
    over = [(key, one) for key, one in cases.items() if one.ended_as is not None]
    if over:
        told: dict[str, list[Any]] = {
            "ids": [key for key, _ in over], "states": [one.ended_as for _, one in over],
            "ats": [one.ended_at for _, one in over], "dues": [one.due_at for _, one in over],
            "prints": [one.fingerprint for _, one in over],
        }  # fmt: skip
        query.execute(connection, "elsewhere_close", county=county, account_id=account_id, **told)


def add_department(connection: Connection, county: str, code: str, name: str) -> None:
    """Make an office of another system known under a code of its own."""
    query.execute(connection, "elsewhere_department", county=county, code=code, name=name)
