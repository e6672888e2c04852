"""What a written address finds in a reference, and what it must not find."""

import tomllib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gis.matching.find import level_of
from gis.matching.match import DOOR_OR_BETTER, match, match_many
from gis.matching.outcome import Match, MatchLevel, Outcome, Unmatched
from gis.matching.quick import Quick
from gis.matching.reference import Reference, ReferenceAddress
from words import LANGUAGES, catalogue

SITUATIONS: dict[str, Any] = tomllib.loads(
    (Path(__file__).parents[2] / "situations" / "addresses" / "matched.toml").read_text(encoding="utf-8")
)
ROWS = [
    ReferenceAddress(row["id"], row["address"], 120.7 + n / 1000, 31.6) for n, row in enumerate(SITUATIONS["reference"])
]
CASES = SITUATIONS["case"]
IDENTICAL_OR_EXACT = {"identical", "exact"}
NUMBERS = "0123456789"


@pytest.fixture(scope="module")
def town() -> Reference:
    return Reference.build(ROWS)


def said(outcome: Outcome) -> set[str]:
    return {reason.key for reason in outcome.reasons}


@pytest.mark.parametrize("case", [case for case in CASES if "level" in case], ids=lambda case: str(case["about"]))
def test_what_is_written_finds_its_standard_address(town: Reference, case: dict[str, Any]) -> None:
    outcome = match(case["query"], town)
    assert isinstance(outcome, Match), outcome
    assert (outcome.reference_id, outcome.level) == (case.get("id"), case["level"])
    wanted = IDENTICAL_OR_EXACT if case["reason"] == "identical_or_exact" else {case["reason"]}
    assert said(outcome) & wanted
    assert 0.5 < outcome.score <= 1.0
    assert outcome.uncertainty_m >= 10


@pytest.mark.parametrize("case", [case for case in CASES if "refused" in case], ids=lambda case: str(case["about"]))
def test_what_would_be_a_guess_is_left_to_a_person_with_the_reason(town: Reference, case: dict[str, Any]) -> None:
    outcome = match(case["query"], town)
    assert isinstance(outcome, Unmatched), outcome
    assert outcome.reasons[-1].key == case["refused"]
    if "candidates" in case:
        assert {candidate.reference_id for candidate in outcome.candidates} == set(case["candidates"])


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_reason_is_said_in_words_and_names_the_difference(town: Reference, lang: str) -> None:
    for case in CASES:
        for reason in match(case["query"], town).reasons:
            spoken = reason.say(lang)
            assert "{" not in spoken
            assert all(str(value) in spoken for name, value in reason.fields.items() if name != "part")


def test_every_level_and_fault_has_its_words() -> None:
    for lang in LANGUAGES:
        assert all(f"matching.level.{level}" in catalogue(lang) for level in MatchLevel)


def test_a_room_within_a_suite_is_deeper_than_the_suite() -> None:
    values = [""] * 16
    assert level_of([*values, "203"]) == MatchLevel.SUITE
    assert level_of([*values, "203|1"]) == MatchLevel.ROOM


def test_a_misspelt_name_that_two_names_may_be_meant_by_is_left_to_a_person() -> None:
    rows = [ReferenceAddress(name, f"常熟市虞山街道{name}12号", 120.7, 31.6) for name in ("人民路", "人和路")]
    outcome = match("常熟市虞山街道人路12号", Reference.build(rows))
    assert isinstance(outcome, Unmatched)
    assert said(outcome) >= {"ambiguous"}


def test_a_name_the_town_has_is_never_put_right() -> None:
    """新庄 has no number 12, 辛庄 has: whoever writes 新庄12号 may be wrong about the number as well."""
    rows = [
        ReferenceAddress("a", "常熟市梅李镇聚沙村辛庄12号", 120.7, 31.6),
        ReferenceAddress("b", "常熟市梅李镇聚沙村新庄13号", 120.7, 31.6),
    ]
    assert isinstance(match("常熟市梅李镇聚沙村新庄12号", Reference.build(rows)), Unmatched)
    assert isinstance(match("常熟市梅李镇聚沙村新庄12号", Reference.build(rows[:1])), Match)


def test_a_village_with_its_own_road_of_the_same_name_is_another_place() -> None:
    reference = Reference.build([ReferenceAddress("a", "常熟市梅李镇聚沙村中心路12号", 120.7, 31.6)])
    assert isinstance(match("常熟市梅李镇赵市村中心路12号", reference), Unmatched)


def test_a_place_of_unknown_datum_says_so_and_widens_its_radius() -> None:
    reference = Reference.build([ReferenceAddress("a", "常熟市虞山街道人民路12号", 120.7, 31.6, datum_known=False)])
    outcome = match("人民路12号", reference)
    assert isinstance(outcome, Match)
    assert outcome.uncertainty_m > 500
    assert "datum_unknown" in said(outcome)


def test_the_middle_of_a_place_lies_within_its_stated_radius(town: Reference) -> None:
    outcome = match("虞山街道人民路108号", town)
    assert isinstance(outcome, Match)
    assert 120.701 < outcome.lon < 120.702
    assert outcome.uncertainty_m > 40
    assert {candidate.reference_id for candidate in outcome.candidates} == {"suite-203", "suite-204"}


def test_an_empty_reference_matches_nothing() -> None:
    assert isinstance(match("人民路12号", Reference.build([])), Unmatched)


def test_many_are_matched_as_one_by_one_by_any_number_of_processes(
    town: Reference, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gis.matching.match.WORTH_A_PROCESS", 1)
    texts = [case["query"] for case in CASES]
    told: list[tuple[int, int]] = []
    many = list(match_many(texts, town, workers=2, progress=lambda done, total: told.append((done, total))))
    assert many == [match(text, town) for text in texts]
    assert told[-1] == (len(texts), len(texts))


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=40), st.data())
def test_matching_never_raises_on_any_text(text: str, data: st.DataObject) -> None:
    town = Reference.build(ROWS)
    mixed = data.draw(st.sampled_from([text, f"虞山街道{text}路12号", f"人民路{text}", f"{text}112号"]))
    assert isinstance(match(mixed, town), Match | Unmatched)


PARTS = st.tuples(
    st.sampled_from(["虞山街道", "古里镇", "海虞镇"]),
    st.sampled_from(["人民路", "解放街", "文昌大道", "新庄路", "聚沙村新庄", "周行村"]),
    st.integers(1, 30),
    st.sampled_from(["", "3幢", "3幢201室", "阳光花园5幢2单元301室"]),
).map(lambda part: f"江苏省常熟市{part[0]}{part[1]}{part[2]}号{part[3]}")
LISTS = st.lists(PARTS, min_size=1, max_size=12, unique=True)
SPOILT = st.tuples(PARTS, st.integers(0, 30), st.sampled_from("辛民路一3西")).map(
    lambda given: given[0][: given[1]] + given[2] + given[0][given[1] + 1 :]
)


def built(texts: list[str]) -> Reference:
    return Reference.build(ReferenceAddress(text, text, 120 + len(text) / 7, 31 + len(text) / 9) for text in texts)


@settings(max_examples=60, deadline=None)
@given(LISTS, st.lists(st.one_of(PARTS, SPOILT), min_size=1, max_size=8), st.randoms(use_true_random=False))
def test_matching_does_not_depend_on_the_order_of_either_list(texts: list[str], asked: list[str], rng: Any) -> None:
    first = dict(zip(asked, match_many(asked, built(texts)), strict=True))
    texts, asked = rng.sample(texts, len(texts)), rng.sample(asked, len(asked))
    assert dict(zip(asked, match_many(asked, built(texts)), strict=True)) == first


@settings(max_examples=60, deadline=None)
@given(LISTS)
def test_a_copy_of_a_standard_address_finds_itself_at_its_own_depth(texts: list[str]) -> None:
    reference = built(texts)
    for row, text in enumerate(texts):
        outcome = match(text, reference)
        assert isinstance(outcome, Match)
        assert (outcome.reference_id, outcome.score) == (text, 1.0)
        assert outcome.level == level_of(reference.values(row))


WAYS = [
    ("3幢", "3号楼"),
    ("3幢", "3栋"),
    ("室", ""),
    ("江苏省", ""),
    ("江苏省常熟市", ""),
    ("江苏省常熟市虞山街道", ""),
]


@settings(max_examples=60, deadline=None)
@given(LISTS, st.lists(st.sampled_from(WAYS), max_size=2), st.data())
def test_the_short_way_to_an_exact_match_comes_to_what_reading_the_parts_comes_to(
    texts: list[str], ways: list[tuple[str, str]], data: st.DataObject
) -> None:
    text = data.draw(st.sampled_from(texts))
    for usual, other in ways:
        text = text.replace(usual, other)
    reference = built(texts)
    short = match(text, reference)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Quick, "rows", lambda _self, given: [-1] * len(given))
        long = match(text, reference)
    if isinstance(short, Match) and isinstance(long, Match):
        assert (short.reference_id, short.level) == (long.reference_id, long.level)
    else:
        assert short == long


@settings(max_examples=100, deadline=None)
@given(LISTS, st.data())
def test_another_number_is_never_the_same_door(texts: list[str], data: st.DataObject) -> None:
    """Changing any digit of an address names another door, building or room, however alike the texts are."""
    text = data.draw(st.sampled_from(texts))
    places = [at for at, char in enumerate(text) if char in NUMBERS]
    at = data.draw(st.sampled_from(places))
    other = data.draw(st.sampled_from([digit for digit in NUMBERS if digit != text[at]]))
    changed = text[:at] + other + text[at + 1 :]
    outcome = match(changed, built(texts))
    taken = isinstance(outcome, Match) and outcome.level in DOOR_OR_BETTER and outcome.reference_id == text
    assert not taken, f"{changed} was taken for {text}"


@settings(max_examples=60, deadline=None)
@given(LISTS, st.sampled_from(["慈溪市", "昆山市"]), st.data())
def test_another_county_is_never_bridged(texts: list[str], county: str, data: st.DataObject) -> None:
    text = data.draw(st.sampled_from(texts)).replace("常熟市", county).replace("江苏省", "")
    outcome = match(text, built(texts))
    assert not (isinstance(outcome, Match) and outcome.level in DOOR_OR_BETTER)
