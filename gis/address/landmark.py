"""Landmark phrases: the roads a text names, the crossing, how far and which way from it, and the places beside.

'解放路与中山路交叉口东50米路北天虹商场对面' names two roads, a move of 50 m to the east, the northern side, a place.
The reading is lexical and knows no town: which of several possible names a road has is settled by whoever holds
a reference (``same_road``).
"""

import re
from functools import lru_cache
from typing import NamedTuple

Vector = tuple[float, float]
"""East and north, in metres or as a direction."""

STILL: Vector = (0.0, 0.0)
SIDE_M = 12.0
"""How far a door stands from the middle of its road, when a text says which side."""
CORNER_M = 25.0
BEYOND_M = 50.0
"""How far off a crossing a text means that says only on which side of it."""

_EAST = {"东": 1.0, "西": -1.0}
_NORTH = {"北": 1.0, "南": -1.0}
_UNIT_M = {"米": 1.0, "m": 1.0, "M": 1.0, "公里": 1000.0, "千米": 1000.0, "里": 500.0, "km": 1000.0}

_AREA = re.compile(
    r"[一-龥]{2,8}?(?:自治州|自治县|特别行政区|省|市|自治区|区(?!域)|县|旗|街道(?=[一-龥])|镇|乡)"
    r"(?![政区府民场场委医花])"
)
_ROAD = re.compile(
    r"[GSXYC]\d{2,4}(?:国道|省道|县道|乡道|线)?|\d{2,4}(?:国道|省道|县道|乡道)"
    r"|[东南西北]?(?:[一二三四五六内中外])?环(?:[东南西北]路|[东南西北](?![一-龥]?[米侧边面])|路|线)"
    r"|[东南西北][一二三四五六内中外]环"
    r"|[一-龥A-Za-z0-9]{1,7}?(?:大道|大街|公路|马路|胡同|路|街(?!道办|道社区|道)|(?<![人行街通轨河渠航隧车水])道(?!路|口)|巷|弄(?!\d)|里弄)"
)
_NOT_ROADS = re.compile(
    r"(?:.*(?:[十丁T三岔][字子]?|岔|天桥|高铁|交叉|转盘|人行)|[过天道马公铁上支小大]|[一二三四五多])(?:路|道|街)"
)
_LINK = "与和及跟同至到在近过沿往向从、"
_LEAD = re.compile(r"^(?:位于|坐落于?|座落于?|靠近|临近|邻近|紧邻|[与和及跟同至在近过沿往从、的])")
_MOVE = re.compile(
    r"([东西][南北]|[南北][东西]|[东南西北])(?:角|侧|边|面|方向|首|行|走)?约?(\d+(?:\.\d+)?)(公里|千米|km|米|里|m|M|(?![\d.号#\-路街道栋幢楼室弄巷线]))"
)
_SIDE = re.compile(r"(?:^|[路街道])的?([东南西北])(?:侧|边|面)?(?=$|[,,。;;()（）、\s])")
_FLANK = re.compile(r"([东西][南北]|[南北][东西]|[东南西北])(?:侧|边|面|角)")
_BEYOND = re.compile(r"(?:口|路口|街口)?[以往向偏]?([东南西北])(?=$|[)，,。;;、(])")
_STRETCH = re.compile(r"([东南西北中])(?:段|首|头|端|口)")
_NUMBER = re.compile(r"^(\d{1,5})(?:[-之~至]\d{1,5})?(?:号|#|$)")
_VILLAGE_NUMBER = re.compile(r"(?:村|社区|组|队|里|埭|宅|浜|庄|湾|桥|塘|岸)(\d{1,5})(?:[-之]\d{1,5})?号")
_FILLER = re.compile(
    r"公交站台|公交车站|公交站牌?|公交站点?|巴士站|站台|站牌|站点|停车场|停车位|人行道上?|绿化带?|树与树之间|出入口|入口处?|出口处?|"
    r"正?大?门(?:口|前|外|内|旁|左侧|右侧)?|斜?正?对面|附近|旁边?|隔壁|中间|之间|门店|[左右前后]侧|"
    r"[东南西北]{1,2}(?:大?门|侧|边|面|角|首|口|方向|段|头|端)|交叉路?口?处?|交[汇界接](?:路口|处|口)?|交口|路口处?|[以往向偏][东南西北]|位于|靠近|"
    r"院内|院外|十字|丁字|T字|转盘|路[东南西北](?![一-龥])|[一二三]?期$|延伸段?|约?\d+米?|\(|\)|（|）|[,,。;;、:：\s“”\"'*/]+"
)


class Phrase(NamedTuple):
    """A landmark phrase: what it names, and the way from there to the place meant.

    ``move`` is the way in metres (east, north) from the crossing or place named; ``side`` the way from the middle of
    the road to the door; ``runs`` +1 where the text implies that its first road runs east-west, -1 north-south, 0
    unsaid; ``stretch`` the part of the road as a direction; ``number`` the door number after the road or village;
    ``places`` what is left, cut at the words that only say where.
    """

    roads: tuple[str, ...]
    move: Vector
    side: Vector
    runs: int
    stretch: Vector
    number: int | None
    places: tuple[str, ...]
    areas: tuple[str, ...]


@lru_cache(maxsize=200_000)
def read_landmark(text: str) -> Phrase:
    """Read a landmark phrase from folded text; never raises, an empty phrase where nothing is recognised."""
    plain, areas = _cut_areas(text)
    found = _roads(_MOVE.sub(_blank, plain))
    roads = tuple(dict.fromkeys(name for name, _, _ in found))
    tail = plain[found[-1][2] :] if found else plain
    move, way = _moved(tail)
    if len(roads) > 1 and move == STILL and (beyond := _BEYOND.match(tail)):
        way, step = beyond[1], _vector(beyond[1])
        move = step[0] * BEYOND_M, step[1] * BEYOND_M
        tail = plain[found[0][2] : found[-1][1]]
    side = _sided(tail, crossing=len(roads) > 1 and move == STILL)
    number = _NUMBER.match(tail) if found else _VILLAGE_NUMBER.search(plain)
    return Phrase(
        roads=roads,
        move=move,
        side=side,
        runs=_runs(way, side),
        stretch=_stretch(tail),
        number=int(number[1]) if number else None,
        places=_places(plain, found),
        areas=areas,
    )


def _blank(match: re.Match[str]) -> str:
    return "," * len(match[0])


def same_road(name: str, other: str) -> bool:
    """Whether two names may be one road: equal, or one with a place or a linking word in front of it.

    '石浦宏川路' is '宏川路'; '中山东路' is never '山东路': one more character in front is another name, two a place.
    """
    short, long = sorted((name, other), key=len)
    if not long.endswith(short):
        return False
    extra = long[: len(long) - len(short)]
    return not extra or extra in _LINK or (len(extra) > 1 and len(road_stem(short)) > 1)


@lru_cache(maxsize=50_000)
def road_stem(name: str) -> str:
    """The name without its suffix and its part of the compass: 人民南路, 人民中路 and 人民路 are all 人民."""
    bare = re.sub(r"(?:大道|大街|公路|马路|胡同|路|街|道|巷|弄)$", "", name)
    return bare[:-1] if len(bare) > 2 and bare[-1] in "东南西北中" else bare


def compass(name: str) -> Vector:
    """The direction in a road's name: 人民南路 is the southern part, (0, -1)."""
    found = re.search(r"[一-龥]{2}([东南西北])(?:大道|大街|路|街|道)$", name)
    return _vector(found[1]) if found else STILL


def road_head(name: str) -> str:
    """The place that may stand in front of a long name of a road (石浦宏川路), '' for a short one."""
    stem = road_stem(name)
    return stem[:2] if len(stem) > 3 else ""


def road_runs(name: str) -> int:
    """+1 where the name says the road runs east-west (人民东路), -1 north-south (人民南路), 0 where it does not say."""
    east, north = compass(name)
    return int(abs(east) - abs(north))


def _cut_areas(text: str) -> tuple[str, tuple[str, ...]]:
    """Take province, city, county and town off the front; what is cut leaves no trace in the rest."""
    areas: list[str] = []
    while found := _AREA.match(text):
        if _ROAD.match(text) and "路" in found[0]:
            break
        areas.append(found[0])
        text = text[found.end() :]
    return text, tuple(areas)


def _roads(text: str) -> list[tuple[str, int, int]]:
    """Names of roads with their places in the text, linking words taken off."""
    found: list[tuple[str, int, int]] = []
    for match in _ROAD.finditer(text):
        name = match[0]
        lead = _LEAD.match(name)
        while lead and len(name) - lead.end() > 2:
            name = name[lead.end() :]
            lead = _LEAD.match(name)
        if len(name) < 2 or _NOT_ROADS.fullmatch(name):
            continue
        found.append((name, match.end() - len(name), match.end()))
    return found


def _vector(compass: str) -> Vector:
    east = sum(_EAST.get(letter, 0.0) for letter in compass)
    north = sum(_NORTH.get(letter, 0.0) for letter in compass)
    return east, north


def _moved(tail: str) -> tuple[Vector, str]:
    """All moves of the text added up, and the first one's direction."""
    east = north = 0.0
    way = ""
    for compass, amount, unit in _MOVE.findall(tail):
        metres = float(amount) * _UNIT_M.get(unit, 1.0)
        step = _vector(compass)
        scale = metres / max(1.0, (step[0] ** 2 + step[1] ** 2) ** 0.5)
        if metres <= 5000.0:
            east, north = east + step[0] * scale, north + step[1] * scale
            way = way or compass
    return (east, north), way


def _sided(tail: str, *, crossing: bool) -> Vector:
    """The last side named (路东), else the corner or flank (东南角, 北侧)."""
    side = _SIDE.search(tail) or re.search(r"米([东南西北])$", tail)
    if side:
        step = _vector(side[1])
        return step[0] * SIDE_M, step[1] * SIDE_M
    flank = _FLANK.search(tail)
    if not flank:
        return STILL
    reach = CORNER_M if crossing else SIDE_M
    step = _vector(flank[1])
    return step[0] * reach, step[1] * reach


def _runs(way: str, side: Vector) -> int:
    """Which way the first road runs: along the move, across the side."""
    if len(way) == 1:
        return 1 if way in _EAST else -1
    if side[0] and not side[1]:
        return -1
    return 1 if side[1] and not side[0] else 0


def _stretch(tail: str) -> Vector:
    found = _STRETCH.match(tail)
    return _vector(found[1]) if found else STILL


def _places(text: str, roads: list[tuple[str, int, int]]) -> tuple[str, ...]:
    """What stands between and after the roads, cut at the words that say only where."""
    pieces, last = [], 0
    for _, start, end in roads:
        pieces.append(text[last:start])
        last = end + text.startswith("上", end)
    pieces.append(text[last:])
    cut = (part for piece in pieces for part in _FILLER.split(_MOVE.sub(",", piece)))
    return tuple(dict.fromkeys(part for part in cut if part and len(part) > 1))
