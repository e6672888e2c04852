"""A deed: one person's act as one transaction, checked, audited, all or nothing."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from db import audit
from db.engine import transaction
from db.errors import translated
from inspections.access import Actor, Place

SHANGHAI = ZoneInfo("Asia/Shanghai")


def now() -> datetime:
    """The moment, aware, as the county's clocks show it. Deeds take it as an argument so that tests can choose it."""
    return datetime.now(SHANGHAI)


@contextmanager
def deed(actor: Actor, name: str, *, place: Place | None = None, about: tuple[str, Any] | None = None,
         detail: dict[str, Any] | None = None) -> Iterator[Connection]:  # fmt: skip
    """Open the transaction of a deed, once the actor is seen to be allowed, and write it into the audit with the rest.

    Raises ``RefusedError`` before anything is read or written, and the domain error of any constraint that is broken.
    ``about`` is the kind and key of what the deed is done to; ``detail`` must hold no personal data.
    """
    actor.require(name, place)
    with translated(), transaction() as connection:
        yield connection
        audit.record(connection, actor=actor, name=name, about=about, detail=detail or {})
