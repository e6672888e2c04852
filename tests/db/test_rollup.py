"""The sums kept beside the tickets say what counting says, whatever happened and whenever they were added up."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, Engine, text, update

from actions.indicators import rebuild_sums
from db import query, rollup, tables
from inspections.deadline import SHANGHAI
from inspections.kpi import Count
from inspections.ticket import State
from tests.actions.story import WAYS, Walk, dispatched
from tests.db.test_kpi import START, Lot, columns, lots, store, unruly
from tests.world import COUNTY, NOW, World

NAMES = [count.value for count in Count]
KINDS: tuple[rollup.Kind, ...] = ("county", "town", "department")
days = st.integers(0, 150).map(lambda n: START + timedelta(days=n))


def summed(connection: Connection, kind: rollup.Kind, **period: datetime) -> dict[str, dict[str, int]]:
    rows = rollup.counts(connection, county=COUNTY, kind=kind, **period)
    return {row["key"]: {name: int(row[name]) for name in NAMES} for row in rows if any(row[name] for name in NAMES)}


def counted(connection: Connection, kind: rollup.Kind, **period: datetime) -> dict[str, dict[str, int]]:
    by = None if kind == "county" else kind
    rows = query.rows(connection, "kpi_counts", county=COUNTY, by=by, known_at=None, town=None, **period)
    return {row["key"] or "": {n: row[n] for n in NAMES} for row in rows if any(row[n] for n in NAMES)}


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    drawn=st.lists(st.lists(lots(), min_size=1, max_size=4), min_size=1, max_size=6), first=days,
    span=st.integers(1, 100), hours=st.integers(0, 23), folded=st.lists(st.booleans(), min_size=24, max_size=24),
)  # fmt: skip
def test_sums_are_what_counting_gives_after_any_stream_of_changes(
    database: tuple[Engine, World], drawn: list[list[Lot]], first: datetime, span: int, hours: int, folded: list[bool]
) -> None:
    engine, world = database
    to_at = first + timedelta(days=span)
    adds_up = iter(folded)
    with engine.connect() as connection, connection.begin() as outer:
        unruly(connection)
        for number, life in enumerate(drawn):
            store(connection, world, number, life[0])
            for lot in life[1:]:
                connection.execute(update(tables.ticket).where(tables.ticket.c.number == f"T{number}")
                                   .values(columns(world, number, lot)))  # fmt: skip
                if next(adds_up):
                    rollup.fold(connection, county=COUNTY)
        for end_at in (to_at, to_at + timedelta(hours=hours), START + timedelta(days=200, hours=hours)):
            period = {"from_at": first, "to_at": end_at, "as_of": end_at}
            if rollup.serves(connection, county=COUNTY, **period):
                for kind in KINDS:
                    assert summed(connection, kind, **period) == counted(connection, kind, **period), kind
        before = [summed(connection, kind, from_at=first, to_at=to_at, as_of=to_at) for kind in KINDS]
        rollup.rebuild(connection, county=COUNTY)
        assert [summed(connection, kind, from_at=first, to_at=to_at, as_of=to_at) for kind in KINDS] == before
        outer.rollback()


@pytest.mark.parametrize("state", list(WAYS))
def test_every_way_that_clerks_go_is_summed_as_it_is_counted(
    connection: Connection, world: World, state: State
) -> None:
    walk = Walk(world, dispatched(world)).to(state)
    from_at = datetime(2026, 6, 1, tzinfo=SHANGHAI)
    for end_at in (walk.at + timedelta(seconds=1), walk.at + timedelta(days=3), datetime(2026, 7, 3, tzinfo=SHANGHAI)):
        period = {"from_at": from_at, "to_at": datetime(2026, 8, 1, tzinfo=SHANGHAI), "as_of": end_at}
        assert rollup.serves(connection, county=COUNTY, **period)
        for kind in KINDS:
            assert summed(connection, kind, **period) == counted(connection, kind, **period)


def test_what_is_due_later_today_is_not_late_yet(connection: Connection, world: World) -> None:
    key = dispatched(world)
    connection.execute(
        text("UPDATE ticket SET due_at = :due WHERE id = :t"), {"due": NOW + timedelta(hours=5), "t": key}
    )
    period: dict[str, Any] = {"from_at": datetime(2026, 6, 1, tzinfo=SHANGHAI), "to_at": NOW + timedelta(days=30)}
    for later, late in ((4, 0), (6, 1)):
        (told,) = summed(connection, "county", **period, as_of=NOW + timedelta(hours=later)).values()
        assert told["overdue_open"] == late


def test_the_sums_stand_aside_where_they_do_not_know(connection: Connection, world: World) -> None:
    walk = Walk(world, dispatched(world)).to(State.CLOSED)
    midnight = datetime(2026, 6, 1, tzinfo=SHANGHAI)
    asked: dict[str, Any] = {"county": COUNTY, "to_at": NOW + timedelta(days=30)}
    assert rollup.serves(connection, from_at=midnight, as_of=walk.at + timedelta(seconds=1), **asked)
    assert not rollup.serves(connection, from_at=midnight, as_of=walk.at, **asked)
    assert not rollup.serves(connection, from_at=midnight + timedelta(hours=1), as_of=NOW + timedelta(days=40), **asked)
    assert not rollup.serves(connection, from_at=midnight, as_of=midnight, **asked)


def test_a_rebuild_says_how_far_it_is(connection: Connection, world: World) -> None:
    dispatched(world, 1)
    dispatched(world, 2, NOW + timedelta(days=40))
    heard: list[tuple[int, int]] = []
    rollup.rebuild(connection, county=COUNTY, told=lambda done, of: heard.append((done, of)))
    assert heard == [(1, 2), (2, 2)]


def test_sums_that_were_spoilt_are_made_anew_at_a_terminal(connection: Connection, world: World) -> None:
    dispatched(world)
    period = {
        "from_at": datetime(2026, 6, 1, tzinfo=SHANGHAI),
        "to_at": NOW + timedelta(9),
        "as_of": NOW + timedelta(1),
    }
    rollup.fold(connection, county=COUNTY)
    connection.execute(text("UPDATE kpi_cell SET received = received + 5"))
    assert summed(connection, "county", **period) != counted(connection, "county", **period)
    rebuild_sums(COUNTY)
    assert summed(connection, "county", **period) == counted(connection, "county", **period)


def test_the_first_times_are_those_of_the_history(connection: Connection, world: World) -> None:
    walk = Walk(world, dispatched(world)).to(State.RULING)
    first, again = (connection.execute(text("SELECT bounced_at, bounces FROM ticket WHERE id = :t"),
                                       {"t": walk.ticket_id}).one())  # fmt: skip
    assert (first, again) == (walk.at - timedelta(minutes=1), 2)
    assert date(2026, 6, 15) == first.astimezone(SHANGHAI).date()
