"""The cases of another system from a delimited file: each row read by a mapping, or refused with its cure."""

import gzip
import hashlib
import shutil
import tempfile
from collections import Counter
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, time, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from exchange.case_mapping import CaseMapping, CaseMappingInvalid
from exchange.delimited import read_delimited
from exchange.errors import HeaderOnly, MissingFile
from exchange.problems import Problem, problem_of
from exchange.table import SourceRow, is_blank
from exchange.values import clean_text
from gis.crs import to_storage
from gis.mask import mask_in_place

LONGEST = 2_000
LATEST = timedelta(days=1)
"""How far ahead of now a case may have been opened: another clock, another zone."""


@dataclass(frozen=True, slots=True)
class CaseRow:
    """A case as another system kept it; ``hazard`` and ``department`` are its words where the mapping has none of ours.

    ``digest`` is a SHA-256 over all of it: an equal row is an equal case.
    """

    row: int
    number: str
    opened_at: datetime
    closed_at: datetime | None
    due_at: datetime | None
    hazard: str
    mapped: bool
    place: str
    department: str
    duplicate: bool
    lon: float | None
    lat: float | None
    digest: bytes


@dataclass(slots=True)
class CaseFile:
    """A file as it was read: cases, what is wrong with other rows, and every row as it stood under ``headers``.

    ``beside`` holds of each row what a repair file adds to it, by header.
    """

    read: int = 0
    headers: list[str] = field(default_factory=list)
    cases: list[CaseRow] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    raw: dict[int, list[str]] = field(default_factory=dict)
    beside: list[dict[str, str]] = field(default_factory=list)


def read_cases(
    path: Path | str, mapping: CaseMapping, *, now: datetime, progress: Callable[[int, int], None] | None = None,
    added: Collection[str] = (),
) -> CaseFile:  # fmt: skip
    """Every row of a .csv, .tsv or the like, gzipped or not, as a case or with what is wrong with it.

    Columns under a header of ``added`` are not the file's own: a repair file has them.

    Raises
    ------
    exchange.errors.ExchangeError
        The file cannot be read at all, or lacks a column the mapping names.
    """
    path = Path(path)
    if not path.is_file():
        raise MissingFile(name=path.name)
    headers, rows = _table(path)
    beside = [_cells(row, {at: header for at, header in enumerate(headers) if header in added}) for row in rows]
    headers, rows = _own(headers, rows, frozenset(added))
    places = _places(headers, mapping)
    told, seen = CaseFile(read=len(rows), headers=headers, beside=[one for one in beside if one]), Counter[str]()
    for number, source in enumerate(rows, start=1):
        case = _Case(source, headers, places, mapping, now)
        told.raw[source.number] = [str(cell or "") for cell in source.cells]
        found = case.read(seen)
        if found is None:
            told.problems += case.problems
        else:
            told.cases.append(found)
        if progress is not None and number % 2_000 == 0:
            progress(number, len(rows))
    return told


def _own(headers: list[str], rows: list[SourceRow], added: frozenset[str]) -> tuple[list[str], list[SourceRow]]:
    """The file without the columns that a repair file adds."""
    kept = [at for at, header in enumerate(headers) if header not in added]
    if len(kept) == len(headers):
        return headers, rows
    return [headers[at] for at in kept], [
        replace(row, cells=[row.cells[at] for at in kept if at < len(row.cells)]) for row in rows
    ]


def _cells(row: SourceRow, wanted: dict[int, str]) -> dict[str, str]:
    return {header: str(row.cells[at] or "") for at, header in wanted.items() if at < len(row.cells)}


def _table(path: Path) -> tuple[list[str], list[SourceRow]]:
    with path.open("rb") as opened:
        zipped = opened.read(2) == b"\x1f\x8b"
    if not zipped:
        return _headed(path, path.name)
    with tempfile.TemporaryDirectory() as folder:
        plain = Path(folder) / path.name.removesuffix(".gz")
        with gzip.open(path, "rb") as source, plain.open("wb") as target:
            shutil.copyfileobj(source, target)
        return _headed(plain, path.name)


def _headed(path: Path, name: str) -> tuple[list[str], list[SourceRow]]:
    rows = [row for row in read_delimited(path).rows if row.damage is not None or not all(map(is_blank, row.cells))]
    if len(rows) < 2:
        raise HeaderOnly(name=name)
    return [clean_text(cell) for cell in rows[0].cells], rows[1:]


def _places(headers: Sequence[str], mapping: CaseMapping) -> dict[str, tuple[int, ...]]:
    known = {header.casefold(): place for place, header in reversed(list(enumerate(headers)))}
    found = {}
    for ours, theirs in mapping.columns.items():
        for header in theirs:
            if header.casefold() not in known:
                problem = f"the file has no column “{header}”; it has {', '.join(headers)}"
                raise CaseMappingInvalid(name=mapping.name, line=1, entry=f"columns.{ours}", problem=problem)
        found[ours] = tuple(known[header.casefold()] for header in theirs)
    return found


class _Case:
    """One row being read; every problem is noted with its column."""

    def __init__(
        self, source: SourceRow, headers: Sequence[str], places: dict[str, tuple[int, ...]], mapping: CaseMapping,
        now: datetime,
    ) -> None:  # fmt: skip
        self.source, self.headers, self.places, self.mapping, self.now = source, headers, places, mapping, now
        self.problems: list[Problem] = []

    def read(self, seen: Counter[str]) -> CaseRow | None:
        """The case, None if something is wrong with it; ``seen`` counts numbers and, for want of one, equal rows."""
        damage = self.source.damage
        if damage is not None:
            self.problems.append(Problem(self.source.number, None, damage.reason, fields=dict(damage.fields)))
            return None
        opened_at, closed_at, due_at = self._moment("opened"), self._moment("closed"), self._moment("due")
        kind, department = self._needed("type", "case_no_type"), self._needed("department", "case_no_department")
        lon, lat = self._point()
        number = self._number(seen)
        if opened_at is None:
            if not self.problems or all(one.field != "opened" for one in self.problems):
                self._wrong("opened", "case_no_opened")
        else:
            self._check_order(opened_at, closed_at)
        if self.problems or opened_at is None:
            return None
        duplicate = self._text("status") in self.mapping.duplicates if self.mapping.duplicates else False
        hazard = self.mapping.types.get(kind)
        told = CaseRow(
            row=self.source.number, number=number, opened_at=opened_at, closed_at=closed_at,
            due_at=due_at or self._due(opened_at, kind), hazard=hazard or kind, mapped=hazard is not None,
            place=mask_in_place(self._text("place") or self.mapping.defaults.get("place", "")),
            department=self.mapping.departments.get(department, department), duplicate=duplicate, lon=lon, lat=lat,
            digest=b"",
        )  # fmt: skip
        return _printed(told)

    def _text(self, name: str) -> str:
        cells = self.source.cells
        told = [clean_text(cells[at]) for at in self.places.get(name, ()) if at < len(cells)]
        return " ".join(text for text in told if text)

    def _header(self, name: str) -> str | None:
        places = self.places.get(name)
        return self.headers[places[0]] if places else None

    def _wrong(self, name: str, reason: str, raw: str = "", **fields: Any) -> None:
        header = self._header(name)
        self.problems.append(problem_of(self.source.number, name, reason, raw=raw, header=header, **fields))

    def _needed(self, name: str, missing: str) -> str:
        text = self._text(name) or self.mapping.defaults.get(name, "")
        if not text:
            self._wrong(name, missing)
        elif len(text) > LONGEST:
            self._wrong(name, "too_long", raw=text[:40], length=len(text), limit=LONGEST)
        return text

    def _moment(self, name: str) -> datetime | None:
        text = self._text(name)
        if not text:
            return None
        for form in self.mapping.formats:
            found = _parsed(text, form)
            if found is not None:
                return found if found.tzinfo else found.replace(tzinfo=self.mapping.zone)
        self._wrong(name, "case_date", raw=text, formats=", ".join(self.mapping.formats))
        return None

    def _check_order(self, opened_at: datetime, closed_at: datetime | None) -> None:
        if opened_at > self.now + LATEST or opened_at.year < 1949:
            self._wrong("opened", "case_date_far", raw=self._text("opened"))
        if closed_at is None:
            return
        if closed_at < opened_at:
            self._wrong("closed", "case_closed_first", raw=self._text("closed"), opened=self._text("opened"))
        elif closed_at > self.now + LATEST:
            self._wrong("closed", "case_date_far", raw=self._text("closed"))

    def _due(self, opened_at: datetime, kind: str) -> datetime | None:
        days = self.mapping.due_by_type.get(kind, self.mapping.due_days)
        if days is None:
            return None
        on = opened_at.astimezone(self.mapping.zone).date() + timedelta(days=days)
        return datetime.combine(on, time(23, 59, 59), self.mapping.zone)

    def _point(self) -> tuple[float | None, float | None]:
        texts = self._text("lon"), self._text("lat")
        if not any(texts):
            return None, None
        try:
            x, y = (float(text) for text in texts)
            lon, lat = to_storage(x, y, source=self.mapping.crs)
            good = -180 <= float(lon) <= 180 and -90 <= float(lat) <= 90
        except (ValueError, OverflowError):
            good = False
        if not good:
            self._wrong("lon", "case_point", raw=" ".join(texts))
            return None, None
        return float(lon), float(lat)

    def _number(self, seen: Counter[str]) -> str:
        text = self._text("id")
        if "id" in self.places and not text:
            self._wrong("id", "case_no_id")
            return ""
        if text:
            seen[text] += 1
            if seen[text] > 1:
                self._wrong("id", "case_twice", raw=text)
            elif len(text) > 60:
                self._wrong("id", "too_long", raw=text[:40], length=len(text), limit=60)
            return self.mapping.prefix + text
        digest = hashlib.sha256("\x1f".join(clean_text(cell) for cell in self.source.cells).encode()).hexdigest()[:16]
        seen[digest] += 1
        return f"{self.mapping.prefix}{digest}" + (f"-{seen[digest]}" if seen[digest] > 1 else "")


@cache
def _parsed(text: str, form: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text) if form == "iso" else datetime.strptime(text, form)  # noqa: DTZ007
    except ValueError:
        return None


def _printed(case: CaseRow) -> CaseRow:
    """The case with its digest: everything but where it stood in the file."""
    told = [getattr(case, name) for name in case.__slots__ if name not in ("row", "digest")]
    digest = hashlib.sha256("\x1f".join(str(value) for value in told).encode()).digest()
    return CaseRow(**{name: getattr(case, name) for name in case.__slots__ if name != "digest"}, digest=digest)
