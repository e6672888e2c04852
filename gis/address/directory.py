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


class Everywhere(NamedTuple):
    """What may begin with two characters anywhere: complete names, short names, short names of towns near by."""

    complete: tuple[Name, ...] = ()
    short: tuple[Name, ...] = ()
    near: tuple[Name, ...] = ()


NOWHERE = Everywhere()


@cache
def everywhere() -> dict[str, Everywhere]:
    """``upper`` and ``near_towns`` as one table, so that a place in a text is looked up once."""
    complete, short = upper()
    near = near_towns()
    return {
        two: Everywhere(complete.get(two, ()), short.get(two, ()), near.get(two, ()))
        for two in {**complete, **short, **near}
    }


@cache
def _within(scope: str) -> Index:
    """What lies in a city (counties and towns), a county (towns and villages) or a town (villages)."""
    found: dict[str, Name] = {}
    for mark, digits in ((DISTRICT, 6), (TOWN, 9)):
        for name in _written(mark, scope, digits) if digits > len(scope) else ():
            kept = found.get(name.text)
            if kept and kept.mark == name.mark and kept.full == name.full:
                found[name.text] = kept._replace(codes=(*kept.codes, *name.codes))
            else:
                _put(found, name)
    for name in _villages(scope) if len(scope) > 4 else ():
        found.setdefault(name.text, name)
    return _index(found)


def _written(mark: int, scope: str, digits: int) -> list[Name]:
    """Every way of writing counties or towns: the complete ones, former counties with them, then the short ones."""
    full, short = [], []
    for code, name in names.below(scope, digits):
        full.append(Name(name, mark, (code,), full=True))
        proper = names.stem(name, digits)
        if proper != name:
            short.append(Name(proper, mark, (code,), full=False))
    for name, heirs in names.former_counties().items() if digits == 6 else ():
        full += [Name(name, mark, (code,), full=True) for code in heirs if code.startswith(scope)]
    return full + short


def _villages(scope: str) -> list[Name]:
    """Every way of writing the villages of a county or town; no short ones that read like a street."""
    full, short = [], []
    for code, name in names.below(scope, 12):
        proper = names.village_stem(name)
        full += [Name(form, COMMUNITY, (code,), full=True) for form in names.village_forms(name, proper)]
        if proper is not name and proper[-1] not in _NO_VILLAGE:
            short.append(Name(proper, COMMUNITY, (code,), full=False))
    return full + short


@cache
def within(scope: str) -> tuple[Index, ...]:
    """What lies in a town (villages), in its county (towns and villages), in its city (counties and towns)."""
    return tuple(_within(scope[:depth]) for depth in (9, 6, 4) if len(scope) >= depth)
