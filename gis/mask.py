"""How little is shown of a person: the one set of masks, for the record, for files and for screens."""

import re

from gis.address.fold import fold

_ID_IN_TEXT = re.compile(r"(?<!\d)\d{6}(?:19|20)\d{2}(?:0\d|1[0-2])[0-3]\d{4}[\dXx](?!\d)")
_MOBILE_IN_TEXT = re.compile(r"(?<!\d)1[3-9]\d{9}(?!\d)")

_MANY_DIGITS = re.compile(r"\d(?:\W?\d){8}")
_ID_ANYHOW = re.compile(r"(?<!\d)\d{6}[ -]?(?:19|20)\d{2}(?:0\d|1[0-2])[0-3]\d[ -]?\d{3}[\dXx](?![\dA-Za-z])")
_MOBILE_ANYHOW = re.compile(r"(?<!\d)(?:\+?0?86[ -]?)?1[3-9]\d[ -]?\d{4}[ -]?\d{4}(?!\d)")
_LINE_ANYHOW = re.compile(r"(?<!\d)0\d{2,3}[ -]?[2-8]\d{6,7}(?!\d)")


def mask_name(name: str, *, kind: str = "person") -> str:
    """``张*三`` or ``张*``; an organisation's name is public and stays."""
    if kind == "organisation":
        return name
    if len(name) < 2:
        return "*"
    return f"{name[0]}*" if len(name) == 2 else f"{name[0]}{'*' * (len(name) - 2)}{name[-1]}"


def mask_phone(phone: str) -> str:
    """``138****5678``; of a shorter number only the last two digits are shown."""
    return f"{phone[:3]}****{phone[-4:]}" if len(phone) >= 9 else f"****{phone[-2:]}"


def mask_id_no(number: str) -> str:
    """First three and last two characters: ``320***2X``; a short number is hidden whole."""
    return f"{number[:3]}***{number[-2:]}" if len(number) >= 8 else "***"


def mask_in_text(text: str) -> str:
    """Free text with any resident's number or mobile in it masked; address codes, being longer, stay."""
    text = _ID_IN_TEXT.sub(lambda found: mask_id_no(found[0]), text)
    return _MOBILE_IN_TEXT.sub(lambda found: mask_phone(found[0]), text)


def mask_in_place(text: str) -> str:
    """Mask every resident's number, mobile and telephone in a text of the same length, so that offsets hold.

    Full-width digits and numbers in groups (138 1234 5678) are found too: ``138 **** 5678``, ``320***********002X``.
    """
    if _MANY_DIGITS.search(text) is None:
        return text
    plain = fold(text)
    covered = list(text)
    for pattern, head, tail in ((_ID_ANYHOW, 3, 2), (_MOBILE_ANYHOW, 3, 4), (_LINE_ANYHOW, 3, 4)):
        for found in pattern.finditer(plain):
            digits = [place for place in range(found.start(), found.end()) if plain[place].isalnum()]
            if pattern is _MOBILE_ANYHOW:
                digits = digits[-11:]
            for place in digits[head:-tail]:
                covered[place] = "*"
    return "".join(covered)
