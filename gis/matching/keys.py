"""The normalised parts by which addresses are compared: names as names, numbers without the word that counts them."""

import hashlib
import re
from collections.abc import Sequence
from functools import lru_cache

from gis.address.fold import fold
from gis.address.normal import norm
from gis.address.numerals import NUMERALS, digits_of
from gis.address.parts import AddressParts, Label

FIELDS = (
    Label.PROV, Label.CITY, Label.DISTRICT, Label.TOWN, Label.COMMUNITY, Label.HAMLET, Label.GROUP,
    Label.ROAD, Label.SUBROAD, Label.ROADNO, Label.SUBROADNO, Label.POI, Label.SUBPOI,
    Label.HOUSENO, Label.CELLNO, Label.FLOORNO, Label.ROOMNO,
)  # fmt: skip
"""The parts that are compared, in the order of their columns."""

(PROV, CITY, DISTRICT, TOWN, COMMUNITY, HAMLET, GROUP, ROAD, SUBROAD, ROADNO, SUBROADNO, POI, SUBPOI, HOUSENO, CELLNO,
 FLOORNO, ROOMNO) = range(len(FIELDS))  # fmt: skip

HIGHEST = (PROV, CITY, DISTRICT)

PLACE = {label: index for index, label in enumerate(FIELDS)}
_BY_LABEL: dict[str, int] = {str(label): index for label, index in PLACE.items()}
_NUMBERED = frozenset((GROUP, ROADNO, SUBROADNO, HOUSENO, CELLNO, FLOORNO, ROOMNO))
_COUNTED = re.compile(r"(?<=.)(?:号|幢|单元|层|室|组)$")
_GROUP_NAME = re.compile(r"[0-9]+组")
_SPELT_NUMBER = re.compile(rf"第?([{NUMERALS}]+)(?=号|幢|栋|弄|单元|室|组|层)")
_SPELT_BUILDING = re.compile(r"(?<=[0-9A-Z])(?:号楼|号幢|栋)")
_LAST_WORD = re.compile(r"(?<=[0-9])室$")
_GAPS = re.compile(r"(?<![0-9A-Z])[\s,。;、·]+|[\s,。;、·]+(?![0-9A-Z])")

Values = tuple[str, ...]
"""One normalised text a field of ``FIELDS``; '' where the address does not say. Two of a kind are joined by '|'."""


@lru_cache(maxsize=1 << 18)
def placed(label: Label, text: str) -> tuple[int, str]:
    """Return the field a part belongs to and the text by which it is compared.

    '一百零八号' -> '108', '人民路' -> '人民路'. '三组' is a group whatever it was read as, and '12号' stands under the
    road's number also where it was read as a house, for a house in a village has no other number; '40弄' is a lane.
    """
    place = _BY_LABEL[label]
    canonical = norm(label, text)
    if place == HOUSENO and canonical.endswith("号"):
        place = ROADNO
    elif place == ROAD and _GROUP_NAME.fullmatch(canonical):
        place = GROUP
    elif place == ROADNO and canonical.endswith("弄"):
        place = SUBROAD
    return place, (_COUNTED.sub("", canonical) if place in _NUMBERED else canonical)


def values(parts: AddressParts) -> Values:
    """The normalised parts of an address; what only the gazetteer added counts like what was written."""
    found = [""] * len(FIELDS)
    text = parts.text
    for start, end, label in parts.spans:
        if label in _BY_LABEL:
            place, said = placed(label, text[start:end])
            if place == ROADNO and found[ROADNO] and label == Label.HOUSENO:
                place = HOUSENO
            held = found[place]
            found[place] = f"{held}|{said}" if held and held != said else said
    for name, official in parts.filled.items():
        index = _BY_LABEL.get(name)
        if index is not None and not found[index]:
            found[index] = placed(FIELDS[index], official)[1]
    if found[SUBROADNO] and not found[ROADNO]:
        found[ROADNO], found[SUBROADNO] = found[SUBROADNO], ""
    return tuple(found)


def plain(text: str) -> str:
    """A whole address without gaps and separators, in plain characters."""
    return _GAPS.sub("", fold(text).upper())


def text_key(text: str) -> int:
    """A number of 64 bits that equal addresses share, however wide their characters and gaps are."""
    return hashed(plain(text))


def hashed(text: str) -> int:
    """64 bits of a text, the same in every process."""
    digest = hashlib.blake2b(text.encode("utf-8", errors="surrogatepass"), digest_size=8).digest()
    return int.from_bytes(digest, "little")


def one_spelling(text: str) -> str:
    """The text with its numbers in digits and its buildings as 幢; equal for nothing but ways to write one address."""
    text = _SPELT_NUMBER.sub(lambda found: digits_of(found[1]) or found[0], plain(text))
    return _LAST_WORD.sub("", _SPELT_BUILDING.sub("幢", text))


def quick_keys(text: str, said: Sequence[str]) -> tuple[int, int]:
    """Hashes of a standard address from its town on, and from behind its town; 0 where no town leads it."""
    rest = one_spelling(text)
    for field in HIGHEST:
        rest = rest.removeprefix(said[field])
    behind = rest.removeprefix(said[TOWN])
    return hashed(rest), hashed(behind) if behind and behind != rest else 0
