"""Telephones, identity documents and how little of them is shown."""

import datetime as dt
import re
from collections.abc import Callable
from functools import cache

from exchange.values import Unreadable
from exchange.vocabulary import codes, fold, vocabulary
from gis.check import BODY_LENGTH, check_character
from gis.mask import mask_id_no, mask_in_text, mask_name, mask_phone

_MOBILE = re.compile(r"1[3-9]\d{9}")
_LANDLINE = re.compile(r"0\d{2,3}\d{7,8}")
_SERVICE = re.compile(r"400\d{7}")
_PREFIX = re.compile(r"^(?:\+|00)?86(?=1[3-9]\d{9}$|0\d{9,11}$)")
_PUNCTUATION = re.compile(r"[\s\-()._]")
_EXTENSION = re.compile(r"(?:转|ext\.?|#|x)(\d{1,6})$", re.IGNORECASE)
_RESIDENT = re.compile(r"\d{17}[\dX]")
_OLD_RESIDENT = re.compile(r"\d{15}")
_ANY_DOCUMENT = re.compile(r"[0-9A-Z()\-]{4,30}")
_USCC = re.compile(r"[159Y][1239][0-9]{6}[0-9A-HJ-NPQRTUWXY]{10}")
_USCC_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
MAINLAND_TYPES = ("resident_id", "household_book")


def read_phone(text: str) -> str:
    """An 11-digit mobile or a land line with its area code, in digits only (an extension after ``-``)."""
    text = text.strip()
    parts = [part for part in re.split(_separators(), text) if part]
    if len(parts) > 1 and all(_one_phone(part) for part in parts):
        raise Unreadable("phone_many")
    phone = _one_phone(text)
    if phone is None:
        raise Unreadable("phone_shape")
    return phone


@cache
def _separators() -> str:
    return f"[{re.escape(vocabulary()['phone_separators'])}]"


def _one_phone(text: str) -> str | None:
    found = _EXTENSION.search(text)
    extension = f"-{found[1]}" if found else ""
    number = _PREFIX.sub("", _PUNCTUATION.sub("", text[: found.start()] if found else text))
    if _MOBILE.fullmatch(number) and not extension:
        return number
    return number + extension if _LANDLINE.fullmatch(number) or _SERVICE.fullmatch(number) else None


def read_id_type(text: str) -> str:
    """The code of a document's kind; raises ``Unreadable('id_type_unknown')``."""
    try:
        return codes("id_type")[fold(text)]
    except KeyError:
        raise Unreadable("id_type_unknown") from None


def read_id_number(text: str, *, id_type: str | None) -> tuple[str, str]:
    """A document's number and kind.

    Only mainland numbers are held to their check digit: any other document the register names is taken as it is
    written. Without a named kind, 18 and 15 digits are a resident's, and a company's code is known by its check.
    """
    number = re.sub(r"[\s·.]", "", text).upper()
    if id_type is None:
        id_type = _kind_by_shape(number)
    if id_type in MAINLAND_TYPES:
        _check_resident(number)
    elif id_type == "uscc" and not is_uscc(number):
        raise Unreadable("uscc_check")
    elif not _ANY_DOCUMENT.fullmatch(number):
        raise Unreadable("id_shape")
    return number, id_type


def _kind_by_shape(number: str) -> str:
    if is_uscc(number) and not _is_resident(number):
        return "uscc"
    if _RESIDENT.fullmatch(number) or _OLD_RESIDENT.fullmatch(number) or number[:-1].isdigit():
        return "resident_id"
    raise Unreadable("id_type_needed")


def _is_resident(number: str) -> bool:
    try:
        _check_resident(number)
    except Unreadable:
        return False
    return True


def _check_resident(number: str) -> None:
    if _OLD_RESIDENT.fullmatch(number):
        _birthday("19" + number[6:12])
        return
    if not _RESIDENT.fullmatch(number):
        raise Unreadable("id_shape")
    _birthday(number[6:14])
    if resident_check_digit(number[:17]) != number[17]:
        raise Unreadable("id_check")


def _birthday(digits: str) -> None:
    try:
        dt.date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        raise Unreadable("id_birthday") from None


def resident_check_digit(body: str) -> str:
    """The 18th character of a resident's number: ISO 7064 MOD 11-2 over 17 digits (GB 11643-1999)."""
    # Leading zeros weigh nothing, so the check of the address code's 25 digits serves for these 17.
    return check_character(body.zfill(BODY_LENGTH))


def is_uscc(number: str) -> bool:
    """Whether an 18-character company code passes its MOD 31 check (GB 32100-2015)."""
    if not _USCC.fullmatch(number):
        return False
    total = sum(_USCC_ALPHABET.index(char) * pow(3, at, 31) for at, char in enumerate(number[:17]))
    return _USCC_ALPHABET[(31 - total) % 31] == number[17]


def _shown_phone(phone: str) -> str:
    """A fault is seen in what is too short to reach anybody: ``1391234`` stays as it is."""
    return phone if len(phone) < 8 else mask_phone(phone)


def _shown_id_no(number: str) -> str:
    """What is too short to name anybody stays as it is."""
    return number if len(number) < 6 else mask_id_no(number)


MASKS: dict[str, Callable[[str], str]] = {
    "owner_name": mask_name,
    "manager_name": mask_name,
    "owner_phone": _shown_phone,
    "manager_phone": _shown_phone,
    "owner_id_no": _shown_id_no,
}


def mask_value(field: str | None, text: str) -> str:
    """What may be shown of a value of ``field``: names, phones and numbers masked, at most 40 characters."""
    mask = MASKS.get(field or "", mask_in_text)
    shown = mask(text)
    return shown if len(shown) <= 40 else shown[:40] + "…"
