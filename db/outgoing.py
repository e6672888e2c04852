"""Channels out of the system, and the messages put down to be sent over them.

The record puts them down with the message itself, and a job with each. A channel's address is a secret and sealed.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection

from db import query
from db.crypto import seal, unseal
from db.query import Row
from gis.errors import AnjuError
from inspections.outgoing import Hours

LATELY = timedelta(days=7)
MOST_AT_ONCE = 200
ALWAYS = Hours()


class NoSuchChannelError(AnjuError):
    """There is no open channel of this number."""


@dataclass(frozen=True, slots=True)
class NewChannel:
    """A channel to be opened: whose messages it carries, where to, and when.

    ``owner`` is ``centre``, ``department`` (then ``department`` names it) or ``account`` (then ``account_id`` does);
    ``kind`` and ``shown`` are what ``exchange.channels.known`` says of the address.
    """

    name: str
    address: str
    kind: str
    shown: str
    owner: str
    department: str | None = None
    account_id: int | None = None
    hours: Hours = ALWAYS
    lang: str = "zh"


def hours(row: Row) -> Hours:
    """A channel's hours as its row holds them."""
    return Hours(row["quiet_from"], row["quiet_until"], row["digest_at"], row["wakes"])


def channels(connection: Connection, county: str, *, now: datetime) -> list[Row]:
    """The open channels of a county.

    Rows: id, name, kind, shown, owner, department and its names, account_name, the hours, lang, made_at; waiting, dead,
    sent_lately (of seven days), sent_at, error (the last of what was not sent).
    """
    return query.rows(connection, "channel_list", county=county, since=now - LATELY)


def address(connection: Connection, county: str, channel_id: int) -> Row:
    """A channel's address, open, with lang and name; raises ``NoSuchChannelError``."""
    row = query.row(connection, "channel_address", county=county, id=channel_id)
    if row is None:
        raise NoSuchChannelError()
    return row | {"address": unseal(row["address"])}


def add(connection: Connection, county: str, new: NewChannel, *, at: datetime) -> int:
    """Open a channel; its key."""
    return int(query.value(
        connection, "channel_add", county=county, name=new.name, kind=new.kind, address=seal(new.address),
        shown=new.shown, owner=new.owner, department=new.department, account_id=new.account_id,
        quiet_from=new.hours.quiet_from, quiet_until=new.hours.quiet_until, digest_at=new.hours.digest_at,
        wakes=new.hours.wakes, lang=new.lang, at=at,
    ))  # fmt: skip


def end(connection: Connection, county: str, channel_id: int, *, at: datetime) -> int:
    """Shut a channel; how many messages that waited for it are not sent. Raises ``NoSuchChannelError``."""
    if not query.execute(connection, "channel_end", county=county, id=channel_id, at=at):
        raise NoSuchChannelError()
    return query.execute(connection, "outgoing_drop", county=county, channel_id=channel_id, ids=None, at=at)


def take(connection: Connection, county: str, outgoing_id: int) -> Row | None:
    """A message that waits, with its channel (address open) and its event and severity; None if it waits no more.

    Until the transaction ends nobody else gets it.
    """
    row = query.row(connection, "outgoing_take", county=county, id=outgoing_id)
    return None if row is None else row | {"address": unseal(row["address"])}


def bundle(connection: Connection, county: str, channel_id: int) -> list[Row]:
    """What waits for a channel, the oldest first. Until the transaction ends nobody else gets it.

    Rows: id, at, recipient, event, number, hazard, severity, due_at, town_name, village_name.
    """
    return query.rows(connection, "outgoing_bundle", county=county, channel_id=channel_id, limit=MOST_AT_ONCE)


def sent(connection: Connection, county: str, ids: Sequence[int], *, at: datetime) -> int:
    """Note that these were taken; how many."""
    return query.execute(connection, "outgoing_sent", county=county, ids=list(ids), at=at)


def failed(connection: Connection, county: str, outgoing_id: int, *, error: str, dead: bool, at: datetime) -> None:
    """Note that this was not taken, and why; with ``dead`` it is given up."""
    query.execute(connection, "outgoing_failed", county=county, id=outgoing_id, error=error, dead=dead, at=at)


def again(connection: Connection, county: str, ids: Sequence[int], *, at: datetime) -> int:
    """Try these anew, which were given up; how many there were."""
    return query.execute(connection, "outgoing_again", county=county, ids=list(ids), at=at)


def counts(connection: Connection, county: str, *, now: datetime) -> dict[str, int]:
    """How many wait, are dead (given up), and were sent in the last seven days, by state."""
    rows = query.rows(connection, "outgoing_counts", county=county, since=now - LATELY)
    return {"dead": 0, "waiting": 0, "sent": 0} | {row["state"]: row["n"] for row in rows}


def listed(connection: Connection, county: str, state: str, *, limit: int = 200) -> list[Row]:
    """What was put down to be sent and stands at ``waiting``, ``sent``, ``dead`` or ``dropped``, the newest first.

    Rows: id, channel_id, channel_name, kind, shown, at, tries, error, changed_at, recipient, event, number, hazard,
    due_at.
    """
    return query.rows(connection, "outgoing_list", county=county, state=state, limit=limit)


def by_day(connection: Connection, county: str, *, now: datetime) -> list[Row]:
    """How many were sent and given up on each of the last days: on_date, state, n."""
    return query.rows(connection, "outgoing_by_day", county=county, since=now - timedelta(days=30))


def jobless(connection: Connection, *, before: datetime) -> int:
    """Give a job to whatever has waited since ``before`` without one (a queue that was lost or restored); how many."""
    return len(query.rows(connection, "outgoing_jobless", before=before))
