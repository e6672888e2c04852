"""Where in a reference to look: rows by hashes of a name and the numbers behind it, at three depths.

Every address is filed under the names it can be found by (its road; its estate; its village where no road is named)
together with its number (depth 0), its building (1), and its unit and room (2). A key says nothing of what kind the
name is, so that a name read as an estate here and as a hamlet there still finds itself.
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from gis.matching.keys import (
    CELLNO,
    CITY,
    COMMUNITY,
    DISTRICT,
    FLOORNO,
    HAMLET,
    HOUSENO,
    POI,
    PROV,
    ROAD,
    ROADNO,
    ROOMNO,
    SUBROAD,
    SUBROADNO,
    TOWN,
)
from gis.matching.reference import Reference

_MASK = (1 << 64) - 1
_STEP, _TURN = 0x9E3779B97F4A7C15, 0xBF58476D1CE4E5B9
_SHIFT = 29

Hashes = npt.NDArray[np.uint64]
Rows = npt.NDArray[np.int32]


class Anchor(NamedTuple):
    """A name and the number behind it, as codes: what an address hangs on. ``field`` is where the name stands."""

    field: int
    name: int
    sub: int
    number: int
    sub_number: int
    house: int


def own_depth(codes: Sequence[int]) -> int:
    """2 for an address with a unit, floor or room, 1 with a building, else 0."""
    if codes[CELLNO] or codes[FLOORNO] or codes[ROOMNO]:
        return 2
    return 1 if codes[HOUSENO] else 0


def anchors(codes: Sequence[int]) -> list[Anchor]:
    """What an address can be found by, the most telling first; none of them is without a name."""
    road, subroad = codes[ROAD], codes[SUBROAD]
    behind = (codes[ROADNO], codes[SUBROADNO], codes[HOUSENO])
    if road or subroad:
        found = [Anchor(ROAD, road, subroad, *behind) if road else Anchor(SUBROAD, subroad, 0, *behind)]
        return found + ([Anchor(POI, codes[POI], 0, 0, 0, codes[HOUSENO])] if codes[POI] else [])
    found = _estates(codes[POI], *behind) if codes[POI] else []
    if codes[ROADNO] or not codes[POI]:
        found += [Anchor(field, codes[field], 0, *behind) for field in (HAMLET, COMMUNITY) if codes[field]]
    if found:
        return found
    return [Anchor(field, codes[field], 0, *behind) for field in (TOWN, DISTRICT, CITY, PROV) if codes[field]][:1]


def _estates(poi: int, number: int, sub_number: int, house: int) -> list[Anchor]:
    """An estate without a road: '3号' of it may be what is called its building 3 elsewhere."""
    found = [Anchor(POI, poi, 0, number, sub_number, house)]
    return found + ([Anchor(POI, poi, 0, 0, 0, number)] if number and not house else [])


def key_of(anchor: Anchor, codes: Sequence[int], depth: int) -> int:
    """The key of an address at one depth; the same number as ``_filed`` gives for whole columns."""
    parts = [depth + 1, anchor.name, anchor.sub, anchor.number, anchor.sub_number]
    parts += [anchor.house] if depth else []
    parts += [codes[CELLNO], codes[ROOMNO] or codes[FLOORNO]] if depth == 2 else []
    mixed = 0
    for part in parts:
        mixed = ((mixed ^ part) * _TURN + _STEP) & _MASK
        mixed ^= mixed >> _SHIFT
    return mixed


class Index:
    """The keys of a reference in one sorted array, with the rows behind them."""

    def __init__(self, reference: Reference) -> None:
        keys, rows = zip(*_filed(reference.codes), strict=True)
        whole, behind = np.concatenate(keys), np.concatenate(rows)
        order = np.argsort(whole, kind="stable")
        self._keys, self._rows = whole[order], behind[order]
        by_text = np.argsort(reference.text_keys[:, 0], kind="stable").astype(np.int32)
        self._text_keys, self._text_rows = reference.text_keys[by_text, 0], by_text

    def rows(self, key: int) -> Rows:
        """The rows filed under a key."""
        wanted = np.uint64(key)
        start = int(self._keys.searchsorted(wanted))
        if start == len(self._keys) or self._keys[start] != wanted:
            return self._rows[:0]
        return self._rows[start : int(self._keys.searchsorted(wanted, side="right"))]

    def by_text(self, keys: Hashes) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
        """For each key of a whole text: how many rows have it, and where the first stands in ``text_row``."""
        starts = np.searchsorted(self._text_keys, keys)
        return np.searchsorted(self._text_keys, keys, side="right") - starts, starts

    def text_row(self, place: int) -> int:
        """The row at a place of ``by_text``."""
        return int(self._text_rows[place])


def _filed(codes: npt.NDArray[np.int32]) -> Iterator[tuple[Hashes, Rows]]:
    """Keys and rows of every way into every address."""
    deep = (codes[:, CELLNO] | codes[:, FLOORNO] | codes[:, ROOMNO]) > 0
    for chosen, *columns in _ways(codes):
        at = np.flatnonzero(chosen).astype(np.int32)
        name, sub, number, sub_number, house = (column[at] for column in columns)
        shallow = ~deep[at] & (house == 0)
        yield _some(at, shallow | (number | sub_number > 0), 1, name, sub, number, sub_number)
        yield _some(at, house > 0, 2, name, sub, number, sub_number, house)
        unit, room, floor = codes[at, CELLNO], codes[at, ROOMNO], codes[at, FLOORNO]
        yield _some(at, deep[at], 3, name, sub, number, sub_number, house, unit, np.where(room, room, floor))
    yield np.zeros(0, np.uint64), np.zeros(0, np.int32)


def _ways(codes: npt.NDArray[np.int32]) -> Iterator[tuple[npt.NDArray[np.bool_], *tuple[Rows, ...]]]:
    """``anchors`` for whole columns: which rows, then name, sub, number, sub-number and house."""
    col = codes.T
    none = np.zeros(len(codes), np.int32)
    road, subroad, poi, number, sub_number, house = (col[f] for f in (ROAD, SUBROAD, POI, ROADNO, SUBROADNO, HOUSENO))
    on_road = (road | subroad) > 0
    yield road > 0, road, subroad, number, sub_number, house
    yield (road == 0) & (subroad > 0), subroad, none, number, sub_number, house
    yield (poi > 0) & on_road, poi, none, none, none, house
    yield (poi > 0) & ~on_road, poi, none, number, sub_number, house
    yield (poi > 0) & ~on_road & (number > 0) & (house == 0), poi, none, none, none, number
    in_village = ~on_road & ((number > 0) | (poi == 0))
    for field in (HAMLET, COMMUNITY):
        yield in_village & (col[field] > 0), col[field], none, number, sub_number, house
    bare = ~on_road & (poi == 0) & (col[HAMLET] == 0) & (col[COMMUNITY] == 0)
    for field in (TOWN, DISTRICT, CITY, PROV):
        yield bare & (col[field] > 0), col[field], none, number, sub_number, house
        bare = bare & (col[field] == 0)


def _some(at: Rows, chosen: npt.NDArray[np.bool_], depth: int, *columns: Rows) -> tuple[Hashes, Rows]:
    mixed = np.zeros(int(chosen.sum()), np.uint64)
    with np.errstate(over="ignore"):
        for part in (np.full(len(at), depth, np.int32), *columns):
            mixed = (mixed ^ part[chosen].astype(np.uint64)) * np.uint64(_TURN) + np.uint64(_STEP)
            mixed ^= mixed >> np.uint64(_SHIFT)
    return mixed, at[chosen]
