"""Bringing in the cases that another system kept: all or nothing, nothing lost, nothing twice."""

import hashlib
import re
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from actions import quarantine
from actions.deed import deed
from actions.imports import noted, sha256_of
from db import department, elsewhere, imports
from db.elsewhere import Elsewhere
from db.engine import transaction
from db.imports import FileSeen, Held
from db.query import Row
from exchange.case_files import CaseFile, CaseRow, read_cases
from exchange.case_mapping import CaseMapping
from exchange.problems import Problem, problem_of
from inspections.access import Actor
from inspections.rule_file import packs

FOREIGN = "X:"
"""What the hazard begins with that has no code of ours: the other system's own word follows."""
UNMAPPED = 3
"""The severity of a hazard that has no code of ours."""

Progress = Callable[[int, int], None]


@dataclass(slots=True)
class CaseImport:
    """What came of a file: ``read`` is ``placed`` + ``unchanged`` + ``quarantined``.

    Of the placed, ``closed``, ``open`` and ``duplicates`` say how they stand. ``types`` counts the words that have no
    code of ours, ``departments_added`` names the offices that were not known, by their new codes. ``repaired`` are rows
    of an earlier file that came back mended.
    """

    batch_id: int | None = None
    read: int = 0
    placed: int = 0
    unchanged: int = 0
    quarantined: int = 0
    repaired: int = 0
    closed: int = 0
    open: int = 0
    duplicates: int = 0
    by_reason: dict[str, int] = field(default_factory=dict)
    types: dict[str, int] = field(default_factory=dict)
    departments_added: dict[str, str] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    seconds: float = 0.0

    def as_dict(self) -> dict[str, Any]:
        """Plain values, ready for JSON, the problems left out."""
        return {name: value for name, value in asdict(self).items() if name != "problems"}


def import_cases(
    path: Path, mapping: CaseMapping, *, actor: Actor, at: datetime, dry_run: bool = False,
    progress: Progress | None = None,
) -> CaseImport:  # fmt: skip
    """Bring a file of cases in by a mapping; one that is known already is left alone, or ended if it ended meanwhile.

    Raises ``exchange.errors.ExchangeError`` for a file nothing can be read from, ``RefusedError`` for who may not.
    """
    started = time.perf_counter()
    actor.require("import.run")
    told = read_cases(path, mapping, now=at, progress=progress, added=quarantine.repair_headers())
    if dry_run:
        with transaction() as connection:
            trial = connection.begin_nested()
            report = _take_in(connection, told, actor=actor)
            trial.rollback()
        return _timed(report, started)
    file = FileSeen(path.name, sha256_of(path), actor.account_id or None, at, kind="tickets")
    with noted(file, actor.county):
        detail: dict[str, Any] = {"file": file.name, "sha256": file.sha256}
        with deed(actor, "import.run", about=("import", file.name), detail=detail) as connection:
            batch_id = imports.open_batch(
                connection, county=actor.county, file=file, crs=mapping.crs, read=told.read,
                mapping=_described(told, mapping),
            )  # fmt: skip
            report = _take_in(connection, told, actor=actor)
            imports.hold(connection, county=actor.county, batch_id=batch_id, rows=_held(told, report))
            counts = {"placed": report.placed, "unchanged": report.unchanged, "quarantined": report.quarantined}
            imports.close_batch(connection, county=actor.county, batch_id=batch_id, counts=counts, at=at)
            sent = quarantine.sent_again(told.beside)
            report.repaired = imports.mark_repaired(connection, county=actor.county, rows=sent)
            report.batch_id = batch_id
            detail |= counts
    return _timed(report, started)


def _timed(report: CaseImport, started: float) -> CaseImport:
    report.seconds = round(time.perf_counter() - started, 2)
    return report


def _take_in(connection: Connection, told: CaseFile, *, actor: Actor) -> CaseImport:
    county, report = actor.county, CaseImport(read=told.read, problems=list(told.problems))
    offices = _Offices(connection, county)
    known = elsewhere.known(connection, county, [case.number for case in told.cases])
    new: list[Elsewhere] = []
    ended: dict[int, Elsewhere] = {}
    for case in told.cases:
        one, row = _as_ticket(case, offices), known.get(case.number)
        if row is None:
            new.append(one)
        elif bytes(row["fingerprint"] or b"") == one.fingerprint:
            report.unchanged += 1
            continue
        elif _goes_on(row, one):
            ended[row["id"]] = one
        else:
            report.problems.append(problem_of(case.row, "id", "case_differs", raw=case.number))
            continue
        _count(report, case, one)
    account_id = actor.account_id or None
    elsewhere.add(connection, county, new, account_id=account_id)
    elsewhere.end(connection, county, ended, account_id=account_id)
    report.placed = len(new) + len(ended)
    report.quarantined = len({problem.row for problem in report.problems})
    report.by_reason = dict(Counter(problem.reason for problem in report.problems).most_common())
    report.types = dict(Counter(report.types).most_common(50))
    report.departments_added = offices.added
    return report


def _count(report: CaseImport, case: CaseRow, one: Elsewhere) -> None:
    report.closed += one.ended_as == "CLOSED"
    report.duplicates += one.ended_as == "VOID"
    report.open += one.ended_as is None
    if not case.mapped:
        report.types[case.hazard] = report.types.get(case.hazard, 0) + 1


def _goes_on(row: Row, one: Elsewhere) -> bool:
    """Whether a known open case is the one that has ended meanwhile."""
    same = (row["opened_at"], row["hazard"], row["lead"]) == (one.opened_at, one.hazard, one.lead)
    return row["source"] == "import" and row["state"] == "ACCEPTED" and one.ended_as is not None and same


def _as_ticket(case: CaseRow, offices: "_Offices") -> Elsewhere:
    # A duplicate was one from the beginning, whenever the other system found it out: it counts nowhere.
    ended_as = "VOID" if case.duplicate else "CLOSED" if case.closed_at else None
    return Elsewhere(
        number=case.number, lead=offices.code(case.department),
        hazard=case.hazard if case.mapped else FOREIGN + case.hazard,
        severity=_severity(case.hazard) if case.mapped else UNMAPPED, opened_at=case.opened_at, due_at=case.due_at,
        place=case.place, lon=case.lon, lat=case.lat, fingerprint=case.digest, ended_as=ended_as,
        ended_at=case.opened_at if case.duplicate else case.closed_at,
    )  # fmt: skip


@cache
def _severity(code: str) -> int:
    """Nobody measured anything here, so no condition of a graver kind is known to hold."""
    return max(step.level for rule in packs() if rule.code == code for step in rule.severities)


class _Offices:
    """The departments of a county, and those of another system that become known while its cases are read."""

    def __init__(self, connection: Connection, county: str) -> None:
        self.connection, self.county = connection, county
        self.added: dict[str, str] = {}
        self.known: dict[str, str] = {}
        self.codes: set[str] = set()
        for code, row in department.names(connection, county=county).items():
            self.codes.add(code)
            self.known |= {text.casefold(): code for text in (row["name_en"], row["name"], code) if text}

    def code(self, text: str) -> str:
        """The code of an office by its code or name; a new one where there is none."""
        found = self.known.get(text.casefold())
        if found is None:
            found = self._new(text)
            elsewhere.add_department(self.connection, self.county, found, text)
            self.known[text.casefold()] = found
            self.added[found] = text
            self.codes.add(found)
        return found

    def _new(self, text: str) -> str:
        plain = re.sub("[^a-z0-9]+", "_", text.casefold()).strip("_")[:24]
        code = f"x_{plain}" if plain else ""
        return code if code and code not in self.codes else f"x_{hashlib.sha256(text.encode()).hexdigest()[:10]}"


def _described(told: CaseFile, mapping: CaseMapping) -> dict[str, Any]:
    """What a batch must keep of its file to give rows back, and by which mapping it was read."""
    return {
        "name": mapping.name, "columns": {ours: list(theirs) for ours, theirs in mapping.columns.items()},
        "headers": told.headers, "fields": {}, "format": "csv", "geometry": False,
    }  # fmt: skip


def _held(told: CaseFile, report: CaseImport) -> Sequence[Held]:
    problems: dict[int, list[Mapping[str, Any]]] = defaultdict(list)
    for one in report.problems:
        names = ("field", "reason", "value", "header", "fields")
        problems[one.row].append({name: getattr(one, name) for name in names})
    return [
        Held(row, list(map(dict, found)), {"cells": told.raw.get(row, []), "geometry": None})
        for row, found in sorted(problems.items())
    ]
