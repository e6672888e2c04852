"""The head of an address: country, province, city, county, town, village, by the divisions' names and suffixes."""

import re
from typing import NamedTuple

from gis.address import lexicon as lex
from gis.address.directory import upper, within
from gis.address.parts import Label

L = Label
RANK = {L.COUNTRY: 0, L.PROV: 1, L.CITY: 2, L.DISTRICT: 3, L.DEVZONE: 4, L.TOWN: 5, L.COMMUNITY: 6}


class Mention(NamedTuple):
    """A division named in the text; ``code`` is empty where it is not known."""

    start: int
    end: int
    label: Label
    code: str
    full: bool


_GAP = re.compile(rf"(?:[{lex.GAP}]|市辖区|其[它他](?:地?区|县)|null|请选择)+")
_STREET = r"大道|大街|公路|路(?!桥)|街(?!道)|巷|弄"
_NOT_ALONE = re.compile(
    rf"[一-龥]?(?:{_STREET})|(?:{lex.ESTATE}|{lex.MARKET}|{lex.PLACE}|村|社区|商会|人家|师范|湾|道|[东南西北新老]{{1,2}}[村苑站])"
)
_NOT_LOCAL = re.compile(
    rf"[一-龥]?(?:{_STREET})|(?:{lex.ESTATE}|{lex.MARKET}|{lex.PLACE}|{lex.ZONE}|[东南西北新老中上下大]?[村苑站庄里]|社区|门|商会|[一二三四五六七八九十\d]+[村区期])"
)
_CITY_CUT = re.compile(r"场|民[广中]|政府|路(?!桥)|中学|一中|公安")
_LOWER_CUT = re.compile(r"路|街(?!道)|大道|政府|中学|小学|卫生|人民医院|法院|公安|中心小学|[一-龥]?行政")
_AFTER_VILLAGE = re.compile(
    rf"\d+号|\d+组|(?!工业|新区|园区|开发|[一-龥]?(?:{_STREET}))[一-龥]{{2,4}}?(?<![东南西北中大])(?:路|街|大道|巷)(?!口)"
    rf"|(?:第?{lex.NUMERAL})组|[^一-龥\d]?$"
)
_OFFICE = re.compile(r"村?(?:居委会|委会|委)|村(?![一-龥])")
_VILLAGE_CUT = re.compile(
    r"[东南西北中]?(?:路|街(?!道)|大道|巷|公寓|花园|小区|新村)|[东南西北新]苑|新苑|商业|信用|银行|合作"
)
_SUFFIX = re.compile(r"街道办事处|街道办|街道|办事处|镇|乡")
_ZONE = re.compile(rf"(?:(?!镇|街道|路)[一-龥]){{0,6}}?(?:{lex.ZONE})(?!管委会|路|大道)")
_SUFFIXED = re.compile(
    rf"[一-龥]{{1,6}}?(?:(?P<prov>省|自治区)|(?P<city>(?<=[一-龥]{2})市(?![场民政区镇乡]|街道|中心)|自治州)"
    rf"|(?P<district>(?<=^[一-龥]{2})区|县(?!道)|自治旗|(?<![小社园业发新城东南西北中苑校厂住港库街一二三四五六七八九十])区(?!政府|委|块))"
    rf"|(?P<town>{lex.TOWN})|(?P<stop>{lex.ROAD}|小区|村|苑|社区|[厂店楼]))"
)
_GROUPS = {"prov": L.PROV, "city": L.CITY, "district": L.DISTRICT, "town": L.TOWN}


def read_head(text: str) -> tuple[list[tuple[int, int, Label]], int, str]:
    """Read the divisions at the beginning: spans, where the rest begins, and the lowest code known."""
    found: list[Mention] = []
    spans: list[tuple[int, int, Label]] = []
    place, rank, scope, twice = 0, -1, "", False
    end = len(text)
    while place < end and rank < 6:
        gap = _GAP.match(text, place)
        if gap:
            spans.append((place, gap.end(), L.REDUNDANT))
            place = gap.end()
            continue
        one = _named(text, place, scope, rank, found[-1].start if found else -1) or _suffixed(text, place, rank)
        if one is None:
            break
        level = RANK[one.label]
        twice = twice or level <= rank
        found.append(one)
        place, rank = one.end, level
        scope = one.code if len(one.code) > 2 or not scope else scope
    labels = _settle(text, found, place < end) if twice else [one.label for one in found]
    spans += [(one.start, one.end, label) for one, label in zip(found, labels, strict=True)]
    if len(spans) > len(found):
        spans.sort()
    return spans, place, scope


def _named(text: str, place: int, scope: str, rank: int, last: int) -> Mention | None:
    two = text[place : place + 2]
    above = upper().get(two, ())
    for name, label, codes, full in above:
        if full and text.startswith(name, place):
            one = _mention(text, place, name, label, _inside(codes, scope) or codes, full, local=False)
            if one:
                return one
    for depth in (9, 6, 4):
        if len(scope) >= depth and (rows := within(scope[:depth]).get(two)):
            for name, label, codes, full in rows:
                if RANK[label] > rank and text.startswith(name, place):
                    one = _mention(text, place, name, label, codes, full, local=True)
                    if one:
                        return one
    if two == "中国" and text[place + 2 : place + 4] in upper():
        return Mention(place, place + 2, L.COUNTRY, "", True)
    for name, label, codes, full in above:
        if not full and text.startswith(name, place):
            inside = _inside(codes, scope) if scope else codes
            end = place + len(name)
            out_of_place = not inside or RANK[label] <= rank
            if out_of_place and not _led_on(text, end, label) and not (last >= 0 and text.startswith(name, last)):
                continue
            one = _mention(text, place, name, label, inside or codes, full, local=bool(scope and inside))
            if one:
                return one
    return None


def _inside(codes: tuple[str, ...], scope: str) -> tuple[str, ...]:
    return tuple(code for code in codes if code.startswith(scope[:2])) if scope else ()


def _led_on(text: str, end: int, label: Label) -> bool:
    """Whether another division follows, so that a short name out of place is one after all."""
    return any(
        (name.full or label is L.PROV) and RANK[name.label] >= RANK[label] and text.startswith(name.text, end)
        for name in upper().get(text[end : end + 2], ())
    )


def _mention(text, place, name, label, codes, full, *, local) -> Mention | None:
    end = place + len(name)
    code = codes[0] if len(codes) == 1 else _common(codes)
    if full:
        if label is L.COMMUNITY:
            office = _OFFICE.match(text, end)
            end = office.end() if office else end
            return None if _VILLAGE_CUT.match(text, end) else Mention(place, end, label, code, True)
        cut = _CITY_CUT if name[-1] == "市" else _LOWER_CUT
        return None if cut.match(text, end) else Mention(place, end, label, code, True)
    if label is L.COMMUNITY:
        return Mention(place, end, label, code, False) if _AFTER_VILLAGE.match(text, end) else None
    suffix = _SUFFIX.match(text, end)
    if suffix and not _LOWER_CUT.match(text, suffix.end()) and not _led_on(text, end, label):
        return Mention(place, suffix.end(), L.TOWN, code if label is L.TOWN else "", True)
    if label is L.PROV and text[end : end + 1] == "省":
        return Mention(place, end + 1, label, code, True)
    if text[end : end + 1] in ("市", "县", "区") and label in (L.CITY, L.DISTRICT) and not _CITY_CUT.match(text, end + 1):
        kind = L.DISTRICT if text[end] != "市" else label
        return Mention(place, end + 1, kind, code, True)
    if (_NOT_LOCAL if local else _NOT_ALONE).match(text, end) and not (label is not L.COMMUNITY and _led_on(text, end, label)):
        return None
    return Mention(place, end, label, code, False)


def _common(codes: tuple[str, ...]) -> str:
    for length in (9, 6, 4, 2):
        if len({code[:length] for code in codes}) == 1:
            return codes[0][:length]
    return ""


def _suffixed(text: str, place: int, rank: int) -> Mention | None:
    zone = _ZONE.match(text, place) if rank < 4 else None
    if zone:
        return Mention(place, zone.end(), L.DEVZONE, "", True)
    match = _SUFFIXED.match(text, place)
    if match is None or match.lastgroup == "stop" or match.end() - place < 2:
        return None
    label = _GROUPS[match.lastgroup]
    if label is L.CITY and rank >= 2:
        label = L.DISTRICT
    if RANK[label] < rank or (RANK[label] == rank and label is not L.TOWN) or _LOWER_CUT.match(text, match.end()):
        return None
    return Mention(place, match.end(), label, "", True)


def _settle(text: str, found: list[Mention], more: bool) -> list[Label]:
    """Labels where a level is written twice: which of the two is the redundant one."""
    labels = [one.label for one in found]
    kept: dict[int, int] = {}
    current = -1
    for here, one in enumerate(found):
        level = RANK[one.label]
        if level > current:
            kept[level] = here
            current = level
            continue
        before = kept.get(level)
        if before is None and not one.full:
            labels[here] = L.REDUNDANT
            continue
        if before is not None and _same(text, found[before], one):
            prior = found[before]
            if level == current and (not prior.full and (one.full or one.label is L.CITY)):
                labels[before] = L.REDUNDANT
                kept[level] = here
            elif level < current and one.full and not prior.full:
                labels[before:here] = [L.REDUNDANT] * (here - before)
                kept, current = {**{k: v for k, v in kept.items() if k < level}, level: here}, level
            elif level < current and more and _whole(labels, found, kept, here):
                labels[:here] = [L.REDUNDANT] * here
                kept, current = {level: here}, level
            else:
                labels[here] = L.REDUNDANT
            continue
        if level == current and before is not None:
            if one.label is not L.TOWN:
                labels[before] = L.REDUNDANT
        else:
            labels[:here] = [L.REDUNDANT] * here
            kept = {}
        kept[level] = here
        current = level
    return labels


def _same(text: str, one: Mention, other: Mention) -> bool:
    a, b = text[one.start : one.end], text[other.start : other.end]
    return a == b or a[:2] == b[:2] and (not one.full or not other.full or a[:-1] == b or b[:-1] == a)


def _whole(labels, found, kept, here) -> bool:
    """Whether the block that begins again is the whole of the one before."""
    if len(kept) < 3:
        return False
    again = [one.label for one in found[here : here + len(kept)]]
    return again == [found[place].label for place in kept.values()]
