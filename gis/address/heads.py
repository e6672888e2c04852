"""The head of an address: country, province, city, county, town, by the names of the divisions and by their suffixes."""

import re
from collections import defaultdict
from importlib.resources import files
import lzma
from functools import lru_cache

from gis.address import lexicon as lex
from gis.address.parts import Label

Found = list[tuple[int, int, Label]]

_LEVELS = (Label.COUNTRY, Label.PROV, Label.CITY, Label.DISTRICT, Label.TOWN)
_RANK = {label: rank for rank, label in enumerate(_LEVELS)}
_MUNICIPALITIES = ("11", "12", "31", "50")
_SHORT = re.compile(
    r"(?:特别行政区|壮族自治区|回族自治区|维吾尔自治区|自治区|省|地区|[一-龥]{0,12}?(?:族自治州|族自治县|族自治旗)|市|县|区|盟)$"
)
_TOWN_SHORT = re.compile(r"(?:街道办事处|街道|镇|民族乡|乡)$")
_FORMER = {
    "3301": "下城区 江干区 余杭市 萧山市 富阳市 富阳县 临安市 临安县 桐庐县",
    "3302": "江东区 鄞县 鄞县区 奉化市",
    "3303": "瓯海县 洞头县 苍南县",
    "3304": "秀城区",
    "3306": "绍兴县 上虞市 上虞县",
    "3307": "金华县 东阳县",
    "3310": "玉环县",
    "3205": "吴江市 沧浪区 平江区 金阊区",
    "3101": "闸北区 卢湾区 南汇区 南市区",
    "3204": "武进市",
    "3201": "白下区 下关区",
}
_GAP = re.compile(rf"[{lex.GAP}]+|市辖区|其[它他]区|null|县$")
_ROADISH = r"路|街|道|巷|弄|线|桥"
_BARE = re.compile(
    rf"[一-龥]?(?:{lex.ROAD})|(?:{lex.ESTATE}|{lex.MARKET}|{lex.PLACE}|村|社区|商会|人|话|菜|小学)"
    r"|[东南西北中新老]{1,2}(?:路|街|大道|村|苑|区)|塘路|站|店|港|江|路|河|桥|山|$"
)
_FULL_CUT = re.compile(r"场|民|政|路|大道|街|区政府|中学|分公司|支行")
_SUFFIXED = re.compile(
    rf"[一-龥]{{1,5}}?(?:(?P<prov>省|自治区)|(?P<city>市(?![场民政]|中心))|(?P<district>县(?!道)|旗(?=[一-龥])"
    rf"|(?<![小社园业发新东西南北苑校厂住港]|[一二三四五六七八九十])区(?!政府|委|块))|(?P<town>{lex.TOWN})|(?P<stop>{lex.ROAD}|小区|村))"
)


class Names:
    """Names by their first two characters, longest first, each with its level and the codes that bear it."""

    def __init__(self) -> None:
        self.found: dict[str, tuple[Label, tuple[str, ...], bool]] = {}
        self.by_two: dict[str, tuple[tuple[str, Label, tuple[str, ...], bool], ...]] = {}

    def add(self, name: str, label: Label, code: str, *, full: bool) -> None:
        kept = self.found.get(name)
        if len(name) < 2 or (kept and (_RANK[kept[0]] < _RANK[label] and kept[2] >= full)):
            return
        codes = kept[1] if kept and kept[0] == label and kept[2] == full else ()
        self.found[name] = (label, (*codes, code), full)

    def close(self) -> "Names":
        heads: dict[str, list[tuple[str, Label, tuple[str, ...], bool]]] = defaultdict(list)
        for name in sorted(self.found, key=lambda name: (-len(name), name)):
            heads[name[:2]].append((name, *self.found[name]))
        self.by_two = {head: tuple(rows) for head, rows in heads.items()}
        return self


@lru_cache(maxsize=1)
def _rows() -> list[tuple[str, str]]:
    packed = files("gis").joinpath("data/divisions.csv.xz").read_bytes()
    lines = lzma.decompress(packed).decode().splitlines()[1:]
    return [(line.split(",")[0], line.split(",")[1]) for line in lines]


def _label(code: str) -> Label:
    if len(code) == 2:
        return Label.CITY if code in _MUNICIPALITIES else Label.PROV
    return Label.CITY if len(code) == 4 else Label.DISTRICT


@lru_cache(maxsize=1)
def upper() -> Names:
    """Names of provinces, cities and counties of the nation, full and short."""
    names = Names()
    former = [(code, name) for code, line in _FORMER.items() for name in line.split()]
    rows = [(code, name) for code, name in _rows() if len(code) <= 6 and name not in ("市辖区", "县", "省直辖县级行政区划", "自治区直辖县级行政区划")]
    for code, name in rows:
        names.add(name, _label(code), code, full=True)
    for code, name in former:
        names.add(name, Label.DISTRICT, code, full=True)
    for code, name in rows + former:
        short = _SHORT.sub("", name)
        if len(short) >= 2 and name[-1] != "区" or len(code) < 4 or code[:2] == "33":
            names.add(short, _label(code) if (code, name) not in former else Label.DISTRICT, code, full=False)
    return names.close()


@lru_cache(maxsize=1)
def _by_prefix() -> dict[str, list[tuple[str, str]]]:
    """Towns and counties by the prefix of their code."""
    found: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for code, name in _rows():
        if len(code) >= 6:
            for length in (4, 6):
                found[code[:length]].append((code, name))
    return found


@lru_cache(maxsize=4096)
def below(scope: str) -> Names:
    """Short names of the counties and towns within a city or county."""
    names = Names()
    for code, name in _by_prefix().get(scope, ()):
        if len(code) == 9:
            names.add(name, Label.TOWN, code, full=True)
            names.add(_TOWN_SHORT.sub("", name), Label.TOWN, code, full=False)
        elif code != scope:
            names.add(name, Label.DISTRICT, code, full=True)
            names.add(_SHORT.sub("", name), Label.DISTRICT, code, full=False)
    return names.close()


def read_head(text: str) -> tuple[Found, int, str]:
    """Read the divisions at the beginning: spans, where the rest begins, and the code they lead to."""
    found: Found = []
    place, scope, rank = 0, "", -1
    end = len(text)
    while place < end:
        gap = _GAP.match(text, place)
        if gap:
            found.append((place, gap.end(), Label.REDUNDANT))
            place = gap.end()
            continue
        one = _named(text, place, scope) or _suffixed(text, place, rank)
        if one is None:
            break
        stop, label, code = one
        level = _RANK[label]
        if level <= rank:
            if label is Label.TOWN and level == rank and text[place:stop] not in text[:place]:
                break
            found = [(a, b, Label.REDUNDANT) for a, b, _ in found]
        found.append((place, stop, label))
        place, rank = stop, level
        scope = code or scope
    return found, place, scope


def _named(text: str, place: int, scope: str) -> tuple[int, Label, str] | None:
    two = text[place : place + 2]
    if len(scope) >= 4 and (rows := below(scope[:6]).by_two.get(two)):
        for name, label, codes, full in rows:
            if text.startswith(name, place) and _stands(text, place + len(name), full):
                return place + len(name), label, codes[0]
    if two == "中国" and text[place + 2 : place + 4] in upper().by_two:
        return place + 2, Label.COUNTRY, ""
    for name, label, codes, full in upper().by_two.get(two, ()):
        if text.startswith(name, place) and _stands(text, place + len(name), full):
            return place + len(name), label, _code(codes, scope)
    return None


def _code(codes: tuple[str, ...], scope: str) -> str:
    if len(codes) == 1:
        return codes[0]
    inside = [code for code in codes if code.startswith(scope)] if scope else []
    return inside[0] if inside else ""


def _stands(text: str, end: int, full: bool) -> bool:
    return (_FULL_CUT if full else _BARE).match(text, end) is None


def _suffixed(text: str, place: int, rank: int) -> tuple[int, Label, str] | None:
    match = _SUFFIXED.match(text, place)
    if match is None or match.lastgroup == "stop" or match.end() - place < 2:
        return None
    label = Label(match.lastgroup)
    if label is Label.CITY and rank >= _RANK[Label.CITY]:
        label = Label.DISTRICT
    if _RANK[label] <= rank and label is not Label.TOWN:
        return None
    return match.end(), label, ""
