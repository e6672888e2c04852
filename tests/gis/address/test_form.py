"""The standard text of an address, and the short one."""

import json
import time
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from gis.address.fill import filled
from gis.address.form import assembled, short, standard
from gis.address.normal import norm
from gis.address.numerals import value_of
from gis.address.parse import parse
from gis.address.parts import AddressParts, Label, Span

SHARED = Path(__file__).parents[4] / "shared" / "data" / "addresses" / "segmented_dev.jsonl"

WORDS = st.sampled_from(
    """
    江苏省 浙江 苏州市 常熟 常熟市 梅李镇 虞山街道 聚沙村 聚沙村委会 菱塘社区 十二组 12组 珠江路 兴慈3路 珠江东路
    553弄 一百零八号 45号 89-91号 12号之3 金桂苑三区 缤纷北苑 阳光花城 SOHO广场 47幢 b座 12号楼 3单元 2号门 三楼
    负一层 B1 1003室 二〇三 1305 47-6-746 对面 东侧50米 与 交叉口 电联 张三 13812345678 （近珠江路） - ， 老李 #
    """.split()  # noqa: SIM905
)


def address(*pieces: tuple[str, str]) -> AddressParts:
    """An address of texts and their labels."""
    spans, text = [], ""
    for part, label in pieces:
        spans.append(Span(len(text), len(text) + len(part), Label(label)))
        text += part
    return AddressParts(text, tuple(spans))


def test_the_standard_text_has_levels_in_order_and_parts_in_one_form():
    parts = address(("聚沙村委会", "community"), ("梅李镇", "town"), ("珠江路", "road"), ("一百零八号", "roadno"),
                    ("金桂苑3区", "poi"), ("b座", "houseno"), ("三楼", "floorno"), ("二〇三", "roomno"))  # fmt: skip
    assert assembled(parts) == "梅李镇聚沙村珠江路108号金桂苑三区B幢3层203室"
    assert assembled(filled(parts)).startswith("江苏省苏州市常熟市梅李镇聚沙村")


def test_chatter_people_and_numbers_are_left_out_but_relations_stay():
    parts = address(("珠江路", "road"), ("45号", "roadno"), ("对面", "assist"), ("电联", "redundant"),
    ("张三", "person"),
                    ("13812345678", "phone"))  # fmt: skip
    assert assembled(parts) == "珠江路45号对面"


def test_what_is_written_twice_stands_once_and_letters_do_not_run_together():
    parts = address(("杭州市", "city"), ("杭州", "city"), ("SOHO3", "poi"), ("12栋", "houseno"))
    assert assembled(parts) == "杭州市SOHO3 12幢"


@pytest.mark.parametrize(
    ("written", "text"),
    [
        ("梅李镇聚沙村十二组８號", "江苏省苏州市常熟市梅李镇聚沙村12组8号"),
        ("常熟市 珠江路45號2單元1003室 电联13812345678", "江苏省苏州市常熟市珠江路45号2单元1003室"),
        ("缤纷北苑47-6-746", "缤纷北苑47幢6单元746室"),
        ("珠江路56号之三", "珠江路56之3号"),
        ("珠江路十二号甲", "珠江路12号甲"),
        ("珠江路89－91号", "珠江路89-91号"),
        ("阳光花城3幢负一楼", "阳光花城3幢负1层"),
    ],
)
def test_a_written_address_has_one_standard_text(written, text):
    assert standard(filled(parse(written))) == text


@settings(deadline=None)
@given(st.lists(WORDS, max_size=9).map("".join))
@example("国际商贸城四区九楼106街42153店面")
@example("永港北路怡景花园b幢104-f")
@example("http//abcdefghijk")
def test_reading_a_standard_text_changes_nothing_of_it(written):
    text = standard(parse(written))
    assert standard(parse(text)) == text
    complete = standard(filled(parse(written)))
    assert standard(parse(complete)) == complete


@settings(deadline=None)
@given(st.text(max_size=40))
def test_any_text_at_all_has_a_standard_text_that_stays(written):
    text = standard(parse(written))
    assert standard(parse(text)) == text


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("聚沙村12组8号", "聚沙村 12组 8号"),
        ("甸桥村十二组３号", "甸桥村 12组 3号"),
        ("永西六组197号", "永西 6组 197号"),
        ("珠江路45号2单元1003室", "珠江路 45号 2单元 1003室"),
        ("闲林街道闲兴路146号11号楼1173室", "闲兴路 146号 11幢 1173室"),
        ("下宅村万里公路832弄125号", "下宅村 万里公路 832弄 125号"),
        ("凤凰村127幢9单元978室", "凤凰村 127幢 9单元 978室"),
        ("缤纷北苑47-6-746", "缤纷北苑 47幢 6单元 746室"),
        ("凤凰村12—1305", "凤凰村 12幢 1305室"),
        ("楼西塘村15栋8单元12楼", "楼西塘村 15幢 8单元 12层"),
        ("虞山街道枫林路84-66号", "枫林路 84-66号"),
        ("阳光花城31栋3单元负一层", "阳光花城 31幢 3单元 -1层"),
        ("金城路金城路456-458号", "金城路 456-458号"),
        ("滨海嘉园A幢7单元1424", "滨海嘉园 A幢 7单元 1424室"),
        ("常熟市辛庄镇旺倪桥村1组望湖路2号", "旺倪桥村 1组 望湖路 2号"),
        ("新厍村十组工农路8号", "新厍村 10组 工农路 8号"),
        ("三塘村组尚德路1号", "三塘村 尚德路 1号"),
        ("东南街道组团路9号", "组团路 9号"),
        ("珠江路45号12楼1203室", "珠江路 45号 1203室"),
        ("梅李镇聚沙村委会8号", "聚沙村 8号"),
        ("梅李镇人民政府", ""),
    ],
)
def test_lists_show_the_short_address(written, shown):
    assert short(parse(written)) == shown


def test_the_village_of_the_record_stands_for_the_one_in_the_text():
    assert short(parse("江苏省常熟市梅李镇聚沙村十二组8号"), village="聚沙村") == "聚沙村 12组 8号"
    assert short(parse("凤凰村127幢"), village="凤凰村") == "凤凰村 127幢"
    assert short(parse("珠江路45号"), village="菱塘社区") == "菱塘社区 珠江路 45号"


@settings(deadline=None)
@given(st.integers(1, 99), st.integers(1, 999), st.integers(1, 99), st.integers(1, 20), st.integers(101, 9929))
def test_what_is_written_out_is_read_back(group, number, building, unit, room):
    text = f"聚沙村{group}组{number}号{building}幢{unit}单元{room}室"
    assert short(parse(text)) == f"聚沙村 {group}组 {number}号 {building}幢 {unit}单元 {room}室"


def test_a_monstrous_cell_is_read_in_reasonable_time():
    begun = time.process_time()
    for monster in ("聚沙" * 100_000, "1-" * 100_000, "号" * 100_000, "一" * 100_000, " " * 100_000):
        short(parse(monster))
    assert time.process_time() - begun < 20


@pytest.mark.shared
def test_most_units_and_buildings_of_real_parcels_are_read():
    """Held-out real addresses: where a person marked a numbered unit, the reader finds the same number."""
    asked = right = 0
    for line in SHARED.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        marked = [text for text, kind in row["parts"] if kind == "cellno" and text.endswith("单元")]
        if len(marked) == 1 and value_of(marked[0][:-2]) is not None:
            asked += 1
            found = parse(row["address"]).texts(Label.CELLNO)
            right += [norm(Label.CELLNO, text) for text in found] == [norm(Label.CELLNO, marked[0])]
    assert asked > 50
    assert right / asked > 0.97


@pytest.mark.parametrize("written", ["", "梅李镇", "江苏省常熟市"])
def test_where_no_door_is_written_there_is_no_shorter_address(written):
    assert short(parse(written), village="聚沙村") == ""
