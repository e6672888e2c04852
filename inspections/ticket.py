"""The life of a ticket: states, events, and the one table of what may follow what.

Nobody refuses. "Not mine" is ``pass_on``: it names the next department, the reason and the clause, and
the old lead keeps the clock until the next one signs. A second bounce goes to a joint ruling. Only the
centre may void or suspend, and never without an approver.
"""

from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from gis.errors import AnjuError
from inspections.role import Role
from words import Term


class NotAllowedError(AnjuError):
    """A ticket in state {state} cannot take the event {event}."""


class State(StrEnum):
    """Where a ticket stands."""

    REPORTED = "REPORTED"
    VERIFIED = "VERIFIED"
    FILED = "FILED"
    DISPATCHED = "DISPATCHED"
    ACCEPTED = "ACCEPTED"
    RETURNED = "RETURNED"
    RULING = "RULING"
    RECTIFYING = "RECTIFYING"
    EXTENSION_REQ = "EXTENSION_REQ"
    SUBMITTED = "SUBMITTED"
    RECHECK = "RECHECK"
    REWORK = "REWORK"
    SUSPENDED = "SUSPENDED"
    REFERRED = "REFERRED"
    ESCALATED = "ESCALATED"
    CLOSED = "CLOSED"
    VOID = "VOID"


class Event(StrEnum):
    """What somebody does to a ticket; the arrows are in ``TRANSITIONS``."""

    REPORT = "report"
    VERIFY = "verify"
    FILE = "file"
    DISPATCH = "dispatch"
    ACCEPT = "accept"
    PASS_ON = "pass_on"  # noqa: S105 - not a password
    SIGN = "sign"
    WITHDRAW = "withdraw"
    BOUNCE = "bounce"
    RULE = "rule"
    START = "start"
    SUBMIT = "submit"
    RECHECK = "recheck"
    CLOSE = "close"
    REWORK = "rework"
    REQUEST_EXTENSION = "request_extension"
    GRANT = "grant"
    DENY = "deny"
    SUSPEND = "suspend"
    RESUME = "resume"
    REFER = "refer"
    RECEIPT = "receipt"
    ESCALATE = "escalate"
    COPY = "copy"
    RECOUNT = "recount"
    URGE = "urge"
    REOPEN = "reopen"
    VOID = "void"
    IMPORT = "import"
    IMPORT_CLOSED = "import_closed"
    IMPORT_DUPLICATE = "import_duplicate"


class Stage(StrEnum):
    """The seven stages of GB/T 30428 (数字城管)."""

    COLLECT = "collect"
    FILE = "file"
    DISPATCH = "dispatch"
    HANDLE = "handle"
    FEEDBACK = "feedback"
    VERIFY_CLOSE = "verify_close"
    EVALUATE = "evaluate"


NEEDS = frozenset({"reason", "department", "clause", "after_photo", "other_person", "until", "approver"})
"""What an event may ask for; ``other_person`` did not rectify it, ``approver`` is not the one who asks."""


@dataclass(frozen=True, slots=True)
class Transition:
    """One arrow: ``event`` takes a ticket from ``source`` (None: it did not exist) to ``target``."""

    event: Event
    source: State | None
    target: State
    roles: frozenset[Role]
    needs: frozenset[str] = frozenset()


S, E = State, Event
INSPECTOR, DEPARTMENT, CENTRE = Role.INSPECTOR, Role.DEPARTMENT, Role.CENTRE

FINAL = frozenset({S.CLOSED, S.VOID})
OPEN = frozenset(State) - FINAL
WORKING = (S.ACCEPTED, S.RECTIFYING, S.REWORK, S.ESCALATED)
"""The lead department has it on the desk and works."""


def _rows(
    event: Event, sources: tuple[State | None, ...], target: State, *roles: Role, needs: str = ""
) -> tuple[Transition, ...]:
    wanted = frozenset(needs.split())
    return tuple(Transition(event, source, target, frozenset(roles), wanted) for source in sources)


_BEFORE_WORK = (S.REPORTED, S.VERIFIED, S.FILED, S.DISPATCHED, S.ACCEPTED)

TRANSITIONS: tuple[Transition, ...] = (
    *_rows(E.REPORT, (None,), S.REPORTED, INSPECTOR, DEPARTMENT, CENTRE),
    *_rows(E.VERIFY, (S.REPORTED,), S.VERIFIED, INSPECTOR, CENTRE),
    *_rows(E.FILE, (S.VERIFIED,), S.FILED, INSPECTOR, CENTRE),
    *_rows(E.DISPATCH, (S.FILED,), S.DISPATCHED, INSPECTOR, CENTRE, needs="department"),
    *_rows(E.ACCEPT, (S.DISPATCHED, S.ESCALATED), S.ACCEPTED, DEPARTMENT),
    *_rows(E.PASS_ON, (S.DISPATCHED, *WORKING), S.RETURNED, DEPARTMENT, needs="department reason clause"),
    *_rows(E.SIGN, (S.RETURNED,), S.ACCEPTED, DEPARTMENT),
    *_rows(E.WITHDRAW, (S.RETURNED,), S.ACCEPTED, DEPARTMENT),
    *_rows(
        E.BOUNCE,
        (S.DISPATCHED, *WORKING, S.RETURNED),
        S.RULING,
        DEPARTMENT,
        CENTRE,
        needs="department reason clause",
    ),
    *_rows(E.RULE, (S.RULING,), S.DISPATCHED, CENTRE, needs="department reason clause"),
    *_rows(E.START, (S.ACCEPTED, S.REWORK, S.ESCALATED), S.RECTIFYING, DEPARTMENT),
    *_rows(E.SUBMIT, (*WORKING, S.EXTENSION_REQ), S.SUBMITTED, DEPARTMENT, needs="after_photo"),
    *_rows(E.RECHECK, (S.SUBMITTED,), S.RECHECK, INSPECTOR, CENTRE),
    *_rows(E.CLOSE, (S.RECHECK,), S.CLOSED, CENTRE, needs="after_photo other_person"),
    *_rows(E.REWORK, (S.SUBMITTED, S.RECHECK), S.REWORK, INSPECTOR, CENTRE, needs="reason"),
    *_rows(E.REQUEST_EXTENSION, WORKING, S.EXTENSION_REQ, DEPARTMENT, needs="reason until"),
    *_rows(E.GRANT, (S.EXTENSION_REQ,), S.RECTIFYING, CENTRE, needs="until approver"),
    *_rows(E.DENY, (S.EXTENSION_REQ,), S.RECTIFYING, CENTRE, needs="reason approver"),
    *_rows(E.SUSPEND, (*WORKING, S.EXTENSION_REQ), S.SUSPENDED, CENTRE, needs="reason until approver"),
    *_rows(E.RESUME, (S.SUSPENDED, S.REFERRED), S.RECTIFYING, CENTRE),
    *_rows(E.REFER, WORKING, S.REFERRED, CENTRE, needs="reason clause approver"),
    *_rows(E.RECEIPT, (S.REFERRED,), S.RECHECK, CENTRE, needs="reason"),
    *_rows(E.ESCALATE, (S.DISPATCHED, S.ACCEPTED, S.RECTIFYING, S.REWORK), S.ESCALATED, CENTRE, needs="reason"),
    *(row for s in State if s in OPEN for row in _rows(E.COPY, (s,), s, DEPARTMENT, CENTRE, needs="department")),
    *_rows(E.REOPEN, (S.CLOSED,), S.REWORK, INSPECTOR, CENTRE, needs="reason"),
    *_rows(E.REOPEN, (S.VOID,), S.REPORTED, CENTRE, needs="reason"),
    *_rows(E.VOID, (*_BEFORE_WORK, S.RETURNED, S.RULING), S.VOID, CENTRE, needs="reason approver"),
)

IMPORTED: tuple[Transition, ...] = (
    *_rows(E.IMPORT, (None,), S.ACCEPTED),
    *_rows(E.IMPORT_CLOSED, (S.ACCEPTED,), S.CLOSED),
    *_rows(E.IMPORT_DUPLICATE, (S.ACCEPTED,), S.VOID),
)
"""What happened to cases that another system kept: nobody takes these steps by hand, and no other ticket may."""

BY_ITSELF: tuple[Transition, ...] = tuple(
    row for event in (E.RECOUNT, E.URGE) for s in State if s in OPEN for row in _rows(event, (s,), s)
)
"""A deadline follows the calendar, the ladder of escalation the clock: nobody takes these steps by hand, and the ticket
stays where it stands."""

IN_PLACE = frozenset({E.COPY, E.RECOUNT, E.URGE})
"""Events that leave a ticket where it stands and on the same desk."""

LEAD_CHANGES = frozenset({E.DISPATCH, E.SIGN, E.RULE})
"""The only events that may change the lead department."""

PAUSED = frozenset({S.SUSPENDED})
"""States in which the clock stands, and only until the approved end."""

STAGE: dict[State, Stage] = {
    S.REPORTED: Stage.COLLECT,
    S.VERIFIED: Stage.COLLECT,
    S.FILED: Stage.FILE,
    S.DISPATCHED: Stage.DISPATCH,
    S.RETURNED: Stage.DISPATCH,
    S.RULING: Stage.DISPATCH,
    S.ACCEPTED: Stage.HANDLE,
    S.RECTIFYING: Stage.HANDLE,
    S.EXTENSION_REQ: Stage.HANDLE,
    S.REWORK: Stage.HANDLE,
    S.SUSPENDED: Stage.HANDLE,
    S.REFERRED: Stage.HANDLE,
    S.ESCALATED: Stage.HANDLE,
    S.SUBMITTED: Stage.FEEDBACK,
    S.RECHECK: Stage.VERIFY_CLOSE,
    S.CLOSED: Stage.EVALUATE,
    S.VOID: Stage.EVALUATE,
}


@cache
def _index() -> dict[tuple[State | None, Event], Transition]:
    found: dict[tuple[State | None, Event], Transition] = {}
    for row in TRANSITIONS:
        if (row.source, row.event) in found:
            raise NotAllowedError(state=row.source, event=row.event)
        found[row.source, row.event] = row
    return found


def transition(state: State | None, event: Event) -> Transition:
    """The arrow of ``event`` from ``state`` (None: new); raises ``NotAllowedError`` if there is none."""
    row = _index().get((state, event))
    if row is None:
        stands = Term(state.value, "ticket.state") if state else "-"
        raise NotAllowedError(state=stands, event=Term(event.value, "ticket.event"))
    return row


def next_state(state: State | None, event: Event) -> State:
    """The state after ``event``; raises ``NotAllowedError`` when the table has no such arrow."""
    return transition(state, event).target


def allowed(state: State | None, *, role: Role) -> tuple[Transition, ...]:
    """Every arrow out of ``state`` that ``role`` may take, in table order."""
    return tuple(row for row in TRANSITIONS if row.source == state and role in row.roles)


def pass_on_event(bounces: int) -> Event:
    """What "not mine" is after ``bounces`` earlier ones: the first passes on, later ones ask a ruling."""
    return Event.PASS_ON if bounces == 0 else Event.BOUNCE


def pass_on_target(bounces: int) -> State:
    """Where "not mine" leads after ``bounces`` earlier ones: RETURNED first, RULING ever after."""
    return State.RETURNED if bounces == 0 else State.RULING


def as_mermaid() -> str:
    """The table as a Mermaid state diagram; what moves nothing is left out."""
    lines = ["stateDiagram-v2"]
    for row in (*TRANSITIONS, *IMPORTED):
        if row.event not in IN_PLACE:
            lines.append(f"    {row.source or '[*]'} --> {row.target}: {row.event}")
    lines += [f"    {state} --> [*]" for state in State if state in FINAL]
    return "\n".join(lines)
