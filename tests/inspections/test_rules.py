"""Rules as dated, cited law: the situations, and what the loader refuses."""

import tomllib
from collections import Counter
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inspections.facts import FACTS, BadFactError, UnknownFactError, only_known
from inspections.rule_file import (
    ImpossibleTriggerError,
    MissingCitationError,
    OverlapError,
    RuleFileError,
    UnknownNameError,
    packs,
    read_pack,
    refuse_overlaps,
)
from inspections.rules import judge, rule_codes, rules_for, undecided
from words import say

SITUATIONS = [
    pytest.param(situation, id=f"{path.stem}: {situation['name']}")
    for path in sorted((Path(__file__).parent.parent / "situations").glob("*.toml"))
    for situation in tomllib.loads(path.read_text(encoding="utf-8"))["situation"]
]
ROW = """
[pack]
name_zh = "试"
name_en = "Trial"
[[rule]]
code = "XX01"
name_zh = "试"
name_en = "Trial"
scope = "room"
jurisdiction = ["3205"]
valid_from = 2020-01-01
trigger = "persons > most"
severity = 2
lead = "housing"
co = []
deadline = { days = 15 }
basis_zh = "某条例 第一条"
basis_en = "Some act, art. 1"
certainty = "C"
words_zh = "{persons} > {most}"
words_en = "{persons} > {most}"
[rule.thresholds]
most = { value = 2, unit = "person", source = "某条例 第一条" }
"""


def _told(hazard):
    return {
        "code": hazard.code,
        "severity": hazard.severity,
        "room": hazard.room_key,
        "lead": hazard.lead,
        "deadline": hazard.deadline.as_dict(),
        "certainty": hazard.certainty,
        "words_zh": hazard.words_zh,
    }


@pytest.mark.parametrize("situation", SITUATIONS)
def test_situation(situation):
    facts, about = situation.get("given", {}), set(situation.get("about", rule_codes()))
    where = {"county": situation["county"], "on": situation["on"]}
    house, rooms = facts.get("house", {}), facts.get("rooms", [])
    hazards = [h for h in judge(house, rooms, **where) if h.code in about]
    expected = [{"room": None, **wanted} for wanted in situation["expect"]]
    assert Counter((h.code, h.room_key) for h in hazards) == Counter((e["code"], e["room"]) for e in expected)
    for wanted in expected:
        found = next(_told(h) for h in hazards if (h.code, h.room_key) == (wanted["code"], wanted["room"]))
        assert {key: found[key] for key in wanted} == wanted
    if "undecided" in situation:
        open_questions = [
            {"code": u.code, "room": u.room_key, "missing": list(u.missing)}
            for u in undecided(house, rooms, **where)
            if u.code in about
        ]
        assert open_questions == [{"room": None, **wanted} for wanted in situation["undecided"]]


def test_every_rule_has_a_situation_that_hits_and_one_that_misses():
    hit, missed = set(), set()
    for case in SITUATIONS:
        situation = case.values[0]
        codes = {wanted["code"] for wanted in situation["expect"]}
        hit |= codes
        missed |= set(situation.get("about", ())) - codes
    assert hit == set(rule_codes())
    assert missed == set(rule_codes())


def test_every_rule_has_at_least_three_situations():
    counts = Counter(code for case in SITUATIONS for code in case.values[0].get("about", ()))
    assert all(counts[code] >= 3 for code in rule_codes()), counts


def test_every_row_of_every_pack_is_hit_by_a_situation():
    hit = set()
    for case in SITUATIONS:
        situation = case.values[0]
        rows = {rule.code: rule for rule in rules_for(situation["county"], situation["on"])}
        hit |= {(rows[wanted["code"]].file, rows[wanted["code"]].line) for wanted in situation["expect"]}
    assert {(rule.file, rule.line, rule.code) for rule in packs() if (rule.file, rule.line) not in hit} == set()


def test_every_rule_is_seen_on_the_day_before_its_law():
    before = {
        code
        for case in SITUATIONS
        for code in case.values[0].get("about", ())
        for rule in packs()
        if rule.code == code and rule.reach(case.values[0]["county"]) >= 0 and case.values[0]["on"] < rule.valid_from
    }
    assert before == set(rule_codes())


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_fact_has_its_label_question_and_values_in_words(lang):
    for fact in FACTS.values():
        assert say(fact.label_key, lang)
        assert say(fact.question_key, lang)
        assert all(say(fact.value_key(value), lang) for value in fact.values)


def test_a_missing_fact_neither_raises_nor_clears():
    assert judge({}, [{"key": "1"}], county="320581", on=date(2026, 3, 1)) == []
    decided = rules_for("320581", date(2026, 3, 1))
    assert {u.code for u in undecided({}, [{"key": "1"}], county="320581", on=date(2026, 3, 1))} == {
        rule.code for rule in decided
    }


def test_the_more_local_row_wins_over_the_national_one():
    rows = {rule.code: rule for rule in rules_for("320581", date(2020, 1, 1))}
    assert rows["GR03"].file == "jiangsu_suzhou.toml"
    elsewhere = {rule.code: rule for rule in rules_for("510104", date(2020, 1, 1))}
    assert elsewhere["GR03"].file == "national.toml"
    assert "GR02" not in elsewhere


def test_a_hazard_carries_the_numbers_compared():
    room = {"key": "201", "room_kind": "bedroom", "use_m2": 11.9, "persons": 3, "family": True, "window": True}
    hazard = next(h for h in judge({}, [room], county="320581", on=date(2026, 3, 1)) if h.code == "GR01")
    assert hazard.terms["min_m2"] == 4
    assert hazard.terms["persons"] == 3
    assert hazard.terms["per_person_m2"] == pytest.approx(11.9 / 3)
    assert hazard.words("en").startswith("3.96 m² a person < 4 m²")
    assert "第十二条" in hazard.basis_in("zh")
    assert hazard.name("en") == "Group letting: too little room a person"


def test_hazards_come_gravest_first():
    house = {"ebike_inside": True, "smoke_detectors_everywhere": False, "window_bars": True, "bars_open_inside": False}
    assert [h.severity for h in judge(house, [], county="320581", on=date(2026, 3, 1))] == [1, 2, 3]


def test_heads_and_let_rooms_are_summed_from_the_rooms():
    rooms = [{"key": str(n), "room_kind": "bedroom", "use_m2": 20.0, "persons": 1} for n in range(10)]
    codes = [h.code for h in judge({"managed_register": False}, rooms, county="320581", on=date(2026, 3, 1))]
    assert codes == ["GR05"]


def test_a_fact_out_of_the_dictionary_is_refused():
    with pytest.raises(UnknownFactError):
        judge({"colour_of_door": "red"}, [], county="320581", on=date(2026, 3, 1))
    with pytest.raises(UnknownFactError):
        judge({"persons": 2}, [], county="320581", on=date(2026, 3, 1))


@pytest.mark.parametrize(
    "room",
    [
        {"use_m2": -1.0},
        {"use_m2": float("nan")},
        {"persons": 2.5},
        {"persons": True},
        {"room_kind": "castle"},
        {"family": 1},
    ],
)
def test_an_impossible_value_is_refused(room):
    with pytest.raises(BadFactError):
        judge({}, [{"key": "1", **room}], county="320581", on=date(2026, 3, 1))


def test_columns_that_are_no_facts_can_be_left_out():
    assert only_known({"key": "1", "persons": 2, "code": "x", "ebike_inside": True}, scope="room") == {
        "key": "1",
        "persons": 2,
    }


def test_the_packs_load_and_every_row_is_cited():
    rules = packs()
    assert {rule.file for rule in rules} == {
        "national.toml",
        "jiangsu_suzhou.toml",
        "shanghai.toml",
        "zhejiang_ningbo.toml",
    }
    assert all(rule.texts["basis_zh"] and rule.texts["basis_en"] for rule in rules)


def test_a_good_row_loads():
    (rule,) = read_pack(ROW, file="trial.toml")
    assert (rule.code, rule.line, rule.thresholds["most"].value) == ("XX01", 5, 2)


@pytest.mark.parametrize(
    ("was", "becomes", "error"),
    [
        ('basis_zh = "某条例 第一条"', 'basis_zh = " "', MissingCitationError),
        ('basis_en = "Some act, art. 1"', "", MissingCitationError),
        (', source = "某条例 第一条"', "", MissingCitationError),
        ("persons > most", "peoples > most", UnknownNameError),
        ("persons > most", "persons > most and room_kind == 'castle'", RuleFileError),
        ("persons > most", "__import__('os').system('ls')", RuleFileError),
        ("persons > most", "persons > ", RuleFileError),
        ("persons > most", "persons > most and persons < 2", ImpossibleTriggerError),
        ("persons > most", "persons > most and persons > 500", ImpossibleTriggerError),
        ("persons > most", "persons > most or persons <= most", ImpossibleTriggerError),
        ("severity = 2", 'severity = [{ when = "persons <= most", is = 1 }, { is = 2 }]', ImpossibleTriggerError),
        ("severity = 2", 'severity = [{ when = "persons > 1", is = 1 }, { is = 2 }]', ImpossibleTriggerError),
        ("persons > most", "persons > 2", RuleFileError),
        ('scope = "room"', 'scope = "house"', UnknownNameError),
        ('scope = "room"', 'scope = "street"', RuleFileError),
        ("severity = 2", "severity = 4", RuleFileError),
        ("severity = 2", 'severity = [{ when = "persons > most", is = 1 }]', RuleFileError),
        ("{ days = 15 }", "{ moons = 1 }", RuleFileError),
        ("{ days = 15 }", "{ 1 = { days = 15 } }", RuleFileError),
        ('lead = "housing"', 'lead = "nobody"', RuleFileError),
        ('lead = "housing"', "", RuleFileError),
        ('certainty = "C"', 'certainty = "sure"', RuleFileError),
        ("valid_from = 2020-01-01", "valid_from = 2020-01-01\nvalid_until = 2019-01-01", RuleFileError),
        ("valid_from = 2020-01-01", 'valid_from = "2020"', RuleFileError),
        ("co = []", 'colour = "red"', RuleFileError),
        ('words_en = "{persons} > {most}"', 'words_en = "{landlord}"', RuleFileError),
    ],
)
def test_a_wrong_row_is_refused_with_its_file_line_and_code(was, becomes, error):
    assert was in ROW
    with pytest.raises(error) as caught:
        read_pack(ROW.replace(was, becomes), file="trial.toml")
    assert caught.value.fields["file"] == "trial.toml"
    assert caught.value.fields["line"] == 5
    assert caught.value.fields["code"] == "XX01"


def test_two_rows_of_one_code_and_place_may_not_overlap_in_time():
    one = read_pack(ROW, file="one.toml")
    with pytest.raises(OverlapError):
        refuse_overlaps(one + read_pack(ROW, file="two.toml"))
    later = ROW.replace("valid_from = 2020-01-01", "valid_from = 2021-01-01")
    ended = ROW.replace("valid_from = 2020-01-01", "valid_from = 2020-01-01\nvalid_until = 2021-01-01")
    refuse_overlaps(read_pack(ended, file="one.toml") + read_pack(later, file="two.toml"))
    wider = ROW.replace('["3205"]', '["32"]')
    refuse_overlaps(one + read_pack(wider, file="two.toml"))


def test_a_row_ended_by_a_date_is_law_until_the_day_before():
    ended = ROW.replace("valid_from = 2020-01-01", "valid_from = 2020-01-01\nvalid_until = 2021-01-01")
    rules = read_pack(ended, file="one.toml")
    for on, hits in [(date(2019, 12, 31), 0), (date(2020, 1, 1), 1), (date(2020, 12, 31), 1), (date(2021, 1, 1), 0)]:
        assert len(judge({}, [{"key": "1", "persons": 3}], county="320581", on=on, rules=rules)) == hits


@given(st.floats(0.5, 200), st.integers(1, 30))
def test_group_letting_follows_the_area_a_person_whatever_the_room(use_m2, persons):
    room = {"key": "1", "room_kind": "bedroom", "use_m2": use_m2, "persons": persons, "window": True}
    codes = {h.code for h in judge({}, [room], county="320581", on=date(2026, 3, 1))}
    assert ("GR01" in codes) == (use_m2 / persons < 4)
