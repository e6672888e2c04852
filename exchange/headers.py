"""Which column of somebody's spreadsheet is which field of ours."""

import re
import tomllib
from collections.abc import Iterable
from collections.abc import Mapping as MappingType
from dataclasses import dataclass
from functools import cache, cached_property
from importlib.resources import files
from pathlib import Path
from typing import Any

from exchange.errors import MappingInvalid
from exchange.values import clean_text
from exchange.vocabulary import fold, vocabulary

PLACE_FIELDS = ("address", "road", "door", "lon", "lat", "x", "y", "point", "wkt")
WITHHELD, IGNORED, EXTRA = "withheld", "ignored", "extra"
_BRACKETS = re.compile(r"[(\[【<「][^)\]】>」]*[)\]】>」]")
_MARKS = re.compile(r"[*:#?!、,;\"'“”]+$|^[*#]+")
_NAMESAKE = re.compile(r" \(\d+\)$")
_SCORES = {"name": 1.0, "bracket": 0.95, "code": 0.9, "ending": 0.75, "weak": 0.6, "cut": 0.5}
_MIN_ENDING = 3


@dataclass(frozen=True, slots=True)
class ColumnGuess:
    """One column: its field (or None), what is done with it otherwise, how sure (0-1) and why.

    ``reason`` is one of name, bracket, code, ending, weak, cut, person, taken, unit, unknown; ``role`` is ``field``,
    ``extra`` (kept as it is), ``withheld`` (personal, not read) or ``ignored``.
    """

    index: int
    header: str
    field: str | None
    role: str
    score: float
    reason: str


@dataclass(frozen=True)
class Mapping:
    """The columns of one file, each with what becomes of it."""

    columns: tuple[ColumnGuess, ...]
    crs_hint: str | None = None
    by_person: bool = False

    @cached_property
    def index_of(self) -> dict[str, int]:
        """Field -> column index."""
        return {column.field: column.index for column in self.columns if column.field}

    @cached_property
    def header_of(self) -> dict[str, str]:
        """Field -> header as the file has it."""
        return {column.field: column.header for column in self.columns if column.field}

    @cached_property
    def extras(self) -> tuple[tuple[int, str], ...]:
        """Columns kept beside the fields, as (index, header)."""
        return tuple((column.index, column.header) for column in self.columns if column.role == EXTRA)

    def says_where(self, *, has_geometry: bool) -> bool:
        """Whether any column, or the file's own geometry, places a house."""
        return has_geometry or any(field in self.index_of for field in (*PLACE_FIELDS, "name"))

    def to_toml(self) -> str:
        """The mapping as a text that a person can edit and ``from_toml`` reads."""
        lines = [f"crs = {_quoted(self.crs_hint)}", ""] if self.crs_hint else []
        lines.append("[columns]")
        lines += [f"{_quoted(column.header)} = {_quoted(column.field or column.role)}" for column in self.columns]
        return "\n".join(lines) + "\n"

    @staticmethod
    def from_toml(path: Path | str) -> "Overrides":
        """Read what a person decided about columns; raises ``MappingInvalid``."""
        path = Path(path)
        try:
            document = tomllib.loads(path.read_text(encoding="utf-8-sig"))
        except (OSError, ValueError) as error:
            raise MappingInvalid(name=path.name, detail=str(error)) from error
        return Overrides.checked(document, name=path.name)

    def overridden(self, overrides: "Overrides") -> "Mapping":
        """Return the mapping with a person's decisions in place of the guesses."""
        known = {column.header for column in self.columns}
        missing = [header for header in overrides.columns if header not in known]
        if missing:
            raise MappingInvalid(name=overrides.name, detail=", ".join(missing))
        taken = set(overrides.columns.values())
        columns = tuple(_override(column, overrides.columns, taken) for column in self.columns)
        return Mapping(columns, overrides.crs or self.crs_hint, by_person=True)


@dataclass(frozen=True)
class Overrides:
    """A person's decisions: header -> field, extra, withheld or ignored; and the file's datum if they named it."""

    columns: dict[str, str]
    crs: str | None = None
    name: str = "mapping"

    @classmethod
    def checked(cls, document: MappingType[str, Any], *, name: str) -> "Overrides":
        """From a parsed TOML or a form; raises ``MappingInvalid`` for an unknown or twice-used field."""
        columns = document.get("columns", {})
        crs = document.get("crs")
        if not isinstance(columns, dict) or not (crs is None or isinstance(crs, str)):
            raise MappingInvalid(name=name, detail="columns")
        roles = {WITHHELD, IGNORED, EXTRA}
        unknown = [str(field) for field in columns.values() if field not in roles and field not in field_names()]
        used = [field for field in columns.values() if field not in roles]
        unknown += [field for field in used if used.count(field) > 1]
        if unknown:
            raise MappingInvalid(name=name, detail=", ".join(dict.fromkeys(unknown)))
        return cls({str(header): str(field) for header, field in columns.items()}, crs, name)


def guess_mapping(headers: Iterable[str], *, cut: bool = False) -> Mapping:
    """Recognise what can be recognised; of two columns for one field the surer one wins, the other is kept as extra.

    ``cut`` says that the format shortens names (a shapefile's hold ten bytes): a beginning that fits one field counts.
    """
    guesses = [_guess(index, header) for index, header in enumerate(headers)]
    guesses = [_guess_cut(guess) if cut and guess.reason == "unknown" else guess for guess in guesses]
    best: dict[str, ColumnGuess] = {}
    for guess in guesses:
        if guess.field and (guess.field not in best or guess.score > best[guess.field].score):
            best[guess.field] = guess
    columns = tuple(
        guess if not guess.field or best[guess.field] is guess else _as(guess, EXTRA, "taken") for guess in guesses
    )
    return Mapping(columns, _crs_hint(columns))


def count_recognised(cells: Iterable[Any]) -> int:
    """How many cells of a row are names of columns; a header row has more than any other."""
    names = (clean_text(cell) for cell in cells if isinstance(cell, str) and 0 < len(cell) <= 40)
    return sum(1 for name in names if _guess(0, name).reason in {"name", "bracket", "code", "weak"})


def field_names() -> tuple[str, ...]:
    """Every field a column can be mapped to."""
    return tuple(_document()["fields"])


def _override(column: ColumnGuess, chosen: MappingType[str, str], taken: set[str]) -> ColumnGuess:
    choice = chosen.get(column.header)
    if choice in {WITHHELD, IGNORED, EXTRA}:
        return _as(column, str(choice), "person")
    if choice:
        return ColumnGuess(column.index, column.header, choice, "field", 1.0, "person")
    return _as(column, EXTRA, "taken") if column.field in taken else column


def _as(guess: ColumnGuess, role: str, reason: str) -> ColumnGuess:
    return ColumnGuess(guess.index, guess.header, None, role, guess.score, reason)


def _guess(index: int, header: str) -> ColumnGuess:
    target, reason = _recognise(_NAMESAKE.sub("", header))
    if target in {WITHHELD, IGNORED}:
        return ColumnGuess(index, header, None, target, _SCORES[reason], reason)
    if target is None:
        return ColumnGuess(index, header, None, EXTRA, 0.0, reason)
    return ColumnGuess(index, header, target, "field", _SCORES[reason], reason)


def _guess_cut(guess: ColumnGuess) -> ColumnGuess:
    bare = _key(guess.header)
    fields = {field for name, field in _dictionary()[0].items() if len(bare) >= _MIN_ENDING and name.startswith(bare)}
    if len(fields) != 1 or fields & {WITHHELD, IGNORED}:
        return guess
    return ColumnGuess(guess.index, guess.header, fields.pop(), "field", _SCORES["cut"], "cut")


def _key(header: str) -> str:
    return fold(header).replace("_", "").replace("-", "")


def _recognise(header: str) -> tuple[str | None, str]:
    whole = _MARKS.sub("", _key(header))
    bare = _MARKS.sub("", _BRACKETS.sub("", whole))
    names, codes, weak = _dictionary()
    if any(found[0][1:-1] in vocabulary()["other_area_units"] for found in _BRACKETS.finditer(whole)):
        return None, "unit"
    for found, reason in ((names.get(whole), "name"), (names.get(bare), "bracket"), (codes.get(bare), "code")):
        if found:
            return found, reason
    if bare in weak:
        return weak[bare], "weak"
    return _by_ending(bare, names)


def _by_ending(bare: str, names: dict[str, str]) -> tuple[str | None, str]:
    """A longer header that ends in a known name (我市出租房屋地址); never one that only contains it (房主编号)."""
    for start in range(1, len(bare) - _MIN_ENDING + 1):
        if bare[start:] in names and not bare.isascii():
            return names[bare[start:]], "ending"
    return None, "unknown"


def _crs_hint(columns: Iterable[ColumnGuess]) -> str | None:
    """A datum named inside a coordinate column's own header: 经度(GCJ-02), 百度经度."""
    for column in columns:
        if column.field in {"lon", "lat", "x", "y", "point"}:
            folded = re.sub(r"[^0-9a-z\u4e00-\u9fff]", "", _key(column.header))
            for mark, crs in _document()["crs_in_header"].items():
                if mark in folded:
                    return str(crs)
    return None


@cache
def _document() -> dict[str, Any]:
    return tomllib.loads((files("exchange") / "headers.toml").read_text(encoding="utf-8"))


@cache
def _dictionary() -> tuple[dict[str, str], dict[str, str], dict[str, str]]:
    """Names, codes and weak names, each folded header -> field."""
    sections = {**_document()["fields"], WITHHELD: _document()[WITHHELD], IGNORED: _document()[IGNORED]}
    tables: list[dict[str, str]] = []
    for part in ("names", "codes", "weak"):
        tables.append({_key(word): field for field, entry in sections.items() for word in entry.get(part, [])})
    return tables[0], tables[1], tables[2]


def _quoted(text: str | None) -> str:
    escaped = (text or "").replace("\\", "\\\\").replace('"', '\\"').replace("\n", " ")
    return f'"{escaped}"'
