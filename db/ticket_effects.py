"""What each event writes into a ticket's columns besides the state and who did it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import func, literal

from db.tables import ticket
from inspections.ticket import IN_PLACE, Event, State

Changes = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Step:
    """One event as it happens: who, when, and what was handed in.

    ``actor_id`` is None for the machine's own operator; ``due_at`` is the new deadline where one starts or moves;
    ``part`` is how a department that is copied takes part.
    """

    event: Event
    at: datetime
    actor_id: int | None
    department: str | None = None
    reason: str | None = None
    clause: str | None = None
    until: datetime | None = None
    due_at: datetime | None = None
    detail: Mapping[str, Any] | None = None
    part: Literal["co", "cc"] = "cc"


def changes(step: Step, to_state: State) -> Changes:
    """The columns ``step`` writes; counters and the shifted clock are expressions over the stored row."""
    written = _EFFECTS.get(step.event, _nothing)(step)
    if step.event in IN_PLACE:
        return written
    if to_state is not State.RETURNED:
        written.setdefault("next_lead", None)
    if to_state is not State.EXTENSION_REQ:
        written.setdefault("requested_until", None)
    if to_state is not State.RULING:
        written.setdefault("ruling_due_at", None)
    return written


def _nothing(_step: Step) -> Changes:
    return {}


def _dispatch(step: Step) -> Changes:
    due = {} if step.due_at is None else {"due_at": step.due_at}
    return {"lead": step.department, "dispatched_at": step.at, **due}


def _accept(step: Step) -> Changes:
    return {"accepted_at": step.at}


def _keep(step: Step) -> Changes:
    return {"accepted_at": func.coalesce(ticket.c.accepted_at, literal(step.at, ticket.c.accepted_at.type))}


def _sign(step: Step) -> Changes:
    return {"lead": ticket.c.next_lead, "accepted_at": step.at}


def _pass_on(step: Step) -> Changes:
    return {"next_lead": step.department, "bounces": ticket.c.bounces + 1}


def _bounce(step: Step) -> Changes:
    return {"bounces": ticket.c.bounces + 1, "ruling_due_at": step.until}


def _rule(step: Step) -> Changes:
    return {"lead": step.department}


def _submit(step: Step) -> Changes:
    return {"rectified_at": step.at, "rectified_by": step.actor_id}


def _close(step: Step) -> Changes:
    return {"closed_at": step.at, "closed_by": step.actor_id}


def _rework(_step: Step) -> Changes:
    return {"reworks": ticket.c.reworks + 1, "rectified_at": None, "rectified_by": None}


def _request(step: Step) -> Changes:
    return {"requested_until": step.until}


def _grant(step: Step) -> Changes:
    return {"due_at": step.until, "extensions": ticket.c.extensions + 1}


def _suspend(step: Step) -> Changes:
    return {"suspended_at": step.at, "suspended_until": step.until}


def _resume(step: Step) -> Changes:
    ended = func.least(literal(step.at, ticket.c.due_at.type), ticket.c.suspended_until)
    shifted = ticket.c.due_at + (ended - ticket.c.suspended_at)
    return {"due_at": func.coalesce(shifted, ticket.c.due_at), "suspended_at": None, "suspended_until": None}


def _recount(step: Step) -> Changes:
    moved = {"due_at": step.due_at, "ruling_due_at": step.until}
    return {name: new for name, new in moved.items() if new is not None}


def _reopen(step: Step) -> Changes:
    return {
        "closed_at": None, "closed_by": None, "rectified_at": None, "rectified_by": None,
        "reopens": ticket.c.reopens + 1, "due_at": step.due_at,
    }  # fmt: skip


_EFFECTS: dict[Event, Callable[[Step], Changes]] = {
    Event.FILE: lambda step: {"filed_at": step.at},
    Event.DISPATCH: _dispatch,
    Event.ACCEPT: _accept,
    Event.WITHDRAW: _keep,
    Event.SIGN: _sign,
    Event.PASS_ON: _pass_on,
    Event.BOUNCE: _bounce,
    Event.RULE: _rule,
    Event.SUBMIT: _submit,
    Event.RECEIPT: _submit,
    Event.CLOSE: _close,
    Event.REWORK: _rework,
    Event.REQUEST_EXTENSION: _request,
    Event.GRANT: _grant,
    Event.SUSPEND: _suspend,
    Event.RESUME: _resume,
    Event.REOPEN: _reopen,
    Event.RECOUNT: _recount,
}
