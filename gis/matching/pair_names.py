"""Names of places held beside each other: what of a name tells it from others, and how like two are.

The words below and in ``pair_everyday_names.txt`` are words of the language and of the market (kinds of places,
builders, chains, good omens that estates are called after all over the country), written down from general knowledge.
"""

import re
from enum import IntEnum
from functools import cache, lru_cache
from importlib.resources import files

from gis.address.names import cities, counties, provinces
from gis.matching.sounds import alike, same_sound

_ENDS = (
    "股份有限公司|有限责任公司|有限公司|总公司|分公司|公司|居民委员会|村民委员会|委员会|居委会|村委会|住宅小区|安置小区"
    "|小区|新村|花园|花苑|家园|佳苑|嘉园|新苑|雅苑|新寓|庄园|苑|园|大厦|大楼|大夏|广场|公寓|社区|村|工业区|工业园区|工业园"
    "|科技园|产业园|园区|生活区|家属院|家属楼|宿舍楼|宿舍|超市|商店|门市部|营业部|商场|商城|购物中心|大酒店|酒店|宾馆|饭店"
    "|学校|中心|市场|厂|店|[0-9A-Z东南西北][区期]"
)
_END = re.compile(rf"(?:{_ENDS})$")
_BORDER = re.compile(
    r"(?<=.)(?:股份有限公司|有限责任公司|有限公司|(?<!分)公司|小区|新村|花园|花苑|家园|佳苑|嘉园|新苑|雅苑|新寓|大厦|大楼|广场"
    r"|公寓|社区|工业区|工业园|科技园|产业园|园区|开发区|商城|超市|医院|大学|中学|小学|酒店|宾馆|饭店|市场|新城|山庄|别墅|庄园)"
    r"(?=..)"
)
_ORDINAL = re.compile(r"第$")
_PART = re.compile(r"([0-9A-Z东南西北中甲乙])(?:区|期|苑|村|组团|院)")
_KINDS = {
    "business": re.compile(
        r"(?:公司|厂|店|超市|宾馆|饭庄|馆|行|中心|网吧|会所|市场|商场|商城|集团|经营部|门市部|批零|发艺|造型|公厕|公共厕所"
        r"|驿站|便利|药房|诊所|快递柜|充电站)$"
    ),
    "institution": re.compile(
        r"(?:小学|中学|大学|学院|学校|幼儿园|医院|卫生院|卫生室|派出所|委员会|村委会|居委会|服务站|局|政府|站|支部|法院)$"
    ),
    "village": re.compile(r"[村庄屯寨湾坪洼营屋寺岗]$"),
    "ground": re.compile(r"[路街桥线河山]$"),
}
_STRONGEST = 4
_SHORTEST_TYPO = 3


class Likeness(IntEnum):
    """How like two names are."""

    NONE = 0
    SIMILAR = 1
    WITHIN = 2
    SAME = 3


@lru_cache(maxsize=1 << 14)
def core(name: str) -> str:
    """Return what tells a name from others of its kind: 江苏东方燃油有限公司 -> 东方燃油, 君临紫金小区 -> 君临紫金."""
    kept = _without_region(name)
    for _ in range(2):
        shorter = _END.sub("", kept)
        kept = shorter if len(shorter) > 1 else kept
    return kept


def _without_region(name: str) -> str:
    rest = name.removeprefix("中国")
    region = provinces().longest(rest) or cities().longest(rest) or counties().longest_full(rest)
    after = rest[len(region) :].lstrip("省市") if region else rest
    return after if len(after) > 2 else name


@lru_cache(maxsize=1 << 12)
def single_names(places: tuple[str, ...]) -> tuple[str, ...]:
    """Return every name once, those written in one run cut apart: 西善花苑祥和园 -> 西善花苑, 祥和园."""
    cut = "|".join(_BORDER.sub(r"\g<0>|", _ORDINAL.sub("", place)) for place in places).split("|")
    return tuple(dict.fromkeys(name for name in cut if len(name) > 1))


@lru_cache(maxsize=1 << 14)
def strength(name: str) -> int:
    """How much a name tells, from 1 (found in every town) to 4: the length of its core."""
    own = core(name)
    return 1 if own in _everyday() else min(len(own), _STRONGEST)


@cache
def _everyday() -> frozenset[str]:
    lines = (files(__package__) / "pair_everyday_names.txt").read_text(encoding="utf-8").splitlines()
    return frozenset(name for line in lines if not line.startswith("#") for name in line.split())


@lru_cache(maxsize=1 << 14)
def kind(name: str) -> str:
    """Return what sort of thing bears the name; ``home`` where its end does not say."""
    return next((kind for kind, end in _KINDS.items() if end.search(name)), "home")


def parts_of_estate(text: str) -> frozenset[str]:
    """Return the numbers, letters and sides that tell quarters apart: 金桂2区B期 -> {2, B}."""
    return frozenset(_PART.findall(text))


@lru_cache(maxsize=1 << 15)
def likeness(one: str, other: str) -> Likeness:
    """How like two names are: the same core, one core inside the other, or a long core with one character changed."""
    own, its = core(one), core(other)
    if own == its or _heard_alike(own, its):
        return Likeness.SAME
    if sorted(own) == sorted(its) or (len(own) > 1 and own in its) or (len(its) > 1 and its in own):
        return Likeness.WITHIN
    changed = sum(a != b for a, b in zip(own, its, strict=False))
    return Likeness.SIMILAR if len(own) == len(its) >= _STRONGEST and changed == 1 else Likeness.NONE


def _heard_alike(own: str, its: str) -> bool:
    """One character in three taken for another of the same sound or shape."""
    if len(own) != len(its) or len(own) < _SHORTEST_TYPO:
        return False
    changed = [(a, b) for a, b in zip(own, its, strict=True) if a != b]
    return len(changed) * 3 <= len(own) and all(same_sound(a, b) or alike(a, b) for a, b in changed)
