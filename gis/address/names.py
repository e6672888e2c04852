"""The names of the divisions of the whole country, arranged for finding them in a text.

Four lexicons for the country, ``provinces()``, ``cities()``, ``counties()`` and ``towns()``, and ``villages()`` for
Shanghai, Jiangsu and Zhejiang. Each is built once, when first asked for. Every name in them is folded (``fold``), so
look them up in folded text. ``official(code)`` gives the official name of a code as published.
"""

import lzma
import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from importlib.resources import files

from gis.address.fold import fold

NO_NAMES = frozenset(("市辖区", "县", "省直辖县级行政区划", "自治区直辖县级行政区划"))
"""What the statistical table writes where a level has no name of its own."""

MUNICIPALITIES = ("11", "12", "31", "50")
"""Provinces that are cities: 北京市, 天津市, 上海市, 重庆市 stand among the cities too (1101, 1201, 3101, 5001)."""

_BEYOND_THE_TABLE = (("71", "台湾省"), ("81", "香港特别行政区"), ("82", "澳门特别行政区"))
"""The statistical table ends at 65; these three have province codes of GB/T 2260."""

_PEOPLES = (
    "各族|朝鲜族|土家族|苗族|藏族|羌族|彝族|布依族|侗族|哈尼族|壮族|傣族|白族|景颇族|傈僳族|回族|蒙古族|蒙古|柯尔克孜|哈萨克|哈萨克族"
    "|满族|达斡尔族|鄂温克族|鄂伦春族|畲族|瑶族|黎族|仫佬族|毛南族|仡佬族|水族|纳西族|拉祜族|佤族|布朗族|独龙族|怒族|普米族|保安族"
    "|东乡族|撒拉族|裕固族|土族|维吾尔|塔吉克|锡伯|京族|阿昌族|德昂族|俄罗斯族|赫哲族|高山族|门巴族|珞巴族|基诺族"
)
_STEMS = {
    2: re.compile(r"(?:省|市|壮族自治区|回族自治区|维吾尔自治区|自治区|特别行政区)$"),
    4: re.compile(rf"(?:市|地区|盟|(?:{_PEOPLES})*自治州)$"),
    6: re.compile(rf"(?:(?:{_PEOPLES})*自治[县旗]|新区|特区|林区|矿区|[市县区旗])$"),
    9: re.compile(rf"(?:街道办事处|街道|地区办事处|办事处|镇|(?:{_PEOPLES})*民族乡|(?:{_PEOPLES})+乡|乡|苏木)$"),
}
_PURPOSE = re.compile(
    r"(?:开发|管理|[工产]业|园|示范|试验|实验|名胜|保护|保税|食品|特殊乡|集聚|聚集|度假|旅游)[乡区]$|公司$"
)
_VILLAGERS = ("村村民委员会", "村民委员会", "村村委会", "村委会", "村")
_RESIDENTS = ("社区居民委员会", "社区居委会", "社区居委", "社区", "居民委员会", "居委会", "居委")
_ENDINGS_BY_LAST = {
    last: tuple(ending for ending in (*_VILLAGERS, *_RESIDENTS) if ending.endswith(last)) for last in "会委区村"
}


class Lexicon:
    """The names of one level.

    ``full``
        Every complete way of writing (浙江省, 常熟市, 虞山街道, 聚沙村, 聚沙村委会, former names such as 江干区) ->
        the codes that bear it, in order. More than one code: namesakes, or several successors of a former name.
    ``bare``
        The proper name alone (浙江, 常熟, 虞山, 聚沙), two characters at least -> codes. A name may stand in both.
    ``heads``
        First two characters -> the lengths of the names that begin so, longest first: a scan of a text needs one
        look-up a place.
    """

    __slots__ = ("bare", "full", "heads")

    def __init__(self, full: Mapping[str, tuple[str, ...]], bare: Mapping[str, tuple[str, ...]]) -> None:
        self.full, self.bare = full, bare
        lengths: dict[str, set[int]] = {}
        for names in (full, bare):
            for name in names:
                lengths.setdefault(name[:2], set()).add(len(name))
        self.heads = {head: tuple(sorted(found, reverse=True)) for head, found in lengths.items()}

    def longest(self, text: str, start: int = 0) -> str | None:
        """Return the longest name, complete or bare, that begins at ``start`` of a folded text; None where none."""
        for length in self.heads.get(text[start : start + 2], ()):
            name = text[start : start + length]
            if name in self.full or name in self.bare:
                return name
        return None

    def longest_full(self, text: str, start: int = 0) -> str | None:
        """Return the longest complete name that begins at ``start`` of a folded text; None where none."""
        for length in self.heads.get(text[start : start + 2], ()):
            name = text[start : start + length]
            if name in self.full:
                return name
        return None

    def codes(self, name: str) -> tuple[str, ...]:
        """Return the codes of a folded name, complete or bare; complete wins. Empty where nobody bears it."""
        return self.full.get(name) or self.bare.get(name, ())


def provinces() -> Lexicon:
    """Provinces, 2 digits: 浙江省 and 浙江, 内蒙古自治区 and 内蒙古."""
    return _lexicon(2)


def cities() -> Lexicon:
    """Cities, prefectures and leagues, 4 digits: 苏州市 and 苏州, 恩施; the four municipalities among them."""
    return _lexicon(4)


def counties() -> Lexicon:
    """Counties, county-level cities and districts, 6 digits: 常熟市 and 常熟, 景宁; former ones with successors."""
    return _lexicon(6)


def towns() -> Lexicon:
    """Towns, townships and sub-districts, 9 digits: 虞山街道 and 虞山. A town that became a sub-district is bare."""
    return _lexicon(9)


def stem(name: str, digits: int) -> str:
    """Return the proper name of a division of 2, 4, 6 or 9 digits: 广西壮族自治区 -> 广西; short ones stay whole."""
    bare = _STEMS[digits].sub("", name) if _PURPOSE.search(name) is None else name
    return bare if len(bare) >= 2 else name


@cache
def villages() -> Lexicon:
    """Villages and communities of 31, 32, 33, 12 digits: 聚沙村, 聚沙村委会 and 聚沙; 菱塘社区, 菱塘居委会 and 菱塘."""
    full: dict[str, tuple[str, ...]] = {}
    bare: dict[str, tuple[str, ...]] = {}
    for code, name in _village_names().items():
        folded = fold(name)
        proper = village_stem(folded)
        for form in village_forms(folded, proper):
            full[form] = (*full.get(form, ()), code)
        if proper is not folded:
            bare[proper] = (*bare.get(proper, ()), code)
    return Lexicon(full, bare)


def village_stem(name: str) -> str:
    """Return the proper name of a village: 聚沙村委会 -> 聚沙, 菱塘社区居委会 -> 菱塘, 马家路居委会 -> 马家路."""
    for ending in _ENDINGS_BY_LAST.get(name[-1:], ()):
        if name.endswith(ending):
            return name[: -len(ending)] if len(name) > len(ending) + 1 else name
    return name


def official(code: str) -> str | None:
    """Return the official name of a code of 2, 4, 6, 9 or (in 31, 32, 33) 12 digits; None for an unknown one.

    Also None where the table has no name of its own for the level (3101 市辖区): such a level is not written.
    """
    if len(code) == 12:
        return _village_names().get(code)
    return _names_by_code().get(code)


def below(scope: str, digits: int) -> Iterator[tuple[str, str]]:
    """Codes of 6, 9 or 12 digits and folded names of what lies in a division today, in order of the codes."""
    codes, table = (_village_codes(), _village_names()) if digits == 12 else (_codes(), _names_by_code())
    for code in codes[bisect_left(codes, scope) : bisect_left(codes, f"{scope}:")]:
        if len(code) == digits:
            yield code, fold(table[code])


@cache
def _codes() -> list[str]:
    return sorted(_names_by_code())


@cache
def _village_codes() -> list[str]:
    return sorted(_village_names())


@cache
def former_counties() -> Mapping[str, tuple[str, ...]]:
    """Former names of counties, folded, with the codes of today that cover their land: 江干区 -> 上城区, 钱塘区."""
    found: dict[str, tuple[str, ...]] = {}
    path = files("gis").joinpath("data/former.csv")
    for line in path.read_text(encoding="utf-8").splitlines()[1:] if path.is_file() else ():
        name, code, _ = line.split(",")
        found[fold(name)] = (*found.get(fold(name), ()), code)
    return found


@cache
def _lexicon(digits: int) -> Lexicon:
    full: dict[str, tuple[str, ...]] = {}
    bare: dict[str, tuple[str, ...]] = {}
    for code, official_name in _of_level(digits):
        name = fold(official_name)
        full[name] = (*full.get(name, ()), code)
        proper = stem(name, digits)
        if proper != name:
            bare[proper] = (*bare.get(proper, ()), code)
    for name, codes in former_counties().items() if digits == 6 else ():
        borne = full.get(name, ())
        full[name] = (*borne, *(code for code in codes if code not in borne))
    return Lexicon(full, bare)


def _of_level(digits: int) -> Iterator[tuple[str, str]]:
    names = _names_by_code()
    yield from ((code, name) for code, name in names.items() if len(code) == digits)
    if digits == 4:
        yield from ((f"{code}01", names[code]) for code in MUNICIPALITIES)


@cache
def _names_by_code() -> dict[str, str]:
    rows = {code: name for code, name in _rows("divisions") if name not in NO_NAMES}
    return {**rows, **dict(_BEYOND_THE_TABLE)}


@cache
def _village_names() -> dict[str, str]:
    return dict(_rows("villages"))


def _rows(name: str) -> Iterable[tuple[str, str]]:
    packed = files("gis").joinpath(f"data/{name}.csv.xz").read_bytes()
    lines = lzma.decompress(packed).decode().splitlines()[1:]
    return ((code, rest) for code, _, rest in (line.partition(",") for line in lines))


def village_forms(name: str, proper: str) -> tuple[str, ...]:
    """Return the complete ways of writing a village; ``proper`` is its ``village_stem``."""
    if name.endswith("社区"):
        return (name, f"{proper}居委会", f"{proper}社区居委会")
    if name.endswith(("居委会", "居民委员会")):
        full = f"{proper}社区居委会" if name != f"{proper}社区居委会" else f"{proper}居委会"
        return (name, f"{proper}社区", full)
    if proper is name or name == f"{proper}村":
        return (name,)
    return (name, f"{proper}村") if name == f"{proper}村委会" else (name, f"{proper}村", f"{proper}村委会")
