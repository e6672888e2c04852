"""The life of a ticket: no dead end, no refusal, one lead."""

from collections import defaultdict

import pytest

from inspections.role import Role
from inspections.ticket import (
    BY_ITSELF,
    FINAL,
    IMPORTED,
    LEAD_CHANGES,
    NEEDS,
    OPEN,
    STAGE,
    TRANSITIONS,
    Event,
    NotAllowedError,
    Stage,
    State,
    allowed,
    as_mermaid,
    next_state,
    pass_on_event,
    pass_on_target,
    transition,
)
from words import say


def _arrows() -> dict[State | None, set[State]]:
    found: dict[State | None, set[State]] = defaultdict(set)
    for row in TRANSITIONS:
        found[row.source].add(row.target)
    return found


def _reachable(start: State | None) -> set[State]:
    arrows, seen, todo = _arrows(), set(), [start]
    while todo:
        for target in arrows[todo.pop()] - seen:
            seen.add(target)
            todo.append(target)
    return seen


@pytest.mark.parametrize("state", sorted(OPEN))
def test_from_every_open_state_a_ticket_can_still_be_closed(state):
    assert State.CLOSED in _reachable(state)


def test_every_state_is_reached_from_a_report():
    assert _reachable(None) == set(State)


def test_an_event_from_a_state_leads_to_one_place_only():
    pairs = [(row.source, row.event) for row in TRANSITIONS]
    assert len(pairs) == len(set(pairs))


def test_no_department_can_refuse_a_ticket():
    for row in TRANSITIONS:
        if Role.DEPARTMENT in row.roles and row.source != row.target:
            assert row.target not in FINAL, row
            assert row.target not in {State.SUSPENDED, State.REFERRED}, row


def test_no_department_can_undo_the_dispatch():
    before = {State.REPORTED, State.VERIFIED, State.FILED}
    for row in TRANSITIONS:
        if row.source not in before | {None} and Role.DEPARTMENT in row.roles:
            assert row.target not in before, row


def test_passing_on_names_the_next_department_the_reason_and_the_clause():
    for state in (State.DISPATCHED, State.ACCEPTED, State.RECTIFYING, State.REWORK, State.ESCALATED):
        row = transition(state, Event.PASS_ON)
        assert row.needs == {"department", "reason", "clause"}
        assert row.target is State.RETURNED


def test_passing_on_does_not_change_the_lead_but_signing_does():
    assert Event.PASS_ON not in LEAD_CHANGES
    assert Event.BOUNCE not in LEAD_CHANGES
    assert {Event.SIGN, Event.RULE, Event.DISPATCH} == LEAD_CHANGES


def test_a_second_bounce_goes_to_a_joint_ruling():
    assert (pass_on_event(0), pass_on_target(0)) == (Event.PASS_ON, State.RETURNED)
    assert (pass_on_event(1), pass_on_target(1)) == (Event.BOUNCE, State.RULING)
    assert pass_on_target(7) is State.RULING
    assert next_state(State.RETURNED, pass_on_event(1)) is State.RULING


@pytest.mark.parametrize("bounces", [0, 1, 2])
@pytest.mark.parametrize("state", [State.DISPATCHED, State.ACCEPTED, State.RECTIFYING])
def test_the_event_and_the_target_of_not_mine_agree(state, bounces):
    assert next_state(state, pass_on_event(bounces)) is pass_on_target(bounces)


def test_a_ruling_sends_the_ticket_to_a_desk():
    assert next_state(State.RULING, Event.RULE) is State.DISPATCHED


def test_closing_needs_an_after_photo_and_another_person():
    rows = [row for row in TRANSITIONS if row.target is State.CLOSED]
    assert rows
    for row in rows:
        assert {"after_photo", "other_person"} <= row.needs
        assert Role.DEPARTMENT not in row.roles


@pytest.mark.parametrize("event", [Event.SUSPEND, Event.GRANT])
def test_the_clock_moves_only_with_an_approver_and_an_end(event):
    rows = [row for row in TRANSITIONS if row.event is event]
    assert rows
    assert all({"until", "approver"} <= row.needs for row in rows)


def test_voiding_needs_an_approver_and_a_reason():
    rows = [row for row in TRANSITIONS if row.event is Event.VOID]
    assert rows
    assert all(row.needs == {"approver", "reason"} and row.roles == {Role.CENTRE} for row in rows)


def test_a_reopened_ticket_reaches_the_last_handler_again():
    assert next_state(State.CLOSED, Event.REOPEN) is State.REWORK


def test_an_event_out_of_turn_is_named_in_the_error():
    with pytest.raises(NotAllowedError) as caught:
        next_state(State.CLOSED, Event.ACCEPT)
    assert caught.value.fields == {"state": State.CLOSED, "event": Event.ACCEPT}


def test_a_leader_only_looks():
    assert all(allowed(state, role=Role.LEADER) == () for state in State)


def test_a_clerk_is_offered_what_the_state_allows():
    events = {row.event for row in allowed(State.DISPATCHED, role=Role.DEPARTMENT)}
    assert events == {Event.ACCEPT, Event.PASS_ON, Event.BOUNCE, Event.COPY}


def test_needs_are_only_the_known_ones():
    assert set().union(*(row.needs for row in TRANSITIONS)) <= NEEDS


def test_every_state_has_a_stage_and_all_seven_are_used():
    assert set(STAGE) == set(State)
    assert set(STAGE.values()) == set(Stage)


def test_every_event_stands_in_the_table():
    assert {row.event for row in (*TRANSITIONS, *IMPORTED, *BY_ITSELF)} == set(Event)
    assert not {row.event for row in TRANSITIONS} & {row.event for row in (*IMPORTED, *BY_ITSELF)}
    assert all(not row.roles for row in (*IMPORTED, *BY_ITSELF))


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_state_event_stage_and_need_has_its_word(lang):
    keys = [f"state.{s}" for s in State] + [f"event.{e}" for e in Event]
    keys += [f"stage.{s}" for s in Stage] + [f"need.{n}" for n in NEEDS]
    assert all(say(f"ticket.{key}", lang) for key in keys)


def test_the_diagram_draws_every_state():
    diagram = as_mermaid()
    assert diagram.startswith("stateDiagram-v2")
    assert all(f" {state}" in diagram for state in State)
    assert "CLOSED --> [*]" in diagram
