"""The text of an address as two writings of it are compared: one script, one width, Arabic numerals before units."""

import re

from gis.address.fold import fold
from gis.address.numerals import NUMERALS, digits_of

_COUNTED = "号弄巷栋幢座楼层单元室期区村路街里组队横支排门院厂店坊社中小环条"
_LETTERS_FOR_ZERO = re.compile(rf"(?<=[0-9{NUMERALS}])O+(?=[0-9{NUMERALS}{_COUNTED}])")
_NUMERAL = re.compile(rf"(?<![A-Z])[0-9{NUMERALS}]+(?=[{_COUNTED}]|$)|(?<=[0-9])[{NUMERALS}]+")
_POINTS = str.maketrans({"·": None, " ": None, "#": "号"})


def canonical(text: str) -> str:
    """Return the text folded and in capitals, without spaces and middle dots, its numbers in Arabic digits.

    ``八九九弄`` becomes ``899弄``, ``一〇五〇弄`` and ``一O五O弄`` ``1050弄``;
    numerals that count nothing (四季城) stay.
    """
    plain = _LETTERS_FOR_ZERO.sub(lambda found: "0" * len(found[0]), fold(text).translate(_POINTS).upper())
    return _NUMERAL.sub(lambda found: digits_of(found[0]) or found[0], plain)
