"""A county of one's own: its divisions from a file, then its registers."""

from datetime import timedelta
from pathlib import Path

import pytest
from shapely import box
from sqlalchemy import Connection

from actions.divisions import DivisionFileError, load_divisions
from actions.imports import ImportOptions, import_houses
from actions.operator import operator
from db import division, house, imports
from tests import world as tiny

VILLAGES = [("310115103203", "川沙新镇第一村委会", box(121.6, 31.1, 121.7, 31.2)),
            ("310115103004", "川沙新镇第二居委会", box(121.7, 31.1, 121.8, 31.2))]  # fmt: skip
ON = tiny.TODAY


def write(folder: Path, *lines: str, encoding: str = "utf-8") -> Path:
    path = folder / "divisions.csv"
    path.write_text("\n".join(["code,name,wkt", *lines]) + "\n", encoding=encoding)
    return path


def lines(*, wkt: bool = True) -> list[str]:
    return [f'{code},{name},"{shape.wkt if wkt else ""}"' for code, name, shape in VILLAGES]


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_a_county_of_its_own_is_made_with_what_lies_above_its_villages(
    connection: Connection, world: tiny.World, tmp_path: Path, encoding: str
) -> None:
    path = write(tmp_path, "310115000000,浦东新区,", *lines(), encoding=encoding)
    assert load_divisions(path, on=ON) == {"310115": 4}
    told = division.county(connection, "310115")
    assert (told["name"], told["projected_crs"]) == ("浦东新区", "EPSG:4550")  # 123E: the nearest meridian to 121.7E
    assert told["geom"].equals(box(121.6, 31.1, 121.8, 31.2))
    (town,) = division.listed(connection, county="310115", level="town", on=ON)
    assert (town["code"], town["name"]) == ("310115103", "310115103")
    names = [row["name"] for row in division.listed(connection, county="310115", level="village", on=ON)]
    assert names == ["川沙新镇第二居委会", "川沙新镇第一村委会"]
    assert len(division.departments(connection, county="310115")) == 12
    assert {row["county"] for row in division.counties(connection)} == {tiny.COUNTY, "310115"}


def test_loading_again_updates_names_and_keeps_outlines(
    connection: Connection, world: tiny.World, tmp_path: Path
) -> None:
    load_divisions(write(tmp_path, *lines()), on=ON)
    load_divisions(write(tmp_path, f"{VILLAGES[0][0]},改名村委会,"), on=ON + timedelta(days=30))
    one = division.one(connection, county="310115", code=VILLAGES[0][0])
    assert one["name"] == "改名村委会"
    assert one["geom"].equals(VILLAGES[0][2])
    assert division.county(connection, "310115")["geom"].equals(box(121.6, 31.1, 121.8, 31.2))


def test_a_register_of_that_county_is_taken_in(connection: Connection, world: tiny.World, tmp_path: Path) -> None:
    load_divisions(write(tmp_path, *lines()), on=ON)
    register = tmp_path / "register.csv"
    register.write_text("地址,lon,lat\n川沙路1号,121.65,31.15\n川沙路2号,121.75,31.15\n川沙路3号,120.9,31.7\n", "utf-8")
    actor = operator("310115")
    report = import_houses(register, options=ImportOptions(crs="EPSG:4490"), actor=actor, at=tiny.NOW)
    assert (report.placed, report.by_reason) == (2, {"outside_county": 1})
    found = house.search(connection, actor=actor)
    assert sorted(row["village"] for row in found) == sorted(code for code, _, _ in VILLAGES)
    assert imports.batches(connection, county=tiny.COUNTY) == []


@pytest.mark.parametrize(
    "line", ["31011510320,短了,", "310115103203,坏图,POINT (1 2)", "310115103203,坏图,POLYGON ((", ",无码,"]
)
def test_a_row_that_is_no_division_stops_the_file(
    connection: Connection, world: tiny.World, tmp_path: Path, line: str
) -> None:
    with pytest.raises(DivisionFileError, match=r"divisions\.csv, row 4"):
        load_divisions(write(tmp_path, *lines(), line), on=ON)
    assert {row["county"] for row in division.counties(connection)} == {tiny.COUNTY}
