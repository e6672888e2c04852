"""The ledger of the clock: no moment of a case is missing or told twice, and the deadline's moves add up."""

from datetime import datetime, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from inspections.deadline import SHANGHAI
from inspections.ledger import ledger
from inspections.ticket import BY_ITSELF, IMPORTED, LEAD_CHANGES, TRANSITIONS, Event, State

BEGUN = datetime(2026, 6, 1, 9, tzinfo=SHANGHAI)
DAY = timedelta(days=1)


def _event(event, at, *, source="", target, leads=("fire", "fire"), due=None, until=None, who="甲"):
    detail = {"due_at": due and due.isoformat(), "until": until and until.isoformat()}
    return {
        "event": event.value, "at": at, "from_state": str(source), "to_state": str(target), "from_lead": leads[0],
        "to_lead": leads[1], "actor_name": who, "reason": "缺材料",
        "detail": {name: value for name, value in detail.items() if value},
    }  # fmt: skip


class History:
    """A ticket's history as the record writes it: a random walk over the table of transitions."""

    def __init__(self, draw):
        self.draw, self.at, self.state, self.lead = draw, BEGUN, None, "fire"
        self.due = self.until = self.suspended = None
        self.rows, self.paused, self.stood = [], timedelta(), timedelta()
        self.granted = self.restarted = timedelta()

    def step(self):
        arrows = [one for one in (*TRANSITIONS, *BY_ITSELF) if one.source == self.state]
        arrow = self.draw(st.sampled_from(arrows))
        self.at += self.draw(st.sampled_from([timedelta(0), timedelta(minutes=7), 2 * DAY]))
        until = self.at + self.draw(st.integers(1, 5)) * DAY
        old, lead = self.due, self.lead
        self._clock(arrow.event, until)
        if arrow.event in LEAD_CHANGES:
            self.lead = self.draw(st.sampled_from(["fire", "housing", "urban"]))
        needs = until if "until" in arrow.needs else None
        self.rows.append(_event(arrow.event, self.at, source=self.state or "", target=arrow.target,
                                leads=(lead if self.rows else None, self.lead), due=self.due, until=needs))  # fmt: skip
        if old and self.due and arrow.event in {Event.DISPATCH, Event.REOPEN}:
            self.restarted += self.due - old
        self.state = arrow.target

    def _clock(self, event, until):
        if event in {Event.DISPATCH, Event.REOPEN}:
            self.due = None if self.state is State.VOID else self.at + 15 * DAY
        elif event is Event.GRANT and self.due:
            self.granted += until - self.due
            self.due = until
        elif event is Event.RECOUNT and self.due:
            self.granted += DAY
            self.due += DAY
        elif event is Event.SUSPEND:
            self.suspended, self.until = self.at, until
        elif event is Event.RESUME and self.state is State.SUSPENDED:
            length = min(self.at, self.until) - self.suspended
            self.stood += length
            self.paused += length if self.due else timedelta()
            self.due = self.due and self.due + length


@st.composite
def histories(draw):
    told = History(draw)
    for _ in range(draw(st.integers(1, 25))):
        told.step()
    return told


@given(histories(), st.sampled_from([timedelta(0), 30 * DAY]))
def test_stretches_cover_the_whole_life_once_and_pauses_are_what_the_deadline_moved_by(told, later):
    now = told.at + later
    found = ledger(told.rows, now=now)
    end = told.at if told.state in {State.CLOSED, State.VOID} else now
    assert sum((one.length for one in found.stretches), timedelta()) == end - told.rows[0]["at"]
    assert all(one.to_at == other.from_at for one, other in pairwise(found.stretches))
    if found.stretches:
        assert (found.stretches[0].from_at, found.stretches[-1].to_at) == (told.rows[0]["at"], end)
    by_cause = {cause: sum((one.length for one in found.moves if one.cause == cause), timedelta())
                for cause in ("start", "pause", "extension", "calendar", "item")}  # fmt: skip
    assert by_cause["pause"] == told.paused
    assert by_cause["extension"] + by_cause["calendar"] == told.granted
    assert (by_cause["start"], by_cause["item"]) == (told.restarted, timedelta())
    ended = [one for one in found.stretches if one.kind == "paused"]
    assert all(one.to_at <= one.until for one in ended)
    if told.state is not State.SUSPENDED:
        assert found.total("paused") == told.stood
    assert sum(found.by_desk().values(), timedelta()) == found.total("running")


def test_a_pause_ends_with_its_approval_though_nobody_resumed():
    rows = [
        _event(Event.DISPATCH, BEGUN, target=State.DISPATCHED, leads=(None, "fire"), due=BEGUN + 9 * DAY),
        _event(Event.SUSPEND, BEGUN + DAY, source=State.ACCEPTED, target=State.SUSPENDED, due=BEGUN + 9 * DAY,
               until=BEGUN + 3 * DAY, who="中心乙"),
        _event(Event.RESUME, BEGUN + 5 * DAY, source=State.SUSPENDED, target=State.RECTIFYING, due=BEGUN + 11 * DAY),
    ]  # fmt: skip
    found = ledger(rows, now=BEGUN + 6 * DAY)
    assert [(one.kind, one.length) for one in found.stretches] == [
        ("running", DAY), ("paused", 2 * DAY), ("running", 3 * DAY),
    ]  # fmt: skip
    paused = found.stretches[1]
    assert (paused.by, paused.reason, paused.until) == ("中心乙", "缺材料", BEGUN + 3 * DAY)
    assert [(one.cause, one.length) for one in found.moves] == [("start", timedelta()), ("pause", 2 * DAY)]


def test_an_extension_names_who_asked_and_who_approved():
    due = BEGUN + 9 * DAY
    rows = [
        _event(Event.DISPATCH, BEGUN, target=State.DISPATCHED, due=due),
        _event(Event.REQUEST_EXTENSION, BEGUN + DAY, source=State.ACCEPTED, target=State.EXTENSION_REQ, due=due,
               until=due + 3 * DAY, who="消防甲"),
        _event(Event.GRANT, BEGUN + 2 * DAY, source=State.EXTENSION_REQ, target=State.RECTIFYING, due=due + DAY,
               until=due + DAY, who="中心乙"),
    ]  # fmt: skip
    move = ledger(rows, now=due).moves[-1]
    assert (move.cause, move.asked_by, move.by, move.old, move.new) == ("extension", "消防甲", "中心乙", due, due + DAY)


def test_each_desk_answers_for_its_own_time():
    rows = [
        _event(Event.DISPATCH, BEGUN, target=State.DISPATCHED, leads=(None, "fire")),
        _event(Event.PASS_ON, BEGUN + DAY, source=State.DISPATCHED, target=State.RETURNED),
        _event(Event.SIGN, BEGUN + 3 * DAY, source=State.RETURNED, target=State.ACCEPTED, leads=("fire", "housing")),
    ]
    assert ledger(rows, now=BEGUN + 4 * DAY).by_desk() == {"fire": 3 * DAY, "housing": DAY}


def test_a_deadline_made_sooner_between_two_events_is_told_with_the_next():
    rows = [
        _event(Event.DISPATCH, BEGUN, target=State.DISPATCHED, due=BEGUN + 9 * DAY),
        _event(Event.ACCEPT, BEGUN + DAY, source=State.DISPATCHED, target=State.ACCEPTED, due=BEGUN + 2 * DAY),
    ]
    assert [(one.cause, one.length) for one in ledger(rows, now=BEGUN + DAY).moves][1:] == [("item", -7 * DAY)]


def test_every_event_that_brings_a_case_from_elsewhere_is_read():
    arrow = IMPORTED[0]
    rows = [_event(arrow.event, BEGUN, target=arrow.target, leads=(None, "fire"), due=BEGUN + DAY)]
    assert [one.cause for one in ledger(rows, now=BEGUN + DAY).moves] == ["start"]
