"""Messages of what happened to tickets, as a person is told them.

The record writes them with each event; a row holds id, at, recipient, event, to_state, until, ticket_id, number,
hazard, severity, due_at, read, address, town_name, village_name, actor_name, actor_department.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from db import query
from db.query import Row

LATELY = timedelta(days=90)
"""Older messages are history: the case tells them."""


@dataclass(frozen=True, slots=True)
class Reader:
    """Whose messages: an account, the departments whose desks they sit at, whether they are the centre."""

    county: str
    account_id: int
    departments: tuple[str, ...] = ()
    centre: bool = False

    def parameters(self, now: datetime) -> dict[str, Any]:
        """As the queries take it."""
        return {
            "county": self.county, "account": self.account_id, "departments": list(self.departments),
            "centre": self.centre, "since": now - LATELY, "now": now,
        }  # fmt: skip


def listed(
    connection: Connection, reader: Reader, *, now: datetime, unread: bool = False, limit: int = 100
) -> list[Row]:
    """A person's messages, the newest first; with ``unread`` those not read yet."""
    return query.rows(connection, "message_list", unread=unread, limit=limit, **reader.parameters(now))


def unread(connection: Connection, reader: Reader, *, now: datetime) -> int:
    """How many messages a person has not read yet."""
    return int(query.value(connection, "message_unread", **reader.parameters(now)))


def unread_of(connection: Connection, reader: Reader, ticket_id: int, *, now: datetime) -> list[int]:
    """The keys of a person's unread messages about a ticket."""
    rows = query.rows(connection, "message_unread_of_ticket", ticket_id=ticket_id, **reader.parameters(now))
    return [row["id"] for row in rows]


def read(connection: Connection, reader: Reader, *, now: datetime, ids: Sequence[int] | None = None) -> int:
    """Note that a person has read these of their messages, or all; how many were new to them."""
    return query.execute(connection, "message_read", ids=None if ids is None else list(ids), **reader.parameters(now))


def rules(connection: Connection) -> set[tuple[str, str]]:
    """Whom the record tells each event: (event, recipient)."""
    return {(row["event"], row["recipient"]) for row in query.rows(connection, "notice_rules")}
