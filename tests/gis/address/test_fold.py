"""One character for another: what people type and what is meant."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gis.address.fold import fold


@pytest.mark.parametrize(
    ("typed", "plain"),
    [
        ("江蘇省常熟市梅李鎮聚沙村１２組８號", "江苏省常熟市梅李镇聚沙村12组8号"),
        ("珠江路４５號２單元１００３室", "珠江路45号2单元1003室"),
        ("枫林路84—66号", "枫林路84-66号"),
        ("枫林路84～66号", "枫林路84-66号"),
        ("【近】《大厦》［东］（一楼）", "(近)(大厦)(东)(一楼)"),
        ("Ｂ座，三楼、东。", "B座,三楼,东."),
        ("③幢＃２", "3幢#2"),
        ("二○三室", "二〇三室"),
        ("Ⅱ区㈢号楼", "2区三号楼"),
        ("聚沙\u3000村\t8\u200b号\n", "聚沙 村 8 号 "),
        ("臺州市", "台州市"),
    ],
)
def test_odd_characters_become_plain_ones_in_their_place(typed, plain):
    assert fold(typed) == plain


def test_every_dash_is_one_dash():
    assert {fold(dash) for dash in "-－—–−~～〜‐‑―─_"} == {"-"}


@pytest.mark.parametrize("name", ["乾元镇", "於潜镇", "塚头镇"])
def test_names_of_today_are_not_simplified_further(name):
    assert fold(name) == name


def test_numerals_and_the_case_of_letters_stay_as_they_are():
    assert fold("一百零八号b座B座壹") == "一百零八号b座B座壹"


@given(st.text(max_size=80))
def test_offsets_hold_and_folding_twice_changes_nothing(text):
    plain = fold(text)
    assert len(plain) == len(text)
    assert fold(plain) == plain


def test_characters_beyond_the_basic_plane_and_broken_ones_pass():
    assert fold("𨙸\ud800\U0010ffff１") == "𨙸\ud800\U0010ffff1"
