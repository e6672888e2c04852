"""The levels a written address leaves out, filled from the names of the divisions where one answer only is possible."""

from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import NamedTuple, Protocol
from weakref import WeakKeyDictionary

from gis.address.fold import fold
from gis.address.names import (
    MUNICIPALITIES,
    Lexicon,
    cities,
    counties,
    official,
    provinces,
    stem,
    towns,
    village_stem,
    villages,
)
from gis.address.parts import NOTHING_FILLED, AddressParts, Label

HEAD = (Label.PROV, Label.CITY, Label.DISTRICT, Label.TOWN, Label.COMMUNITY)
_DIGITS = {Label.PROV: 2, Label.CITY: 4, Label.DISTRICT: 6, Label.TOWN: 9, Label.COMMUNITY: 12}
_LABEL_OF = {digits: label for label, digits in _DIGITS.items()}
_LEVELS = tuple(_LABEL_OF)
_REMEMBERED = 1 << 16

Codes = tuple[str, ...]
Head = tuple[tuple[str, str], ...]
"""Written levels in the order of the text: label and text."""


class OwnNames(Protocol):
    """What a county knows of its own divisions, aliases and former names among them."""

    def __hash__(self) -> int:
        """Told apart by identity."""
        ...

    def towns_named(self, name: str) -> Codes:
        """Codes of the towns that a folded name means; several where it was split."""
        ...

    def villages_named(self, name: str) -> Codes:
        """Codes of the villages that a folded name means."""
        ...

    def name_of(self, code: str) -> str | None:
        """Official name of a code."""
        ...


class Filled(NamedTuple):
    """What the written levels of an address say together.

    ``division``: the code of the lowest division known, 2 to 12 digits; None where none is.
    ``added``: label -> official name of every level above it that is not written.
    ``conflicts``: pairs of written names of which the lower does not lie in the higher; then nothing is added.
    """

    division: str | None
    added: Mapping[str, str]
    conflicts: tuple[tuple[str, str], ...]


NOTHING = Filled(None, NOTHING_FILLED, ())


def filled(parts: AddressParts, gazetteer: OwnNames | None = None) -> AddressParts:
    """Return the same parts with ``filled``, ``division`` and ``conflicts`` set.

    A level is filled only where every reading of the written ones agrees: 梅李镇聚沙村 lies in 江苏省 苏州市 常熟市,
    城关镇 could lie in a hundred places and fills nothing. Below a name that nobody knows nothing is concluded.
    With a ``gazetteer`` a county's own towns, villages, aliases and former names count too.
    A microsecond where the same head was seen before.
    """
    head = _head(parts)
    if not head:
        return parts
    known = _known(head) if gazetteer is None else _known_here(head, gazetteer)
    return AddressParts(parts.text, parts.spans, filled=known.added, division=known.division, conflicts=known.conflicts)


def _head(parts: AddressParts) -> Head:
    """The first text of each level of divisions, as written."""
    text, found = parts.text, {}
    for start, end, label in parts.spans:
        if label in _DIGITS and label not in found:
            found[label] = text[start:end]
    return tuple(found.items())


@lru_cache(maxsize=_REMEMBERED)
def _known(head: Head) -> Filled:
    return _concluded(head, None)


_KNOWN_HERE: WeakKeyDictionary[OwnNames, dict[Head, Filled]] = WeakKeyDictionary()
"""What was concluded with each gazetteer, for as long as somebody holds it."""


def _known_here(head: Head, gazetteer: OwnNames) -> Filled:
    known = _KNOWN_HERE.setdefault(gazetteer, {})
    answer = known.get(head)
    if answer is None:
        if len(known) >= _REMEMBERED:
            known.clear()
        answer = known[head] = _concluded(head, gazetteer)
    return answer


def _concluded(head: Head, own: OwnNames | None) -> Filled:
    """Go down the written levels, keeping the codes that each leaves possible."""
    written = {label: fold(name).replace(" ", "") for label, name in head}
    steps = tuple((label, written[label]) for label in HEAD if label in written)
    scope: Codes = ()
    above = ""
    for label, name in steps:
        answer = _ANSWERS[label](name, scope, own)
        if answer.contradicts:
            return Filled(None, NOTHING_FILLED, ((above, name),))
        if answer.codes:
            scope, above = answer.codes, name
        if not answer.goes_on:
            break
    division = _common(scope)
    return Filled(division, _added(division, steps, own), ()) if division else NOTHING


class _Answer(NamedTuple):
    """Codes that a name leaves possible; whether the level below may be asked; whether the name contradicts."""

    codes: Codes = ()
    goes_on: bool = False
    contradicts: bool = False


_UNKNOWN = _Answer()
_CONTRADICTION = _Answer(contradicts=True)


def _province(name: str, scope: Codes, own: OwnNames | None) -> _Answer:
    return _upper(_spoken(provinces(), name, 2) or cities().codes(name), scope, full=True)


def _city(name: str, scope: Codes, own: OwnNames | None) -> _Answer:
    below = tuple(code for code in counties().codes(name) if not code.endswith("00"))
    here = tuple(code[:2] if code.startswith(MUNICIPALITIES) else code for code in _spoken(cities(), name, 4))
    return _upper(here + below, scope, full=name[-1:] in _SUFFIXES)


def _district(name: str, scope: Codes, own: OwnNames | None) -> _Answer:
    codes = counties().codes(name) or cities().codes(name) or (counties().bare.get(stem(name, 6), ()) if scope else ())
    common = name in _COMMON_WORDS
    if not scope and (common or (name in counties().bare and _elsewhere_too(name, codes))):
        return _UNKNOWN
    return _upper(codes, scope, full=name[-1:] in _SUFFIXES and not common)


def _spoken(lexicon: Lexicon, name: str, digits: int) -> Codes:
    """Codes of a name as published or as people say it: 广西省, 山南地区, 怒江州."""
    return lexicon.codes(name) or lexicon.bare.get(stem(name, digits)) or lexicon.bare.get(name.removesuffix("州"), ())


def _upper(codes: Codes, scope: Codes, *, full: bool) -> _Answer:
    inside = _inside(codes, scope)
    if inside:
        return _Answer(inside, goes_on=True)
    return _CONTRADICTION if codes and full else _UNKNOWN


def _town(name: str, scope: Codes, own: OwnNames | None) -> _Answer:
    """A town inside the scope; one of the same city is taken for moved, and the city is what is left.

    Towns become sub-districts: without a scope a name means every division with its stem (九堡镇 is one in 瑞金市
    today, and was one in 杭州市).
    """
    here = _inside(own.towns_named(name), scope) if own else ()
    full, bare = towns().full.get(name, ()), towns().bare.get(stem(name, 9), ())
    inside = here or (_inside(full, scope) or _inside(bare, scope) if scope else (*full, *bare))
    if inside:
        doubtful = not scope and not full and not here and name in counties().bare
        return _UNKNOWN if doubtful else _Answer(inside, goes_on=True)
    cities_in_scope = {code[:4] for code in scope if len(code) >= 4}
    moved = sorted({code[:4] for code in full + bare} & cities_in_scope)
    if moved:
        return _Answer(tuple(moved))
    same_province = len(full) == 1 and cities_in_scope and full[0][:2] in {code[:2] for code in scope}
    return _CONTRADICTION if same_province else _UNKNOWN


def _village(name: str, scope: Codes, own: OwnNames | None) -> _Answer:
    """A village inside the scope; villages of three provinces are known, elsewhere a name proves nothing."""
    here = own.villages_named(name) if own else ()
    if here:
        inside = _inside(here, scope)
        return _Answer(inside) if inside else _CONTRADICTION if _in_its_county(here, scope) else _UNKNOWN
    if not scope or not all(code[:2] in _VILLAGES_KNOWN for code in scope):
        return _UNKNOWN
    inside = _inside(villages().full.get(name, ()), scope)
    if not inside and all(len(code) == 9 for code in scope):
        inside = _inside(villages().bare.get(village_stem(name), ()), scope)
    return _Answer(inside)


_SUFFIXES = frozenset("省市县区州盟旗")
_COMMON_WORDS = frozenset(
    ("城区", "郊区", "矿区", "东区", "西区", "南区", "北区", "新区", "老区", "市区", "县", "区", "市")
)
_VILLAGES_KNOWN = frozenset(("31", "32", "33"))
_ANSWERS = {
    Label.PROV: _province,
    Label.CITY: _city,
    Label.DISTRICT: _district,
    Label.TOWN: _town,
    Label.COMMUNITY: _village,
}


def _elsewhere_too(name: str, codes: Codes) -> bool:
    """Whether a bare name is also a town's of another county: 西乡 is a county and a part of a city far away."""
    return any(not town.startswith(codes) for town in towns().bare.get(name, ()))


def _in_its_county(codes: Codes, scope: Codes) -> bool:
    return {code[:6] for code in codes} == {code[:6] for code in scope}


def _inside(codes: Codes, scope: Codes) -> Codes:
    """The codes below the scope; a code above it leaves the scope as it is."""
    if not scope:
        return codes
    below = tuple(code for code in codes if code.startswith(scope))
    return below or tuple(one for one in scope if codes and one.startswith(codes))


def _common(codes: Codes) -> str | None:
    """The longest code that all begin with; None where they share no province."""
    return next((codes[0][:cut] for cut in reversed(_LEVELS) if codes and _share(codes, cut)), None)


def _share(codes: Codes, cut: int) -> bool:
    return all(len(code) >= cut for code in codes) and len({code[:cut] for code in codes}) == 1


def _added(division: str, steps: Head, own: OwnNames | None) -> Mapping[str, str]:
    written = {label for label, _ in steps}
    texts = {form for _, text in steps for form in (text, f"{text}市", f"{text}省")}
    added: dict[str, str] = {}
    for digits in _LEVELS:
        label = _LABEL_OF[digits]
        if digits > len(division) or label in written:
            continue
        name = (own.name_of(division[:digits]) if own else None) or official(division[:digits])
        if name and fold(name) not in texts and name not in added.values():
            added[label] = name
    return MappingProxyType(added) if added else NOTHING_FILLED
