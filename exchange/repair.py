"""Quarantined rows as a file: the columns they came in, why, and what to do; mended, it imports as it is."""

import csv
import datetime as dt
import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.worksheet._write_only import WriteOnlyWorksheet

from exchange.errors import UnknownOutput
from exchange.importing import Prepared
from exchange.problems import Problem
from exchange.table import MAX_CELL_CHARS, SourceRow
from words import say

REPAIR_COLUMNS = ("row", "reason", "cure")
_DANGEROUS = ("=", "+", "-", "@", "\t", "\r")
ILLEGAL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_WIDTH_DIGITS = 12


def write_repair(prepared: Prepared, path: Path | str, *, lang: str = "zh") -> int:
    """Write the quarantined rows to .xlsx or .csv (UTF-8 with mark); returns how many.

    The original columns come first, unmasked: whoever brought the file owns them. A geometry is written as WKT and a
    row's coordinate system in a column of its own, so that the mended file needs no option again. No cell can become
    a formula. Raises ``UnknownOutput``.
    """
    path = Path(path)
    rows = _lines(prepared, lang)
    if path.suffix.lower() == ".xlsx":
        write_xlsx(rows, path, title=say("exchange.repair.sheet", lang))
    elif path.suffix.lower() == ".csv":
        write_csv(rows, path)
    else:
        raise UnknownOutput(name=path.name)
    return len(prepared.quarantined)


def _lines(prepared: Prepared, lang: str) -> Iterator[list[Any]]:
    problems: dict[int, list[Problem]] = defaultdict(list)
    for problem in prepared.problems:
        problems[problem.row].append(problem)
    added = _added_columns(prepared)
    headers = [say(f"exchange.field.{name}", lang) for name in added]
    yield [*prepared.table.headers, *headers, *(say(f"exchange.repair.{name}", lang) for name in REPAIR_COLUMNS)]
    for number, source in sorted(prepared.quarantined.items()):
        extra = [_added(prepared, source, name) for name in added]
        why = "\n".join(f"{problem.where(lang)}: {problem.why(lang)}" for problem in problems[number])
        cure = "\n".join(dict.fromkeys(problem.cure(lang) for problem in problems[number]))
        yield [*source.cells, *extra, number, why, cure]


def _added_columns(prepared: Prepared) -> list[str]:
    added = ["wkt"] if prepared.table.has_geometry and "wkt" not in prepared.mapping.index_of else []
    located = prepared.table.has_geometry or any(name in prepared.mapping.index_of for name in ("lon", "x", "point"))
    if located and prepared.crs and "crs" not in prepared.mapping.index_of:
        added.append("crs")
    return added


def _added(prepared: Prepared, source: SourceRow, name: str) -> str:
    if name == "crs":
        return prepared.crs or ""
    return "" if source.geometry is None else str(source.geometry.wkt)


def write_xlsx(rows: Iterator[list[Any]], path: Path, *, title: str) -> None:
    """Write lines to one sheet, every text as text."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(title)
    for row in rows:
        sheet.append([xlsx_cell(sheet, value) for value in row])
    book.save(path)


def xlsx_cell(sheet: WriteOnlyWorksheet, value: Any) -> Any:
    """A cell of a value; a text stays a text, whatever it begins with, and loses what a workbook cannot hold."""
    if value is None or isinstance(value, bool | int | float | dt.date):
        return _plain_number(value)
    text = ILLEGAL.sub("", str(value))[:MAX_CELL_CHARS]
    if not text.startswith(_DANGEROUS):
        return text
    cell = WriteOnlyCell(sheet, value="")
    cell.value = text
    cell.data_type = "s"
    cell.style = "Normal"
    cell.quotePrefix = True
    return cell


def _plain_number(value: Any) -> Any:
    """A number that a spreadsheet holds exactly and as a number; anything longer or not finite as text."""
    if isinstance(value, float) and not abs(value) < 10**15:
        return repr(value)
    if isinstance(value, int) and len(str(value)) > _WIDTH_DIGITS:
        return str(value)
    return value.replace(tzinfo=None) if isinstance(value, dt.datetime) else value


def write_csv(rows: Iterator[list[Any]], path: Path) -> None:
    """Write lines as UTF-8 with mark; a text that a spreadsheet would run gets an apostrophe, which reading removes."""
    with path.open("w", encoding="utf-8-sig", newline="", errors="replace") as stream:
        writer = csv.writer(stream)
        for row in rows:
            writer.writerow([_csv_cell(value) for value in row])


def _csv_cell(value: Any) -> Any:
    if value is None:
        return ""
    if isinstance(value, str):
        text = ILLEGAL.sub("", value)
        return "'" + text if text.startswith(_DANGEROUS) else text
    return value
