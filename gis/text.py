"""Reading the door out of a written address; the village is the gazetteer's work."""

import re
import unicodedata
from dataclasses import dataclass

_SPACES = re.compile(r"[\s\u200b-\u200f\ufeff]+")
_DASHES = re.compile(r"[‐‑‒–—―−﹣－~〜]+")
_NUMERALS = {"零": 0, "〇": 0, **{digit: value for value, digit in enumerate("一二三四五六七八九", start=1)}, "两": 2}
_NUMBER = r"[0-9]{1,5}|[一二三四五六七八九十两]{1,3}"
_PLAIN_NUMBER = r"[0-9]{1,6}(?:-[0-9]{1,4}(?![0-9]*(?:-|室|幢|栋|号楼|单元)))?"

_ROAD = re.compile(
    r"([\u4e00-\u9fff]{1,8}?(?:公路|大道|大街|路|街(?!道)|巷))(?=[0-9一二三四五六七八九十甲乙]|$|[东南西北]侧)"
)
_ROAD_CUT = re.compile(r"^.*(?:社区|街道|开发区|园区|小区|新村|[村镇乡县市省区]|组(?![团织]))(?=[\u4e00-\u9fff]{2,}$)")
_TWICE = re.compile(r"^(.+)\1$")
_LANE = re.compile(rf"({_NUMBER})弄")
_GROUP = re.compile(rf"(?:第)?({_NUMBER})(?:村民小组|小组|组|社(?!区)|生产队|队)")
_BUILDING = re.compile(rf"([A-Za-z]?(?:{_NUMBER})|[A-Za-z])(?:幢|栋|号楼|座|宅)")
_UNIT = re.compile(rf"({_NUMBER}|[A-Za-z甲乙丙丁])(?:单元|号门|梯)")
_FLOOR = re.compile(rf"(?:第)?(地下|负)?({_NUMBER})(?:楼|层)")
_ROOM = re.compile(r"([A-Za-z]?[0-9]{2,5})(?:室|房|户)")
_NUMBER_AT_DOOR = re.compile(rf"({_PLAIN_NUMBER})号(?!楼|门|线|库|厂)")
_DASHED = re.compile(
    r"(?<![0-9A-Za-z-])([0-9]{1,4})-([0-9]{1,3})-([0-9]{3,4})(?![0-9])|(?<![0-9A-Za-z-])([0-9]{1,4})-([0-9]{3,4})(?![0-9号弄])"
)
_TRAILING = re.compile(r"(?:单元|幢|栋|号楼|座|楼|号)([0-9]{3,4})$")


@dataclass(frozen=True, slots=True)
class DoorParts:
    """The door end of an address; None where the text is silent. Numbers are text without leading words."""

    road: str | None = None
    lane: str | None = None
    number: str | None = None
    group: str | None = None
    building: str | None = None
    unit: str | None = None
    floor: int | None = None
    room: str | None = None

    @property
    def suite(self) -> str | None:
        """The four suite digits of the address code (floor, door), None where the room does not say both."""
        return suite_of(self.room) if self.room else None


def normalise(text: str) -> str:
    """Return a text with full-width folded (NFKC), spaces and zero-width marks dropped, every dash a hyphen."""
    plain = _SPACES.sub("", unicodedata.normalize("NFKC", text))
    return _DASHES.sub("-", unicodedata.normalize("NFKC", plain))


def number_of(text: str) -> int | None:
    """Return the value of Arabic or Chinese digits up to 99 (十二 -> 12); None for anything else."""
    if text.isascii() and text.isdigit():
        return int(text)
    if not text or any(character not in _NUMERALS and character != "十" for character in text):
        return None
    if "十" not in text:
        return int("".join(str(_NUMERALS[character]) for character in text))
    tens, _, ones = text.partition("十")
    if "十" in ones or len(tens) > 1 or len(ones) > 1:
        return None
    return (_NUMERALS[tens] if tens else 1) * 10 + (_NUMERALS[ones] if ones else 0)


def door_parts(text: str) -> DoorParts:
    """Read road, lane, number, 组, building, unit, floor and room; what is not written stays None.

    ``47-6-746`` reads as building, unit, room and ``12-1305`` as building and room, as estates write them.
    """
    plain = normalise(text)
    building, unit, room = _first(_BUILDING, plain), _first(_UNIT, plain), _room(plain)
    number = _NUMBER_AT_DOOR.search(plain)
    dashed = _DASHED.search(plain)
    if dashed and building is None and room is None:
        building, unit, room = (dashed[1], dashed[2], dashed[3]) if dashed[1] else (dashed[4], unit, dashed[5])
    return DoorParts(
        road=_road(plain),
        lane=_first(_LANE, plain),
        number=number[1] if number else None,
        group=_first(_GROUP, plain),
        building=building,
        unit=unit,
        floor=_floor(plain),
        room=room,
    )


def short_address(parts: DoorParts, *, village: str = "") -> str:
    """Return the address as lists show it: 聚沙村 12组 8号, or 珠江路 45号 2单元 1003室."""
    pieces = (
        village,
        parts.road,
        _with(parts.lane, "弄"),
        _with(parts.group, "组"),
        _with(parts.number, "号"),
        _with(parts.building, "幢"),
        _with(parts.unit, "单元"),
        _with(str(parts.floor) if parts.floor is not None and parts.room is None else None, "楼"),
        _with(parts.room, "室"),
    )
    return " ".join(piece for piece in pieces if piece)


def suite_of(room: str) -> str | None:
    """Return floor and door as four digits: '203' -> '0203', '1003' -> '1003'; None where they cannot be told."""
    digits = room if room.isascii() and room.isdigit() else ""
    if len(digits) not in (3, 4):
        return None
    suite = digits.zfill(4)
    return None if suite[:2] in ("00", "90") or suite[2:] == "00" else suite


def _first(pattern: re.Pattern[str], text: str) -> str | None:
    found = pattern.search(text)
    if found is None:
        return None
    value = number_of(found[1])
    return found[1].upper() if value is None else str(value)


def _road(text: str) -> str | None:
    found = _ROAD.search(text)
    return _TWICE.sub(r"\1", _ROAD_CUT.sub("", found[1])) if found else None


def _room(text: str) -> str | None:
    found = _ROOM.search(text) or _TRAILING.search(text)
    return found[1].upper() if found else None


def _floor(text: str) -> int | None:
    for found in _FLOOR.finditer(text):
        value = number_of(found[2])
        if value is not None and not text[: found.end()].endswith("号楼"):
            return -value if found[1] else value
    return None


def _with(value: str | None, word: str) -> str | None:
    return None if value is None else f"{value}{word}"
