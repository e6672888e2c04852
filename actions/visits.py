"""A visit from the first tap to what follows from it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from actions import footprints, risk, visit_outcome, workbench
from actions.deed import deed
from actions.visit_known import Known, known
from actions.visit_outcome import Preview, SubmittedVisit
from db import evidence, house, ticket, visit
from db.engine import transaction
from db.query import Row
from gis.errors import AnjuError
from inspections.access import Actor, RefusedError
from inspections.deadline import SHANGHAI
from inspections.facts import ROOM_KEY, check
from inspections.visit import NextTry, Outcome, Problem, VisitRecord, check_visit, try_on

Position = tuple[float, float, float | None]
"""lon, lat in EPSG:4490 (phones report WGS 84, the same for this purpose) and the accuracy in metres."""


class NoSuchRoomError(AnjuError):
    """The house has no room {room}."""


class BadPositionError(AnjuError):
    """Longitude {lon}, latitude {lat} is no position on earth."""


class IncompleteVisitError(AnjuError):
    """The visit cannot be handed in yet: {n} things are missing or cannot be."""

    @property
    def problems(self) -> list[Problem]:
        """Each with its catalogue key and the words in its phrase."""
        found: list[Problem] = self.fields["problems"]
        return found


def start_visit(house_id: int, *, actor: Actor, at: datetime, stop_id: int | None = None) -> Row:
    """The inspector's draft (a row of ``db.visit``) for a house in their own grids, a new one if there is none.

    Without ``stop_id`` the house's stop on today's route is found.

    Raises
    ------
    RefusedError
        The house lies in nobody's or somebody else's grid.
    db.visit.WrongStopError
        The stop is not this house on this inspector's route of the day.
    """
    with transaction() as connection:
        actor.require("visit.record", house.place(connection, county=actor.county, house_id=house_id))
        on, who = at.astimezone(SHANGHAI).date(), actor.account_id
        found = visit.stop_of_today(connection, actor.county, house_id, account_id=who, on=on, stop_id=stop_id)
        if stop_id is not None and found is None:
            raise visit.WrongStopError(stop=stop_id)
        key = visit.start(connection, actor.county, house_id, account_id=who, at=at, stop_id=found)
        return visit.visit(connection, actor.county, key)


def save_visit(  # noqa: PLR0913 - one argument for each part of the form
    visit_id: int, *, actor: Actor, facts: Mapping[str, Any] | None = None,
    rooms: Mapping[int, Mapping[str, Any]] | None = None, position: Position | None = None, note: str | None = None,
    outcome: Outcome | None = None, next_try: NextTry | None = None,
) -> Row:  # fmt: skip
    """Save what a tap changed and return the draft; what is not given stays, a fact set to None is taken back.

    Raises
    ------
    RefusedError
        The draft is another person's.
    inspections.facts.UnknownFactError, inspections.facts.BadFactError, NoSuchRoomError, BadPositionError
        It cannot be; nothing of this tap is saved.
    db.visit.AlreadySubmittedError
        It was handed in already.
    """
    with transaction() as connection:
        row = _own(connection, actor, visit_id, lock=True)
        check(facts or {}, scope="house")
        row["facts"] = row["facts"] | dict(facts or {})
        row["room_facts"] = _merged(connection, row, rooms or {})
        if position is not None:
            row |= _position(position)
        changed = {"note": note, "outcome": outcome, "next_try": next_try}
        row |= {name: str(value) for name, value in changed.items() if value is not None}
        visit.save(connection, row)
        return visit.visit(connection, actor.county, visit_id)


def preview(visit_id: int, *, actor: Actor, at: datetime) -> Preview:
    """What would follow if the draft were handed in now, and what it still lacks; writes nothing."""
    with transaction() as connection:
        row = _own(connection, actor, visit_id)
        outcome = Outcome(row["outcome"] or Outcome.GRANTED)
        next_try = NextTry(row["next_try"]) if row["next_try"] else None
        told = known(connection, row, at=at)
        problems = _problems(connection, row, told, outcome=outcome, next_try=next_try, at=at)
        return visit_outcome.preview(connection, row, told, problems, at=at)


def form(visit_id: int, *, actor: Actor, at: datetime) -> Known:
    """What is known of the house as the draft stands, and what the form has to ask."""
    with transaction() as connection:
        return known(connection, _own(connection, actor, visit_id), at=at)


def submit_visit(
    visit_id: int, *, outcome: Outcome, actor: Actor, at: datetime, next_try: NextTry | None = None
) -> SubmittedVisit:
    """Hand a visit in: facts go into house and rooms, hazards follow, tickets go out, the colour is decided anew.

    All of it or nothing. Handing in twice returns what the first time told.

    Raises
    ------
    IncompleteVisitError
        Something is missing; ``problems`` says what.
    RefusedError
        The visit is another person's, or the house no longer lies in their grids.
    """
    with deed(actor, "visit.record", about=("visit", visit_id), detail={"outcome": str(outcome)}) as connection:
        row = _own(connection, actor, visit_id, lock=True)
        if row["state"] == "submitted":
            return SubmittedVisit.read(row["result"] or {"visit_id": visit_id, "outcome": row["outcome"]})
        place = house.place(connection, county=actor.county, house_id=row["house_id"])
        actor.require("visit.record", place)
        locked = ticket.house_for_ticket(connection, actor.county, row["house_id"])
        told = known(connection, row, at=at)
        problems = _problems(connection, row, told, outcome=outcome, next_try=next_try, at=at)
        if problems:
            raise IncompleteVisitError(problems=problems, n=len(problems))
        return _submit(connection, row, locked, outcome=outcome, next_try=next_try, actor=actor, at=at)


def _submit(
    connection: Connection, row: Row, locked: Row, *, outcome: Outcome, next_try: NextTry | None, actor: Actor,
    at: datetime,
) -> SubmittedVisit:  # fmt: skip
    county, house_id = row["county"], row["house_id"]
    visit.submit(connection, county, row["id"], outcome=outcome.value, next_try=next_try, at=at)
    told: dict[str, Any] = {"visit_id": row["id"], "outcome": outcome.value, "next_try": next_try}
    if outcome is Outcome.GRANTED:
        visit.write_rooms(connection, county, house_id, row["room_facts"], at=at)
        visit.write_house(connection, county, house_id, stairs=row["facts"].get("stairs"), at=at)
        told |= visit_outcome.follow(connection, row, locked, actor=actor, at=at)
        footprints.answered(connection, row, at=at)
    else:
        visit.write_shut(connection, county, house_id, next_try=next_try, at=at)
    if row["stop_id"] is not None:
        visit.stop_done(connection, county, house_id, stop_id=row["stop_id"], at=at)
    found, due_on = risk.reassess(connection, county, house_id, at=at)
    next_on = try_on(next_try, at.astimezone(SHANGHAI).date()) if next_try else due_on
    told |= {"colour": found.colour.value, "score": found.score, "due_on": due_on, "next_on": next_on}
    visit.keep_result(connection, county, row["id"], told)
    workbench.answered(connection, row, at=at)
    return SubmittedVisit.read(visit.visit(connection, county, row["id"])["result"])


def _own(connection: Connection, actor: Actor, visit_id: int, *, lock: bool = False) -> Row:
    row = visit.visit(connection, actor.county, visit_id, lock=lock)
    if row["account_id"] != actor.account_id:
        raise RefusedError(name=actor.name, deed="visit.record")
    return row


def _merged(connection: Connection, row: Row, patches: Mapping[int, Mapping[str, Any]]) -> list[dict[str, Any]]:
    held = {str(room[ROOM_KEY]): dict(room) for room in row["room_facts"]}
    known = {room["id"] for room in house.rooms(connection, county=row["county"], house_id=row["house_id"])}
    for room_id, patch in patches.items():
        if int(room_id) not in known:
            raise NoSuchRoomError(room=room_id)
        check(patch, scope="room")
        key = str(room_id)
        held[key] = {**held.get(key, {}), **patch, ROOM_KEY: key}
    return list(held.values())


def _position(position: Position) -> dict[str, Any]:
    lon, lat, accuracy_m = position
    if not (-180 <= lon <= 180 and -90 <= lat <= 90):
        raise BadPositionError(lon=lon, lat=lat)
    return {"lon": lon, "lat": lat, "accuracy_m": accuracy_m}


def _problems(
    connection: Connection, row: Row, told: Known, *, outcome: Outcome, next_try: NextTry | None, at: datetime
) -> list[Problem]:
    photos = evidence.of_visit(connection, row["county"], row["id"])
    matters = {one.fact.name for one in told.answered}
    answers = {name: value for name, value in row["facts"].items() if name in matters}
    record = VisitRecord(
        outcome=outcome, at=at, house=answers, rooms=told.rooms, next_try=next_try, reason=row["note"] or "",
        photos=frozenset(photo["fact"] for photo in photos if photo["fact"]),
    )  # fmt: skip
    return check_visit(record, told.questions, now=at)
