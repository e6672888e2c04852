"""Registering houses and rooms one by one, and by two hands at once."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, Engine, text

from actions.register import NewHouse, NewRoom, add_rooms, register_house
from db import crypto, house, register
from db.engine import bound_to
from db.errors import AlreadyRegisteredError, PermanentError, translated
from db.party import Person
from gis.code import AddressCode, VirtualVillageError
from gis.mask import mask_id_no, mask_name, mask_phone
from inspections.access import RefusedError
from tests import world as tiny

OWNER = Person("张小三", "13812345678", "11010519491231002X", "resident_id")


def new(**changes: object) -> NewHouse:
    values = {
        "village": tiny.VILLAGE,
        "address": "梅李镇聚沙村12组8号",
        "kind": "self_built",
        "lon": 120.905,
        "lat": 31.71,
    }
    return NewHouse(**(values | changes))  # type: ignore[arg-type]


def test_a_registered_house_gets_the_next_code_its_grid_and_its_people_sealed(
    connection: Connection, world: tiny.World
) -> None:
    code = register_house(
        new(owner=OWNER, doorplate="12-8", register_no="MX-77", rooms=(NewRoom("0203", 1, usable_m2=9.5),)),
        actor=world.actors["centre"], at=tiny.NOW,
    )  # fmt: skip
    assert AddressCode.parse(code).house == 6
    card = house.card(connection, county=tiny.COUNTY, key=code, on=tiny.TODAY, actor=world.actors["inspector"])
    assert card["grid"] == tiny.WEST
    assert card["short"] == "聚沙村 12组 8号"
    assert card["owner"]["name"] == "张*三"
    assert card["owner"]["phone"] == "138****5678"
    assert card["owner"]["id_no"] == "110***2X"
    assert {alias["scheme"]: alias["value"] for alias in card["aliases"]} == {"DOORPLATE": "12-8", "REGISTER": "MX-77"}
    assert [(room["suite"], room["label"], room["usable_m2"]) for room in card["rooms"]] == [("203", "203-1", 9.5)]
    assert card["rooms"][0]["code"] == str(AddressCode.parse(code).child(suite="0203").child(room=1))
    assert [person["name"] for person in card["duty"]] == ["网格员甲"]
    stored = (
        connection.execute(text("SELECT * FROM party WHERE id = :id"), {"id": card["owner"]["id"]}).mappings().one()
    )
    everything = b"".join(bytes(v) if isinstance(v, memoryview | bytes) else str(v).encode() for v in stored.values())
    for secret in (OWNER.name, OWNER.phone, OWNER.id_no):
        assert str(secret).encode() not in everything
    assert crypto.unseal(stored["id_no_enc"]) == OWNER.id_no


def test_the_same_owner_of_two_houses_is_one_person_but_bare_namesakes_are_not(
    connection: Connection, world: tiny.World
) -> None:
    actor = world.actors["centre"]
    people = (OWNER, Person(OWNER.name, OWNER.phone, OWNER.id_no), Person("李四"), Person("李四"))
    codes = [register_house(new(owner=person), actor=actor, at=tiny.NOW) for person in people]
    owners = [house.one(connection, county=tiny.COUNTY, key=code)["owner_id"] for code in codes]
    assert owners[0] == owners[1]
    assert len(set(owners)) == 3


def test_rooms_are_added_with_the_suites_and_stairs_they_need(connection: Connection, world: tiny.World) -> None:
    actor = world.actors["inspector"]
    ids = add_rooms(
        world.houses[1],
        [NewRoom("0101", 3, kind="partition", headcount=2), NewRoom("9101", 1, kind="basement"),
         NewRoom("1003", 2, unit=2)],
        actor=actor, at=tiny.NOW,
    )  # fmt: skip
    rooms = {room["id"]: room for room in house.rooms(connection, county=tiny.COUNTY, house_id=world.houses[1])}
    assert len(rooms) == 5
    assert [rooms[key]["floor"] for key in ids] == [1, -1, 10]
    code = AddressCode.parse(rooms[ids[2]]["code"])
    chain = [str(code), *(str(above) for above in code.ancestors)]
    query = "SELECT a.code, p.code FROM address a LEFT JOIN address p ON p.id = a.parent_id WHERE a.code = ANY(:c)"
    parents = dict(connection.execute(text(query), {"c": chain}).all())
    assert parents == dict(zip(chain, [*chain[1:], None], strict=True))
    assert len({rooms[key]["suite_id"] for key in ids}) == 3


def test_a_room_number_once_given_is_never_given_again(connection: Connection, world: tiny.World) -> None:
    with pytest.raises(AlreadyRegisteredError):
        add_rooms(world.houses[1], [NewRoom("0101", 1)], actor=world.actors["inspector"], at=tiny.NOW)


def test_a_house_outside_the_area_or_in_a_virtual_village_is_refused(connection: Connection, world: tiny.World) -> None:
    with pytest.raises(RefusedError):
        register_house(new(lon=120.915), actor=world.actors["inspector"], at=tiny.NOW)
    with pytest.raises(RefusedError):
        register_house(new(), actor=world.actors["leader"], at=tiny.NOW)
    with pytest.raises(VirtualVillageError):
        register_house(new(village="320581401498"), actor=world.actors["centre"], at=tiny.NOW)
    with pytest.raises(RefusedError):
        add_rooms(world.houses[5], [NewRoom("0102", 1)], actor=world.actors["inspector"], at=tiny.NOW)


def test_a_register_key_belongs_to_one_house(connection: Connection, world: tiny.World) -> None:
    with pytest.raises(AlreadyRegisteredError):
        register_house(new(source_key="T-1"), actor=world.actors["centre"], at=tiny.NOW)


def test_an_issued_code_is_neither_changed_nor_deleted(connection: Connection, world: tiny.World) -> None:
    for statement in ("UPDATE address SET code = :other WHERE code = :code", "DELETE FROM address WHERE code = :code"):
        other = AddressCode.make(village=tiny.VILLAGE, house=999)
        with pytest.raises(PermanentError), translated(), connection.begin_nested():
            connection.execute(text(statement), {"code": world.codes[1], "other": str(other)})


def test_two_writers_at_once_never_get_the_same_serial_and_skip_none(database: tuple[Engine, tiny.World]) -> None:
    engine, _ = database
    village, rounds, size, start = "320581101299", 40, 3, Barrier(2)

    def writer() -> list[int]:
        start.wait()
        taken: list[int] = []
        for _ in range(rounds):
            with engine.begin() as own:
                taken += register.allot(own, county=tiny.COUNTY, village=village, houses=size)
        return taken

    try:
        with ThreadPoolExecutor(2) as pool:
            one, other = (future.result(timeout=60) for future in [pool.submit(writer) for _ in range(2)])
        assert sorted(one + other) == list(range(1, 2 * rounds * size + 1))
        assert one == sorted(one)
        assert other == sorted(other)
    finally:
        with engine.begin() as own:
            own.execute(text("DELETE FROM code_serial WHERE village = :v"), {"v": village})


def test_an_undone_registration_waits_for_the_serial_of_another_writer(database: tuple[Engine, tiny.World]) -> None:
    """The second writer takes the serial only once the first is through, so a rollback leaves no duplicate."""
    engine, _ = database
    with engine.connect() as first, engine.connect() as second, ThreadPoolExecutor(1) as pool:
        undone = first.begin()
        given = register.allot(first, county=tiny.COUNTY, village=tiny.VILLAGE, houses=1)
        waiting = pool.submit(register.allot, second, county=tiny.COUNTY, village=tiny.VILLAGE, houses=1)
        undone.rollback()
        assert waiting.result(timeout=30) == given
        second.rollback()


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(counts=st.lists(st.integers(1, 4), min_size=1, max_size=4))
def test_codes_of_a_village_follow_each_other_however_they_are_asked_for(
    database: tuple[Engine, tiny.World], counts: list[int]
) -> None:
    engine, _ = database
    with engine.connect() as own, bound_to(own):
        outer = own.begin()
        codes = [
            code for n in counts
            for code in register.add(own, county=tiny.COUNTY, houses=[new(address=f"{i}号") for i in range(n)])
        ]  # fmt: skip
        serials = [AddressCode.parse(code).house for code in codes]
        assert serials == list(range(6, 6 + sum(counts)))
        outer.rollback()


@given(st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FFF), min_size=2, max_size=6))
def test_a_masked_name_keeps_its_length_and_hides_the_given_name(name: str) -> None:
    masked = mask_name(name)
    assert len(masked) == len(name)
    assert masked[0] == name[0]
    assert set(masked[1:-1] if len(name) > 2 else masked[1:]) <= {"*"}


def test_masks_show_what_the_house_rules_allow() -> None:
    assert mask_name("张三") == "张*"
    assert mask_name("常熟市某某置业有限公司", kind="organisation") == "常熟市某某置业有限公司"
    assert mask_phone("13812345678") == "138****5678"
    assert mask_phone("12345") == "****45"
    assert mask_id_no("11010519491231002X") == "110***2X"
    assert mask_id_no("A12345") == "***"
