"""A register that knows nothing of splits and moves comes again: it finds the successors and makes nothing anew."""

import csv
from pathlib import Path

import pytest
from sqlalchemy import Connection

from actions.code_change import Part
from actions.codes import demolish_house, merge_houses, move_houses, renumber_house
from actions.imports import ImportOptions, import_houses
from db import house
from tests.actions.story import column
from tests.world import COUNTY, NOW, OTHER_VILLAGE, World

ROWS = [
    ("R1", "聚沙村", "聚沙路11号", "120.9061", "31.7061", "2"),
    ("R2", "聚沙村", "聚沙路12号", "120.9062", "31.7062", "3"),
]


@pytest.fixture
def bring(world: World, tmp_path: Path):  # type: ignore[no-untyped-def]
    def told(rows: list[tuple[str, ...]]):  # type: ignore[no-untyped-def]
        path = tmp_path / "register.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([("房屋编号", "所属村", "地址", "经度", "纬度", "楼层数"), *rows])
        return import_houses(path, options=ImportOptions(crs="EPSG:4490"), actor=world.actors["centre"], at=NOW)

    return told


def keyed(connection: Connection) -> dict[str, int]:
    rows = column(connection, "SELECT ROW_TO_JSON(h) FROM house h WHERE county = :c AND source_key LIKE 'key:R%'")
    return {row["source_key"]: row["id"] for row in rows}


def changed(floors: str) -> list[tuple[str, ...]]:
    return [(*row[:5], floors) for row in ROWS]


def test_a_merged_house_is_found_by_both_rows_and_none_is_registered_again(
    connection: Connection, world: World, bring
) -> None:  # type: ignore[no-untyped-def]
    assert bring(ROWS).added == 2
    ids = sorted(keyed(connection).values())
    change = merge_houses(ids, Part("聚沙路11-12号"), actor=world.actors["centre"], at=NOW, reason="打通")
    number = column(connection, "SELECT count(*) FROM house WHERE county = :c")
    for report in (bring(ROWS), bring(changed("5"))):
        assert report.added == 0
        assert report.read == report.placed + report.unchanged + report.quarantined
    assert column(connection, "SELECT count(*) FROM house WHERE county = :c") == number
    whole = house.one(connection, county=COUNTY, key=change.houses[0])
    assert whole["address"] == "聚沙路11-12号"
    assert whole["house_status"] == "active"
    assert column(connection, "SELECT count(*) FROM house WHERE county = :c AND status = 'closed'") == [2]


def test_a_moved_and_renumbered_house_takes_facts_but_not_the_old_place(
    connection: Connection, world: World, bring
) -> None:  # type: ignore[no-untyped-def]
    bring(ROWS)
    key = keyed(connection)["key:R1"]
    clerk = {"actor": world.actors["centre"], "at": NOW, "reason": "村界调整"}
    (code,) = move_houses([key], OTHER_VILLAGE, **clerk).house_codes
    renumber_house(key, "珍北路1号", **clerk)
    report = bring(changed("5"))
    assert (report.added, report.changed) == (0, 2)
    after = house.one(connection, county=COUNTY, key=key)
    assert (after["code"], after["village"], after["address"]) == (code, OTHER_VILLAGE, "珍北路1号")
    assert after["floors"] == 5


def test_a_demolished_house_is_not_raised_again(connection: Connection, world: World, bring) -> None:  # type: ignore[no-untyped-def]
    bring(ROWS)
    key = keyed(connection)["key:R1"]
    demolish_house(key, actor=world.actors["centre"], at=NOW, reason="拆迁")
    assert bring(changed("6")).added == 0
    assert house.one(connection, county=COUNTY, key=key)["house_status"] == "closed"
