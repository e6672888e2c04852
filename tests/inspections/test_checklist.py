"""What a visit asks: only what a rule hangs on, the next by the last answer, nothing that still holds."""

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inspections.checklist import (
    Answer,
    BadChecklistError,
    carried,
    checklist,
    facts_behind,
    open_questions,
    read_checklist,
)
from inspections.expression import parse
from inspections.facts import FACTS, HOUSE_KINDS, ROOM_KINDS, Fact
from inspections.rules import judge, undecided

ON = date(2026, 3, 4)
COUNTIES = ("320581", "330282", "310114", "510104")
REGISTER = {"house_kind": "self_built", "let_status": "let", "in_planning_area": False}
ROOM = {"key": "201", "room_kind": "bedroom", "use_m2": 14.0, "persons": 2, "window": True}


def _names(house: dict[str, Any], rooms: list[dict[str, Any]], county: str = "320581") -> list[str]:
    return [one.fact.name for one in open_questions(house, rooms, county=county, on=ON)]


@pytest.mark.parametrize(
    ("text", "env", "asks"),
    [
        ("a and b", {}, ["a"]),
        ("a and b", {"a": True}, ["b"]),
        ("a and b", {"a": False}, []),
        ("a and b", {"b": False}, []),
        ("a or b", {"a": False}, ["b"]),
        ("a or b", {"b": True}, []),
        ("not a and b > c", {"a": False}, ["b", "c"]),
        ("a > 0 and b / a < 4", {"a": 2}, ["b"]),
        ("b / a < 4", {"a": 0, "b": 3}, []),
        ("b if a else c", {}, ["a"]),
        ("b if a else c", {"a": False}, ["c"]),
    ],
)
def test_the_next_name_asked_is_the_leftmost_that_keeps_it_open(text, env, asks):
    assert parse(text).asks(env) == asks


def test_bars_bring_up_the_question_whether_they_open_and_only_then():
    assert "bars_open_inside" not in _names(REGISTER, [ROOM])
    assert "bars_open_inside" in _names({**REGISTER, "window_bars": True}, [ROOM])
    assert "bars_open_inside" not in _names({**REGISTER, "window_bars": False}, [ROOM])


def test_the_floors_decide_whether_the_stairs_are_asked_for():
    assert "stairs" not in _names(REGISTER, [ROOM])
    assert "stairs" in _names({**REGISTER, "floors": 3}, [ROOM])
    assert "stairs" not in _names({**REGISTER, "floors": 1}, [ROOM])
    assert "floors" not in _names({**REGISTER, "house_kind": "apartment"}, [ROOM])


def test_a_third_person_brings_up_the_family_and_an_empty_room_asks_nothing():
    assert "family" in _names(REGISTER, [{**ROOM, "persons": 3}])
    assert "family" not in _names(REGISTER, [ROOM])
    rooms = [{"key": "1", "persons": 0}]
    asked = open_questions(REGISTER, rooms, county="320581", on=ON)
    assert [one.fact.name for one in asked if one.room_key == "1"] == ["room_kind"]


def test_ten_heads_bring_up_the_register_and_eight_the_beds():
    six, eight, ten = ([{**ROOM, "key": str(n)} for n in range(rooms)] for rooms in (3, 4, 5))
    assert not {"beds", "managed_register"} & set(_names(REGISTER, six))
    assert "beds" in _names(REGISTER, eight)
    assert "managed_register" not in _names({**REGISTER, "beds": 9}, eight)
    assert "managed_register" in _names(REGISTER | {"beds": 10}, ten)


def test_the_height_is_asked_for_only_where_it_would_make_it_graver():
    mixed = {**REGISTER, "business_use": "shop", "fire_separation": False}
    assert "height_m" not in _names({**mixed, "fire_separation": True}, [ROOM])
    assert "area_m2" in _names(mixed, [ROOM])
    assert "height_m" in _names({**mixed, "area_m2": 300.0}, [ROOM])
    assert "height_m" not in _names({**mixed, "area_m2": 3000.0}, [ROOM])


def test_a_county_is_asked_only_what_its_own_rules_read():
    assert "escape_ladder" not in _names({**REGISTER, "floors": 3, "stairs": 1}, [ROOM], county="330282")
    assert "escape_ladder" in _names({**REGISTER, "floors": 3, "stairs": 1}, [ROOM])
    assert "smoke_detectors_everywhere" not in _names(REGISTER, [ROOM], county="510104")


def test_a_question_says_which_rules_wait_for_it():
    asked = {one.fact.name: one.codes for one in open_questions(REGISTER, [ROOM], county="320581", on=ON)}
    assert asked["business_use"] == ("BU01", "TH02", "TH03")
    assert asked["ebike_inside"] == ("FI06",)


def test_what_the_register_holds_or_rooms_add_up_to_is_never_asked():
    asked = open_questions({}, [{"key": "1"}], county="320581", on=ON)
    assert all(one.fact.asked for one in asked)
    assert {"room_kind", "persons"} <= {one.fact.name for one in asked}


def _answer(fact: Fact) -> st.SearchStrategy[Any]:
    if fact.kind == "bool":
        return st.booleans()
    if fact.kind == "enum":
        return st.sampled_from(fact.values)
    if fact.kind == "int":
        return st.integers(int(fact.low), min(int(fact.high), 40))
    return st.floats(fact.low, min(fact.high, 60), width=16)


@settings(max_examples=150, deadline=None)
@given(st.data(), st.sampled_from(COUNTIES), st.sampled_from(HOUSE_KINDS), st.integers(1, 3))
def test_answering_what_is_asked_always_comes_to_an_end_with_every_rule_decided(data, county, kind, n_rooms):
    house: dict[str, Any] = {"house_kind": kind, "let_status": "let", "in_planning_area": True}
    rooms: list[dict[str, Any]] = [{"key": str(n)} for n in range(n_rooms)]
    for _ in range(len(FACTS) * (n_rooms + 1)):
        asked = open_questions(house, rooms, county=county, on=ON)
        if not asked:
            break
        one = asked[0]
        place = house if one.room_key is None else next(room for room in rooms if room["key"] == one.room_key)
        assert one.fact.name not in place
        place[one.fact.name] = data.draw(_answer(one.fact), label=one.fact.name)
    assert open_questions(house, rooms, county=county, on=ON) == []
    assert undecided(house, rooms, county=county, on=ON) == []
    # What was never asked cannot change what follows.
    before = {(h.code, h.room_key, h.severity) for h in judge(house, rooms, county=county, on=ON)}
    unasked = [f for f in FACTS.values() if f.scope == "house" and f.asked and f.name not in house and f.name != "beds"]
    house |= {fact.name: data.draw(_answer(fact)) for fact in unasked}
    assert {(h.code, h.room_key, h.severity) for h in judge(house, rooms, county=county, on=ON)} == before


@given(st.sampled_from(ROOM_KINDS), st.integers(0, 6))
def test_no_room_is_asked_more_than_five_things(kind, persons):
    asked = open_questions(REGISTER, [{"key": "1", "room_kind": kind, "persons": persons}], county="320581", on=ON)
    assert len([one for one in asked if one.room_key == "1"]) <= 3


def test_an_answer_holds_for_its_days_and_not_one_longer():
    days = checklist().validity_days["window_bars"]
    for age, held in ((0, 1), (days, 1), (days + 1, 0)):
        assert len(carried([Answer("window_bars", None, False, ON - timedelta(days=age))], on=ON)) == held


def test_what_may_change_overnight_is_asked_at_every_visit():
    answers = [Answer("ebike_inside", None, False, ON), Answer("persons", "1", 2, ON)]
    assert carried(answers, on=ON) == []


def test_the_facts_of_a_hazard_nobody_closed_are_asked_again():
    unsettled = facts_behind({"FI02"}, county="320581", on=ON)
    assert unsettled == {"extinguishers", "escape_kit_every_room"}
    answers = [Answer("extinguishers", None, 1, ON), Answer("window_bars", None, False, ON)]
    assert [one.fact for one in carried(answers, on=ON, unsettled=unsettled)] == ["window_bars"]


@pytest.mark.parametrize(
    ("was", "becomes"),
    [
        ('source = "x"', 'source = " "'),
        ("window_bars = 180", "window_bars = 0"),
        ("window_bars = 180", "window_bars = 1.5"),
        ("window_bars = 180", "window_panes = 180"),
        ("window_bars = 180", "house_kind = 180"),
        ("counted_from = 5", "counted_from = 0"),
    ],
)
def test_a_wrong_checklist_is_refused(was, becomes):
    text = 'source = "x"\n[beds]\ncounted_from = 5\n[validity_days]\nwindow_bars = 180\n'
    assert read_checklist(text).beds_from == 5
    assert was in text
    with pytest.raises(BadChecklistError):
        read_checklist(text.replace(was, becomes))
