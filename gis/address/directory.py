"""The names of divisions arranged for reading a head: by their first two characters, country-wide or within a scope."""

from collections import defaultdict
from functools import cache
from typing import NamedTuple

from gis.address import names
from gis.address.marks import CITY, COMMUNITY, DISTRICT, PROV, TOWN


class Name(NamedTuple):
    """A way of writing a division. ``full``: with its suffix; ``codes``: all that are written so."""

    text: str
    mark: int
    codes: tuple[str, ...]
    full: bool


Index = dict[str, tuple[Name, ...]]
"""First two characters -> names, longest first."""

_TOO_COMMON = frozenset(
    [
        "城区",
        "郊区",
        "市中",
        "城关",
        "新城",
        "中心",
        "东方",
        "和平",
        "新华",
        "长安",
        "中山",
        "解放",
        "人民",
        "凤凰",
        "公安",
        "城中",
        "城东",
        "城西",
        "东区",
        "西区",
    ]
)
NEAR = ("31", "32", "33")
"""Provinces whose registers are read here: of their districts and towns short names stand alone."""
_NO_VILLAGE = "路街巷弄道园区厂场站"


def _index(found: dict[str, Name]) -> Index:
    heads: dict[str, list[Name]] = defaultdict(list)
    for name in sorted(found.values(), key=lambda name: (-len(name.text), name.text)):
        heads[name.text[:2]].append(name)
    return {head: tuple(rows) for head, rows in heads.items()}


def _put(found: dict[str, Name], name: Name) -> None:
    """Keep the better of two readings of a name: in full before short, the higher division before the lower."""
    kept = found.get(name.text)
    if kept is None or name.full > kept.full or (name.full == kept.full and name.mark < kept.mark):
        found[name.text] = name


@cache
def _upper() -> dict[str, Name]:
    found: dict[str, Name] = {}
    levels = ((CITY, names.cities()), (PROV, names.provinces()), (DISTRICT, names.counties()))
    for mark, lexicon in levels:
        for full, table in ((True, lexicon.full), (False, lexicon.bare)):
            for text, codes in table.items():
                if text not in _TOO_COMMON and not (mark == PROV and codes[0] in names.MUNICIPALITIES):
                    _put(found, Name(text, mark, codes, full))
    for text, codes in names.former_counties().items():
        if len(text) > 2 and text[:-1] not in found:
            _put(found, Name(text[:-1], DISTRICT, codes, full=False))
    return found


@cache
def upper() -> tuple[Index, Index]:
    """Provinces, cities and counties of the country: complete names, former counties among them, and short names."""
    full = {text: name for text, name in _upper().items() if name.full}
    short = {text: name for text, name in _upper().items() if not name.full}
    return _index(full), _index(short)


@cache
def near_towns() -> Index:
    """Short names of the towns of the provinces whose registers are read here, that are no common word."""
    found = {
        text: Name(text, TOWN, tuple(code for code in codes if code.startswith(NEAR)), full=False)
        for text, codes in names.towns().bare.items()
        if text not in _TOO_COMMON and text[0] not in "城新东西南北" and any(code.startswith(NEAR) for code in codes)
    }
    return _index({text: name for text, name in found.items() if text not in _upper()})


@cache
def _members() -> dict[str, list[Name]]:
    """Names of counties and towns by the four and six digits above them."""
    found: dict[str, list[Name]] = defaultdict(list)
    for mark, lexicon in ((DISTRICT, names.counties()), (TOWN, names.towns())):
        for full, table in ((True, lexicon.full), (False, lexicon.bare)):
            for text, codes in table.items():
                for code in codes:
                    for length in (4, 6)[: len(code) // 3 - 1]:
                        found[code[:length]].append(Name(text, mark, (code,), full))
    return found


@cache
def _villages() -> dict[str, list[Name]]:
    """Names of villages by the six and nine digits above them; no short ones that read like a street."""
    found: dict[str, list[Name]] = defaultdict(list)
    lexicon = names.villages()
    for full, table in ((True, lexicon.full), (False, lexicon.bare)):
        for text, codes in table.items():
            if full or text[-1] not in _NO_VILLAGE:
                for code in codes:
                    found[code[:6]].append(Name(text, COMMUNITY, (code,), full))
                    found[code[:9]].append(Name(text, COMMUNITY, (code,), full))
    return found


@cache
def _within(scope: str) -> Index:
    found: dict[str, Name] = {}
    for name in _members().get(scope, ()) if len(scope) < 9 else ():
        kept = found.get(name.text)
        if kept and kept.mark == name.mark and kept.full == name.full:
            found[name.text] = kept._replace(codes=(*kept.codes, *name.codes))
        else:
            _put(found, name)
    for name in _villages().get(scope, ()) if len(scope) > 4 else ():
        found.setdefault(name.text, name)
    return _index(found)


@cache
def within(scope: str) -> tuple[Index, ...]:
    """What lies in a town (villages), in its county (towns and villages), in its city (counties and towns)."""
    return tuple(_within(scope[:depth]) for depth in (9, 6, 4) if len(scope) >= depth)
