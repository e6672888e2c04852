"""Division codes, the names people use, and finding the village in an address."""

import time

import pytest

from gis import division
from gis.division import Division, DivisionCodeError, DivisionLevel, VillageKind
from gis.gazetteer import Ambiguous, Found, Gazetteer, NotFound

DIVISIONS = [
    Division("320581", "常熟市"),
    Division("330282", "慈溪市"),
    Division("320581001", "虞山街道"),
    Division("320581002", "常福街道"),
    Division("320581101", "梅李镇"),
    Division("320581102", "海虞镇"),
    Division("330282107", "观海卫镇"),
    Division("330282109", "桥头镇"),
    Division("330282113", "胜山镇"),
    Division("320581401", "常熟经济技术开发区"),
    Division("320581001010", "菱塘社区居委会"),
    Division("320581001011", "常福社区居委会"),
    Division("320581002208", "常福村委会"),
    Division("320581101201", "聚沙村委会"),
    Division("320581101003", "赵市社区居委会"),
    Division("320581101218", "赵市村委会"),
    Division("320581102213", "福山村委会"),
    Division("330282107219", "福山村委会"),
    Division("330282107220", "东桥头村委会"),
    Division("330282113211", "镇前村委会"),
    Division("320581401498", "常熟经济技术开发区虚拟社区"),
]


@pytest.fixture(scope="module")
def gazetteer():
    return Gazetteer(DIVISIONS)


@pytest.mark.parametrize(
    ("code", "level", "parent"),
    [
        ("32", DivisionLevel.PROVINCE, None),
        ("3205", DivisionLevel.CITY, "32"),
        ("320581", DivisionLevel.COUNTY, "3205"),
        ("320581000000", DivisionLevel.COUNTY, "3205"),
        ("320581101", DivisionLevel.TOWN, "320581"),
        ("320581101000", DivisionLevel.TOWN, "320581"),
        ("320581101201", DivisionLevel.VILLAGE, "320581101"),
    ],
)
def test_the_level_follows_from_the_code(code, level, parent):
    assert division.level_of(code) is level
    assert division.parent_of(code) == parent


@pytest.mark.parametrize("code", ["", "3", "320", "3205811", "32058A", "320581600", "320581101600", "00", "３２"])
def test_what_is_no_division_code_is_refused(code):
    with pytest.raises(DivisionCodeError):
        division.level_of(code)


def test_a_division_keeps_its_code_without_padding():
    with pytest.raises(DivisionCodeError):
        Division("320581101000", "梅李镇")


@pytest.mark.parametrize(
    ("code", "addressable"),
    [
        ("320581101201", True), ("320581001010", True), ("320581102401", True), ("320581101", True),
        ("320581401", False), ("320581401498", False), ("320581101498", False), ("320581401201", False),
    ],
)  # fmt: skip
def test_development_zones_and_virtual_communities_hold_no_address(code, addressable):
    assert division.is_addressable(code) is addressable


def test_towns_counties_and_kinds_are_read_from_the_code():
    assert division.town_of("320581101201") == "320581101"
    assert division.county_of("320581101000") == "320581"
    assert division.village_kind("320581001010") is VillageKind.RESIDENTS
    assert division.village_kind("320581101201") is VillageKind.VILLAGERS
    assert division.village_kind("320581102401") is VillageKind.QUASI
    for wrong in (division.town_of, division.village_kind):
        with pytest.raises(DivisionCodeError):
            wrong("320581")


@pytest.mark.parametrize(
    ("official", "spoken"),
    [
        ("聚沙村村民委员会", "聚沙村"), ("聚沙村委会", "聚沙村"), ("聚沙村民委员会", "聚沙村"),
        ("聚沙村村委会", "聚沙村"),
        ("菱塘社区居民委员会", "菱塘社区"), ("菱塘社区居委会", "菱塘社区"), ("菱塘社区", "菱塘社区"),
        ("马家路居民委员会", "马家路居委会"), ("虞山林场宝岩管理社区", "虞山林场宝岩管理社区"),
        ("福山原种场生活区", "福山原种场生活区"),
    ],
)  # fmt: skip
def test_official_names_shorten_to_what_people_say(official, spoken):
    assert division.short_name(official) == spoken


@pytest.mark.parametrize(
    ("written", "code", "town_agrees"),
    [
        ("江苏省常熟市梅李镇聚沙村委会12组8号", "320581101201", True),
        ("梅李镇聚沙村 12 组 8 号", "320581101201", True),
        ("聚沙村12组8号", "320581101201", None),
        ("梅李 聚沙 12组8号", "320581101201", True),
        ("聚沙村村民委员会", "320581101201", None),
        ("虞山街道菱塘居委会45幢", "320581001010", True),
        ("菱塘小区45幢1003室", "320581001010", None),
        ("海虞镇福山村3组", "320581102213", True),
        ("慈溪市福山村3组", "330282107219", None),
        ("海虞镇聚沙村3组", "320581101201", False),
        ("梅李镇赵市村5号", "320581101218", True),
        ("虞山街道常福12组8号", "320581001011", True),
        ("常福街道常福村3号", "320581002208", True),
        ("观海卫镇东桥头12组8号", "330282107220", True),
        ("胜山镇镇前村７号", "330282113211", True),
    ],
)
def test_the_village_is_found_as_people_write_it(gazetteer, written, code, town_agrees):
    found = gazetteer.find_village(written)
    assert isinstance(found, Found), found
    assert (found.division.code, found.town_agrees) == (code, town_agrees)


def test_the_rest_of_the_address_begins_where_the_village_ends(gazetteer):
    found = gazetteer.find_village("梅李镇 聚沙村 12组8号")
    assert "梅李镇聚沙村12组8号"[found.end :] == "12组8号"


@pytest.mark.parametrize("written", ["福山村3组", "梅李镇赵市5号"])
def test_namesakes_are_offered_not_guessed(gazetteer, written):
    found = gazetteer.find_village(written)
    assert isinstance(found, Ambiguous)
    assert len(found.candidates) == 2


@pytest.mark.parametrize(
    "written",
    [
        "",
        "聚沙路12号",
        "梅李镇聚沙东路12号",
        "聚沙大酒店",
        "聚沙村路12号",
        "苏州市姑苏区观前街1号",
        "常熟经济技术开发区虚拟社区1号",
    ],
)
def test_a_road_a_stranger_or_a_virtual_community_is_no_village(gazetteer, written):
    assert isinstance(gazetteer.find_village(written), NotFound)


def test_a_town_named_alone_is_still_reported(gazetteer):
    assert gazetteer.find_village("梅李镇12号") == NotFound(("320581101",))


def test_a_monstrous_cell_is_read_in_reasonable_time(gazetteer):
    begun = time.perf_counter()
    assert isinstance(gazetteer.find_village("梅" * 1_000_000), NotFound)
    assert time.perf_counter() - begun < 10
