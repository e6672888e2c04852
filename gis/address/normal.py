"""The canonical text of a part of an address, so that two ways of writing one thing become one text.

Numbers become Arabic, units one word of their kind, names plain characters. Names keep Chinese numerals (兴慈三路,
金桂三区), doors have Arabic ones (108号, 3单元). ``norm`` of what ``norm`` returned is the same.
"""

import re
from collections.abc import Callable
from functools import lru_cache

from gis.address.fold import fold
from gis.address.names import Lexicon, cities, counties, official, provinces
from gis.address.numerals import NUMERALS, chinese, digits_of
from gis.address.parts import Label
from gis.division import short_name

WIDEST_RANGE = 100
"""89-91号 and 100-180号 are rows of doors; 1-305号 is door 305 of house 1."""

_STEMS_OF_TEN = "甲乙丙丁戊己庚辛壬癸"
_BREAKS = re.compile(r"\s+")
_HAN_NUMBER = re.compile(
    rf"第?([{NUMERALS}]+)(?=[#号栋幢座宅单门梯层楼室房户间组队社区期弄铺院排甲乙丙丁之附至到,(-]|村民小组|$)"
)
_ORDINAL = re.compile(r"第(?=[0-9])")
_UNIT_OF_DOORS = re.compile(
    rf"(?<=[0-9])(?:#|门牌号?|号门牌|号)(?=[-,之附至到]|[{_STEMS_OF_TEN}A-Z]号?$|$)|(?<=[A-Z{_STEMS_OF_TEN}])号$"
)
_SIGNS = re.compile(r"(?<=[0-9A-Z])[-,./]+")
_LOOSE_SIGN = re.compile(r"[-,](?=[号室房]|$)")
_JOINED = re.compile(r"(?<=[0-9])(?:至|到)(?=[0-9])")
_SUB = re.compile(r"([0-9]+)[之附]([0-9]+)")
_ZEROS = re.compile(r"(?<![0-9])0+(?=[0-9])")
_DOOR = re.compile(
    rf"(?:门牌)?(?P<before>[^0-9{_STEMS_OF_TEN}]{{0,4}}?)(?P<head>[{_STEMS_OF_TEN}]?)(?P<number>[0-9]+(?:[-之附,][0-9]+)*)"
    rf"(?P<tail>[{_STEMS_OF_TEN}A-Z]?(?:-[0-9]+)?)"
)
_ROW = re.compile(r"([0-9]{1,5})[-,]([0-9]{1,5})(?![0-9]|-)")
_FIRST_NUMBER = re.compile(r"[0-9]+")

_BUILDING = re.compile(r"(?<=[0-9A-Z甲乙丙丁戊己东南西北中])(?:号楼|号幢|号栋|号座|幢楼|栋楼|[#栋幢座宅楼])$")
_CELL = re.compile(r"(?<=[0-9A-Z甲乙丙丁东南西北中])(?:号单元|单元楼|单元门|单元|号门|号梯|门洞|门|梯)$")
_GROUP = re.compile(r"(?<=[0-9A-Z甲乙丙丁东南西北中])号?(?:村民小组|居民小组|生产队|生产组|小组|[组队社])$")
_GROUP_ALONE = re.compile(rf"第?(?:[0-9]{{1,3}}|[{NUMERALS}]{{1,4}})号?(?:村民小组|居民小组|生产队|小组|[组队社])")
_GROUP_LOST = re.compile(r"^组(?![团织])(?=[\u4e00-\u9fff]{2,}(?:路|大道|街)$)")
_ROOM = re.compile(r"(?<=[0-9A-Z甲乙丙丁])(?:号房间|房间|号室|号房|号户|[号#室房户])$")
_ENDS_BARE = re.compile(r"(?:^|[0-9A-Z-])[0-9]+[A-Z]?$")
_BUILDING_BARE = re.compile(r"^(?:[0-9A-Z-]*[0-9][A-Z]?|[A-Z])$")

_LEVEL = re.compile(r"(?P<down>负|地下|B|-)?(?P<from>[0-9]{1,3})(?:[-,](?P<to>[0-9]{1,3}))?(?:[F层楼]|$)")
_LIFT_LEVEL = re.compile(r"(?P<letter>[FL])(?P<from>[0-9]{1,2})(?P<to>)层?")
_NEIGHBOURS = re.compile(rf"([{NUMERALS}])([{NUMERALS}])[楼层]$")
_WORDS_FOR_LEVELS = {"底层": "1层", "底楼": "1层", "地面层": "1层", "地下室": "-1层", "地下": "-1层", "地下层": "-1层"}

_NAMED_NUMBER = re.compile(
    r"(?<![0-9A-Z.#-])第?([1-9][0-9]?)(?=号?(?:支?路|大?街|巷|大?道|支线|线|桥|院|公馆)(?!口)|[区期村坊里园苑横纵环经纬]|组团|社区|支弄)"
)
_STATE_ROAD = re.compile(rf"([{NUMERALS}]{{3,4}})(?=[国省县乡]道|[县乡]?线)")
_LANE = re.compile(r"([0-9]+)号?弄$")
_QUOTES = re.compile(r"[\"',]")
_OFFICE = re.compile(r"街道(?:办事处|办公室|办)$")


@lru_cache(maxsize=1 << 17)
def norm(label: str, text: str) -> str:
    """Return the canonical text of a part that was read as ``label``.

    一百零八号 -> 108号, 甲12号 -> 12甲号, 12号之3 -> 12-3号 (roadno); 一号楼, 1栋, 1# -> 1幢, b座 -> B幢 (houseno);
    2门, 2梯 -> 2单元 (cellno); 3F, 三楼 -> 3层, B1, 地下一楼 -> -1层 (floorno); 二〇三房 -> 203室, 03 -> 03室 (roomno);
    十二村民小组, 12队 -> 12组 (group); 兴慈3路 -> 兴慈三路 (road), 五百弄 -> 500弄; 浙江 -> 浙江省 where only one
    division of the level has the name. Never raises; white space is dropped.
    """
    plain = _BREAKS.sub("", fold(text)).upper()
    done = _HOW.get(label, _name)(plain)
    return done if done == plain else _settled(label, done)


def _settled(label: str, text: str) -> str:
    """Apply the rules until they change nothing more; odd texts need a second round."""
    for _ in range(4):
        again = _HOW.get(label, _name)(text)
        if again == text:
            return text
        text = again
    return text


def number_of(text: str) -> int | None:
    """Return the first number of a part as ``norm`` writes it: 12甲号 -> 12, 89-91号 -> 89; None without digits."""
    found = _FIRST_NUMBER.search(text)
    return int(found[0]) if found else None


def number_range(text: str) -> tuple[int, int] | None:
    """Return the first and last door of a row: 89-91号 -> (89, 91), 89、91号 too; None for one door.

    ``12-3号`` is sub-number 3 of door 12, for a row never runs down; ``12附15号`` and ``12之15号`` are sub-numbers
    whatever their size; ``1-305号`` spans more than ``WIDEST_RANGE`` doors and is room 305 of house 1.
    """
    plain = _door(_BREAKS.sub("", fold(text)).upper())
    found = _ROW.search(plain)
    if found is None:
        return None
    low, high = int(found[1]), int(found[2])
    return (low, high) if low < high <= low + WIDEST_RANGE else None


def suite_of(room: str) -> str | None:
    """Return floor and door as four digits: '203' -> '0203', '1003' -> '1003'; None where they cannot be told."""
    digits = room if room.isascii() and room.isdigit() else ""
    if len(digits) not in (3, 4):
        return None
    suite = digits.zfill(4)
    return None if suite[:2] in ("00", "90") or suite[2:] == "00" else suite


def _arabic(text: str) -> str:
    return _ORDINAL.sub("", _HAN_NUMBER.sub(lambda found: digits_of(found[1]) or found[0], text))


def _listed(text: str) -> str:
    """One sign between numbers: 123--125 and 869-、871 are rows, 415/416 are two; none before a unit or at an end."""
    if not _SIGNS.search(text):
        return text
    text = _SIGNS.sub(lambda found: "-" if "-" in found[0] else ",", text)
    return _LOOSE_SIGN.sub("", text)


def _door(text: str) -> str:
    """Doors of a road or a lane: the number, a sub-number after a dash, 甲 or A behind it, 号 at the end."""
    text = _UNIT_OF_DOORS.sub("", _listed(_arabic(text)))
    text = _ZEROS.sub("", _JOINED.sub("-", text))
    found = _DOOR.fullmatch(text)
    if found is None:
        return text
    number = _SUB.sub(_sub_number, found["number"])
    return f"{found['before']}{number}{found['head']}{found['tail']}号"


def _sub_number(found: re.Match[str]) -> str:
    """12附3 is written 12-3 where nobody could take it for a row of doors."""
    first, second = found[1], found[2]
    return f"{first}附{second}" if int(first) < int(second) <= int(first) + WIDEST_RANGE else f"{first}-{second}"


def _building(text: str) -> str:
    text = _ZEROS.sub("", _arabic(text))
    if _BUILDING_BARE.match(text):
        return f"{text}幢"
    return _BUILDING.sub("幢", text)


def _cell(text: str) -> str:
    text = _ZEROS.sub("", _arabic(text))
    if _BUILDING_BARE.match(text):
        return f"{text}单元"
    return _BUILDING.sub("幢", _CELL.sub("单元", text))


def _floor(text: str) -> str:
    if text in _WORDS_FOR_LEVELS:
        return _WORDS_FOR_LEVELS[text]
    neighbours = _NEIGHBOURS.fullmatch(text)
    if neighbours:
        text = _between(neighbours)
    plain = _ZEROS.sub("", _arabic(text))
    found = _LIFT_LEVEL.fullmatch(plain) or _LEVEL.fullmatch(plain)
    if found is None:
        return plain
    down = "-" if found.groupdict().get("down") else ""
    high = f"-{found['to']}" if found["to"] else ""
    return f"{down}{found['from']}{high}层"


def _between(found: re.Match[str]) -> str:
    """一二楼 is the first and the second floor; 十二楼 and 三三楼 are one floor."""
    low, high = digits_of(found[1]), digits_of(found[2])
    if low is None or high is None or len(low) > 1 or len(high) > 1 or int(high) != int(low) + 1:
        return found[0]
    return f"{low}-{high}层"


def _room(text: str) -> str:
    text = _listed(_arabic(text))
    return f"{text}室" if _ENDS_BARE.search(text) else _ROOM.sub("室", text)


def _group(text: str) -> str:
    text = _ZEROS.sub("", _arabic(text))
    return f"{text}组" if text.isdigit() else _GROUP.sub("组", text)


def _name(text: str) -> str:
    text = _QUOTES.sub("", text)
    text = _STATE_ROAD.sub(lambda found: digits_of(found[1]) or found[0], text)
    return _NAMED_NUMBER.sub(lambda found: chinese(int(found[1])), text)


def _road(text: str) -> str:
    """A group of a village stands where a road would (12组8号) and is written as one.

    A 组 without its number before a road (三塘村组尚德路) is no part of the road's name.
    """
    return _group(text) if _GROUP_ALONE.fullmatch(text) else _name(_GROUP_LOST.sub("", text))


def _lane(text: str) -> str:
    lane = _LANE.fullmatch(_arabic(text))
    return f"{int(lane[1])}弄" if lane else _name(text)


def _village(text: str) -> str:
    return short_name(_name(text)) if text else text


def _town(text: str) -> str:
    return _OFFICE.sub("街道", text)


def _division(level: Callable[[], Lexicon]) -> Callable[[str], str]:
    def named(text: str) -> str:
        names = {official(code[:2] if code in _CITIES_THAT_ARE_PROVINCES else code) for code in level().codes(text)}
        return fold(names.pop() or text) if len(names) == 1 else text

    return named


_CITIES_THAT_ARE_PROVINCES = ("1101", "1201", "3101", "5001")

_HOW: dict[str, Callable[[str], str]] = {
    Label.PROV: _division(provinces),
    Label.CITY: _division(cities),
    Label.DISTRICT: _division(counties),
    Label.TOWN: _town,
    Label.COMMUNITY: _village,
    Label.GROUP: _group,
    Label.ROAD: _road,
    Label.SUBROAD: _lane,
    Label.ROADNO: _door,
    Label.SUBROADNO: _door,
    Label.HOUSENO: _building,
    Label.CELLNO: _cell,
    Label.FLOORNO: _floor,
    Label.ROOMNO: _room,
}
