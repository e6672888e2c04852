"""Places named beside other addresses: the fewer hold the name, the more it says; the head of a name says most."""

import re
from collections.abc import Iterator

import numpy as np

from gis.address.fold import fold
from gis.address.parts import AddressParts, Label
from gis.matching.clues import Clue, middle, round_spread, shape
from gis.matching.grams import Grams, Rows
from gis.matching.outcome import MatchLevel, Reason
from gis.matching.streets import Streets
from gis.matching.town import Town, Usable

LONGEST = 10
WHOLE_M = {2: 1300.0, 3: 600.0, 4: 400.0}
WHOLE_LONG_M = 250.0
HEAD_M = {2: 1600.0, 3: 850.0, 4: 450.0}
HEAD_LONG_M = 400.0
"""How far from an address another one lies as a rule that holds the whole name, or its first characters, by their
number: of the language (天虹商场 is one place, 天虹 perhaps two, 商场 anything), the same for every town."""
AREA_M = {MatchLevel.VILLAGE: 600.0, MatchLevel.TOWN: 2000.0}
"""How far from the middle of a village or a town an address in it lies as a rule."""
MOST_OF_AN_AREA = 400
BELIEF = 1.5
COMMON = 400
"""A name that more addresses hold says nothing of a place."""
_VILLAGES = frozenset((Label.COMMUNITY, Label.HAMLET))
_MANY_OF_A_KIND = re.compile(
    r"(?:中国|公共|新城?|老城?|小区|社区|居民|学校|学院|大学|中学|小学|实验|幼儿园?|医院|中医|卫生院?|服务|中心|公园|广场|花园|新村|超市|商场|商城|"
    r"市场|菜场|农贸|银行|工商|建设|农业|邮政|储蓄|移动|联通|电信|营业厅?|大酒店|酒店|饭店|宾馆|大厦|大楼|宿舍|公寓|派出所?|公安局?|消防|交警|大队|中队|"
    r"法院|检察院?|税务|地税|国税|财政局?|政府|街道|办事处?|管委会|村委会?|居委会?|行政|审批|车站|公交|站|停车场?|加油站?|出入|出口|入口|大门|后门|"
    r"东门|西门|南门|北门|东|西|南|北|生活区|篮球场?|健身|游客|旅游|文化|体育馆?|科技馆?|人行|立交桥?|铁路|高速|公司|集团|有限|工业园?|绿地|绿化|墙边|靠)+"
)


def pieces(place: str) -> Iterator[tuple[str, float]]:
    """The name, then ever shorter heads of it, with the distance each stands for."""
    for length in range(min(len(place), LONGEST), 1, -1):
        whole = length == len(place)
        table, long_m = (WHOLE_M, WHOLE_LONG_M) if whole else (HEAD_M, HEAD_LONG_M)
        piece = place[:length]
        if not _MANY_OF_A_KIND.fullmatch(piece):
            yield piece, table.get(length, long_m)


def best_piece(grams: Grams, place: str, usable: Usable) -> tuple[str, Rows, float] | None:
    """The longest head of the name that other addresses hold, with their rows and the distance it stands for."""
    for piece, expected_m in pieces(place):
        rows = usable(grams.rows(piece))
        if len(rows):
            return (piece, rows, expected_m) if len(rows) <= COMMON else None
    return None


def landmark(streets: Streets, town: Town, found: tuple[str, Rows, float]) -> Clue:
    """Where the addresses stand that hold the piece of the name."""
    piece, rows, expected_m = found
    points = streets.anchors(rows, town)
    at = middle(points)
    cov = shape(points, at, prior=round_spread(expected_m), belief=BELIEF)
    if len(points) < 3:
        cov = np.maximum(np.trace(cov) / 2.0, expected_m**2 / len(points)) * np.eye(2)
    reason = Reason("locating.landmark", {"place": piece, "n": len(rows)})
    return Clue(MatchLevel.LANDMARK, at, cov, rows, reason)


def area(streets: Streets, town: Town, name: str, rows: Rows, *, level: MatchLevel) -> Clue:
    """Where the addresses stand that name a village or a town."""
    points = streets.anchors(rows[:: -(-len(rows) // MOST_OF_AN_AREA)], town)
    at = middle(points)
    cov = shape(points, at, prior=round_spread(AREA_M[level]), belief=BELIEF)
    key = "locating.village" if level == MatchLevel.VILLAGE else "locating.area"
    return Clue(level, at, cov, rows, Reason(key, {"place": name, "n": len(rows)}))


def area_stem(name: str) -> str:
    """The name of a town or county without the word for its kind, as the next text may write it."""
    return name[:-1] if len(name) > 2 else name


def village_names(parts: AddressParts) -> tuple[str, ...]:
    """The villages, communities and hamlets an address names, in plain characters."""
    named = (parts.text[start:end] for start, end, label in parts.spans if label in _VILLAGES)
    return tuple(dict.fromkeys(name for name in map(fold, named) if len(name) > 1))
