"""Workbooks that people print and sort: several sheets, fixed heads, widths that fit, and no cell that can run."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet._write_only import WriteOnlyWorksheet

from exchange.repair import xlsx_cell

_HEAD = {"font": Font(bold=True), "fill": PatternFill("solid", fgColor="F7F8FA")}


@dataclass(frozen=True)
class Table:
    """One sheet: its name, its heads, the width of each column in characters, and its rows."""

    title: str
    heads: Sequence[str]
    widths: Sequence[float]
    rows: Iterable[Sequence[Any]]


def workbook(tables: Sequence[Table]) -> bytes:
    """Return a workbook of the tables in order; texts stay texts, whatever they begin with."""
    book = Workbook(write_only=True)
    for table in tables:
        sheet = book.create_sheet(table.title[:31])
        _shape(sheet, table)
        sheet.append([_head(sheet, text) for text in table.heads])
        for row in table.rows:
            sheet.append([xlsx_cell(sheet, value) for value in row])
    written = BytesIO()
    book.save(written)
    return written.getvalue()


def _shape(sheet: Any, table: Table) -> None:
    for at, width in enumerate(table.widths, 1):
        sheet.column_dimensions[get_column_letter(at)].width = width
    sheet.freeze_panes = "A2"
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", 9
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.print_title_rows = "1:1"


def _head(sheet: WriteOnlyWorksheet, text: str) -> Any:
    from openpyxl.cell import WriteOnlyCell

    cell = WriteOnlyCell(sheet, value=text)
    cell.font, cell.fill, cell.alignment = _HEAD["font"], _HEAD["fill"], Alignment(vertical="center", wrap_text=True)
    return cell
