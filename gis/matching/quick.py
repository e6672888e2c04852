"""The shortest way to an exact match: the whole text in one spelling, its highest levels taken off.

Most of what is written differs from the standard address only in levels left out, widths, gaps, numerals and the word
for a building. Such texts are equal once these are written in one way, and need not be read part by part. What is
equal here is the same address; what is not is read.
"""

import re
from collections.abc import Iterable, Sequence

import numpy as np
import numpy.typing as npt

from gis.matching.encode import Encoder
from gis.matching.keys import HIGHEST, hashed, one_spelling
from gis.matching.reference import Reference

_NOBODY = -1

Keys = npt.NDArray[np.uint64]


class Quick:
    """The texts of a reference in one spelling, each by its hash."""

    def __init__(self, reference: Reference, encoder: Encoder) -> None:
        self._highest = reference.codes[:, HIGHEST]
        self._code_of = reference.code_of
        keys = reference.text_keys[:, 1:].ravel()
        order = np.argsort(keys, kind="stable")
        self._keys, self._rows = keys[order], (order // 2).astype(np.int32)
        levels = ("|".join(sorted(map(re.escape, encoder.names([field])), key=len, reverse=True)) for field in HIGHEST)
        self._above = re.compile("".join(f"({words})?" if words else "()" for words in levels))

    def rows(self, texts: Iterable[str]) -> list[int]:
        """For each text the one row that is the same in another spelling, or -1."""
        above, keys = [], []
        for text in texts:
            spelt = one_spelling(text)
            found = self._above.match(spelt)
            above.append(found.groups() if found else ())
            keys.append(hashed(spelt[found.end() :]) if found and found.end() < len(spelt) else 0)
        wanted = np.array(keys, dtype=np.uint64)
        starts = np.searchsorted(self._keys, wanted)
        alone = (np.searchsorted(self._keys, wanted, side="right") - starts == 1) & (wanted > 0)
        return [
            self._checked(int(self._rows[start]), said) if one else _NOBODY
            for start, one, said in zip(starts.tolist(), alone.tolist(), above, strict=True)
        ]

    def _checked(self, row: int, above: Sequence[str | None]) -> int:
        """The row, if its highest levels are none but the ones written."""
        held = self._highest[row].tolist()
        for word, code in zip(above, held, strict=True):
            if word and code and self._code_of[word] != code:
                return _NOBODY
        return row
