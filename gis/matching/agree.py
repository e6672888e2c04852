"""What two addresses say alike, what only one of them says, and what they contradict each other in."""

from collections.abc import Sequence
from typing import NamedTuple

from gis.matching.encode import UNKNOWN
from gis.matching.index import Anchor
from gis.matching.keys import (
    CELLNO,
    CITY,
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
)

UPPER = range(HOUSENO)
"""The fields above the building."""

_SAME_WHERE_NO_NUMBER = {ROAD: (POI, SUBPOI), SUBROAD: (POI, SUBPOI), COMMUNITY: (HAMLET, GROUP), HAMLET: (GROUP,)}


class Agreement(NamedTuple):
    """Fields a query and a reference address share (``alike``), only the reference says (``extra``), only the query
    says (``lacking``), and differ in without contradiction (``soft``); ``clash`` is the field of a contradiction, or
    None.
    """

    alike: int
    extra: tuple[int, ...]
    lacking: tuple[int, ...]
    soft: tuple[int, ...]
    clash: int | None = None


def agree(query: Sequence[int], held: Sequence[int], anchor: Anchor, *, soft_village: bool) -> Agreement:
    """Compare the fields above the building; ``soft_village``: another community's name is no contradiction."""
    alike, extra, lacking, soft = 0, [], [], []
    for field in UPPER:
        asked, found = query[field], held[field]
        if asked == found:
            alike += asked != 0
        elif not asked:
            extra.append(field)
        elif not found:
            lacking.append(field)
        elif _soft(field, query, held, soft_village=soft_village):
            soft.append(field)
        elif not _other_level(field, query, held):
            return Agreement(alike, tuple(extra), tuple(lacking), tuple(soft), field)
    clash = _nameless(query, held, anchor)
    return Agreement(alike, tuple(extra), tuple(lacking), tuple(soft), clash)


def _soft(field: int, query: Sequence[int], held: Sequence[int], *, soft_village: bool) -> bool:
    """A shop's name changes while road and number stay; so does the community a road is counted to."""
    numbered = bool(query[ROAD] and query[ROADNO]) and query[ROADNO] == held[ROADNO] and query[ROAD] == held[ROAD]
    if field in (POI, SUBPOI):
        return numbered
    return field == COMMUNITY and numbered and soft_village and query[field] == UNKNOWN


def _other_level(field: int, query: Sequence[int], held: Sequence[int]) -> bool:
    """A county-level city stands under city here and under county there."""
    return (field == CITY and (query[CITY] == held[DISTRICT] or held[CITY] == query[DISTRICT])) or (
        field == DISTRICT and (query[DISTRICT] == held[CITY] or held[DISTRICT] == query[CITY])
    )


def _nameless(query: Sequence[int], held: Sequence[int], anchor: Anchor) -> int | None:
    """Where no number tells two places on a road apart, their names have to be the same.

    A number in a lane is another door than that number on the road: 盛文路180弄21号 is not 盛文路21号.
    """
    if anchor.number or anchor.sub_number:
        in_lane = anchor.field == ROAD and bool(query[SUBROAD]) != bool(held[SUBROAD])
        return SUBROAD if in_lane else None
    for field in _SAME_WHERE_NO_NUMBER.get(anchor.field, ()):
        if query[field] != held[field]:
            return field
    return None


def same_place_within(query: Sequence[int], held: Sequence[int]) -> bool:
    """Whether building, unit, floor and room are the query's; a reference may say more of them than the query."""
    if query[ROOMNO] != held[ROOMNO]:
        return False
    if not query[ROOMNO]:
        return all(query[field] == held[field] for field in (HOUSENO, CELLNO, FLOORNO))
    if query[HOUSENO] and query[HOUSENO] != held[HOUSENO]:
        return False
    return all(not (query[field] and held[field]) or query[field] == held[field] for field in (CELLNO, FLOORNO))


def unsaid_within(query: Sequence[int], held: Sequence[int]) -> tuple[int, ...]:
    """What the reference says of the building and its parts beyond the query."""
    return tuple(field for field in (HOUSENO, CELLNO, FLOORNO) if held[field] and not query[field])
