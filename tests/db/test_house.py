"""What lists, cards and frames of houses say, and to whom; what a look at personal data leaves behind."""

from datetime import timedelta

import pytest
from sqlalchemy import Connection, text

from actions.people import ReasonTooShortError, reveal_person
from db import house
from db.party import NoSuchPartyError
from inspections.access import Actor, Grant, RefusedError
from inspections.role import AreaKind, Role
from tests import world as tiny


def ticket(connection: Connection, house_id: int, *, lead: str) -> None:
    connection.execute(
        text("INSERT INTO ticket (county, number, house_id, village, lead, hazard, severity, opened_at, last_at)"
             " VALUES (:c, :n, :h, :v, :l, 'FI06', 1, :at, :at)"),
        {"c": tiny.COUNTY, "n": f"T{house_id}", "h": house_id, "v": tiny.VILLAGE, "l": lead, "at": tiny.NOW},
    )  # fmt: skip


def found(connection: Connection, world: tiny.World, who: str | Actor, **query: object) -> set[int]:
    actor = world.actors[who] if isinstance(who, str) else who
    numbers = {key: number for number, key in world.houses.items()}
    return {numbers[row["id"]] for row in house.search(connection, actor=actor, **query)}  # type: ignore[arg-type]


def test_each_role_finds_the_houses_of_its_area_and_no_other(connection: Connection, world: tiny.World) -> None:
    ticket(connection, world.houses[6], lead="fire")
    assert found(connection, world, "inspector") == {1, 2, 3, 4}
    assert found(connection, world, "inspector2") == {5}
    assert found(connection, world, "centre") == found(connection, world, "leader") == {1, 2, 3, 4, 5, 6}
    assert found(connection, world, "fire") == {6}
    assert found(connection, world, "housing") == set()
    for kind, code, expected in (
        (AreaKind.TOWN, tiny.TOWN, {1, 2, 3, 4, 5, 6}),
        (AreaKind.VILLAGE, tiny.OTHER_VILLAGE, {6}),
    ):
        actor = Actor(1, tiny.COUNTY, "片区", grants=(Grant(Role.CENTRE, kind, code),))
        assert found(connection, world, actor) == expected


def test_houses_are_found_by_code_words_and_other_numbers(connection: Connection, world: tiny.World) -> None:
    code = world.codes[3]
    assert found(connection, world, "centre", text=code) == {3}
    assert found(connection, world, "centre", text=f"{code[:6]}-{code[6:9]}-{code[9:12]}-{code[12:17]}") == {3}
    assert found(connection, world, "centre", text=tiny.OTHER_VILLAGE) == {6}
    assert found(connection, world, "centre", text="聚沙 5号") == {5}
    assert found(connection, world, "centre", text="%") == set()
    assert found(connection, world, "centre", text="_号") == set()
    connection.execute(
        text("INSERT INTO address_alias (county, address_id, scheme, value)"
             " SELECT county, address_id, 'METER_ELEC', '0512-9' FROM house WHERE id = :h"), {"h": world.houses[2]},
    )  # fmt: skip
    connection.execute(text("UPDATE house SET source_key = 'key:CS77' WHERE id = :h"), {"h": world.houses[4]})
    assert found(connection, world, "centre", text="0512-9") == {2}
    assert found(connection, world, "centre", text="CS77") == {4}


def test_the_never_visited_come_first_and_pages_add_up(connection: Connection, world: tiny.World) -> None:
    for number in (1, 2, 3):
        connection.execute(text("UPDATE house SET last_visit_at = :at, colour = 'green' WHERE id = :h"),
                           {"h": world.houses[number], "at": tiny.NOW - timedelta(days=number)})  # fmt: skip
    rows = house.search(connection, actor=world.actors["centre"])
    assert [row["id"] for row in rows] == [world.houses[n] for n in (4, 5, 6, 3, 2, 1)]
    assert {row["found"] for row in rows} == {6}
    pages = [house.search(connection, actor=world.actors["centre"], page=(2, skip)) for skip in (0, 2, 4)]
    assert [row["id"] for page in pages for row in page] == [row["id"] for row in rows]
    green = house.search(connection, actor=world.actors["centre"], colours=["green"])
    assert {row["id"] for row in green} == {world.houses[n] for n in (1, 2, 3)}


def test_a_card_is_refused_outside_the_area(connection: Connection, world: tiny.World) -> None:
    def card(who: str, number: int) -> dict:
        return house.card(
            connection, county=tiny.COUNTY, key=world.houses[number], on=tiny.TODAY, actor=world.actors[who]
        )

    assert card("inspector", 1)["short"] == "聚沙村 1号"
    assert len(card("inspector", 1)["rooms"]) == 2
    with pytest.raises(RefusedError):
        card("inspector", 5)
    with pytest.raises(RefusedError):
        card("fire", 1)
    ticket(connection, world.houses[1], lead="fire")
    assert [row["lead"] for row in card("fire", 1)["tickets"]] == ["fire"]
    with pytest.raises(RefusedError):
        card("urban", 1)
    with pytest.raises(house.NoSuchHouseError):
        house.one(connection, county=tiny.COUNTY, key=-1)
    with pytest.raises(house.NoSuchHouseError):
        house.one(connection, county="330282", key=world.houses[1])


def test_a_frame_keeps_its_columns_when_it_is_empty(connection: Connection, world: tiny.World) -> None:
    full = house.houses_frame(connection, county=tiny.COUNTY)
    assert len(full) == 6
    assert full.crs.to_epsg() == 4490
    here = house.houses_frame(connection, county=tiny.COUNTY, bounds=(120.9, 31.7, 120.9035, 31.72))
    assert set(here["id"]) == {world.houses[1], world.houses[2]}
    west = house.houses_frame(connection, county=tiny.COUNTY, grid_ids=[world.grids[tiny.WEST]], limit=3)
    assert len(west) == 3
    empty = house.houses_frame(connection, county=tiny.COUNTY, grid_ids=[])
    assert list(empty.columns) == list(full.columns)
    assert empty.crs.to_epsg() == 4490


def test_colours_are_counted(connection: Connection, world: tiny.World) -> None:
    connection.execute(text("UPDATE house SET colour = 'red' WHERE id = :h"), {"h": world.houses[5]})
    assert house.colours(connection, county=tiny.COUNTY) == {"unseen": 5, "red": 1}
    assert house.colours(connection, county=tiny.COUNTY, village=tiny.OTHER_VILLAGE) == {"unseen": 1}


def test_a_look_at_a_phone_number_needs_a_reason_and_is_in_the_audit(connection: Connection, world: tiny.World) -> None:
    actor = world.actors["inspector"]
    with pytest.raises(ReasonTooShortError):
        reveal_person(world.houses[1], "phone", reason=" 看 ", actor=actor)
    with pytest.raises(RefusedError):
        reveal_person(world.houses[5], "phone", reason="电话约上门时间", actor=actor)
    with pytest.raises(RefusedError):
        reveal_person(world.houses[1], "phone", reason="电话约上门时间", actor=world.actors["leader"])
    assert reveal_person(world.houses[1], "phone", reason="电话约上门时间", actor=actor) == "19900000001"
    with pytest.raises(NoSuchPartyError):
        reveal_person(world.houses[1], "id_no", reason="核对产权证明", actor=actor)
    deeds = connection.execute(text("SELECT account_id, name, object_id, detail FROM deed")).all()
    assert [(row.account_id, row.name, row.object_id, row.detail["field"]) for row in deeds] == [
        (actor.account_id, "house.view_person", str(world.houses[1]), "phone")
    ]
    assert "19900000001" not in str(deeds)
