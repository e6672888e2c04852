"""What stands in a cell -> a value of the right type, or the reason why not. Nothing is guessed."""

import datetime as dt
import math
import re
import unicodedata
from functools import cache
from typing import Any

from exchange.vocabulary import fold, vocabulary, words

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060\ufeff\ufffe\uffff]")
_SPACES = re.compile(r"\s+")
_PROTECTED = re.compile(r"^'(?=[=+\-@\t])")
_NUMBER = re.compile(r"[+-]?\d+(?:\.\d+)?")
_EXPONENT = re.compile(r"[+-]?(\d)(?:\.(\d+))?e\+?(\d{1,3})", re.IGNORECASE)
_DMS = re.compile(r"(\d{1,3})[°](\d{1,2})['′](\d{1,2}(?:\.\d+)?)(?:[\"″]|['′]{2})?([NSEW]?)", re.IGNORECASE)
_DATE = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[T ].*)?")
_COMPACT_DATE = re.compile(r"(\d{4})(\d{2})(\d{2})(?:\d{6})?")
_SERIAL_ORIGIN = dt.date(1899, 12, 30)
_SERIAL_RANGE = (20_000, 60_000)
_EARLIEST = dt.date(1900, 1, 1)
EXACT_DIGITS = 15


class Unreadable(Exception):
    """A cell's value breaks a rule; ``reason`` is the catalogue key, ``fields`` what its text needs."""

    def __init__(self, reason: str, **fields: Any) -> None:
        self.reason, self.fields = reason, fields
        super().__init__(reason)


def clean_text(value: Any) -> str:
    """A cell as one line of plain text: NFKC, no control characters, single spaces, whole numbers without ``.0``."""
    if isinstance(value, str):
        return _clean_string(value)
    if value is None:
        return ""
    if isinstance(value, float):
        return _number_text(value)
    if isinstance(value, dt.datetime) and value.time() == dt.time():
        return value.date().isoformat()
    if isinstance(value, dt.date | dt.time):
        return value.isoformat()
    return str(value)


def _clean_string(value: str) -> str:
    if value.isascii() and value.isalnum():
        return value
    text = _CONTROL.sub("", unicodedata.normalize("NFKC", value))
    return _PROTECTED.sub("", _SPACES.sub(" ", text).strip())


def _number_text(value: float) -> str:
    if value.is_integer() and abs(value) < 1e21:
        return str(int(value))
    return repr(value)


def is_empty(text: str) -> bool:
    """Whether a cleaned cell says that there is nothing: 无, -, / and their like."""
    return not text or (len(text) <= 8 and fold(text) in words("empty"))


def read_number(text: str, *, low: float, high: float) -> float:
    """A number between ``low`` and ``high`` (both included), a unit behind it allowed, in figures or Chinese."""
    number = _parse_number(text)
    if number is None:
        raise Unreadable("number_shape")
    if not low <= number <= high:
        raise Unreadable("number_range", low=_plain(low), high=_plain(high))
    return number


def read_count(text: str, *, low: int, high: int) -> int:
    """A whole number between ``low`` and ``high``."""
    number = read_number(text, low=low, high=high)
    if not number.is_integer():
        raise Unreadable("number_whole")
    return int(number)


def read_area_m2(text: str) -> float:
    """An area in m2, above 0 and below 100,000."""
    number = _parse_number(text)
    if number is None:
        raise Unreadable("number_shape")
    if not 0 < number < 100_000:
        raise Unreadable("area_range", high=100_000)
    return number


def _plain(value: float) -> str:
    return f"{value:g}"


def _parse_number(text: str) -> float | None:
    if _NUMBER.fullmatch(text):
        return float(text)
    text = fold(text).replace(vocabulary()["thousands"], "")
    unit = next((unit for unit in _units() if text.endswith(unit)), "")
    text = text.removesuffix(unit) or text
    if _NUMBER.fullmatch(text):
        return float(text)
    if _EXPONENT.fullmatch(text) or re.fullmatch(r"\d+(\.\d+)?e-\d{1,2}", text):
        return float(text)
    return chinese_number(text)


@cache
def _units() -> tuple[str, ...]:
    return tuple(sorted((fold(unit) for unit in vocabulary()["units"]), key=len, reverse=True))


def chinese_number(text: str) -> float | None:
    """A number below 1000 written in Chinese (三, 十二, 两百零五), or None."""
    if not text or len(text) > 6:
        return None
    variants: dict[str, str] = vocabulary()["digit_variants"]
    text = "".join(variants.get(char, char) for char in text)
    digits: str = vocabulary()["digits"]
    hundred, ten = vocabulary()["hundred"], vocabulary()["ten"]
    match = re.fullmatch(f"(?:([{digits}]){hundred})?[{digits[0]}]?(?:([{digits}])?({ten}))?([{digits}])?", text)
    if match is None or (not text.strip(digits[0]) and text != digits[0]):
        return None
    hundreds, tens, has_ten, ones = match.groups()
    total = 100 * digits.index(hundreds) if hundreds else 0
    if has_ten:
        total += 10 * (digits.index(tens) if tens else 1)
    return float(total + (digits.index(ones) if ones else 0))


def read_date(value: Any, text: str, *, today: dt.date) -> dt.date:
    """A day from a date cell, an Excel serial number, 2021-03-05, 2021/3/5, 2021.3.5, 2021年3月5日 or 20210305."""
    if isinstance(value, dt.datetime):
        return _sane_date(value.date(), today)
    if isinstance(value, dt.date):
        return _sane_date(value, today)
    for mark in vocabulary()["date_marks"]:
        text = text.replace(mark, "-")
    text = re.sub(r"-(?=\s|$)", "", text).strip()
    found = _DATE.fullmatch(text) or _COMPACT_DATE.fullmatch(text)
    if found:
        return _sane_date(_day(found), today)
    if _NUMBER.fullmatch(text) and _SERIAL_RANGE[0] <= float(text) <= _SERIAL_RANGE[1]:
        return _sane_date(_SERIAL_ORIGIN + dt.timedelta(days=int(float(text))), today)
    raise Unreadable("date_shape")


def _day(found: re.Match[str]) -> dt.date:
    try:
        return dt.date(*(int(part) for part in found.groups()))
    except ValueError:
        raise Unreadable("date_shape") from None


def _sane_date(day: dt.date, today: dt.date) -> dt.date:
    if not _EARLIEST <= day <= today:
        raise Unreadable("date_range", low=_EARLIEST.isoformat(), high=today.isoformat())
    return day


def read_coordinate(value: Any, text: str) -> float:
    """Degrees or metres; 120.75, 120°45′00″ and 120.75E are read, NaN and infinity refused."""
    if (isinstance(value, float) and not math.isfinite(value)) or fold(text) in words("not_finite"):
        raise Unreadable("coordinate_nan")
    found = _DMS.fullmatch(text.replace(" ", ""))
    if found:
        degrees = int(found[1]) + int(found[2]) / 60 + float(found[3]) / 3600
        return -degrees if found[4].upper() in {"S", "W"} else degrees
    number = _parse_number(re.sub(r"°?[NE]?$", "", text))
    if number is None or not math.isfinite(number):
        raise Unreadable("coordinate_shape")
    return number


def digits_lost(value: Any, text: str) -> bool:
    """Whether a spreadsheet turned a long number into a rounded one, so that its last digits are gone."""
    if isinstance(value, float) and abs(value) >= 10**EXACT_DIGITS:
        return True
    found = _EXPONENT.fullmatch(text)
    return found is not None and len(found[2] or "") < int(found[3])


def unexponent(text: str) -> str:
    """1.3912345678E+10 -> 13912345678, for a text that kept all its digits."""
    found = _EXPONENT.fullmatch(text)
    if not found or len(found[2] or "") != int(found[3]):
        return text
    return found[1] + found[2]
