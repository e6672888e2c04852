"""Rooms, the suites and stairs they lie in, and their addresses."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from db import query
from db.bulk import copy_in, reserve
from gis.code import AddressCode

ADDRESS = (
    "county", "id", "code", "level", "parent_id", "text", "parts", "geom", "source", "source_crs", "match_level",
    "match_score", "uncertainty_m",
)  # fmt: skip
SUITE = ("county", "id", "house_id", "address_id", "label", "floor")
ROOM = ("county", "id", "house_id", "suite_id", "address_id", "label", "kind", "usable_m2", "outer_window", "headcount",
        "family", "let")  # fmt: skip


@dataclass(frozen=True, slots=True)
class NewRoom:
    """A room to be registered: ``suite`` floor and door in four digits, ``room`` the inner room from 1."""

    suite: str
    room: int
    unit: int = 0
    label: str = ""
    kind: str = "bedroom"
    usable_m2: float | None = None
    outer_window: bool | None = None
    headcount: int | None = None
    family: bool | None = None
    let: bool = True


@dataclass(frozen=True, slots=True)
class Home:
    """The house that rooms are added to; ``source`` says who told of them."""

    house_id: int
    address_id: int
    code: AddressCode
    text: str
    source: str = "visit"


def add(connection: Connection, *, home: Home, rooms: Sequence[NewRoom]) -> list[int]:
    """Add rooms to a house, with the stair and suite addresses they need; the rooms' ids in the order given.

    A room number given before inside its suite is refused by the record: codes are never given again.
    """
    tree = _Tree(connection, home)
    for room in rooms:
        tree.room(room)
    return tree.write()


class _Tree:
    """Addresses below one house, while rooms are being added to it."""

    def __init__(self, connection: Connection, home: Home) -> None:
        self.connection, self.home, self.county = connection, home, home.code.county
        self.known: dict[str, int] = {str(home.code): home.address_id}
        self.suites: dict[int, int] = {}
        self.addresses: list[tuple[Any, ...]] = []
        self.new_suites: list[tuple[Any, ...]] = []
        self.new_rooms: list[tuple[Any, ...]] = []
        for row in query.rows(connection, "house_suites", county=self.county, house_id=home.house_id):
            self.known[row["code"]] = row["address_id"]
            self.suites[row["address_id"]] = row["id"]
        prefix = home.code.children_prefix
        for row in query.rows(connection, "address_units", county=self.county, prefix=prefix):
            self.known[row["code"]] = row["id"]

    def key(self, table: str) -> int:
        return reserve(self.connection, table, 1)[0]

    def address(self, code: AddressCode, label: str) -> int:
        """The address of a code, made with all above it where it is not there yet."""
        if str(code) in self.known:
            return self.known[str(code)]
        above = code.parent
        parent = None if above is None else self.address(above, label_of(above))
        key = self.known[str(code)] = self.key("address")
        text = f"{self.home.text} {label}".strip()
        self.addresses.append((self.county, key, str(code), code.level.value, parent, text, "{}", None,
                               self.home.source, None, "none", None, None))  # fmt: skip
        return key

    def suite(self, code: AddressCode) -> int:
        address = self.address(code, label_of(code))
        if address not in self.suites:
            key = self.suites[address] = self.key("suite")
            self.new_suites.append((self.county, key, self.home.house_id, address, label_of(code), code.floor))
        return self.suites[address]

    def room(self, room: NewRoom) -> None:
        suite = AddressCode(self.home.code.village, self.home.code.house, room.unit, room.suite)
        code = suite.child(room=room.room)
        label = room.label or label_of(code)
        suite_id, address = self.suite(suite), self.address(code, label)
        self.new_rooms.append((self.county, self.key("room"), self.home.house_id, suite_id, address, label, room.kind,
                               room.usable_m2, room.outer_window, room.headcount, room.family, room.let))  # fmt: skip

    def write(self) -> list[int]:
        copy_in(self.connection, "address", ADDRESS, self.addresses)
        copy_in(self.connection, "suite", SUITE, self.new_suites)
        copy_in(self.connection, "room", ROOM, self.new_rooms)
        return [row[1] for row in self.new_rooms]


def label_of(code: AddressCode) -> str:
    """What a stair, suite or room is called when nobody says: ``2单元``, ``203``, ``B101``, ``203-1``."""
    if code.floor is None:
        return f"{code.unit}单元" if code.unit else ""
    floor = f"B{-code.floor}" if code.floor < 0 else str(code.floor)
    suite = f"{floor}{code.suite[2:]}"
    return f"{suite}-{code.room}" if code.room else suite
