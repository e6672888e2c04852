"""From the facts at the door to tickets on the right desks."""

from datetime import timedelta

import pytest
from sqlalchemy import Connection, text

from actions.visits import (
    BadPositionError,
    IncompleteVisitError,
    NoSuchRoomError,
    preview,
    save_visit,
    start_visit,
    submit_visit,
)
from db import evidence, finding, ticket, visit
from inspections.access import RefusedError
from inspections.facts import BadFactError, UnknownFactError
from inspections.visit import NextTry, Outcome
from tests.actions.story import column, drafted, visited
from tests.world import COUNTY, NOW, WEST, World


def _house(connection: Connection, world: World, number: int = 1) -> dict:
    sql = text("SELECT * FROM house WHERE county = :c AND id = :h")
    return dict(connection.execute(sql, {"c": COUNTY, "h": world.houses[number]}).mappings().one())


def test_a_visit_without_hazard_leaves_a_green_house_and_no_ticket(connection: Connection, world: World) -> None:
    done = visited(world)
    assert (done.hazards, done.tickets, done.colour) == ((), (), "green")
    house = _house(connection, world)
    assert (house["colour"], house["last_visit_at"], house["no_access"]) == ("green", NOW, 0)
    assert house["due_on"] == done.due_on == NOW.date() + timedelta(days=90)
    assert house["persons"] == 2


def test_three_strangers_in_one_room_become_a_ticket_on_the_housing_desk(connection: Connection, world: World) -> None:
    done = visited(world, persons=3)
    codes = [one.code for one in done.hazards]
    assert "GR02" in codes
    (raised,) = done.tickets
    assert (raised.state, raised.lead, raised.new) == ("DISPATCHED", "housing", True)
    row = ticket.ticket(connection, COUNTY, raised.id, now=NOW)
    assert row["severity"] == min(one.severity for one in done.hazards)
    assert row["due_at"] == min(one.due_at for one in done.hazards)
    assert row["grid"] == WEST
    history = [one["event"] for one in ticket.events(connection, COUNTY, raised.id)]
    assert history == ["report", "verify", "file", "dispatch"]
    assert {item["rule_code"] for item in ticket.items(connection, COUNTY, raised.id)} == set(codes)
    assert column(connection, "SELECT headcount FROM room WHERE county=:c AND id=:r", r=world.rooms[1][0]) == [3]
    assert _house(connection, world)["persons"] == 4


def test_an_indoor_electric_bicycle_makes_the_house_red(connection: Connection, world: World) -> None:
    done = visited(world, ebike_inside=True)
    assert done.colour == "red"
    assert done.tickets[0].lead == "fire"
    assert _house(connection, world)["colour"] == "red"


def test_hazards_of_two_departments_go_on_one_ticket_with_the_second_working_along(
    connection: Connection, world: World
) -> None:
    done = visited(world, persons=3, ebike_inside=True)
    assert {one.lead for one in done.hazards} >= {"fire", "housing"}
    (raised,) = done.tickets
    row = ticket.ticket(connection, COUNTY, raised.id, now=NOW)
    assert row["lead"] == "fire"
    assert "housing" in row["co"]
    desk = ticket.inbox(connection, county=COUNTY, department="housing", now=NOW, chip="co")
    assert [one["id"] for one in desk] == [raised.id]


def test_a_second_visit_adds_to_the_open_ticket_and_never_raises_another(connection: Connection, world: World) -> None:
    first = visited(world, persons=3)
    later = NOW + timedelta(days=3)
    second = visited(world, at=later, persons=3, ebike_inside=True)
    (raised,) = second.tickets
    assert (raised.id, raised.new) == (first.tickets[0].id, False)
    assert {one.code for one in second.hazards if one.known} == {one.code for one in first.hazards}
    row = ticket.ticket(connection, COUNTY, raised.id, now=later)
    assert (row["severity"], row["hazard"], row["lead"]) == (1, "FI06", "housing")
    assert "fire" in row["co"]
    assert ticket.events(connection, COUNTY, raised.id)[-1]["event"] == "copy"
    codes = [item["rule_code"] for item in ticket.items(connection, COUNTY, raised.id)]
    assert len(codes) == len(set(codes))


def test_a_hazard_that_is_gone_is_noted_but_stays_open_until_its_ticket_closes(
    connection: Connection, world: World
) -> None:
    visited(world, ebike_inside=True)
    later = NOW + timedelta(days=1)
    done = visited(world, at=later)
    assert [one.code for one in done.gone] == ["FI06"]
    (item,) = finding.open_of_house(connection, COUNTY, world.houses[1])
    assert (item["absent_at"], item["cleared_at"]) == (later, None)
    assert done.colour == "red"
    again = visited(world, at=later + timedelta(days=1), ebike_inside=True)
    assert again.gone == ()
    assert finding.open_of_house(connection, COUNTY, world.houses[1])[0]["absent_at"] is None


def test_a_routing_rule_of_the_county_goes_before_the_law_s_own_lead(connection: Connection, world: World) -> None:
    connection.execute(
        text("INSERT INTO routing_rule (county, priority, hazard, lead, co, valid) "
             "VALUES (:c, 1, 'FI*', 'urban', '{police}', '[2020-01-01,)')"), {"c": COUNTY})  # fmt: skip
    done = visited(world, ebike_inside=True)
    assert done.tickets[0].lead == "urban"
    assert ticket.ticket(connection, COUNTY, done.tickets[0].id, now=NOW)["co"] == ["police"]


def test_nobody_home_is_counted_and_names_when_to_come_again(connection: Connection, world: World) -> None:
    inspector = world.actors["inspector"]
    draft = start_visit(world.houses[2], actor=inspector, at=NOW)
    done = submit_visit(draft["id"], outcome=Outcome.NOBODY, next_try=NextTry.EVENING, actor=inspector, at=NOW)
    house = _house(connection, world, 2)
    assert (house["no_access"], house["next_try"], house["last_visit_at"]) == (1, "evening", None)
    assert done.next_on == NOW.date() + timedelta(days=1)
    assert done.tickets == ()


def test_a_position_among_high_walls_is_kept_as_it_is_and_keeps_nothing_back(
    connection: Connection, world: World
) -> None:
    inspector = world.actors["inspector"]
    key = start_visit(world.houses[1], actor=inspector, at=NOW)["id"]
    save_visit(key, actor=inspector, position=(120.902, 31.705, 260.0))
    submit_visit(key, outcome=Outcome.NOBODY, next_try=NextTry.EVENING, actor=inspector, at=NOW)
    assert column(connection, "SELECT accuracy_m FROM visit WHERE id = :id", id=key) == [260.0]


def test_nobody_home_without_a_next_try_is_not_taken(connection: Connection, world: World) -> None:
    inspector = world.actors["inspector"]
    draft = start_visit(world.houses[2], actor=inspector, at=NOW)
    with pytest.raises(IncompleteVisitError) as refused:
        submit_visit(draft["id"], outcome=Outcome.NOBODY, actor=inspector, at=NOW)
    assert [one.key for one in refused.value.problems] == ["inspections.problem.no_next_try"]
    assert visit.visit(connection, COUNTY, draft["id"])["state"] == "draft"
    assert _house(connection, world, 2)["no_access"] == 0


def test_a_hazard_that_needs_proof_is_not_taken_without_its_photo(connection: Connection, world: World) -> None:
    inspector = world.actors["inspector"]
    key = drafted(world, inspector)
    save_visit(key, actor=inspector, facts={"ebike_inside": True})
    with pytest.raises(IncompleteVisitError) as refused:
        submit_visit(key, outcome=Outcome.GRANTED, actor=inspector, at=NOW)
    assert {"fact": "ebike_inside"} in [one.params for one in refused.value.problems]


def test_handing_in_twice_tells_the_same_and_writes_once(connection: Connection, world: World) -> None:
    inspector = world.actors["inspector"]
    key = drafted(world, inspector, ebike_inside=True)
    first = submit_visit(key, outcome=Outcome.GRANTED, actor=inspector, at=NOW)
    again = submit_visit(key, outcome=Outcome.NOBODY, actor=inspector, at=NOW + timedelta(hours=1))
    assert again == first
    assert len(ticket.of_house(connection, COUNTY, world.houses[1], now=NOW)) == 1
    assert len(finding.open_of_house(connection, COUNTY, world.houses[1])) == len(first.hazards)


def test_one_inspector_has_one_draft_of_a_house(connection: Connection, world: World) -> None:
    inspector = world.actors["inspector"]
    first = start_visit(world.houses[1], actor=inspector, at=NOW)
    assert start_visit(world.houses[1], actor=inspector, at=NOW + timedelta(hours=1))["id"] == first["id"]


def test_every_tap_is_kept_and_can_be_taken_back(connection: Connection, world: World) -> None:
    inspector, room = world.actors["inspector"], world.rooms[1][0]
    key = start_visit(world.houses[1], actor=inspector, at=NOW)["id"]
    save_visit(key, actor=inspector, facts={"stairs": 2})
    save_visit(key, actor=inspector, facts={"beds": 4}, rooms={room: {"persons": 3}})
    save_visit(key, actor=inspector, rooms={room: {"use_m2": 9.5}}, note="二楼锁门", outcome=Outcome.GRANTED)
    row = save_visit(key, actor=inspector, facts={"beds": None}, position=(120.902, 31.705, 6.0))
    assert row["facts"] == {"stairs": 2, "beds": None}
    assert row["room_facts"] == [{"key": str(room), "persons": 3, "use_m2": 9.5}]
    assert (row["note"], row["outcome"], row["accuracy_m"]) == ("二楼锁门", "granted", 6.0)
    assert row["house_m"] < 1


@pytest.mark.parametrize(
    ("given", "error"),
    [
        ({"facts": {"colour": "red"}}, UnknownFactError),
        ({"facts": {"stairs": "two"}}, BadFactError),
        ({"rooms": {999_999: {"persons": 1}}}, NoSuchRoomError),
        ({"position": (float("nan"), 31.7, 5.0)}, BadPositionError),
        ({"position": (31.7, 120.9, 5.0)}, BadPositionError),
    ],
)
def test_a_tap_that_cannot_be_is_refused(connection: Connection, world: World, given: dict, error: type) -> None:
    key = start_visit(world.houses[1], actor=world.actors["inspector"], at=NOW)["id"]
    with pytest.raises(error):
        save_visit(key, actor=world.actors["inspector"], **given)
    assert visit.visit(connection, COUNTY, key)["facts"] == {}


def test_an_inspector_may_not_visit_a_house_of_another_grid(connection: Connection, world: World) -> None:
    with pytest.raises(RefusedError):
        start_visit(world.houses[5], actor=world.actors["inspector"], at=NOW)


def test_nobody_writes_in_another_person_s_draft(connection: Connection, world: World) -> None:
    key = start_visit(world.houses[1], actor=world.actors["inspector"], at=NOW)["id"]
    other = world.actors["inspector2"]
    for attempt in (
        lambda: save_visit(key, actor=other, facts={"stairs": 1}),
        lambda: submit_visit(key, outcome=Outcome.REFUSED, actor=other, at=NOW),
        lambda: preview(key, actor=other, at=NOW),
    ):
        with pytest.raises(RefusedError):
            attempt()


def test_a_preview_tells_what_the_visit_will_and_writes_nothing(connection: Connection, world: World) -> None:
    inspector = world.actors["inspector"]
    key = drafted(world, inspector, persons=3, ebike_inside=True)
    told = preview(key, actor=inspector, at=NOW)
    assert told.problems == ()
    assert finding.open_of_house(connection, COUNTY, world.houses[1]) == []
    done = submit_visit(key, outcome=Outcome.GRANTED, actor=inspector, at=NOW)
    assert done.hazards == told.hazards


def test_the_photos_of_a_visit_stand_on_its_ticket(connection: Connection, world: World) -> None:
    done = visited(world, ebike_inside=True)
    (photo,) = evidence.of_ticket(connection, COUNTY, done.tickets[0].id)
    assert (photo["kind"], photo["fact"], photo["visit_id"]) == ("before", "ebike_inside", done.visit_id)


def test_a_visit_ticks_off_the_stop_of_the_day(connection: Connection, world: World) -> None:
    plan = connection.execute(
        text("INSERT INTO plan (county, account_id, on_date, seed, seconds, detour_factor, shift_minutes) "
             "VALUES (:c, :a, :d, 1, 1, 1.3, 420) RETURNING id"),
        {"c": COUNTY, "a": world.accounts["inspector"], "d": NOW.date()}).scalar_one()  # fmt: skip
    stop = connection.execute(
        text("INSERT INTO stop (county, plan_id, seq, house_id, eta_at, service_minutes, travel_m) "
             "VALUES (:c, :p, 1, :h, :at, 15, 0) RETURNING id"),
        {"c": COUNTY, "p": plan, "h": world.houses[1], "at": NOW}).scalar_one()  # fmt: skip
    visited(world)
    assert column(connection, "SELECT state FROM stop WHERE county=:c AND id=:s", s=stop) == ["done"]
