"""The history of a ticket as a chain of hashes: what was changed, left out or put in afterwards does not fit any more.

Each event's hash is the SHA-256 of the hash before it (nothing for the first) and of the event's own text: every value
of ``FIELDS`` in turn as its length in characters, a colon, the value; a dash where there is none. Moments are in UTC
with six digits of a second; ``detail`` is the JSON text as the record writes it. The record builds the same
(``db/migrations/sql/0017_chain.sql``).
"""

import hashlib
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

FIELDS = (
    "county", "ticket_id", "at", "recorded_at", "event", "from_state", "to_state", "from_lead", "to_lead", "actor",
    "reason", "clause", "detail",
)  # fmt: skip
"""What of an event is chained, in order; ``detail`` as text."""


def moment(at: datetime) -> str:
    """A moment as the chain holds it."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def text_of(event: Mapping[str, Any]) -> str:
    """An event's own text; moments may be given as they are or as the chain holds them."""
    return "".join(_value(event[name]) for name in FIELDS)


def link(before: bytes, event: Mapping[str, Any]) -> bytes:
    """The hash of an event that follows the one whose hash is ``before`` (empty for the first): 32 bytes."""
    return hashlib.sha256(before + text_of(event).encode()).digest()


def first_break(events: Iterable[Mapping[str, Any]]) -> int | None:
    """The place of the first event whose ``hash`` (64 hex digits) does not follow from what is before it, from 0."""
    before = b""
    for place, event in enumerate(events):
        before = link(before, event)
        if before.hex() != event.get("hash"):
            return place
    return None


def _value(value: Any) -> str:
    if value is None:
        return "-"
    told = moment(value) if isinstance(value, datetime) else str(value)
    return f"{len(told)}:{told}"
