"""What of a person in an address may leave the record."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gis.address.parse import parse
from gis.address.parts import AddressParts, Label, Span
from gis.address.privacy import masked, rest


def address(*pieces: tuple[str, str]) -> AddressParts:
    """An address of texts and their labels; an empty label stands for what no part took up."""
    spans, text = [], ""
    for part, label in pieces:
        if label:
            spans.append(Span(len(text), len(text) + len(part), Label(label)))
        text += part
    return AddressParts(text, tuple(spans))


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("珠江路45号13812345678", "珠江路45号138****5678"),
        ("珠江路45号 138-1234-5678", "珠江路45号 138-****-5678"),
        ("珠江路45号+86 138 1234 5678", "珠江路45号+86 138 **** 5678"),
        ("电话１３８１２３４５６７８", "电话１３８****５６７８"),
        ("0512-52781234转2", "051*-****1234转2"),
        ("11010519491231002X", "110*************2X"),
        ("32058120000001234567890012", "32058120000001234567890012"),
    ],
)
def test_numbers_are_covered_wherever_they_stand(written, shown):
    assert masked(parse(written)) == shown


def test_a_person_and_a_number_that_were_read_are_covered():
    road = (("珠江路", "road"), ("45号", "roadno"))
    parts = address(*road, ("张三丰", "person"), ("52781234", "phone"), ("66", "phone"))
    assert masked(parts) == "珠江路45号张**527*1234**"


def test_what_was_left_over_is_masked_too():
    parts = address(("珠江路", "road"), ("，找", ""), ("张三", "person"), (" ", "redundant"), ("45号", "roadno"),
                    ("13812345678", ""))  # fmt: skip
    assert rest(parts) == "找张*|138****5678"
    assert rest(address(("珠江路", "road"), (" - ", "redundant"), ("45号", "roadno"))) == ""


@settings(deadline=None)
@given(st.text(alphabet="珠江路45号138-０１２ 张X", max_size=40))
def test_masking_keeps_the_length_and_leaves_no_number_to_call(text):
    shown = masked(parse(text))
    assert len(shown) == len(text)
    assert masked(parse(shown)) == shown


@settings(deadline=None)
@given(st.integers(13_000_000_000, 19_999_999_999))
def test_no_mobile_survives(number):
    for text in (f"珠江路45号{number}", f"{number}珠江路45号", f"收件人{number}号"):
        assert str(number) not in masked(parse(text))
        assert str(number) not in rest(parse(text))
