"""The names of divisions arranged for reading a head: by their first two characters, country-wide or within a scope."""

from collections import defaultdict
from functools import cache
from typing import NamedTuple

from gis.address import names
from gis.address.parts import Label


class Name(NamedTuple):
    """A way of writing a division. ``full``: with its suffix; ``codes``: all that are written so."""

    text: str
    label: Label
    codes: tuple[str, ...]
    full: bool


Index = dict[str, tuple[Name, ...]]
"""First two characters -> names, longest first."""

_RANK = {Label.PROV: 1, Label.CITY: 2, Label.DISTRICT: 3, Label.TOWN: 4, Label.COMMUNITY: 5}
_TOO_COMMON = frozenset("城区 郊区 市中 城关 新城 中心 东方 和平 新华 长安 中山 解放 人民 凤凰 公安 城中 城东 城西 东区 西区".split())


def _index(found: dict[str, Name]) -> Index:
    heads: dict[str, list[Name]] = defaultdict(list)
    for name in sorted(found.values(), key=lambda name: (-len(name.text), name.text)):
        heads[name.text[:2]].append(name)
    return {head: tuple(rows) for head, rows in heads.items()}


def _put(found: dict[str, Name], name: Name) -> None:
    kept = found.get(name.text)
    if kept is None or (not kept.full and name.full) or (kept.full == name.full and _RANK[kept.label] > _RANK[name.label]):
        found[name.text] = name


@cache
def upper() -> Index:
    """Provinces, cities and counties of the country; districts of other provinces in full only."""
    found: dict[str, Name] = {}
    for label, lexicon in ((Label.CITY, names.cities()), (Label.PROV, names.provinces()), (Label.DISTRICT, names.counties())):
        for text, codes in lexicon.full.items():
            if text not in _TOO_COMMON and (label is not Label.PROV or codes[0] not in names.MUNICIPALITIES):
                _put(found, Name(text, label, codes, full=True))
        for text, codes in lexicon.bare.items():
            if text not in _TOO_COMMON and (label is not Label.PROV or codes[0] not in names.MUNICIPALITIES):
                _put(found, Name(text, label, codes, full=False))
    for text, codes in names.former_counties().items():
        if len(text) > 2 and text[:-1] not in found:
            _put(found, Name(text[:-1], Label.DISTRICT, codes, full=False))
    return _index(found)


@cache
def _members() -> dict[str, list[tuple[str, Label, str, bool]]]:
    """Names of counties and towns by the four and six digits above them."""
    found: dict[str, list[tuple[str, Label, str, bool]]] = defaultdict(list)
    for label, lexicon in ((Label.DISTRICT, names.counties()), (Label.TOWN, names.towns())):
        for full, table in ((True, lexicon.full), (False, lexicon.bare)):
            for text, codes in table.items():
                for code in codes:
                    for length in (4, 6)[: len(code) // 3 - 1]:
                        found[code[:length]].append((text, label, code, full))
    return found


@cache
def _villages() -> dict[str, list[tuple[str, str, bool]]]:
    found: dict[str, list[tuple[str, str, bool]]] = defaultdict(list)
    lexicon = names.villages()
    for full, table in ((True, lexicon.full), (False, lexicon.bare)):
        for text, codes in table.items():
            for code in codes:
                found[code[:6]].append((text, code, full))
                found[code[:9]].append((text, code, full))
    return found


@cache
def within(scope: str) -> Index:
    """Counties and towns of a city (4 digits), towns and villages of a county (6), villages of a town (9)."""
    found: dict[str, Name] = {}
    for text, label, code, full in _members().get(scope, ()) if len(scope) < 9 else ():
        kept = found.get(text)
        codes = (*kept.codes, code) if kept and kept.label is label and kept.full == full else (code,)
        if kept and codes == (code,):
            _put(found, Name(text, label, codes, full))
        else:
            found[text] = Name(text, label, codes, full)
    for text, code, full in _villages().get(scope, ()) if len(scope) > 4 else ():
        if text not in found and (full or text[-1] not in "路街巷弄道"):
            found[text] = Name(text, Label.COMMUNITY, (code,), full)
    return _index(found)
