"""Do two written addresses name one place? 2: the same place, 1: partly (coarser, next to it, another door), 0: no.

Two tables of evidence hold points set by hand, each a sentence one can agree with or not.
The first adds up to "the same place, estate or road", the second to "and the very building, shop or door asked for".
There are three strengths only, given by what a person would say of the evidence; the two sums from which a verdict
counts are set on judged pairs. How far to trust the whole is told in ``docs/measured.md``.
"""

from collections.abc import Callable, Mapping
from enum import IntEnum
from typing import NamedTuple

from gis.matching.pair_evidence import Pair, State
from gis.matching.pair_names import Likeness
from gis.matching.pair_read import read

SLIGHT, FIRM, STRONG = 2, 4, 6
"""What evidence weighs: a hint, a good reason, nearly enough alone."""

PARTIAL_FROM = 10
"""Points of the first table from which two addresses belong together."""

EXACT_FROM = 5
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
    Term("nothing_shared", -FIRM, Pair.nothing_shared),
    Term("long_run_of_characters", STRONG, Pair.run),
    Term("texts_overlap", STRONG, Pair.overlap),
    Term("shorter_text_kept", STRONG, Pair.shorter_kept),
    Term("name_shared_short", SLIGHT, lambda pair: pair.same_name == 2),
    Term("name_shared", FIRM, lambda pair: pair.same_name == 3),
    Term("name_with_city", SLIGHT, lambda pair: pair.city_said() and pair.any_name >= 3),
    Term("begins_with_known_name", SLIGHT, Pair.begins_known),
    Term("common_name_alone", -FIRM, Pair.common_name_alone),
    Term("quarter_on_one_side", -SLIGHT, Pair.quarter_on_one_side),
    Term("quarter_agrees", SLIGHT, Pair.quarter_agrees),
    Term("road_in_text", FIRM, Pair.road_in_text),
    Term("road_goes_on", FIRM, lambda pair: pair.road == State.PARTLY),
    Term("roads_begin_alike", SLIGHT, Pair.roads_begin_alike),
    Term("number_agrees", FIRM, lambda pair: pair.number == State.AGREES),
    Term("other_street_number", -FIRM, Pair.other_street_number),
    Term("other_crossing", -SLIGHT, Pair.other_crossing),
    Term("from_anywhere", -SLIGHT, Pair.from_anywhere),
    Term("road_is_all", SLIGHT, Pair.road_is_all),
    Term("target_only_within", -SLIGHT, Pair.target_only_within),
    Term("business_elsewhere", -FIRM, Pair.business_elsewhere),
    Term("road_for_a_place", -FIRM, Pair.road_for_a_place),
    Term("other_building_there", FIRM, lambda pair: pair.building == State.DIFFERS and pair.anchored),
    Term("other_floor_there", FIRM, lambda pair: pair.floor == State.DIFFERS),
    Term("gate_of_it", FIRM, lambda pair: pair.candidate.gate),
    Term("unplaced", -SLIGHT, Pair.unplaced),
)

SAME_DOOR = (
    Term("building_asked", -FIRM, lambda pair: bool(pair.query.buildings)),
    Term("building_agrees", FIRM, lambda pair: pair.building == State.AGREES),
    Term("building_on_shared_ground", STRONG, Pair.same_building),
    Term("building_of_an_estate", SLIGHT, lambda pair: pair.same_building() and pair.both_are("home")),
    Term(
        "building_but_other_name_behind", -STRONG, lambda pair: pair.same_building() and pair.offer() == Likeness.NONE
    ),
    Term("query_kept", STRONG, Pair.query_kept),
    Term("target_alone", FIRM, Pair.target_alone),
    Term("target_alone_on_road", SLIGHT, lambda pair: pair.target_alone() and pair.on_road),
    Term("target_there", SLIGHT, Pair.target_there),
    Term("target_missing", -FIRM, lambda pair: pair.target() == Likeness.NONE),
    Term("businesses_both", SLIGHT, lambda pair: pair.both_are("business")),
    Term("no_name_asked", -FIRM, lambda pair: not pair.asked),
    Term("something_else_besides", -SLIGHT, lambda pair: pair.named and pair.something_else()),
    Term("gate_of_it", -FIRM, lambda pair: pair.candidate.gate),
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
