"""A code's life on a real record: split, merged, renumbered, demolished, moved, undone; what follows and what stays."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, text

from actions.code_change import Change, Follow, Part
from actions.code_undo import BuiltOnError, undo_change
from actions.codes import (
    ChangeReasonError,
    NothingChangesError,
    demolish_house,
    merge_houses,
    move_houses,
    renumber_house,
    split_house,
)
from actions.plans import make_plan
from actions.tickets import report
from actions.visits import start_visit
from db import alias, house, lineage, tile
from db.errors import ClosedHouseError, PermanentError, RetiredCodeError, translated
from gis.succession import PieceLeftError, TooFewPartsError
from inspections.access import RefusedError
from tests.actions.story import column, dispatched, visited
from tests.world import COUNTY, NOW, OTHER_VILLAGE, TODAY, VILLAGE, WEST, World

LATER = NOW + timedelta(hours=2)
WHY = "现场核实后变更"


@pytest.fixture(autouse=True)
def _on_a_record(connection: Connection) -> Iterator[None]:
    """Every test here writes."""
    yield


def split(world: World, number: int = 1, **given: Any) -> Change:
    one, two = world.rooms[number]
    parts = [
        Part("梅李镇聚沙村1号东", rooms=(one,)),
        Part("梅李镇聚沙村1号西", rooms=(two,), lon=120.9022, lat=31.7052),
    ]
    return split_house(
        world.houses[number], parts, actor=world.actors["centre"], **{"at": LATER, "reason": WHY, **given}
    )


def merge(world: World, *numbers: int, **given: Any) -> Change:
    houses = [world.houses[number] for number in numbers]
    return merge_houses(houses, Part("梅李镇聚沙村2-3号"), actor=world.actors["centre"],
                        **{"at": LATER, "reason": WHY, **given})  # fmt: skip


def move(world: World, *numbers: int, **given: Any) -> Change:
    houses = [world.houses[number] for number in numbers]
    return move_houses(houses, OTHER_VILLAGE, actor=world.actors["centre"],
                       **{"at": LATER, "reason": WHY, **given})  # fmt: skip


def card(connection: Connection, code: str | int) -> dict[str, Any]:
    return house.card(connection, county=COUNTY, key=code, on=TODAY)


def fate(connection: Connection, code: str) -> lineage.Fate:
    return lineage.fate(connection, county=COUNTY, code=code)


def whole_record(connection: Connection) -> dict[str, list[Any]]:
    """Every row that a change of codes may touch, as text."""
    tables = ("address", "address_alias", "house", "suite", "room", "ticket", "finding", "visit", "stop", "code_serial",
              "code_event", "address_lineage", "house_village", "deed", "ticket_event")  # fmt: skip
    return {name: column(connection, f"SELECT t::text FROM {name} t WHERE county = :c ORDER BY 1") for name in tables}


def on_the_map(connection: Connection, world: World) -> set[str]:
    frame = house.houses_frame(connection, county=COUNTY)
    assert sum(house.colours(connection, county=COUNTY).values()) == len(frame)
    return set(frame["code"])


# --- split -------------------------------------------------------------------------------------------------


def test_a_split_house_gives_its_rooms_to_two_new_codes_and_leads_to_both(connection: Connection, world: World) -> None:
    old = world.codes[1]
    change = split(world)
    east, west = change.house_codes
    assert len({old, east, west}) == 3 and east[:12] == west[:12] == VILLAGE
    told = fate(connection, old)
    assert told.status == "retired" and set(told.living) == {east, west}
    assert [(step.kind, step.at, set(step.to)) for step in told.steps] == [("split", LATER, {east, west})]
    assert [room["id"] for room in card(connection, east)["rooms"]] == world.rooms[1][:1]
    assert [room["id"] for room in card(connection, west)["rooms"]] == world.rooms[1][1:]
    assert card(connection, old)["rooms"] == []
    assert card(connection, east)["rooms"][0]["code"].startswith(east[:17])
