"""The same house twice in one file: one row is kept, the others are told which."""

from collections.abc import Hashable, Iterable, Sequence

import numpy as np
import shapely

from exchange.problems import Problem, problem_of
from exchange.row import HouseRow, identity, same_address

SAME_OUTLINE = 0.8
_POINT_DIGITS = 6


def find_duplicates(rows: Sequence[HouseRow]) -> list[Problem]:
    """The problems of every row that is a house already seen in this file, at most one a row.

    Same register key; same village, address and point; outlines that cover each other by ``SAME_OUTLINE`` of their
    union (map tiles give a building once a tile, cut at the edge). The row with the largest outline is kept, the
    first where there are none. Two register keys at one address and no point to tell them apart are two houses; without
    keys the address is all that tells houses apart, so one of the two waits for a better one.
    """
    kept: dict[Hashable, HouseRow] = {}
    problems: dict[int, Problem] = {}
    for row in sorted(rows, key=lambda row: -row.footprint.area if row.footprint is not None else 0.0):
        problem = _seen(row, kept)
        if problem is not None:
            problems[row.row] = problem
    remaining = [row for row in rows if row.row not in problems and row.footprint is not None]
    for row, first in _same_outlines(remaining):
        problems[row.row] = problem_of(row.row, None, "duplicate_outline", first=first.row)
    return [problems[row.row] for row in rows if row.row in problems]


def _seen(row: HouseRow, kept: dict[Hashable, HouseRow]) -> Problem | None:
    for key, reason, field in _keys(row):
        first = kept.get(key)
        if first is not None:
            raw = (row.source_key or "") if field == "source_key" else row.full_address
            return problem_of(row.row, field or None, reason, raw=raw, first=first.row)
    for key, _reason, _field in _keys(row):
        kept[key] = row
    return None


def _keys(row: HouseRow) -> Iterable[tuple[Hashable, str, str]]:
    if row.source_key:
        yield ("key", row.source_key), "duplicate_key", "source_key"
    address = same_address(row)
    if address and row.lon is not None and row.lat is not None:
        place = (round(row.lon, _POINT_DIGITS), round(row.lat, _POINT_DIGITS))
        yield ("place", row.village_code, address, place), "duplicate_address", "address"
    if address and not row.source_key:
        yield ("address", row.village_code, address), "same_address", "address"
    if not address and not row.source_key:
        yield ("point", identity(row)), "duplicate_outline", ""


def _same_outlines(rows: Sequence[HouseRow]) -> list[tuple[HouseRow, HouseRow]]:
    """Pairs (later row, first row) of outlines that are the same building."""
    if len(rows) < 2:
        return []
    shapes = np.array([row.footprint for row in rows], dtype=object)
    pairs = shapely.STRtree(shapes).query(shapes, predicate="intersects").T
    pairs = pairs[pairs[:, 0] > pairs[:, 1]]
    shared = shapely.area(shapely.intersection(shapes[pairs[:, 0]], shapes[pairs[:, 1]]))
    union = shapely.area(shapes[pairs[:, 0]]) + shapely.area(shapes[pairs[:, 1]]) - shared
    same = pairs[shared > SAME_OUTLINE * union]
    return _first_of_each(rows, same)


def _first_of_each(rows: Sequence[HouseRow], same: np.ndarray) -> list[tuple[HouseRow, HouseRow]]:
    """One pair a later row; a row that is itself a duplicate is nobody's first."""
    dropped: dict[int, int] = {}
    for later, first in sorted((int(later), int(first)) for later, first in same):
        if first not in dropped and later not in dropped:
            dropped[later] = first
    return [(rows[later], rows[first]) for later, first in dropped.items()]
