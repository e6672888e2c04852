"""The normalised parts by which addresses are compared: names as names, numbers without the word that counts them."""

import re
from functools import lru_cache

from gis.address.normal import norm
from gis.address.parts import AddressParts, Label

FIELDS = (
    Label.PROV, Label.CITY, Label.DISTRICT, Label.TOWN, Label.COMMUNITY, Label.HAMLET, Label.GROUP,
    Label.ROAD, Label.SUBROAD, Label.ROADNO, Label.SUBROADNO, Label.POI, Label.SUBPOI,
    Label.HOUSENO, Label.CELLNO, Label.FLOORNO, Label.ROOMNO,
)  # fmt: skip
"""The parts that are compared, in the order of their columns."""

PLACE = {label: index for index, label in enumerate(FIELDS)}
_BY_LABEL: dict[str, int] = {str(label): index for label, index in PLACE.items()}
_NUMBERED = frozenset(
    (Label.GROUP, Label.ROADNO, Label.SUBROADNO, Label.HOUSENO, Label.CELLNO, Label.FLOORNO, Label.ROOMNO)
)
_COUNTED = re.compile(r"^第|(?:号院|号楼|号门|号|幢|座|单元|层|楼|室|房间|房|户|组|村民小组|队|生产队|门)+$")

Values = tuple[str, ...]
"""One normalised text a field of ``FIELDS``; '' where the address does not say. Two of a kind are joined by '|'."""


@lru_cache(maxsize=1 << 18)
def value(label: Label, text: str) -> str:
    """The text by which a part is compared: '一百零八号' -> '108', '人民路' -> '人民路'."""
    canonical = norm(label, text)
    return (_COUNTED.sub("", canonical) or canonical) if label in _NUMBERED else canonical


def values(parts: AddressParts) -> Values:
    """The normalised parts of an address; what only the gazetteer added counts like what was written."""
    found = [""] * len(FIELDS)
    text = parts.text
    for start, end, label in parts.spans:
        index = _BY_LABEL.get(label)
        if index is not None:
            said = value(label, text[start:end])
            held = found[index]
            found[index] = f"{held}|{said}" if held and held != said else said
    for name, official in parts.filled.items():
        index = _BY_LABEL.get(name)
        if index is not None and not found[index]:
            found[index] = value(FIELDS[index], official)
    return tuple(found)
