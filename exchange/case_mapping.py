"""How the cases of another system are read: which column is what, how days are written, what its words mean here."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from exchange.errors import ExchangeError
from gis.crs import UnknownCrsError, parse_crs
from inspections.rules import rule_codes

COLUMNS = ("id", "opened", "closed", "due", "type", "place", "department", "lon", "lat", "status")
NEEDED = ("opened", "type", "department")
SECTIONS = ("columns", "dates", "types", "departments", "duplicates", "due", "defaults", "numbers")


class CaseMappingInvalid(ExchangeError):
    """{name}, line {line}, {entry}: {problem}."""


@dataclass(frozen=True, slots=True)
class CaseMapping:
    """A mapping as it was read. ``columns`` lead from ours to theirs, several of theirs are joined by a space."""

    columns: Mapping[str, tuple[str, ...]]
    formats: tuple[str, ...] = ("iso",)
    zone: ZoneInfo = field(default_factory=lambda: ZoneInfo("Asia/Shanghai"))
    crs: str = "EPSG:4490"
    types: Mapping[str, str] = field(default_factory=dict)
    departments: Mapping[str, str] = field(default_factory=dict)
    defaults: Mapping[str, str] = field(default_factory=dict)
    duplicates: tuple[str, ...] = ()
    due_days: int | None = None
    due_by_type: Mapping[str, int] = field(default_factory=dict)
    prefix: str = "IMP-"
    name: str = "mapping"


def read_mapping(path: Path | str) -> CaseMapping:
    """A mapping from TOML; raises ``CaseMappingInvalid`` with the line of what is wrong."""
    path = Path(path)
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, ValueError) as error:
        raise CaseMappingInvalid(name=path.name, line=1, entry="-", problem=str(error)) from error
    return mapping_of(text, name=path.name)


def mapping_of(text: str, *, name: str) -> CaseMapping:
    """A mapping from the text of TOML; raises ``CaseMappingInvalid`` with the line of what is wrong."""
    try:
        raw = tomllib.loads(text)
    except ValueError as error:
        line = re.search(r"at line (\d+)", str(error))
        raise CaseMappingInvalid(name=name, line=int(line[1]) if line else 1, entry="-", problem=str(error)) from error
    return _Reader(text, raw, name).mapping()


@dataclass(frozen=True, slots=True)
class _Reader:
    """One mapping on its way in, so that every complaint knows its line."""

    text: str
    raw: Mapping[str, Any]
    name: str

    def fail(self, entry: str, problem: str) -> CaseMappingInvalid:
        last = entry.rpartition(".")[2]
        wanted = re.compile(rf"""^\s*\[?["']?{re.escape(last)}["']?\s*[\]=]""")
        lines = enumerate(self.text.splitlines(), start=1)
        line = next((number for number, told in lines if wanted.match(told)), 1)
        return CaseMappingInvalid(name=self.name, line=line, entry=entry, problem=problem)

    def mapping(self) -> CaseMapping:
        for section in self.raw:
            if section not in SECTIONS:
                raise self.fail(section, f"is none of {', '.join(SECTIONS)}")
        dates, due = self.section("dates"), self.section("due")
        self.only(dates, "dates", ("formats", "zone", "crs"))
        self.only(due, "due", ("days", "by_type"))
        columns, defaults = self.columns(), self.texts("defaults", ("type", "place", "department"))
        for name in NEEDED:
            if name not in columns and name not in defaults:
                raise self.fail("columns", f"{name} is missing: name its column, or give it under [defaults]")
        return CaseMapping(
            columns=columns, defaults=defaults, formats=self.formats(dates), zone=self.zone(dates),
            crs=self.crs(dates), types=self.types(), departments=self.texts("departments"),
            duplicates=self.duplicates(columns), due_days=self.days(due.get("days"), "due.days"),
            due_by_type={kind: self.days(n, f"due.by_type.{kind}") or 0 for kind, n in due.get("by_type", {}).items()},
            prefix=self.texts("numbers", ("prefix",)).get("prefix", "IMP-"), name=self.name,
        )  # fmt: skip

    def section(self, name: str) -> Mapping[str, Any]:
        found = self.raw.get(name, {})
        if not isinstance(found, dict):
            raise self.fail(name, "is no table of entries")
        return found

    def only(self, found: Mapping[str, Any], section: str, known: tuple[str, ...]) -> None:
        for key in found:
            if key not in known:
                raise self.fail(f"{section}.{key}", f"is none of {', '.join(known)}")

    def texts(self, section: str, known: tuple[str, ...] = ()) -> dict[str, str]:
        found = self.section(section)
        if known:
            self.only(found, section, known)
        for key, value in found.items():
            if not isinstance(value, str) or not value.strip():
                raise self.fail(f"{section}.{key}", "is no text")
        return dict(found)

    def columns(self) -> dict[str, tuple[str, ...]]:
        found = self.section("columns")
        self.only(found, "columns", COLUMNS)
        told = {}
        for key, value in found.items():
            names = [value] if isinstance(value, str) else value
            if not isinstance(names, list) or not names or not all(isinstance(one, str) and one for one in names):
                raise self.fail(f"columns.{key}", "is neither a header nor a list of headers")
            told[key] = tuple(names)
        if ("lon" in told) != ("lat" in told):
            raise self.fail("columns", "lon and lat go together")
        return told

    def types(self) -> dict[str, str]:
        found = self.texts("types")
        for kind, code in found.items():
            if code not in rule_codes():
                raise self.fail(f"types.{kind}", f"{code} is no hazard code")
        return found

    def duplicates(self, columns: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
        found = self.section("duplicates")
        self.only(found, "duplicates", ("values",))
        values = found.get("values", [])
        if not isinstance(values, list) or not all(isinstance(one, str) for one in values):
            raise self.fail("duplicates.values", "is no list of texts")
        if values and "status" not in columns:
            raise self.fail("duplicates", "columns.status is missing")
        return tuple(values)

    def formats(self, dates: Mapping[str, Any]) -> tuple[str, ...]:
        told = dates.get("formats", ["iso"])
        if not isinstance(told, list) or not told or not all(isinstance(one, str) for one in told):
            raise self.fail("dates.formats", 'is no list of formats ("iso", "%m/%d/%Y", ...)')
        return tuple(told)

    def zone(self, dates: Mapping[str, Any]) -> ZoneInfo:
        try:
            return ZoneInfo(str(dates.get("zone", "Asia/Shanghai")))
        except (ZoneInfoNotFoundError, ValueError) as error:
            raise self.fail("dates.zone", "is no time zone, like Asia/Shanghai") from error

    def crs(self, dates: Mapping[str, Any]) -> str:
        try:
            return str(parse_crs(str(dates.get("crs", "EPSG:4490"))))
        except UnknownCrsError as error:
            raise self.fail("dates.crs", "is no coordinate system, like WGS84, GCJ-02 or EPSG:4549") from error

    def days(self, value: Any, entry: str) -> int | None:
        if value is None:
            return None
        if type(value) is not int or value < 0:
            raise self.fail(entry, "is no whole number of days")
        return value
