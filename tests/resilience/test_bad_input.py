"""Bad files at the terminal: each gets its message, none stops the rest, and what can be placed is placed.

Through ``python cli.py import houses`` into the tiny town; what it writes is rolled back.
"""

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import geopandas as gpd
import pytest
from sqlalchemy import Connection, text
from typer.testing import CliRunner

import cli
from exchange.table import MAX_COLUMNS
from tests.exchange import files
from tests.exchange.files import HEADERS, line
from tests.world import COUNTY

BAD = 3
"""The row of the file in which a bad line stands, the header being row 1; good ones stand above and below."""
HOSTILE = [
    "<img src=x onerror=window.pwned=1>", "</script><script>window.pwned=1</script>", "`${window.pwned=1}`",
    "{{7*7}}", "[x](javascript:window.pwned=1)", "![x](http://elsewhere.example/x.png)", "'; DROP TABLE house; --",
    "=HYPERLINK(\"http://elsewhere.example\",\"x\")", "%s %(x)s {0} {fields}", "\x1b]0;pwned\x07\x1b[2J", "..\\..\\x",
]  # fmt: skip

run_app = CliRunner()


@pytest.fixture(autouse=True)
def _on_the_tests_own_database(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("db.server.ensure_database", lambda: "")


def run(path: Path, *words: str, crs: str | None = "EPSG:4490") -> Any:
    """``python cli.py import houses PATH --county …``"""
    given = ["import", "houses", str(path), "--county", COUNTY, *words]
    return run_app.invoke(cli.app, [*given, "--crs", crs] if crs else given)


def told(path: Path, *words: str, crs: str | None = "EPSG:4490") -> dict[str, Any]:
    """The JSON of a file that was taken in; strict, so that no NaN stands in it."""
    done = run(path, "--json", *words, crs=crs)
    assert done.exit_code == 0, done.output
    return json.loads(done.stdout, parse_constant=pytest.fail)


def around(*bad: Sequence[Any]) -> list[Sequence[Any]]:
    """Bad rows between two good ones."""
    return [line(1), *bad, line(2)]


def count(connection: Connection, table: str) -> int:
    return connection.execute(text(f"SELECT count(*) FROM {table}")).scalar_one()


WRITERS: dict[str, Callable[..., Path]] = {"csv": files.write_csv, "xlsx": files.write_xlsx}
LONG = "长" * 1_000_000
BAD_ROWS: list[tuple[str, list[Any], str, str | None, str | None]] = [
    ("swapped", line(9, 经度="31.7", 纬度="120.9"), "outside_county", "经度 / 纬度", "31.7, 120.9"),
    ("nan", line(9, 经度="NaN"), "coordinate_nan", "经度", "NaN"),
    ("infinite", line(9, 纬度="-inf"), "coordinate_nan", "纬度", "-inf"),
    ("letters", line(9, 经度="abc"), "coordinate_shape", "经度", "abc"),
    ("half", line(9, 纬度=""), "coordinate_half", "经度 / 纬度", None),
    ("zero", line(9, 经度="0", 纬度="0"), "zero_island", "经度 / 纬度", "0, 0"),
    ("far", line(9, 经度="116.39", 纬度="39.9"), "outside_county", "经度 / 纬度", "116.39, 39.9"),
    ("metres", line(9, 经度="3512345.1", 纬度="40512345.2"), "looks_projected", "经度 / 纬度", None),
    ("phone", line(9, 房东电话="139123456789"), "phone_shape", "房东电话", "139****6789"),
    ("area", line(9, 建筑面积="-3"), "area_range", "建筑面积", "-3"),
    ("floors", line(9, 层数="三层半"), "number_shape", "层数", "三层半"),
    ("village", line(9, 所属村="无此村", 房屋地址="某处", 经度="", 纬度=""), "village_unknown", "所属村", "无此村"),
    ("no address", line(9, 房屋地址=""), "address_missing", "房屋地址", None),
    ("twice", line(1), "duplicate_key", "房屋编号", "CZ00001"),
    ("a million letters", line(9, 备注=LONG), "cell_too_long", "备注", "长" * 40),
    ("a long address", line(9, 房屋地址="长" * 301), "too_long", "房屋地址", None),
]


@pytest.mark.parametrize(
    ("bad", "reason", "header", "value"), [row[1:] for row in BAD_ROWS], ids=[r[0] for r in BAD_ROWS]
)
def test_a_bad_row_is_told_by_row_column_value_reason_and_cure_and_the_rest_is_placed(
    connection: Connection, tmp_path: Path, bad: list[Any], reason: str, header: str | None, value: str | None
) -> None:
    path = files.write_csv(tmp_path / "a.csv", around(bad))
    before = count(connection, "house")
    found = told(path)
    assert (found["read"], found["placed"], found["unchanged"], found["quarantined"]) == (3, 2, 0, 1)
    assert found["by_reason"] == {reason: 1}
    (problem,) = found["problems"]
    assert (problem["row"], problem["reason"], problem["header"]) == (BAD, reason, header)
    assert value is None or problem["value"].rstrip("…") == value
    assert problem["why"]
    assert problem["cure"]
    assert len(json.dumps(problem, ensure_ascii=False)) < 2000
    assert count(connection, "house") == before + 2


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_people_at_the_terminal_read_the_same_in_their_language(
    connection: Connection, tmp_path: Path, lang: str
) -> None:
    path = files.write_csv(tmp_path / "a.csv", around(*(row[1] for row in BAD_ROWS)))
    done = run(path, "--lang", lang, "--dry-run")
    problems = told(path, "--lang", lang, "--dry-run")["problems"]
    lines = done.stdout.splitlines()[-len(problems) :]
    assert len(problems) == len(BAD_ROWS)
    for spoken, problem in zip(lines, problems, strict=True):
        words = [problem["column"], problem["value"], problem["why"], problem["cure"]]
        assert all(word in spoken for word in words), spoken
        assert str(problem["row"]) in spoken
    assert ("Row 3" in done.stdout) == (lang == "en")


def test_the_json_says_everything_that_was_counted(connection: Connection, tmp_path: Path) -> None:
    found = told(files.write_csv(tmp_path / "a.csv", around(line(9, 房东电话="1"), line(1))))
    assert set(found) == {
        "county", "batch_id", "read", "placed", "added", "changed", "unchanged", "quarantined", "by_reason", "repaired",
        "seconds", "notes", "problems", "problems_not_shown",
    }  # fmt: skip
    assert found["county"] == COUNTY
    assert set(found["problems"][0]) == {"row", "field", "header", "column", "value", "reason", "why", "cure"}
    assert found["read"] == found["placed"] + found["unchanged"] + found["quarantined"]
    assert found["problems_not_shown"] == 0


def test_a_thousand_problems_are_enough_for_one_answer(connection: Connection, tmp_path: Path) -> None:
    rows = [line(n, 房东电话="1") for n in range(1, 1041)]
    found = told(files.write_csv(tmp_path / "a.csv", rows), "--dry-run")
    assert (found["quarantined"], len(found["problems"]), found["problems_not_shown"]) == (1040, 1000, 40)


@pytest.mark.parametrize("form", WRITERS)
def test_a_register_without_a_system_is_told_to_name_one(connection: Connection, tmp_path: Path, form: str) -> None:
    path = WRITERS[form](tmp_path / f"a.{form}", around())
    found = told(path, crs=None)
    assert (found["placed"], found["by_reason"]) == (0, {"crs_missing": 2})
    assert all("--crs" in problem["cure"] for problem in found["problems"])
    assert told(path)["placed"] == 2


def test_a_million_letters_in_a_workbook_cost_their_row_alone(connection: Connection, tmp_path: Path) -> None:
    from zipfile import ZIP_DEFLATED, ZipFile

    whole = files.write_xlsx(tmp_path / "whole.xlsx", around(line(9, 备注="MARK")))
    path = tmp_path / "a.xlsx"
    with ZipFile(whole) as source, ZipFile(path, "w", ZIP_DEFLATED) as target:
        for name in source.namelist():
            target.writestr(name, source.read(name).replace(b"MARK", b"x" * 1_000_000))
    found = told(path)
    assert (found["placed"], found["by_reason"]) == (2, {"cell_too_long": 1})


def test_letters_in_a_wrong_encoding_cost_their_row_alone(connection: Connection, tmp_path: Path) -> None:
    path = files.write_csv(tmp_path / "a.csv", around(line(9, 备注="MARK"), line(3)))
    path.write_bytes(path.read_bytes().replace(b"MARK", b"\xff\xfe\x81"))
    found = told(path)
    assert (found["placed"], found["by_reason"]) == (3, {"encoding": 1})


def test_a_quotation_mark_that_never_closes_costs_its_row_alone(connection: Connection, tmp_path: Path) -> None:
    path = files.write_csv(tmp_path / "a.csv", around(line(9, 备注="MARK"), line(3)))
    path.write_text(path.read_text("utf-8").replace("MARK", '"never closed'), "utf-8")
    found = told(path)
    assert (found["placed"], found["by_reason"]) == (3, {"quote_unclosed": 1})


@pytest.mark.parametrize("form", WRITERS)
def test_a_script_in_every_text_field_is_kept_as_text(connection: Connection, tmp_path: Path, form: str) -> None:
    headers = [*HEADERS, "<b>附加</b>"]
    before = count(connection, "house")
    for n, words in enumerate(HOSTILE):
        if form == "xlsx" and "\x1b" in words:
            continue  # no workbook can hold them
        own = [f"K{n}{words}", "聚沙村", f"聚沙村{n}号{words}", "120.9051", "31.7051", words, "13912345678", "90", "2"]
        path = WRITERS[form](tmp_path / f"r{n}.{form}", [[*own, words, words], [*line(500 + n), ""]], headers=headers)
        done = run(path)
        assert done.exit_code == 0, done.output
        assert "\x1b" not in done.output
        found = connection.execute(
            text(
                "SELECT a.text, h.extra FROM house h JOIN address a ON a.id = h.address_id WHERE h.source_key LIKE :k"
            ),
            {"k": f"key:K{n}%"},
        ).one()
        visible = "".join(char for char in words if char.isprintable())
        assert found.text.startswith(f"聚沙村{n}号")
        if form == "csv" and visible.isascii() and "  " not in visible and not visible.startswith("="):
            assert found.text == f"聚沙村{n}号{visible}"
            assert set(found.extra.values()) == {visible}
    assert count(connection, "house") > before


@pytest.mark.parametrize("where", ["房东电话", "备注", "header", "name"])
def test_no_file_writes_to_the_screen_with_control_characters(
    connection: Connection, tmp_path: Path, where: str
) -> None:
    nasty = "\x1b]0;pwned\x07\x1b[2J\u202e"
    headers = [f"房东{nasty}电话" if where == "header" and name == "房东电话" else name for name in HEADERS]
    bad = line(
        9, **{where: nasty + "1" + "长" * (40_000 if where == "备注" else 1)} if where in HEADERS else {"房东电话": "1"}
    )
    name = f"a{nasty}.csv" if where == "name" else "a.csv"
    done = run(files.write_csv(tmp_path / name, around(bad), headers=headers))
    assert done.exit_code == 0, done.output
    empty = tmp_path / f"b{nasty}.csv"
    empty.write_bytes(b"")
    refused = run(empty)
    assert refused.exit_code == 1
    for said in (done.output, refused.output):
        assert not {char for char in said if not char.isprintable() and char != "\n"}


def _empty(folder: Path) -> Path:
    (folder / "a.csv").write_bytes(b"")
    return folder / "a.csv"


def _empty_workbook(folder: Path) -> Path:
    (folder / "a.xlsx").write_bytes(b"")
    return folder / "a.xlsx"


def _blank_lines(folder: Path) -> Path:
    (folder / "a.csv").write_text("\n\n , ,\n")
    return folder / "a.csv"


def _wrong_encoding(folder: Path) -> Path:
    path = files.write_csv(folder / "a.csv", [line(n) for n in range(1, 30)])
    path.write_bytes(path.read_bytes().replace(b"\n", b"\xff\xff\n"))
    return path


def _picture(folder: Path) -> Path:
    (folder / "a.csv").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 40)
    return folder / "a.csv"


def _cut_off(folder: Path) -> Path:
    path = files.write_xlsx(folder / "a.xlsx", around())
    path.write_bytes(path.read_bytes()[:-200])
    return path


def _web_page(folder: Path) -> Path:
    (folder / "a.xls").write_text("<html><table><tr><td>地址</td></tr></table></html>")
    return folder / "a.xls"


def _bomb(folder: Path) -> Path:
    return files.write_bomb(folder / "a.zip", member="houses.shp", megabytes=200)


def _bomb_workbook(folder: Path) -> Path:
    return files.write_bomb(folder / "a.xlsx", member="xl/worksheets/sheet1.xml", megabytes=200)


def _lying(folder: Path) -> Path:
    files.write_lying_zip(folder / "a.xlsx")
    return folder / "a.xlsx"


def _nothing_known(folder: Path) -> Path:
    return files.write_csv(folder / "a.csv", [["1", "2"]], headers=["甲", "乙"])


def _wide(folder: Path) -> Path:
    extra = [f"c{n}" for n in range(MAX_COLUMNS)]
    return files.write_csv(folder / "a.csv", [[*line(1), *extra]], headers=[*HEADERS, *extra])


def _half_a_shapefile(folder: Path) -> Path:
    table = gpd.GeoDataFrame({"地址": ["x"]}, geometry=gpd.points_from_xy([120.9], [31.7]), crs="EPSG:4490")
    return files.write_shapefile_zip(folder / "a.zip", table, without=(".shx",))


def _broken_json(folder: Path) -> Path:
    (folder / "a.geojson").write_text('{"type": "FeatureCollection", "features": [{"type": "Fea')
    return folder / "a.geojson"


WHOLE = {
    "EmptyFile": (_empty, _empty_workbook, _blank_lines), "HeaderOnly": (lambda f: files.write_csv(f / "a.csv", []),),
    "WrongEncoding": (_wrong_encoding,), "UnknownFormat": (_picture,), "ZipBomb": (_bomb, _bomb_workbook),
    "DamagedFile": (_cut_off, _lying, _broken_json, _half_a_shapefile),
    "WebPageInDisguise": (_web_page,), "PasswordProtected": (lambda f: files.write_encrypted(f / "a.xlsx"),),
    "NothingRecognised": (_nothing_known,), "TooManyColumns": (_wide,),
}  # fmt: skip


@pytest.mark.parametrize(("kind", "make"), [(kind, make) for kind, makers in WHOLE.items() for make in makers])
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_file_nothing_can_be_read_from_is_refused_in_one_line_that_names_it(
    connection: Connection, tmp_path: Path, kind: str, make: Callable[[Path], Path], lang: str
) -> None:
    from words import catalogue

    path = make(tmp_path)
    tables = ("house", "import_batch", "quarantine", "deed")
    before = [count(connection, table) for table in tables]
    done = run(path, "--json", "--lang", lang)
    assert (done.exit_code, done.stdout) == (1, ""), done.output
    (said,) = done.stderr.splitlines()
    beginning, _, ending = catalogue(lang)[f"error.{kind}"].partition("{name}")
    assert said.startswith(f"{beginning}{path.name}{ending.partition('{')[0]}")
    assert [count(connection, table) for table in tables] == before


def test_a_file_that_is_not_there_and_a_system_that_is_none_are_told_apart(
    connection: Connection, tmp_path: Path
) -> None:
    assert run(tmp_path / "absent.csv").exit_code == 2
    done = run(files.write_csv(tmp_path / "a.csv", around()), crs="北京54")
    assert (done.exit_code, "北京54" in done.stderr) == (1, True)
