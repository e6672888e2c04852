"""The ladder of escalation: what the clock does by itself to a case that is not getting done.

A rung is reached at a share of the time a case has, or some time after its deadline. Once a deadline moves, the ladder
begins anew. The rungs are data (``rules/escalation.toml``).
"""

import tomllib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from importlib.resources import files
from typing import Any

from gis.errors import AnjuError
from inspections.deadline import Calendar, Spec
from inspections.deadline import due_at as after
from inspections.ticket import Event

GRAVE = 1
STEPS = (Event.URGE, Event.ESCALATE)


class BadRungError(AnjuError):
    """Rung {rung} of the ladder cannot be: {reason}."""


@dataclass(frozen=True, slots=True)
class Rung:
    """``used_percent`` of the time from the clock's beginning to the deadline, or ``late`` after it.

    ``late_grave`` is what counts for the gravest hazards instead.
    """

    name: str
    event: Event
    used_percent: int | None = None
    late: Spec | None = None
    late_grave: Spec | None = None

    def at(self, began_at: datetime, due_at: datetime, severity: int, calendar: Calendar) -> datetime:
        """When a case reaches this rung."""
        if self.used_percent is not None:
            return began_at + (due_at - began_at) * self.used_percent / 100
        late = self.late_grave if severity == GRAVE and self.late_grave else self.late
        return after(due_at, late, calendar) if late else due_at


def read(raw: Mapping[str, Any]) -> tuple[Rung, ...]:
    """The rungs of a file, lowest first.

    Raises ``BadRungError`` for a rung that says both or neither of share and time, an event that is no step of the
    ladder, a name given twice, a lower share above a higher one.
    """
    rungs = tuple(_rung(one) for one in raw["rung"])
    names = [rung.name for rung in rungs]
    shares = [101 if rung.used_percent is None else rung.used_percent for rung in rungs]
    for n, rung in enumerate(rungs):
        if rung.name in names[:n]:
            raise BadRungError(rung=rung.name, reason="named twice")
        if n and shares[n] < shares[n - 1]:
            raise BadRungError(rung=rung.name, reason="below the rung before it")
    return rungs


def _rung(raw: Mapping[str, Any]) -> Rung:
    name, share = str(raw.get("name", "?")), raw.get("used_percent")
    late, grave = (Spec.read(raw[key]) if key in raw else None for key in ("late", "late_grave"))
    if (share is None) == (late is None):
        raise BadRungError(rung=name, reason="it needs either used_percent or late")
    if share is not None and not (type(share) is int and 0 < share <= 100):
        raise BadRungError(rung=name, reason=f"used_percent {share} is no whole number from 1 to 100")
    if raw.get("event") not in STEPS:
        raise BadRungError(rung=name, reason=f"event {raw.get('event')} is neither urge nor escalate")
    return Rung(name, Event(raw["event"]), share, late, grave)


@cache
def ladder() -> tuple[Rung, ...]:
    """The ladder that comes with the product, lowest rung first."""
    return read(tomllib.loads((files("inspections") / "rules" / "escalation.toml").read_text(encoding="utf-8")))


def next_rung(
    rungs: tuple[Rung, ...], *, done: Collection[str], began_at: datetime, due_at: datetime, severity: int,
    now: datetime, calendar: Calendar,
) -> Rung | None:  # fmt: skip
    """The highest rung reached by ``now`` that lies above every one that was done; None where there is none.

    Rungs that time has passed over are not made up for.
    """
    above = 1 + max((n for n, rung in enumerate(rungs) if rung.name in done), default=-1)
    reached = [rung for rung in rungs[above:] if rung.at(began_at, due_at, severity, calendar) <= now]
    return reached[-1] if reached else None
