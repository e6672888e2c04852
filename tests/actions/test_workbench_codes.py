"""Merging, splitting and renumbering from the workbench: looked at first, done as one with the decision, taken back."""

import pytest
from sqlalchemy import Connection

from actions import workbench, workbench_codes, workbench_undo
from actions.code_change import Part
from db import workbench as cases
from db.workbench import Offer
from inspections.access import RefusedError
from tests.actions.test_workbench import address_of, facts, houses, opened
from tests.world import COUNTY, NOW, VILLAGE, World

WHY = "两条登记是同一幢"


@pytest.fixture
def twice(connection: Connection, world: World) -> int:
    """A case: houses 1 and 2 are one house."""
    other = Offer("梅李镇聚沙村2号", address_id=address_of(connection, world, 2), lon=120.903, lat=31.706)
    return opened(connection, kind="duplicate", text="梅李镇聚沙村1号", address_id=address_of(connection, world, 1),
                  village=VILLAGE, candidates=[other])  # fmt: skip


def merge(world: World, case: int, *, dry_run: bool = False, who: str = "centre") -> object:
    into = Part("梅李镇聚沙村1号")
    return workbench_codes.merge(case, [0], into, actor=world.actors[who], at=NOW, reason=WHY, dry_run=dry_run)


def test_a_merge_is_looked_at_first_and_changes_nothing_then(connection: Connection, world: World, twice: int) -> None:
    before = houses(connection)
    change, decided = workbench_codes.merge(
        twice, [0], Part("梅李镇聚沙村1号"), actor=world.actors["centre"], at=NOW, reason=WHY, dry_run=True
    )
    assert decided is None
    assert len([line for line in change.retired if line.level == "house"]) == 2
    assert houses(connection) == before
    assert len(cases.queue(connection, county=COUNTY, areas=[COUNTY])) == 1


def test_two_houses_become_one_and_the_undo_makes_two_of_it_again(
    connection: Connection, world: World, twice: int
) -> None:
    before = houses(connection)
    merge(world, twice)
    assert houses(connection) == before - 1
    assert cases.queue(connection, county=COUNTY, areas=[COUNTY]) == []
    (decision,) = cases.decisions(connection, county=COUNTY, areas=[COUNTY], case_id=twice)
    assert decision["kind"] == "merge"
    assert sorted(decision["before"]["codes"]) == sorted([world.codes[1], world.codes[2]])
    workbench_undo.undo(decision["id"], actor=world.actors["centre"], at=NOW)
    assert houses(connection) == before
    assert len(cases.queue(connection, county=COUNTY, areas=[COUNTY])) == 1


def test_a_house_that_is_two_is_split_from_the_workbench(connection: Connection, world: World, twice: int) -> None:
    before, rooms = houses(connection), world.rooms[1]
    parts = [Part("梅李镇聚沙村1号甲", rooms=(rooms[0],)), Part("梅李镇聚沙村1号乙", rooms=(rooms[1],))]
    _, decided = workbench_codes.split(twice, parts, actor=world.actors["centre"], at=NOW, reason="实为两户")
    assert houses(connection) == before + 1
    assert decided is not None
    workbench_undo.undo(decided.decision_id, actor=world.actors["centre"], at=NOW)
    assert houses(connection) == before


def test_a_renumbered_house_keeps_its_code(connection: Connection, world: World, twice: int) -> None:
    change, _ = workbench_codes.renumber(
        twice, "梅李镇聚沙村18号", actor=world.actors["centre"], at=NOW, reason="门牌更换"
    )
    assert change.house_codes == (world.codes[1],)
    assert facts(connection, "SELECT text FROM address WHERE id = :id", id=address_of(connection, world, 1)) == (
        "梅李镇聚沙村18号"
    )


def test_a_duplicate_is_not_settled_by_moving_its_point(connection: Connection, world: World, twice: int) -> None:
    with pytest.raises(workbench.SameHouseError):
        workbench.accept(twice, 0, actor=world.actors["centre"], at=NOW)


def test_nobody_else_merges_and_nothing_merges_with_an_address_without_a_house(
    connection: Connection, world: World, twice: int
) -> None:
    for login in ("inspector", "fire", "leader"):
        with pytest.raises(RefusedError):
            merge(world, twice, who=login)
    lone = opened(connection, kind="ambiguous", text="梅李镇聚沙村1号", address_id=address_of(connection, world, 1),
                  candidates=[Offer("梅李镇聚沙村77号", lon=120.9, lat=31.7)])  # fmt: skip
    with pytest.raises(workbench_codes.NoHouseError):
        merge(world, lone)
    assert houses(connection) == 6
