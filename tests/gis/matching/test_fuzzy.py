"""Which slips are bridged, by what name, and which differences make another place."""

from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gis.matching.fuzzy import Names
from gis.matching.sounds import alike, near_sound, same_sound, syllable
from gis.matching.spelling import COST, SUFFIXES, cost, faults, stem
from words import LANGUAGES, catalogue

SLIPS = [
    ("辛庄", "新庄", ("homophone",)),
    ("末名路", "未名路", ("look_alike",)),
    ("己巳巷", "已巳巷", ("look_alike",)),
    ("成边路", "戍边路", ("look_alike",)),
    ("民人路", "人民路", ("swapped",)),
    ("人路", "人民路", ("left_out",)),
    ("人民民路", "人民路", ("added",)),
    ("人民街", "人民路", ("kind_of_place",)),
    ("人民", "人民路", ("kind_left_out",)),
    ("红新路", "红星路", ("near_sound",)),
    ("洋光花圆", "阳光花园", ("homophone", "homophone")),
    ("聚纱社区", "聚沙村", ("kind_of_place", "homophone")),
]
OTHERS = [
    ("人和路", "人民路"),
    ("人民东路", "人民路"),
    ("人民东路", "人民西路"),
    ("新人民路", "人民路"),
    ("一环路", "二环路"),
    ("四新路", "十新路"),
    ("上塘街", "下塘街"),
    ("人民支路", "人民路"),
    ("312国道", "313国道"),
    ("A区", "B区"),
    ("和平路", "人民路"),
]


@pytest.mark.parametrize(("written", "right", "slips"), SLIPS)
def test_a_slip_is_called_by_its_name(written: str, right: str, slips: tuple[str, ...]) -> None:
    assert faults(written, right) == slips
    assert 0 < cost(slips) < 0.3


@pytest.mark.parametrize(("written", "right"), OTHERS)
def test_another_name_is_not_a_slip(written: str, right: str) -> None:
    assert faults(written, right) is None
    assert faults(right, written) is None


def test_sounds_that_people_of_the_region_mix_up_are_near() -> None:
    assert near_sound("周") == near_sound("邹")
    assert near_sound("兰") == near_sound("南")
    assert near_sound("青") == near_sound("亲")
    assert near_sound("庄") != near_sound("村")
    assert syllable("绿") == "lv"
    assert same_sound("辛", "新")
    assert not same_sound("己", "已")
    assert alike("己", "已")
    assert not alike("东", "西")


def test_every_kind_of_fault_has_its_words() -> None:
    for lang in LANGUAGES:
        assert all(f"matching.{fault}" in catalogue(lang) for fault in COST)


def test_the_longest_word_for_a_kind_of_place_is_cut_off() -> None:
    assert stem("人民大道") == ("人民", "大道")
    assert stem("路") == ("路", "")
    assert all(not other.endswith(one) for one, other in combinations(SUFFIXES, 2))


NAMES = [
    "新庄",
    "人民路",
    "人民东路",
    "解放路",
    "未名路",
    "戍边路",
    "阳光花园",
    "古里镇",
    "聚沙村",
    "中山大道",
    "人和路",
]


def test_names_are_found_as_if_each_had_been_compared() -> None:
    names = Names(NAMES)
    for written in [one for one, _, _ in SLIPS] + [one for one, _ in OTHERS] + NAMES:
        near = {one.name for one in names.similar(written)}
        all_near = {name for name in NAMES if name != written and faults(written, name) is not None}
        assert near <= all_near
        assert bool(near) == bool(all_near)


@settings(max_examples=200)
@given(st.sampled_from(NAMES), st.integers(0, 4), st.sampled_from(["辛", "末", "", "杨", "理"]))
def test_one_character_amiss_is_found_whenever_it_is_a_slip(name: str, at: int, char: str) -> None:
    written = name[:at] + char + name[at + 1 :]
    if written != name and len(written) > 1 and faults(written, name) is not None:
        assert name in {one.name for one in Names([name]).similar(written)}


@given(st.text(max_size=12), st.text(max_size=12))
def test_comparing_never_raises_and_a_name_is_itself(one: str, other: str) -> None:
    found = faults(one, other)
    assert faults(one, one) == ()
    assert found is None or len(found) <= 2
