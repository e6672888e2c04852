"""Messages that leave the system: channels are opened and shut, what waits is sent, what was given up is tried anew."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from actions.deed import SHANGHAI, deed
from db import outgoing
from db.engine import reading, transaction
from db.outgoing import NewChannel
from db.query import Row
from db.settings import site_url
from exchange.channels import NotDeliveredError, deliver, known
from gis.errors import AnjuError
from inspections.access import Actor
from inspections.outgoing import Hours, again_in, body_bytes, fitted, is_pressing
from inspections.ticket import Event
from words import say, say_hazard

Transport = Callable[[str, str, str], None]


class NamelessChannelError(AnjuError):
    """A channel needs a name, such as the group or the mailbox it leads to."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a message whose turn it was: how many left with it, or until when its channel is quiet."""

    sent: int = 0
    held_until: datetime | None = None


def open_channel(new: NewChannel, *, actor: Actor, at: datetime) -> int:
    """Open a channel for a desk, the centre or a person; its key.

    Raises ``NamelessChannelError``, and ``exchange.channels.UnknownChannelError`` for an address nothing goes to.
    """
    if not new.name.strip():
        raise NamelessChannelError()
    kind, shown = known(new.address)
    ready = replace(new, name=new.name.strip(), address=new.address.strip(), kind=kind, shown=shown)
    with deed(actor, "channel.manage", about=("channel", kind)) as connection:
        return outgoing.add(connection, actor.county, ready, at=at)


def shut_channel(channel_id: int, *, actor: Actor, at: datetime) -> int:
    """Shut a channel; how many messages that waited for it are not sent any more."""
    with deed(actor, "channel.manage", about=("channel", channel_id), detail={"end": True}) as connection:
        return outgoing.end(connection, actor.county, channel_id, at=at)


def try_channel(channel_id: int, *, actor: Actor, transport: Transport = deliver) -> None:
    """Send a word that says it is a trial; raises ``exchange.channels.NotDeliveredError`` with its answer."""
    actor.require("channel.manage")
    with reading() as connection:
        row = outgoing.address(connection, actor.county, channel_id)
    transport(row["address"], say("channels.trial_title", row["lang"]), say("channels.trial", row["lang"]))


def send_again(ids: Sequence[int], *, actor: Actor, at: datetime) -> int:
    """Try these anew, which were given up; how many there were."""
    with deed(actor, "channel.manage", detail={"again": len(ids)}) as connection:
        return outgoing.again(connection, actor.county, ids, at=at)


def send(county: str, outgoing_id: int, *, at: datetime, transport: Transport = deliver) -> Outcome:
    """Send a message that waits, and with it all else that may now leave over its channel.

    Nothing happens if it was sent already. A message is noted as sent once the other side has taken it: if the process
    dies in between, it is sent twice, never not at all. Raises ``NotDeliveredError`` once the failure has been noted.
    """
    with transaction() as connection:
        row = outgoing.take(connection, county, outgoing_id)
        if row is None:
            return Outcome()
        hours = outgoing.hours(row)
        until = _leaves_at(hours, row, at)
        if until > at:
            return Outcome(held_until=until)
        going = [one for one in outgoing.bundle(connection, county, row["channel_id"])
                 if _leaves_at(hours, one, at) <= at]  # fmt: skip
        try:
            transport(row["address"], *_told(going, row))
        except NotDeliveredError as error:
            refused = error
        else:
            return Outcome(sent=outgoing.sent(connection, county, [one["id"] for one in going], at=at))
        why, given_up = str(refused.fields["reason"]), again_in(row["tries"] + 1) is None
        outgoing.failed(connection, county, outgoing_id, error=why, dead=given_up, at=at)
    raise refused


def _leaves_at(hours: Hours, row: Row, now: datetime) -> datetime:
    return hours.leaves_at(row["at"], now, pressing=is_pressing(Event(row["event"]), row["severity"]))


def _told(rows: Sequence[Row], channel: Row) -> tuple[str, str]:
    """Title and text: a line a message, with the case's number and village and nobody's name or door."""
    lang, site = channel["lang"], site_url()
    title = say("channels.title_of", lang, n=len(rows))
    lines = [line for row in rows for line in _lines(row, lang, site)]
    return title, "\n".join(fitted(lines, more=say("channels.more", lang), limit=body_bytes()))


def _lines(row: Row, lang: str, site: str | None) -> list[str]:
    due = f"{row['due_at'].astimezone(SHANGHAI):%m-%d %H:%M}" if row["due_at"] else "—"
    by_name = "_handler" if row["recipient"] == "handler" else ""
    words = say(f"messages.event.{row['event']}{by_name}", lang, due=due)
    where = " ".join(name for name in (row["town_name"], row["village_name"]) if name)
    about = " · ".join(part for part in (say_hazard(row["hazard"], lang), where, row["number"]) if part)
    link = f"\n{site}/ticket?number={row['number']}" if site else ""
    return [f"{words}\n{about}{link}"]
