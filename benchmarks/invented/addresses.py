"""Standard addresses made up by a seed, other ways of writing them, and the slips people make in them.

Towns and villages are the real ones of Changshu; roads, lanes, hamlets and estates are invented.
"""

import csv
import lzma
import random
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from importlib.resources import files
from typing import NamedTuple

from gis.matching.reference import ReferenceAddress
from gis.matching.sounds import alike, syllable

COUNTY = "320581"
PROVINCE, CITY, DISTRICT = "江苏省", "苏州市", "常熟市"
NAME_CHARS = (
    "安白宝碧滨昌长辰承澄春慈翠丹德定董端发方芳枫福富甘高工观光广桂海杭和恒红虹洪鸿湖华环黄惠慧吉佳嘉江锦景静菊聚康兰乐莲良林临灵"
    "柳龙隆芦梅美民明牡南宁盘平启前钱青清庆泉仁荣瑞润森沙尚绍胜盛施石书双水顺思松苏泰棠塘桃天田庭通同望文梧西溪贤香祥向协谢新星兴秀"
    "徐学雅烟延阳杨耀银迎永友虞玉裕园元月云泽张招珍振正中珠竹紫祖"
)
ROAD_KINDS = ("路",) * 12 + ("街", "街", "大道", "巷")
ESTATE_KINDS = ("花园", "小区", "苑", "公寓", "家园", "新村")
HAMLET_KINDS = ("浜", "宅基", "湾", "桥", "角", "庄", "塘角")
ROADS_A_TOWN, ESTATES_A_TOWN, HAMLETS_A_VILLAGE = 120, 60, 6
SLIP_KINDS = ("homophone", "look_alike", "left_out", "swapped", "kind")
_DIGITS = "零一二三四五六七八九"
OTHER_KIND = {"路": "街", "街": "路", "大道": "路", "巷": "弄"}


class Standard(NamedTuple):
    """One standard address in parts; '' where it has none."""

    town: str
    village: str
    hamlet: str
    road: str
    lane: str
    number: int
    estate: str
    building: int
    unit: int
    room: int

    def text(self) -> str:
        """The standard text."""
        return f"{PROVINCE}{CITY}{DISTRICT}{self.town}{_below_town(self)}"


class Query(NamedTuple):
    """A written address: ``full`` has the higher levels (for engines that compare whole texts)."""

    text: str
    full: str
    truth: str
    kind: str


def _below_town(address: Standard, building: str = "幢") -> str:
    lane = f"{address.lane}" if address.lane else ""
    text = f"{address.village}{address.hamlet}{address.road}{lane}{address.number}号{address.estate}"
    text += f"{address.building}{building}" if address.building else ""
    text += f"{address.unit}单元" if address.unit else ""
    return text + (f"{address.room}室" if address.room else "")


@cache
def towns() -> dict[str, list[str]]:
    """The villages of each town, without the words for their kind of office."""
    data = files("gis") / "data"
    with lzma.open(str(data / "divisions.csv.xz"), "rt", encoding="utf-8") as file:
        names = {code: name for code, name in csv.reader(file) if code.startswith(COUNTY) and len(code) == 9}
    found: dict[str, list[str]] = {name: [] for name in names.values() if name.endswith(("镇", "街道"))}
    with lzma.open(str(data / "villages.csv.xz"), "rt", encoding="utf-8") as file:
        for code, name in csv.reader(file):
            town = names.get(code[:9])
            if town in found and name.endswith("村委会"):
                found[town].append(name.removesuffix("委会"))
    return {town: sorted(set(villages)) for town, villages in found.items()}


def standard_addresses(rng: random.Random) -> Iterator[tuple[Standard, ReferenceAddress]]:
    """Standard addresses without end, no two alike, each at a point within its town."""
    seen: set[Standard] = set()
    streets = _streets(rng)
    names = list(streets)
    while True:
        town = rng.choice(names)
        address = _address(rng, town, *streets[town])
        if address not in seen:
            seen.add(address)
            x, y = divmod(names.index(town), 5)
            lon, lat = 120.6 + 0.06 * x + rng.random() * 0.05, 31.5 + 0.05 * y + rng.random() * 0.04
            yield address, ReferenceAddress(f"R{len(seen):07d}", address.text(), round(lon, 6), round(lat, 6))


def _streets(rng: random.Random) -> dict[str, tuple[list[str], list[str], list[tuple[str, str]]]]:
    """Roads, estates, and hamlets with their villages, of each town; within a town no name comes twice."""
    made = {}
    for town, villages in towns().items():
        roads = _names(rng, ROADS_A_TOWN, lambda: rng.choice(ROAD_KINDS))
        estates = _names(rng, ESTATES_A_TOWN, lambda: rng.choice(ESTATE_KINDS))
        hamlets = [(v, h) for v in villages for h in _names(rng, HAMLETS_A_VILLAGE, lambda: rng.choice(HAMLET_KINDS))]
        made[town] = (roads, estates, hamlets)
    return made


def _names(rng: random.Random, count: int, kind: Callable[[], str]) -> list[str]:
    names: dict[str, None] = {}
    while len(names) < count:
        names["".join(rng.sample(NAME_CHARS, 2)) + kind()] = None
    return list(names)


def _address(
    rng: random.Random, town: str, roads: Sequence[str], estates: Sequence[str], hamlets: Sequence[tuple[str, str]]
) -> Standard:
    kind = rng.random()
    if kind < 0.25 and hamlets:
        village, hamlet = rng.choice(hamlets)
        return Standard(town, village, hamlet, "", "", rng.randint(1, 120), "", 0, 0, 0)
    place = rng.randrange(len(estates))
    road = roads[place] if kind > 0.5 else rng.choice(roads)
    if kind < 0.4:
        return Standard(town, "", "", road, "", rng.randint(1, 999), "", 0, 0, 0)
    if kind < 0.5:
        return Standard(town, "", "", road, f"{rng.randint(1, 60) * 10}弄", rng.randint(1, 60), "", 0, 0, 0)
    room = 100 * rng.randint(1, 6) + rng.randint(1, 4)
    number = 8 + 2 * place
    return Standard(town, "", "", road, "", number, estates[place], rng.randint(1, 60), rng.randint(1, 3), room)


def queries_for(made: Sequence[tuple[Standard, ReferenceAddress]], rng: random.Random, *, count: int) -> list[Query]:
    """Draw addresses and write nine in ten of them another way, one in ten with one or two slips besides."""
    where = _where_names_stand([address for address, _ in made])
    queries = []
    for address, row in (rng.choice(made) for _ in range(count)):
        slips = 0 if rng.random() < 0.9 else (1 if rng.random() < 0.7 else 2)
        queries.append(_query(address, row.id, rng, where, slips=slips))
    return queries


def _where_names_stand(addresses: Sequence[Standard]) -> dict[str, set[str]]:
    """The towns in which a road or hamlet of this name stands: a query may leave the town out where there is one."""
    where: defaultdict[str, set[str]] = defaultdict(set)
    for address in addresses:
        for name in (address.road, address.hamlet, address.village, address.estate):
            if name:
                where[name].add(address.town)
    return where


def _query(address: Standard, truth: str, rng: random.Random, where: dict[str, set[str]], *, slips: int) -> Query:
    spoilt, kinds = address, []
    for _ in range(slips):
        spoilt, kind = _slip(spoilt, rng, where)
        kinds += [kind] if kind else []
    name = address.road or address.hamlet
    text = _written(spoilt, rng, town_needed=bool(kinds) or len(where[name]) > 1)
    return Query(text, spoilt.text(), truth, "+".join(sorted(kinds)) if kinds else "exact")


def _written(address: Standard, rng: random.Random, *, town_needed: bool) -> str:
    """One of the many ways to write it: levels left out, other words and numerals, wide characters, gaps."""
    above = rng.choice((PROVINCE + CITY + DISTRICT, PROVINCE + DISTRICT, CITY + DISTRICT, DISTRICT, "", ""))
    town = address.town if town_needed or above or rng.random() < 0.5 else ""
    below = _below_town(address, rng.choice(("幢", "栋", "号楼", "幢")))
    if address.room and rng.random() < 0.2:
        below = below.removesuffix("室")
    if rng.random() < 0.15:
        below = below.replace(f"{address.number}号", f"{_in_words(address.number)}号", 1)
    if rng.random() < 0.15:
        below = below.translate({ord("0") + n: ord("０") + n for n in range(10)})
    gap = " " if rng.random() < 0.1 else ""
    return f"{above}{gap}{town}{gap}{below}"


def _in_words(number: int) -> str:
    """108 -> 一百零八; under a thousand."""
    hundreds, rest = divmod(number, 100)
    tens, ones = divmod(rest, 10)
    text = f"{_DIGITS[hundreds]}百" if hundreds else ""
    text += f"{_DIGITS[tens]}十" if tens else ("零" if hundreds and ones else "")
    return text.removeprefix("一" if text == "一十" else "") + (_DIGITS[ones] if ones else "")


def _slip(address: Standard, rng: random.Random, where: dict[str, set[str]]) -> tuple[Standard, str]:
    """The address with a slip in one of its names, and what kind it is; no slip that makes another name of it."""
    fields = [name for name in ("road", "hamlet", "village", "estate", "town") if getattr(address, name)]
    for _ in range(20):
        field, kind = rng.choice(fields), rng.choice(SLIP_KINDS)
        name = getattr(address, field)
        slipped = _SLIPS[kind](name, rng)
        if slipped and slipped != name and slipped not in where and slipped not in towns():
            return address._replace(**{field: slipped}), kind  # type: ignore[arg-type]
    return address, ""


def _homophone(name: str, rng: random.Random) -> str | None:
    at = rng.randrange(len(name) - 1)
    others = [char for char in _sounding(syllable(name[at])) if char != name[at]]
    return name[:at] + rng.choice(others) + name[at + 1 :] if others else None


def _look_alike(name: str, rng: random.Random) -> str | None:
    at = rng.randrange(len(name) - 1)
    others = _looking_like(name[at])
    return name[:at] + rng.choice(others) + name[at + 1 :] if others else None


def _left_out(name: str, rng: random.Random) -> str | None:
    at = rng.randrange(len(name))
    return name[:at] + name[at + 1 :]


def _swapped(name: str, rng: random.Random) -> str | None:
    at = rng.randrange(len(name) - 1)
    return name[:at] + name[at + 1] + name[at] + name[at + 2 :]


def _kind(name: str, _rng: random.Random) -> str | None:
    return next((name.removesuffix(one) + other for one, other in OTHER_KIND.items() if name.endswith(one)), None)


_SLIPS: dict[str, Callable[[str, random.Random], str | None]] = {
    "homophone": _homophone, "look_alike": _look_alike, "left_out": _left_out, "swapped": _swapped, "kind": _kind,
}  # fmt: skip


@cache
def _common() -> tuple[str, ...]:
    """The 3,755 characters of the first level of GB 2312."""
    pairs = ((high, low) for high in range(0xB0, 0xD8) for low in range(0xA1, 0xFF))
    chars = (bytes(pair).decode("gb2312", errors="ignore") for pair in pairs)
    return tuple(char for char in chars if char)


@cache
def _sounding(said: str) -> tuple[str, ...]:
    return tuple(char for char in _common() if syllable(char) == said)


@cache
def _looking_like(char: str) -> tuple[str, ...]:
    return tuple(other for other in _common() if other != char and alike(other, char))
