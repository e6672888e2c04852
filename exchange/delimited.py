"""Comma, tab and semicolon files, read so that one bad record costs one row."""

import csv
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from exchange.encodings import Decoded, decode_lines
from exchange.errors import DamagedFile, UnknownFormat, WrongEncoding
from exchange.table import MAX_CELL_CHARS, Damage, Grid, SourceRow, cell_too_long

DELIMITERS = (",", "\t", ";", "|")
MAX_LINES_PER_RECORD = 64
_FIELD_LIMIT_CHARS = 64 * 1024 * 1024
_SNIFF_BYTES = 8192
_BINARY_SHARE = 0.05
_TEXT_BYTES = b"\t\n\r\f" + bytes(range(32, 256))


def read_delimited(path: Path) -> Grid:
    """Every record of a delimited text; raises ``UnknownFormat`` for binary, ``WrongEncoding`` for no text."""
    data = path.read_bytes()
    utf16 = data.startswith((b"\xff\xfe", b"\xfe\xff"))
    if _looks_binary(data[:_SNIFF_BYTES]) and not utf16:
        raise UnknownFormat(name=path.name)
    decoded = decode_lines(data)
    if decoded.mostly_spoilt:
        raise WrongEncoding(name=path.name, row=min(decoded.spoilt, default=0) + 1)
    return Grid(_rows(decoded, path=path), "csv", decoded.encoding)


def _looks_binary(head: bytes) -> bool:
    """A text may hold a stray control byte; in binary every tenth byte is one."""
    return len(head.translate(None, _TEXT_BYTES)) > _BINARY_SHARE * len(head)


def _rows(decoded: Decoded, *, path: Path) -> list[SourceRow]:
    previous = csv.field_size_limit(_FIELD_LIMIT_CHARS)
    try:
        return list(_records(decoded, _delimiter(decoded.lines)))
    except csv.Error as error:
        raise DamagedFile(name=path.name, detail=str(error)) from error
    finally:
        csv.field_size_limit(previous)


def _delimiter(lines: list[str]) -> str:
    counts = Counter("".join(lines[:5]))
    return max(DELIMITERS, key=lambda char: counts[char])


def _records(decoded: Decoded, delimiter: str) -> Iterator[SourceRow]:
    """Number the records as a spreadsheet would show them: one number a record, blank ones counted.

    A record whose quotes do not add up costs its first line; the reading starts again at the next one.
    """
    lines, start, number = decoded.lines, 0, 0
    while start < len(lines):
        window = _Window(lines, start)
        reader = csv.reader(window, delimiter=delimiter, strict=True)
        while window.start < len(lines):
            number += 1
            try:
                cells = next(reader)
            except (csv.Error, StopIteration):
                yield _unclosed(number, lines[window.start], delimiter)
                window.accept(lines=1)
                break
            damage = _damage(decoded, window.start, window.next_line, cells)
            window.accept(lines=window.next_line - window.start)
            if cells:
                yield SourceRow(number, cells, damage=damage)
        start = window.start


class _Window:
    """Lines handed to the csv reader, at most ``MAX_LINES_PER_RECORD`` for one record."""

    def __init__(self, lines: list[str], start: int) -> None:
        self.lines, self.start, self.next_line = lines, start, start

    def __iter__(self) -> "_Window":
        return self

    def __next__(self) -> str:
        if self.next_line - self.start >= MAX_LINES_PER_RECORD or self.next_line >= len(self.lines):
            raise StopIteration
        self.next_line += 1
        return self.lines[self.next_line - 1]

    def accept(self, *, lines: int) -> None:
        """The record took so many lines; the next one starts behind them."""
        self.start += lines


def _unclosed(number: int, line: str, delimiter: str) -> SourceRow:
    cells = line.rstrip("\n").split(delimiter)
    return SourceRow(number, cells, damage=Damage("quote_unclosed", None, line[:40].strip()))


def _damage(decoded: Decoded, start: int, stop: int, cells: list[str]) -> Damage | None:
    if decoded.spoilt and any(line in decoded.spoilt for line in range(start, stop)):
        column = next((index for index, cell in enumerate(cells) if "\ufffd" in cell), None)
        value = cells[column][:40] if column is not None else ""
        return Damage("encoding", column, value, (("encoding", decoded.encoding.upper()),))
    if sum(map(len, cells)) > MAX_CELL_CHARS:
        return cell_too_long(cells)
    return None
