"""One row checked: the house, or everything that is wrong with it."""

import datetime as dt
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exchange.headers import guess_mapping
from exchange.problems import Problem
from exchange.row import CheckContext, HouseRow, check_row, fingerprint, identity
from exchange.table import Damage, SourceRow
from exchange.vocabulary import codes, fold
from tests.world import TODAY
from words import catalogue

CONTEXT = CheckContext(TODAY)


def _check(**cells: Any) -> HouseRow | list[Problem]:
    return check_row(SourceRow(12, list(cells.values())), guess_mapping(cells), context=CONTEXT)


def _house(**cells: Any) -> HouseRow:
    outcome = _check(**({"地址": "聚沙村8号"} | cells))
    assert isinstance(outcome, HouseRow), [problem.text() for problem in outcome]
    return outcome


def _problems(**cells: Any) -> list[Problem]:
    outcome = _check(**({"地址": "聚沙村8号"} | cells))
    assert isinstance(outcome, list)
    return outcome


def test_a_whole_row_becomes_a_house() -> None:
    house = _house(
        房屋编号="CZ1", 房东姓名="张小三", 房东电话="+86 139 1234 5678", 房东身份证号="11010519491231002x",
        证件类型="身份证", 房屋类型="自建房", 房屋结构="砖混", 层数="三层", 出租间数=12.0, 建筑面积="1,120.5㎡",
        实际租住人数="15人", 出租状态="已出租", 房屋用途="居住", 登记时间="2024年3月5日", 备注="无", 天气="晴",
    )  # fmt: skip
    assert (house.source_key, house.owner_name, house.owner_phone) == ("CZ1", "张小三", "13912345678")
    assert (house.owner_id_no, house.owner_id_type) == ("11010519491231002X", "resident_id")
    assert (house.house_kind, house.structure, house.use, house.let_status) == (
        "self_built",
        "brick_concrete",
        "dwelling",
        "let",
    )
    assert (house.floors, house.rooms_let, house.area_m2, house.persons) == (3, 12, 1120.5, 15)
    assert (house.registered_on, house.note, house.extra) == (dt.date(2024, 3, 5), "", {"天气": "晴"})


def test_a_problem_reads_as_the_desk_speaks() -> None:
    (problem,) = _problems(联系电话="1391234")
    assert (
        problem.text()
        == "第 12 行 · 联系电话 · “1391234” · 应为 11 位手机号或区号加座机 · 改后重新导入即可，其余行已入库"
    )
    assert problem.text("en").startswith("Row 12 · 联系电话 · “1391234” · should be an 11-digit mobile")


def test_all_problems_of_a_row_are_told_at_once() -> None:
    found = _problems(
        地址="", 联系电话="1391234", 层数="61", 建筑面积="0", 登记时间="2027-01-01", 出租间数="501", 实际租住人数="2001"
    )
    assert {problem.field: problem.reason for problem in found} == {
        "owner_phone": "phone_shape",
        "floors": "number_range",
        "area_m2": "area_range",
        "registered_on": "date_range",
        "rooms_let": "number_range",
        "persons": "number_range",
        "address": "address_missing",
    }


def test_personal_values_are_masked_in_a_problem_and_kept_for_the_repair() -> None:
    (problem,) = _problems(房东身份证号="110105194912310021")
    assert (problem.reason, problem.value, problem.raw) == ("id_check", "110***21", "110105194912310021")
    assert "194912" not in problem.text() + problem.text("en") + repr(problem)


def test_numbers_that_excel_rounded_are_problems_and_not_numbers() -> None:
    found = _problems(房东电话="1.39123E+10", 房东身份证号=3.20581199001011e17, 房屋编号="1.2E+15")
    assert {problem.field for problem in found if problem.reason == "digits_lost"} == {
        "owner_phone",
        "owner_id_no",
        "source_key",
    }


def test_an_unknown_word_for_a_kind_is_kept_and_not_guessed() -> None:
    house = _house(房屋类型="吊脚楼", 出租状态="半租")
    assert (house.house_kind, house.let_status) == ("other", "unknown")
    assert house.extra == {"房屋类型": "吊脚楼", "出租状态": "半租"}
    assert house.unrecognised == (("house_kind", "吊脚楼"), ("let_status", "半租"))


def test_long_numbers_in_columns_of_no_use_are_masked() -> None:
    house = _house(登记人="王五 13912345678")
    assert house.extra == {"登记人": "王五 139****5678"}


def test_an_address_is_composed_of_its_parts() -> None:
    assert (
        _house(地址="", 道路="珠江路", 门牌号="45", 幢号="2幢", 室号="1003室").full_address == "珠江路45号 2幢 1003室"
    )
    assert _house(地址="无", 小区名称="虞景山庄").address == "虞景山庄"


def test_a_script_in_a_text_is_only_text() -> None:
    attack = "<script>alert(1)</script>=cmd|'/c calc'!A1"
    house = _house(地址=attack, 备注=attack)
    assert house.note == attack


def test_what_is_no_house_is_not_taken_for_one() -> None:
    (problem,) = _problems(kind="entrance")
    assert problem.reason == "not_a_house"


def test_a_damaged_row_names_its_column() -> None:
    row = SourceRow(3, ["", "x"], damage=Damage("cell_too_long", 1, "x" * 40, (("length", 10**6), ("limit", 32767))))
    (problem,) = check_row(row, guess_mapping(["地址", "备注"]), context=CONTEXT)
    assert problem.text().startswith("第 3 行 · 备注 · “xxxx")
    assert "1000000" in problem.text()


def test_every_reason_in_the_code_has_words_and_a_cure_in_both_languages() -> None:
    root = Path(__file__).parents[2]
    files = [*(root / "exchange").glob("*.py"), root / "actions" / "elsewhere.py"]
    code = "".join(path.read_text(encoding="utf-8") for path in files)
    calls = (
        r'(?:Unreadable|Damage)\(\s*"(\w+)"|problem_of\([^"]*?(?:"\w+"|None|name|field), "(\w+)"'
        r'|"(duplicate_\w+|same_address|case_(?:no|date|closed|point|twice|differs)\w*)"'
    )
    used = {name for found in re.findall(calls, code) for name in found if name}
    assert len(used) > 35
    for lang in ("zh", "en"):
        words = catalogue(lang)
        known = {key.removeprefix("exchange.reason.") for key in words if key.startswith("exchange.reason.")}
        cures = {key.removeprefix("exchange.cure.") for key in words if key.startswith("exchange.cure.")}
        assert known == cures == used


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_our_own_words_for_codes_are_read_when_they_come_back(lang: str) -> None:
    spoken = [(key.split(".")[2:], word) for key, word in catalogue(lang).items() if key.startswith("exchange.value.")]
    assert len(spoken) > 20
    for (field, code), word in spoken:
        assert field == "colour" or codes(field)[fold(word)] == code


cells = st.one_of(
    st.none(),
    st.text(max_size=30),
    st.floats(),
    st.integers(-(10**20), 10**20),
    st.booleans(),
    st.dates(),
    st.sampled_from(["无", "13912345678", "三", "2024-01-01", "=1+1", "NaN", "120.9", "自建房", "<b>", "9" * 400]),
)
HEADERS = (
    "房屋编号",
    "村代码",
    "地址",
    "经度",
    "纬度",
    "坐标",
    "wkt",
    "房东",
    "电话",
    "身份证号",
    "证件类型",
    "面积",
    "层数",
    "间数",
    "人数",
    "状态",
    "登记时间",
    "备注",
    "天气",
)


@given(st.lists(cells, min_size=len(HEADERS), max_size=len(HEADERS)))
def test_no_cell_whatever_it_holds_breaks_the_check(row: list[Any]) -> None:
    outcome = check_row(SourceRow(2, row), guess_mapping(HEADERS), context=CONTEXT)
    if isinstance(outcome, list):
        assert outcome
        assert all(problem.text() and problem.text("en") for problem in outcome)
    else:
        assert len(fingerprint(outcome)) == 64


def test_a_fingerprint_is_of_the_content_and_not_of_the_place_in_the_file() -> None:
    one, same, other = _house(备注="a"), _house(备注="a "), _house(备注="b")
    same.row = 99
    assert fingerprint(one) == fingerprint(same) != fingerprint(other)


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        ({"房屋编号": "CZ1"}, "key:CZ1"),
        ({"幢号": "3幢"}, "addr::聚沙村8号3幢"),
        ({"地址": "聚沙村 ８号"}, "addr::聚沙村8号"),
    ],
)
def test_a_house_is_known_by_its_key_or_by_its_village_and_address(cells: dict[str, str], expected: str) -> None:
    assert identity(_house(**cells)) == expected
