"""A whole file: villages, duplicates, notes, and the law that no row is lost."""

import itertools
from contextlib import suppress
from pathlib import Path
from typing import Any

import geopandas as gpd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from shapely.geometry import box, mapping

from exchange import errors
from exchange.headers import Overrides
from exchange.importing import ImportOptions, prepare
from exchange.row import fingerprint, identity
from exchange.villages import CountyContext
from gis.crs import UnknownCrsError
from tests.exchange import files
from tests.exchange.files import CHANGSHU, DIVISIONS, OUTLINE, brought_in, line, reasons
from tests.world import COUNTY, OTHER_VILLAGE, VILLAGE

SCRIPT = "<img src=x onerror=alert(1)>`${7*7}`"


def test_a_good_register_is_taken_whole_in_every_format(tmp_path: Path) -> None:
    rows = [line(number) for number in range(1, 6)]
    table = files.frame(5)
    table.to_file(tmp_path / "a.gpkg")
    paths = [
        files.write_csv(tmp_path / "a.csv", rows, encoding="gb18030"),
        files.write_xlsx(tmp_path / "a.xlsx", rows),
        files.write_xls(tmp_path / "a.xls", rows),
        tmp_path / "a.gpkg",
        files.write_shapefile_zip(tmp_path / "a.zip", table),
    ]
    houses = [brought_in(path, crs="CGCS2000").rows for path in paths]
    for found in houses:
        assert [house.source_key for house in found] == [f"CZ{number:05}" for number in range(1, 6)]
        assert {house.village_code for house in found} == {VILLAGE}
        assert [house.lon for house in found] == pytest.approx(
            [120.90 + number * 1e-4 for number in range(1, 6)], abs=1e-9
        )
        assert {house.area_m2 for house in found} == {120.5}


def test_the_same_file_twice_says_the_same(tmp_path: Path) -> None:
    path = files.write_csv(tmp_path / "a.csv", [line(number) for number in range(1, 6)])
    first, again = (brought_in(path, crs="GCJ-02").rows for _ in range(2))
    assert [fingerprint(row) for row in first] == [fingerprint(row) for row in again]
    assert len({identity(row) for row in first}) == 5


def test_every_kind_of_dirt_gets_its_message_and_stops_nothing_else(tmp_path: Path) -> None:
    rows = [
        line(1),
        line(2, 经度="31.7", 纬度="120.9"),
        line(3, 经度="NaN"),
        line(4, 备注="长" * 1_000_000),
        line(1),
        line(6, 房东电话="1391234"),
        line(7, 经度="0", 纬度="0"),
        line(8, 房屋地址=SCRIPT, 房东姓名=SCRIPT, 备注=SCRIPT, 房屋编号=SCRIPT),
        line(9, 所属村="无此村", 房屋地址="某处", 经度="", 纬度=""),
        line(10),
    ]
    prepared = brought_in(files.write_csv(tmp_path / "a.csv", rows), crs="WGS84")
    assert reasons(prepared) == {
        3: ["outside_county"],
        4: ["coordinate_nan"],
        5: ["cell_too_long"],
        6: ["duplicate_key"],
        7: ["phone_shape"],
        8: ["zero_island"],
        10: ["village_unknown"],
    }
    assert [row.row for row in prepared.rows] == [2, 9, 11]
    assert prepared.rows[1].note == SCRIPT
    for problem, lang in itertools.product(prepared.problems, ("zh", "en")):
        assert len(problem.text(lang).split(" · ")) >= 4


def test_a_register_without_a_system_is_quarantined_with_the_cure(tmp_path: Path) -> None:
    path = files.write_csv(tmp_path / "a.csv", [line(1), line(2, 经度="", 纬度="")])
    prepared = brought_in(path)
    assert reasons(prepared) == {2: ["crs_missing"]}
    assert prepared.notes == [("without_point", {"count": 1})]


def test_a_register_without_points_can_be_asked_for_them(tmp_path: Path) -> None:
    path = files.write_csv(tmp_path / "a.csv", [line(1, 经度="", 纬度="")])
    assert reasons(brought_in(path, require_point=True)) == {2: ["point_missing"]}


def test_an_unknown_system_is_refused_before_anything_is_read(tmp_path: Path) -> None:
    with pytest.raises(UnknownCrsError):
        prepare(tmp_path / "a.csv", options=ImportOptions(crs="北京54"), county=CHANGSHU)


def _village(tmp_path: Path, *, county: CountyContext = CHANGSHU, default: str | None = None, **cells: Any) -> Any:
    path = files.write_csv(tmp_path / "a.csv", [list(cells.values())], headers=list(cells))
    prepared = brought_in(path, county=county, default_village=default, crs="CGCS2000")
    return prepared.rows[0].village_code if prepared.rows else prepared.problems[0].reason


def test_a_village_is_found_by_code_words_address_point_or_default(tmp_path: Path) -> None:
    drawn = gpd.GeoDataFrame({"code": [OTHER_VILLAGE]}, geometry=[box(120.9, 31.7, 120.92, 31.72)], crs="EPSG:4490")
    county = CountyContext(COUNTY, DIVISIONS, OUTLINE, drawn)
    assert _village(tmp_path, 村代码=OTHER_VILLAGE, 地址="聚沙村8号") == OTHER_VILLAGE
    assert _village(tmp_path, 社区="菱塘社区居委会", 地址="8号") == "320581001010"
    assert _village(tmp_path, 地址="常熟市梅李镇聚沙村12组8号") == VILLAGE
    assert _village(tmp_path, county=county, 地址="8号", 经度="120.91", 纬度="31.71") == OTHER_VILLAGE
    assert _village(tmp_path, 地址="8号", default=VILLAGE) == VILLAGE
    assert _village(tmp_path, 地址="8号") == "village_missing"


def test_a_named_village_that_does_not_exist_is_not_overruled_by_the_default(tmp_path: Path) -> None:
    assert _village(tmp_path, 社区="无此社区", 地址="8号", default=VILLAGE) == "village_unknown"
    assert _village(tmp_path, 村代码="320581101299", 地址="聚沙村8号", default=VILLAGE) == "village_code_unknown"
    assert _village(tmp_path, 村代码="320581401498", 地址="8号") == "village_virtual"
    assert _village(tmp_path, 村代码="聚沙", 地址="8号") == "village_code_shape"


def test_a_default_village_of_another_county_is_refused(tmp_path: Path) -> None:
    with pytest.raises(errors.DefaultVillageUnknown):
        _village(tmp_path, 地址="8号", default="330282113211")


def test_duplicates_name_the_row_that_is_kept(tmp_path: Path) -> None:
    rows = [
        line(1),
        line(1, 房屋地址="别处"),
        line(3, 房屋编号="", 房屋地址="聚沙村 8号", 经度="", 纬度=""),
        line(4, 房屋编号="", 房屋地址="聚沙村８号", 经度="", 纬度=""),
        line(5, 房屋地址="聚沙村1组1号", 经度=line(1)[3]),
        line(6, 房屋地址="老街", 经度="", 纬度=""),
        line(7, 房屋地址="老街", 经度="", 纬度=""),
    ]
    prepared = brought_in(files.write_csv(tmp_path / "a.csv", rows), crs="CGCS2000")
    assert reasons(prepared) == {3: ["duplicate_key"], 5: ["same_address"], 6: ["duplicate_address"]}
    assert [problem.fields["first"] for problem in prepared.problems] == [2, 4, 2]


def test_a_building_on_two_map_tiles_is_one_building(tmp_path: Path) -> None:
    whole, part, twin = (
        box(120.9, 31.7, 120.9004, 31.7004),
        box(120.9, 31.7, 120.9001, 31.7004),
        box(120.9, 31.7, 120.9004, 31.70039),
    )
    features = [
        (mapping(part), {"id": 1, "kind": "building"}),
        (mapping(whole), {"id": 1, "kind": "building"}),
        (mapping(twin), {"id": 2}),
        (mapping(box(120.91, 31.7, 120.9104, 31.7004)), {"id": 3}),
    ]
    prepared = brought_in(files.write_geojson(tmp_path / "a.geojson", features), default_village=VILLAGE)
    assert reasons(prepared) == {1: ["duplicate_key"], 3: ["duplicate_outline"]}
    assert [row.row for row in prepared.rows] == [2, 4]


def test_two_columns_of_one_name_need_a_person(tmp_path: Path) -> None:
    headers = ["地址", "联系电话", "联系电话"]
    path = files.write_csv(tmp_path / "a.csv", [["聚沙村8号", "13912345678", "13812345678"]], headers=headers)
    with pytest.raises(errors.DuplicateHeaders, match="联系电话"):
        brought_in(path)
    chosen = Overrides({"联系电话": "manager_phone", "联系电话 (2)": "owner_phone"})
    (house,) = brought_in(path, mapping=chosen).rows
    assert (house.owner_phone, house.manager_phone) == ("13812345678", "13912345678")


def test_a_table_that_says_nowhere_where_a_house_is_is_refused(tmp_path: Path) -> None:
    path = files.write_csv(tmp_path / "a.csv", [["晴", 3]], headers=["天气", "层数"])
    with pytest.raises(errors.NothingRecognised, match="天气"):
        brought_in(path)


def test_notes_say_what_was_assumed(tmp_path: Path) -> None:
    headers = [*files.HEADERS[:3], "经度(GCJ-02)", "纬度(GCJ-02)", "合租人姓名", "房屋类型"]
    path = files.write_csv(tmp_path / "a.csv", [[*line(1)[:5], "李四", "吊脚楼"]], headers=headers, encoding="gb18030")
    prepared = brought_in(path)
    assert [name for name, _fields in prepared.notes] == ["gb18030", "crs_from_header", "withheld", "word_unknown"]
    assert "李四" not in repr(prepared.rows)
    for lang in ("zh", "en"):
        assert all("{" not in note for note in prepared.spoken_notes(lang))


def test_progress_is_told_stage_by_stage(tmp_path: Path) -> None:
    path = files.write_csv(tmp_path / "a.csv", [line(1)])
    stages: list[str] = []
    prepare(path, options=ImportOptions(), county=CHANGSHU, progress=lambda stage, _done, _total: stages.append(stage))
    assert list(dict.fromkeys(stages)) == ["reading", "checking", "placing", "villages", "duplicates"]


cells = st.one_of(
    st.sampled_from(
        [
            "",
            "无",
            "CZ1",
            "聚沙村",
            "珍北村",
            "120.9",
            "31.7",
            "0",
            "NaN",
            "13912345678",
            "3",
            "=1+1",
            '"',
            "a,b",
            "a\nb",
        ]
    ),
    st.text(max_size=6),
    st.integers(0, 200),
)


@settings(max_examples=80, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.lists(st.lists(cells, min_size=10, max_size=10), min_size=1, max_size=8))
def test_read_is_always_placed_and_quarantined(tmp_path: Path, rows: list[list[Any]]) -> None:
    path = files.write_csv(tmp_path / "law.csv", [line(1), *rows])
    prepared = brought_in(path, crs="GCJ-02")
    filled = sum(1 for row in rows if any(str(cell).strip() for cell in row))
    assert prepared.read <= 1 + filled
    assert len(prepared.quarantined) + len(prepared.rows) >= 1


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.binary(max_size=400))
def test_no_bytes_break_the_counter_with_an_error_of_its_own(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "law.csv"
    path.write_bytes("地址,层数\n".encode() + data)
    with suppress(errors.ExchangeError):
        brought_in(path)
