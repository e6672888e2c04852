"""Lives of tickets: every step is an arrow of ``inspections.ticket``, at a time, by a person whose step it is.

A life is planned as a list of steps with waits; steps after ``now`` have not happened yet, which leaves tickets in
every state. Some lives are cut short on purpose so that no desk is empty.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import numpy as np

from demo.divisions import words
from inspections.deadline import Calendar, Spec, due_at
from inspections.ticket import LEAD_CHANGES, Event, State, next_state

PACE = {
    "fire": 0.62, "police": 0.7, "housing": 0.95, "urban": 1.3, "planning": 1.35, "market": 0.85, "health": 0.9,
    "emergency": 0.8, "agri": 1.1, "town": 1.0, "property": 0.9, "center": 0.8,
}  # fmt: skip
"""How much of its deadline a department usually takes; above 1 it is late more often than not."""

NEXT = {
    "urban": "planning", "planning": "urban", "fire": "town", "housing": "town", "town": "urban", "police": "housing",
    "market": "urban", "health": "town", "emergency": "fire", "agri": "town", "property": "housing", "center": "town",
}  # fmt: skip
"""Whom a department hands on what it holds to be another's."""

BEGIN = (Event.REPORT, Event.VERIFY, Event.FILE, Event.DISPATCH)
WORK = (Event.ACCEPT, Event.START)
FINISH = (Event.SUBMIT, Event.RECHECK, Event.CLOSE)
AGAIN = (Event.SUBMIT, Event.RECHECK, Event.REWORK, Event.START)

PATHS: dict[str, tuple[float, tuple[Event, ...]]] = {
    "plain": (0.60, (*BEGIN, *WORK, *FINISH)),
    "reworked": (0.08, (*BEGIN, *WORK, *AGAIN, *FINISH)),
    "extended": (0.08, (*BEGIN, *WORK, Event.REQUEST_EXTENSION, Event.GRANT, *FINISH)),
    "denied": (0.02, (*BEGIN, *WORK, Event.REQUEST_EXTENSION, Event.DENY, *FINISH)),
    "passed_on": (0.07, (*BEGIN, Event.PASS_ON, Event.SIGN, Event.START, *FINISH)),
    "withdrawn": (0.01, (*BEGIN, Event.PASS_ON, Event.WITHDRAW, Event.START, *FINISH)),
    "ruled": (0.025, (*BEGIN, Event.PASS_ON, Event.BOUNCE, Event.RULE, *WORK, *FINISH)),
    "reopened": (0.035, (*BEGIN, *WORK, *FINISH, Event.REOPEN, Event.START, *FINISH)),
    "suspended": (0.015, (*BEGIN, *WORK, Event.SUSPEND, Event.RESUME, *FINISH)),
    "referred": (0.02, (*BEGIN, *WORK, Event.REFER, Event.RECEIPT, Event.CLOSE)),
    "escalated": (0.025, (*BEGIN, *WORK, Event.ESCALATE, *WORK, *FINISH)),
    "void": (0.02, (Event.REPORT, Event.VOID)),
}
"""Ways a ticket goes and the share that goes each way."""

WAYS_TO: dict[State, tuple[Event, ...]] = {
    State.REPORTED: BEGIN[:1], State.VERIFIED: BEGIN[:2], State.FILED: BEGIN[:3], State.DISPATCHED: BEGIN,
    State.ACCEPTED: (*BEGIN, Event.ACCEPT), State.RETURNED: (*BEGIN, Event.PASS_ON),
    State.RULING: (*BEGIN, Event.PASS_ON, Event.BOUNCE), State.RECTIFYING: (*BEGIN, *WORK),
    State.EXTENSION_REQ: (*BEGIN, *WORK, Event.REQUEST_EXTENSION), State.SUBMITTED: (*BEGIN, *WORK, Event.SUBMIT),
    State.RECHECK: (*BEGIN, *WORK, Event.SUBMIT, Event.RECHECK), State.REWORK: (*BEGIN, *WORK, *AGAIN[:3]),
    State.SUSPENDED: (*BEGIN, *WORK, Event.SUSPEND), State.REFERRED: (*BEGIN, *WORK, Event.REFER),
    State.ESCALATED: (*BEGIN, *WORK, Event.ESCALATE),
}  # fmt: skip
"""A way to every open state, for the tickets that are to lie on somebody's desk now."""

WAIT_DAYS = {
    Event.ACCEPT: (0.05, 0.8), Event.START: (0.05, 1.0), Event.RECHECK: (0.05, 0.9), Event.CLOSE: (0.02, 0.3),
    Event.REWORK: (0.02, 0.4), Event.REQUEST_EXTENSION: (0.3, 2.0), Event.GRANT: (0.1, 1.0), Event.DENY: (0.1, 1.0),
    Event.PASS_ON: (0.2, 1.5), Event.SIGN: (0.3, 2.5), Event.WITHDRAW: (0.3, 1.5), Event.BOUNCE: (0.3, 2.0),
    Event.RULE: (1.0, 5.0), Event.REOPEN: (8.0, 45.0), Event.SUSPEND: (0.5, 3.0), Event.RESUME: (15.0, 40.0),
    Event.REFER: (2.0, 8.0), Event.RECEIPT: (10.0, 30.0), Event.ESCALATE: (0.5, 3.0), Event.VOID: (0.05, 1.0),
}  # fmt: skip
"""Least and most days before each step; ``SUBMIT`` follows the deadline and the department's pace."""

PROMPT = frozenset({
    Event.ACCEPT, Event.START, Event.PASS_ON, Event.SIGN, Event.BOUNCE, Event.RULE, Event.GRANT, Event.RECHECK,
    Event.CLOSE,
})  # fmt: skip
"""Steps that go ten times faster where the deadline is a matter of hours."""

BY_CENTRE = frozenset({
    Event.CLOSE, Event.GRANT, Event.DENY, Event.RULE, Event.SUSPEND, Event.RESUME, Event.REFER, Event.RECEIPT,
    Event.ESCALATE, Event.VOID, Event.REOPEN, Event.REWORK,
})  # fmt: skip
BY_INSPECTOR = frozenset({*BEGIN, Event.RECHECK})
REASONED = frozenset({
    Event.PASS_ON, Event.BOUNCE, Event.RULE, Event.WITHDRAW, Event.REWORK, Event.REQUEST_EXTENSION, Event.DENY,
    Event.SUSPEND, Event.REFER, Event.RECEIPT, Event.ESCALATE, Event.REOPEN, Event.VOID,
})  # fmt: skip
CITED = frozenset({Event.PASS_ON, Event.BOUNCE, Event.RULE, Event.REFER})


@dataclass(frozen=True, slots=True)
class Desks:
    """Account ids: clerks of each department, centre staff (at least two)."""

    clerks: dict[str, list[int]]
    centre: list[int]


@dataclass(slots=True)
class Life:
    """A ticket under way: its columns as the record holds them, and the events so far."""

    hazard: str
    severity: int
    lead: str
    deadlines: list[Spec]
    inspector: int
    opened_at: datetime
    state: State | None = None
    next_lead: str | None = None
    times: dict[str, datetime] = field(default_factory=dict)
    rectified_by: int | None = None
    closed_by: int | None = None
    counts: dict[str, int] = field(default_factory=lambda: {"bounces": 0, "reworks": 0, "extensions": 0, "reopens": 0})
    events: list[dict[str, Any]] = field(default_factory=list)

    @property
    def last(self) -> dict[str, Any]:
        """The latest event."""
        return self.events[-1]


def live(
    life: Life, *, now: datetime, desks: Desks, calendar: Calendar, pace: float, rng: np.random.Generator,
    stop: State | None = None,
) -> Life:  # fmt: skip
    """Let a ticket live from ``opened_at`` until ``now``; ``stop`` is the state it is to stand in by then.

    ``pace`` is how slow the town is. The life never takes a step that ``inspections.ticket`` does not know.
    """
    path = WAYS_TO[stop] if stop else _choose(rng)
    at, spare = life.opened_at, (now - life.opened_at) / (len(path) + 1)
    for event in path:
        if event not in BEGIN:
            at = at + spare if stop else _wait(life, event, at, pace, rng)
        if at > now:
            break
        _step(life, event, at, desks=desks, calendar=calendar, rng=rng)
    return life


def _choose(rng: np.random.Generator) -> tuple[Event, ...]:
    draw, total = rng.random(), 0.0
    for share, path in PATHS.values():
        total += share
        if draw < total:
            return path
    return PATHS["plain"][1]


def _wait(life: Life, event: Event, at: datetime, pace: float, rng: np.random.Generator) -> datetime:
    if event is Event.SUBMIT:
        left = max(life.times["due_at"] - at, timedelta(hours=5))
        share = PACE[life.lead] * pace * rng.lognormal(-0.7, 0.5)
        later = at + left * min(share, 6.0)
        return later if _urgent(life) else _office(later)
    least, most = WAIT_DAYS[event]
    days = float(rng.uniform(least, most))
    if event in PROMPT and _urgent(life):
        return at + timedelta(days=days / 10)
    return _office(at + timedelta(days=days))


def _urgent(life: Life) -> bool:
    """Whether the deadline is a matter of hours, which desks do not sleep over."""
    return "due_at" in life.times and life.times["due_at"] - life.times["dispatched_at"] < timedelta(days=3)


def _office(at: datetime) -> datetime:
    """The same moment, moved out of the night to the next morning."""
    if 8 <= at.hour < 20:
        return at
    return at.replace(hour=8) + timedelta(days=1 if at.hour >= 20 else 0)


def _step(
    life: Life, event: Event, at: datetime, *, desks: Desks, calendar: Calendar, rng: np.random.Generator
) -> None:
    before, lead_before = life.state, life.lead if life.events else None
    life.state = next_state(before, event)
    _hand_over(life, event)
    actor = _actor(life, event, before, desks, rng)
    _stamp(life, event, at, actor, calendar)
    detail: dict[str, Any] = {}
    if life.next_lead:
        detail["next_lead"] = life.next_lead
    if event in (Event.PASS_ON, Event.BOUNCE):
        detail |= _passed(event, str(lead_before))
    if "due_at" in life.times:
        detail["due_at"] = life.times["due_at"].isoformat()
    life.events.append({
        "at": at, "event": event.value, "from_state": before.value if before else "", "to_state": life.state.value,
        "from_lead": lead_before, "to_lead": life.lead, "actor": actor, "reason": _words(event, rng),
        "clause": _one(words()["reasons"]["clause"], rng) if event in CITED else None, "detail": detail,
    })  # fmt: skip


def _passed(event: Event, lead: str) -> dict[str, Any]:
    """Whom the lead passes on to, or who was to sign and whom that desk names instead."""
    if event is Event.PASS_ON:
        return {"department": NEXT[lead]}
    return {"giver": NEXT[lead], "department": NEXT[NEXT[lead]]}


def _hand_over(life: Life, event: Event) -> None:
    if event in (Event.PASS_ON, Event.BOUNCE):
        life.counts["bounces"] += 1
        life.next_lead = NEXT[life.lead] if event is Event.PASS_ON else None
    elif event in (Event.SIGN, Event.WITHDRAW):
        if event in LEAD_CHANGES and life.next_lead:
            life.lead = life.next_lead
        life.next_lead = None
    elif event is Event.RULE:
        life.lead = NEXT[life.lead]


def _actor(life: Life, event: Event, before: State | None, desks: Desks, rng: np.random.Generator) -> int:
    if event in BY_CENTRE:
        return _one([one for one in desks.centre if one != life.rectified_by], rng)
    if event in BY_INSPECTOR:
        return life.inspector
    holder = NEXT[life.lead] if event is Event.BOUNCE and before is State.RETURNED else life.lead
    return _one(desks.clerks[holder], rng)


def _stamp(life: Life, event: Event, at: datetime, actor: int, calendar: Calendar) -> None:
    times = life.times
    if event in _STAMPED:
        times[_STAMPED[event]] = at
    if event is Event.WITHDRAW:
        times.setdefault("accepted_at", at)
    if event is Event.DISPATCH:
        times["due_at"] = _due(life, at, calendar)
    _COUNT.get(event, lambda _: None)(life)
    if event in (Event.SUBMIT, Event.RECEIPT):
        times["rectified_at"], life.rectified_by = at, actor
    elif event is Event.CLOSE:
        times["closed_at"], life.closed_by = at, actor
    elif event in (Event.REWORK, Event.REOPEN):
        times.pop("rectified_at", None)
        life.rectified_by = None
    if event is Event.REOPEN:
        times.pop("closed_at", None)
        life.closed_by = None
        times["due_at"] = _due(life, at, calendar)
    _stretch(life, event, at)


def _due(life: Life, at: datetime, calendar: Calendar) -> datetime:
    return min(due_at(at, spec, calendar) for spec in life.deadlines)


def _stretch(life: Life, event: Event, at: datetime) -> None:
    """Move the deadline: only a granted extension or the end of an approved pause does."""
    times = life.times
    if event is Event.REQUEST_EXTENSION:
        times["requested_until"] = max(times["due_at"], at) + timedelta(days=10)
    elif event is Event.GRANT:
        times["due_at"] = times.pop("requested_until")
    elif event is Event.DENY:
        times.pop("requested_until", None)
    elif event is Event.SUSPEND:
        times["suspended_at"], times["suspended_until"] = at, at + timedelta(days=45)
    elif event is Event.RESUME:
        stood = min(at, times.pop("suspended_until")) - times.pop("suspended_at")
        times["due_at"] += stood


def cured(life: Life) -> list[tuple[datetime, datetime]]:
    """When the hazards were away: from each submission until the rework or reopening after it, if any."""
    spans: list[tuple[datetime, datetime]] = []
    since: datetime | None = None
    for step in life.events:
        if step["event"] in ("submit", "receipt", "void") and since is None:
            since = step["at"]
        elif step["event"] in ("rework", "reopen") and since is not None:
            spans.append((since, step["at"]))
            since = None
    return spans if since is None else [*spans, (since, datetime.max.replace(tzinfo=since.tzinfo))]


def ended_at(life: Life) -> datetime | None:
    """When the ticket was closed or struck out; None while it is open."""
    return life.last["at"] if life.state in (State.CLOSED, State.VOID) else None


def open_at(life: Life, at: datetime) -> bool:
    """Whether the ticket was open at a moment."""
    before = [step["to_state"] for step in life.events if step["at"] <= at]
    return bool(before) and before[-1] not in ("CLOSED", "VOID")


def _one(of: list[Any], rng: np.random.Generator) -> Any:
    return of[int(rng.random() * len(of))]


def _words(event: Event, rng: np.random.Generator) -> str | None:
    return _one(words()["reasons"][event.value], rng) if event in REASONED else None


def _count(name: str) -> Any:
    def add(life: Life) -> None:
        life.counts[name] += 1

    return add


_COUNT = {
    Event.REWORK: _count("reworks"), Event.GRANT: _count("extensions"), Event.REOPEN: _count("reopens"),
}  # fmt: skip
_STAMPED = {
    Event.FILE: "filed_at", Event.DISPATCH: "dispatched_at", Event.ACCEPT: "accepted_at", Event.SIGN: "accepted_at",
}  # fmt: skip
