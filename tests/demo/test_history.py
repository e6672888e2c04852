"""A year of visits, findings and tickets in the model town."""

from collections import Counter
from datetime import timedelta
from itertools import pairwise

import numpy as np
import pytest

from demo.conditions import HOUSE_CURES, ROOM_CURES, cure
from demo.people import DEPARTMENTS
from demo.tickets import PATHS, WAYS_TO, Desks, Life, live, open_at
from inspections.deadline import Spec, national_calendar
from inspections.role import Role
from inspections.rules import judge
from inspections.ticket import OPEN, TRANSITIONS, State, next_state
from tests.demo.town import NOW, Town, town

DESKS = Desks({code: [n, n + 100] for n, code in enumerate(DEPARTMENTS, start=10)}, [1, 2, 3])


@pytest.fixture(scope="module")
def changshu() -> Town:
    return town("320581", 6000, 2)


def test_every_event_of_every_ticket_is_an_arrow_of_the_table(changshu: Town) -> None:
    arrows = {(row.source.value if row.source else "", row.event.value, row.target.value) for row in TRANSITIONS}
    for ticket in changshu.history.tickets:
        for step in ticket.life.events:
            assert (step["from_state"], step["event"], step["to_state"]) in arrows


def test_the_chain_of_events_leads_to_where_the_ticket_stands(changshu: Town) -> None:
    for ticket in changshu.history.tickets:
        steps = ticket.life.events
        assert steps[0]["event"] == "report"
        for before, after in pairwise(steps):
            assert before["to_state"] == after["from_state"]
            assert before["to_lead"] == after["from_lead"]
            assert before["at"] <= after["at"]
        assert steps[-1]["to_state"] == ticket.life.state
        assert steps[-1]["at"] <= NOW


def test_only_dispatch_sign_and_ruling_change_the_lead(changshu: Town) -> None:
    moved = {
        step["event"]
        for ticket in changshu.history.tickets
        for step in ticket.life.events
        if step["from_lead"] not in (None, step["to_lead"])
    }
    assert {"sign", "rule"} >= moved > set()


def test_nobody_closes_what_they_rectified_and_steps_are_taken_by_whose_they_are(changshu: Town) -> None:
    centre, clerks = set(changshu.year.desks.centre), changshu.year.desks.clerks
    roles = {(row.event.value, row.source): row.roles for row in TRANSITIONS}
    for ticket in changshu.history.tickets:
        life = ticket.life
        assert (life.state == State.CLOSED) == (life.closed_by is not None)
        assert life.closed_by is None or life.closed_by != life.rectified_by
        for step in life.events:
            source = State(step["from_state"]) if step["from_state"] else None
            mine = (
                Role.CENTRE if step["actor"] in centre
                else Role.DEPARTMENT if any(step["actor"] in own for own in clerks.values())
                else Role.INSPECTOR
            )  # fmt: skip
            assert mine in roles[step["event"], source]


def test_late_passed_on_ruled_reworked_extended_and_reopened_tickets_are_there(changshu: Town) -> None:
    lives = [ticket.life for ticket in changshu.history.tickets]
    events = Counter(step["event"] for life in lives for step in life.events)
    for event in (
        "pass_on",
        "sign",
        "bounce",
        "rule",
        "rework",
        "request_extension",
        "grant",
        "deny",
        "reopen",
        "void",
    ):
        assert events[event] > 0, event
    closed = [life for life in lives if life.state == State.CLOSED]
    late = sum(life.times["closed_at"] > life.times["due_at"] for life in closed)
    assert 0.08 < late / len(closed) < 0.6


def test_departments_differ_in_how_often_they_are_late(changshu: Town) -> None:
    late: dict[str, list[bool]] = {}
    for ticket in changshu.history.tickets:
        if ticket.life.state == State.CLOSED:
            times = ticket.life.times
            late.setdefault(ticket.life.lead, []).append(times["rectified_at"] > times["due_at"])
    share = {lead: np.mean(rows) for lead, rows in late.items() if len(rows) >= 15}
    assert share["urban"] > share["fire"] + 0.1


def test_most_open_tickets_are_not_late(changshu: Town) -> None:
    open_ones = [ticket.life for ticket in changshu.history.tickets if ticket.life.state in OPEN]
    late = sum(life.times.get("due_at", NOW) < NOW for life in open_ones)
    assert 0.05 < late / len(open_ones) < 0.6


def test_every_open_state_lies_on_somebodys_desk(changshu: Town) -> None:
    assert {ticket.life.state for ticket in changshu.history.tickets} >= OPEN


def test_the_ways_to_open_states_are_ways() -> None:
    for goal, path in WAYS_TO.items():
        state: State | None = None
        for event in path:
            state = next_state(state, event)
        assert state is goal
    assert set(WAYS_TO) == OPEN
    assert sum(share for share, _ in PATHS.values()) == pytest.approx(1.0)
    for _, path in PATHS.values():
        state = None
        for event in path:
            state = next_state(state, event)
        assert state in (State.CLOSED, State.VOID)


@pytest.mark.parametrize("stop", sorted(WAYS_TO))
def test_a_ticket_told_to_stop_stops_there(stop: State) -> None:
    life = Life("GR01", 2, "housing", [Spec("days", 15)], 7, NOW - timedelta(days=3))
    rng = np.random.default_rng(1)
    live(life, now=NOW, desks=DESKS, calendar=national_calendar(), pace=1.0, rng=rng, stop=stop)
    assert life.state is stop
    assert (life.state is State.RETURNED) == (life.next_lead is not None)
    assert (life.state is State.SUSPENDED) == ("suspended_until" in life.times)
    assert (life.state is State.EXTENSION_REQ) == ("requested_until" in life.times)
    assert open_at(life, NOW)


def test_findings_follow_from_the_facts_that_the_visit_measured(changshu: Town) -> None:
    history = changshu.history
    by_visit: dict[int, set[tuple[str, str | None]]] = {}
    for row in history.findings:
        by_visit.setdefault(row.visit, set()).add((row.hazard.code, row.hazard.room_key))
    for visit in list(by_visit)[::7]:
        on = history.findings[next(n for n, row in enumerate(history.findings) if row.visit == visit)].at.date()
        judged = judge(history.facts[visit], history.room_facts[visit], county="320581", on=on)
        assert by_visit[visit] <= {(hazard.code, hazard.room_key) for hazard in judged}


def test_a_judged_visit_without_an_open_ticket_found_nothing(changshu: Town) -> None:
    found = {row.visit for row in changshu.history.findings}
    lives: dict[int, list[Life]] = {}
    for ticket in changshu.history.tickets:
        lives.setdefault(ticket.house, []).append(ticket.life)
    for visit, facts in list(changshu.history.facts.items())[::5]:
        house = int(changshu.year.visits.house[visit])
        at = NOW.fromtimestamp(int(changshu.year.visits.second[visit]), tz=NOW.tzinfo)
        if visit not in found and not any(open_at(life, at) for life in lives.get(house, [])):
            assert judge(facts, changshu.history.room_facts[visit], county="320581", on=at.date()) == []


def test_every_hazard_of_the_town_can_be_put_right(changshu: Town) -> None:
    assert {row.hazard.code for row in changshu.history.findings} <= {*HOUSE_CURES, *ROOM_CURES}
    for visit in list(changshu.history.facts)[::40]:
        facts, rooms = dict(changshu.history.facts[visit]), [dict(r) for r in changshu.history.room_facts[visit]]
        for hazard in judge(facts, rooms, county="320581", on=NOW.date()):
            assert cure(hazard.code, facts, rooms)
        assert judge(facts, rooms, county="320581", on=NOW.date()) == []


def test_cleared_findings_are_those_of_ended_tickets(changshu: Town) -> None:
    for row in changshu.history.findings:
        life = changshu.history.tickets[row.ticket].life
        assert (row.cleared_at is not None) == (life.state in (State.CLOSED, State.VOID))


def test_visits_are_granted_refused_or_in_vain(changshu: Town) -> None:
    visits = changshu.year.visits
    share = {outcome: np.mean(visits.outcome == outcome) for outcome in ("granted", "nobody", "refused")}
    assert share["granted"] > 0.6
    assert share["nobody"] > 0.1
    assert 0.005 < share["refused"] < 0.08
    again = np.array([bool(value) for value in visits.next_try.tolist()])
    assert (again == (visits.outcome == "nobody")).all()
    oldest = NOW.timestamp() - visits.second.min()
    assert 300 * 86400 < oldest < 367 * 86400
    assert visits.second.max() < NOW.timestamp()
