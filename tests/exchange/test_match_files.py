"""Files of written addresses placed by files of standard ones: one row a query, whatever the rows look like."""

import csv
from pathlib import Path

import pytest
from typer.testing import CliRunner

from cli import app
from exchange import match_files
from exchange.errors import ColumnsMissing, EmptyFile
from exchange.match_files import COLUMNS, match_file

ROAD = "江苏省常熟市虞山街道人民路"
PLAIN = f"id,address,lon,lat\n007,{ROAD}108号,120.75,31.65\nB,{ROAD}112号,120.76,31.65\n"
# Points of one place in every system: docs of the coordinate module, three libraries agreeing to 1e-7 degrees.
SYSTEMS = [
    ("", "120.75", "31.65"),
    ("WGS84", "120.75", "31.65"),
    ("EPSG:4490", "120.75", "31.65"),
    ("GCJ-02", "120.7543956", "31.6480639"),
    ("高德", "120.7543956", "31.6480639"),
    ("BD-09", "120.760898", "31.6539763"),
    ("EPSG:4549", "571138.665", "3503287.444"),
]


def run(folder: Path, reference: str | bytes, queries: str | bytes) -> list[dict[str, str]]:
    for name, content in (("r.csv", reference), ("q.csv", queries)):
        (folder / name).write_bytes(content.encode("utf-8") if isinstance(content, str) else content)
    match_file(folder / "r.csv", folder / "q.csv", folder / "o.csv")
    with (folder / "o.csv").open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        assert tuple(reader.fieldnames or ()) == COLUMNS
        return list(reader)


def test_each_query_gets_one_row_in_its_order_and_ids_stay_text(tmp_path: Path) -> None:
    queries = f"id,address\n010,{ROAD}一百零八号\n,不存在的地方\n10,\n010,人敏路112号\n"
    rows = run(tmp_path, PLAIN, queries)
    assert [row["id"] for row in rows] == ["010", "", "10", "010"]
    assert [row["matched_id"] for row in rows] == ["007", "", "", "B"]
    assert rows[0]["level"] == "door"
    assert rows[0]["score"] == "1"
    assert "同音" in rows[3]["reason"]
    assert "人敏路" in rows[3]["reason"]
    assert "人民路" in rows[3]["reason"]
    assert {rows[2][name] for name in COLUMNS[1:-1]} == {""}
    assert rows[2]["reason"]


@pytest.mark.parametrize(("crs", "x", "y"), SYSTEMS)
def test_points_come_out_in_one_system_whatever_the_reference_has(tmp_path: Path, crs: str, x: str, y: str) -> None:
    reference = f"id,address,lon,lat,crs\n1,{ROAD}108号,{x},{y},{crs}\n"
    (row,) = run(tmp_path, reference, f"id,address\nq,{ROAD}108号\n")
    assert float(row["lon"]) == pytest.approx(120.75, abs=2e-6)
    assert float(row["lat"]) == pytest.approx(31.65, abs=2e-6)
    assert float(row["uncertainty_m"]) < 50


def test_an_unknown_system_is_kept_as_given_and_said(tmp_path: Path) -> None:
    reference = f"id,address,lon,lat,crs\n1,{ROAD}108号,120.75,31.65,unknown\n"
    (row,) = run(tmp_path, reference, f"id,address\nq,{ROAD}108号\n")
    assert (row["lon"], row["lat"]) == ("120.7500000", "31.6500000")
    assert "坐标系不明" in row["reason"]
    assert float(row["uncertainty_m"]) > 500


def test_bad_rows_of_the_reference_are_counted_and_named_and_stop_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bad = [
        f"3,{ROAD}113号,,31.65,",
        f"4,{ROAD}114号,abc,31.65,",
        f"5,{ROAD}115号,120.7,31.65,火星土",
        f"1,{ROAD}116号,120.7,31.65,",
        f",{ROAD}117号,120.7,31.65,",
        "8,,120.7,31.65,",
        f"9,{ROAD}118号,220.7,31.65,",
        f"10,{ROAD}119号,nan,31.65,",
        f"11,{ROAD}120号",
    ]
    reference = "\n".join(
        ["id,address,lon,lat,crs", f"1,{ROAD}108号,120.75,31.65,", *bad, f"2,{ROAD}112号,120.75,31.65,"]
    )
    rows = run(tmp_path, reference, f"id,address\na,{ROAD}112号\nb,{ROAD}116号\nc,{ROAD}108号\n")
    assert [row["matched_id"] for row in rows] == ["2", "", "1"]
    told = capsys.readouterr().err
    assert "9 rows of standard addresses" in told
    assert "row 3: no coordinates" in told
    assert "row 5: unknown coordinate system" in told
    assert "and 4 more" in told


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030", "utf-16"])
def test_files_come_in_the_encodings_of_spreadsheets(tmp_path: Path, encoding: str) -> None:
    queries = f'ID , 备注,Address\r\nq1,"有,逗号","{ROAD}\r\n108号"\r\nq2,,{ROAD}112号\r\n'
    rows = run(tmp_path, PLAIN.encode(encoding), queries.encode(encoding))
    assert [row["matched_id"] for row in rows] == ["007", "B"]


def test_a_comma_in_an_unquoted_address_at_the_end_belongs_to_it(tmp_path: Path) -> None:
    rows = run(tmp_path, PLAIN, "id,address\nq1,常熟市虞山街道,人民路108号\n\nq2,人民路112号\n")
    assert [row["matched_id"] for row in rows] == ["007", "B"]


def test_missing_columns_are_named_with_those_that_are_there(tmp_path: Path) -> None:
    with pytest.raises(ColumnsMissing, match=r"r\.csv has no column address, lat; its columns are id, lon, 地址"):
        run(tmp_path, "id,lon,地址\n", "id,address\n")
    with pytest.raises(ColumnsMissing, match=r"q\.csv has no column address"):
        run(tmp_path, PLAIN, "id,addr\n")
    with pytest.raises(EmptyFile):
        run(tmp_path, PLAIN, "")
    assert not (tmp_path / "o.csv").exists()


def test_a_door_that_is_missing_is_placed_by_its_neighbours_and_has_no_id(tmp_path: Path) -> None:
    (row,) = run(tmp_path, PLAIN, f"id,address\nq,{ROAD}110号\n")
    assert (row["matched_id"], row["level"]) == ("", "neighbour")
    assert 120.75 <= float(row["lon"]) <= 120.76
    assert float(row["uncertainty_m"]) > 10


def test_too_many_without_a_door_are_left_and_said_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(match_files, "LOCATED_MOST", 1)
    (row,) = run(tmp_path, PLAIN, f"id,address\nq,{ROAD}110号\n")
    assert row["level"] == ""
    assert "1 queries without a door are too many" in capsys.readouterr().err


def test_an_empty_reference_leaves_every_query_unmatched(tmp_path: Path) -> None:
    (row,) = run(tmp_path, "id,address,lon,lat\n", f"id,address\nq,{ROAD}110号\n")
    assert row["matched_id"] == row["level"] == ""
    assert row["reason"]


def test_a_phone_number_in_an_address_does_not_leave_it_by_the_reason(tmp_path: Path) -> None:
    (row,) = run(tmp_path, PLAIN, "id,address\nq,无名路13812345678号\n")
    assert "13812345678" not in row["reason"]


def test_the_command_says_what_is_missing_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "r.csv").write_text("id,address\n", encoding="utf-8")
    (tmp_path / "q.csv").write_text("id,address\n", encoding="utf-8")
    paths = [str(tmp_path / name) for name in ("r.csv", "q.csv", "o.csv")]
    result = CliRunner().invoke(app, ["address", "match", *paths])
    assert result.exit_code == 1
    assert "lon, lat" in result.output
