"""The colour of a house, its reasons, and the next visit."""

from dataclasses import replace
from datetime import date
from pathlib import Path
from tomllib import loads

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inspections.facts import HOUSE_KINDS
from inspections.risk import (
    BadColourError,
    Colour,
    OpenHazard,
    RiskFacts,
    assess,
    due_on,
    interval_days,
    reason_words,
    terms,
    weights,
)
from words import catalogue

ROOT = Path(__file__).parent.parent.parent
SITUATIONS = ROOT / "tests" / "situations" / "risk"
SEEN = date(2026, 3, 1)
hazards = st.lists(st.builds(OpenHazard, st.sampled_from([1, 2, 3]), st.integers(0, 400), st.booleans()), max_size=5)
houses = st.builds(
    RiskFacts,
    st.sampled_from(HOUSE_KINDS),
    st.integers(0, 60),
    st.none() | st.floats(1, 500),
    hazards.map(tuple),
    st.none() | st.just(SEEN),
    st.integers(0, 10),
    st.integers(0, 5),
    st.none() | st.integers(1, 40),
    st.none() | st.integers(1, 4),
    st.booleans(),
    st.lists(st.integers(0, 3000), max_size=6).map(tuple),
    st.integers(0, 6),
    st.booleans(),
)
CASES = loads((SITUATIONS / "colours.toml").read_text("utf-8"))["situation"]


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_an_inspector_would_say_the_same(case):
    told = dict(case["facts"])
    seen, hazards = told.pop("seen", False), told.pop("open", [])
    told["closed_days"] = tuple(told.get("closed_days", ()))
    found = assess(RiskFacts(last_visit_on=SEEN if seen else None, open_hazards=tuple(map(_hazard, hazards)), **told))
    expect = case["expect"]
    assert (found.colour, found.score) == (expect["colour"], expect["score"])
    assert [reason_words(reason) for reason in found.reasons] == expect["reasons"]


def _hazard(row):
    return OpenHazard(*row)


def test_a_house_nobody_has_been_into_is_unseen():
    assert assess(RiskFacts("self_built")).colour is Colour.UNSEEN


def test_a_quiet_house_seen_is_green():
    assert assess(RiskFacts("self_built", 4, 80.0, last_visit_on=SEEN)).colour is Colour.GREEN


@given(houses)
def test_an_open_critical_hazard_makes_a_house_red(house):
    critical = any(hazard.severity == 1 for hazard in house.open_hazards)
    if critical:
        assert assess(house).colour is Colour.RED


@given(houses)
def test_the_score_is_the_sum_of_its_reasons_strongest_first(house):
    risk = assess(house)
    assert risk.score == pytest.approx(sum(reason.points for reason in risk.reasons), abs=0.1)
    points = [reason.points for reason in risk.reasons]
    assert points == sorted(points, reverse=True)
    assert all(point > 0 for point in points)
    assert all(reason_words(reason, lang) for reason in risk.reasons for lang in ("zh", "en"))


@given(houses, st.sampled_from([1, 2, 3]))
def test_one_more_hazard_never_lowers_the_score(house, severity):
    more = replace(house, open_hazards=(*house.open_hazards, OpenHazard(severity)))
    assert assess(more).score > assess(house).score


@given(houses, st.integers(0, 3000))
def test_what_went_wrong_before_never_lowers_the_score_and_weighs_less_than_what_is_wrong(house, days):
    before = replace(house, closed_days=(*house.closed_days, days))
    now = replace(house, open_hazards=(*house.open_hazards, OpenHazard(3, days)))
    assert assess(house).score <= assess(before).score < assess(now).score


@given(houses)
def test_a_building_alone_is_never_worse_than_yellow(house):
    alone = RiskFacts(house.kind, house.persons, house.use_m2, last_visit_on=SEEN, floors=house.floors,
                      stairs=house.stairs, business=house.business)  # fmt: skip
    assert assess(alone).colour in (Colour.GREEN, Colour.YELLOW)


@pytest.mark.parametrize("name", sorted(terms()))
def test_every_term_has_points_a_source_a_certainty_and_words(name):
    term = terms()[name]
    assert term["points"] > 0
    assert term["source"]
    assert term["certainty"] in ("C", "P", "U")
    assert all(f"risk.reason.{name}" in catalogue(lang) for lang in ("zh", "en"))
    assert f"`{name}`" in (ROOT / "docs" / "rules.md").read_text("utf-8")


@pytest.mark.parametrize(
    ("open_hazards", "colour"),
    [
        ((3,), Colour.GREEN),
        ((3, 3), Colour.YELLOW),
        ((2,), Colour.YELLOW),
        ((2, 2), Colour.ORANGE),
        ((2, 2, 2), Colour.RED),
        ((1,), Colour.RED),
    ],
)
def test_the_colour_follows_the_hazards(open_hazards, colour):
    facts = RiskFacts("self_built", 4, 80.0, tuple(OpenHazard(s) for s in open_hazards), SEEN)
    assert assess(facts).colour is colour


def test_a_house_nobody_gets_into_rises():
    calm = assess(RiskFacts("self_built", last_visit_on=SEEN))
    shut = assess(RiskFacts("self_built", last_visit_on=SEEN, no_access=3))
    assert (calm.colour, shut.colour) == (Colour.GREEN, Colour.YELLOW)
    assert reason_words(shut.reasons[0].as_dict()) == "连续 3 次未能进入"


def test_density_is_a_reason_with_its_number():
    risk = assess(RiskFacts("self_built", 10, 42.0, last_visit_on=SEEN))
    assert reason_words(risk.reasons[0]) == "人均仅 4.2 m²"


@pytest.mark.parametrize(("colour", "days"), [("green", 90), ("yellow", 30), ("orange", 14), ("red", 7)])
def test_the_interval_follows_the_colour(colour, days):
    assert interval_days(colour, "320581") == days
    assert (due_on(SEEN, colour, county="330282") - SEEN).days == days


def test_a_house_never_seen_is_due_at_once():
    assert due_on(None, "unseen", county="320581") is None


def test_an_unknown_colour_is_refused():
    with pytest.raises(BadColourError):
        interval_days("blue", "320581")


def test_the_weights_are_data_with_a_source():
    assert weights()["source"]
    assert weights()["bands"]["red"] > weights()["bands"]["orange"] > weights()["bands"]["yellow"]
