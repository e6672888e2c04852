"""The random second look: drawn once a week, taken by somebody else, and what did not hold is open again."""

import hashlib
from datetime import timedelta

import pytest
from sqlalchemy import Connection, text

from actions.evidence import Photo
from actions.reinspection import (
    NoProofError,
    NothingToLookAtError,
    NotYetOverError,
    OwnWorkError,
    draw_closures,
    look_again,
)
from db import finding, reinspection, ticket
from inspections.access import RefusedError
from inspections.kpi import BadPeriodError
from inspections.ticket import State
from tests.actions.story import Walk, column, dispatched, jpeg
from tests.world import COUNTY, NOW, World

FIRST, LAST = NOW - timedelta(days=1), NOW + timedelta(days=2)
LATER = NOW + timedelta(days=3)


def _closed(world: World, house: int = 1) -> int:
    key = dispatched(world, house)
    Walk(world, key).to(State.CLOSED)
    return key


def _drawn(world: World, at=LATER):
    return draw_closures(from_at=FIRST, to_at=LAST, actor=world.actors["centre"], at=at)


def test_a_draw_is_written_with_its_seed_and_repeated_from_the_record(connection: Connection, world: World) -> None:
    keys = [_closed(world, house) for house in (1, 2)]
    told = _drawn(world)
    (row,) = reinspection.draws(connection, COUNTY)
    stamp = "replace(to_char(closed_at AT TIME ZONE 'Asia/Shanghai', 'YYYY-MM-DD HH24:MI:SS'), ' ', 'T') || '+08:00'"
    sql = f"SELECT number || '|' || {stamp} FROM ticket WHERE id = ANY(:k) ORDER BY 1"
    lines = column(connection, sql, k=keys)
    assert row["seed"] == told.told.seed == hashlib.sha256("\n".join(lines).encode()).hexdigest()
    assert (row["closures"], row["picked"], row["done"]) == (2, len(told.told.picked), 0)
    assert [one["number"] for one in reinspection.of_draw(connection, COUNTY, told.draw_id)] == list(told.told.picked)


def test_a_week_is_drawn_once_when_it_is_over_and_by_the_centre_alone(connection: Connection, world: World) -> None:
    _closed(world)
    with pytest.raises(NotYetOverError):
        _drawn(world, at=NOW)
    with pytest.raises(BadPeriodError):
        draw_closures(from_at=LAST, to_at=FIRST, actor=world.actors["centre"], at=LATER)
    with pytest.raises(RefusedError):
        draw_closures(from_at=FIRST, to_at=LAST, actor=world.actors["fire"], at=LATER)
    _drawn(world)
    with pytest.raises(reinspection.AlreadyDrawnError):
        draw_closures(from_at=FIRST, to_at=LAST - timedelta(days=1), actor=world.actors["centre"], at=LATER)


def test_what_holds_is_counted_and_stays_closed(connection: Connection, world: World) -> None:
    key = _closed(world)
    _drawn(world)
    row = look_again(key, held=True, actor=world.actors["inspector"], at=LATER, note="已拆除")
    assert row["state"] == "CLOSED"
    assert reinspection.rates(connection, COUNTY, from_at=NOW, to_at=LATER + timedelta(days=1)) == [
        {"department": "fire", "done": 1, "failed": 0}
    ]
    with pytest.raises(NothingToLookAtError):
        look_again(key, held=True, actor=world.actors["inspector"], at=LATER)


def test_what_does_not_hold_is_reopened_with_its_hazards_and_its_photo(connection: Connection, world: World) -> None:
    key = _closed(world)
    _drawn(world)
    photos = [Photo(jpeg())]
    row = look_again(key, held=False, actor=world.actors["inspector"], at=LATER, note="仍在充电", photos=photos)
    assert (row["state"], row["reopens"], row["lead"]) == ("REWORK", 1, "fire")
    assert finding.of_ticket(connection, COUNTY, key)[0]["cleared_at"] is None
    last = ticket.events(connection, COUNTY, key)[-1]
    assert (last["event"], last["reason"], last["actor_name"]) == ("reopen", "仍在充电", "网格员甲")
    assert column(
        connection, "SELECT count(*) FROM evidence WHERE ticket_id = :t AND created_at = :at", t=key, at=LATER
    ) == [1]
    (rate,) = reinspection.rates(connection, COUNTY, from_at=NOW, to_at=LATER + timedelta(days=1))
    assert (rate["done"], rate["failed"]) == (1, 1)


def test_a_failed_look_needs_words_and_a_photo(connection: Connection, world: World) -> None:
    key = _closed(world)
    _drawn(world)
    for given in ({"note": "没拆"}, {"photos": [Photo(jpeg())]}, {"note": " ", "photos": [Photo(jpeg())]}):
        with pytest.raises(NoProofError):
            look_again(key, held=False, actor=world.actors["inspector"], at=LATER, **given)
    assert ticket.ticket(connection, COUNTY, key, now=LATER)["state"] == "CLOSED"


def test_who_closed_it_or_put_it_right_does_not_look_at_it_again(connection: Connection, world: World) -> None:
    key = _closed(world)
    _drawn(world)
    closer = world.actors["centre"]
    with pytest.raises(OwnWorkError):
        look_again(key, held=True, actor=closer, at=LATER)
    with pytest.raises(RefusedError):
        look_again(key, held=True, actor=world.actors["fire"], at=LATER)


def test_a_ticket_that_was_not_drawn_is_not_looked_at(connection: Connection, world: World) -> None:
    key = _closed(world)
    with pytest.raises(NothingToLookAtError):
        look_again(key, held=True, actor=world.actors["inspector"], at=LATER)


def test_the_record_itself_refuses_half_a_look(connection: Connection, world: World) -> None:
    _closed(world)
    _drawn(world)
    with pytest.raises(Exception, match="reinspection_done_check"):
        connection.execute(text("UPDATE reinspection SET held = true"))


def test_the_centre_sees_what_waits_under_its_own_tab(connection: Connection, world: World) -> None:
    key = _closed(world)
    _drawn(world)
    assert ticket.centre_counts(connection, county=COUNTY, now=LATER)["again"] == 1
    assert [row["id"] for row in ticket.centre_queue(connection, county=COUNTY, tab="again", now=LATER)] == [key]
    grids = column(connection, "SELECT grid_id FROM ticket WHERE id = :t", t=key)
    assert [row["id"] for row in reinspection.in_grids(connection, COUNTY, grids, now=LATER)] == [key]
    look_again(key, held=True, actor=world.actors["inspector"], at=LATER)
    assert ticket.centre_counts(connection, county=COUNTY, now=LATER)["again"] == 0
