"""The head of an address: country, province, city, county, town, village, by the divisions' names and suffixes."""

import re

from gis.address import lexicon as lex
from gis.address.directory import NEAR, NOWHERE, Name, everywhere, upper, within
from gis.address.fill import OwnNames
from gis.address.marks import (
    CITY,
    COMMUNITY,
    COUNTRY,
    DEVZONE,
    DISTRICT,
    NOTHING,
    PROV,
    REDUNDANT,
    TOWN,
    Marked,
)
from gis.address.repeats import settle

Mention = tuple[int, int, int, str, bool]
"""A division named in the text: start, end, mark, code ('' where it is not known), and whether it is named in full."""

_LAST = COMMUNITY
_LONGEST = 12
_USUAL = (13, 12, 10, 9, 6)
_MOST_BEGINS = 1 << 15
_begins: dict[str, tuple[tuple[Mention, ...], str]] = {}
"""Heads of the usual lengths (浙江省宁波市慈溪市浒山街道, 江苏省常熟市) and what they were read as."""
_beginners: dict[str, tuple[int, ...]] = {}
"""The first two characters of those -> their lengths, the longest first."""
_FULL_ENDINGS = ("街道", "镇", "乡", "村", "社区", "居委会", "村委会", "委员会")
_STREET = r"大道|大街|公路|路(?!桥)|街(?!道)|巷|弄"
_GAP_CHARS = frozenset(lex.GAP.replace("\\", "")) | set("市城其n请收联姓邮寄地详\\")
_GAP = re.compile(
    rf"(?:[{lex.GAP}]|市辖区|(?<=[市县区])城区|其[它他](?:地?区|县)|null|请选择|收[件货]人|联系人|姓名|(?:[收寄][件货方]|邮寄|收货|详细)?地址)+"
)
_NOT_ALONE = re.compile(
    rf"[一-龥]?(?:{_STREET})|(?:{lex.ESTATE}|{lex.MARKET}|{lex.PLACE}|村|社区|商会|人家|师范|湾|道|[东南西北新老]{{1,2}}[村苑站])"
)
_NOT_LOCAL = re.compile(
    rf"[一-龥]?(?:{_STREET})|(?:{lex.ESTATE}|{lex.MARKET}|{lex.PLACE}|{lex.ZONE}|[东南西北新老中上下大]?[村苑站庄里]|社区|门|新城"
    rf"|商会|[一二三四五六七八九十\d]+[村区期])"
)
_CITY_CUT = re.compile(r"场|民[广中]|政府|路(?![东南西北桥])|中学|一中|公安")
_LOWER_CUT = re.compile(r"路(?![东南西北桥])|街(?!道)|大道|政府|中学|小学|卫生|人民医院|法院|公安|中心小学|行政")
_CUTTING = frozenset("场民政路中一公街大小卫人法行")
"""What a match of either begins with."""
_AFTER_VILLAGE = re.compile(
    rf"\d+号|\d+组|(?!工业|新区|新村|镇|乡|街道|园区|开发|[一-龥]?(?:{_STREET}))[一-龥]{{2,4}}?(?<![东南西北中大])(?:路|街|大道|巷)(?!口)"
    rf"|(?:第?{lex.NUMERAL})组|[^一-龥\d]?$"
)
_OFFICE = re.compile(r"村?(?:社区(?!卫生|医院)|居委会|委会|委)|村(?![一-龥])")
_VILLAGE_CUT = re.compile(
    r"[东南西北中]?(?:路|街(?!道)|大道|巷|公寓|花园|小区|新村)|[东南西北新]苑|新苑|商业|信用|银行|合作"
)
_TO_PLACES = re.compile(rf"[{lex.GAP}]|[一-龥]{{2,5}}?(?:镇|乡|街道|村|社区|路|街|大道)|[一-龥]{{2}}(?:市|区|县)")
_AFTER_TOWN = re.compile(
    rf"(?![区线])(?:[一-龥]{{1,5}}?(?:村|社区)|(?:(?!{_STREET})[一-龥]){{2,6}}?(?:大道|大街|公路|路(?!桥)|街(?!道)|{lex.ESTATE}|{lex.MARKET}|{lex.PLACE})"
    rf"|\d+号大街)"
)
_SUFFIX = re.compile(r"街道办事处|街道办|街道|办事处|镇|乡")
_HINT = re.compile(r"[省市县镇乡旗]|(?<![小社园业])区|街道|办事处|自治|苏木")
_ZONE_WORD = re.compile(r"开发|高新|新园?区|保税|集聚")
_ZONE = re.compile(rf"(?:(?!镇|街道|路)[一-龥]){{0,6}}?(?:{lex.ZONE})(?!管委会|路|大道)")
_SUFFIXED = re.compile(
    rf"[一-龥]{{1,6}}?(?:(?P<prov>省|自治区)|(?P<city>(?<=[一-龥]{{2}})市(?![场民政区镇乡]|街道|中心)|自治州)"
    rf"|(?P<district>县(?!道)|自治旗|(?<![小社园业发新城东南西北中苑校厂住港库街一二三四五六七八九十])区(?!政府|委|块))"
    rf"|(?P<town>{lex.TOWN})|(?P<stop>{lex.ROAD}|小区|村|苑|社区|[厂店楼]))"
)
_GROUPS = {"prov": PROV, "city": CITY, "district": DISTRICT, "town": TOWN}


def read_head(text: str, own: OwnNames | None = None) -> tuple[list[Marked], int, str]:
    """Read the divisions at the beginning: their parts, where the rest begins, and the lowest code known.

    ``own``: the names that a county knows of its own.
    """
    found, place, rank, scope = _begun(text)
    spans: list[Marked] = [one[:3] for one in found]
    twice = False
    end = len(text)
    while place < end and rank < _LAST:
        if text[place] in _GAP_CHARS and (gap := _GAP.match(text, place)):
            spans.append((place, gap.end(), REDUNDANT))
            place = gap.end()
            continue
        one = _named(text, place, scope, rank, found)
        if one is None:
            one = (_own(text, place, rank, own) if own else None) or _suffixed(text, place, rank)
        if one is None:
            break
        _, place, mark, code, _ = one
        found.append(one)
        spans.append(one[:3])
        twice = twice or mark <= rank
        rank = mark
        if len(code) > 2 or not scope:
            scope = code
        if code and not twice and place in _USUAL:
            _remember(text[:place], found, scope)
    if twice:
        spans = _settled(text, found, spans, more=place < end)
    return spans, place, scope


def _begun(text: str) -> tuple[list[Mention], int, int, str]:
    """What the first characters say, where another address began with them too: a register shares its head."""
    for length in _beginners.get(text[:2], ()):
        known = _begins.get(text[:length])
        if known and text[length : length + 1] not in _CUTTING:
            found, scope = known
            return list(found), length, found[-1][2], scope
    return [], 0, NOTHING, ""


def _remember(head: str, found: list[Mention], scope: str) -> None:
    """Keep a head of complete names that follow one another without a gap."""
    if found[-1][2] > TOWN or len(_begins) >= _MOST_BEGINS:
        return
    if all(one[4] and one[3] for one in found) and sum(one[1] - one[0] for one in found) == len(head):
        _begins[head] = (tuple(found), scope)
        lengths = {*_beginners.get(head[:2], ()), len(head)}
        _beginners[head[:2]] = tuple(sorted(lengths, reverse=True))


def _settled(text: str, found: list[Mention], spans: list[Marked], *, more: bool) -> list[Marked]:
    gaps = [span for span in spans if span[2] == REDUNDANT]
    marks = settle(text, found, more=more)
    return sorted(gaps + [(one[0], one[1], mark) for one, mark in zip(found, marks, strict=True)])


def _named(text: str, place: int, scope: str, rank: int, found: list[Mention]) -> Mention | None:
    two = text[place : place + 2]
    complete, short, near = everywhere().get(two, NOWHERE)
    if complete and (one := _complete(text, place, complete, scope)):
        return one
    for index in within(scope):
        if (rows := index.get(two)) and (one := _local(text, place, rows, rank)):
            return one
    if short and (one := _short(text, place, short, scope=scope, rank=rank, found=found)):
        return one
    if near and rank < TOWN and len(scope) < 4 and (one := _near(text, place, near)):
        return one
    if two == "中国" and any(everywhere().get(text[place + 2 : place + 4], NOWHERE)[:2]):
        return place, place + 2, COUNTRY, "", True
    return None


def _complete(text: str, place: int, rows: tuple[Name, ...], scope: str) -> Mention | None:
    for name in rows:
        if text.startswith(name[0], place) and (one := _in_full(text, place, name, _inside(name[2], scope))):
            return one
    return None


def _local(text: str, place: int, rows: tuple[Name, ...], rank: int) -> Mention | None:
    for name in rows:
        if name[1] > rank and text.startswith(name[0], place):
            one = (_in_full if name[3] else _in_short)(text, place, name, name[2])
            if one:
                return one
    return None


def _near(text: str, place: int, rows: tuple[Name, ...]) -> Mention | None:
    for name in rows:
        if text.startswith(name[0], place) and _AFTER_TOWN.match(text, place + len(name[0])):
            one = _in_short(text, place, name, name[2])
            if one:
                return one
    return None


def _short(
    text: str, place: int, rows: tuple[Name, ...], *, scope: str, rank: int, found: list[Mention]
) -> Mention | None:
    """A short name of a province, city or county: in place, or out of it where the text leads on from it."""
    for name in rows:
        word, mark, codes, _ = name
        if not text.startswith(word, place):
            continue
        inside = tuple(code for code in codes if code.startswith(scope[:2])) if scope else codes
        if not inside or mark <= rank:
            again = bool(found) and found[-1][2] == mark and text.startswith(word, found[-1][0])
            end = place + len(word)
            if not _led_on(text, end, mark) and not (again and _goes_on(text, end)):
                continue
        elif not scope and mark == DISTRICT and _weak(name) and not _goes_on(text, place + len(word)):
            continue
        if one := _in_short(text, place, name, inside or codes, known=bool(scope and inside)):
            return one
    return None


def _own(text: str, place: int, rank: int, own: OwnNames) -> Mention | None:
    """A town or village that the county knows by this name, the longest first."""
    for end in range(min(len(text), place + _LONGEST), place + 1, -1):
        word = text[place:end]
        for mark, codes in ((TOWN, own.towns_named(word)), (COMMUNITY, own.villages_named(word))):
            if codes and mark > rank:
                full = word.endswith(_FULL_ENDINGS)
                one = (_in_full if full else _in_short)(text, place, Name(word, mark, codes, full), codes)
                if one:
                    return one
    return None


def _inside(codes: tuple[str, ...], scope: str) -> tuple[str, ...]:
    """Those of a name's codes that lie in the province read already; all where none does."""
    if not scope or len(codes) == 1:
        return codes
    return tuple(code for code in codes if code.startswith(scope[:2])) or codes


def _goes_on(text: str, end: int) -> bool:
    """Whether places follow, with their suffixes or by the short name of a county."""
    return _TO_PLACES.match(text, end) is not None or any(
        name[1] == DISTRICT and text.startswith(name[0], end) for name in upper()[1].get(text[end : end + 2], ())
    )


def _weak(name: Name) -> bool:
    """Whether a short name is that of a city district far from here: too common a word to stand alone."""
    word, _, codes, _ = name
    districts = any(one[0] == f"{word}区" for one in upper()[0].get(word[:2], ()))
    return districts and not any(code.startswith(NEAR) for code in codes)


def _led_on(text: str, end: int, mark: int) -> bool:
    """Whether another division follows, so that a short name out of place is one after all."""
    two = text[end : end + 2]
    complete, short = upper()
    rows = complete.get(two, ())
    if mark == PROV:
        rows += short.get(two, ())
    for name in rows:  # noqa: SIM110 - half the time of any()
        if name[1] >= mark and text.startswith(name[0], end):
            return True
    return False


def _in_full(text: str, place: int, name: Name, codes: tuple[str, ...]) -> Mention | None:
    word, mark, _, _ = name
    end = place + len(word)
    code = codes[0] if len(codes) == 1 else _common(codes)
    if mark == COMMUNITY:
        office = _OFFICE.match(text, end)
        end = office.end() if office else end
        return None if _VILLAGE_CUT.match(text, end) else (place, end, mark, code, True)
    if text[end : end + 1] in _CUTTING and (_CITY_CUT if word[-1] == "市" else _LOWER_CUT).match(text, end):
        return None
    return place, end, mark, code, True


def _in_short(text: str, place: int, name: Name, codes: tuple[str, ...], *, known: bool = True) -> Mention | None:
    word, mark, _, _ = name
    end = place + len(word)
    code = codes[0] if len(codes) == 1 else _common(codes)
    if mark == COMMUNITY:
        return (place, end, mark, code, False) if _AFTER_VILLAGE.match(text, end) else None
    suffix = _SUFFIX.match(text, end)
    if suffix and not _LOWER_CUT.match(text, suffix.end()) and not _led_on(text, end, mark):
        return place, suffix.end(), TOWN, code if mark == TOWN else "", True
    own = text[end : end + 1]
    if own == "省" and mark == PROV:
        return place, end + 1, mark, code, True
    if own and own in "市县区" and mark in (CITY, DISTRICT) and not _CITY_CUT.match(text, end + 1):
        return place, end + 1, DISTRICT if own != "市" else mark, code, True
    if (_NOT_LOCAL if known else _NOT_ALONE).match(text, end) and not _led_on(text, end, mark):
        return None
    return place, end, mark, code, False


def _common(codes: tuple[str, ...]) -> str:
    """The division above all of them."""
    for length in (9, 6, 4, 2):
        if len({code[:length] for code in codes}) == 1:
            return codes[0][:length]
    return ""


def _suffixed(text: str, place: int, rank: int) -> Mention | None:
    """A division that no table knows, by its suffix."""
    if rank < DEVZONE and "区" in (window := text[place : place + 14]) and _ZONE_WORD.search(window):
        zone = _ZONE.match(text, place)
        if zone:
            return place, zone.end(), DEVZONE, "", True
    match = _SUFFIXED.match(text, place) if _HINT.search(text, place + 1, place + 9) else None
    if match is None or match.lastgroup == "stop" or match.end() - place < 2:
        return None
    mark = _GROUPS[match.lastgroup or ""]
    if mark == CITY and rank >= CITY:
        mark = DISTRICT
    if mark < rank or (mark == rank and mark != TOWN) or _LOWER_CUT.match(text, match.end()):
        return None
    return place, match.end(), mark, "", True
