"""Many addresses read into columns of codes, by several processes where the list is long."""

import multiprocessing
from collections.abc import Callable, Iterator, Sequence
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt

from gis.address.parse import parse_all
from gis.matching.keys import FIELDS, quick_keys, text_key, values

Progress = Callable[[int, int], None]
"""Called with how many are done and how many there are."""

CHUNK = 10_000
WORTH_A_PROCESS = 20_000
KEYS = 3
"""Of each whole text: as it stands; in one spelling from its town on; and from behind its town."""

Given = TypeVar("Given")
Made = TypeVar("Made")
Chunk = tuple[list[str], npt.NDArray[np.int32], npt.NDArray[np.uint64]]


def read_chunk(texts: Sequence[str]) -> Chunk:
    """The words of some addresses (the first is ''), the codes of their fields, and the keys of the whole texts."""
    words: dict[str, int] = {"": 0}
    codes, keys = [], []
    for text, parts in zip(texts, parse_all(texts), strict=True):
        said = values(parts)
        codes.append([words.setdefault(word, len(words)) for word in said])
        keys.append((text_key(text), *quick_keys(text, said)))
    columns = np.array(codes, dtype=np.int32).reshape(len(texts), len(FIELDS))
    return list(words), columns, np.array(keys, dtype=np.uint64).reshape(len(texts), KEYS)


def chunks(texts: Sequence[str], size: int = CHUNK) -> list[Sequence[str]]:
    """The list cut into pieces of one size."""
    return [texts[start : start + size] for start in range(0, len(texts), size)]


def spread(task: Callable[[Given], Made], given: Sequence[Given], *, workers: int) -> Iterator[Made]:
    """The task's answers in the order of what was given; in other processes if these can share this one's memory."""
    if workers <= 1 or "fork" not in multiprocessing.get_all_start_methods():
        yield from map(task, given)
        return
    # The task is handed over by the fork itself: it may hold a whole reference, which would be sent with every piece.
    with multiprocessing.get_context("fork").Pool(workers, initializer=_take, initargs=(task,)) as pool:
        yield from pool.imap(_do, given)


_task: Callable[..., object] | None = None
"""What this process, forked for it, is to do."""


def _take(task: Callable[..., object]) -> None:
    global _task  # noqa: PLW0603 - one process, one task
    _task = task


def _do(given: object) -> Any:
    assert _task is not None  # noqa: S101  (set as the process began)
    return _task(given)


def read_values(texts: Sequence[str], *, progress: Progress | None = None, workers: int = 1) -> Chunk:
    """All words in the order of their first use; codes, shape (addresses, fields) int32; keys (addresses, KEYS)."""
    words: dict[str, int] = {"": 0}
    codes = np.zeros((len(texts), len(FIELDS)), dtype=np.int32)
    keys = np.zeros((len(texts), KEYS), dtype=np.uint64)
    done, several = 0, workers if len(texts) >= WORTH_A_PROCESS else 1
    for own_words, own_codes, own_keys in spread(read_chunk, chunks(texts), workers=several):
        known = np.array([words.setdefault(word, len(words)) for word in own_words], dtype=np.int32)
        upto = done + len(own_keys)
        codes[done:upto], keys[done:upto] = known[own_codes], own_keys
        done = upto
        if progress is not None:
            progress(done, len(texts))
    return list(words), codes, keys
