"""Other numbers: given, ended, never two at a time, and who had one on which day."""

from datetime import date, timedelta

import pytest
from sqlalchemy import Connection

from actions.aliases import AliasPeriodError, RetiredAddressError, add_alias, end_alias
from actions.codes import demolish_house
from db import alias, house
from db.errors import OverlapError
from gis.alias import AliasShapeError
from inspections.access import RefusedError
from tests.world import COUNTY, NOW, TODAY, World

METER = "32050012345"


def who_had(connection: Connection, on: date | None = None) -> list[str]:
    return [row["code"] for row in alias.holders(connection, county=COUNTY, value=METER, scheme="METER_ELEC", on=on)]


def test_a_meter_passes_from_house_to_house_and_the_record_knows_when(connection: Connection, world: World) -> None:
    clerk = {"actor": world.actors["centre"], "at": NOW}
    key = add_alias(world.codes[1], "METER_ELEC", METER, since=date(2025, 1, 1), **clerk)
    with pytest.raises(OverlapError):
        add_alias(world.codes[2], "METER_ELEC", METER, **clerk)
    assert end_alias(key, on=date(2026, 1, 1), **clerk)
    assert not end_alias(key, on=date(2026, 2, 1), **clerk)
    add_alias(world.codes[2], "METER_ELEC", METER, **clerk)
    assert who_had(connection, date(2025, 6, 1)) == [world.codes[1]]
    assert who_had(connection, date(2026, 3, 1)) == []
    assert who_had(connection, TODAY) == [world.codes[2]]
    assert who_had(connection) == [world.codes[2], world.codes[1]]


def test_a_room_has_numbers_of_its_own(connection: Connection, world: World) -> None:
    room = house.card(connection, county=COUNTY, key=world.codes[1], on=TODAY)["rooms"][0]["code"]
    add_alias(room, "BDCDY28", "320581 001002 GB00003 F00010001", actor=world.actors["admin"], at=NOW)
    (row,) = alias.holders(connection, county=COUNTY, value="320581001002GB00003F00010001")
    assert (row["code"], row["level"]) == (room, "room")


def test_what_does_not_fit_is_not_kept(connection: Connection, world: World) -> None:
    clerk = {"actor": world.actors["centre"], "at": NOW}
    with pytest.raises(AliasShapeError):
        add_alias(world.codes[1], "SZ25", "12", **clerk)
    with pytest.raises(AliasPeriodError):
        add_alias(world.codes[1], "METER_ELEC", METER, since=TODAY, until=TODAY, **clerk)
    demolish_house(world.houses[1], reason="房屋已拆", **clerk)
    with pytest.raises(RetiredAddressError):
        add_alias(world.codes[1], "METER_ELEC", METER, **clerk)
    assert who_had(connection) == []


@pytest.mark.parametrize("who", ["inspector", "fire", "leader"])
def test_only_centre_and_administrator_give_numbers(connection: Connection, world: World, who: str) -> None:
    key = add_alias(world.codes[1], "METER_ELEC", METER, since=TODAY - timedelta(days=1),
                    actor=world.actors["centre"], at=NOW)  # fmt: skip
    with pytest.raises(RefusedError):
        add_alias(world.codes[2], "METER_WATER", METER, actor=world.actors[who], at=NOW)
    with pytest.raises(RefusedError):
        end_alias(key, actor=world.actors[who], at=NOW)
    assert who_had(connection, TODAY) == [world.codes[1]]
