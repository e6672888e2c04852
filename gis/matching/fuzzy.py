"""The names of a reference that a misspelt one may stand for, found without comparing it with each of them.

Every name is filed under its sound, under its sound with one syllable left out or without the word for its kind, and
longer names with two syllables left out; a query is looked up under the same, the last only where the others come to
nothing. Whatever homophone, exchange, omission, addition or odd character lies between two names, they share a key.
``spelling.faults`` then decides.
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np

from gis.matching.sounds import sound_key
from gis.matching.spelling import Faults, cost, faults, stem

_LONG, _TOO_LONG = 4, 24
_MOST_CANDIDATES = 2000


class Similar(NamedTuple):
    """A name of the reference, what turns it into the one asked for, and what that takes from the score."""

    cost: float
    name: str
    faults: Faults


class Names:
    """The names of a reference, to be asked for similar ones."""

    def __init__(self, names: Iterable[str]) -> None:
        self._names: Sequence[str] = sorted({name for name in names if 1 < len(name) <= _TOO_LONG})
        self._shelves = (_Shelf(map(once, self._names)), _Shelf(map(twice, self._names)))
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
        for shelf, keys in zip(self._shelves, (once, twice), strict=True):
            if found := self._fit(name, shelf.places(keys(name))):
                return found
        return ()

    def _fit(self, name: str, places: Iterable[int]) -> tuple[Similar, ...]:
        found = []
        for place in places:
            right = self._names[place]
            why = faults(name, right) if right != name else None
            if why is not None:
                found.append(Similar(round(cost(why), 4), right, why))
        return tuple(sorted(found))


class _Shelf:
    """Places in a list by the hashes they are filed under."""

    def __init__(self, keys: Iterable[set[int]]) -> None:
        filed = [(key, place) for place, own in enumerate(keys) for key in own]
        hashes = np.fromiter((key for key, _ in filed), dtype=np.int64, count=len(filed))
        order = np.argsort(hashes, kind="stable")
        self._hashes = hashes[order]
        self._places = np.fromiter((place for _, place in filed), dtype=np.int32, count=len(filed))[order]

    def places(self, keys: set[int]) -> list[int]:
        """All places filed under any of the keys, in order."""
        wanted = np.fromiter(keys, dtype=np.int64, count=len(keys))
        starts, ends = np.searchsorted(self._hashes, wanted), np.searchsorted(self._hashes, wanted, side="right")
        found: set[int] = set()
        for place in np.flatnonzero(ends > starts).tolist():
            found.update(self._places[starts[place] : ends[place]].tolist())
        return sorted(found)[:_MOST_CANDIDATES]


def once(name: str) -> set[int]:
    """Hashes of the sound of a name, whole, with one syllable left out, and without the word for its kind.

    Good within one process.
    """
    whole = sound_key(name)
    return {hash(whole), *map(hash, _shortened(whole)), hash(whole[: len(stem(name)[0])] + "/")}


def twice(name: str) -> set[int]:
    """The same, and names of some length also with two syllables left out."""
    whole = sound_key(name)
    more = {hash(short) for less in _shortened(whole) for short in _shortened(less)} if len(whole) >= _LONG else set()
    return more | once(name)


def _shortened(text: str) -> set[str]:
    return {text[:at] + text[at + 1 :] for at in range(len(text))} if len(text) > 1 else set()
