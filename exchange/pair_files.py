"""A list of pairs of addresses -> the same list with the verdict on each."""

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from functools import partial
from io import TextIOWrapper
from itertools import islice
from pathlib import Path

from exchange.streams import Progress, encoding_of, replacing
from gis.matching.compare import compare

LONG_LINES = 20_000
"""From here on a second process is worth its start."""

_CHUNK_LINES = 2_000
_TAB = "\t"


def compare_file(source: Path, target: Path, *, processes: int = 2) -> int:
    """Write ``query TAB candidate TAB verdict`` (0 no match, 1 partial, 2 exact) for every line of the source.

    The source has no header; columns behind the second are left out. No line is lost: one without a tab has an empty
    candidate, a blank one two empty cells, both with verdict 0. Each verdict rests on its own line alone. UTF-8
    (with or without mark), UTF-16 and GB18030 are read, UTF-8 is written. Returns how many lines were written.

    Raises
    ------
    exchange.errors.ExchangeError
        ``EmptyFile``, ``NotText``, ``CannotWrite``.
    """
    done = 0
    with source.open("rb") as data, replacing(target) as out:
        handle = TextIOWrapper(data, encoding=encoding_of(source), errors="replace")
        size_bytes = max(1, source.stat().st_size)
        progress = Progress(source.name, lambda: min(1.0, data.tell() / size_bytes))
        for rows, count in _compared(handle, processes=processes):
            out.write(rows)
            done += count
            progress.tell(done)
    return done


def _compared(lines: Iterable[str], *, processes: int) -> Iterator[tuple[str, int]]:
    """Finished rows, chunk by chunk in the order of the lines; long lists are shared out among processes."""
    source = iter(lines)
    first = list(islice(source, LONG_LINES))
    with _workers(processes if len(first) == LONG_LINES else 1) as work:
        for ahead in _ahead(first, source, chunks=processes * 2):
            yield from work(ahead)


@contextmanager
def _workers(processes: int) -> Iterator[Callable[[list[list[str]]], Iterable[tuple[str, int]]]]:
    """A ``map`` over chunks, in this process or in several."""
    if processes == 1:
        yield partial(map, _rows)
        return
    with ProcessPoolExecutor(processes) as pool:
        yield partial(pool.map, _rows)


def _ahead(first: list[str], source: Iterator[str], *, chunks: int) -> Iterator[list[list[str]]]:
    """So many chunks at a time as are held in memory at once."""
    for start in range(0, len(first), _CHUNK_LINES * chunks):
        yield _chunks(first[start : start + _CHUNK_LINES * chunks])
    while lines := list(islice(source, _CHUNK_LINES * chunks)):
        yield _chunks(lines)


def _chunks(lines: list[str]) -> list[list[str]]:
    return [lines[start : start + _CHUNK_LINES] for start in range(0, len(lines), _CHUNK_LINES)]


def _rows(lines: list[str]) -> tuple[str, int]:
    return "".join(map(_row, lines)), len(lines)


def _row(line: str) -> str:
    query, candidate, *_ = (*line.rstrip("\n").split(_TAB), "", "")
    return f"{query}{_TAB}{candidate}{_TAB}{compare(query, candidate).verdict:d}\n"
