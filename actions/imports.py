"""Bringing a register in: read the file, place what can be placed, quarantine the rest, lose nothing."""

import gc
import hashlib
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from actions import quarantine
from actions.address_check import Look, look_over
from actions.county_matcher import CountyMatcher, county_matcher
from actions.deed import deed, now
from actions.incoming import new_houses, place_by_match, read_houses
from db import address_check, division, imports, workbench
from db.engine import transaction
from db.errors import DatabaseLostError
from db.imports import FileSeen
from db.register import NewHouse
from exchange.addresses import key_of
from exchange.importing import ImportOptions, Prepared, county_of, prepare
from exchange.problems import Problem
from exchange.repair import write_repair
from exchange.row import HouseRow
from exchange.villages import CountyContext
from gis.division import Division
from inspections.access import Actor, Place

__all__ = ["ImportOptions", "ImportReport", "county_context", "import_houses", "quarantine_file"]

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What came of a file: ``read = placed + unchanged + quarantined`` always; ``placed = added + changed``.

    ``batch_id`` is None for a dry run. ``by_reason`` counts quarantined rows (a row with two reasons under both);
    ``problems`` and ``notes`` speak in the reader's language (``Problem.text``, ``exchange.note``).
    """

    batch_id: int | None
    read: int
    added: int
    changed: int
    unchanged: int
    quarantined: int
    by_reason: dict[str, int]
    seconds: float
    problems: Sequence[Problem] = field(default=(), repr=False)
    notes: Sequence[tuple[str, dict[str, Any]]] = ()
    repaired: int = 0

    @property
    def placed(self) -> int:
        """Rows written: new houses and changed ones."""
        return self.added + self.changed

    def as_dict(self) -> dict[str, Any]:
        """Return plain values, ready for JSON."""
        names = ("batch_id", "read", "placed", "added", "changed", "unchanged", "quarantined", "by_reason", "repaired")
        return {name: getattr(self, name) for name in names} | {"seconds": round(self.seconds, 2)}


@contextmanager
def _unswept() -> Iterator[None]:
    """Let garbage collection rest: while a file's rows are alive it walks all of them again and again for nothing."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


@_unswept()
def import_houses(
    path: Path | str, *, options: ImportOptions, actor: Actor, at: datetime, progress: Progress | None = None,
    dry_run: bool = False,
) -> ImportReport:  # fmt: skip
    """Bring a register file in, all or nothing.

    New houses get a code; a house known by its register key (or village and address) is left alone when its row says
    what it said before, and changed otherwise; every other row goes to quarantine, sealed. A dry run writes nothing
    and counts the same.

    Raises ``exchange.errors.ExchangeError`` for a file nothing can be read from, ``RefusedError`` outside the area.
    """
    started = time.perf_counter()
    place = Place(county=actor.county, village=options.default_village)
    actor.require("import.run", place)
    path = Path(path)
    with transaction() as connection:
        county = county_context(connection, actor.county, on=at.date())
        matcher = county_matcher(connection, county, on=at.date())
    prepared = prepare(path, options=options, county=county, matcher=matcher, progress=progress)
    if dry_run:
        return _tried(prepared, county, started=started)
    file = FileSeen(path.name, sha256_of(path), actor.account_id or None, at)
    with noted(file, actor.county):
        return _take_in(prepared, _Bringing(file, actor, place, county, matcher, started, progress))


def _tried(prepared: Prepared, county: CountyContext, *, started: float) -> ImportReport:
    """What an import would come to; whatever is written to find that out is taken back."""
    with transaction() as connection:
        trial = connection.begin_nested()
        imports.fill_keys(connection, county=county.code, key_of=partial(key_of, county=county))
        _, found = _sorted(connection, prepared, county)
        trial.rollback()
    return _report(None, prepared, found, started=started)


@dataclass(frozen=True)
class _Bringing:
    """One file on its way in: what it is, who brings it, and what the county knows."""

    file: FileSeen
    actor: Actor
    place: Place
    county: CountyContext
    matcher: CountyMatcher
    started: float
    progress: Progress | None


def _take_in(prepared: Prepared, way: _Bringing) -> ImportReport:
    file, code = way.file, way.county.code
    detail: dict[str, Any] = {"file": file.name, "sha256": file.sha256}
    with deed(way.actor, "import.run", place=way.place, about=("import", file.name), detail=detail) as connection:
        batch_id = imports.open_batch(
            connection, county=code, file=file, crs=prepared.crs, mapping=quarantine.described(prepared),
            read=prepared.read,
        )  # fmt: skip
        imports.fill_keys(connection, county=code, key_of=partial(key_of, county=way.county))
        row_of, found = _sorted(connection, prepared, way.county)
        written = [(house, row_of[id(house)]) for house in (*found.new, *(house for house, _ in found.changed))]
        place_by_match(written, county=way.county, matcher=way.matcher, progress=_stage(way.progress, "matching"))
        imports.place(connection, county=code, found=found, progress=_share(way.progress, len(prepared.rows)))
        imports.hold(connection, county=code, batch_id=batch_id, rows=quarantine.held(prepared))
        came_back = imports.mark_repaired(connection, county=code, rows=quarantine.resent(prepared))
        _look_over(connection, way, batch_id, written=written, found=found)
        report = _report(batch_id, prepared, found, started=way.started, repaired=came_back)
        counts = {"placed": report.placed, "unchanged": report.unchanged, "quarantined": report.quarantined}
        imports.close_batch(connection, county=code, batch_id=batch_id, counts=counts, at=now())
        detail |= report.as_dict()
    return report


def _sorted(
    connection: Connection, prepared: Prepared, county: CountyContext
) -> tuple[dict[int, HouseRow], imports.Sorted]:
    """The rows as houses, told apart by what the record knows; and from ``id(house)`` to the row it came of."""
    houses = new_houses(prepared, county=county)
    row_of = {id(house): row for house, row in zip(houses, prepared.rows, strict=True)}

    def read(fresh: Sequence[NewHouse]) -> None:
        read_houses([(house, row_of[id(house)]) for house in fresh], county=county)

    return row_of, imports.sort(connection, county=county.code, houses=houses, read=read)


def _look_over(
    connection: Connection, way: _Bringing, batch_id: int, *, written: Sequence[tuple[NewHouse, HouseRow]],
    found: imports.Sorted,
) -> None:  # fmt: skip
    """Look over the addresses that this import wrote, and the rows that it refused."""
    keys = [house.source_key or "" for house in found.new]
    address = address_check.written(connection, county=way.county.code, keys=keys)
    by_house = {id(house): row["address_id"] for house, row in found.changed}
    by_house |= {id(house): address[key] for house, key in zip(found.new, keys, strict=True)}
    known = {by_house[id(house)]: row.outcome for house, row in written if row.outcome is not None}
    look = Look(connection, way.county, way.matcher, way.file.started_at)
    look_over(look, ids=sorted(by_house.values()), batch_id=batch_id, known=known)


def _stage(progress: Progress | None, stage: str) -> Callable[[int, int], None] | None:
    return None if progress is None else partial(progress, stage)


@contextmanager
def noted(file: FileSeen, county: str) -> Any:
    """Note the file as failed when its batch is undone."""
    try:
        yield
    except DatabaseLostError:
        raise  # it may have been kept all the same; the list of imports tells, once there is a database again
    except Exception:
        with transaction() as connection:
            imports.note_failed(connection, county=county, file=file, at=now())
        raise


def _report(
    batch_id: int | None, prepared: Prepared, found: imports.Sorted, *, started: float, repaired: int = 0
) -> ImportReport:
    return ImportReport(
        batch_id=batch_id, read=prepared.read, added=len(found.new), changed=len(found.changed),
        unchanged=found.unchanged, quarantined=len(prepared.quarantined), by_reason=dict(prepared.counts()),
        seconds=time.perf_counter() - started, problems=prepared.problems, notes=[*prepared.notes, *_notes(found)],
        repaired=repaired,
    )  # fmt: skip


def _notes(found: imports.Sorted) -> list[tuple[str, dict[str, Any]]]:
    """Rows that were known by something else than what the register calls them, and rows of houses that are closed."""
    told: list[tuple[str, dict[str, Any]]] = []
    if found.rewritten:
        told.append(("rewritten", {"count": found.rewritten}))
    if found.gone:
        told.append(("gone", {"count": len(found.gone)}))
    return told


def _share(progress: Progress | None, total: int) -> Callable[[float], None] | None:
    if progress is None:
        return None
    return lambda share: progress("writing", round(share * total), total)


def sha256_of(path: Path) -> str:
    """The hash by which a file is known again."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def county_context(connection: Any, county: str, *, on: date) -> CountyContext:
    """The county as ``exchange.importing.prepare`` needs it: divisions in force, outline, village outlines."""
    told = division.county(connection, county)
    rows = [
        row
        for level in ("county", "town", "village")
        for row in division.listed(connection, county=county, level=level, on=on)
    ]
    villages = division.divisions_frame(connection, county=county, level="village")
    return CountyContext(
        code=county, divisions=[Division(row["code"], row["name"]) for row in rows], polygon=told["geom"],
        villages=villages if len(villages) else None, spoken=_spoken(connection, county, on=on),
        former=division.former_names(connection, county=county, on=on),
    )  # fmt: skip


def _spoken(connection: Connection, county: str, *, on: date) -> list[Division]:
    """Names of divisions that the workbench has learnt."""
    learnt = workbench.names(connection, county=county, on=on)
    return [Division(row["means"], row["written"]) for row in learnt if row["kind"] == "division"]


def county_of_file(path: Path | str, *, options: ImportOptions, on: date) -> str | None:
    """The county of the record that a register is of: its default village's, or the one that takes most of its rows."""
    if options.default_village:
        return options.default_village[:6]
    with transaction() as connection:
        known = [row["county"] for row in division.counties(connection)]
        if len(known) < 2:
            return next(iter(known), None)
        contexts = [county_context(connection, one, on=on) for one in known]
    return county_of(path, options=options, counties=contexts)


def quarantine_file(batch_id: int, *, actor: Actor, form: str = "xlsx", lang: str = "zh") -> tuple[str, bytes]:
    """The open quarantined rows of an import as a file to be mended and sent again: its name and its bytes.

    The rows stand in clear, as their owner brought them, so the download is written into the audit.
    """
    county = actor.county
    with deed(actor, "import.run", place=Place(county=county), about=("quarantine", batch_id)) as connection:
        batch = imports.batch(connection, county=county, batch_id=batch_id)
        rows = imports.opened(connection, county=county, batch_id=batch_id)
    name = f"{Path(batch['file_name']).stem}-{batch_id}.{form}"
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"rows.{form}"
        write_repair(quarantine.restored(batch, rows, lang=lang), path, lang=lang)
        return name, path.read_bytes()
