"""How a candidate is held against the text: by characters, by whole numbers, higher divisions aside."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gis.address.fold import fold
from ui.workbench_case import difference
from ui.workbench_panel import _numbers

TEXTS = st.text(st.sampled_from("江苏常熟梅李镇聚沙村具珍北路0123456789号幢室-（） 一二"), max_size=30)


def test_one_wrong_character_is_marked_and_nothing_else() -> None:
    assert difference("梅李镇具沙村11号", "梅李镇聚沙村11号") == (
        ("same", "梅李镇"), ("del", "具"), ("ins", "聚"), ("same", "沙村11号"),
    )  # fmt: skip


def test_another_number_is_another_number_and_no_shared_digit() -> None:
    assert difference("临江路258号", "临江路8号") == (("same", "临江路"), ("del", "258"), ("ins", "8"), ("same", "号"))


def test_higher_divisions_that_the_text_leaves_out_are_no_difference() -> None:
    assert difference("聚沙村8号", "常熟市梅李镇聚沙村8号") == (("lead", "常熟市梅李镇"), ("same", "聚沙村8号"))


def test_another_width_or_variant_is_no_difference() -> None:
    assert difference("聚沙村８號", "聚沙村8号") == (("same", "聚沙村8号"),)


@given(TEXTS, TEXTS)
def test_the_pieces_make_up_both_texts(one: str, two: str) -> None:
    pieces = difference(one, two)

    def plain(kinds: set[str]) -> str:
        return fold("".join(text for kind, text in pieces if kind in kinds)).replace(" ", "")

    assert plain({"same", "ins", "lead"}) == fold(two).replace(" ", "")
    assert plain({"same", "del"}) == fold(one).replace(" ", "")


@pytest.mark.parametrize(
    ("typed", "read"),
    [("120.75 31.65", (120.75, 31.65)), ("31.65，120.75", (120.75, 31.65)), ("  120.75,31.65 ", (120.75, 31.65)),
     ("562000 3504000", (562000.0, 3504000.0)), ("120.75", None), ("东 西", None), ("", None)],
)  # fmt: skip
def test_coordinates_are_read_in_either_order_as_people_paste_them(
    typed: str, read: tuple[float, float] | None
) -> None:
    assert _numbers(typed) == read
