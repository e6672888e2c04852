"""Excel workbooks, new (.xlsx) and old (.xls): the first sheet with something in it, or the one asked for."""

import re
import zipfile
from pathlib import Path
from typing import Any

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, PasswordError, SheetVisibleEnum

from exchange.archives import open_archive, read_chunks
from exchange.errors import DamagedFile, PasswordProtected, SheetMissing, TooManyCells, TooManyColumns
from exchange.table import MAX_CELLS, MAX_COLUMNS, Grid, SourceRow, cell_too_long

_CELL_REFERENCE = re.compile(rb"""\br=["']([A-Z]{1,3})([0-9]{1,7})["']""")
_OVERLAP_BYTES = 64
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")


def read_workbook(path: Path, *, sheet: str | None, form: str) -> Grid:
    """The rows of one sheet with vertically merged cells filled down.

    Raises ``PasswordProtected``, ``DamagedFile``, ``SheetMissing``, ``ZipBomb``, ``TooManyColumns``, ``TooManyCells``.
    """
    if form == "xlsx":
        with open_archive(path) as archive:
            _measure(archive, path)
    elif _ENCRYPTED in path.read_bytes():
        raise PasswordProtected(name=path.name)
    try:
        with path.open("rb") as stream, CalamineWorkbook.from_filelike(stream) as book:
            chosen, notes = _choose(book, sheet, path)
            return Grid(_rows(chosen), form, None, notes)
    except PasswordError as error:
        raise PasswordProtected(name=path.name) from error
    except (CalamineError, OSError, ValueError) as error:
        raise DamagedFile(name=path.name, detail=str(error)) from error


def _measure(archive: zipfile.ZipFile, path: Path) -> None:
    """Walk every sheet's bytes once: a lone cell in a far corner would make the reader reserve the whole area."""
    for member in archive.namelist():
        if not member.startswith("xl/worksheets/") or not member.endswith(".xml"):
            _drain(archive, member, path)
            continue
        columns, rows = _extent(archive, member, path)
        if columns > MAX_COLUMNS:
            raise TooManyColumns(name=path.name, count=columns, limit=MAX_COLUMNS)
        if columns * rows > MAX_CELLS:
            raise TooManyCells(name=path.name, rows=rows, columns=columns, limit=MAX_CELLS)


def _drain(archive: zipfile.ZipFile, member: str, path: Path) -> None:
    for _chunk in read_chunks(archive, member, path=path):
        pass


def _extent(archive: zipfile.ZipFile, member: str, path: Path) -> tuple[int, int]:
    letters: set[bytes] = set()
    rows, tail = 0, b""
    for chunk in read_chunks(archive, member, path=path):
        found = _CELL_REFERENCE.findall(tail + chunk)
        letters.update(column for column, _row in found)
        rows = max(rows, max((int(row) for _column, row in found), default=0))
        tail = chunk[-_OVERLAP_BYTES:]
    return max((_column_number(column) for column in letters), default=0), rows


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def _choose(
    book: CalamineWorkbook, sheet: str | None, path: Path
) -> tuple[CalamineSheet, list[tuple[str, dict[str, Any]]]]:
    names = [meta.name for meta in book.sheets_metadata if meta.visible == SheetVisibleEnum.Visible]
    names = names or book.sheet_names
    if sheet is not None:
        if sheet not in book.sheet_names:
            raise SheetMissing(name=path.name, sheet=sheet, sheets=", ".join(book.sheet_names))
        return book.get_sheet_by_name(sheet), []
    filled = [(name, found) for name in names if (found := book.get_sheet_by_name(name)).height]
    if not filled:
        return book.get_sheet_by_index(0), []
    others = [name for name, _found in filled[1:]]
    notes = [("other_sheets", {"sheet": filled[0][0], "others": ", ".join(others)})] if others else []
    return filled[0][1], notes


def _rows(sheet: CalamineSheet) -> list[SourceRow]:
    if not sheet.height or sheet.start is None:
        return []
    if sheet.width > MAX_COLUMNS:
        raise TooManyColumns(name=sheet.name, count=sheet.width, limit=MAX_COLUMNS)
    first_row, first_column = sheet.start
    cells = sheet.to_python(skip_empty_area=True)
    _fill_merged(cells, sheet.merged_cell_ranges or [], first_row, first_column)
    return [
        SourceRow(first_row + index + 1, row, damage=cell_too_long(row))
        for index, row in enumerate(cells)
        if any(cell != "" for cell in row)
    ]


def _fill_merged(cells: list[list[Any]], ranges: list[Any], first_row: int, first_column: int) -> None:
    """Registers merge the village's cell down over its houses; each of them is in that village."""
    for (top, left), (bottom, right) in ranges:
        head, column = top - first_row, left - first_column
        if left == right and head >= 0 and column >= 0:
            for row in cells[head + 1 : bottom - first_row + 1]:
                row[column] = cells[head][column]
