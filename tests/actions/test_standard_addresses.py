"""Lists of standard addresses: what is said again stays, what is said otherwise ends, what is bad is named and kept."""

import csv
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Connection, text

from actions.imports import quarantine_file
from actions.standard_addresses import ReferenceReport, SourceUnnamedError, load_reference
from db import imports, reference
from exchange.errors import ColumnsMissing
from gis.crs import UnknownCrsError
from inspections.access import RefusedError
from tests import world as tiny

HEADER = ("id", "address", "lon", "lat", "crs")
ONE = ("P1", "梅李镇聚沙村7组1号", "120.9051", "31.7051", "EPSG:4490")
TWO = ("P2", "梅李镇珍北村2组9号", "120.9301", "31.7051", "EPSG:4490")
ELSEWHERE = ("P3", "梅李镇聚沙村7组3号", "116.39", "39.9", "EPSG:4490")
NO_POINT = ("P4", "梅李镇聚沙村7组4号", "", "", "")
NO_KEY = ("", "梅李镇聚沙村7组5号", "120.9055", "31.7055", "EPSG:4490")


def write(folder: Path, *rows: Sequence[str], header: Sequence[str] = HEADER) -> Path:
    path = folder / "reference.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([header, *rows])
    return path


def load(
    path: Path, world: tiny.World, *, days: int = 0, part: bool = False, source: str = "police"
) -> ReferenceReport:
    at = tiny.NOW + timedelta(days=days)
    return load_reference(path, source=source, actor=world.actors["centre"], at=at, part=part)


def in_force(connection: Connection) -> list[tuple[str, str]]:
    found = connection.execute(
        text("SELECT source_key, text FROM standard_address WHERE upper_inf(valid) ORDER BY source_key")
    )
    return [tuple(row) for row in found]


def test_every_row_is_in_force_or_named_with_its_cure_and_kept(
    connection: Connection, world: tiny.World, tmp_path: Path
) -> None:
    report = load(write(tmp_path, ONE, ELSEWHERE, TWO, NO_POINT, NO_KEY, ONE), world)
    assert (report.read, report.added, report.quarantined, report.with_village) == (6, 2, 4, 2)
    assert report.by_reason == {"outside_county": 1, "point_missing": 1, "key_missing": 1, "duplicate_key": 1}
    said = {problem.row: problem for problem in report.problems}
    assert said[3].text().startswith("第 3 行 · lon / lat · “116.39, 39.9” · ")
    assert (said[5].reason, said[6].reason, said[7].fields) == ("point_missing", "key_missing", {"first": 2})
    assert all(problem.cure() for problem in report.problems)
    rows = connection.execute(text("SELECT source, village, ST_X(geom), source_crs FROM standard_address ORDER BY id"))
    assert [tuple(row) for row in rows] == [
        ("police", tiny.VILLAGE, 120.9051, "EPSG:4490"), ("police", tiny.OTHER_VILLAGE, 120.9301, "EPSG:4490"),
    ]  # fmt: skip
    held = imports.quarantined(connection, county=tiny.COUNTY, batch_id=report.batch_id)
    assert [row["row_no"] for row in held] == [3, 5, 6, 7]
    (batch,) = imports.batches(connection, county=tiny.COUNTY)
    assert (batch["kind"], batch["placed"], batch["quarantined"]) == ("addresses", 2, 4)
    name, data = quarantine_file(report.batch_id, actor=world.actors["centre"], form="csv")
    assert name.startswith("reference-")
    assert "第 2 行" in data.decode("utf-8-sig")


def test_the_same_list_again_changes_nothing(connection: Connection, world: tiny.World, tmp_path: Path) -> None:
    path = write(tmp_path, ONE, TWO, ELSEWHERE)
    load(path, world)
    before = connection.execute(text("SELECT * FROM standard_address ORDER BY id")).all()
    state = reference.state(connection, county=tiny.COUNTY)
    again = load(path, world, days=30)
    assert (again.added, again.changed, again.ended, again.unchanged) == (0, 0, 0, 2)
    assert connection.execute(text("SELECT * FROM standard_address ORDER BY id")).all() == before
    assert reference.state(connection, county=tiny.COUNTY) == state


def test_a_newer_list_changes_what_it_says_otherwise_and_ends_what_it_names_no_more(
    connection: Connection, world: tiny.World, tmp_path: Path
) -> None:
    load(write(tmp_path, ONE, TWO), world)
    state = reference.state(connection, county=tiny.COUNTY)
    moved = ("P1", "梅李镇聚沙村7组1-1号", *ONE[2:])
    report = load(write(tmp_path, moved), world, days=10)
    assert (report.added, report.changed, report.ended, report.unchanged) == (0, 1, 1, 0)
    assert in_force(connection) == [("P1", "梅李镇聚沙村7组1-1号")]
    asked = text("SELECT text, lower(valid), upper(valid) FROM standard_address ORDER BY id")
    periods = connection.execute(asked).all()
    later = tiny.TODAY + timedelta(days=10)
    assert [tuple(row) for row in periods] == [
        (ONE[1], tiny.TODAY, later), (TWO[1], tiny.TODAY, later), (moved[1], later, None),
    ]  # fmt: skip
    assert reference.state(connection, county=tiny.COUNTY) != state


def test_a_part_of_a_list_and_another_source_end_nothing_and_a_spoilt_row_ends_not_what_it_names(
    connection: Connection, world: tiny.World, tmp_path: Path
) -> None:
    load(write(tmp_path, ONE, TWO), world)
    assert load(write(tmp_path, ONE), world, days=1, part=True).ended == 0
    assert load(write(tmp_path, ONE), world, days=1, source="planning").ended == 0
    spoilt = ("P2", TWO[1], "0", "0", "EPSG:4490")
    report = load(write(tmp_path, ONE, spoilt), world, days=2)
    assert (report.ended, report.quarantined) == (0, 1)
    assert ("P2", TWO[1]) in in_force(connection)


def test_points_of_another_datum_are_converted_and_a_list_without_one_waits(
    connection: Connection, world: tiny.World, tmp_path: Path
) -> None:
    path = write(tmp_path, ("P1", ONE[1], "120.9051", "31.7051"), header=HEADER[:4])
    assert load(path, world).by_reason == {"crs_missing": 1}
    report = load_reference(path, source="police", actor=world.actors["centre"], at=tiny.NOW, crs="GCJ-02")
    assert report.added == 1
    lon, crs = connection.execute(text("SELECT ST_X(geom), source_crs FROM standard_address")).one()
    assert abs(lon - 120.9051) > 0.003
    assert crs == "GCJ-02"


def test_who_may_not_import_loads_no_list_and_a_list_without_columns_or_source_is_refused(
    connection: Connection, world: tiny.World, tmp_path: Path
) -> None:
    path = write(tmp_path, ONE)
    for who in ("inspector", "fire", "leader"):
        with pytest.raises(RefusedError):
            load_reference(path, source="police", actor=world.actors[who], at=tiny.NOW)
    with pytest.raises(SourceUnnamedError):
        load(path, world, source=" ")
    with pytest.raises(UnknownCrsError):
        load_reference(path, source="police", actor=world.actors["centre"], at=tiny.NOW, crs="EPSG:99999")
    with pytest.raises(ColumnsMissing, match="address, lon, lat"):
        load(write(tmp_path, ("1", "x"), header=("id", "什么")), world)
    assert in_force(connection) == []
