"""Match a query address to a reference of standard addresses: exact first, misspelt next, near by last.

Order of the search, and rules that break ties:

1. The text itself, apart from widths and gaps, then in one spelling of numbers and buildings and without the highest
   levels. An identical text wins over the same address written otherwise.
2. The normalised parts, deepest first: room, suite, building, door. Higher levels may be missing on either side; where
   both name one it must be the same. Of several rows the one that shares most with the query is taken, then the one
   that says nothing beyond the query; still several are ambiguous, and none is taken.
3. The same with misspelt names put right (``spelling``), the number, building and room being the same. A name that the
   reference holds in that town is never put right. Two readings of nearly one cost are ambiguous.
4. Whatever a ``PlaceLocator`` makes of it: a neighbouring door, a road, a village, with its uncertainty; but not where
   the same door stands in another county only.
"""

from collections.abc import Iterator, Sequence
from functools import partial
from typing import NamedTuple
from weakref import WeakKeyDictionary

import numpy as np
import numpy.typing as npt

from gis.address.parse import parse
from gis.address.parts import AddressParts
from gis.matching.explain import EXACT, LOCATED_SCORE, SOFT_COST, Teller
from gis.matching.find import Finder, Found, Near, level_of
from gis.matching.keys import CITY, COMMUNITY, DISTRICT, PROV, Values, text_key, values
from gis.matching.misspelt import Misspelt, Variant
from gis.matching.outcome import Match, MatchLevel, Outcome, PlaceLocator, Reason
from gis.matching.quick import Quick
from gis.matching.reading import CHUNK, WORTH_A_PROCESS, Progress, chunks, spread
from gis.matching.reference import Reference

DOOR_OR_BETTER = frozenset((MatchLevel.ROOM, MatchLevel.SUITE, MatchLevel.BUILDING, MatchLevel.DOOR))
_NEARLY_ONE_COST = 0.03
_SURE_COST = 0.1
"""A part of what the query says is taken only where its names are all but right."""
_LOCATED_CHUNK, _LOCATED_WORTH = 200, 400
_COUNTY_OR_ABOVE = frozenset((PROV, CITY, DISTRICT))
_IDENTICAL = (Reason("identical"),)

Rows = npt.NDArray[np.int64]


class _Reading(NamedTuple):
    """A reading of the query and what it found."""

    variant: Variant
    found: Found


class Matcher:
    """One reference, made ready to be asked."""

    def __init__(self, reference: Reference) -> None:
        self.reference = reference
        self._finder = Finder(reference)
        self._misspelt = Misspelt(reference, self._finder.encoder)
        self._quick = Quick(reference, self._finder.encoder)
        self._tell = Teller(reference)

    def match(self, text: str, *, locator: PlaceLocator | None = None) -> Outcome:
        """Match one address."""
        return self.outcomes([text], locator=locator)[0]

    def match_chunk(self, texts: Sequence[str], *, locator: PlaceLocator | None = None) -> tuple[Rows, list[Outcome]]:
        """For each text the row that has the identical text, or -1; and what the others, in order, come to."""
        counts, starts = self._finder.index.by_text(np.array([text_key(text) for text in texts], dtype=np.uint64))
        rows = [
            self._finder.index.text_row(start) if count == 1 else -1
            for count, start in zip(counts.tolist(), starts.tolist(), strict=True)
        ]
        rows = [row if row < 0 or locator is None or self._stands(row) else -1 for row in rows]
        rest = [text for text, row in zip(texts, rows, strict=True) if row < 0]
        others = [
            self._tell.match(self._level(row), row, score=1.0, reasons=EXACT)
            if row >= 0 and (locator is None or self._stands(row))
            else self.match_parts(parse(text), locator=locator)
            for text, row in zip(rest, self._quick.rows(rest), strict=True)
        ]
        return np.array(rows, dtype=np.int64), others

    def outcomes(self, texts: Sequence[str], *, locator: PlaceLocator | None = None) -> list[Outcome]:
        """Match some addresses, in their order."""
        rows, others = self.match_chunk(texts, locator=locator)
        rest = iter(others)
        return [next(rest) if row < 0 else self.identical(row) for row in rows.tolist()]

    def identical(self, row: int) -> Match:
        """The match of a text that the reference holds as it is."""
        return self._tell.match(self._level(row), row, score=1.0, reasons=_IDENTICAL)

    def _level(self, row: int) -> MatchLevel:
        return self._finder.level(self.reference.codes[row].tolist())

    def _stands(self, row: int) -> bool:
        """Whether a row of the same text is the answer: a door is; a road or a landmark many may share."""
        return level_of(self.reference.codes[row].tolist()) in DOOR_OR_BETTER

    def match_parts(self, parts: AddressParts, *, locator: PlaceLocator | None = None) -> Outcome:
        """Match an address that has been read."""
        said = values(parts)
        near: list[Near] = []
        codes = self._finder.encoder.encode(said)
        found = self._finder.find(codes, near=near)
        if found is not None and not _softened(found):
            placed = self._placed(found, parts, locator) if locator and found.level not in DOOR_OR_BETTER else None
            return placed or self._tell.found(found, said, Variant(0.0, codes, ()))
        readings = self._readings(said, codes, near) or self._by_head(parts, codes)
        if readings:
            return self._settled(readings, said)
        elsewhere = any(one.field in _COUNTY_OR_ABOVE for one in near)
        located = locator.locate(parts) if locator is not None and not elsewhere else None
        if located is not None:
            return self._tell.located(located, said, codes, near)
        return self._tell.unmatched(said, codes, near)

    def _placed(self, found: Found, parts: AddressParts, locator: PlaceLocator) -> Match | None:
        """A place that is no door, put where all rows that tell of it put it."""
        located = locator.locate(parts)
        if located is None:
            return None
        own = text_key(parts.text)
        same = [hit.row for hit in found.hits if text_key(self.reference.texts[hit.row]) == own]
        row_id, score = (self.reference.ids[same[0]], 1.0) if len(same) == 1 else (None, LOCATED_SCORE)
        point = (located.lon, located.lat, located.uncertainty_m)
        return Match(located.level, score, row_id, *point, located.reasons)

    def _readings(self, said: Values, codes: list[int], near: list[Near]) -> list[_Reading]:
        """What the query's other readings name, at a door or better; only those of about the lowest cost."""
        readings: list[_Reading] = []
        headed = self._finder.encoder.headed(said)
        for words in (said, headed) if headed != said else (said,):
            own = codes if words is said else self._finder.encoder.encode(words)
            first = [Variant(0.0, own, ())]
            for variant in (*first, *self._misspelt.variants(words, own)):
                if readings and variant.cost > min(map(_cost, readings)) + _NEARLY_ONE_COST:
                    break
                self._try(variant, readings, soft=not words[COMMUNITY].endswith("村"), near=near)
            if readings:
                break
        return _cheapest(readings)

    def _by_head(self, parts: AddressParts, codes: list[int]) -> list[_Reading]:
        """What the query names when all before its number is put right at once."""
        readings: list[_Reading] = []
        for variant in self._misspelt.headed(parts, codes):
            if readings and variant.cost > min(map(_cost, readings)) + _NEARLY_ONE_COST:
                break
            self._try(variant, readings, soft=False, near=[])
        return _cheapest(readings)

    def _try(self, variant: Variant, readings: list[_Reading], *, soft: bool, near: list[Near]) -> None:
        found = self._finder.find(variant.codes, soft_village=soft, near=near if variant.changes else None)
        if found is None or found.level not in DOOR_OR_BETTER:
            return
        if not (found.deeper and variant.cost > _SURE_COST):
            readings.append(_Reading(variant, found))

    def _settled(self, readings: list[_Reading], said: Values) -> Outcome:
        """One reading, or several that come to one row; else nobody can tell."""
        rows = {frozenset(hit.row for hit in reading.found.hits) for reading in readings}
        if len(rows) == 1:
            return self._tell.found(readings[0].found, said, readings[0].variant)
        return self._tell.ambiguous([hit for reading in readings for hit in reading.found.hits], said, ())


def _cheapest(readings: list[_Reading]) -> list[_Reading]:
    """Readings that find all the query says come before those that find a part of it; then the cost counts."""
    if not readings:
        return []
    full = [reading for reading in readings if not reading.found.deeper] or readings
    least = min(map(_cost, full))
    return sorted((one for one in full if _cost(one) <= least + _NEARLY_ONE_COST), key=_cost)


def _softened(found: Found) -> int:
    """How many names differ at least from what the query says, in rows that are taken all the same."""
    return min(len(hit.agreement.soft) for hit in found.hits)


def _cost(reading: _Reading) -> float:
    return reading.variant.cost + SOFT_COST * _softened(reading.found)


_MATCHERS: WeakKeyDictionary[Reference, Matcher] = WeakKeyDictionary()


def matcher_of(reference: Reference) -> Matcher:
    """The matcher of a reference, made once for as long as the reference lives."""
    held = _MATCHERS.get(reference)
    if held is None:
        held = _MATCHERS[reference] = Matcher(reference)
    return held


def match(text: str, reference: Reference, *, locator: PlaceLocator | None = None) -> Outcome:
    """Match one address to a reference; the first call for a reference makes its index."""
    return matcher_of(reference).match(text, locator=locator)


def match_many(
    texts: Sequence[str], reference: Reference, *, locator: PlaceLocator | None = None,
    progress: Progress | None = None, workers: int = 2,
) -> Iterator[Outcome]:  # fmt: skip
    """Match many addresses, in their order; long lists are shared among ``workers`` processes.

    With a ``locator`` every address that finds no door costs milliseconds instead of microseconds.
    """
    matcher = matcher_of(reference)
    size = CHUNK if locator is None else _LOCATED_CHUNK
    several = workers if len(texts) >= WORTH_A_PROCESS or (locator and len(texts) >= _LOCATED_WORTH) else 1
    if several > 1 and locator is not None:
        locator.locate(parse(texts[0]))  # what it builds of itself for the first address, all processes then share
    done = 0
    for rows, others in spread(partial(_matched, matcher, locator), chunks(texts, size), workers=several):
        rest = iter(others)
        yield from (next(rest) if row < 0 else matcher.identical(row) for row in rows.tolist())
        done += len(rows)
        if progress is not None:
            progress(done, len(texts))


def _matched(matcher: Matcher, locator: PlaceLocator | None, texts: Sequence[str]) -> tuple[Rows, list[Outcome]]:
    return matcher.match_chunk(texts, locator=locator)
