"""When a message may leave the system, when it is tried again, and how much one sending holds.

The hours are a channel's own; what is the same for all stands in ``rules/messages.toml``.
"""

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from functools import cache
from importlib.resources import files
from typing import Any
from zoneinfo import ZoneInfo

from inspections.notice import URGENT
from inspections.ticket import Event

SHANGHAI = ZoneInfo("Asia/Shanghai")
GRAVE = 1


@dataclass(frozen=True, slots=True)
class Hours:
    """When a channel speaks, by Shanghai's clocks.

    Nothing leaves from ``quiet_from`` until ``quiet_until`` (it may lie past midnight; equal or None: no quiet). With
    ``digest_at`` everything waits for that time of day and leaves together. With ``wakes`` neither holds for what is
    pressing.
    """

    quiet_from: time | None = None
    quiet_until: time | None = None
    digest_at: time | None = None
    wakes: bool = True

    def goes_at(self, at: datetime, *, pressing: bool = False) -> datetime:
        """The first moment, not before ``at`` (aware), at which a message of that moment may leave."""
        if pressing and self.wakes:
            return at
        local = at.astimezone(SHANGHAI)
        if self.digest_at is not None:
            local = _next(local, self.digest_at)
        if self.quiet_from is None or self.quiet_until is None or not self._is_quiet(local.time()):
            return local
        return _next(local, self.quiet_until)

    def leaves_at(self, written_at: datetime, now: datetime, *, pressing: bool = False) -> datetime:
        """When a message of ``written_at`` may leave, seen from ``now``: not later than that if it is its turn.

        What is overdue since nobody was there to send it waits for no further digest, only for the quiet to end.
        """
        first = self.goes_at(written_at, pressing=pressing)
        return first if first > now else replace(self, digest_at=None).goes_at(now, pressing=pressing)

    def _is_quiet(self, clock: time) -> bool:
        begin, end = self.quiet_from, self.quiet_until
        if begin is None or end is None or begin == end:
            return False
        return begin <= clock < end if begin < end else clock >= begin or clock < end


def _next(local: datetime, clock: time) -> datetime:
    """The first time, from ``local`` on, that clocks show ``clock``."""
    same_day = local.replace(hour=clock.hour, minute=clock.minute, second=clock.second, microsecond=0)
    return same_day if same_day >= local else same_day + timedelta(days=1)


def is_pressing(event: Event, severity: int) -> bool:
    """Whether a message breaks the quiet: the gravest hazards, where somebody has to act again."""
    return severity == GRAVE and (event in URGENT or event in (Event.DISPATCH, Event.PASS_ON, Event.RULE))


@cache
def _rules() -> dict[str, Any]:
    return tomllib.loads((files("inspections") / "rules" / "messages.toml").read_text(encoding="utf-8"))


def usual_hours() -> Hours:
    """The hours of a new channel."""
    quiet = _rules()["quiet"]
    return Hours(time.fromisoformat(quiet["from"]), time.fromisoformat(quiet["until"]))


def again_in(tries: int) -> timedelta | None:
    """How long to wait after so many failed tries (1 and up); None where it is given up, and a person sees to it."""
    waits = _rules()["retry"]["minutes"]
    return timedelta(minutes=waits[tries - 1]) if tries <= len(waits) else None


def most_tries() -> int:
    """How often a message is tried before it is given up."""
    return len(_rules()["retry"]["minutes"]) + 1


def body_bytes() -> int:
    """How many bytes of UTF-8 one sending may hold."""
    return int(_rules()["body"]["bytes"])


def fitted(lines: Sequence[str], *, more: str, limit: int) -> list[str]:
    """As many lines as ``limit`` bytes hold; where some are left out, ``more`` (with ``{n}``) says how many."""
    sizes = [len(line.encode()) + 1 for line in lines]
    if sum(sizes) <= limit:
        return list(lines)
    room, kept = limit - len(more.format(n=len(lines)).encode()) - 1, 0
    while kept < len(lines) and sum(sizes[: kept + 1]) <= room:
        kept += 1
    return [*lines[:kept], more.format(n=len(lines) - kept)]
