"""What the addresses of a register say: read once a row, matched to standard addresses where that is needed."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from exchange.problems import Problem
from exchange.row import HouseRow
from exchange.villages import CountyContext
from gis.address.parse import parse
from gis.division import is_addressable
from gis.matching.doubt import FAR_M, FINE_M, MADE_UP_M, is_sure
from gis.matching.house_key import house_key, joined, named_parts
from gis.matching.outcome import Match, MatchLevel, Outcome, Reason, Unmatched

DOORS = frozenset((MatchLevel.ROOM, MatchLevel.SUITE, MatchLevel.BUILDING, MatchLevel.DOOR))
"""Levels at which the very place is known, as well as its source knows it."""
_OF_THE_VILLAGE = frozenset(("village_missing", "village_unknown"))

Tell = Callable[[int, int], None]


class Matcher(Protocol):
    """Whoever knows the standard addresses of a county."""

    def match_all(self, texts: Sequence[str], *, progress: Tell | None = None) -> Sequence[Outcome]:
        """What becomes of each text, in order."""

    def village_of(self, reference_id: str | None) -> str | None:
        """The village that a standard address lies in, None where nobody knows."""


@dataclass(frozen=True, slots=True)
class Placed:
    """A point from a match: EPSG:4490, good enough for the map (``fine``) or only told with its uncertainty."""

    match: Match
    fine: bool


def read_addresses(rows: Sequence[HouseRow], *, county: CountyContext) -> None:
    """Set ``match_key`` and ``parts`` of rows that have none yet, in place."""
    for row in rows:
        text = row.full_address
        if not text or row.match_key or row.parts:
            continue
        people = tuple(name for name in (row.owner_name, row.manager_name) if len(name) > 1)
        read = parse(joined(county.canonical.write(text, row.village_code or "")))
        row.match_key = house_key(read, village=county.names_of(row.village_code or ""), people=people)
        row.parts = dict(named_parts(read, people=people))


def key_of(text: str, village: str, county: CountyContext) -> str:
    """What every writing of an address shares in its village, as ``read_addresses`` reads it; '' without a door."""
    return house_key(parse(joined(county.canonical.write(text, village))), village=county.names_of(village))


def match_lost(
    rows: Sequence[HouseRow], problems: Sequence[Problem], *, county: CountyContext, matcher: Matcher,
    progress: Tell | None = None,
) -> list[Problem]:  # fmt: skip
    """Match the rows whose village nobody told, in place; the problems that are left.

    Such a row takes the village of the very door that it matches, and no other.
    """
    reasons = {problem.row: problem.reason for problem in problems}
    lost = [row for row in rows if reasons.get(row.row) in _OF_THE_VILLAGE and row.full_address]
    match_rows(lost, county=county, matcher=matcher, progress=progress)
    found = {row.row for row in lost if row.outcome is not None and _took_village(row, row.outcome, matcher)}
    return [problem for problem in problems if problem.row not in found]


def match_rows(
    rows: Sequence[HouseRow], *, county: CountyContext, matcher: Matcher, progress: Tell | None = None
) -> None:
    """Set ``outcome`` of rows, in place: what their address matches; nothing that contradicts what they say."""
    texts, villages = [row.full_address for row in rows], [row.village_code for row in rows]
    whole = [county.canonical.write(text, village or "") for text, village in zip(texts, villages, strict=True)]
    outcomes = matcher.match_all(whole, progress=progress)
    for row, outcome in zip(rows, believed(outcomes, texts=texts, villages=villages, county=county), strict=True):
        row.outcome = outcome


def _took_village(row: HouseRow, outcome: Outcome, matcher: Matcher) -> bool:
    if row.village or not isinstance(outcome, Match) or outcome.level not in DOORS or not is_sure(outcome):
        return False
    village = matcher.village_of(outcome.reference_id)
    if village is None or not is_addressable(village):
        return False
    row.village_code = village
    return True


def believed(
    outcomes: Sequence[Outcome], *, texts: Sequence[str], villages: Sequence[str | None], county: CountyContext
) -> list[Outcome]:
    """The outcomes without the places that are no address of the list and cannot be in the village of their row.

    Such a place (a neighbouring door, a road, a landmark) is given up where the text names another village, or where
    it lies farther beyond the village's outline than it may be off.
    """
    told = list(outcomes)
    open_ = [n for n, one in enumerate(told) if isinstance(one, Match) and one.reference_id is None and villages[n]]
    points = np.array([(told[n].lon, told[n].lat) for n in open_], dtype=np.float64).reshape(-1, 2)  # type: ignore[union-attr]
    where = county.outlines.look([villages[n] or "" for n in open_], points[:, 0], points[:, 1])
    for n, at in zip(open_, where, strict=True):
        match = told[n]
        assert isinstance(match, Match)  # noqa: S101  (asked above)
        named = county.named_in(texts[n])
        allowed_m = max(match.uncertainty_m, MADE_UP_M if at is not None and at.made_up else FAR_M)
        if (named is not None and named != villages[n]) or (at is not None and at.beyond_m > allowed_m):
            told[n] = Unmatched((Reason("doubt.place_elsewhere"), *match.reasons), match.candidates)
    return told


def placed(row: HouseRow, matcher: Matcher | None) -> Placed | None:
    """The point that a row's match gives it, if the match says the same village as the row."""
    match = row.outcome
    if matcher is None or not isinstance(match, Match) or not is_sure(match):
        return None
    village = matcher.village_of(match.reference_id)
    if village is not None and village != row.village_code:
        return None
    return Placed(match, fine=match.uncertainty_m <= FINE_M)
