"""The names of the country's divisions, as they are looked for in a text."""

import time

import pytest

from gis.address import names
from gis.address.fold import fold


@pytest.mark.parametrize(
    ("level", "written", "code"),
    [
        (names.provinces, "浙江省", "33"),
        (names.provinces, "内蒙古", "15"),
        (names.provinces, "广西", "45"),
        (names.cities, "苏州", "3205"),
        (names.cities, "恩施", "4228"),
        (names.cities, "上海市", "3101"),
        (names.counties, "常熟市", "320581"),
        (names.counties, "景宁", "331127"),
        (names.towns, "虞山街道", "320581001"),
        (names.towns, "梅李", "320581101"),
        (names.villages, "聚沙村", "320581101201"),
        (names.villages, "聚沙", "320581101201"),
    ],
)
def test_a_name_is_known_in_full_and_without_its_kind(level, written, code):
    assert code in level().codes(written)


def test_namesakes_all_answer():
    assert len(names.towns().full["城关镇"]) > 50
    assert {"330106", "320981"} <= {*names.counties().codes("西湖区"), *names.counties().codes("东台市")}


def test_the_longest_name_at_a_place_counts():
    assert names.counties().longest("苏州常熟市梅李镇", 2) == "常熟市"
    assert names.counties().longest("苏州常熟梅李镇", 2) == "常熟"
    assert names.counties().longest_full("苏州常熟梅李镇", 2) is None
    assert names.counties().longest("梅李镇", 2) is None


def test_a_level_without_a_name_of_its_own_has_none():
    assert names.official("3101") is None
    assert names.official("320581") == "常熟市"
    assert names.official("320581101201") == "聚沙村委会"
    assert names.official("999999") is None
    assert not names.counties().codes("市辖区")


def test_names_can_be_looked_up_in_folded_text():
    for level in (names.provinces, names.cities, names.counties, names.towns, names.villages):
        assert all(name == fold(name) for name in level().full)
        assert all(len(name) >= 2 for name in level().bare)


def test_a_zone_is_not_known_by_half_its_name():
    assert not names.counties().codes("徐州经济技术开发")


def test_all_names_load_in_well_under_a_second():
    for loaded in (names._names_by_code, names._village_names, names._lexicon, names.villages):
        loaded.cache_clear()
    begun = time.process_time()
    for level in (names.provinces, names.cities, names.counties, names.towns, names.villages):
        level()
    assert time.process_time() - begun < 1.5


@pytest.mark.parametrize(
    ("former", "today"),
    [
        ("富阳市", {"330111"}),
        ("富阳县", {"330111"}),
        ("江干区", {"330102", "330114"}),
        ("余杭市", {"330110", "330113"}),
    ],
)
def test_a_former_county_leads_to_its_successors(former, today):
    assert set(names.former_counties()[former]) == today
    assert today <= set(names.counties().codes(former))
