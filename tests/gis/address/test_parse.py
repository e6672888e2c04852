"""A written address is read into its parts, each where it stood in the text."""

import json
import re
import tomllib
from collections import Counter
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from gis.address.parse import parse, parse_all
from gis.address.parts import COLUMNS, AddressParts, Label
from gis.address.rural import groups, hamlets
from gis.division import Division
from gis.gazetteer import Gazetteer

TABLE = Path(__file__).resolve().parents[2] / "situations" / "addresses" / "written.toml"
ADDRESSES = tomllib.loads(TABLE.read_text(encoding="utf-8"))["address"]
AIMED_AT = 0.89
WHOLLY_READ = [row for row in ADDRESSES if "".join(re.findall(r"(\S+)/[a-z]+", row["parts"])) == row["text"]]
"""Those in which nothing is a separator or chatter."""

JUNK = st.text(
    alphabet="号幢栋单元室楼层路街巷弄村镇市区县省组0123456789一二三十百-—_/（）()·#甲乙之与 \t\nABab１２", max_size=40
)
PIECES = st.lists(
    st.sampled_from(
        """
        江苏省 浙江 苏州市 常熟 常熟市 慈溪 梅李镇 虞山街道 聚沙村 菱塘社区 十二组 珠江路 兴慈3路 553弄 一百零八号
        45号 89-91号 金桂苑三区 阳光花城 47幢 b座 3单元 三楼 负一层 1003室 二〇三 47-6-746
        对面 东50米 与 交叉口 电联 张先生 13812345678
        （ ） ， - 开发区 工业区 中国 市辖区 null
        """.split()  # noqa: SIM905
    ),
    max_size=9,
).map("".join)


def written(parts: AddressParts) -> str:
    """The parts the way the table writes them, separators and chatter left out."""
    return " ".join(f"{parts.text[a:b]}/{label}" for a, b, label in parts.spans if label != Label.REDUNDANT)


@pytest.mark.parametrize("row", ADDRESSES, ids=lambda row: row["text"])
def test_an_address_is_read_as_people_read_it(row):
    assert written(parse(row["text"])) == row["parts"]


@given(st.one_of(st.text(max_size=60), JUNK, PIECES))
@example("")
@example("号")
@example("\ud800市")
@example("市" * 3000)
@example("1-" * 500)
@example("一" * 300)
def test_any_text_is_read_and_its_parts_lie_in_it_one_after_another(text):
    spans = parse(text).spans
    assert all(0 <= start < end <= len(text) for start, end, _ in spans)
    assert all(one.end <= other.start for one, other in pairwise(spans))


@given(st.lists(PIECES, max_size=150))
def test_many_addresses_are_read_as_each_is_by_itself(texts):
    alone = [(one.text, one.spans, one.division) for one in map(parse, texts)]
    assert [(one.text, one.spans, one.division) for one in parse_all(texts)] == alone


@given(PIECES)
def test_every_character_of_an_address_is_in_a_part(text):
    assert "".join(text[start:end] for start, end, _ in parse(text).spans) == text


@given(PIECES)
def test_full_width_figures_and_marks_change_no_label(text):
    wide = "".join(chr(ord(char) + 0xFEE0) if "!" <= char <= "~" else char for char in text)
    assert parse(wide).spans == parse(text).spans


@pytest.mark.parametrize("row", WHOLLY_READ, ids=lambda row: row["text"])
def test_spaces_between_the_parts_change_no_label(row):
    spaced = "  ".join(re.findall(r"(\S+)/[a-z]+", row["parts"]))
    assert written(parse(spaced)) == row["parts"]


def test_groups_and_natural_villages_are_picked_out_of_the_parts():
    read = parse("常熟市梅李镇聚沙村第三村民小组12号")
    assert (groups(read), hamlets(read)) == (["第三村民小组"], [])
    read = parse("常熟市古里镇白茆村张家自然村3号")
    assert (groups(read), hamlets(read)) == ([], ["张家自然村"])
    read = parse("慈溪市观海卫镇卫山村大岙里23号")
    assert hamlets(read) == ["大岙里"]


def test_a_division_that_is_known_is_told_by_its_code():
    assert parse("江苏省常熟市梅李镇聚沙村").division == "320581101201"
    assert parse("常熟市梅李镇").division == "320581101"
    assert parse("琴湖花园3幢").division is None


def test_a_county_reads_the_names_it_knows_of_its_own():
    own = Gazetteer(
        [Division("320581", "常熟市"), Division("320581101", "梅李镇"), Division("320581101299", "新造村委会")]
    )
    read = parse("新造村88号", own)
    assert written(read) == "新造村/community 88号/roadno"
    assert read.division == "320581101299"
    assert read.filled[Label.TOWN] == "梅李镇"


@pytest.mark.shared
def test_real_addresses_are_divided_as_people_divided_them(shared_data):
    right, ours, theirs = Counter(), Counter(), Counter()
    for line in (shared_data / "addresses" / "segmented_dev.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        place, marked = 0, set()
        for text, label in row["parts"]:
            marked.add((place, place + len(text), label))
            place += len(text)
        marked = {span for span in marked if span[2] in COLUMNS}
        found = {(start, end, str(label)) for start, end, label in parse(row["address"]).spans if label in COLUMNS}
        right["n"] += len(marked & found)
        ours["n"] += len(found)
        theirs["n"] += len(marked)
    assert 2 * right["n"] / (ours["n"] + theirs["n"]) >= AIMED_AT
