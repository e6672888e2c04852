"""Numbers as people write them in addresses: 十二, 一百零八, 二〇三, 廿三, 卅五, 两千零一, 〇三, 壹贰叁."""

_DIGITS = {
    **{numeral: value for value, numeral in enumerate("〇一二三四五六七八九")},
    **{numeral: value for value, numeral in enumerate("零壹贰叁肆伍陆柒捌玖")},
    "两": 2,
    "俩": 2,
    "幺": 1,
}
_TENS = {"廿": 2, "卄": 2, "卅": 3, "卌": 4}
_PLACES = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000}
_ZEROS = "零〇"
_PLAIN = "〇一二三四五六七八九"

NUMERALS = "".join((*_DIGITS, *_TENS, *_PLACES))
"""Every character of a Chinese number below ten thousand."""

_LONGEST = 12


def value_of(text: str) -> int | None:
    """Return the value of Arabic or Chinese digits: 十二 -> 12, 二〇三 -> 203, 08 -> 8; None for anything else."""
    digits = digits_of(text)
    return None if digits is None else int(digits)


def digits_of(text: str) -> str | None:
    """Return a number in Arabic digits; None for anything else.

    Written digit by digit the zeros in front stay, as room numbers have them: 〇三 -> '03', 二〇三 -> '203'; written
    with places it is the value: 一百零八 -> '108', 一百二 -> '120', 廿三 -> '23', 两千零一 -> '2001'.
    """
    if not text or len(text) > _LONGEST:
        return None
    if text.isascii():
        return text if text.isdigit() else None
    if all(char in _DIGITS or (char.isascii() and char.isdigit()) for char in text):
        return "".join(str(_DIGITS.get(char, char)) for char in text)
    value = _by_places(text)
    return None if value is None else str(value)


def _by_places(text: str) -> int | None:
    """Add up digits and places; each place once, from great to small."""
    total, digit, above, after_zero = 0, None, 10_000, False
    for char in text:
        if char in _ZEROS:
            if digit is not None or not total:
                return None
            after_zero = True
            continue
        if char in _DIGITS:
            if digit is not None:
                return None
            digit = _DIGITS[char]
            continue
        place, times = _place(char, digit)
        if place == 0 or place >= above:
            return None
        total, digit, above, after_zero = total + place * times, None, place, False
    if digit is None:
        return total
    return total + digit * (above // 10 if above > 10 and not after_zero else 1)


def _place(char: str, digit: int | None) -> tuple[int, int]:
    if char in _TENS:
        return (10, _TENS[char]) if digit is None else (0, 0)
    return _PLACES.get(char, 0), 1 if digit is None else digit


def chinese(number: int) -> str:
    """Return a number from 0 to 99 in Chinese, as names of roads and quarters carry it: 12 -> 十二."""
    tens, ones = divmod(number, 10)
    if tens == 0:
        return _PLAIN[ones]
    return f"{_PLAIN[tens] if tens > 1 else ''}十{_PLAIN[ones] if ones else ''}"
