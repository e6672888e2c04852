"""Open a file by what it is, not by what it is called, and find its header row."""

from collections import Counter
from pathlib import Path

from exchange.archives import open_archive
from exchange.delimited import read_delimited
from exchange.errors import (
    EmptyFile,
    FileTooLarge,
    HeaderOnly,
    MissingFile,
    TooManyColumns,
    UnknownFormat,
    WebPageInDisguise,
)
from exchange.geofiles import read_geopackage, read_zipped_shapefile
from exchange.geojson import read_geojson
from exchange.headers import count_recognised
from exchange.table import (
    HEADER_SEARCH_ROWS,
    MAX_COLUMNS,
    MAX_FILE_BYTES,
    Damage,
    Grid,
    SourceRow,
    Table,
    column_letters,
    is_blank,
)
from exchange.values import clean_text
from exchange.workbooks import read_workbook

SUFFIXES = (".xlsx", ".xls", ".csv", ".gpkg", ".geojson", ".zip")
TEXT_SUFFIXES = (".csv", ".txt", ".tsv", ".xls")
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_SQLITE = b"SQLite format 3\0"
_WEB_PAGE = (b"<html", b"<!doctype html", b"<table", b"<meta", b"<head")


def read_table(path: Path | str, *, sheet: str | None = None) -> Table:
    """Every row of a register file, whatever its format.

    Parameters
    ----------
    path
        .xlsx, .xls, .csv (UTF-8, UTF-16, GB18030), .gpkg, .geojson or a zipped .shp; recognised by content.
    sheet
        The sheet or layer to read; the first filled one by default.

    Raises
    ------
    exchange.errors.ExchangeError
        For a file that cannot be read at all. A single unreadable row carries its ``damage`` instead.
    """
    path = Path(path)
    form = detect_format(path)
    if form == "gpkg":
        table = read_geopackage(path, layer=sheet)
    elif form == "shp":
        table = read_zipped_shapefile(path, layer=sheet)
    elif form == "geojson":
        table = read_geojson(path)
    elif form == "csv":
        table = _with_header(read_delimited(path), path)
    else:
        table = _with_header(read_workbook(path, sheet=sheet, form=form), path)
    if not table.rows:
        raise HeaderOnly(name=path.name)
    return table


def detect_format(path: Path) -> str:
    """What a file is by its first bytes: xlsx, xls, csv, gpkg, geojson or shp; raises what is wrong with others."""
    if not path.is_file():
        raise MissingFile(name=path.name)
    size = path.stat().st_size
    if size > MAX_FILE_BYTES:
        raise FileTooLarge(name=path.name, size_mb=size // 2**20, limit_mb=MAX_FILE_BYTES // 2**20)
    with path.open("rb") as stream:
        head = stream.read(512)
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if not start:
        raise EmptyFile(name=path.name)
    return _by_content(path, head, start)


def _by_content(path: Path, head: bytes, start: bytes) -> str:
    if head.startswith(b"PK"):
        return _zipped(path)
    if head.startswith(_OLE):
        return "xls"
    if head.startswith(_SQLITE):
        return "gpkg"
    if start.lower().startswith(_WEB_PAGE):
        raise WebPageInDisguise(name=path.name)
    if start.startswith(b"{") and path.suffix.lower() not in TEXT_SUFFIXES:
        return "geojson"
    if path.suffix.lower() in TEXT_SUFFIXES:
        return "csv"
    raise UnknownFormat(name=path.name)


def _zipped(path: Path) -> str:
    with open_archive(path) as archive:
        names = archive.namelist()
    if "[Content_Types].xml" in names and any(name.startswith("xl/") for name in names):
        return "xlsx"
    if any(name.lower().endswith(".shp") for name in names):
        return "shp"
    raise UnknownFormat(name=path.name)


def _with_header(grid: Grid, path: Path) -> Table:
    at = _header_index(grid.rows)
    if at is None:
        raise EmptyFile(name=path.name)
    names = [clean_text(cell) for cell in grid.rows[at].cells]
    width = max((index + 1 for index, name in enumerate(names) if name), default=0)
    rows = grid.rows[at + 1 :]
    if grid.format != "csv":
        width = max([width, *(len(row.cells) for row in rows[:1])])
    if width > MAX_COLUMNS:
        raise TooManyColumns(name=path.name, count=width, limit=MAX_COLUMNS)
    headers, duplicates = _distinct(names[:width] + [""] * (width - len(names)))
    notes = list(grid.notes)
    if at:
        notes.append(("header_at_row", {"row": grid.rows[at].number}))
    rows = [_fitted(row, width) for row in rows if row.damage or not all(map(is_blank, row.cells))]
    return Table(headers, rows, grid.format, None, grid.encoding, False, duplicates, notes)


def _header_index(rows: list[SourceRow]) -> int | None:
    """The row among the first ten that reads most like a header; registers put their title above it."""
    filled = [
        index for index, row in enumerate(rows[:HEADER_SEARCH_ROWS]) if any(not is_blank(cell) for cell in row.cells)
    ]
    if not filled:
        return None
    return max(filled, key=lambda index: (count_recognised(rows[index].cells), -index))


def _distinct(names: list[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Give nameless columns their letter, and the second of two namesakes a number."""
    counts: Counter[str] = Counter()
    headers = []
    for index, name in enumerate(names):
        label = name or f"#{column_letters(index)}"
        counts[label] += 1
        headers.append(label if counts[label] == 1 else f"{label} ({counts[label]})")
    return tuple(headers), tuple(label for label, count in counts.items() if count > 1)


def _fitted(row: SourceRow, width: int) -> SourceRow:
    cells = list(row.cells)
    if row.damage is None and any(not is_blank(cell) for cell in cells[width:]):
        row.damage = Damage("too_many_cells", None, "", (("count", len(cells)), ("width", width)))
    row.cells = cells[:width] + [None] * (width - len(cells))
    return row
