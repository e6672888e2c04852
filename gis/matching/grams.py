"""Which reference addresses hold a piece of text: a sorted list of pairs of characters, built when asked for."""

from collections.abc import Iterable
from functools import lru_cache

import numpy as np
import numpy.typing as npt

Rows = npt.NDArray[np.int64]
NOBODY: Rows = np.zeros(0, dtype=np.int64)
MOST_CHECKED = 2000
"""Of a piece of text held by more addresses than this, every n-th is looked at: enough to know where it is."""
_BREAK = ord("\n")


class Grams:
    """An index over folded texts; their order is the order of the rows it answers with.

    Ten bytes or so a character while it is built (a million addresses: about 300 MB), eight bytes afterwards.
    """

    def __init__(self, texts: Iterable[str]) -> None:
        self.texts = [text.replace("\n", " ") for text in texts]
        letters = np.frombuffer("\n".join(self.texts).encode("utf-32-le", errors="replace"), dtype=np.uint32)
        rows = np.cumsum(letters == _BREAK, dtype=np.uint32)
        pairs = (letters[:-1].astype(np.uint64) & 0xFFFF) << 48 | (letters[1:].astype(np.uint64) & 0xFFFF) << 32
        whole = (letters[:-1] != _BREAK) & (letters[1:] != _BREAK)
        held = pairs[whole] | rows[:-1][whole]
        held.sort()
        self._held = held
        self.rows = lru_cache(maxsize=50_000)(self._rows)

    def _range(self, pair: str) -> tuple[int, int]:
        low = (ord(pair[0]) & 0xFFFF) << 48 | (ord(pair[1]) & 0xFFFF) << 32
        first, last = np.searchsorted(self._held, np.array([low, low | 0xFFFFFFFF], dtype=np.uint64))
        return int(first), int(last)

    def beginning(self, letter: str, most: int) -> Rows:
        """Rows that hold the character before another one, ascending; an even sample if they are more than ``most``."""
        low = (ord(letter) & 0xFFFF) << 48
        first, last = np.searchsorted(self._held, np.array([low, low | 0xFFFFFFFFFFFF], dtype=np.uint64))
        found = np.unique((self._held[first:last] & np.uint64(0xFFFFFFFF)).astype(np.int64))
        return found[np.linspace(0, len(found) - 1, most).astype(np.int64)] if len(found) > most else found

    def _rows(self, piece: str) -> Rows:
        """The rows whose text holds the piece (two characters or more), ascending; a sample of them if very many."""
        if len(piece) < 2:
            return NOBODY
        first, last = min((self._range(piece[at : at + 2]) for at in range(len(piece) - 1)), key=_width)
        found = np.unique((self._held[first:last] & np.uint64(0xFFFFFFFF)).astype(np.int64))
        if len(found) > MOST_CHECKED:
            found = found[np.linspace(0, len(found) - 1, MOST_CHECKED).astype(np.int64)]
        if len(piece) == 2:
            return found
        return np.array([row for row in found.tolist() if piece in self.texts[row]], dtype=np.int64)


def _width(found: tuple[int, int]) -> int:
    return found[1] - found[0]
