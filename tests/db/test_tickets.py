"""What lies on whose desk: chips and lists that agree, clocks, neighbours, and the two tables of transitions."""

from datetime import timedelta

import pytest
from sqlalchemy import Connection, text

from actions.tickets import report, take_step
from db import query, ticket
from db.errors import HistoryError, translated
from db.ticket import CHIPS, TABS, NoSuchTicketError
from inspections.ticket import BY_ITSELF, IMPORTED, LEAD_CHANGES, TRANSITIONS, Event, State
from tests.actions.story import PASS_ON, Walk, dispatched
from tests.world import COUNTY, NOW, TOWN, World


def test_the_record_holds_the_table_of_transitions_row_for_row(connection: Connection) -> None:
    rows = query.rows(connection, "ticket_transitions")
    stored = {(row["event"], row["from_state"], row["to_state"]) for row in rows}
    assert stored == {
        (str(arrow.event), str(arrow.source or ""), str(arrow.target))
        for arrow in (*TRANSITIONS, *IMPORTED, *BY_ITSELF)
    }


def test_the_record_knows_the_same_events_that_change_a_lead(connection: Connection) -> None:
    sql = "SELECT prosrc FROM pg_proc WHERE proname = 'ticket_keeps_to_its_table'"
    body = connection.execute(text(sql)).scalar_one()
    (named,) = (line for line in body.splitlines() if "NOT IN (" in line)
    assert set(named.partition("NOT IN (")[2].partition(")")[0].replace("'", "").split(", ")) == set(LEAD_CHANGES)


def test_every_chip_lists_as_many_as_it_counts(connection: Connection, world: World) -> None:
    """Three tickets: one new, one passed on to housing, one handed in; housing is copied in on the first."""
    new, passed, done = (dispatched(world, n) for n in (1, 2, 3))
    take_step(new, Event.COPY, actor=world.actors["centre"], at=NOW, department="housing")
    Walk(world, passed)(*PASS_ON[:2], **PASS_ON[2])
    Walk(world, done).to(State.SUBMITTED)
    expected = {
        ("fire", 1): {"waiting": {new}, "soon": {new, passed}, "overdue": set(), "checking": {done}, "co": set()},
        ("fire", 48): {"waiting": {new}, "soon": set(), "overdue": {new, passed}, "checking": {done}, "co": set()},
        ("housing", 1): {"waiting": {passed}, "soon": set(), "overdue": set(), "checking": set(), "co": {new}},
    }
    for (department, hours), wanted in expected.items():
        now = NOW + timedelta(hours=hours)
        counted = ticket.chips(connection, county=COUNTY, department=department, now=now)
        for chip in CHIPS:
            listed = ticket.inbox(connection, county=COUNTY, department=department, now=now, chip=chip)
            assert ({row["id"] for row in listed}, chip) == (wanted[chip], chip)
            assert counted[chip] == len(listed)
        whole = ticket.inbox(connection, county=COUNTY, department=department, now=now)
        assert counted["all"] == len(whole)


def test_the_worst_clock_stands_first(connection: Connection, world: World) -> None:
    late = dispatched(world, 1, NOW - timedelta(days=3))
    later = dispatched(world, 2, NOW - timedelta(days=2))
    soon = dispatched(world, 3, NOW)
    handed_in = dispatched(world, 4, NOW - timedelta(days=5))
    Walk(world, handed_in, NOW - timedelta(days=4)).to(State.SUBMITTED)
    rows = ticket.inbox(connection, county=COUNTY, department="fire", now=NOW)
    assert [row["id"] for row in rows] == [late, later, soon, handed_in]
    assert [row["clock"] for row in rows] == ["overdue", "overdue", "soon", "handed_in"]


def test_an_inbox_is_narrowed_by_town_and_hazard(connection: Connection, world: World) -> None:
    key = dispatched(world)
    for filters, found in (
        ({"town": TOWN}, [key]), ({"town": "320581102"}, []), ({"hazard": "FI06"}, [key]), ({"hazard": "GR02"}, []),
        ({"limit": 0}, []), ({"words": "1号 聚沙"}, [key]), ({"words": "2号"}, []), ({"words": "0001"}, [key]),
        ({"words": "%"}, []), ({"words": "_"}, []),
    ):  # fmt: skip
        rows = ticket.inbox(connection, county=COUNTY, department="fire", now=NOW, **filters)  # type: ignore[arg-type]
        assert [row["id"] for row in rows] == found


@pytest.mark.parametrize(
    ("state", "tab"),
    [
        (State.RULING, "ruling"),
        (State.SUBMITTED, "recheck"),
        (State.RECHECK, "recheck"),
        (State.EXTENSION_REQ, "extension"),
    ],
)
def test_what_waits_for_the_centre_is_under_its_tab(
    connection: Connection, world: World, state: State, tab: ticket.Tab
) -> None:
    key = dispatched(world)
    now = Walk(world, key).to(state).at
    counts = ticket.centre_counts(connection, county=COUNTY, now=now)
    for name in TABS:
        listed = [row["id"] for row in ticket.centre_queue(connection, county=COUNTY, tab=name, now=now)]
        assert listed == ([key] if name == tab else [])
        assert counts[name] == len(listed)


def test_a_late_ticket_is_told_of_to_the_centre(connection: Connection, world: World) -> None:
    key = dispatched(world)
    for hours, late in ((23, []), (25, [key])):
        now = NOW + timedelta(hours=hours)
        rows = ticket.centre_queue(connection, county=COUNTY, tab="overdue", now=now)
        assert [row["id"] for row in rows] == late
        assert ticket.centre_counts(connection, county=COUNTY, now=now)["overdue"] == len(late)


def test_a_ticket_that_nobody_touches_is_told_of_unless_it_is_paused(connection: Connection, world: World) -> None:
    quiet, paused = dispatched(world, 1), dispatched(world, 2)
    Walk(world, paused).to(State.ACCEPTED)("centre", Event.SUSPEND, reason="待拆", until=NOW + timedelta(days=30))
    for days, silent in ((6, []), (8, [quiet]), (31, [quiet, paused])):
        now = NOW + timedelta(days=days)
        rows = ticket.centre_queue(connection, county=COUNTY, tab="silent", now=now)
        assert [row["id"] for row in rows] == silent
        assert ticket.centre_counts(connection, county=COUNTY, now=now)["silent"] == len(silent)


def test_neighbours_are_open_tickets_of_other_houses_by_metres(connection: Connection, world: World) -> None:
    here, near, far = (dispatched(world, n) for n in (1, 2, 4))
    (found,) = ticket.neighbours(connection, COUNTY, here, now=NOW, metres=200)
    # A thousandth of a degree each way: 94.8 m east and 110.9 m north at this latitude.
    assert found["id"] == near
    assert found["metres"] == pytest.approx(145.9, abs=0.5)
    assert [row["id"] for row in ticket.neighbours(connection, COUNTY, here, now=NOW, metres=500)] == [near, far]
    Walk(world, near).to(State.CLOSED)
    assert [row["id"] for row in ticket.neighbours(connection, COUNTY, here, now=NOW, metres=500)] == [far]


def test_a_ticket_is_found_by_its_number_and_says_where_it_is(connection: Connection, world: World) -> None:
    row = report(world.houses[1], "FI06", words="电动车", actor=world.actors["centre"], at=NOW)
    found = ticket.by_number(connection, COUNTY, f" {row['number']} ", now=NOW)
    assert found == row
    assert (found["address_code"], found["village_name"]) == (world.codes[1], "聚沙村村民委员会")
    assert (found["lon"], found["lat"]) == (120.902, 31.705)
    with pytest.raises(NoSuchTicketError):
        ticket.by_number(connection, COUNTY, "nothing", now=NOW)
    with pytest.raises(NoSuchTicketError):
        ticket.ticket(connection, "330282", row["id"], now=NOW)


def test_rechecks_come_to_the_inspector_of_their_grid(connection: Connection, world: World) -> None:
    key = dispatched(world)
    Walk(world, key).to(State.SUBMITTED)
    west, east = (world.grids[code] for code in sorted(world.grids)[:2])
    assert [row["id"] for row in ticket.rechecks(connection, COUNTY, [west], now=NOW)] == [key]
    assert ticket.rechecks(connection, COUNTY, [east], now=NOW) == []


def test_history_is_never_rewritten(connection: Connection, world: World) -> None:
    key = dispatched(world)
    for sql in (
        "UPDATE ticket_event SET actor = NULL WHERE ticket_id = :t",
        "DELETE FROM ticket_event WHERE ticket_id = :t",
        "DELETE FROM ticket WHERE id = :t",
    ):
        with pytest.raises(HistoryError), translated(), connection.begin_nested():
            connection.execute(text(sql), {"t": key})


def test_no_ticket_stands_without_a_lead(connection: Connection, world: World) -> None:
    key = dispatched(world)
    with pytest.raises(Exception, match="lead"), connection.begin_nested():
        connection.execute(text("UPDATE ticket SET lead = NULL WHERE id = :t"), {"t": key})
