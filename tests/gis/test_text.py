"""The door end of a written address."""

import json
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gis.text import DoorParts, door_parts, normalise, number_of, short_address, suite_of

SHARED = Path(__file__).parents[3] / "shared" / "data" / "addresses" / "segmented_dev.jsonl"


@pytest.mark.parametrize(
    ("written", "parts"),
    [
        ("聚沙村12组8号", {"group": "12", "number": "8"}),
        ("甸桥村十二组３号", {"group": "12", "number": "3"}),
        ("永西六组197号", {"group": "6", "number": "197"}),
        ("珠江路45号2单元1003室", {"road": "珠江路", "number": "45", "unit": "2", "room": "1003"}),
        ("闲林街道闲兴路146号11号楼1173室", {"road": "闲兴路", "number": "146", "building": "11", "room": "1173"}),
        ("下宅村万里公路832弄125号", {"road": "万里公路", "lane": "832", "number": "125"}),
        ("凤凰村127幢9单元978室", {"building": "127", "unit": "9", "room": "978"}),
        ("缤纷北苑47-6-746", {"building": "47", "unit": "6", "room": "746"}),
        ("凤凰村12—1305", {"building": "12", "room": "1305"}),
        ("楼西塘村15栋8单元12楼", {"building": "15", "unit": "8", "floor": 12}),
        ("虞山街道枫林路84-66号", {"road": "枫林路", "number": "84-66"}),
        ("阳光花城31栋3单元负一层", {"building": "31", "unit": "3", "floor": -1}),
        ("金城路金城路456-458号", {"road": "金城路", "number": "456-458"}),
        ("莘塍滨海嘉园A幢7单元1424", {"building": "A", "unit": "7", "room": "1424"}),
        ("梅李镇人民政府", {}),
        ("", {}),
    ],
)
def test_doors_are_read_as_people_write_them(written, parts):
    assert door_parts(written) == DoorParts(**parts)


def test_every_dash_and_width_reads_the_same():
    for dash in "-－—–−~～〜":
        assert normalise(f" ８４{dash}６６号　") == "84-66号"


def test_lists_show_the_short_address():
    assert short_address(door_parts("江苏省常熟市梅李镇聚沙村十二组8号"), village="聚沙村") == "聚沙村 12组 8号"
    assert short_address(door_parts("珠江路45号2单元1003室")) == "珠江路 45号 2单元 1003室"
    assert short_address(DoorParts(building="15", floor=12)) == "15幢 12楼"
    assert short_address(DoorParts()) == ""


@pytest.mark.parametrize(
    ("room", "suite"),
    [("203", "0203"), ("1003", "1003"), ("03", None), ("A203", None), ("9001", None), ("200", None), ("12345", None)],
)
def test_floor_and_door_are_taken_only_where_they_can_be_told(room, suite):
    assert suite_of(room) == suite


@pytest.mark.parametrize(
    ("written", "value"),
    [("十", 10), ("十二", 12), ("二十", 20), ("九十九", 99), ("三", 3), ("一二", 12), ("12", 12), ("百", None),
     ("十十", None), ("", None), ("村", None)],
)  # fmt: skip
def test_chinese_numbers_up_to_ninety_nine_are_read(written, value):
    assert number_of(written) == value


@given(st.text(max_size=60))
def test_no_text_breaks_the_reader_and_normalising_twice_changes_nothing(text):
    door_parts(text)
    assert normalise(normalise(text)) == normalise(text)


@given(st.integers(1, 99), st.integers(1, 999), st.integers(1, 99), st.integers(1, 20), st.integers(101, 9929))
def test_what_is_written_out_is_read_back(group, number, building, unit, room):
    text = f"聚沙村{group}组{number}号{building}幢{unit}单元{room}室"
    parts = door_parts(text)
    read = (parts.group, parts.number, parts.building, parts.unit, parts.room)
    assert read == tuple(map(str, (group, number, building, unit, room)))


def test_a_monstrous_cell_is_read_in_reasonable_time():
    begun = time.perf_counter()
    door_parts("聚沙" * 500_000)
    door_parts("1-" * 500_000)
    assert time.perf_counter() - begun < 20


@pytest.mark.shared
def test_most_units_and_buildings_of_real_parcels_are_read():
    """Held-out real addresses: where a person marked a numbered unit, the reader finds the same number."""
    asked = right = 0
    for line in SHARED.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        marked = [text for text, kind in row["parts"] if kind == "cellno" and text.endswith("单元")]
        if len(marked) == 1 and number_of(marked[0][:-2]) is not None:
            asked += 1
            right += door_parts(row["address"]).unit == str(number_of(marked[0][:-2]))
    assert asked > 50
    assert right / asked > 0.97


@pytest.mark.parametrize(
    ("address", "road", "group"),
    [
        ("常熟市辛庄镇旺倪桥村1组望湖路2号", "望湖路", "1"),
        ("新厍村十组工农路8号", "工农路", "10"),
        ("三塘村组尚德路1号", "尚德路", None),
        ("东南街道组团路9号", "组团路", None),
    ],
)
def test_a_group_before_a_road_is_no_part_of_its_name(address: str, road: str, group: str | None) -> None:
    parts = door_parts(address)
    assert (parts.road, parts.group) == (road, group)
