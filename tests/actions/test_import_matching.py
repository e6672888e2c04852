"""Rows placed by the standard addresses they match, houses known by any writing, and what is doubtful asked about."""

import csv
from collections.abc import Sequence
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, text

from actions.address_check import check_addresses
from actions.code_change import Part
from actions.codes import merge_houses
from actions.imports import ImportOptions, ImportReport, county_context, import_houses
from actions.standard_addresses import load_reference
from db import imports, register, workbench
from db.register import NewHouse
from exchange.addresses import key_of
from gis.address.learnt import text_key
from inspections.access import RefusedError
from tests import world as tiny

OPTIONS = ImportOptions(crs="EPSG:4490")
REFERENCE = (
    ("P1", "常熟市梅李镇聚沙村7组1号", "120.9051", "31.7051"),
    ("P2", "常熟市梅李镇聚沙村7组12号", "120.9055", "31.7055"),
    ("P3", "常熟市梅李镇聚沙村7组25号", "120.9059", "31.7059"),
    ("P4", "常熟市梅李镇珍北村2组9号", "120.9301", "31.7051"),
    ("P5", "常熟市梅李镇聚沙村沙苑新村3幢", "120.9061", "31.7061"),
    ("P6", "常熟市梅李镇聚沙村河东路8号", "120.9071", "31.7071"),
    ("P7", "常熟市梅李镇聚沙村河东路8号", "120.9171", "31.7171"),
)  # fmt: skip
KEYED = ("房屋编号", "所属村", "地址", "经度", "纬度", "房主姓名")
PLAIN = ("所属村", "地址", "经度", "纬度", "租住人数")


def write(folder: Path, header: Sequence[str], *rows: Sequence[str], name: str = "register.csv") -> Path:
    path = folder / name
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([header, *rows])
    return path


@pytest.fixture
def reference(connection: Connection, world: tiny.World, tmp_path: Path) -> None:
    """The police's list of the tiny town is in force."""
    path = write(tmp_path, ("id", "address", "lon", "lat"), *REFERENCE, name="police.csv")
    report = load_reference(path, source="police", actor=world.actors["centre"], at=tiny.NOW, crs="EPSG:4490")
    assert (report.added, report.with_village) == (7, 7)


def take(path: Path, world: tiny.World, **options: Any) -> ImportReport:
    return import_houses(path, options=OPTIONS, actor=world.actors["centre"], at=tiny.NOW, **options)


def house(connection: Connection, key: str) -> Any:
    return connection.execute(text(
        "SELECT h.id, a.id AS address_id, a.code, a.text, a.match_level, a.match_score, a.uncertainty_m, a.parts,"
        " ST_X(h.geom) AS lon, ST_X(a.geom) AS rough, h.grid_id, h.village, h.source_key, h.persons"
        " FROM house h JOIN address a ON a.id = h.address_id WHERE h.source_key = :k"), {"k": key}).one()  # fmt: skip


def cases(connection: Connection) -> list[Any]:
    """Open cases, those of the tiny town's own six houses left out."""
    return list(connection.execute(text(
        "SELECT id, kind, text, address_id, quarantine_id, badness, detail, candidates FROM address_case"
        " WHERE state = 'open' AND text NOT LIKE '梅李镇聚沙村_号' ORDER BY badness DESC, id")))  # fmt: skip


def why(case: Any) -> set[str]:
    return {reason["key"] for reason in case.detail["reasons"]}


def count(connection: Connection, table: str) -> int:
    return connection.execute(text(f"SELECT count(*) FROM {table}")).scalar_one()


@pytest.mark.usefixtures("reference")
def test_a_row_without_coordinates_is_placed_by_the_address_it_matches_and_says_how_well(
    connection: Connection, world: tiny.World, tmp_path: Path
) -> None:
    report = take(write(tmp_path, KEYED, ("C1", "聚沙村", "聚沙村七组十二号", "", "", "王小五")), world)
    assert (report.added, report.quarantined) == (1, 0)
    row = house(connection, "key:C1")
    assert (row.match_level, round(row.lon, 4), row.grid_id) == ("door", 120.9055, world.grids[tiny.WEST])
    assert row.match_score > 0.9
    assert 0 < row.uncertainty_m <= 100
    assert row.parts["roadno"] == "12号"
    assert "王小五" not in str(row.parts)
    assert cases(connection) == []


@pytest.mark.usefixtures("reference")
def test_what_two_standard_addresses_answer_is_asked_and_never_guessed(
    connection: Connection, world: tiny.World, tmp_path: Path
) -> None:
    take(write(tmp_path, KEYED, ("C1", "聚沙村", "河东路8号", "", "", "")), world)
    row = house(connection, "key:C1")
    assert (row.lon, row.rough, row.match_level, row.match_score) == (None, None, "none", None)
    (case,) = cases(connection)
    assert (case.kind, case.address_id) == ("ambiguous", row.address_id)
    assert [(one["source"], one["village"], round(one["lon"], 4)) for one in case.candidates] == [
        ("police", tiny.VILLAGE, 120.9071), ("police", tiny.VILLAGE, 120.9171),
    ]  # fmt: skip


@pytest.mark.usefixtures("reference")
def test_a_place_known_roughly_puts_no_house_on_the_map(
    connection: Connection, world: tiny.World, tmp_path: Path
) -> None:
    take(write(tmp_path, KEYED, ("C1", "聚沙村", "聚沙村无名弄", "", "", "")), world)
    row = house(connection, "key:C1")
    assert (row.lon, row.grid_id) == (None, None)
    (case,) = cases(connection)
    assert case.kind == "unmatched"
    assert why(case)


@pytest.mark.usefixtures("reference")
def test_the_door_of_another_village_is_never_taken(connection: Connection, world: tiny.World, tmp_path: Path) -> None:
    take(write(tmp_path, KEYED, ("C1", "珍北村", "梅李镇聚沙村7组1号", "", "", "")), world)
    row = house(connection, "key:C1")
    assert (row.village, row.lon, row.match_level) == (tiny.OTHER_VILLAGE, None, "none")
    (case,) = cases(connection)
    assert case.kind == "contradictory"
    assert {"doubt.village_named", "doubt.match_elsewhere"} <= why(case)


@pytest.mark.usefixtures("reference")
def test_a_row_that_names_no_village_takes_the_one_of_the_very_door_it_matches(
    connection: Connection, world: tiny.World, tmp_path: Path
) -> None:
    report = take(
        write(tmp_path, KEYED, ("C1", "", "沙苑新村3栋", "", "", ""), ("C2", "", "沙苑新村9栋", "", "", "")), world
    )
    assert (report.added, report.by_reason) == (1, {"village_missing": 1})
    assert house(connection, "key:C1").village == tiny.VILLAGE


def test_two_writings_of_one_house_in_a_file_are_one_and_in_two_files_stay_one(
    connection: Connection, world: tiny.World, tmp_path: Path
) -> None:
    first = write(tmp_path, PLAIN, ("聚沙村", "聚沙村七组１２号", "120.905", "31.705", "2"),
                  ("聚沙村", "沙苑新村3栋2单元201室", "120.906", "31.706", "1"),
                  ("聚沙村", "沙苑新村3幢2单元二〇一室", "120.907", "31.706", "1"))  # fmt: skip
    report = take(first, world)
    assert (report.added, report.by_reason) == (2, {"same_address": 1})
    again = write(tmp_path, PLAIN, ("聚沙村", "梅李镇聚沙村7组12号", "120.905", "31.705", "5"))
    before = count(connection, "house")
    report = take(again, world)
    assert (report.added, report.changed) == (0, 1)
    assert count(connection, "house") == before
    assert connection.execute(text("SELECT persons FROM house WHERE source_key LIKE '%七组%'")).scalar_one() == 5
    report = take(again, world)
    assert (report.added, report.changed, report.unchanged) == (0, 0, 1)


def test_a_register_number_is_taken_on_by_the_house_that_stands_there_and_two_numbers_stay_two(
    connection: Connection, world: tiny.World, tmp_path: Path
) -> None:
    (code,) = register.add(connection, county=tiny.COUNTY, houses=[
        NewHouse(tiny.VILLAGE, "聚沙村9组3号", lon=120.9052, lat=31.7052, match_level="survey")])  # fmt: skip
    path = write(tmp_path, KEYED, ("C1", "聚沙村", "聚沙村九组三号", "120.9052", "31.7052", ""))
    assert take(path, world).changed == 1
    assert house(connection, "key:C1").code == code
    other = write(tmp_path, KEYED, ("Z1", "聚沙村", "聚沙村9组3号", "120.9053", "31.7053", ""))
    assert take(other, world).added == 1
    (case,) = cases(connection)
    assert (case.kind, case.address_id) == ("duplicate", house(connection, "key:Z1").address_id)
    assert case.candidates[0]["code"] == code
    assert take(path, world).unchanged == 1
    assert len(cases(connection)) == 1


@pytest.mark.usefixtures("reference")
def test_a_point_far_from_its_standard_address_is_asked_about_until_the_register_is_right(
    connection: Connection, world: tiny.World, tmp_path: Path
) -> None:
    wrong = ("C1", "聚沙村", "聚沙村7组1号", "120.9180", "31.7180", "")
    take(write(tmp_path, KEYED, wrong), world)
    (case,) = cases(connection)
    assert (case.kind, why(case)) == ("contradictory", {"doubt.match_far"})
    assert case.candidates[0]["text"] == REFERENCE[0][1]
    assert case.candidates[0]["score"] > 0.9
    take(write(tmp_path, KEYED, (*wrong[:3], "120.9051", "31.7051", "")), world)
    assert cases(connection) == []


def test_a_house_far_from_its_village_is_asked_about_the_farther_the_worse(
    connection: Connection, world: tiny.World, tmp_path: Path
) -> None:
    near = ("C1", "聚沙村", "聚沙村7组1号", "120.9205", "31.7051", "")
    far = ("C2", "聚沙村", "聚沙村7组2号", "120.9350", "31.7051", "")
    farther = ("C3", "聚沙村", "聚沙村7组3号", "120.9900", "31.7051", "")
    take(write(tmp_path, KEYED, near, far, farther), world)
    found = cases(connection)
    assert [(case.kind, case.text) for case in found] == [("far", farther[2]), ("far", far[2])]
    assert found[0].badness > found[1].badness
    assert why(found[1]) == {"doubt.far", "doubt.lies_in", "doubt.outline_made_up"}
    metres = next(reason["fields"]["m"] for reason in found[1].detail["reasons"] if reason["key"] == "doubt.far")
    assert abs(metres - 0.015 * 94_700) < 30


@pytest.mark.usefixtures("reference")
def test_a_look_over_the_county_opens_each_case_once_and_settles_what_is_no_longer_so(
    connection: Connection, world: tiny.World, tmp_path: Path
) -> None:
    take(write(tmp_path, KEYED, ("C1", "聚沙村", "河东路8号", "", "", ""),
               ("C2", "珍北村", "梅李镇聚沙村7组1号", "120.9301", "31.7051", "")), world)  # fmt: skip
    centre = world.actors["centre"]
    first = check_addresses(actor=centre, at=tiny.NOW)
    before = [(case.id, case.kind, case.badness) for case in cases(connection)]
    second = check_addresses(actor=centre, at=tiny.NOW)
    assert [(case.id, case.kind, case.badness) for case in cases(connection)] == before
    assert first.cases == second.cases
    assert (first.placed, second.placed, second.settled) == (0, 0, 0)
    connection.execute(text("UPDATE house SET village = :v WHERE source_key = 'key:C2'"), {"v": tiny.VILLAGE})
    connection.execute(text("UPDATE house SET geom = ST_SetSRID(ST_MakePoint(120.9051, 31.7051), 4490)"
                            " WHERE source_key = 'key:C2'"))  # fmt: skip
    assert check_addresses(actor=centre, at=tiny.NOW).settled >= 1
    assert "C2" not in str([case.text for case in cases(connection) if case.kind == "contradictory"])
    for who in ("inspector", "fire", "leader"):
        with pytest.raises(RefusedError):
            check_addresses(actor=world.actors[who], at=tiny.NOW)


def test_a_list_that_comes_later_places_the_houses_that_waited_for_it(
    connection: Connection, world: tiny.World, tmp_path: Path
) -> None:
    path = write(tmp_path, KEYED, ("C1", "聚沙村", "聚沙村7组12号", "", "", ""))
    take(path, world)
    (case,) = cases(connection)
    assert (case.kind, house(connection, "key:C1").lon) == ("unmatched", None)
    load_reference(write(tmp_path, ("id", "address", "lon", "lat"), *REFERENCE, name="police.csv"), source="police",
                   actor=world.actors["centre"], at=tiny.NOW, crs="EPSG:4490")  # fmt: skip
    report = check_addresses(actor=world.actors["centre"], at=tiny.NOW)
    assert report.placed == 1
    row = house(connection, "key:C1")
    assert (row.match_level, round(row.lon, 4)) == ("door", 120.9055)
    assert cases(connection) == []
    assert take(path, world).unchanged == 1


def test_a_refused_row_becomes_a_case_without_its_people_and_is_settled_when_it_comes_back_mended(
    connection: Connection, world: tiny.World, tmp_path: Path
) -> None:
    from actions.imports import quarantine_file

    row = ("C1", "无名村", "无名村7组12号13912345678", "", "", "王小五")
    report = take(write(tmp_path, KEYED, row), world)
    (case,) = cases(connection)
    assert (case.kind, case.quarantine_id is not None) == ("unmatched", True)
    assert "exchange.reason.village_unknown" in why(case)
    assert "13912345678" not in str(case)
    assert "王小五" not in str(case)
    name, data = quarantine_file(report.batch_id or 0, actor=world.actors["centre"], form="csv")
    path = tmp_path / name
    path.write_text(data.decode("utf-8-sig").replace("无名村", "聚沙村"), "utf-8")
    assert take(path, world).repaired == 1
    assert [case.quarantine_id for case in cases(connection) if case.quarantine_id] == []


def test_a_text_settled_for_an_address_finds_it_and_a_closed_house_takes_no_row(
    connection: Connection, world: tiny.World, tmp_path: Path
) -> None:
    path = write(tmp_path, KEYED, ("C1", "聚沙村", "聚沙村7组1号", "120.9051", "31.7051", ""))
    take(path, world)
    first = house(connection, "key:C1")
    workbench.learn_text(connection, county=tiny.COUNTY, key=text_key("聚沙村大榕树下"), address_id=first.address_id,
                         on=tiny.TODAY)  # fmt: skip
    before = count(connection, "house")
    other = write(tmp_path, KEYED, ("Z7", "聚沙村", "聚沙村大榕树下", "", "", ""))
    report = take(other, world)
    assert (report.added, count(connection, "house")) == (0, before)
    assert house(connection, "key:C1").lon == first.lon


def test_the_figures_of_the_day_are_kept(connection: Connection, world: tiny.World, tmp_path: Path) -> None:
    take(write(tmp_path, KEYED, ("C1", "聚沙村", "聚沙村7组1号", "120.9051", "31.7051", ""),
               ("C2", "聚沙村", "聚沙村7组2号", "", "", ""), ("C3", "无名村", "x", "", "", "")), world)  # fmt: skip
    since = tiny.TODAY - timedelta(days=1)
    rows = workbench.quality(connection, county=tiny.COUNTY, areas=[tiny.COUNTY], since=since)
    found = {(row["level"], row["source"]): row["addresses"] for row in rows}
    assert found[("survey", "register")] == 1
    assert (
        sum(n for (level, source), n in found.items() if source == "register" and level not in ("survey", "held")) == 1
    )
    assert sum(n for (level, _), n in found.items() if level == "held") == 1


def test_keys_are_read_again_after_an_address_is_rewritten(connection: Connection, world: tiny.World) -> None:
    county = county_context(connection, tiny.COUNTY, on=tiny.TODAY)
    register.add(connection, county=tiny.COUNTY, houses=[NewHouse(tiny.VILLAGE, "聚沙村9组3号", source_key="key:K")])
    imports.fill_keys(connection, county=tiny.COUNTY, key_of=partial(key_of, county=county))
    asked = text("SELECT a.match_key FROM address a JOIN house h ON h.address_id = a.id WHERE h.source_key = 'key:K'")
    assert connection.execute(asked).scalar_one() == "9组3号"
    connection.execute(text("UPDATE address SET text = '聚沙村9组5号' WHERE text = '聚沙村9组3号'"))
    assert connection.execute(asked).scalar_one() is None
    imports.fill_keys(connection, county=tiny.COUNTY, key_of=partial(key_of, county=county))
    assert connection.execute(asked).scalar_one() == "9组5号"


def test_rows_of_merged_houses_land_on_the_one_that_took_the_number_and_change_nothing_else(
    connection: Connection, world: tiny.World, tmp_path: Path
) -> None:
    path = write(tmp_path, KEYED, ("C1", "聚沙村", "聚沙村9组1号", "120.9051", "31.7051", ""),
                 ("C2", "聚沙村", "聚沙村9组2号", "120.9052", "31.7051", ""))  # fmt: skip
    take(path, world)
    both = [house(connection, f"key:C{n}").id for n in (1, 2)]
    merge_houses(both, Part("聚沙村9组1-2号"), actor=world.actors["centre"], at=tiny.NOW, reason="两户打通")
    before = count(connection, "house")
    report = take(path, world)
    assert (report.added, report.unchanged, count(connection, "house")) == (0, 2, before)
    assert ("gone", {"count": 1}) in report.notes
    living = "SELECT a.text FROM house h JOIN address a ON a.id = h.address_id WHERE h.source_key = 'key:C1'"
    assert connection.execute(text(living + " AND h.status = 'active'")).scalar_one() == "聚沙村9组1-2号"


def test_one_address_at_one_spot_in_two_villages_is_asked_about(
    connection: Connection, world: tiny.World, tmp_path: Path
) -> None:
    path = write(tmp_path, KEYED, ("C1", "聚沙村", "沙苑新村3幢", "120.91999", "31.7051", ""),
                 ("C2", "珍北村", "沙苑新村3栋", "120.92001", "31.7051", ""),
                 ("C3", "珍北村", "沙苑新村5栋", "120.92001", "31.7051", ""))  # fmt: skip
    take(path, world)
    (case,) = cases(connection)
    assert (case.kind, case.address_id) == ("duplicate", house(connection, "key:C2").address_id)
    assert "doubt.same_spot" in why(case)
