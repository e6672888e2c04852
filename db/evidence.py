"""Evidence: photographs on the disk under their SHA-256, and the rows that say what they prove.

An evidence row holds id, sha256, kind ('before', 'after', 'other'), mime, bytes, width, height (px), taken_at, lon, lat
(EPSG:4490), visit_id, ticket_id, room_id, room_label, fact, account_id, account_name, created_at; of a ticket also
house_m, the metres between the photo and the house.
"""

import os
import tempfile
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal

from sqlalchemy import Connection

from db import query, settings
from db.query import Row
from gis.errors import AnjuError

Kind = Literal["before", "after", "other"]


class NoSuchEvidenceError(AnjuError):
    """There is no evidence {evidence}."""


class LostFileError(AnjuError):
    """The file of evidence {sha256} is not where it was put."""


@dataclass(frozen=True, slots=True)
class NewEvidence:
    """A photo about to be written into the record; lon, lat in EPSG:4490, None where the photo does not tell."""

    county: str
    sha256: str
    kind: Kind
    bytes: int
    width: int
    height: int
    at: datetime
    account_id: int
    taken_at: datetime | None = None
    lon: float | None = None
    lat: float | None = None
    visit_id: int | None = None
    ticket_id: int | None = None
    room_id: int | None = None
    fact: str | None = None


def add(connection: Connection, new: NewEvidence) -> int:
    """The key of the evidence; the same photo handed in twice for the same thing is one."""
    fields = {name: getattr(new, name) for name in new.__slots__}
    same = ("county", "sha256", "kind", "visit_id", "ticket_id", "room_id", "fact")
    known = query.value(connection, "evidence_same", **{name: fields[name] for name in same})
    return int(known or query.value(connection, "evidence_add", **fields))


def evidence(connection: Connection, county: str, evidence_id: int) -> Row:
    """One evidence row; raises ``NoSuchEvidenceError``."""
    found = query.row(connection, "evidence_by_id", county=county, id=evidence_id)
    if found is None:
        raise NoSuchEvidenceError(evidence=evidence_id)
    return found


def of_ticket(connection: Connection, county: str, ticket_id: int) -> list[Row]:
    """The evidence rows of a ticket in the order they came."""
    return query.rows(connection, "evidence_of_ticket", county=county, ticket_id=ticket_id)


def of_visit(connection: Connection, county: str, visit_id: int) -> list[Row]:
    """The evidence rows of a visit in the order they came."""
    return query.rows(connection, "evidence_of_visit", county=county, visit_id=visit_id)


def of_house(connection: Connection, county: str, house_id: int, *, limit: int = 6) -> list[Row]:
    """The latest photos of a house: id, kind, taken_at, created_at, fact."""
    return query.rows(connection, "evidence_of_house", county=county, house_id=house_id, limit=limit)


def give_to_ticket(connection: Connection, county: str, *, visit_id: int, ticket_id: int) -> None:
    """Show a visit's photos on the ticket it raised or added to."""
    query.execute(connection, "evidence_give_to_ticket", county=county, visit_id=visit_id, ticket_id=ticket_id)


def path_of(sha256: str) -> Path:
    """Where the file of that hash lies."""
    return settings.evidence_dir() / sha256[:2] / f"{sha256[2:]}.jpg"


def put_file(sha256: str, content: bytes) -> Path:
    """Lay a file down so that after any crash it is whole or absent; one that is there already is left alone."""
    path = path_of(sha256)
    if path.exists():
        return path
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".half-")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    _sync_folder(path.parent)
    return path


def read_file(sha256: str) -> bytes:
    """The bytes of a stored file; raises ``LostFileError``."""
    try:
        return path_of(sha256).read_bytes()
    except FileNotFoundError:
        raise LostFileError(sha256=sha256) from None


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
