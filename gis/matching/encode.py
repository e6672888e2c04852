"""A query in the words of a reference: its parts as the codes the reference gave to the same words."""

import re
from collections import defaultdict
from collections.abc import Sequence

import numpy as np

from gis.matching.keys import CITY, COMMUNITY, DISTRICT, FIELDS, HAMLET, POI, PROV, ROAD, SUBPOI, TOWN, Values
from gis.matching.reference import Reference

DIVISIONS = (PROV, CITY, DISTRICT, TOWN, COMMUNITY, HAMLET)
UNKNOWN = -1
"""The code of a word that the reference does not hold."""

_KIND = re.compile(r"(?<=..)(?:街道|社区|[省市区县镇乡村])$")
_HEADED = (ROAD, POI, COMMUNITY, HAMLET)
_SHORTEST = 2


class Encoder:
    """The words of a reference by field, with the shorter forms of its divisions."""

    def __init__(self, reference: Reference) -> None:
        self._code_of, self.words = reference.code_of, reference.words
        self.held = [frozenset(np.unique(reference.codes[:, field]).tolist()) - {0} for field in range(len(FIELDS))]
        self._by_stem = {field: self._stems(field) for field in DIVISIONS}

    def _stems(self, field: int) -> dict[str, int]:
        """The code of each division by its name without its kind; only where one division has that name."""
        found: defaultdict[str, set[int]] = defaultdict(set)
        for code in self.held[field]:
            found[_KIND.sub("", self.words[code])].add(code)
        return {name: next(iter(codes)) for name, codes in found.items() if len(codes) == 1}

    def encode(self, said: Values) -> list[int]:
        """The codes of a query, in the order of ``FIELDS``; ``UNKNOWN`` for what the reference does not hold."""
        codes = [self._code_of.get(word, UNKNOWN) if word else 0 for word in said]
        for field in DIVISIONS:
            if codes[field] and codes[field] not in self.held[field]:
                codes[field] = self._by_stem[field].get(_KIND.sub("", said[field]), codes[field])
        self._swap_levels(codes, said)
        return self.as_road(codes)

    def as_road(self, codes: list[int]) -> list[int]:
        """A name read as an estate that the reference knows only as a road is one (人民108号 for 人民路108号)."""
        poi = codes[POI]
        if poi <= 0 or codes[ROAD] or poi not in self.held[ROAD] or poi in self.held[POI]:
            return codes
        moved = list(codes)
        moved[ROAD], moved[POI], moved[SUBPOI] = poi, codes[SUBPOI], 0
        return moved

    def _swap_levels(self, codes: list[int], said: Values) -> None:
        """A county-level city may have been read as a city, or the other way round."""
        for here, there in ((CITY, DISTRICT), (DISTRICT, CITY)):
            if codes[here] and codes[here] not in self.held[here] and not codes[there]:
                code = self._code_of.get(said[here], UNKNOWN)
                if code in self.held[there]:
                    codes[there], codes[here] = code, 0

    def headed(self, said: Values) -> Values:
        """The same with a division's bare name taken off the name behind it: road 虞山人民路 -> town 虞山, 人民路."""
        parts = list(said)
        for field in _HEADED:
            word = parts[field]
            if word and word not in self._code_of:
                self._behead(parts, field, word)
        return tuple(parts)

    def _behead(self, parts: list[str], field: int, word: str) -> None:
        for level in (DISTRICT, TOWN, COMMUNITY):
            for cut in range(len(word) - 1, _SHORTEST - 1, -1):
                code = self._by_stem[level].get(word[:cut]) if level != field else None
                if code and parts[level] in ("", self.words[code]) and len(word) - cut >= _SHORTEST:
                    parts[level], parts[field], word = self.words[code], word[cut:], word[cut:]
                    break

    def names(self, fields: Sequence[int]) -> set[str]:
        """The words of some fields."""
        return {self.words[code] for field in fields for code in self.held[field]}
