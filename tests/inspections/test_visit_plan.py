"""Visits at the door, the day's list, and where hazards go."""

from datetime import UTC, date, datetime, timedelta

import pytest

from gis.route import Stop
from inspections.checklist import open_questions
from inspections.deadline import SHANGHAI
from inspections.facts import BadFactError
from inspections.plan import HouseState, due_house, due_houses, prize_m, service_minutes
from inspections.visit import NextTry, Outcome, Try, VisitRecord, check_visit, no_answer_next, slot_of, try_on

ON = date(2026, 3, 4)
MONDAY = date(2026, 3, 2)
NOW = datetime(2026, 3, 4, 10, tzinfo=SHANGHAI)
CALM = {
    "house_kind": "apartment",
    "let_status": "let",
    "in_planning_area": True,
    "business_use": "none",
    "hazmat": False,
    "unpermitted_structure": False,
    "illegal_building": False,
    "danger_grade": "none",
    "use_changed": False,
    "ebike_inside": False,
    "stairs_blocked": False,
    "gas_in_bedroom": False,
    "window_bars": False,
    "insanitary": False,
    "extinguishers": 2,
    "smoke_detectors_everywhere": True,
    "escape_kit_every_room": True,
    "tenants_registered": True,
    "lease_filed": True,
    "security_guarantee": True,
}
ASKED = sorted(set(CALM) - {"house_kind", "let_status", "in_planning_area"})
ROOM = {"key": "201", "room_kind": "bedroom", "use_m2": 14.0, "persons": 2, "window": True}


def _visit(**change):
    whole = {"outcome": Outcome.GRANTED, "at": NOW, "house": CALM, "rooms": [ROOM], **change}
    try:
        questions = open_questions(whole["house"], whole["rooms"], county="320581", on=ON)
    except BadFactError:
        questions = []
    return check_visit(VisitRecord(**whole), questions, now=NOW)


def test_a_calm_house_needs_its_answers_and_no_photo():
    assert _visit() == []


@pytest.mark.parametrize("name", ASKED)
def test_an_answer_left_out_is_asked_for(name):
    problems = _visit(house={key: value for key, value in CALM.items() if key != name})
    assert [problem.params["fact"] for problem in problems] == [name]


def test_a_bad_answer_has_to_be_proved_by_a_photo():
    problems = _visit(house={**CALM, "ebike_inside": True})
    assert [problem.key for problem in problems] == ["inspections.problem.no_photo"]
    assert problems[0].words("zh") == "“电动车室内停放充电”需要拍一张照片"
    assert _visit(house={**CALM, "ebike_inside": True}, photos=frozenset({"ebike_inside"})) == []


def test_bars_bring_up_the_question_whether_they_open():
    problems = _visit(house={**CALM, "window_bars": True})
    assert [problem.params["fact"] for problem in problems] == ["bars_open_inside"]


def test_a_third_person_brings_up_the_question_of_family():
    problems = _visit(rooms=[{**ROOM, "persons": 3}])
    assert [(p.params["fact"], p.params["room"]) for p in problems] == [("family", "201")]
    assert problems[0].words("en") == "201 · “One family” is not answered"


def test_an_impossible_number_is_named_with_its_room():
    problems = _visit(rooms=[{**ROOM, "use_m2": -3.0}])
    assert [(p.key, p.params["room"]) for p in problems] == [("inspections.problem.impossible", "201")]


def test_a_visit_without_rooms_is_not_whole():
    assert [p.key for p in _visit(rooms=[])] == ["inspections.problem.no_rooms"]


def test_nobody_there_is_done_in_three_taps():
    shut = {"house": {}, "rooms": []}
    assert _visit(outcome=Outcome.NOBODY, next_try=NextTry.EVENING, **shut) == []
    assert [p.key for p in _visit(outcome=Outcome.NOBODY, **shut)] == ["inspections.problem.no_next_try"]


def test_a_refusal_is_told_in_words():
    shut = {"house": {}, "rooms": []}
    assert [p.key for p in _visit(outcome=Outcome.REFUSED, **shut)] == ["inspections.problem.no_reason"]
    assert _visit(outcome=Outcome.REFUSED, reason="房东不让进", **shut) == []


def test_a_visit_in_the_future_is_not_taken():
    assert [p.key for p in _visit(at=NOW + timedelta(hours=1))] == ["inspections.problem.in_future"]


@pytest.mark.parametrize(
    ("at", "slot"),
    [
        (datetime(2026, 3, 4, 10, tzinfo=SHANGHAI), NextTry.DAYTIME),
        (datetime(2026, 3, 4, 11, tzinfo=UTC), NextTry.EVENING),
        (datetime(2026, 3, 7, 10, tzinfo=SHANGHAI), NextTry.WEEKEND),
    ],
)
def test_a_try_is_by_day_in_the_evening_or_at_the_weekend(at, slot):
    assert slot_of(at) is slot


def test_no_answer_leads_from_day_to_evening_to_weekend_and_round_again():
    tries = [
        Try(datetime(2026, 3, 2, 10, tzinfo=SHANGHAI), Outcome.NOBODY),
        Try(datetime(2026, 3, 3, 18, tzinfo=SHANGHAI), Outcome.NOBODY),
        Try(datetime(2026, 3, 7, 10, tzinfo=SHANGHAI), Outcome.REFUSED),
    ]
    wanted = [NextTry.DAYTIME, NextTry.EVENING, NextTry.WEEKEND, NextTry.DAYTIME]
    assert [no_answer_next(tries[:n]) for n in range(4)] == wanted
    opened = Try(datetime(2026, 3, 8, 10, tzinfo=SHANGHAI), Outcome.GRANTED)
    assert no_answer_next([opened, *tries]) is NextTry.DAYTIME


def test_the_next_try_falls_on_a_day_that_fits():
    friday = date(2026, 3, 6)
    assert try_on(NextTry.WEEKEND, friday) == date(2026, 3, 7)
    assert try_on(NextTry.EVENING, friday) == date(2026, 3, 9)


def _house(**change):
    return HouseState(**{"house_id": "H", "colour": "yellow", "county": "320581", "rooms": 6, **change})


def test_a_house_is_due_when_its_interval_is_over():
    assert due_house(_house(last_visit_on=ON - timedelta(days=29)), on=ON) is None
    today = due_house(_house(last_visit_on=ON - timedelta(days=30)), on=ON)
    late = due_house(_house(last_visit_on=ON - timedelta(days=33)), on=ON)
    assert (today.why, today.late_days) == ("inspections.why.today", 0)
    assert (late.why_words("zh"), late.late_days) == ("黄·逾期 3 天", 3)
    assert late.prize_m > today.prize_m


def test_a_house_never_seen_is_due():
    assert due_house(_house(colour="unseen"), on=ON).why_words() == "从未查过"


def test_a_shut_door_waits_for_the_evening_it_was_promised():
    shut = _house(last_visit_on=date(2025, 1, 1), next_try=NextTry.EVENING, retry_on=ON)
    due = due_house(shut, on=ON)
    assert (due.window, due.why_words("zh")) == ((17 * 60, 20 * 60 + 30), "黄·晚间重试")
    assert due_house(shut, on=ON - timedelta(days=1)) is None
    assert due_house(shut, on=date(2026, 3, 7)) is None


def test_rechecks_pinned_visits_and_red_houses_come_first():
    houses = [
        _house(house_id="a", last_visit_on=date(2026, 1, 1)),
        _house(house_id="b", colour="red", last_visit_on=date(2026, 2, 1)),
        _house(house_id="c", colour="green", last_visit_on=ON, recheck_on=ON),
        _house(house_id="d", colour="green", last_visit_on=ON, pinned_on=ON),
        _house(house_id="e", colour="green", last_visit_on=ON),
    ]
    due = due_houses(houses, on=ON)
    assert [one.house.house_id for one in due] == ["b", "c", "d", "a"]
    assert [one.required for one in due] == [True, True, True, False]


def test_a_house_pinned_to_another_day_is_not_on_todays_list():
    assert due_house(_house(pinned_on=ON + timedelta(days=1), last_visit_on=date(2025, 1, 1)), on=ON) is None


def test_a_due_house_is_a_stop_of_the_route():
    due = due_house(_house(last_visit_on=ON - timedelta(days=40)), on=ON)
    stop = Stop(*due.as_stop())
    assert (stop.id, stop.minutes, stop.prize, stop.required) == ("H", 15.0, prize_m("yellow", 10), False)


def test_service_takes_longer_with_more_rooms_up_to_an_hour():
    assert service_minutes(0) == 7.5
    assert service_minutes(6) == 15.0
    assert service_minutes(500) == 60.0


def test_lateness_raises_the_prize_but_not_without_end():
    assert prize_m("green", 10) == pytest.approx(1200)
    assert prize_m("green", 1000) == prize_m("green", 60) == pytest.approx(3200)


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("next_try", list(NextTry))
def test_every_retry_says_why(lang, next_try):
    on = date(2026, 3, 7) if next_try is NextTry.WEEKEND else ON
    assert due_house(_house(next_try=next_try, retry_on=on), on=on).why_words(lang)


@pytest.mark.parametrize(
    ("field", "day", "required", "words"),
    [
        ("complained_on", 0, False, "投诉·3 天内上门"),
        ("complained_on", 3, True, "投诉·0 天内上门"),
        ("complained_on", 5, True, "投诉·逾期 2 天"),
        ("relet_on", 1, False, "再出租·2 天内上门"),
        ("relet_on", 4, True, "再出租·逾期 1 天"),
    ],
)
def test_a_complaint_or_a_house_let_again_calls_for_a_visit_within_the_stated_days(field, day, required, words):
    called = _house(colour="green", last_visit_on=MONDAY, **{field: MONDAY})
    found = due_house(called, on=MONDAY + timedelta(days=day))
    assert (found.required, found.why_words()) == (required, words)


def test_a_house_complained_of_waits_for_its_evening_but_must_be_seen_then():
    shut = _house(complained_on=MONDAY, next_try=NextTry.EVENING, retry_on=MONDAY)
    found = due_house(shut, on=MONDAY)
    assert found.required
    assert found.why == "inspections.why.retry_evening"
