"""Two written addresses held beside each other: the laws, and pairs an inspector can judge for himself."""

import tomllib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gis.matching.compare import SAME_DOOR, SAME_PLACE, Verdict, compare, reasons
from gis.matching.pair_evidence import Pair, State, doors, numbers
from gis.matching.pair_names import Likeness, core, likeness, single_names, strength
from gis.matching.pair_read import LONGEST_TEXT, read
from gis.matching.pair_shares import covered_share, in_order, longest_run, overlap
from gis.matching.pair_text import canonical
from words import LANGUAGES, catalogue, say

SITUATIONS = Path(__file__).resolve().parents[2] / "situations" / "addresses" / "pairs.toml"
PAIRS: list[dict[str, Any]] = tomllib.loads(SITUATIONS.read_text(encoding="utf-8"))["pair"]

FULL_WIDTH = str.maketrans({**{str(n): chr(0xFF10 + n) for n in range(10)}, "(": "（", ")": "）", "-": "－"})
TRADITIONAL = str.maketrans("号栋区镇东园厦广场业国华长龙门县乡村", "號棟區鎮東園廈廣場業國華長龍門縣鄉村")

ROADS = st.sampled_from(["聚沙路", "问村路", "琴湖大道", "通港路", "文昌北街", "书院巷", "五四路", "三环东路"])
ESTATES = st.sampled_from(
    ["琴湖雅苑", "翠湖半岛", "金仓湖壹号", "紫藤苑", "桃园小区", "万汇大厦", "海虞服饰有限公司", ""]
)
HEADS = st.sampled_from(["", "江苏省苏州市常熟市", "常熟市梅李镇", "虞山街道", "浙江省慈溪市"])
TAILS = st.sampled_from(["", "3幢", "12栋2单元", "5号楼301室", "二楼", "B座", "(西南门)"])
NUMBERS = st.integers(1, 2000)


@st.composite
def addresses(draw: st.DrawFn) -> str:
    return f"{draw(HEADS)}{draw(ROADS)}{draw(NUMBERS)}号{draw(ESTATES)}{draw(TAILS)}"


@pytest.mark.parametrize("pair", PAIRS, ids=[f"{p['verdict']}-{p['why'][:60]}" for p in PAIRS])
def test_a_pair_is_judged_as_an_inspector_would(pair: dict[str, Any]) -> None:
    assert compare(pair["query"], pair["candidate"]).verdict == pair["verdict"], pair["why"]


def test_the_pairs_hold_enough_of_every_verdict() -> None:
    assert min(sum(pair["verdict"] == verdict for pair in PAIRS) for verdict in Verdict) >= 8


@given(st.text(), st.text())
def test_no_text_makes_a_comparison_fail(one: str, other: str) -> None:
    assert compare(one, other).verdict in tuple(Verdict)


@given(st.text("零一二十百千O0189AZ-/()（）#号弄路与和交叉口附近东西门村区期幢栋座楼层室市县镇米第省社", max_size=30))
def test_no_heap_of_the_words_of_addresses_makes_a_comparison_fail(text: str) -> None:
    assert compare(text, text).verdict in tuple(Verdict)
    assert compare(text, text[::-1]).verdict in tuple(Verdict)


@given(addresses())
def test_an_address_is_the_same_place_as_itself(address: str) -> None:
    assert compare(address, address).verdict == Verdict.EXACT


@given(addresses(), addresses())
def test_widths_and_traditional_characters_do_not_change_a_verdict(one: str, other: str) -> None:
    plain = compare(one, other).verdict
    assert compare(one.translate(FULL_WIDTH), other).verdict == plain
    assert compare(one, other.translate(TRADITIONAL)).verdict == plain
    assert compare(one.translate(TRADITIONAL), other.translate(FULL_WIDTH)).verdict == plain


@given(HEADS, ROADS, NUMBERS, NUMBERS, ESTATES, TAILS)
def test_another_number_on_the_road_is_never_the_same_place(
    head: str, road: str, number: int, other: int, estate: str, tail: str
) -> None:
    if number == other:
        return
    asked, offered = (f"{head}{road}{n}号{estate}{tail}" for n in (number, other))
    assert compare(asked, offered).verdict != Verdict.EXACT


@given(HEADS, ROADS, NUMBERS, ESTATES.filter(bool), st.integers(1, 99), st.integers(1, 99))
def test_another_building_of_the_estate_is_never_the_same_place(
    head: str, road: str, number: int, estate: str, building: int, other: int
) -> None:
    if building == other:
        return
    asked, offered = (f"{head}{road}{number}号{estate}{n}幢" for n in (building, other))
    assert compare(asked, offered).verdict != Verdict.EXACT


@given(addresses(), addresses(), addresses())
def test_what_was_compared_before_does_not_matter(one: str, other: str, third: str) -> None:
    first = compare(one, other)
    compare(third, one)
    compare(other, third)
    read.cache_clear()
    assert compare(one, other) == first


def test_a_very_long_text_is_compared_by_its_beginning() -> None:
    long = "聚沙路128号" + "琴湖雅苑" * 100_000
    assert len(read(long).text) <= LONGEST_TEXT
    assert compare(long, long).verdict == Verdict.EXACT


def test_reasons_say_of_every_part_how_it_stands() -> None:
    told = compare("常熟市聚沙路128号琴湖雅苑12幢3单元", "聚沙路130号琴湖雅苑(西南门)").reasons
    assert told == (
        "division.only_query",
        "road.agrees",
        "number.near",
        "place.agrees",
        "building.only_query",
        "unit.only_query",
        "gate",
    )


@given(addresses(), addresses())
def test_every_reason_can_be_said_in_both_languages(one: str, other: str) -> None:
    for reason in reasons(Pair(read(one), read(other))):
        for lang in LANGUAGES:
            assert say(f"compare.{reason}", lang)


def test_every_verdict_has_words() -> None:
    assert {f"compare.verdict.{verdict.name.lower()}" for verdict in Verdict} <= set(catalogue("zh"))


def test_terms_add_up_to_the_verdict() -> None:
    from gis.matching.compare import EXACT_FROM, PARTIAL_FROM

    for pair in PAIRS:
        found = compare(pair["query"], pair["candidate"])
        if "word_for_word" in found.terms:
            continue
        place = sum(points for key, points in found.terms.items() if not key.startswith("door."))
        door = sum(points for key, points in found.terms.items() if key.startswith("door."))
        assert (place >= PARTIAL_FROM) == (found.verdict > Verdict.DIFFERENT)
        assert found.verdict != Verdict.EXACT or door >= EXACT_FROM


def test_evidence_has_one_name_each() -> None:
    for table in (SAME_PLACE, SAME_DOOR):
        assert len({term.key for term in table}) == len(table)


@pytest.mark.parametrize(
    ("written", "plain"),
    [
        ("八九九弄", "899弄"),
        ("漕溪支路一〇五〇弄", "漕溪支路1050弄"),
        ("漕溪支路一O五O弄", "漕溪支路1050弄"),
        ("一百零八号", "108号"),
        ("十二栋廿三室", "12栋23室"),
        ("四季城", "四季城"),
        ("ＯＰＰＯ专卖", "OPPO专卖"),
        ("3＃楼", "3号楼"),
        ("华润·琴湖", "华润琴湖"),
    ],
)
def test_a_text_has_one_canonical_form(written: str, plain: str) -> None:
    assert canonical(written) == plain


@given(st.text("零一二十百千〇廿O0189AZ-号弄路村期层里四季", max_size=12))
def test_the_canonical_form_is_its_own(text: str) -> None:
    assert canonical(canonical(text)) == canonical(text)


@pytest.mark.parametrize(
    ("asked", "offered", "state"),
    [
        ("12", "12", State.AGREES),
        ("12", "1-53", State.AGREES),
        ("1-10", "4", State.AGREES),
        ("37", "37-1", State.PARTLY),
        ("12", "14", State.NEAR),
        ("12", "140", State.DIFFERS),
        ("", "140", State.ONLY_CANDIDATE),
        ("12", "", State.ONLY_QUERY),
        ("", "", State.NEITHER),
        ("A", "12", State.DIFFERS),
        ("9" * 40, "1", State.DIFFERS),
    ],
)
def test_numbers_on_a_road(asked: str, offered: str, state: State) -> None:
    assert numbers(asked, offered) == state


@pytest.mark.parametrize(
    ("asked", "offered", "state"),
    [
        (["12"], ["12", "12"], State.AGREES),
        (["02"], ["2"], State.AGREES),
        (["1", "1"], ["1", "2"], State.PARTLY),
        (["甲13"], ["13"], State.PARTLY),
        (["8", "9"], ["8"], State.PARTLY),
        (["12"], ["13"], State.DIFFERS),
        (["12"], [], State.ONLY_QUERY),
        ([], ["1"], State.ONLY_CANDIDATE),
        ([], [], State.NEITHER),
    ],
)
def test_doors(asked: list[str], offered: list[str], state: State) -> None:
    assert doors(asked, offered) == state


@pytest.mark.parametrize(
    ("one", "other", "how"),
    [
        ("琴湖雅苑", "琴湖小区", Likeness.SAME),
        ("常熟市海虞服饰有限公司", "海虞服饰公司", Likeness.SAME),
        ("莱芜里小区", "来芜里小区", Likeness.SAME),
        ("仁恒江湾天成", "恒仁江湾天成", Likeness.WITHIN),
        ("华润翠湖半岛", "翠湖半岛", Likeness.WITHIN),
        ("东湖天誉府", "东湖天鹅府", Likeness.SIMILAR),
        ("小魏庄", "小郑庄", Likeness.NONE),
        ("琴湖雅苑", "紫藤苑", Likeness.NONE),
    ],
)
def test_names_are_alike_as_people_see_it(one: str, other: str, how: Likeness) -> None:
    assert likeness(one, other) == how
    assert likeness(other, one) == how


def test_a_name_found_in_every_town_tells_little() -> None:
    assert strength("桃园小区") == 1 < strength("琴湖雅苑") < strength("金仓湖壹号")
    assert core("江苏东方燃油有限公司") == "东方燃油"
    assert core("中国") == "中国"


def test_names_written_in_one_run_are_told_apart() -> None:
    assert single_names(("琴湖花苑紫藤园", "琴湖花苑")) == ("琴湖花苑", "紫藤园")


def test_a_bracket_may_hold_a_gate_a_note_or_a_place() -> None:
    assert read("琴湖雅苑(东南2门)").gate
    assert not read("通港路99号(翠湖半岛南门)海虞面馆").gate
    assert read("紫藤苑(建设中)").places == ["紫藤苑"]
    assert read("通港路99号(翠湖半岛)").places == ["翠湖半岛"]


def test_roads_of_a_crossing_are_both_read_and_the_place_behind_them() -> None:
    side = read("通港路与问村路交叉口西北150米紫藤苑")
    assert [road.name for road in side.roads] == ["通港路", "问村路"]
    assert (side.places, side.meeting) == (["紫藤苑"], True)


@given(st.text("琴湖雅苑聚沙路12号", max_size=25), st.text("琴湖雅苑聚沙路12号", max_size=25))
def test_measures_of_texts_lie_between_nothing_and_all(one: str, other: str) -> None:
    assert longest_run(one, other) == min(10, _run(one, other)) / 10
    assert 0 <= covered_share(one, other) <= 1
    assert overlap(one, other) == pytest.approx(overlap(other, one))
    assert in_order(one, other) == in_order(other, one) == _common(one, other)


def _run(one: str, other: str) -> int:
    """Longest common run, by trying every one."""
    every = (one[start:end] for start in range(len(one)) for end in range(start + 1, len(one) + 1))
    return max((len(run) for run in every if run in other), default=0)


def _common(one: str, other: str) -> int:
    """Longest common subsequence by the textbook."""
    row = [0] * (len(other) + 1)
    for char in one:
        before = 0
        for at, its in enumerate(other, start=1):
            before, row[at] = row[at], before + 1 if char == its else max(row[at], row[at - 1])
    return row[-1]
