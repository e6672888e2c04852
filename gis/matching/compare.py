"""Do two written addresses name one place? 2: the same place, 1: partly (coarser, next to it, another door), 0: no.

Two tables of evidence hold points set by hand, each a sentence one can agree with or not.
The first adds up to "the same place, estate or road", the second to "and the very building, shop or door asked for".
Four points turn even odds into about three to one. How the points came about, and how far to trust them, is told in
``docs/measured.md``.
"""

from collections.abc import Callable, Mapping
from enum import IntEnum
from typing import NamedTuple

from gis.matching.pair_evidence import Pair, State
from gis.matching.pair_names import Likeness
from gis.matching.pair_read import read

PARTIAL_FROM = 12
"""Points of the first table from which two addresses belong together."""

EXACT_FROM = 7
"""Points of the second table from which those are one place."""


class Verdict(IntEnum):
    """What two addresses are to each other; the numbers are those of the file formats of the field."""

    DIFFERENT = 0
    PARTIAL = 1
    EXACT = 2


class Comparison(NamedTuple):
    """``reasons`` are keys under ``compare.`` of the catalogue; ``terms`` the evidence found with its points."""

    verdict: Verdict
    reasons: tuple[str, ...]
    terms: Mapping[str, float]


class Term(NamedTuple):
    """A piece of evidence: its name, its points, and the question (yes or no, or a share from 0 to 1)."""

    key: str
    points: float
    asks: Callable[[Pair], float]


SAME_PLACE = (
    Term("nothing_shared", -4, Pair.nothing_shared),
    Term("long_run_of_characters", 7, Pair.run),
    Term("texts_overlap", 6, Pair.overlap),
    Term("shorter_text_kept", 5, Pair.shorter_kept),
    Term("name_shared_short", 3, lambda pair: pair.same_name == 2),
    Term("name_shared", 3, lambda pair: pair.same_name == 3),
    Term("name_with_city", 2, lambda pair: pair.city_said() and pair.any_name >= 3),
    Term("homes_both", 2, lambda pair: pair.both_are("home")),
    Term("institutions_both", 4, lambda pair: pair.both_are("institution")),
    Term("begins_with_known_name", 2, Pair.begins_known),
    Term("common_name_alone", -4, Pair.common_name_alone),
    Term("quarter_on_one_side", -3, Pair.quarter_on_one_side),
    Term("quarter_agrees", 2, Pair.quarter_agrees),
    Term("road_in_text", 3, Pair.road_in_text),
    Term("road_goes_on", 6, lambda pair: pair.road == State.PARTLY),
    Term("roads_begin_alike", 4, Pair.roads_begin_alike),
    Term("number_agrees", 3, lambda pair: pair.number == State.AGREES),
    Term("other_street_number", -3, Pair.other_street_number),
    Term("other_crossing", -2, Pair.other_crossing),
    Term("from_anywhere", -1, Pair.from_anywhere),
    Term("road_is_all", 2, Pair.road_is_all),
    Term("target_only_within", -3, Pair.target_only_within),
    Term("business_elsewhere", -3, Pair.business_elsewhere),
    Term("road_for_a_place", -4, Pair.road_for_a_place),
    Term("other_building_there", 3, lambda pair: pair.building == State.DIFFERS and pair.anchored),
    Term("other_floor_there", 4, lambda pair: pair.floor == State.DIFFERS),
    Term("gate_of_it", 4, lambda pair: pair.candidate.gate),
    Term("city_said", 1, Pair.city_said),
    Term("county_said", 1, Pair.county_said),
    Term("county_repeated", -2, lambda pair: pair.divisions == State.AGREES),
    Term("unplaced", -3, Pair.unplaced),
    Term("unit_said", 1, lambda pair: bool(pair.query.units)),
)

SAME_DOOR = (
    Term("building_asked", -4, lambda pair: bool(pair.query.buildings)),
    Term("building_agrees", 5, lambda pair: pair.building == State.AGREES),
    Term("building_on_shared_ground", 7, Pair.same_building),
    Term("building_of_an_estate", 3, lambda pair: pair.same_building() and pair.both_are("home")),
    Term("building_but_other_name_behind", -7, lambda pair: pair.same_building() and pair.offer() == Likeness.NONE),
    Term("query_kept", 7, Pair.query_kept),
    Term("target_alone", 3, Pair.target_alone),
    Term("target_alone_on_road", 3, lambda pair: pair.target_alone() and pair.on_road),
    Term("target_there", 2, Pair.target_there),
    Term("target_missing", -3, lambda pair: pair.target() == Likeness.NONE),
    Term("businesses_both", 3, lambda pair: pair.both_are("business")),
    Term("homes_both", -2, lambda pair: pair.both_are("home")),
    Term("no_name_asked", -6, lambda pair: not pair.asked),
    Term("something_else_besides", -2, lambda pair: pair.named and pair.something_else()),
    Term("gate_of_it", -4, lambda pair: pair.candidate.gate),
)


def compare(query: str, candidate: str) -> Comparison:
    """Say whether the candidate is the place of the query, with the parts that agree, differ or are missing.

    Never raises; a text without anything to read is no place, and two such texts are different. Two quarters,
    buildings or numbers on one road that differ are never exact, however alike the rest.
    """
    pair = Pair(read(query), read(candidate))
    if pair.word_for_word():
        return Comparison(Verdict.EXACT, reasons(pair), {"word_for_word": 0.0})
    terms = _found(SAME_PLACE, pair)
    if sum(terms.values()) < PARTIAL_FROM:
        return Comparison(Verdict.DIFFERENT, reasons(pair), terms)
    door = _found(SAME_DOOR, pair)
    exact = sum(door.values()) >= EXACT_FROM and not pair.contradicted()
    terms |= {f"door.{key}": points for key, points in door.items()}
    return Comparison(Verdict.EXACT if exact else Verdict.PARTIAL, reasons(pair), terms)


def reasons(pair: Pair) -> tuple[str, ...]:
    """Return a key under ``compare.`` of the catalogue for every part that one of the addresses has."""
    told = [f"{part}.{state}" for part, state in pair.parts().items() if state != State.NEITHER]
    return (*told, "gate") if pair.candidate.gate else tuple(told)


def _found(table: tuple[Term, ...], pair: Pair) -> dict[str, float]:
    found = ((term.key, term.points * term.asks(pair)) for term in table)
    return {key: points for key, points in found if points}
