"""The key under which two writings of one house of a village meet: 七组十二号, 7组12号 and 梅李镇聚沙村7组１２号."""

import re
from collections.abc import Collection, Mapping
from functools import lru_cache

from gis.address.fold import fold
from gis.address.normal import norm
from gis.address.parts import AddressParts, Label

_ABOVE = frozenset((Label.COUNTRY, Label.PROV, Label.CITY, Label.DISTRICT, Label.DEVZONE, Label.TOWN))
_PEOPLE = frozenset((Label.PERSON, Label.PHONE))
_DOORS = frozenset((Label.ROADNO, Label.SUBROADNO, Label.HOUSENO, Label.CELLNO, Label.ROOMNO))
_KEPT = frozenset(
    (Label.HAMLET, Label.GROUP, Label.ROAD, Label.SUBROAD, Label.ROADNO, Label.SUBROADNO, Label.POI, Label.SUBPOI,
     Label.HOUSENO, Label.CELLNO, Label.FLOORNO, Label.ROOMNO)
)  # fmt: skip
_GROUP_NAME = re.compile(r"(?:组|生产队)$")
_LONG_NUMBER = re.compile(r"\d{7,}")
_LOOSE_DASH = re.compile(r"(?<![0-9A-Z])-|-(?![0-9A-Z])")
_SPACE = re.compile(r"\s+(?![A-Za-z0-9])|(?<![A-Za-z0-9\s])\s+")


def house_key(parts: AddressParts, *, village: Collection[str] = (), people: Collection[str] = ()) -> str:
    """Return the key, '' where the text names no door: a road or a village alone is not one house.

    Everything counts that the text says below the village, in order and in canonical writing, also what was not
    understood (东侧 is another house); people and phone numbers do not. ``village`` are the names of the village the
    house belongs to: under them it is not said again. ``people`` are names that stand in the same row.
    """
    told: list[str] = []
    door, place, text = False, 0, parts.text
    for start, end, label in sorted(parts.spans):
        told.append(_plain(text[place:start], people))
        place = max(place, end)
        if label in _ABOVE or label in _PEOPLE:
            continue
        said = text[start:end]
        if label == Label.COMMUNITY:
            told.append("" if fold(said) in village else _plain(said, people))
        else:
            told.append(_canonical(label, said, people) if label in _KEPT else _plain(said, people))
        door = door or label in _DOORS
    told.append(_plain(text[place:], people))
    return "".join(told) if door else ""


def named_parts(parts: AddressParts, *, people: Collection[str] = ()) -> Mapping[str, str]:
    """What an address names below its town, by label, in canonical writing; nobody's name or number among it."""
    told: dict[str, str] = {}
    for start, end, label in parts.spans:
        if label in _KEPT or label == Label.COMMUNITY:
            said = _canonical(label, parts.text[start:end], people)
            if said and said not in told.get(label, ""):
                told[str(label)] = f"{told[label]}|{said}" if label in told else said
    return told


def _canonical(label: str, text: str, people: Collection[str]) -> str:
    said = _written(Label.GROUP if _GROUP_NAME.search(text) else label, text)
    return _plain(said, people) if _LONG_NUMBER.search(said) or any(one in said for one in people) else said


@lru_cache(maxsize=1 << 17)
def _written(label: str, text: str) -> str:
    return "".join(char for char in norm(label, text) if char.isalnum() or char == "-")


def _plain(text: str, people: Collection[str]) -> str:
    """Letters and digits of a text, without the people of the row and without long numbers."""
    if not text or text.isspace():
        return ""
    plain = fold(text).upper()
    for name in people:
        plain = plain.replace(name, "")
    plain = _LOOSE_DASH.sub("", _LONG_NUMBER.sub("", plain))
    return "".join(char for char in plain if char.isalnum() or char == "-")


def joined(text: str) -> str:
    """Drop the spaces of a text that part no two numbers: 12 号 is 12号, 3 201 stays."""
    return _SPACE.sub("", text)
