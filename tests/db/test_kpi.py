"""The record counts what the definitions count, ticket by ticket, and opens every number to exactly its cases."""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, Engine, insert, text

from actions.indicators import NoSuchCountyError, tell
from db import kpi, tables
from inspections.kpi import INDICATORS, BadPeriodError, Case, Count, count, flags
from inspections.ticket import Event, State
from tests.actions.story import WAYS, Walk, dispatched, photo
from tests.world import COUNTY, NOW, TOWN, WEST, World

START = datetime.fromisoformat("2026-03-01T00:00:00+08:00")


@dataclass(frozen=True)
class Lot:
    """One ticket as hypothesis drew it: the definition's case beside what the record stores."""

    case: Case
    state: str
    lead: str
    hazard: str
    suspended_at: datetime | None

    def truth(self, from_at: datetime, to_at: datetime, as_of: datetime) -> Any:
        case = self.case
        if self.suspended_at and case.suspended_until and case.due_at:
            # The definition's deadline has the pause in it, as far as it has gone at the end.
            stood = min(to_at, as_of, case.suspended_until) - self.suspended_at
            case = replace(case, due_at=case.due_at + max(stood, timedelta()))
        return flags(case, from_at=from_at, to_at=to_at, as_of=as_of)


hours = st.integers(0, 90 * 24) | st.integers(0, 90).map(lambda days: days * 24)
moments = hours.map(lambda n: START + timedelta(hours=n))
"""Moments of three months, every other one a midnight."""


@st.composite
def lots(draw: st.DrawFn) -> Lot:
    state = draw(st.sampled_from(["DISPATCHED", "SUBMITTED", "CLOSED", "CLOSED", "VOID", "SUSPENDED", "REWORK"]))
    suspended = state == "SUSPENDED"
    reported_at = draw(moments)
    # Nothing happens to a ticket before it is reported; in what order the rest comes is left open.
    since = st.integers(0, 60 * 24).map(lambda hours: reported_at + timedelta(hours=hours))
    maybe = st.none() | since
    case = Case(
        reported_at=reported_at, filed_at=draw(maybe), dispatched_at=draw(maybe), due_at=draw(maybe),
        handled_at=draw(maybe), closed_at=draw(since) if state == "CLOSED" else None,
        voided_at=draw(since) if state == "VOID" else None, reworked_at=draw(maybe), extended_at=draw(maybe),
        suspended_until=draw(since) if suspended else None, bounced_at=draw(maybe), answered_at=draw(maybe),
    )  # fmt: skip
    return Lot(
        case, state, draw(st.sampled_from(["fire", "housing"])), draw(st.sampled_from(["FI06", "GR02"])),
        draw(since) if suspended else None,
    )  # fmt: skip


def columns(world: World, number: int, lot: Lot) -> dict[str, Any]:
    """A lot as the columns of its ticket; nothing happened to it after ``last_at``."""
    case = lot.case
    times = {
        "opened_at": case.reported_at, "filed_at": case.filed_at, "dispatched_at": case.dispatched_at,
        "rectified_at": case.handled_at, "closed_at": case.closed_at, "bounced_at": case.bounced_at,
        "reworked_at": case.reworked_at, "extended_at": case.extended_at, "answered_at": case.answered_at,
    }  # fmt: skip
    return times | {
        "county": COUNTY, "number": f"T{number}", "house_id": world.houses[1], "village": "320581101201",
        "state": lot.state, "lead": lot.lead, "hazard": lot.hazard, "severity": 2, "due_at": case.due_at,
        "suspended_at": lot.suspended_at, "suspended_until": case.suspended_until,
        "last_at": case.voided_at or max(at for at in times.values() if at),
        "closed_by": world.accounts["centre"] if case.closed_at else None,
    }  # fmt: skip


def store(connection: Connection, world: World, number: int, lot: Lot) -> None:
    connection.execute(insert(tables.ticket).values(columns(world, number, lot)))


def unruly(connection: Connection) -> None:
    """Let tickets stand as they were drawn, whatever no desk could have done."""
    for name in ("ticket_keeps_to_its_table", "ticket_leaves_a_trace"):
        connection.execute(text(f"ALTER TABLE ticket DISABLE TRIGGER {name}"))


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(drawn=st.lists(lots(), min_size=1, max_size=12), from_at=moments, days=st.integers(1, 40), seen=moments)
def test_the_record_counts_what_the_definitions_count(
    database: tuple[Engine, World], drawn: list[Lot], from_at: datetime, days: int, seen: datetime
) -> None:
    engine, world = database
    to_at = from_at + timedelta(days=days)
    period: dict[str, Any] = {"county": COUNTY, "from_at": from_at, "to_at": to_at, "as_of": seen}
    with engine.connect() as connection, connection.begin() as outer:
        unruly(connection)
        for number, lot in enumerate(drawn):
            store(connection, world, number, lot)
        (whole,) = kpi.indicators(connection, **period)
        truth = [lot.truth(from_at, to_at, seen) for lot in drawn]
        assert dict(whole.counts) == count(truth)
        for group in kpi.indicators(connection, by="department", **period):
            own = [one for one, lot in zip(truth, drawn, strict=True) if lot.lead == group.key]
            assert dict(group.counts) == count(own)
        for indicator in INDICATORS:
            for part, wanted in (("numerator", indicator.numerator), ("denominator", indicator.denominator)):
                listed = kpi.cases(connection, indicator=indicator.key, part=part, **period)  # type: ignore[arg-type]
                named = {f"T{n}" for n, one in enumerate(truth) if getattr(one, wanted.value)}
                assert {row["number"] for row in listed} == named
        outer.rollback()


def _closed_late_and_early(connection: Connection, world: World) -> tuple[int, int]:
    """Two tickets: of the first house closed in time, of the second closed a month late by way of a rework."""
    good, late = dispatched(world, 1), dispatched(world, 2)
    Walk(world, good).to(State.CLOSED)
    walk = Walk(world, late, NOW + timedelta(days=30)).to(State.REWORK)
    walk("fire", Event.SUBMIT, **photo())
    walk("inspector", Event.RECHECK)
    walk("centre", Event.CLOSE)
    return good, late


MONTHS = {"county": COUNTY, "from_at": NOW - timedelta(days=1), "to_at": NOW + timedelta(days=60)}
END = NOW + timedelta(days=59)


def test_a_late_closure_counts_as_closed_but_not_as_closed_in_time(connection: Connection, world: World) -> None:
    good, late = _closed_late_and_early(connection, world)
    (whole,) = kpi.indicators(connection, **MONTHS, as_of=END)
    assert (whole.rates["closure"].numerator, whole.rates["closure"].denominator) == (2, 2)
    assert (whole.rates["closure_on_time"].numerator, whole.rates["closure_on_time"].denominator) == (1, 2)
    assert whole.rates["rework"].numerator == 1
    listed = kpi.cases(connection, **MONTHS, indicator="closure_on_time", as_of=END)
    assert [row["id"] for row in listed] == [good]
    listed = kpi.cases(connection, **MONTHS, indicator="rework", as_of=END)
    assert [row["id"] for row in listed] == [late]


def test_a_breakdown_names_its_keys_and_adds_up_to_the_whole(connection: Connection, world: World) -> None:
    _closed_late_and_early(connection, world)
    (whole,) = kpi.indicators(connection, **MONTHS, as_of=END)
    for by, key, name in (("town", TOWN, "梅李镇"), ("department", "fire", "消防救援大队"), ("hazard", "FI06", None)):
        groups = kpi.indicators(connection, **MONTHS, as_of=END, by=by)
        assert [(group.key, group.name) for group in groups] == [(key, name)]
        assert groups[0].counts == whole.counts


def _moment(connection: Connection) -> datetime:
    return connection.execute(text("SELECT clock_timestamp()")).scalar_one()


@pytest.mark.parametrize("state", list(WAYS))
def test_what_the_history_says_now_is_what_the_ticket_says(connection: Connection, world: World, state: State) -> None:
    walk = Walk(world, dispatched(world)).to(state)
    for hours in (1, 12, 30, 24 * 60):
        period: dict[str, Any] = {
            "county": COUNTY,
            "from_at": NOW - timedelta(days=1),
            "to_at": walk.at + timedelta(hours=hours),
        }
        (row,) = kpi.indicators(connection, **period, as_of=period["to_at"])
        (known,) = kpi.indicators(connection, **period, as_of=period["to_at"], known_at=_moment(connection))
        assert known.counts == row.counts, hours


def test_a_correction_learnt_later_does_not_rewrite_what_was_published(connection: Connection, world: World) -> None:
    key = dispatched(world)
    walk = Walk(world, key).to(State.CLOSED)
    period: dict[str, Any] = {"county": COUNTY, "from_at": NOW - timedelta(days=1), "to_at": NOW + timedelta(days=5)}
    published_at = _moment(connection)
    (then,) = kpi.indicators(connection, **period, as_of=END, known_at=published_at)
    walk("inspector", Event.REOPEN, reason="照片是旧的")
    (again,) = kpi.indicators(connection, **period, as_of=END, known_at=published_at)
    (now,) = kpi.indicators(connection, **period, as_of=END, known_at=_moment(connection))
    assert again.counts == then.counts
    assert (then.rates["closure"].numerator, now.rates["closure"].numerator) == (1, 0)
    listed = kpi.cases(connection, **period, indicator="closure", as_of=END, known_at=published_at)
    assert [row["id"] for row in listed] == [key]
    assert kpi.cases(connection, **period, indicator="closure", as_of=END) == []


def test_nothing_was_known_before_it_was_recorded(connection: Connection, world: World) -> None:
    before = _moment(connection)
    dispatched(world)
    (none,) = kpi.indicators(connection, **MONTHS, as_of=END, known_at=before)
    assert none.counts[Count.RECEIVED] == 0
    (one,) = kpi.indicators(connection, **MONTHS, as_of=END, known_at=_moment(connection))
    assert one.counts[Count.RECEIVED] == 1


@pytest.mark.parametrize(("by", "key"), [("grid", WEST), ("source", "visit"), ("person", None)])
def test_any_dimension_adds_up_and_opens_to_its_cases(
    connection: Connection, world: World, by: kpi.By, key: str | None
) -> None:
    ticket = dispatched(world)
    Walk(world, ticket).to(State.CLOSED)
    wanted = key or str(world.accounts["fire"])
    (group,) = kpi.indicators(connection, **MONTHS, as_of=END, by=by)
    assert (group.key, group.counts[Count.CLOSED_IN]) == (wanted, 1)
    listed = kpi.cases(connection, **MONTHS, indicator="closure", by=by, key=wanted, as_of=END)
    assert [row["id"] for row in listed] == [ticket]


def test_what_happened_later_is_not_known_yet(connection: Connection, world: World) -> None:
    _closed_late_and_early(connection, world)
    (whole,) = kpi.indicators(connection, **MONTHS, as_of=NOW + timedelta(days=20))
    assert whole.counts[Count.CLOSED_IN] == 1
    assert whole.counts[Count.OVERDUE_OPEN] == 1


def test_a_county_without_tickets_has_rates_of_nothing(connection: Connection, world: World) -> None:
    (whole,) = kpi.indicators(connection, **MONTHS, as_of=END)
    assert set(whole.counts.values()) == {0}
    assert whole.rates["closure"].percent is None


def test_a_period_ends_after_it_begins_and_an_indicator_has_a_name(connection: Connection) -> None:
    with pytest.raises(BadPeriodError):
        kpi.indicators(connection, county=COUNTY, from_at=NOW, to_at=NOW)
    with pytest.raises(kpi.NoSuchIndicatorError):
        kpi.cases(connection, **MONTHS, indicator="happiness")


def test_the_trend_counts_every_ticket_in_its_week(connection: Connection, world: World) -> None:
    _closed_late_and_early(connection, world)
    weeks = kpi.trend(connection, county=COUNTY, from_at=NOW, to_at=NOW + timedelta(days=35))
    # NOW is a Monday; the late one closes thirty days on, in the fifth week.
    assert [(row["week_on"], row["opened"], row["closed"]) for row in weeks] == [
        (date(2026, 6, 15), 2, 1), (date(2026, 6, 22), 0, 0), (date(2026, 6, 29), 0, 0), (date(2026, 7, 6), 0, 0),
        (date(2026, 7, 13), 0, 1), (date(2026, 7, 20), 0, 0),
    ]  # fmt: skip


def test_a_sunday_night_belongs_to_the_week_that_ends(connection: Connection, world: World) -> None:
    dispatched(world, 1, datetime.fromisoformat("2026-06-21T23:59:00+08:00"))
    dispatched(world, 2, datetime.fromisoformat("2026-06-22T00:01:00+08:00"))
    weeks = kpi.trend(connection, county=COUNTY, from_at=NOW, to_at=NOW + timedelta(days=14))
    assert [row["opened"] for row in weeks] == [1, 1, 0]


def test_the_bounce_matrix_counts_who_passed_to_whom(connection: Connection, world: World) -> None:
    Walk(world, dispatched(world)).to(State.RULING)
    found = kpi.bounces(connection, **MONTHS)
    assert {(row["from_department"], row["to_department"], row["passed"]) for row in found} == {
        ("fire", "housing", 1), ("housing", "urban", 1),
    }  # fmt: skip


def test_the_back_door_tells_days_as_people_mean_them(connection: Connection, world: World) -> None:
    key = dispatched(world)
    Walk(world, key).to(State.CLOSED)
    told = tell(NOW.date(), NOW.date(), county=COUNTY, by="town", as_of=NOW + timedelta(days=1))
    (row,) = told["rows"]
    assert (row["county"], row["key"], row["name"]) == (COUNTY, TOWN, "梅李镇")
    assert row["indicators"]["closure"]["percent"] == 100.0
    with pytest.raises(BadPeriodError):
        tell(NOW.date(), NOW.date() - timedelta(days=1))
    with pytest.raises(NoSuchCountyError, match=COUNTY):
        tell(NOW.date(), NOW.date(), county="999999")
