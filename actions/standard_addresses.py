"""Taking in lists of standard addresses (police, planning, a survey), which registers are matched to."""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from actions import imports, quarantine
from actions.deed import deed, now
from db import imports as batches
from db import reference
from db.engine import transaction
from db.imports import FileSeen
from db.reference import StandardAddress
from exchange.importing import Prepared
from exchange.problems import Problem
from exchange.reference import prepare_reference
from gis.errors import AnjuError
from inspections.access import Actor, Place

Progress = Callable[[str, int, int], None]
MAX_SOURCE_CHARS = 60


class SourceUnnamedError(AnjuError):
    """A list of standard addresses needs a source of at most {limit} characters."""


@dataclass(frozen=True, slots=True)
class ReferenceReport:
    """What came of a list: ``read = added + changed + unchanged + quarantined``; ``ended`` are named no more."""

    batch_id: int
    source: str
    read: int
    added: int
    changed: int
    unchanged: int
    ended: int
    quarantined: int
    with_village: int
    by_reason: dict[str, int]
    problems: Sequence[Problem] = field(default=(), repr=False)
    notes: Sequence[tuple[str, dict[str, Any]]] = field(default=(), repr=False)

    def as_dict(self) -> dict[str, Any]:
        """Return plain values, ready for JSON."""
        names = ("batch_id", "source", "read", "added", "changed", "unchanged", "ended", "quarantined", "with_village",
                 "by_reason")  # fmt: skip
        return {name: getattr(self, name) for name in names}


def load_reference(
    path: Path | str, *, source: str, actor: Actor, at: datetime, crs: str | None = None, part: bool = False,
    progress: Progress | None = None,
) -> ReferenceReport:  # fmt: skip
    """Put a list of standard addresses in force, all or nothing; rows that cannot be used are kept, sealed.

    The list is the whole of its source: what the source named before and names no more ends today, unless ``part``
    says that this is only some of it. The same list again changes nothing.

    Raises ``exchange.errors.ExchangeError`` for a file nothing can be read from, ``RefusedError`` outside the area,
    ``SourceUnnamedError``.
    """
    place = Place(county=actor.county)
    actor.require("import.run", place)
    source = source.strip()
    if not source or len(source) > MAX_SOURCE_CHARS:
        raise SourceUnnamedError(limit=MAX_SOURCE_CHARS)
    path = Path(path)
    with transaction() as connection:
        county = imports.county_context(connection, actor.county, on=at.date())
    prepared = prepare_reference(path, county=county, crs=crs, progress=progress)
    file = FileSeen(path.name, imports.sha256_of(path), actor.account_id or None, at, kind="addresses")
    with imports.noted(file, actor.county):
        return _take_in(prepared, file=file, source=source, actor=actor, part=part)


def _take_in(prepared: Prepared, *, file: FileSeen, source: str, actor: Actor, part: bool) -> ReferenceReport:
    county = actor.county
    detail: dict[str, Any] = {"file": file.name, "sha256": file.sha256, "kind": file.kind}
    about = ("import", file.name)
    with deed(actor, "import.run", place=Place(county=county), about=about, detail=detail) as connection:
        batch_id = batches.open_batch(
            connection, county=county, file=file, crs=prepared.crs,
            mapping=quarantine.described(prepared) | {"source": source}, read=prepared.read,
        )  # fmt: skip
        rows = _rows(prepared)
        taken = reference.take_in(
            connection, county=county, source=source, batch_id=batch_id, rows=rows, on=file.started_at.date(),
            named=None if part else _named(prepared),
        )  # fmt: skip
        batches.hold(connection, county=county, batch_id=batch_id, rows=quarantine.held(prepared))
        batches.mark_repaired(connection, county=county, rows=quarantine.resent(prepared))
        report = ReferenceReport(
            batch_id=batch_id, source=source, read=prepared.read, **asdict(taken),
            quarantined=len(prepared.quarantined), with_village=sum(row.village is not None for row in rows),
            by_reason=dict(prepared.counts()), problems=prepared.problems, notes=prepared.notes,
        )  # fmt: skip
        counts = {"placed": taken.added + taken.changed, "unchanged": taken.unchanged,
                  "quarantined": report.quarantined}  # fmt: skip
        batches.close_batch(connection, county=county, batch_id=batch_id, counts=counts, at=now())
        detail |= report.as_dict()
    return report


def _rows(prepared: Prepared) -> list[StandardAddress]:
    return [
        StandardAddress(row.source_key or "", row.full_address, row.lon, row.lat, row.crs or "", row.village_code)
        for row in prepared.rows
        if row.lon is not None and row.lat is not None
    ]


def _named(prepared: Prepared) -> list[str]:
    """The keys of rows that cannot be used: what is in force under them stays until they are mended."""
    at = prepared.mapping.index_of["source_key"]
    cells = (source.cells for source in prepared.quarantined.values())
    return [str(row[at]).strip() for row in cells if at < len(row) and row[at] is not None]
