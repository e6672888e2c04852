"""Who did what: the audit that only grows."""

import json
from typing import Any

from sqlalchemy import Connection

from db import query
from inspections.access import Actor


def record(
    connection: Connection, *, actor: Actor, name: str, about: tuple[str, Any] | None, detail: dict[str, Any]
) -> None:
    """Add a deed to the audit, inside the transaction that does it; without an account it is noted by name."""
    kind, key = about or (None, None)
    if not actor.account_id:
        detail = {**detail, "by": actor.name}
    query.execute(
        connection, "audit_record", county=actor.county, account_id=actor.account_id or None, name=name,
        object_kind=kind, object_id=None if key is None else str(key),
        detail=json.dumps(detail, ensure_ascii=False, default=str),
    )  # fmt: skip


def deeds(connection: Connection, *, county: str, limit: int = 200) -> list[query.Row]:
    """The latest deeds of a county, newest first: at, name, who, object_kind, object_id, detail."""
    return query.rows(connection, "audit_latest", county=county, limit=limit)
