"""What a query may have been meant to say: its names as the reference spells them, each change with its cost."""

from collections.abc import Iterator
from itertools import islice, product
from typing import NamedTuple

import numpy as np

from gis.address.parts import AddressParts
from gis.matching.encode import UNKNOWN, Encoder
from gis.matching.fuzzy import Names
from gis.matching.heads import Head, Heads, head_of, with_head
from gis.matching.keys import COMMUNITY, DISTRICT, HAMLET, POI, ROAD, SUBPOI, SUBROAD, TOWN, Values
from gis.matching.reference import Reference
from gis.matching.spelling import Faults

_PLACES = (ROAD, SUBROAD, POI, SUBPOI, COMMUNITY, HAMLET)
_ASKED = (DISTRICT, TOWN, *_PLACES)
_ANCHORS = (ROAD, POI, HAMLET, COMMUNITY)
_OPTIONS, _VARIANTS = 4, 48
_MOST_FAULTS = 2


WHOLE_HEAD = -1
"""In place of a field: all that stands before the number was changed at once."""


class Change(NamedTuple):
    """One name read as another of the reference."""

    field: int
    written: str
    right: str
    faults: Faults


class Variant(NamedTuple):
    """A reading of the query: what it costs, its codes, and what was changed."""

    cost: float
    codes: list[int]
    changes: tuple[Change, ...]


class _Option(NamedTuple):
    cost: float
    name: str
    code: int
    faults: Faults


class Misspelt:
    """The names of a reference by which a query's are put right."""

    def __init__(self, reference: Reference, encoder: Encoder) -> None:
        self._encoder, self._code_of = encoder, reference.code_of
        self._names = {DISTRICT: Names(encoder.names([DISTRICT])), TOWN: Names(encoder.names([TOWN]))}
        self._places = Names(encoder.names(_PLACES))
        self._heads = Heads(reference)
        towns = reference.codes[:, TOWN].astype(np.int64)
        self._in_town = {
            int(pair)
            for field in _PLACES
            for pair in np.unique(reference.codes[:, field].astype(np.int64) << 32 | towns)
        }

    def variants(self, said: Values, codes: list[int]) -> Iterator[Variant]:
        """Readings of the query, the cheapest first; names that the reference holds in that town stay as they are."""
        fields = [field for field in _ASKED if said[field]]
        options = [self._options(field, said[field], codes) for field in fields]
        chosen = islice(product(*options), 4 * _VARIANTS)
        found = [self._variant(said, codes, dict(zip(fields, choice, strict=True))) for choice in chosen]
        fit = [
            one for one in found if one.changes and sum(len(change.faults) for change in one.changes) <= _MOST_FAULTS
        ]
        yield from sorted(fit, key=lambda one: (one.cost, [change.right for change in one.changes]))[:_VARIANTS]

    def _options(self, field: int, name: str, codes: list[int]) -> list[_Option]:
        itself = _Option(0.0, name, codes[field], ())
        misplaced = field in _ANCHORS and codes[TOWN] != UNKNOWN and not self.known_there(codes[field], codes[TOWN])
        if codes[field] != UNKNOWN and not misplaced:
            return [itself]
        near = self._names.get(field, self._places).similar(name)[:_OPTIONS]
        return [itself, *(_Option(one.cost, one.name, self._code_of[one.name], one.faults) for one in near)]

    def headed(self, parts: AddressParts, codes: list[int]) -> Iterator[Variant]:
        """Readings by all that stands before the number; a name known in the town stays as it is."""
        text = head_of(parts)
        for similar, head in islice(self._heads.similar(text), _VARIANTS) if text else ():
            changed = with_head(codes, head, parts)
            if not self._overrides(text, codes, head):
                yield Variant(similar.cost, changed, (Change(WHOLE_HEAD, text, similar.name, similar.faults),))

    def _overrides(self, text: str, codes: list[int], head: Head) -> bool:
        """Whether a head replaces a town, or a name that the reference holds there: anywhere, where no town is said."""
        if codes[TOWN] > 0 and head[0] and codes[TOWN] != head[0]:
            return True
        names = [codes[field] for field in _ANCHORS if codes[field] > 0]
        words = self._encoder.words
        town = head[0] if codes[TOWN] else 0
        return any(name not in head and words[name] in text and self.known_there(name, town) for name in names)

    def known_there(self, name: int, town: int) -> bool:
        """Whether the reference holds a name in a town, or in no town said; anywhere where ``town`` is not said."""
        return town == 0 or (name << 32 | town) in self._in_town or (name << 32) in self._in_town

    def _variant(self, said: Values, codes: list[int], choice: dict[int, _Option]) -> Variant:
        changed = list(codes)
        changes = []
        for field, option in choice.items():
            changed[field] = option.code
            if option.faults:
                changes.append(Change(field, said[field], option.name, option.faults))
        cost = round(sum(option.cost for option in choice.values()), 4)
        return Variant(cost, self._encoder.as_road(changed), tuple(changes))
