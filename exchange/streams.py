"""Long lists, read and written row by row: a million rows in the memory of a few."""

import codecs
import csv
import io
import os
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Any

from exchange.delimited import DELIMITERS, MAX_LINES_PER_RECORD
from exchange.encodings import decode_lines
from exchange.errors import CannotWrite, ColumnsMissing, EmptyFile, NotText
from words import say

_BLOCK_BYTES = 1 << 20
_HEAD_BYTES = 1 << 22
_FIELD_LIMIT_CHARS = 64 * 1024 * 1024
_BINARY_SHARE = 0.05
_QUIET_SECONDS = 2.0
_UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")
_OTHER_MARKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"%PDF")

Row = list[str]


class RowStream:
    """The rows of a delimited text, one after the other.

    ``header`` is the first row, without the mark of UTF-8 and without space around the names; ``encoding`` is what the
    file came in. Iterating gives every later record once, in order, blank lines as ``[]``. A record whose quotes do
    not add up costs its first line only, a character that cannot be read becomes U+FFFD.
    """

    def __init__(self, path: Path, *, delimiter: str | None = None, header: bool = True) -> None:
        self.path, self.encoding = path, encoding_of(path)
        self._handle: IO[str] = path.open(encoding=self.encoding, errors="replace", newline=None)
        self._delimiter = delimiter or _delimiter(self._handle)
        self._size_bytes = max(1, path.stat().st_size)
        self._records = _records(self._handle, self._delimiter)
        self.header: Row = []
        if header:
            self.header = [name.strip() for name in next((row for row in self._records if row), [])]
            if not self.header:
                self.close()
                raise EmptyFile(name=path.name)

    def __iter__(self) -> Iterator[Row]:
        return self._records

    def column(self, name: str) -> int:
        """Return the place of a column, capitals aside; raises ``ColumnsMissing`` naming those that are there."""
        names = [one.casefold() for one in self.header]
        if name.casefold() not in names:
            raise ColumnsMissing(name=self.path.name, columns=name, headers=", ".join(self.header))
        return names.index(name.casefold())

    def share(self) -> float:
        """How much of the file has been read, 0 to 1."""
        return min(1.0, self._handle.buffer.tell() / self._size_bytes)  # type: ignore[attr-defined]

    def close(self) -> None:
        """Close the file."""
        self._handle.close()

    def __enter__(self) -> "RowStream":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def encoding_of(path: Path) -> str:
    """Return utf-8-sig, utf-16 or gb18030; raises ``EmptyFile`` and, for a workbook or other binary, ``NotText``."""
    with path.open("rb") as handle:
        head = handle.read(_HEAD_BYTES)
        if not head.strip():
            raise EmptyFile(name=path.name)
        if head.startswith(_UTF16_MARKS):
            return "utf-16"
        if head.startswith(_OTHER_MARKS) or head.count(0) > _BINARY_SHARE * len(head):
            raise NotText(name=path.name)
        handle.seek(0)
        if _is_utf8(handle):
            return "utf-8-sig"
    whole_lines = head[: head.rfind(b"\n") + 1] or head
    return "gb18030" if decode_lines(whole_lines).encoding == "gb18030" else "utf-8-sig"


def _is_utf8(handle: IO[bytes]) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        while block := handle.read(_BLOCK_BYTES):
            decoder.decode(block)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _delimiter(handle: IO[str]) -> str:
    first = handle.readline()
    handle.seek(0)
    return max(DELIMITERS, key=first.count)


def _records(lines: Iterator[str], delimiter: str) -> Iterator[Row]:
    csv.field_size_limit(_FIELD_LIMIT_CHARS)
    window = _Window(lines)
    while True:
        reader = csv.reader(window, delimiter=delimiter, strict=True)
        try:
            while True:
                cells = next(reader)
                window.accept()
                yield cells
        except (csv.Error, StopIteration):
            if not window.held:
                return
            window.used = 1
            line = window.held[0]
            window.accept()
            yield line.rstrip("\n").split(delimiter)


class _Window:
    """Lines handed to the csv reader, at most ``MAX_LINES_PER_RECORD`` for one record; unused ones can be re-read."""

    def __init__(self, lines: Iterator[str]) -> None:
        self.lines, self.held, self.used = lines, list[str](), 0

    def __iter__(self) -> "_Window":
        return self

    def __next__(self) -> str:
        if self.used >= MAX_LINES_PER_RECORD:
            raise StopIteration
        if self.used == len(self.held):
            self.held.append(next(self.lines))
        self.used += 1
        return self.held[self.used - 1]

    def accept(self) -> None:
        """The lines that were used make up a record; the next one starts behind them."""
        del self.held[: self.used]
        self.used = 0


@contextmanager
def replacing(target: Path, *, encoding: str = "utf-8") -> Iterator[IO[str]]:
    """Open a text beside ``target`` that takes its place when all is written; a failure leaves what was there.

    Raises ``CannotWrite``. Source and target may be one file.
    """
    beside = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        handle = beside.open("w", encoding=encoding, errors="replace", newline="")
    except OSError as error:
        raise CannotWrite(name=target.name, detail=error.strerror or str(error)) from None
    try:
        with handle:
            yield handle
        beside.replace(target)
    except OSError as error:
        raise CannotWrite(name=target.name, detail=error.strerror or str(error)) from None
    finally:
        beside.unlink(missing_ok=True)


def put(target: Path, content: bytes) -> None:
    """Write a whole file beside ``target`` and let it take its place; its folder is made where it is missing.

    Raises ``CannotWrite``; what was there stays then.
    """
    beside = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        beside.write_bytes(content)
        beside.replace(target)
    except OSError as error:
        with suppress(OSError):
            beside.unlink(missing_ok=True)
        raise CannotWrite(name=target.name, detail=error.strerror or str(error)) from None


def lines_of(rows: Iterable[Sequence[Any]]) -> str:
    """Return rows as lines of a comma file."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue()


class Progress:
    """Tells on stderr how far a long list has come, every two seconds; a short one goes by in silence."""

    def __init__(self, name: str, share: Callable[[], float]) -> None:
        self._name, self._share = name, share
        self._next_at = time.monotonic() + _QUIET_SECONDS

    def tell(self, rows: int) -> None:
        """Say that so many rows are done, if it is time."""
        if time.monotonic() >= self._next_at:
            self._next_at = time.monotonic() + _QUIET_SECONDS
            percent = round(100 * self._share())
            sys.stderr.write(say("stream.progress", "en", name=self._name, rows=f"{rows:,}", percent=percent) + "\n")
            sys.stderr.flush()
