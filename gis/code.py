"""The unified address code: 26 characters that name a house, a stair, a suite or a room for good.

Layout: county 6 (GB/T 2260), town 3 (GB/T 10114), village 3, house 5, unit 2, suite 4 (floor 2 + door 2),
room 2, check 1 (ISO 7064 MOD 11-2). The level follows from the trailing zeros.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt

from gis.check import check_character, check_of_digits, digits_of
from gis.errors import AnjuError

CODE_LENGTH = 26
NO_SUITE = "0000"
_SEPARATORS = re.compile(r"[\s\-_.·,/~\u200b-\u200f\u2010-\u2015\u2212\u30fc\u4e00\ufeff]+")


class Level(StrEnum):
    """How deep a code goes."""

    HOUSE = "house"
    UNIT = "unit"
    SUITE = "suite"
    ROOM = "room"


_PREFIX_LENGTH = {Level.HOUSE: 17, Level.UNIT: 19, Level.SUITE: 23, Level.ROOM: 25}
_DEPTH = {level: depth for depth, level in enumerate(Level)}


class CodeError(AnjuError):
    """The address code cannot be read."""


class CodeLengthError(CodeError):
    """An address code has 26 characters, this one has {length}."""


class CodeCharacterError(CodeError):
    """Character {position} of the address code is {character!r}; only digits stand there, and X at the end."""


class CodeCheckError(CodeError):
    """The check character should be {right}, not {found}: a character is wrong or two are swapped."""


class VillageSegmentError(CodeError):
    """{value} is no village code: 12 digits, county not 000000, town 001-599, village 001-599."""


class VirtualVillageError(CodeError):
    """{value} is a virtual community of a development zone ({tail}), no house stands there; use the real one."""


class HouseSerialError(CodeError):
    """House serial {value} is outside 1-99999."""


class UnitSegmentError(CodeError):
    """Unit {value} is outside 0-99."""


class SuiteSegmentError(CodeError):
    """{value!r} is no suite: four digits, floor 01-89 or basement 91-99, then door 01-99; 0000 means none."""


class RoomSegmentError(CodeError):
    """Room {value} is outside 0-99."""


class RoomWithoutSuiteError(CodeError):
    """Room {value} needs the suite it lies in; give the suite as well."""


class ChildLevelError(CodeError):
    """A {level} has no {child} directly beneath it that could be named this way."""


@dataclass(frozen=True, slots=True, order=True)
class AddressCode:
    """One address code, valid by construction.

    ``village`` is the 12-digit division code at the time of issue, ``house`` the serial in that village,
    ``unit`` the stair (0 = none), ``suite`` floor and door in four digits ('0000' = none), ``room`` the inner
    room (0 = the whole suite). Raises a ``CodeError`` that names the first wrong segment.
    """

    village: str
    house: int
    unit: int = 0
    suite: str = NO_SUITE
    room: int = 0

    def __post_init__(self) -> None:
        check_village(self.village)
        if not 1 <= self.house <= 99_999:
            raise HouseSerialError(value=self.house)
        if not 0 <= self.unit <= 99:
            raise UnitSegmentError(value=self.unit)
        _check_suite(self.suite)
        if not 0 <= self.room <= 99:
            raise RoomSegmentError(value=self.room)
        if self.room and self.suite == NO_SUITE:
            raise RoomWithoutSuiteError(value=self.room)

    @classmethod
    def make(cls, *, village: str, house: int, unit: int = 0, suite: str = NO_SUITE, room: int = 0) -> "AddressCode":
        """Build a code from its segments; raises a ``CodeError`` for the first one out of range."""
        return cls(village=village, house=house, unit=unit, suite=suite, room=room)

    @classmethod
    def parse(cls, text: str) -> "AddressCode":
        """Read a code as people write it: separators, spaces, full-width digits and a small x are tolerated.

        Raises ``CodeLengthError``, ``CodeCharacterError``, ``CodeCheckError`` or a segment's error.
        """
        plain = strip_code(text)
        _check_characters_of(plain)
        right = check_character(plain[:-1])
        if plain[-1] != right:
            raise CodeCheckError(found=plain[-1], right=right)
        return cls(
            village=plain[:12],
            house=int(plain[12:17]),
            unit=int(plain[17:19]),
            suite=plain[19:23],
            room=int(plain[23:25]),
        )

    @property
    def body(self) -> str:
        """The first 25 characters, without the check character."""
        return f"{self.village}{self.house:05d}{self.unit:02d}{self.suite}{self.room:02d}"

    def __str__(self) -> str:
        return self.body + self.check

    @property
    def check(self) -> str:
        """The check character, 0-9 or X."""
        return check_character(self.body)

    @property
    def county(self) -> str:
        """Six digits, GB/T 2260."""
        return self.village[:6]

    @property
    def town(self) -> str:
        """Nine digits: county and town."""
        return self.village[:9]

    @property
    def grouped(self) -> str:
        """The code for people: ``320581-101-201-00123-00-0203-00-9``."""
        whole = str(self)
        edges = (0, 6, 9, 12, 17, 19, 23, 25, 26)
        return "-".join(whole[start:end] for start, end in pairwise(edges))

    @property
    def level(self) -> Level:
        """The deepest segment that is not zero."""
        if self.room:
            return Level.ROOM
        if self.suite != NO_SUITE:
            return Level.SUITE
        return Level.UNIT if self.unit else Level.HOUSE

    @property
    def floor(self) -> int | None:
        """The storey: 1-89 above ground, -1 to -9 below, None when no suite is named."""
        if self.suite == NO_SUITE:
            return None
        floor = int(self.suite[:2])
        return floor if floor < 90 else 90 - floor

    @property
    def parent(self) -> "AddressCode | None":
        """The code one level up that exists in this address; None for a house."""
        if self.room:
            return replace(self, room=0)
        if self.suite != NO_SUITE:
            return replace(self, suite=NO_SUITE)
        return replace(self, unit=0) if self.unit else None

    @property
    def ancestors(self) -> "tuple[AddressCode, ...]":
        """Every code above this one, nearest first."""
        above = self.parent
        return () if above is None else (above, *above.ancestors)

    @property
    def house_code(self) -> "AddressCode":
        """The code of the house that this code lies in."""
        return AddressCode(self.village, self.house)

    @property
    def children_prefix(self) -> str:
        """The digits that this code shares with everything inside it, and with nothing else."""
        return self.body[: _PREFIX_LENGTH[self.level]]

    def child(self, *, unit: int | None = None, suite: str | None = None, room: int | None = None) -> "AddressCode":
        """Return the code inside this one; give what is new, e.g. ``suite="0203"`` or ``suite=..., room=1``.

        Raises ``ChildLevelError`` when nothing is given or a segment already taken is given again.
        """
        given = {"unit": unit, "suite": suite, "room": room}
        chosen: dict[str, Any] = {name: value for name, value in given.items() if value is not None}
        for name in chosen:
            if _DEPTH[Level(name)] <= _DEPTH[self.level]:
                raise ChildLevelError(level=self.level.value, child=name)
        deeper = replace(self, **chosen) if chosen else self
        if deeper == self:
            raise ChildLevelError(level=self.level.value, child=next(iter(chosen), "part"))
        return deeper

    def contains(self, other: "AddressCode") -> bool:
        """Whether ``other`` is this code or lies inside it."""
        return other.body.startswith(self.children_prefix)

    def as_dict(self) -> dict[str, Any]:
        """Return the parts as plain values, ready for JSON."""
        above = self.parent
        return {
            "code": str(self),
            "grouped": self.grouped,
            "level": self.level.value,
            "county": self.county,
            "town": self.town,
            "village": self.village,
            "house": self.house,
            "unit": self.unit,
            "suite": self.suite,
            "floor": self.floor,
            "room": self.room,
            "check": self.check,
            "parent": None if above is None else str(above),
        }


def strip_code(text: str) -> str:
    """Return the code's bare characters: full-width folded, separators dropped, x raised to X."""
    return _SEPARATORS.sub("", unicodedata.normalize("NFKC", text)).upper()


def check_village(village: str) -> None:
    """Refuse a 12-digit division code in which no house can stand.

    Raises ``VillageSegmentError`` (shape and ranges: 001-199 residents' committee, 200-399 villagers' committee,
    400-599 quasi) or ``VirtualVillageError`` (x98, the statistical stand-in of a development zone).
    """
    if len(village) != 12 or not (village.isascii() and village.isdigit()):
        raise VillageSegmentError(value=village)
    in_range = 1 <= int(village[6:9]) <= 599 and 1 <= int(village[9:]) <= 599
    if not in_range or village[:2] == "00":
        raise VillageSegmentError(value=village)
    if village.endswith("98"):
        raise VirtualVillageError(value=village, tail=village[9:])


def _check_suite(suite: str) -> None:
    if suite == NO_SUITE:
        return
    if len(suite) != 4 or not (suite.isascii() and suite.isdigit()):
        raise SuiteSegmentError(value=suite)
    floor, door = int(suite[:2]), int(suite[2:])
    if floor in (0, 90) or door == 0:
        raise SuiteSegmentError(value=suite)


def _check_characters_of(plain: str) -> None:
    if len(plain) != CODE_LENGTH:
        raise CodeLengthError(length=len(plain))
    for position, character in enumerate(plain, start=1):
        last = position == CODE_LENGTH
        if not (character.isascii() and (character.isdigit() or (last and character == "X"))):
            raise CodeCharacterError(position=position, character=character)


def codes_for(
    villages: str | Sequence[str] | npt.NDArray[np.str_],
    houses: Sequence[int] | npt.NDArray[np.integer[Any]],
    *,
    units: int | npt.NDArray[np.integer[Any]] = 0,
    suites: str | Sequence[str] | npt.NDArray[np.str_] = NO_SUITE,
    rooms: int | npt.NDArray[np.integer[Any]] = 0,
) -> npt.NDArray[np.str_]:
    """Return many codes at once, a U26 array; every argument is one value for all or one value a row.

    About a million codes a second. Raises the same errors as ``AddressCode.make``, for the first wrong row.
    """
    house, unit, room = (np.atleast_1d(np.asarray(part, dtype=np.int64)) for part in (houses, units, rooms))
    village, suite = (np.atleast_1d(np.asarray(part, dtype=np.str_)) for part in (villages, suites))
    village, house, unit, suite, room = np.broadcast_arrays(village, house, unit, suite, room)
    _check_rows(village, house, unit, suite, room)
    digits = np.concatenate(
        [
            digits_of(village, width=12),
            _number_digits(house, width=5),
            _number_digits(unit, width=2),
            digits_of(suite, width=4),
            _number_digits(room, width=2),
        ],
        axis=1,
    )
    return _join(digits, check_of_digits(digits))


def _check_rows(
    village: npt.NDArray[np.str_],
    house: npt.NDArray[np.int64],
    unit: npt.NDArray[np.int64],
    suite: npt.NDArray[np.str_],
    room: npt.NDArray[np.int64],
) -> None:
    """Send distinct villages and suites, and rows out of range, through the one-by-one rules."""
    for code in np.unique(village):
        check_village(str(code))
    for code in np.unique(suite):
        _check_suite(str(code))
    wrong = (house < 1) | (house > 99_999) | (unit < 0) | (unit > 99) | (room < 0) | (room > 99)
    wrong |= (room > 0) & (suite == NO_SUITE)
    if wrong.any():
        at = int(np.argmax(wrong))
        AddressCode(str(village[at]), int(house[at]), int(unit[at]), str(suite[at]), int(room[at]))


def _number_digits(values: npt.NDArray[np.int64], *, width: int) -> npt.NDArray[np.uint8]:
    powers = 10 ** np.arange(width - 1, -1, -1)
    return (values[:, None] // powers % 10).astype(np.uint8)


def _join(digits: npt.NDArray[np.uint8], checks: npt.NDArray[np.str_]) -> npt.NDArray[np.str_]:
    points = np.empty((len(digits), CODE_LENGTH), dtype=np.uint32)
    points[:, :-1] = digits + ord("0")
    points[:, -1] = np.ascontiguousarray(checks).view(np.uint32)
    return points.view(f"U{CODE_LENGTH}").ravel()
