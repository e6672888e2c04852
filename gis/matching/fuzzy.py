"""The names of a reference that a misspelt one may stand for, found without comparing it with each of them.

Every name is filed under its sound and under its sound with one syllable (in longer names two) left out; a query is
looked up under the same. Whatever homophone, exchange, omission, addition or single odd character lies between two
names, they share one of these keys. ``spelling.faults`` then decides.
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np

from gis.matching.sounds import sound_key
from gis.matching.spelling import Faults, cost, faults

_LONG = 4
_TOO_LONG = 16
_MOST_CANDIDATES = 400


class Similar(NamedTuple):
    """A name of the reference, what turns it into the one asked for, and what that takes from the score."""

    cost: float
    name: str
    faults: Faults


class Names:
    """The names of a reference, to be asked for similar ones."""

    def __init__(self, names: Iterable[str]) -> None:
        self._names: Sequence[str] = sorted({name for name in names if 1 < len(name) <= _TOO_LONG})
        keys = [(key, place) for place, name in enumerate(self._names) for key in keys_of(name)]
        hashes = np.fromiter((key for key, _ in keys), dtype=np.int64, count=len(keys))
        order = np.argsort(hashes, kind="stable")
        self._hashes = hashes[order]
        self._places = np.fromiter((place for _, place in keys), dtype=np.int32, count=len(keys))[order]
        self._known: dict[str, tuple[Similar, ...]] = {}

    def similar(self, name: str) -> tuple[Similar, ...]:
        """Names that ``name`` may be meant for, the likeliest first, itself left out."""
        if name not in self._known:
            if len(self._known) > 1 << 17:
                self._known.clear()
            self._known[name] = self._search(name)
        return self._known[name]

    def _search(self, name: str) -> tuple[Similar, ...]:
        if not 1 < len(name) <= _TOO_LONG:
            return ()
        keys = np.fromiter(keys_of(name), dtype=np.int64)
        starts, ends = np.searchsorted(self._hashes, keys), np.searchsorted(self._hashes, keys, side="right")
        places = {int(p) for a, b in zip(starts, ends, strict=True) for p in self._places[a:b]} if len(keys) else set()
        found = []
        for place in sorted(places)[:_MOST_CANDIDATES]:
            right = self._names[place]
            why = faults(name, right) if right != name else None
            if why is not None:
                found.append(Similar(round(cost(why), 4), right, why))
        return tuple(sorted(found))


def keys_of(name: str) -> set[int]:
    """Hashes of the sound of a name, whole and with syllables left out; good within one process."""
    whole = sound_key(name)
    once = {whole[:at] + whole[at + 1 :] for at in range(len(whole))} if len(whole) > 1 else set()
    keys = {whole} | once
    if len(whole) >= _LONG:
        keys |= {less[:at] + less[at + 1 :] for less in once for at in range(len(less))}
    return set(map(hash, keys))
