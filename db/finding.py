"""Findings: the hazards of houses, as items of tickets.

A row holds id, visit_id, house_id, room_id, room_label, ticket_id, rule_code, severity (1-3), lead, basis, basis_en,
certainty, words_zh, words_en, terms, found_at, cleared_at (closed with its ticket), absent_at (a later visit no
longer saw it, but nobody has closed it yet), routed_by ('rule', 'law', 'centre') and routing_rule_id.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from db import query
from db.query import Row


@dataclass(frozen=True, slots=True)
class NewFinding:
    """A hazard about to be written into the record."""

    county: str
    house_id: int
    rule_code: str
    severity: int
    lead: str
    basis: str
    certainty: str
    words_zh: str
    words_en: str
    found_at: datetime
    basis_en: str | None = None
    visit_id: int | None = None
    room_id: int | None = None
    ticket_id: int | None = None
    terms: Mapping[str, Any] | None = None
    routed_by: str | None = None
    routing_rule_id: int | None = None


def add(connection: Connection, new: NewFinding) -> int:
    """The key of the new finding."""
    fields = {name: getattr(new, name) for name in new.__slots__}
    fields["terms"] = json.dumps(dict(new.terms or {}), ensure_ascii=False)
    return int(query.value(connection, "finding_add", **fields))


def of_ticket(connection: Connection, county: str, ticket_id: int) -> list[Row]:
    """The items of a ticket, the gravest first."""
    return query.rows(connection, "finding_of_ticket", county=county, ticket_id=ticket_id)


def open_of_house(connection: Connection, county: str, house_id: int) -> list[Row]:
    """The hazards of a house that nobody has closed, with the ``ticket_number`` each is on."""
    return query.rows(connection, "finding_open_of_house", county=county, house_id=house_id)


def clear(connection: Connection, county: str, ticket_id: int, *, at: datetime) -> None:
    """Close the hazards of a ticket with it."""
    query.execute(connection, "finding_clear", county=county, ticket_id=ticket_id, at=at)


def unclear(connection: Connection, county: str, ticket_id: int) -> None:
    """Open the hazards of a reopened ticket again."""
    query.execute(connection, "finding_unclear", county=county, ticket_id=ticket_id)


def seen(connection: Connection, county: str, *, present: Sequence[int], absent: Sequence[int], at: datetime) -> None:
    """Note which known hazards a visit saw again and which it no longer saw."""
    query.execute(connection, "finding_present", county=county, ids=list(present))
    query.execute(connection, "finding_absent", county=county, ids=list(absent), at=at)
