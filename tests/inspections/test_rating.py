"""Ratings: the published scale, the laws of the sum, what a step changes, and what the loader refuses."""

from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inspections.rating import (
    TERMS,
    BadRatingError,
    Rating,
    band_of,
    category_of,
    default,
    sensitivity,
    stepped,
    terms,
    turning,
)
from inspections.rating_file import CLASSES, RatingFileError, ratings, read_ratings
from inspections.rules import rule_codes

TEXT = (files("inspections") / "rules" / "ratings.toml").read_text(encoding="utf-8")
SCALE = ratings()


@st.composite
def judgements(draw) -> Rating:
    """Any rating on the scale."""
    spread, left = [], 100.0
    for _ in range(3):
        share = draw(st.sampled_from([one for one in SCALE.shares if one <= left]))
        spread.append(share)
        left = round(left - share, 1)
    likelihood, exposed = draw(st.sampled_from(SCALE.likelihoods)), draw(st.integers(1, 200))
    return Rating(likelihood, (spread[0], spread[1], spread[2], left), exposed)


def test_the_score_is_the_weighted_sum_over_the_likelihood() -> None:
    one = Rating(100, (10, 21.5, 31.6, 36.9))
    assert [term.product for term in terms(one)] == pytest.approx([1000, 215, 94.8, 3.69])
    assert (one.score, one.band, one.category) == (1313, "C", 1)
    assert Rating(100, (10, 21.5, 31.6, 36.9), 5).score == 2627
    assert Rating(100, (10, 21.5, 31.6, 36.9), 5).for_one == 1313


@pytest.mark.parametrize(
    ("score", "band"),
    [(5000, "A"), (4999, "B"), (2000, "B"), (1999, "C"), (1000, "C"), (999, "D"), (500, "D"), (499, "E"), (200, "E"),
     (100, "F"), (50, "G"), (20, "H"), (10, "I"), (9, "J"), (0, "J")],
)  # fmt: skip
def test_the_bands_are_cut_where_the_regulations_cut_them(score: int, band: str) -> None:
    assert band_of(score) == band
    assert category_of(score) == (1 if band in "ABC" else 2)


def test_the_scale_has_the_published_number_of_steps() -> None:
    assert (len(SCALE.likelihoods), SCALE.likelihoods[0], SCALE.likelihoods[-1]) == (16, 5600, 1)
    assert SCALE.weights == {"I": 10000, "II": 1000, "III": 300, "IV": 10}


@given(judgements())
def test_more_of_any_term_never_makes_a_lower_score(one: Rating) -> None:
    for term in TERMS:
        less, more = stepped(one, term, -1), stepped(one, term, 1)
        assert less is None or less.score <= one.score
        assert more is None or more.score >= one.score


@given(judgements(), st.integers(1, 200))
def test_more_people_never_make_a_lower_score(one: Rating, exposed: int) -> None:
    other = Rating(one.likelihood, one.spread, exposed)
    few, many = sorted((one, other), key=lambda told: told.exposed)
    assert few.score <= many.score
    assert few.for_one == many.for_one


@given(judgements())
def test_the_band_follows_the_score_and_the_category_the_band(one: Rating) -> None:
    assert one.band == band_of(one.score)
    assert one.category == (1 if one.band in "ABC" else 2)


@given(judgements())
def test_the_base_lies_within_every_swing_and_spreads_stay_whole(one: Rating) -> None:
    swings = sensitivity(one)
    assert sorted(swing.term for swing in swings) == sorted(TERMS)
    assert [swing.width for swing in swings] == sorted((swing.width for swing in swings), reverse=True)
    for swing in swings:
        low, high = swing.down or one, swing.up or one
        assert low.score <= one.score <= high.score
        assert sum(low.spread) == pytest.approx(100)
        assert sum(high.spread) == pytest.approx(100)


@given(judgements())
def test_a_step_that_turns_the_category_crosses_its_limit(one: Rating) -> None:
    for _, way, other in turning(one):
        assert other.category != one.category
        assert (other.score > one.score) == (way > 0)


@pytest.mark.parametrize(
    "given",
    [(7, (0, 0, 0, 100), 1), (100, (1, 0, 0, 100), 1), (100, (0, -1, 0, 101), 1), (100, (0, 0, 0, 100), 0)],
)
def test_a_judgement_off_the_scale_is_refused(given) -> None:
    with pytest.raises(BadRatingError):
        Rating(*given)


@pytest.mark.parametrize("code", rule_codes())
def test_every_hazard_has_a_profile_that_is_marked_as_a_judgement(code: str) -> None:
    told = default(code, {}, exposed=0)
    assert told is not None
    assert told.rating.exposed == 1
    assert told.profile.certainty == "U"
    assert told.moves == ()


def test_facts_of_the_visit_move_the_likelihood_and_unknown_ones_do_not() -> None:
    plain = default("FI06", {"floors": None}, exposed=2)
    moved = default("FI06", {"floors": 4, "stairs": 1, "smoke_detectors_everywhere": False}, exposed=2)
    assert plain is not None
    assert moved is not None
    assert (plain.rating.likelihood, moved.rating.likelihood) == (320, 100)
    assert [move.steps for move in moved.moves] == [1, 1]
    assert default("XX99", {}, exposed=1) is None


REFUSED = [
    ('code = "BU01"', 'code = "XX99"', "no such hazard"),
    ("likelihood = 1000\n", "likelihood = 999\n", "not on the scale"),
    ("spread = { I = 4.6,", "spread = { I = 10,", "sum to 100"),
    ("spread = { I = 4.6, II = 4.6, III = 10, IV = 80.8 }", "spread = { I = 5, II = 5, III = 10, IV = 80 }",
     "representative"),
    ("business_use in ('restaurant', 'storage', 'production')", "sofas > 2", "no fact"),
    ("business_use in ('restaurant', 'storage', 'production')", "business_use == 'circus'", "never"),
    ("business_use in ('restaurant', 'storage', 'production')", "import os", "not readable"),
    ("business_use in ('restaurant', 'storage', 'production')", "window", "no fact of a house"),
    ("steps = 1\n", "steps = 0\n", "steps other than 0"),
    ('certainty = "U"\nvalid_from = 2026-11-27\n[[rating.move]]', 'certainty = "X"\nvalid_from = 2026-11-27\n'
     '[[rating.move]]', "certainty"),
    ('why_en = "Trade', 'surprise = "Trade', "unknown entry"),
    ('code = "FI01"', 'code = "BU01"', "twice"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "problem"), REFUSED)
def test_the_loader_names_file_line_and_what_is_wrong(old: str, new: str, problem: str) -> None:
    assert old in TEXT
    with pytest.raises(RatingFileError, match=problem) as told:
        read_ratings(TEXT.replace(old, new, 1), file="mine.toml", codes=rule_codes())
    line = int(str(told.value).split("line ")[1].split(",")[0])
    assert str(told.value).startswith("mine.toml line ")
    assert TEXT.splitlines()[line - 1] == "[[rating]]"


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [("source = \"Housing", "was = \"Housing", "no source"), ("5600, 3200", "3200, 5600", "likelihoods"),
     ("II = 1000,", "II = 10000,", "weights"), ("J = 0 }", "J = 1 }", "bands"),
     ("category_1_from = 1000", "category_1_from = 1200", "category"), ("[3, 2]", "[3, 1]", "people"),
     ("shares = [0, 0.1", "shares = [0.1, 0", "shares"), ("[scale]", "[scale", "Expected")],
)  # fmt: skip
def test_a_broken_scale_is_refused(old: str, new: str, problem: str) -> None:
    assert old in TEXT
    with pytest.raises(RatingFileError, match=problem):
        read_ratings(TEXT.replace(old, new, 1), file="mine.toml", codes=rule_codes())


def test_the_scale_names_four_classes() -> None:
    assert tuple(SCALE.weights) == CLASSES
