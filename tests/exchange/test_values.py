"""Cells: numbers, dates, telephones and documents as people write them."""

import datetime as dt
import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.cn import ric, uscc

from exchange import people, values
from exchange.values import Unreadable

TODAY = dt.date(2026, 6, 15)


def _reason(call: Any, *args: Any, **named: Any) -> str:
    with pytest.raises(Unreadable) as caught:
        call(*args, **named)
    return caught.value.reason


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ("  聚沙村　１２组 ", "聚沙村 12组"),
        (13912345678.0, "13912345678"),
        (3.5, "3.5"),
        (None, ""),
        ("a\x00b\u200bc", "abc"),
        ("'=1+1", "=1+1"),
        (dt.datetime(2024, 3, 5), "2024-03-05"),  # noqa: DTZ001  (as a spreadsheet gives it)
        ("<script>alert(1)</script>", "<script>alert(1)</script>"),
    ],
)
def test_a_cell_becomes_plain_text(cell: Any, text: str) -> None:
    assert values.clean_text(cell) == text


@given(st.text())
def test_cleaning_twice_changes_nothing_more(text: str) -> None:
    once = values.clean_text(text)
    assert "\x00" not in once
    assert once == once.strip()
    if not once.startswith("'"):
        assert values.clean_text(once) == once


@pytest.mark.parametrize("text", ["无", "-", "/", "——", "N/A", "NULL", "暂 无", "nan"])
def test_many_words_say_nothing(text: str) -> None:
    assert values.is_empty(values.clean_text(text))


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("3", 3),
        ("3层", 3),
        ("三", 3),
        ("十二间", 12),
        ("二十一", 21),
        ("两百零五", 205),
        ("5.0", 5),
        ("〇", 0),
        ("１２人", 12),
        ("10个", 10),
    ],
)
def test_small_numbers_are_read_in_figures_and_in_chinese(text: str, number: int) -> None:
    assert values.read_count(values.clean_text(text), low=0, high=500) == number


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("约3", "number_shape"),
        ("3-5", "number_shape"),
        ("501", "number_range"),
        ("-1", "number_range"),
        ("2.5", "number_whole"),
        ("一百百", "number_shape"),
    ],
)
def test_a_number_that_is_none_is_refused_and_not_guessed(text: str, reason: str) -> None:
    assert _reason(values.read_count, text, low=0, high=500) == reason


@given(st.integers(1, 99))
def test_every_chinese_number_below_a_hundred_is_read(number: int) -> None:
    digits = "〇一二三四五六七八九"
    tens, ones = divmod(number, 10)
    text = ("" if tens == 0 else "十" if tens == 1 else digits[tens] + "十") + (digits[ones] if ones else "")
    assert values.chinese_number(text) == number


@pytest.mark.parametrize(
    ("text", "area"), [("120.5㎡", 120.5), ("1,200平方米", 1200), ("80m²", 80), ("99999.9", 99999.9)]
)
def test_areas_are_read_with_their_unit(text: str, area: float) -> None:
    assert values.read_area_m2(values.clean_text(text)) == area


@pytest.mark.parametrize("text", ["0", "-5", "100000", "1e9"])
def test_an_area_of_nothing_or_of_a_town_is_refused(text: str) -> None:
    assert _reason(values.read_area_m2, text) == "area_range"


@pytest.mark.parametrize(
    "cell",
    [
        "2024-03-05",
        "2024/3/5",
        "2024.3.5",
        "2024年3月5日",
        "20240305",
        45356.0,
        dt.date(2024, 3, 5),
        "2024-03-05 10:20:30",
        dt.datetime(2024, 3, 5, 10),  # noqa: DTZ001  (as a spreadsheet gives it)
    ],
)
def test_a_day_is_read_however_it_is_written(cell: Any) -> None:
    assert values.read_date(cell, values.clean_text(cell), today=TODAY) == dt.date(2024, 3, 5)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("3/5/24", "date_shape"),
        ("2024-13-01", "date_shape"),
        ("2024年3月", "date_shape"),
        ("去年", "date_shape"),
        ("2026-06-16", "date_range"),
        ("1830-01-01", "date_range"),
    ],
)
def test_a_day_that_cannot_be_is_refused(text: str, reason: str) -> None:
    assert _reason(values.read_date, text, text, today=TODAY) == reason


@pytest.mark.parametrize(
    ("text", "degrees"),
    [("120.75", 120.75), ("120°45′00″", 120.75), ("120°45'00\"E", 120.75), ("31.65N", 31.65), ("120.75°", 120.75)],
)
def test_degrees_are_read(text: str, degrees: float) -> None:
    assert values.read_coordinate(text, values.clean_text(text)) == pytest.approx(degrees)


@pytest.mark.parametrize("cell", ["NaN", "inf", "-Infinity", math.nan, math.inf, "1e999"])
def test_a_coordinate_must_be_finite(cell: Any) -> None:
    assert _reason(values.read_coordinate, cell, values.clean_text(cell)) in {"coordinate_nan", "coordinate_shape"}


@pytest.mark.parametrize(
    ("cell", "lost"),
    [
        ("1.39123E+10", True),
        ("1.3912345678E+10", False),
        (3.20581199001011e17, True),
        ("3.20581E+17", True),
        (13912345678.0, False),
        ("13912345678", False),
    ],
)
def test_digits_that_a_spreadsheet_rounded_away_are_noticed(cell: Any, lost: bool) -> None:
    assert values.digits_lost(cell, values.clean_text(cell)) is lost


@pytest.mark.parametrize(
    ("text", "phone"),
    [
        ("13912345678", "13912345678"),
        ("+86 139-1234-5678", "13912345678"),
        ("8613912345678", "13912345678"),
        ("0512-52771234", "051252771234"),
        ("(0512) 5277 1234", "051252771234"),
        ("0512-52771234转8001", "051252771234-8001"),
        ("400-812-3456", "4008123456"),
    ],
)
def test_telephones_are_read(text: str, phone: str) -> None:
    assert people.read_phone(text) == phone


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("1391234", "phone_shape"),
        ("52771234", "phone_shape"),
        ("12012345678", "phone_shape"),
        ("139123456789", "phone_shape"),
        ("13912345678/13812345678", "phone_many"),
    ],
)
def test_half_a_telephone_and_two_of_them_are_refused(text: str, reason: str) -> None:
    assert _reason(people.read_phone, text) == reason


@given(st.dates(dt.date(1900, 1, 1), dt.date(2020, 1, 1)), st.integers(0, 999))
def test_the_check_digit_is_the_one_of_the_standard(born: dt.date, serial: int) -> None:
    body = f"320581{born:%Y%m%d}{serial:03}"
    number = body + people.resident_check_digit(body)
    assert ric.calc_check_digit(number) == number[17]
    assert people.read_id_number(number.lower(), id_type=None) == (number, "resident_id")


@given(st.integers(0, 17), st.integers(1, 9))
def test_one_wrong_digit_in_a_residents_number_is_always_noticed(at: int, by: int) -> None:
    number = "110105194912310021"[:17]
    number += people.resident_check_digit(number)
    alphabet = "0123456789"
    old = number[at] if number[at] in alphabet else "0"
    wrong = number[:at] + alphabet[(alphabet.index(old) + by) % 10] + number[at + 1 :]
    if wrong != number:
        assert _reason(people.read_id_number, wrong, id_type="resident_id") in {"id_check", "id_birthday"}


@pytest.mark.parametrize(
    ("number", "named", "kind"),
    [
        ("E12345678", "护照", "passport"),
        ("H12345678", "回乡证", "hk_macao_permit"),
        ("12345678", "台胞证", "taiwan_permit"),
        ("830000199001010000", "港澳台居民居住证", "hkmt_residence"),
        ("110105491231002", None, "resident_id"),
        ("91110000600037341L", None, "uscc"),
        ("随便", "其他", None),
    ],
)
def test_a_document_is_judged_by_the_kind_the_register_names(number: str, named: str | None, kind: str | None) -> None:
    id_type = people.read_id_type(named) if named else None
    if kind is None:
        assert _reason(people.read_id_number, number, id_type=id_type) == "id_shape"
    else:
        assert people.read_id_number(number, id_type=id_type) == (number, kind)


def test_a_foreign_number_without_its_kind_asks_for_it() -> None:
    assert _reason(people.read_id_number, "E12345678X", id_type=None) == "id_type_needed"
    assert _reason(people.read_id_type, "借书证") == "id_type_unknown"


def test_company_codes_agree_with_an_independent_check() -> None:
    assert people.is_uscc("91110000600037341L") is uscc.is_valid("91110000600037341L") is True
    assert not people.is_uscc("91110000600037342L")


@pytest.mark.parametrize(
    ("field", "value", "shown"),
    [
        ("owner_name", "张三", "张*"),
        ("owner_name", "张小三", "张*三"),
        ("owner_phone", "13812345678", "138****5678"),
        ("owner_phone", "1391234", "1391234"),
        ("owner_id_no", "110105194912310021", "110***21"),
        ("note", "找 13812345678 或 11010519491231002X", "找 138****5678 或 110***2X"),
        ("note", "长" * 50, "长" * 40 + "…"),
    ],
)
def test_no_more_of_a_person_is_shown_than_needed(field: str, value: str, shown: str) -> None:
    assert people.mask_value(field, value) == shown
