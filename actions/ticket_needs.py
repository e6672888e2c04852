"""What an event asks for before it is written, and whether it was given."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from actions.evidence import Photo
from db import ticket
from db.query import Row
from gis.errors import AnjuError
from inspections.access import Actor
from inspections.ticket import Event, Transition
from words import Term


class NeedsError(AnjuError):
    """{event} of ticket {number} needs {need}."""


class PastUntilError(AnjuError):
    """The new time {until} is not in the future."""


class SameDepartmentError(AnjuError):
    """Ticket {number} is on the desk of {department} already: name another department."""


class NoSuchDepartmentError(AnjuError):
    """The county has no department {department}."""


@dataclass(frozen=True, slots=True)
class Given:
    """What a person hands in with an event."""

    reason: str | None = None
    department: str | None = None
    clause: str | None = None
    until: datetime | None = None
    photos: Sequence[Photo] = ()


@dataclass(frozen=True, slots=True)
class Case:
    """One event about to happen to one ticket."""

    connection: Connection
    row: Row
    arrow: Transition
    given: Given
    actor: Actor
    at: datetime


def check(case: Case) -> None:
    """Refuse an event that lacks what it needs.

    Raises
    ------
    NeedsError
        ``need`` is one of ``inspections.ticket.NEEDS``.
    NoSuchDepartmentError, SameDepartmentError, PastUntilError
        It was given, but cannot be.
    """
    for need in sorted(case.arrow.needs):
        if not _CHECKS[need](case):
            event = Term(case.arrow.event.value, "ticket.event")
            raise NeedsError(event=event, need=Term(need, "ticket.need"), number=case.row["number"])
    _check_department(case)
    if case.given.until is not None and case.given.until <= case.at:
        raise PastUntilError(until=case.given.until.isoformat(timespec="minutes"))


def _check_department(case: Case) -> None:
    code = case.given.department
    if code is None or "department" not in case.arrow.needs:
        return
    if not ticket.department_exists(case.connection, case.row["county"], code):
        raise NoSuchDepartmentError(department=code)
    holder = {
        Event.PASS_ON: case.row["lead"],
        Event.COPY: case.row["lead"],
        Event.BOUNCE: case.row["next_lead"] or case.row["lead"],
    }.get(case.arrow.event)
    if code == holder:
        raise SameDepartmentError(number=case.row["number"], department=code)


def _after_photo(case: Case) -> bool:
    return bool(case.given.photos) or ticket.has_after_photo(case.connection, case.row["county"], case.row["id"])


def _other_person(case: Case) -> bool:
    return case.row["rectified_by"] != case.actor.account_id


def _approver(case: Case) -> bool:
    # Four eyes: whoever brought the ticket to where it stands asks, somebody else approves.
    return ticket.last_mover(case.connection, case.row["county"], case.row["id"])["actor"] != case.actor.account_id


_CHECKS: dict[str, Callable[[Case], bool]] = {
    "reason": lambda case: bool((case.given.reason or "").strip()),
    "department": lambda case: bool((case.given.department or "").strip()),
    "clause": lambda case: bool((case.given.clause or "").strip()),
    "until": lambda case: case.given.until is not None,
    "after_photo": _after_photo,
    "other_person": _other_person,
    "approver": _approver,
}
