"""The levels that a text leaves out."""

import gc
import time
import weakref
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gis.address.fill import HEAD, filled
from gis.address.parts import AddressParts, Label, Span
from gis.division import Division
from gis.gazetteer import Found, Gazetteer, OtherName

YUSHAN = (("320581001", "虞山街道"), ("320581003", "琴川街道"), ("320581004", "莫城街道"))


def address(**levels: str) -> AddressParts:
    """An address of the levels given, in the order given."""
    spans, text = [], ""
    for label, part in levels.items():
        spans.append(Span(len(text), len(text) + len(part), Label(label)))
        text += part
    return AddressParts(text, tuple(spans))


@pytest.mark.parametrize(
    ("levels", "added", "division"),
    [
        ({"town": "梅李镇", "community": "聚沙村"}, "江苏省 苏州市 常熟市", "320581101201"),
        ({"town": "梅李镇", "community": "聚沙"}, "江苏省 苏州市 常熟市", "320581101201"),
        ({"district": "常熟"}, "江苏省 苏州市", "320581"),
        ({"district": "富阳市"}, "浙江省 杭州市", "330111"),
        ({"district": "江干区"}, "浙江省 杭州市", "3301"),
        ({"district": "江干区", "town": "九堡镇"}, "浙江省 杭州市", "330102018"),
        ({"town": "乔司镇"}, "浙江省 杭州市 临平区", "330113005"),
        ({"city": "杭州市", "district": "西湖区"}, "浙江省", "330106"),
        ({"city": "常熟市"}, "江苏省", "320581"),
        ({"city": "上海市", "district": "浦东新区"}, "", "310115"),
        ({"district": "浦东新区"}, "上海市", "310115"),
        ({"city": "重庆市", "district": "忠县"}, "", "500233"),
        ({"city": "东莞市", "town": "东城街道"}, "广东省", "441900003"),
        ({"prov": "浙江省", "district": "慈溪市"}, "宁波市", "330282"),
        ({"town": "聚沙镇", "community": "聚沙村"}, "", None),
        ({"prov": "广西省", "district": "资源县"}, "桂林市", "450329"),
        ({"city": "怒江州"}, "云南省", "5333"),
        ({"city": "山南地区"}, "西藏自治区", "5405"),
        ({"district": "大同县"}, "", None),
        ({"town": "城关镇"}, "", None),
        ({"town": "九堡镇"}, "", None),
        ({"district": "西湖区"}, "", None),
        ({"district": "西乡"}, "", None),
        ({"district": "城区"}, "", None),
        ({"community": "聚沙村"}, "", None),
        ({"road": "珠江路"}, "", None),
    ],
)
def test_a_level_is_filled_where_one_answer_only_is_possible(levels, added, division):
    parts = filled(address(**levels))
    assert " ".join(parts.filled.values()) == added
    assert parts.division == division
    assert not parts.conflicts


def test_what_is_written_is_never_filled():
    parts = filled(address(prov="江苏", city="苏州", district="常熟", town="梅李镇"))
    assert not parts.filled
    assert parts.division == "320581101"


@pytest.mark.parametrize(
    ("levels", "pair"),
    [
        ({"prov": "浙江省", "district": "常熟市"}, ("浙江省", "常熟市")),
        ({"prov": "浙江省", "city": "苏州市"}, ("浙江省", "苏州市")),
        ({"city": "金华市", "district": "义乌市", "town": "陶朱街道"}, ("义乌市", "陶朱街道")),
    ],
)
def test_a_contradiction_fills_nothing_and_is_said(levels, pair):
    parts = filled(address(**levels))
    assert parts.conflicts == (pair,)
    assert not parts.filled
    assert parts.division is None


def test_a_town_that_moved_within_its_city_is_no_contradiction():
    parts = filled(address(district="余杭区", town="临平街道"))
    assert not parts.conflicts
    assert (dict(parts.filled), parts.division) == ({"prov": "浙江省", "city": "杭州市"}, "3301")


def test_a_county_knows_its_own_villages():
    own = Gazetteer([Division("320581101", "梅李镇"), Division("320581101299", "新沙村委会")])
    assert filled(address(community="新沙村")).division is None
    parts = filled(address(community="新沙村"), own)
    assert parts.division == "320581101299"
    assert list(parts.filled.values()) == ["江苏省", "苏州市", "常熟市", "梅李镇"]


def test_what_a_county_knows_is_forgotten_with_it():
    own = Gazetteer([Division("320581101", "梅李镇"), Division("320581101299", "新沙村委会")])
    gone = weakref.ref(own)
    assert filled(address(community="新沙村"), own).division == "320581101299"
    del own
    gc.collect()
    assert gone() is None


def test_a_village_of_another_town_of_the_county_is_a_contradiction():
    own = Gazetteer(
        [Division("320581101", "梅李镇"), Division("320581102", "海虞镇"), Division("320581101299", "新沙村委会")]
    )
    assert filled(address(town="海虞镇", community="新沙村"), own).conflicts == (("海虞镇", "新沙村"),)


def test_a_former_town_with_several_successors_fills_only_what_they_share():
    former = [OtherName("虞山镇", code, until=date(2018, 1, 1)) for code, _ in YUSHAN]
    own = Gazetteer([Division(*row) for row in YUSHAN], former)
    parts = filled(address(town="虞山镇"), own)
    assert (list(parts.filled.values()), parts.division) == (["江苏省", "苏州市", "常熟市"], "320581")
    assert filled(address(town="虞山街道"), own).division == "320581001"


def test_an_alias_names_its_village_and_a_former_name_says_when_it_ended():
    villages = [Division(*row) for row in YUSHAN] + [Division("320581003001", "报慈社区居委会")]
    others = [OtherName("北门新村", "320581003001"), OtherName("虞山镇", "320581001", until=date(2018, 1, 1)),
              OtherName("虞山镇", "320581003", until=date(2018, 1, 1))]  # fmt: skip
    own = Gazetteer(villages, others)
    found = own.find_village("虞山镇北门新村12幢")
    assert isinstance(found, Found)
    assert (found.division.code, found.town_agrees) == ("320581003001", True)
    assert [other.code for other in own.other_names("虞山鎮")] == ["320581001", "320581003"]
    assert own.other_names("虞山镇")[0].until == date(2018, 1, 1)


def test_a_division_given_again_under_another_name_keeps_its_official_one():
    own = Gazetteer([Division("320581101201", "聚沙村委会"), Division("320581101201", "老聚沙村"),
                     Division("320581101201", "聚沙村")])  # fmt: skip
    for written in ("聚沙村委会8号", "老聚沙村8号", "聚沙村8号"):
        found = own.find_village(written)
        assert isinstance(found, Found), written
        assert found.division.code == "320581101201"
    assert own.name_of("320581101201") == "聚沙村委会"
    assert own.villages_named("聚沙") == ("320581101201",)


@settings(deadline=None)
@given(st.lists(st.tuples(st.sampled_from(HEAD), st.text(max_size=6)), max_size=5))
def test_no_text_breaks_the_filling(levels):
    parts = filled(address(**dict(levels)))
    assert not set(parts.filled) & {label for label, _ in levels}
    assert not (parts.filled and parts.conflicts)


def test_filling_costs_little_where_heads_are_repeated():
    heads = [address(district=f"常熟{n % 7}", town=f"梅李{n % 300}镇") for n in range(20_000)]
    for parts in heads:
        filled(parts)
    begun = time.process_time()
    for parts in heads:
        filled(parts)
    assert (time.process_time() - begun) / len(heads) < 20e-6
