"""What of an address is held beside another: divisions, roads with their numbers, named places, doors, remarks.

Coarser than ``gis.address.parse`` on purpose. Two writings of one place divide it differently (an estate here is a
village there, a house number here a building there), so everything with a name of its own is a *place*, and every
number behind a place is a *building*.
"""

import re
from dataclasses import dataclass, field
from functools import lru_cache

from gis.matching.pair_text import canonical

LONGEST_TEXT = 200
"""Characters of an address that are read; real ones have a fifth of that."""

_LONGEST_ROAD = 7
_HIGHEST_FLOOR = 12
_SHORTEST_BEFORE_GATE = 5

_BRACKETS = re.compile(r"\(([^()]*)\)?")
_GATE_ALONE = re.compile(r"(?:[东南西北]{0,2}\d*号?|\d+号?)(?:大门|侧门|门|入口|出口|出入口)")
_GATE = re.compile(r"(?:[东南西北]{0,2}|[A-Z]|侧|正|后|前)?\d*号?(?:大门|门|入口|出口|出入口)$")
_STATE = re.compile(r"建设中|在建|装修中|暂停营业|地铁站|公交站")
_TWICE = re.compile(r"(.{3,}?)\1")
_MEETING = re.compile(
    r"(?:的?(?:交叉路?口|交汇处|交界处|交汇口|交叉处|交口|汇交处|路口)|[东南西北]{1,2}(?:侧|方向)?约?\d+米处?|\d+米)"
    r"(?:[东南西北]{1,2}[侧角]?)?(?:约?\d+米)?(?:路[东南西北])?"
)
_NEAR = re.compile(r"附近|斜?对面|隔壁|旁边?|门口|靠近|对门|背后|后面|前面|[东南西北]侧")
_BREAK = re.compile(r"[|,;.!:?、/+_\"']+")

_NOT_A_ROAD = "(?!街道|小区|社区|新村|新苑|花园|市场|广场)"
_NUMBER = r"(?:甲|乙|丙|附|新|临|院)?(?:\d+[A-Z]?|[A-Z]\d*)(?:[-/至](?:\d+[A-Z]?|[A-Z]\d*))*"
_TOKEN = re.compile(
    rf"(?P<number>{_NUMBER})(?P<unit>号楼|号院|号栋|号店|号线|栋楼|楼栋|幢楼|幢|栋|座|单元|门|楼|层|室|房|铺|支?弄|号"
    rf"|排|组(?!团|织)|队|社(?!区)|户|店|期|区|院|横?巷|街坊|街(?!道)|路|F)"
    rf"|(?P<road>(?:大道|大街|公路|环路|路{_NOT_A_ROAD}|街(?!道|坊|小区|社区|新村)|巷{_NOT_A_ROAD}|胡同|[国省县乡]道|高速"
    r"|道(?!口|路|教|观|具)|(?<![毛在电无光热])线(?!路|缆|厂|上|下|圈)|里弄)"
    r"(?:[东南西北中]{1,2}?段|[东南西北中]路)?)"
    r"|(?P<division>特别行政区|自治[区州县旗]|(?<![国两])省(?!道|建|委|政)|(?<![超城门都小])市(?![场政民区])|区(?!块)"
    r"|县(?![医委])|旗|街道办事处|街道|办事处|镇(?!政府|中)|乡(?![镇道])|社区(?!居委|居民|卫生|服务|医)"
    r"|村(?!委|民|卫|街道|镇|乡|小区|社区|小学|路|街|巷|大道|花园|公寓))"
    r"|(?P<floor>F\d+|B\d(?!\d)|负\d层?)"
)
_PART_OF_ESTATE = re.compile(r"(?:小|工业|园|科技园|生活|家属|校|景|厂|院|片|[A-Z东南西北中])区$")
_NEW_DISTRICT_ESTATE = re.compile(r"\d|[A-Z]|$")
_LEADING_NUMBER = re.compile(r"[-/]?(\d+(?:-\d+)*)")
_TRAILING_NUMBER = re.compile(r"(?<=.)(?:\d+|(?<![A-Z])[A-Z]\d*)$")
_OFFICE = re.compile(r"^(?:街道)?办事处")
_BUILDINGS = frozenset(("号楼", "号栋", "栋", "幢", "座", "栋楼", "幢楼", "楼栋"))
_IN_A_NAME = frozenset(("期", "区", "院", "店", "号店", "街坊", "号线"))
_LANES = frozenset(("路", "街", "巷", "横巷"))


@dataclass(slots=True)
class Road:
    """A road as written, and the number on it where one is."""

    name: str
    number: str = ""


@dataclass(slots=True)
class Side:
    """One address of a pair. ``text`` is canonical; names and numbers stand in the order of the text."""

    text: str
    divisions: list[str] = field(default_factory=list)
    villages: list[str] = field(default_factory=list)
    roads: list[Road] = field(default_factory=list)
    places: list[str] = field(default_factory=list)
    buildings: list[str] = field(default_factory=list)
    units: list[str] = field(default_factory=list)
    floors: list[str] = field(default_factory=list)
    rooms: list[str] = field(default_factory=list)
    gate: bool = False
    meeting: bool = False
    near: bool = False


@lru_cache(maxsize=1 << 12)
def read(text: str) -> Side:
    """Return the parts of an address; never raises. At most ``LONGEST_TEXT`` characters are looked at."""
    plain = canonical(text[:LONGEST_TEXT])
    side = Side(plain)
    plain = _BRACKETS.sub(lambda found: _remark(side, found[1]), plain)
    plain = _TWICE.sub(r"\1", plain)
    plain, meetings = _MEETING.subn("|", plain)
    plain, near = _NEAR.subn("|", plain)
    side.meeting, side.near = meetings > 0, near > 0
    chunks = [chunk for chunk in _BREAK.split(plain) if chunk]
    for chunk in chunks:
        gate = _GATE.search(chunk) if len(chunk) >= _SHORTEST_BEFORE_GATE else None
        side.gate = side.gate or (gate is not None and chunk is chunks[-1])
        _Chunk(side, chunk[: gate.start()] if gate else chunk).read()
    return side


def _remark(side: Side, inner: str) -> str:
    """What a bracket holds is read apart from what stands around it; gates and works under way name no place."""
    side.gate = side.gate or _GATE_ALONE.fullmatch(inner) is not None
    return "|" if _GATE_ALONE.fullmatch(inner) or _STATE.search(inner) else f"|{inner}|"


class _Chunk:
    """A run of text between two breaks, read from left to right; ``last`` is the kind of what was read last."""

    def __init__(self, side: Side, chunk: str) -> None:
        self.side, self.text, self.at, self.last = side, chunk, 0, ""

    def read(self) -> None:
        """Add the parts to the side."""
        for found in _TOKEN.finditer(self.text):
            if found.start() < self.at:
                continue
            stem = self.text[self.at : found.start()]
            if found["unit"]:
                self._number(stem, found)
            elif found["road"]:
                self._road(stem, found)
            elif found["division"]:
                self._division(stem, found)
            else:
                self._named(stem)
                self.side.floors.append("".join(filter(str.isdigit, found["floor"])))
                self._done(found, "floor")
        self._rest(self.text[self.at :])

    def _done(self, found: re.Match[str], last: str) -> None:
        self.at, self.last = found.end(), last

    def _named(self, stem: str) -> None:
        if stem:
            self.side.places.append(stem)
            self.last = "place"

    def _division(self, stem: str, found: re.Match[str]) -> None:
        name, kind = stem + found[0], found[0]
        if not stem or (kind == "区" and self._estate(name, found.end())):
            return
        if kind in ("村", "社区"):
            self.side.villages.append(name)
            self.side.places.append(name)
            self._done(found, "place")
        else:
            self.side.divisions.append(name)
            self._done(found, "division")

    def _estate(self, name: str, end: int) -> bool:
        """Whether a 区 belongs to the name of a place: 小区, A区; 新区 behind a road or before a building."""
        if name.endswith("新区"):
            return self.last == "road" or _NEW_DISTRICT_ESTATE.match(self.text, end) is not None
        return _PART_OF_ESTATE.search(name) is not None

    def _road(self, stem: str, found: re.Match[str]) -> None:
        stem = _OFFICE.sub("", stem)
        if self.last == "road" and len(stem) > 1:
            stem = stem.removeprefix("与").removeprefix("和")
        if stem in ("", "与", "和"):
            return
        self.side.roads.append(Road(stem.rpartition("与")[2][-_LONGEST_ROAD:] + found[0]))
        self._done(found, "road")

    def _number(self, stem: str, found: re.Match[str]) -> None:
        number, unit = found["number"], found["unit"]
        if unit in _IN_A_NAME:
            return
        if unit in _LANES:
            self._lane(stem, number + unit)
        else:
            self._named(stem)
            self._door(number, unit)
        self.at = found.end()

    def _lane(self, stem: str, lane: str) -> None:
        if self.last == "road" and not stem:
            self.side.roads[-1].name += lane
        else:
            self.side.roads.append(Road(stem + lane))
        self.last = "road"

    def _door(self, number: str, unit: str) -> None:
        side = self.side
        if unit in ("弄", "支弄"):
            self._numbered_road(number)
        elif unit in ("号", "号院"):
            self._house(number)
        elif unit in _BUILDINGS or (unit == "楼" and self._building(number)):
            side.buildings.append(number)
            self.last = "building"
        elif unit in ("楼", "层", "F"):
            side.floors.append(number)
            self.last = "floor"
        elif unit in ("室", "房", "铺", "户"):
            side.rooms.append(number)
            self.last = "room"
        else:
            side.units.append(number if unit in ("单元", "门") else number + unit)
            self.last = "unit"

    def _building(self, number: str) -> bool:
        """Whether N楼 is a building: a letter, behind a lane, or higher than houses are where none was named."""
        tall = number.isdigit() and int(number) > _HIGHEST_FLOOR and not self.side.buildings
        return number[0].isalpha() or self.last == "lane" or tall

    def _numbered_road(self, number: str) -> None:
        if self.last == "road":
            self.side.roads[-1].number = number
        else:
            self.side.roads.append(Road("", number))
        self.last = "lane"

    def _house(self, number: str) -> None:
        if self.last == "road" and not self.side.roads[-1].number:
            self.side.roads[-1].number = number
            self.last = "number"
        else:
            self.side.buildings.append(number)
            self.last = "building"

    def _rest(self, rest: str) -> None:
        leading = _LEADING_NUMBER.match(rest)
        if leading:
            self._bare(leading[1])
            rest = rest[leading.end() :]
        trailing = _TRAILING_NUMBER.search(rest)
        if trailing:
            self.side.buildings.append(trailing[0])
            rest = rest[: trailing.start()]
        self._named(rest.strip("-"))

    def _bare(self, number: str) -> None:
        """A number without a unit belongs to what stands before it."""
        if self.last in ("road", "lane", "place", "division"):
            self._house(number)
        else:
            self.side.rooms.append(number)
