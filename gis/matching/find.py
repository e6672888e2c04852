"""The rows of a reference that a query may name: exact at its own depth, else the building, else the door."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from gis.matching.agree import Agreement, agree, same_place_within, unsaid_within
from gis.matching.encode import Encoder
from gis.matching.index import Anchor, Index, Rows, anchors, key_of, own_depth
from gis.matching.keys import (
    CELLNO,
    COMMUNITY,
    DISTRICT,
    FLOORNO,
    GROUP,
    HAMLET,
    HOUSENO,
    POI,
    ROAD,
    ROADNO,
    ROOMNO,
    SUBPOI,
    SUBROAD,
    SUBROADNO,
    TOWN,
)
from gis.matching.outcome import MatchLevel
from gis.matching.reference import Reference

_LEVELS = (
    (HOUSENO, MatchLevel.BUILDING), (CELLNO, MatchLevel.BUILDING), (FLOORNO, MatchLevel.BUILDING),
    (ROADNO, MatchLevel.DOOR), (SUBROADNO, MatchLevel.DOOR), (POI, MatchLevel.LANDMARK), (SUBPOI, MatchLevel.LANDMARK),
    (ROAD, MatchLevel.ROAD), (SUBROAD, MatchLevel.ROAD), (HAMLET, MatchLevel.VILLAGE), (GROUP, MatchLevel.VILLAGE),
    (COMMUNITY, MatchLevel.VILLAGE),
)  # fmt: skip
_SETTING_APART = (DISTRICT, TOWN, COMMUNITY, HAMLET)


class Hit(NamedTuple):
    """One row that does not contradict the query."""

    row: int
    agreement: Agreement
    unsaid: tuple[int, ...]


class Near(NamedTuple):
    """One row of the same name and number that contradicts the query in ``field``."""

    row: int
    field: int


class Found(NamedTuple):
    """The rows that a query names at ``level``.

    One row: that is it. Several: they cannot be told apart, unless ``below``, where they are the parts of the place
    named. ``deeper``: the query says more than the reference knows.
    """

    level: MatchLevel
    hits: tuple[Hit, ...]
    below: bool = False
    deeper: bool = False


def level_of(words: Sequence[int | str]) -> MatchLevel:
    """How deep an address reaches, by its codes or its words in the order of ``FIELDS``."""
    room = words[ROOMNO]
    if room:
        return MatchLevel.ROOM if isinstance(room, str) and "|" in room else MatchLevel.SUITE
    return next((level for field, level in _LEVELS if words[field]), MatchLevel.TOWN)


class Finder:
    """Exact search in one reference."""

    def __init__(self, reference: Reference) -> None:
        self.reference, self.index, self.encoder = reference, Index(reference), Encoder(reference)

    def find(self, codes: list[int], *, soft_village: bool = False, near: list[Near] | None = None) -> Found | None:
        """Search by each name the query gives, deepest first; ``near`` collects rows that only contradict it."""
        for depth in range(own_depth(codes), -1, -1):
            for anchor in anchors(codes):
                if anchor.name > 0 and (found := self._at(codes, anchor, depth, soft=soft_village, near=near)):
                    return found
        return None

    def _at(self, codes: list[int], anchor: Anchor, depth: int, *, soft: bool, near: list[Near] | None) -> Found | None:
        moved = _moved(codes, anchor)
        own = own_depth(moved)
        if depth == 0 and anchor.house and not codes[HOUSENO]:
            return None
        depth = max(depth, 1) if moved is not codes else depth
        if depth == 0 and own and not (anchor.number or anchor.sub_number):
            return None
        rows = self.index.rows(key_of(anchor, moved, depth))
        if not len(rows):
            return None
        hits = self._agreeing(moved, rows, anchor, soft=soft, near=near)
        return self._deepest(moved, hits, depth, own) if hits else None

    def _agreeing(
        self, codes: list[int], rows: Rows, anchor: Anchor, *, soft: bool, near: list[Near] | None
    ) -> list[tuple[Hit, list[int]]]:
        held = self.reference.codes
        hits = []
        for row, said in zip(rows.tolist(), held[rows].tolist(), strict=True):
            agreement = agree(codes, said, anchor, soft_village=soft)
            if agreement.clash is None:
                hits.append((Hit(row, agreement, ()), said))
            elif near is not None:
                near.append(Near(row, agreement.clash))
        return hits

    def _deepest(self, codes: list[int], hits: list[tuple[Hit, list[int]]], depth: int, own: int) -> Found | None:
        full = [hit._replace(unsaid=unsaid_within(codes, said)) for hit, said in hits if same_place_within(codes, said)]
        if full:
            return self._found(self.level(codes), full)
        if depth == own:
            return None if depth == 2 else self._found(self.level(codes), [hit for hit, _ in hits], below=True)
        level = MatchLevel.BUILDING if depth == 1 else MatchLevel.DOOR
        itself = [hit for hit, said in hits if own_depth(said) == depth]
        if itself:
            return self._found(level, itself, deeper=True)
        return self._found(level, [hit for hit, _ in hits], below=True, deeper=True)

    def level(self, codes: list[int]) -> MatchLevel:
        """How deep an address of the reference or a query in its codes reaches."""
        level = level_of(codes)
        two_rooms = level == MatchLevel.SUITE and codes[ROOMNO] > 0 and "|" in self.reference.words[codes[ROOMNO]]
        return MatchLevel.ROOM if two_rooms else level

    def _found(self, level: MatchLevel, hits: list[Hit], *, below: bool = False, deeper: bool = False) -> Found:
        if below:
            return Found(level, tuple(hits), not self._apart(hits), deeper)
        return Found(level, tuple(_likeliest(hits)), False, deeper)

    def _apart(self, hits: list[Hit]) -> bool:
        """Whether the parts lie in more than one village: then they are not parts of one place."""
        held = self.reference.codes[[hit.row for hit in hits]]
        return any(len(np.unique(held[held[:, field] > 0, field])) > 1 for field in _SETTING_APART)


def _moved(codes: list[int], anchor: Anchor) -> list[int]:
    """The query with its number read as its building, where that is the way it is searched by."""
    if not anchor.house or codes[HOUSENO]:
        return codes
    moved = list(codes)
    moved[HOUSENO], moved[ROADNO] = moved[ROADNO], 0
    return moved


def _likeliest(hits: list[Hit]) -> list[Hit]:
    """Rows that share most with the query; among these the one that says nothing beyond it, if there is one."""
    if len(hits) == 1:
        return hits
    most = max(_shared(hit) for hit in hits)
    best = [hit for hit in hits if _shared(hit) == most]
    common = set.intersection(*({*hit.agreement.extra, *hit.unsaid} for hit in best))
    plain = [hit for hit in best if not {*hit.agreement.extra, *hit.unsaid} - common]
    return plain if len(plain) == 1 else best


def _shared(hit: Hit) -> int:
    return hit.agreement.alike - len(hit.agreement.soft)
