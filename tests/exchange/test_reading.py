"""Files as they come: every format, every encoding, and everything that is wrong with them."""

import csv
import json
import random
import zipfile
from pathlib import Path

import pytest
from openpyxl import Workbook

from exchange import errors
from exchange.headers import guess_mapping
from exchange.reading import read_table
from exchange.table import MAX_COLUMNS
from tests.exchange import files
from words import say_error

GOOD = [files.line(number) for number in (1, 2, 3)]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_a_csv_is_read_in_the_encoding_it_was_saved_in(tmp_path: Path, encoding: str) -> None:
    table = read_table(files.write_csv(tmp_path / "a.csv", GOOD, encoding=encoding))
    assert (table.headers, table.encoding) == (files.HEADERS, encoding)
    assert [row.number for row in table.rows] == [2, 3, 4]
    assert table.rows[0].cells[2] == "聚沙村1组1号"


@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
def test_the_delimiter_is_found(tmp_path: Path, delimiter: str) -> None:
    table = read_table(files.write_csv(tmp_path / "a.csv", GOOD, delimiter=delimiter))
    assert table.headers == files.HEADERS


def test_a_line_break_inside_quotes_belongs_to_its_cell_and_blank_rows_are_counted(tmp_path: Path) -> None:
    path = files.write_csv(tmp_path / "a.csv", [files.line(1, 备注="两行\n备注"), [""] * 10, files.line(2)])
    table = read_table(path)
    assert [row.number for row in table.rows] == [2, 4]
    assert table.rows[0].cells[9] == "两行\n备注"


def test_a_workbook_is_read_with_merged_villages_filled_down(tmp_path: Path) -> None:
    book = Workbook()
    sheet = book.active
    sheet.append(["梅李镇出租房屋登记表"])
    sheet.append(["所属村", "房屋地址", "层数"])
    for number, village in enumerate(["聚沙村", None, None, "珍北村"]):
        sheet.append([village, f"{number}组", 3])
    sheet.merge_cells("A3:A5")
    book.create_sheet("说明").append(["不是数据"])
    book.save(tmp_path / "a.xlsx")
    table = read_table(tmp_path / "a.xlsx")
    assert [row.cells[0] for row in table.rows] == ["聚沙村", "聚沙村", "聚沙村", "珍北村"]
    assert [row.number for row in table.rows] == [3, 4, 5, 6]
    assert [name for name, _fields in table.notes] == ["other_sheets", "header_at_row"]


def test_a_sheet_that_begins_further_down_keeps_its_row_numbers(tmp_path: Path) -> None:
    book = Workbook()
    for column, header in enumerate(["地址", "层数"], 3):
        book.active.cell(row=5, column=column, value=header)
        book.active.cell(row=6, column=column, value="聚沙村1号")
    book.save(tmp_path / "a.xlsx")
    table = read_table(tmp_path / "a.xlsx")
    assert [(row.number, row.cells[0]) for row in table.rows] == [(6, "聚沙村1号")]


def test_the_named_sheet_is_read_and_a_missing_one_is_named(tmp_path: Path) -> None:
    book = Workbook()
    book.active.append(["地址"])
    book.create_sheet("出租").append(["房屋地址"])
    book["出租"].append(["聚沙村1号"])
    book.save(tmp_path / "a.xlsx")
    assert read_table(tmp_path / "a.xlsx", sheet="出租").headers == ("房屋地址",)
    with pytest.raises(errors.SheetMissing, match="出租"):
        read_table(tmp_path / "a.xlsx", sheet="没有")


@pytest.mark.parametrize("crs", ["EPSG:4490", "EPSG:4549", "EPSG:4326"])
def test_a_geopackage_brings_its_system(tmp_path: Path, crs: str) -> None:
    files.frame(crs=crs).to_file(tmp_path / "a.gpkg")
    table = read_table(tmp_path / "a.gpkg")
    assert (table.crs, table.has_geometry, len(table.rows)) == (crs, True, 3)
    assert table.rows[0].cells[2] == "聚沙村1组1号"


@pytest.mark.parametrize(
    ("encoding", "without"), [("GBK", ()), ("GBK", (".cpg",)), ("UTF-8", ()), ("UTF-8", (".cpg",))]
)
def test_a_zipped_shapefile_is_read_with_and_without_its_cpg(
    tmp_path: Path, encoding: str, without: tuple[str, ...]
) -> None:
    path = files.write_shapefile_zip(tmp_path / "a.zip", files.frame(), encoding=encoding, without=without)
    table = read_table(path)
    assert table.headers[0] == ("房屋编号" if encoding == "GBK" else "房屋编")  # ten bytes are three characters
    assert table.rows[0].cells[2] == "聚沙村1组1号"
    assert table.crs is not None
    assert guess_mapping(table.headers, cut=True).index_of["address"] == 2


def test_a_shapefile_without_prj_says_that_its_system_has_to_be_chosen(tmp_path: Path) -> None:
    path = files.write_shapefile_zip(tmp_path / "a.zip", files.frame(), without=(".prj",))
    table = read_table(path)
    assert (table.crs, table.notes) == (None, [("shp_without_prj", {})])


def test_a_geojson_without_crs_is_wgs84_and_says_so(tmp_path: Path) -> None:
    point = {"type": "Point", "coordinates": [120.9, 31.7]}
    plain = read_table(files.write_geojson(tmp_path / "a.geojson", [(point, {"地址": "聚沙村1号"})]))
    stated = files.write_geojson(tmp_path / "b.geojson", [(point, {})], crs="urn:ogc:def:crs:EPSG::4490")
    assert (plain.crs, plain.notes) == ("EPSG:4326", [("geojson_wgs84", {})])
    assert (read_table(stated).crs, read_table(stated).notes) == ("EPSG:4490", [])


def test_a_broken_feature_is_one_row_and_not_the_file(tmp_path: Path) -> None:
    good = {"type": "Point", "coordinates": [120.9, 31.7]}
    bad = [
        {"type": "Point", "coordinates": ["a"]},
        {"type": "Nonsense"},
        7,
        {"type": "Polygon", "coordinates": [[[1, 2]]]},
    ]
    path = files.write_geojson(tmp_path / "a.geojson", [(shape, {"地址": "x"}) for shape in [good, *bad, good]])
    damages = [row.damage.reason if row.damage else None for row in read_table(path).rows]
    assert damages == [None, *["geometry_unreadable"] * 4, None]


def _expect(error: type[errors.ExchangeError], path: Path) -> str:
    with pytest.raises(error) as caught:
        read_table(path)
    for lang in ("zh", "en"):
        message = say_error(caught.value, lang)
        assert path.name in message
        assert "{" not in message
    return say_error(caught.value)


@pytest.mark.parametrize("content", [b"", b"\n\n  \n", b"\xef\xbb\xbf", b",,,\n,,,\n"])
def test_an_empty_file_is_called_empty(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "a.csv").write_bytes(content)
    _expect(errors.EmptyFile, tmp_path / "a.csv")


def test_an_empty_workbook_is_called_empty(tmp_path: Path) -> None:
    Workbook().save(tmp_path / "a.xlsx")
    _expect(errors.EmptyFile, tmp_path / "a.xlsx")


def test_a_header_without_rows_is_told_from_an_empty_file(tmp_path: Path) -> None:
    _expect(errors.HeaderOnly, files.write_csv(tmp_path / "a.csv", []))
    _expect(errors.HeaderOnly, files.write_xlsx(tmp_path / "a.xlsx", []))
    _expect(errors.HeaderOnly, files.write_geojson(tmp_path / "a.geojson", []))


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    _expect(errors.MissingFile, tmp_path / "nirgends.csv")


@pytest.mark.parametrize("suffix", [".csv", ".xlsx", ".gpkg", ".geojson", ".zip", ".pdf"])
def test_garbage_is_refused_whatever_it_is_called(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"a{suffix}"
    path.write_bytes(b"\x00\x01" + random.Random(7).randbytes(5000))
    _expect(errors.UnknownFormat, path)


@pytest.mark.parametrize("head", [b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"SQLite format 3\x00"])
def test_garbage_with_a_good_beginning_is_called_damaged(tmp_path: Path, head: bytes) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(head + random.Random(7).randbytes(5000))
    _expect(errors.DamagedFile, path)


def test_a_truncated_workbook_is_called_damaged(tmp_path: Path) -> None:
    path = files.write_xlsx(tmp_path / "a.xlsx", GOOD)
    path.write_bytes(path.read_bytes()[:-900])
    _expect(errors.DamagedFile, path)


def test_a_truncated_geojson_is_called_damaged(tmp_path: Path) -> None:
    (tmp_path / "a.geojson").write_text('{"type": "FeatureCollection", "features": [{"ty', encoding="utf-8")
    _expect(errors.DamagedFile, tmp_path / "a.geojson")


def test_endless_nesting_is_damage_and_no_crash(tmp_path: Path) -> None:
    (tmp_path / "a.geojson").write_text('{"type":' + "[" * 200_000, encoding="utf-8")
    _expect(errors.DamagedFile, tmp_path / "a.geojson")


def test_a_web_page_called_xls_is_recognised(tmp_path: Path) -> None:
    (tmp_path / "a.xls").write_text("<html><table><tr><td>地址</td></tr></table></html>", encoding="utf-8")
    assert ".xlsx" in _expect(errors.WebPageInDisguise, tmp_path / "a.xls")


@pytest.mark.parametrize("name", ["a.xlsx", "a.xls"])
def test_a_workbook_with_a_password_is_called_protected(tmp_path: Path, name: str) -> None:
    _expect(errors.PasswordProtected, files.write_encrypted(tmp_path / name))


def test_a_new_workbook_under_the_old_name_is_read(tmp_path: Path) -> None:
    path = files.write_xlsx(tmp_path / "a.xlsx", GOOD).rename(tmp_path / "a.xls")
    assert read_table(path).format == "xlsx"


def test_an_old_workbook_is_read(tmp_path: Path) -> None:
    table = read_table(files.write_xls(tmp_path / "a.xls", GOOD))
    assert (table.format, table.headers) == ("xls", files.HEADERS)
    assert [(row.number, row.cells[2]) for row in table.rows[:1]] == [(2, "聚沙村1组1号")]


def test_an_encrypted_member_is_called_protected(tmp_path: Path) -> None:
    path = files.write_xlsx(tmp_path / "a.xlsx", GOOD)
    data = bytearray(path.read_bytes())
    at = data.index(b"PK\x01\x02")
    data[at + 8] |= 1
    path.write_bytes(bytes(data))
    _expect(errors.PasswordProtected, path)


@pytest.mark.parametrize("member", ["xl/worksheets/sheet1.xml", "houses.shp"])
def test_a_zip_bomb_is_not_unpacked(tmp_path: Path, member: str) -> None:
    path = files.write_bomb(tmp_path / "a.xlsx", member=member, megabytes=40)
    assert path.stat().st_size < 200_000
    _expect(errors.ZipBomb, path)


def test_a_zip_that_lies_about_its_size_is_stopped_while_reading(tmp_path: Path) -> None:
    path = files.write_lying_zip(tmp_path / "a.xlsx")
    assert zipfile.ZipFile(path).getinfo("xl/worksheets/sheet1.xml").file_size == 10
    _expect(errors.DamagedFile, path)


def test_a_lone_cell_in_the_far_corner_reserves_no_memory(tmp_path: Path) -> None:
    wide, long = Workbook(), Workbook()
    for book, name, column in ((wide, "wide.xlsx", 16_384), (long, "long.xlsx", 400)):
        book.active.append(["地址"])
        book.active.cell(row=1_048_576, column=column, value="x")
        book.save(tmp_path / name)
    _expect(errors.TooManyColumns, tmp_path / "wide.xlsx")
    _expect(errors.TooManyCells, tmp_path / "long.xlsx")


def test_too_many_columns_are_counted(tmp_path: Path) -> None:
    headers = [f"列{number}" for number in range(MAX_COLUMNS + 1)]
    path = files.write_csv(tmp_path / "a.csv", [headers], headers=headers)
    assert str(MAX_COLUMNS + 1) in _expect(errors.TooManyColumns, path)
    table = {header: 1 for header in headers}
    _expect(errors.TooManyColumns, files.write_geojson(tmp_path / "a.geojson", [(None, table)]))


def test_a_text_in_no_encoding_at_all_names_its_first_row(tmp_path: Path) -> None:
    spoilt = b"\xff\xfe\xff\xff\xb5\xd8,\xff\xff\n"
    (tmp_path / "a.csv").write_bytes("地址,层数\n".encode("ascii", "ignore") + b"a,b\n" + spoilt * 3)
    assert "第 3 行" in _expect(errors.WrongEncoding, tmp_path / "a.csv")


@pytest.mark.parametrize(("mostly", "odd"), [("utf-8", "gb18030"), ("gb18030", "utf-8")])
def test_one_row_in_another_encoding_is_one_damaged_row(tmp_path: Path, mostly: str, odd: str) -> None:
    lines = [",".join(map(str, row)) + "\n" for row in [files.HEADERS, *GOOD]]
    data = b"".join(text.encode(odd if at == 2 else mostly) for at, text in enumerate(lines))
    (tmp_path / "a.csv").write_bytes(data)
    table = read_table(tmp_path / "a.csv")
    assert table.encoding == mostly
    assert [(row.number, row.damage.reason) for row in table.rows if row.damage] == [(3, "encoding")]


def test_a_million_characters_in_a_cell_cost_one_row(tmp_path: Path) -> None:
    limit = csv.field_size_limit()
    rows = [files.line(1), files.line(2, 备注="长" * 1_000_000), files.line(3)]
    table = read_table(files.write_csv(tmp_path / "a.csv", rows))
    assert [(row.number, row.damage.reason) for row in table.rows if row.damage] == [(3, "cell_too_long")]
    assert csv.field_size_limit() == limit
    long = files.write_geojson(tmp_path / "a.geojson", [(None, {"地址": "x" * 1_000_000}), (None, {"地址": "y"})])
    assert [row.damage is not None for row in read_table(long).rows] == [True, False]


def test_a_million_characters_in_a_workbook_cost_one_row(tmp_path: Path) -> None:
    path = files.write_xlsx(tmp_path / "a.xlsx", [files.line(1, 备注="MARK"), files.line(2)])
    swollen = tmp_path / "b.xlsx"
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(swollen, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, old.read(name).replace(b"MARK", b"x" * 1_000_000))
    damaged = [row for row in read_table(swollen).rows if row.damage]
    assert [(row.number, row.damage.reason if row.damage else "") for row in damaged] == [(2, "cell_too_long")]


def test_an_unclosed_quote_costs_its_own_row_only(tmp_path: Path) -> None:
    lines = [",".join(map(str, row)) for row in [files.HEADERS, *[files.line(number) for number in range(1, 200)]]]
    lines[5] = lines[5].replace("聚沙村", '"聚沙村', 1)
    (tmp_path / "a.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    table = read_table(tmp_path / "a.csv")
    assert len(table.rows) == 199
    assert [(row.number, row.damage.reason) for row in table.rows if row.damage] == [(6, "quote_unclosed")]


def test_stray_quotes_in_every_row_swallow_no_row(tmp_path: Path) -> None:
    text = "地址,备注\n" + "".join(f'聚沙村{number}号,"x\n' for number in range(1, 201)) + "聚沙村201号,y\n"
    (tmp_path / "a.csv").write_text(text, encoding="utf-8")
    table = read_table(tmp_path / "a.csv")
    assert [row.number for row in table.rows] == list(range(2, 203))
    assert [row.damage is None for row in table.rows] == [False] * 200 + [True]


def test_a_separator_inside_an_unquoted_cell_is_noticed(tmp_path: Path) -> None:
    path = files.write_csv(tmp_path / "a.csv", [[*files.line(1), "多出来"], files.line(2)])
    assert [row.damage.reason if row.damage else None for row in read_table(path).rows] == ["too_many_cells", None]


def test_namesakes_are_numbered_and_nameless_columns_lettered(tmp_path: Path) -> None:
    path = files.write_xlsx(tmp_path / "a.xlsx", [["a", 1, 2, 3]], headers=["地址", "备注", "备注", ""])
    table = read_table(path)
    assert table.headers == ("地址", "备注", "备注 (2)", "#D")
    assert table.duplicate_headers == ("备注",)


def test_not_a_number_in_a_geojson_is_read_and_left_to_the_check(tmp_path: Path) -> None:
    text = json.dumps({"type": "FeatureCollection", "features": []})
    text = text.replace(
        "[]", '[{"type":"Feature","properties":{},"geometry":{"type":"Point","coordinates":[NaN,1e999]}}]'
    )
    (tmp_path / "a.geojson").write_text(text, encoding="utf-8")
    assert len(read_table(tmp_path / "a.geojson").rows) == 1
