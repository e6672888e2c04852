"""A list of addresses goes in, the same list with its parts comes out."""

import csv
import io
from pathlib import Path

import pytest
from typer.testing import CliRunner

import cli
from exchange import address_files
from exchange.address_files import parse_file
from exchange.errors import CannotWrite, ColumnsMissing, EmptyFile, NotText
from gis.address.parts import COLUMNS

ADDRESS = "江苏省常熟市梅李镇聚沙村十二组８號"


def parsed(tmp_path: Path, content: str | bytes, **given: int) -> list[dict[str, str]]:
    """The rows that come out of a file of this content."""
    source, target = tmp_path / "in.csv", tmp_path / "out.csv"
    source.write_bytes(content.encode() if isinstance(content, str) else content)
    parse_file(source, target, **given)
    return list(csv.DictReader(io.StringIO(target.read_text(encoding="utf-8-sig"), newline="")))


def test_every_part_has_its_column_as_written_and_in_its_canonical_form(tmp_path):
    (row,) = parsed(tmp_path, "id,address\n7,珠江路四十五号金桂苑3區b座二单元三楼二〇三室\n")
    assert row["id"] == "7"
    assert (row["road"], row["roadno"], row["houseno"]) == ("珠江路", "四十五号", "b座")
    assert (row["roadno_norm"], row["houseno_norm"], row["cellno_norm"]) == ("45号", "B幢", "2单元")
    assert (row["floorno_norm"], row["roomno_norm"]) == ("3层", "203室")
    assert row["poi"].startswith("金桂苑")


def test_the_columns_stand_in_the_order_that_is_promised(tmp_path):
    parsed(tmp_path, "备注,address,id\n好,珠江路1号,7\n")
    header = (tmp_path / "out.csv").read_text(encoding="utf-8").splitlines()[0].split(",")
    assert header[:3] == ["备注", "address", "id"]
    assert header[3:16] == list(COLUMNS)
    assert header[16:29] == [f"{name}_norm" for name in COLUMNS]
    assert header[29:] == ["filled", "division", "rest", "more", "conflicts"]


def test_levels_that_are_not_written_are_marked_as_filled_and_stand_in_no_column(tmp_path):
    row, contradiction = parsed(tmp_path, "address\n梅李镇聚沙村8号\n浙江省常熟市珠江路1号\n")
    assert row["filled"] == "prov=江苏省;city=苏州市;district=常熟市"
    assert (row["prov"], row["prov_norm"], row["division"]) == ("", "", "320581101201")
    assert (contradiction["filled"], contradiction["division"]) == ("", "")
    assert contradiction["conflicts"] == "浙江省/常熟市"


def test_every_row_comes_out_once_in_order_whatever_stands_in_it(tmp_path):
    odd = [
        "",
        " ",
        "=1+1",
        '他说"好"',
        "a\nb",
        "珠江路1号,2室",
        "\ufffd",
        "，，，",
        "x" * 200_000,
        ADDRESS,
        "\x00\x1b[2J",
    ]
    text = io.StringIO()
    csv.writer(text).writerows([["id", "address"], *([number, one] for number, one in enumerate(odd))])
    rows = parsed(tmp_path, text.getvalue())
    assert [row["id"] for row in rows] == [str(number) for number in range(len(odd))]
    assert [row["address"] for row in rows[:8]] == odd[:8]


def test_a_row_too_short_or_too_long_or_with_open_quotes_costs_no_other_row(tmp_path):
    rows = parsed(tmp_path, 'id,address\n1\n2,珠江路1号,2室\n3,"珠江路3号\n4,珠江路4号\n\n5,珠江路5号\n')
    assert [row["id"] for row in rows] == ["1", "2", "3", "4", "5"]
    assert rows[1]["address"] == "珠江路1号,2室"
    assert rows[4]["roadno"] == "5号"


def test_in_a_list_of_nothing_but_addresses_a_blank_line_is_a_row(tmp_path):
    rows = parsed(tmp_path, "address\n珠江路1号\n\n珠江路3号\n\n\n")
    assert [row["roadno"] for row in rows] == ["1号", "", "3号"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_every_encoding_in_use_is_read_and_a_mark_is_kept(tmp_path, encoding):
    (row,) = parsed(tmp_path, f"编号,Address \n甲,{ADDRESS}\n".encode(encoding))
    assert (row["编号"], row["community"], row["town"]) == ("甲", "聚沙村", "梅李镇")
    marked = (tmp_path / "out.csv").read_bytes().startswith(b"\xef\xbb\xbf")
    assert marked == (encoding != "utf-8")


@pytest.mark.parametrize("delimiter", ["\t", ";"])
def test_tabs_and_semicolons_part_cells_too(tmp_path, delimiter):
    (row,) = parsed(tmp_path, f"id{delimiter}address\n1{delimiter}珠江路1号\n")
    assert (row["id"], row["road"]) == ("1", "珠江路")


def test_numbers_to_call_are_masked_in_what_is_left_over(tmp_path):
    (row,) = parsed(tmp_path, "address\n珠江路45号 13812345678\n")
    assert row["road"] == "珠江路"
    parts = {name: text for name, text in row.items() if name != "address"}
    assert "13812345678" not in "".join(parts.values())
    assert "138****5678" in row["rest"]


def test_a_file_without_the_column_is_refused_with_the_columns_it_has(tmp_path):
    with pytest.raises(ColumnsMissing, match=r"address.*编号, 地址"):
        parsed(tmp_path, "编号,地址\n1,珠江路1号\n")
    assert not (tmp_path / "out.csv").exists()


@pytest.mark.parametrize(
    ("content", "error"),
    [("", EmptyFile), ("\n\n", EmptyFile), (b"PK\x03\x04abc", NotText), (bytes(range(256)) + bytes(99), NotText)],
)
def test_what_is_no_list_is_refused(tmp_path, content, error):
    with pytest.raises(error):
        parsed(tmp_path, content)


def test_a_header_alone_gives_a_header(tmp_path):
    assert parsed(tmp_path, "address\n") == []
    assert (tmp_path / "out.csv").read_text(encoding="utf-8").startswith("address,prov,")


def test_a_list_may_replace_itself_and_a_target_that_cannot_be_is_refused(tmp_path):
    path = tmp_path / "list.csv"
    path.write_text("address\n珠江路1号\n", encoding="utf-8")
    assert parse_file(path, path) == 1
    assert "珠江路,,1号" in path.read_text(encoding="utf-8")
    with pytest.raises(CannotWrite):
        parse_file(path, tmp_path / "nowhere" / "out.csv")
    assert sorted(one.name for one in tmp_path.iterdir()) == ["list.csv"]


def test_two_processes_write_what_one_writes(tmp_path, monkeypatch):
    monkeypatch.setattr(address_files, "LONG_ROWS", 100)
    monkeypatch.setattr(address_files, "_CHUNK_ROWS", 30)
    content = "id,address\n" + "".join(f"{number},珠江路{number}号{number % 7}幢\n" for number in range(1000))
    together = parsed(tmp_path, content, processes=2)
    assert [row["id"] for row in together] == [str(number) for number in range(1000)]
    assert together == parsed(tmp_path, content, processes=1)


def test_a_long_list_says_how_far_it_is(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr("exchange.streams._QUIET_SECONDS", 0.0)
    parsed(tmp_path, "address\n珠江路1号\n")
    assert "in.csv: 1 rows done" in capsys.readouterr().err


def test_the_command_needs_no_database_and_says_what_is_missing_in_one_line(tmp_path, monkeypatch):
    def no_database():
        raise AssertionError("a list of addresses needs no database")

    monkeypatch.setattr("db.server.ensure_database", no_database)
    source, target = tmp_path / "in.csv", tmp_path / "out.csv"
    source.write_text(f"address\n{ADDRESS}\n", encoding="utf-8")
    run = CliRunner()
    done = run.invoke(cli.app, ["address", "parse", str(source), str(target)])
    assert done.exit_code == 0, done.output
    assert "12组" in target.read_text(encoding="utf-8")
    source.write_text("地址\n珠江路1号\n", encoding="utf-8")
    refused = run.invoke(cli.app, ["address", "parse", str(source), str(target)])
    assert refused.exit_code == 1
    assert refused.output.count("\n") == 1
    assert "地址" in refused.output
