"""Numbers as people write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gis.address.numerals import chinese, digits_of, value_of


@pytest.mark.parametrize(
    ("written", "value"),
    [("十", 10), ("十二", 12), ("二十", 20), ("九十九", 99), ("三", 3), ("一二", 12), ("12", 12), ("一百零八", 108),
     ("一百二十", 120), ("一百二", 120), ("一百一十八", 118), ("一百十八", 118), ("二〇三", 203), ("二零三", 203),
     ("廿三", 23), ("廿", 20), ("卅五", 35), ("两千零一", 2001), ("两千一", 2100), ("一千零二十", 1020),
     ("壹贰叁", 123),
     ("贰佰零伍", 205), ("拾捌", 18), ("〇三", 3), ("一百〇八", 108), ("1百", None)],
)  # fmt: skip
def test_numbers_are_read_as_people_write_them(written, value):
    assert value_of(written) == value


@pytest.mark.parametrize("written", ["", "村", "十十", "百十百", "一二十", "零十", "一零百", "甲", "十廿", "三廿",
    "-1", "１"])  # fmt: skip
def test_what_is_no_number_has_no_value(written):
    assert value_of(written) is None


def test_zeros_in_front_stay_where_digits_are_written_one_by_one():
    assert digits_of("〇三") == "03"
    assert digits_of("03") == "03"
    assert digits_of("零八") == "08"


@given(st.integers(0, 99))
def test_a_number_written_in_chinese_is_read_back(number):
    assert value_of(chinese(number)) == number


@given(st.text(max_size=20))
def test_no_text_breaks_the_reading_of_numbers(text):
    digits = digits_of(text)
    assert digits is None or digits.isdigit()
