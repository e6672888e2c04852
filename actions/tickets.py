"""What people do to tickets: every event of the table, one deed each."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection

from actions import evidence, handling, raising, risk, ticket_needs
from actions.deed import deed
from actions.evidence import Photo
from actions.ticket_needs import Case, Given
from db import finding, repeat, routing, ticket
from db import risk as record
from db.evidence import Kind
from db.finding import NewFinding
from db.query import Row
from db.ticket_effects import Step
from gis.errors import AnjuError
from inspections.access import Actor, Place, RefusedError
from inspections.deadline import SHANGHAI
from inspections.role import Role
from inspections.routing import route
from inspections.rules import Rule
from inspections.ticket import BY_ITSELF, IMPORTED, TRANSITIONS, Event, State, Transition, pass_on_event, transition

NOT_MINE = (Event.PASS_ON, Event.BOUNCE)
NOT_BY_HAND = frozenset(arrow.event for arrow in (*IMPORTED, *BY_ITSELF))
"""What only another system or the calendar did: the table of steps refuses them from every state."""
PROOF: dict[Event, Kind] = {Event.SUBMIT: "after", Event.RECEIPT: "after", Event.CLOSE: "after", Event.REPORT: "before"}


class NotNearError(AnjuError):
    """Ticket {ticket} is no open case near this house: it may have been closed meanwhile, look again."""


class NoWordsError(AnjuError):
    """A hazard reported by hand needs words that say what is wrong."""


def take_step(  # noqa: PLR0913 - one argument for each thing a form may hand in
    ticket_id: int, event: Event, *, actor: Actor, at: datetime, expect: State | None = None, reason: str | None = None,
    department: str | None = None, clause: str | None = None, until: datetime | None = None,
    photos: Sequence[Photo] = (),
) -> Row:  # fmt: skip
    """Take one step with a ticket and return its row (see ``db.ticket``) as it stands afterwards.

    ``expect`` is the state the person saw. "Not mine" is ``PASS_ON``; from the second time on it becomes ``BOUNCE``.

    Raises
    ------
    RefusedError
        This person may not do it to this ticket.
    NotAllowedError
        The ticket cannot take this event from where it stands.
    db.ticket.OvertakenError
        Somebody was first; says who, what and when.
    actions.ticket_needs.NeedsError and its neighbours
        Something the event needs is missing or cannot be.
    """
    given = Given(reason=reason, department=department, clause=clause, until=until, photos=photos)
    if event in NOT_BY_HAND:
        transition(expect, event)
    with deed(actor, f"ticket.{event.value}", about=("ticket", ticket_id)) as connection:
        row = ticket.ticket(connection, actor.county, ticket_id, now=at)
        if expect is not None and row["state"] != expect.value:
            raise ticket.overtaken(connection, actor.county, ticket_id)
        return move(connection, row, event, given=given, actor=actor, at=at)


def move(connection: Connection, row: Row, event: Event, *, given: Given, actor: Actor, at: datetime) -> Row:
    """Take one step inside a deed under way; errors as ``take_step``."""
    arrow = _arrow(row, event, actor)
    case = Case(connection, row, arrow, given, actor, at)
    ticket_needs.check(case)
    kept = _keep_photos(case)
    ticket.step(
        connection, county=row["county"], ticket_id=row["id"], from_state=State(row["state"]), to_state=arrow.target,
        bounces=row["bounces"] if arrow.event in NOT_MINE else None, by=_step(case, kept),
    )  # fmt: skip
    _consequences(case)
    return ticket.ticket(connection, row["county"], row["id"], now=at)


def steps_for(row: Row, actor: Actor) -> list[Transition]:
    """The arrows a person may take from where a ticket stands; of the two that say "not mine" the one that is due."""
    place, state = ticket.place_of(row), State(row["state"])
    return [
        arrow
        for arrow in TRANSITIONS
        if arrow.source is state and _may(actor, arrow, place) and _due(row, arrow.event, actor) is arrow.event
    ]


def report(  # noqa: PLR0913 - one argument for each thing a form may hand in
    house_id: int, hazard: str, *, words: str, actor: Actor, at: datetime, photos: Sequence[Photo] = (),
    complaint: bool = False, same_as: int | None = None,
) -> Row:  # fmt: skip
    """Report a hazard by hand; the row of its ticket, new or, where the house has an open one, that.

    A ``complaint`` is somebody else's word for it: it weighs on the house for a year and calls for a visit. ``same_as``
    is an open case near by that the person says it is about: words and photos are kept there, no second one is filed.

    Raises
    ------
    RefusedError
        This person may not report here.
    NoWordsError, actions.handling.UnknownHazardError
        It says nothing, or names a hazard no rule in force knows.
    NotNearError
        The case it is said to be about is none of those near by.
    """
    with deed(actor, "ticket.report", about=("house", house_id), detail={"hazard": hazard}) as connection:
        return reported(connection, house_id, hazard, words=words, actor=actor, at=at, photos=photos,
                        complaint=complaint, same_as=same_as)  # fmt: skip


def reported(  # noqa: PLR0913 - as ``report``
    connection: Connection, house_id: int, hazard: str, *, words: str, actor: Actor, at: datetime,
    photos: Sequence[Photo] = (), complaint: bool = False, same_as: int | None = None,
) -> Row:  # fmt: skip
    """Report a hazard by hand inside a deed under way; errors as ``report``."""
    if not words.strip():
        raise NoWordsError
    house = ticket.house_for_ticket(connection, actor.county, house_id)
    actor.require("ticket.report", house_place(house))
    if same_as is None:
        key = _report(connection, house, hazard, words.strip(), actor, at, complaint=complaint)
    else:
        key = _repeat(connection, house_id, hazard, words.strip(), actor, at, complaint=complaint, same_as=same_as)
    for photo in photos:
        evidence.keep(connection, photo, kind="before", actor=actor, at=at, ticket_id=key)
    if complaint:
        record.complained(connection, actor.county, house_id, on=at.astimezone(SHANGHAI).date())
    risk.reassess(connection, actor.county, house_id, at=at)
    return ticket.ticket(connection, actor.county, key, now=at)


def house_place(house: Row) -> Place:
    """Where a locked house row lies."""
    return Place(county=house["county"], town=house["town"], village=house["village"], grid=house["grid"])


def _report(
    connection: Connection, house: Row, hazard: str, words: str, actor: Actor, at: datetime, *, complaint: bool
) -> int:
    on = at.astimezone(SHANGHAI).date()
    rule = handling.rule_of(hazard, county=actor.county, on=on)
    way = route(
        hazard, handling.routing(connection, actor.county, on), own=(rule.lead, rule.co), severity=_usual(rule), at=at,
        place=routing.place(connection, actor.county, house["id"], on=on), by_hand=True,
    )  # fmt: skip
    item = NewFinding(
        county=actor.county, house_id=house["id"], rule_code=hazard, severity=_usual(rule), lead=way.lead,
        basis=rule.texts["basis_zh"], basis_en=rule.texts["basis_en"], certainty=rule.certainty, words_zh=words,
        words_en=words, found_at=at, terms={"by_hand": True} | ({"complaint": True} if complaint else {}),
    )  # fmt: skip
    return raising.put(connection, house, [(item, way)], actor=actor, at=at, source="report").ticket_id


def _repeat(  # noqa: PLR0913 - as ``report``
    connection: Connection, house_id: int, hazard: str, words: str, actor: Actor, at: datetime, *, complaint: bool,
    same_as: int,
) -> int:  # fmt: skip
    known = {row["id"] for row in repeat.near(connection, actor.county, house_id, hazard, now=at)}
    if same_as not in known:
        raise NotNearError(ticket=same_as)
    repeat.add(
        connection, actor.county, ticket_id=same_as, house_id=house_id, hazard=hazard, words=words,
        complaint=complaint, account_id=actor.account_id, at=at,
    )  # fmt: skip
    return same_as


def _usual(rule: Rule) -> int:
    # Nobody measured anything yet, so no condition of a graver kind is known to hold.
    return max(row.level for row in rule.severities)


def _arrow(row: Row, event: Event, actor: Actor) -> Transition:
    arrow = transition(State(row["state"]), _due(row, event, actor))
    if not _may(actor, arrow, ticket.place_of(row)):
        raise RefusedError(name=actor.name, deed=f"ticket.{arrow.event.value}")
    return arrow


def _may(actor: Actor, arrow: Transition, place: Place) -> bool:
    # A deed's roles are those of all its arrows; this arrow's may be fewer.
    own = replace(actor, grants=tuple(grant for grant in actor.grants if grant.role in arrow.roles))
    return own.may(f"ticket.{arrow.event.value}", place)


def _due(row: Row, event: Event, actor: Actor) -> Event:
    if event not in NOT_MINE:
        return event
    if row["state"] == State.RETURNED.value:
        return Event.BOUNCE
    if event is Event.BOUNCE and Role.CENTRE in actor.roles:
        return event
    return pass_on_event(row["bounces"])


def _keep_photos(case: Case) -> list[int]:
    kind = PROOF.get(case.arrow.event, "other")
    return [
        evidence.keep(case.connection, photo, kind=kind, actor=case.actor, at=case.at, ticket_id=case.row["id"])
        for photo in case.given.photos
    ]


def _step(case: Case, kept: Sequence[int]) -> Step:
    event, given = case.arrow.event, case.given
    detail = {
        "department": given.department, "until": given.until.isoformat() if given.until else None,
        "evidence": list(kept) or None,
    }  # fmt: skip
    return Step(
        event, case.at, case.actor.account_id, department=given.department, reason=given.reason, clause=given.clause,
        until=_until(case), due_at=_due_at(case), detail={name: value for name, value in detail.items() if value},
    )  # fmt: skip


def _until(case: Case) -> datetime | None:
    if case.arrow.event is Event.BOUNCE:
        return handling.ruling_due_at(case.connection, case.row["county"], case.at)
    return case.given.until


def _due_at(case: Case) -> datetime | None:
    event, row = case.arrow.event, case.row
    if event is Event.REOPEN and case.arrow.target is State.REPORTED:
        return None
    if event not in {Event.DISPATCH, Event.REOPEN}:
        return None
    found = finding.of_ticket(case.connection, row["county"], row["id"])
    hazards = [(item["rule_code"], item["severity"]) for item in found] or [(row["hazard"], row["severity"])]
    return handling.earliest_due_at(case.connection, hazards, county=row["county"], at=case.at)


def _consequences(case: Case) -> None:
    connection, row, event = case.connection, case.row, case.arrow.event
    if event is Event.SIGN:
        ticket.add_department(connection, row["county"], row["id"], department=row["lead"], part="cc")
    if event is Event.BOUNCE and row["next_lead"]:
        # Who said "not mine" is heard at the ruling, and sees how it goes.
        ticket.add_department(connection, row["county"], row["id"], department=row["next_lead"], part="cc")
    if event in {Event.CLOSE, Event.VOID}:
        finding.clear(connection, row["county"], row["id"], at=case.at)
    elif event is Event.REOPEN:
        finding.unclear(connection, row["county"], row["id"])
    if row["house_id"] is not None and event in {Event.CLOSE, Event.VOID, Event.REOPEN, Event.REWORK}:
        risk.reassess(connection, row["county"], row["house_id"], at=case.at)
