"""One file opened: its headers and its rows, as they stand in the source."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

MAX_COLUMNS = 512
MAX_CELLS = 20_000_000
MAX_CELL_CHARS = 32_767
MAX_WKT_CHARS = 2_000_000
MAX_FILE_BYTES = 512 * 1024 * 1024
HEADER_SEARCH_ROWS = 10


@dataclass(frozen=True, slots=True)
class Damage:
    """Why a source row cannot be read at all: a reason of the catalogue, where, and what was seen."""

    reason: str
    column: int | None = None
    value: str = ""
    fields: tuple[tuple[str, Any], ...] = ()


@dataclass(slots=True)
class SourceRow:
    """One row as read; ``number`` counts from 1 as the person's own program shows it."""

    number: int
    cells: Sequence[Any]
    geometry: Any = None
    damage: Damage | None = None


@dataclass(slots=True)
class Table:
    """A file's rows. ``crs`` is what the file itself declares (``EPSG:4490``, WKT), or None."""

    headers: tuple[str, ...]
    rows: list[SourceRow] = field(repr=False)
    format: str
    crs: str | None = None
    encoding: str | None = None
    has_geometry: bool = False
    duplicate_headers: tuple[str, ...] = ()
    notes: list[tuple[str, dict[str, Any]]] = field(default_factory=list)


@dataclass(slots=True)
class Grid:
    """Raw rows of a spreadsheet before its header row is known."""

    rows: list[SourceRow]
    format: str
    encoding: str | None = None
    notes: list[tuple[str, dict[str, Any]]] = field(default_factory=list)


def column_letters(index: int) -> str:
    """The spreadsheet name of a column counted from 0: 0 -> A, 26 -> AA."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def is_blank(cell: Any) -> bool:
    """Whether nothing stands in a cell."""
    return cell is None or (isinstance(cell, str) and not cell.strip())


def cell_too_long(cells: Sequence[Any], *, limit: int = MAX_CELL_CHARS) -> Damage | None:
    """The damage of a row with a cell longer than any spreadsheet can hold, or None."""
    for index, cell in enumerate(cells):
        if isinstance(cell, str) and len(cell) > limit and not _is_outline(cell):
            return Damage("cell_too_long", index, cell[:40], (("length", len(cell)), ("limit", limit)))
    return None


def _is_outline(cell: str) -> bool:
    return len(cell) <= MAX_WKT_CHARS and cell[:12].upper().startswith(("POLYGON", "MULTIPOLYGON"))
