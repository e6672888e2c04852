"""A list of written addresses -> the same list with a column for every part, as written and in its canonical form."""

from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from itertools import islice
from pathlib import Path

from exchange.streams import Progress, Row, RowStream, lines_of, replacing
from gis.address.fill import filled
from gis.address.normal import norm
from gis.address.parse import parse, parse_all
from gis.address.parts import COLUMNS, AddressParts, Label
from gis.address.privacy import masked, rest

ADDRESS = "address"
FURTHER = ("filled", "division", "rest", "more", "conflicts")
"""Columns behind those of the parts.

``filled``: levels that were added, ``prov=江苏省;city=苏州市``; ``division``: code of the lowest division known;
``rest``: what no part took up, masked; ``more``: parts without a column of their own, ``subroadno=83号``;
``conflicts``: written levels that contradict each other, ``浙江省/常熟市``.
"""

LONG_ROWS = 50_000
"""From here on a second process is worth its start."""

_CHUNK_ROWS = 2_000
_AHEAD = 3
_PLACES = {label: place for place, label in enumerate(COLUMNS)}
_OWN = frozenset(COLUMNS) | {Label.REDUNDANT, Label.ASSIST, Label.PERSON, Label.PHONE, Label.OTHER}
_NO_PARTS = AddressParts("", ())


def parse_file(source: Path, target: Path, *, processes: int = 2) -> int:
    """Read the column ``address`` of a CSV file and write every row, in order, with its parts; returns how many.

    The columns of the source come first, then one column a part (``COLUMNS``: the text as it stood, two of a kind
    joined by ``|``), the same with ``_norm``, then ``FURTHER``. No row is refused: what cannot be read is left over
    in ``rest``. Cells keep the text as given, also where a spreadsheet would take it for a formula. UTF-8 is written,
    with its mark unless the source is UTF-8 without one.

    Raises
    ------
    exchange.errors.ExchangeError
        ``EmptyFile``, ``NotText``; ``ColumnsMissing`` naming the columns that are there; ``CannotWrite``.
    """
    with RowStream(source) as rows:
        place, width = rows.column(ADDRESS), len(rows.header)
        plain = rows.encoding == "utf-8-sig" and not _has_mark(source)
        progress = Progress(source.name, rows.share)
        done = 0
        with replacing(target, encoding="utf-8" if plain else "utf-8-sig") as out:
            out.write(lines_of([[*rows.header, *COLUMNS, *(f"{name}_norm" for name in COLUMNS), *FURTHER]]))
            for lines, count in _lines(_squared(rows, width, place), place, processes=processes):
                out.write(lines)
                done += count
                progress.tell(done)
    return done


def _has_mark(source: Path) -> bool:
    with source.open("rb") as handle:
        return handle.read(3) == b"\xef\xbb\xbf"


def _squared(rows: Iterable[Row], width: int, place: int) -> Iterator[Row]:
    """Rows of the header's width; surplus cells are a comma inside the address where it stands last.

    A blank line is an address left empty where the address is the only column, and no row elsewhere.
    """
    blank = 0
    for row in rows:
        if not row:
            blank += width == 1
            continue
        yield from ([""] for _ in range(blank))
        blank = 0
        if len(row) > width:
            row[width - 1 :] = [",".join(row[width - 1 :])]
        yield row if len(row) == width else row + [""] * (width - len(row))


def _lines(rows: Iterator[Row], place: int, *, processes: int) -> Iterator[tuple[str, int]]:
    """Finished lines, chunk by chunk in the order of the rows; long lists are shared out among processes."""
    first = list(islice(rows, LONG_ROWS))
    if len(first) < LONG_ROWS or processes < 2:
        for chunk in _chunks(first, rows):
            yield _chunk_lines(chunk, place), len(chunk)
        return
    with ProcessPoolExecutor(processes) as pool:
        waiting: deque[tuple[Future[str], int]] = deque()
        for chunk in _chunks(first, rows):
            waiting.append((pool.submit(_chunk_lines, chunk, place), len(chunk)))
            if len(waiting) > _AHEAD * processes:
                future, count = waiting.popleft()
                yield future.result(), count
        for future, count in waiting:
            yield future.result(), count


def _chunks(first: list[Row], rows: Iterator[Row]) -> Iterator[list[Row]]:
    for start in range(0, len(first), _CHUNK_ROWS):
        yield first[start : start + _CHUNK_ROWS]
    while chunk := list(islice(rows, _CHUNK_ROWS)):
        yield chunk


def _chunk_lines(rows: list[Row], place: int) -> str:
    read = parse_all(row[place] for row in rows)
    return lines_of(row + _cells(parts) for row, parts in zip(rows, read, strict=True))


def cells_of(address: str) -> Row:
    """The cells of one address: parts, their canonical forms, and ``FURTHER``."""
    return _cells(parse(address))


def _cells(read: AddressParts) -> Row:
    parts = filled(read) if read.text.strip() else _NO_PARTS
    shown = masked(parts)
    texts: list[str] = [""] * len(COLUMNS)
    norms, more = texts.copy(), []
    for start, end, label in parts.spans:
        text = shown[start:end]
        column = _PLACES.get(label)
        if column is not None:
            plain = norm(label, text)
            texts[column] = f"{texts[column]}|{text}" if texts[column] else text
            norms[column] = f"{norms[column]}|{plain}" if norms[column] else plain
        elif label not in _OWN:
            more.append(f"{label}={text}")
    added = ";".join(f"{label}={name}" for label, name in parts.filled.items())
    conflicts = ";".join("/".join(pair) for pair in parts.conflicts)
    return [*texts, *norms, added, parts.division or "", rest(parts, shown), ";".join(more), conflicts]
