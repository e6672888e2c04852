"""Quarantine out, mended, and in again."""

import csv
from pathlib import Path

import pytest
from openpyxl import load_workbook
from shapely.geometry import box, mapping

from exchange.errors import UnknownOutput
from exchange.reading import read_table
from exchange.repair import write_repair
from tests.exchange import files
from tests.exchange.files import brought_in, line, reasons
from tests.world import VILLAGE

FORMULA = '=HYPERLINK("http://x","y")'


@pytest.mark.parametrize("suffix", [".xlsx", ".csv"])
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_mended_row_imports_as_it_is(tmp_path: Path, suffix: str, lang: str) -> None:
    rows = [line(1), line(2, 房东电话="1391234", 备注=FORMULA), line(3, 层数="70", 房东电话="+8613912345678")]
    prepared = brought_in(files.write_csv(tmp_path / "a.csv", rows), crs="GCJ-02")
    path = tmp_path / f"repair{suffix}"
    assert write_repair(prepared, path, lang=lang) == 2
    again = brought_in(path)
    assert [problem.reason for problem in again.problems] == ["phone_shape", "number_range"]
    mended = _mended(path, tmp_path / "mended.csv", {"1391234": "13912345678", "70": "7"})
    final = brought_in(mended)
    assert final.problems == []
    assert [(row.source_key, row.owner_phone, row.floors) for row in final.rows] == [
        ("CZ00002", "13912345678", 3),
        ("CZ00003", "13912345678", 7),
    ]
    assert final.rows[0].note == FORMULA
    whole = brought_in(files.write_csv(tmp_path / "b.csv", [line(2, 备注=FORMULA)]), crs="GCJ-02")
    assert final.rows[0].lon == whole.rows[0].lon


def _mended(path: Path, target: Path, cures: dict[str, str]) -> Path:
    table = read_table(path)
    rows = [[cures.get(str(cell), cell) for cell in row.cells] for row in table.rows]
    return files.write_csv(target, rows, headers=table.headers)


def test_no_cell_becomes_a_formula(tmp_path: Path) -> None:
    attacks = ["=1+1", "+1", "-1+1", "@SUM(A1)", "\t=1", "=cmd|'/c calc'!A1"]
    rows = [line(number, 房东姓名=text, 层数="70") for number, text in enumerate(attacks, 1)]
    prepared = brought_in(files.write_csv(tmp_path / "a.csv", rows), crs="CGCS2000")
    write_repair(prepared, tmp_path / "r.xlsx")
    write_repair(prepared, tmp_path / "r.csv")
    sheet = load_workbook(tmp_path / "r.xlsx").active
    assert {cell.data_type for row in sheet.iter_rows() for cell in row} <= {"s", "n", "inlineStr"}
    assert sheet.cell(row=2, column=6).value == "=1+1"
    with (tmp_path / "r.csv").open(encoding="utf-8-sig", newline="") as stream:
        assert not [cell for row in csv.reader(stream) for cell in row if cell.startswith(("=", "+", "-", "@", "\t"))]
    for name in ("r.xlsx", "r.csv"):
        assert brought_in(tmp_path / name).mapping.index_of["owner_name"] == 5


def test_every_problem_of_a_row_stands_beside_it(tmp_path: Path) -> None:
    prepared = brought_in(files.write_csv(tmp_path / "a.csv", [line(1, 层数="70", 建筑面积="0")]), crs="CGCS2000")
    write_repair(prepared, tmp_path / "r.csv")
    row = read_table(tmp_path / "r.csv").rows[0].cells
    assert row[-3] == "2"
    assert "层数: 应在 1 到 60 之间" in row[-2]
    assert "建筑面积: 面积应大于 0" in row[-2]
    assert "重新导入" in row[-1]


def test_an_outline_goes_out_as_text_and_comes_back_as_an_outline(tmp_path: Path) -> None:
    shape = mapping(box(120.9, 31.7, 120.9004, 31.7004))
    source = files.write_geojson(tmp_path / "a.geojson", [(shape, {"name": "甲楼", "building:levels": "70"})])
    prepared = brought_in(source, default_village=VILLAGE)
    assert reasons(prepared) == {1: ["number_range"]}
    write_repair(prepared, tmp_path / "r.xlsx")
    final = brought_in(_mended(tmp_path / "r.xlsx", tmp_path / "m.csv", {"70": "7"}), default_village=VILLAGE)
    (house,) = final.rows
    assert house.footprint is not None
    assert house.footprint.equals(box(120.9, 31.7, 120.9004, 31.7004))


def test_a_million_characters_are_cut_where_a_spreadsheet_ends(tmp_path: Path) -> None:
    prepared = brought_in(files.write_csv(tmp_path / "a.csv", [line(1, 备注="长" * 1_000_000)]))
    write_repair(prepared, tmp_path / "r.xlsx")
    assert len(read_table(tmp_path / "r.xlsx").rows[0].cells[9]) == 32_767


def test_another_suffix_is_refused(tmp_path: Path) -> None:
    prepared = brought_in(files.write_csv(tmp_path / "a.csv", [line(1)]), crs="CGCS2000")
    with pytest.raises(UnknownOutput):
        write_repair(prepared, tmp_path / "r.pdf")
