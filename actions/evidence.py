"""Photos handed in and looked at."""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from sqlalchemy import Connection

from actions.deed import deed
from actions.photo import clean
from db import evidence, house, ticket, visit
from db.engine import transaction
from db.query import Row
from gis.errors import AnjuError
from inspections.access import Actor, Place, RefusedError

OLDEST_BEFORE_VISIT = timedelta(hours=24)
AHEAD = timedelta(minutes=30)
"""How far a camera's clock may run ahead."""


class PhotoTooOldError(AnjuError):
    """The photo was taken at {taken}, before {since}: take a new one on the spot."""


class PhotoFromTomorrowError(AnjuError):
    """The photo says it was taken at {taken}, which is still to come: set the camera's clock."""


@dataclass(frozen=True, slots=True)
class Photo:
    """A photo as it was handed in, with the fact and room it proves."""

    content: bytes
    fact: str | None = None
    room_id: int | None = None


def keep_photo(  # noqa: PLR0913 - says what it proves
    content: bytes, *, kind: evidence.Kind, actor: Actor, at: datetime, visit_id: int | None = None,
    ticket_id: int | None = None, fact: str | None = None, room_id: int | None = None,
) -> Row:  # fmt: skip
    """Keep one photo of a draft visit or of a ticket; the evidence row (see ``db.evidence``).

    Raises
    ------
    actions.photo.NotAPhotoError, actions.photo.PhotoTooBigError, PhotoTooOldError, PhotoFromTomorrowError
        The picture will not do; the message says what would.
    RefusedError
        The visit is somebody else's, or the ticket is on no desk of this person's.
    """
    photo, about = Photo(content, fact, room_id), ("visit", visit_id) if visit_id is not None else ("ticket", ticket_id)
    name: Literal["visit.record", "ticket.view"] = "visit.record" if visit_id is not None else "ticket.view"
    with deed(actor, name, about=about, detail={"photo": kind}) as connection:
        if visit_id is not None:
            _own_draft(connection, actor, visit_id)
        elif ticket_id is not None:
            actor.require(name, ticket.place_of(ticket.ticket(connection, actor.county, ticket_id, now=at)))
            _may_hand_in(actor)
        key = keep(connection, photo, kind=kind, actor=actor, at=at, visit_id=visit_id, ticket_id=ticket_id)
        return evidence.evidence(connection, actor.county, key)


def keep(
    connection: Connection, photo: Photo, *, kind: evidence.Kind, actor: Actor, at: datetime,
    visit_id: int | None = None, ticket_id: int | None = None,
) -> int:  # fmt: skip
    """Keep one photo inside a deed under way: the file is on the disk before its row is written; the row's key."""
    cleaned = clean(photo.content)
    _check_age(cleaned.taken_at, at=at, since=_since(connection, actor.county, visit_id, ticket_id, at))
    sha256 = hashlib.sha256(cleaned.content).hexdigest()
    evidence.put_file(sha256, cleaned.content)
    return evidence.add(
        connection,
        evidence.NewEvidence(
            county=actor.county, sha256=sha256, kind=kind, bytes=len(cleaned.content), width=cleaned.width,
            height=cleaned.height, at=at, account_id=actor.account_id, taken_at=cleaned.taken_at, lon=cleaned.lon,
            lat=cleaned.lat, visit_id=visit_id, ticket_id=ticket_id, room_id=photo.room_id, fact=photo.fact,
        ),
    )  # fmt: skip


def open_photo(evidence_id: int, *, actor: Actor, at: datetime) -> tuple[bytes, str]:
    """The bytes and MIME type of a photo, for somebody who may see its ticket or its visit.

    Raises
    ------
    RefusedError
        This person may not see it.
    db.evidence.NoSuchEvidenceError, db.evidence.LostFileError
        There is no such photo, or its file is gone.
    """
    with transaction() as connection:
        found = evidence.evidence(connection, actor.county, evidence_id)
        if not any(actor.may(name, place) for name, place in _places(connection, found, at)):
            raise RefusedError(name=actor.name, deed="evidence.view")
    return evidence.read_file(found["sha256"]), found["mime"]


def _places(connection: Connection, found: Row, at: datetime) -> list[tuple[str, Place]]:
    places: list[tuple[str, Place]] = []
    if found["ticket_id"] is not None:
        row = ticket.ticket(connection, found["county"], found["ticket_id"], now=at)
        places.append(("ticket.view", ticket.place_of(row)))
    if found["visit_id"] is not None:
        house_id = visit.visit(connection, found["county"], found["visit_id"])["house_id"]
        places.append(("visit.view", house.place(connection, county=found["county"], house_id=house_id)))
    return places


def _own_draft(connection: Connection, actor: Actor, visit_id: int) -> None:
    row = visit.visit(connection, actor.county, visit_id)
    if row["account_id"] != actor.account_id:
        raise RefusedError(name=actor.name, deed="visit.record")
    if row["state"] != "draft":
        raise visit.AlreadySubmittedError(visit=visit_id)


def _may_hand_in(actor: Actor) -> None:
    if not actor.may("house.view_person"):
        raise RefusedError(name=actor.name, deed="evidence.add")


def _since(
    connection: Connection, county: str, visit_id: int | None, ticket_id: int | None, at: datetime
) -> datetime | None:
    if visit_id is not None:
        started_at: datetime = visit.visit(connection, county, visit_id)["started_at"]
        return started_at - OLDEST_BEFORE_VISIT
    if ticket_id is not None:
        opened_at: datetime = ticket.ticket(connection, county, ticket_id, now=at)["opened_at"]
        return opened_at
    return None


def _check_age(taken_at: datetime | None, *, at: datetime, since: datetime | None) -> None:
    if taken_at is None:
        return
    if taken_at > at + AHEAD:
        raise PhotoFromTomorrowError(taken=f"{taken_at:%Y-%m-%d %H:%M}")
    if since is not None and taken_at < since:
        raise PhotoTooOldError(taken=f"{taken_at:%Y-%m-%d %H:%M}", since=f"{since:%Y-%m-%d %H:%M}")
