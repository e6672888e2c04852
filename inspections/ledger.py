"""The ledger of a ticket's clock: every stretch of its life, on whose desk, running or not; every move of its deadline.

The history alone tells it. A stretch is a half-open interval; together they cover the time from the first event to the
closure (or to now) without gap or overlap. A pause lasts from the suspension to the resumption, but never beyond its
approved end: from there on the clock runs, whoever forgot to resume.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any, Literal

from inspections.ticket import FINAL, Event, State

Kind = Literal["running", "paused", "closed"]
Cause = Literal["start", "pause", "extension", "calendar", "item"]
CAUSES: dict[Event, Cause] = {
    Event.DISPATCH: "start", Event.REOPEN: "start", Event.IMPORT: "start", Event.RESUME: "pause",
    Event.GRANT: "extension", Event.RECOUNT: "calendar",
}  # fmt: skip
ENDS = frozenset(state.value for state in FINAL)


@dataclass(frozen=True, slots=True)
class Stretch:
    """From when to when a ticket lay on a desk (a department's code), and whether its clock ran.

    Of a pause: ``by`` approved it, with a ``reason``, ``until`` then at the latest.
    """

    kind: Kind
    desk: str
    from_at: datetime
    to_at: datetime
    by: str | None = None
    reason: str | None = None
    until: datetime | None = None

    @property
    def length(self) -> timedelta:
        """How long it was."""
        return self.to_at - self.from_at


@dataclass(frozen=True, slots=True)
class Move:
    """A deadline that moved: ``cause`` is "start" where a clock began anew (``old`` is None where there was none),
    "item" where a graver hazard was added since the event before. Of an extension: who asked, who approved.
    """

    cause: Cause
    at: datetime
    old: datetime | None
    new: datetime | None
    asked_by: str | None = None
    by: str | None = None
    reason: str | None = None

    @property
    def length(self) -> timedelta:
        """By how much; nothing where there was no deadline before or is none after."""
        return timedelta() if self.old is None or self.new is None else self.new - self.old


@dataclass(frozen=True, slots=True)
class Ledger:
    """Stretches and moves, each in order."""

    stretches: tuple[Stretch, ...]
    moves: tuple[Move, ...]

    def by_desk(self) -> dict[str, timedelta]:
        """How long the clock ran on each desk, in the order they had it first."""
        found: dict[str, timedelta] = {}
        for one in self.stretches:
            if one.kind == "running":
                found[one.desk] = found.get(one.desk, timedelta()) + one.length
        return found

    def total(self, kind: Kind) -> timedelta:
        """How long all stretches of a kind were."""
        return sum((one.length for one in self.stretches if one.kind == kind), timedelta())


def ledger(events: Sequence[Mapping[str, Any]], *, now: datetime) -> Ledger:
    """The ledger of a history in order (rows of ``db.ticket.events``); ``now`` ends what is still open."""
    stretches = [stretch for one, to_at in _reach(events, now) for stretch in _stretches(one, to_at)]
    return Ledger(tuple(_joined(stretches)), tuple(_moves(events)))


def _reach(events: Sequence[Mapping[str, Any]], now: datetime) -> Iterator[tuple[Mapping[str, Any], datetime]]:
    """What stood since each event that moved the ticket, and until when."""
    moved = [one for one in events if one["from_state"] != one["to_state"] or one["from_lead"] != one["to_lead"]]
    for one, following in pairwise(moved):
        yield one, following["at"]
    if moved and moved[-1]["to_state"] not in ENDS:
        yield moved[-1], now


def _stretches(event: Mapping[str, Any], to_at: datetime) -> Iterator[Stretch]:
    desk, at, state = event["to_lead"], event["at"], event["to_state"]
    if state in ENDS:
        yield Stretch("closed", desk, at, to_at)
    elif state == State.SUSPENDED:
        until = moment_in(event, "until") or to_at
        end = max(at, min(to_at, until))
        yield Stretch("paused", desk, at, end, event["actor_name"], event["reason"], until)
        yield Stretch("running", desk, end, to_at)
    else:
        yield Stretch("running", desk, at, to_at)


def _joined(stretches: Sequence[Stretch]) -> Iterator[Stretch]:
    """Neighbours that run on one desk as one; what took no time left out."""
    last: Stretch | None = None
    for one in stretches:
        if one.length <= timedelta():
            continue
        if last and last.kind == one.kind != "paused" and last.desk == one.desk:
            last = Stretch(last.kind, last.desk, last.from_at, one.to_at)
            continue
        if last:
            yield last
        last = one
    if last:
        yield last


def _moves(events: Sequence[Mapping[str, Any]]) -> Iterator[Move]:
    old: datetime | None = None
    asked: str | None = None
    for one in events:
        new, event = moment_in(one, "due_at"), Event(one["event"])
        asked = one["actor_name"] if event is Event.REQUEST_EXTENSION else asked
        if new != old:
            cause = CAUSES.get(event, "start" if old is None else "item")
            granted = asked if cause == "extension" else None
            yield Move(cause, one["at"], old, new, granted, one["actor_name"], one["reason"])
        old = new


def moment_in(event: Mapping[str, Any], name: str) -> datetime | None:
    """A moment that an event's detail holds as text, or None."""
    text = event["detail"].get(name)
    return datetime.fromisoformat(text) if isinstance(text, str) else None
