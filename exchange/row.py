"""One row of a register, checked: a house as it will be placed, or everything that is wrong with it."""

import datetime as dt
import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass, field, fields
from typing import Any

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from exchange.headers import Mapping
from exchange.people import read_id_number, read_id_type, read_phone
from exchange.problems import Problem, problem_of
from exchange.table import SourceRow
from exchange.values import (
    Unreadable,
    clean_text,
    digits_lost,
    is_empty,
    read_area_m2,
    read_coordinate,
    read_count,
    read_date,
    read_number,
    unexponent,
)
from exchange.vocabulary import codes, fold, vocabulary, words
from gis.mask import mask_in_text
from gis.matching.outcome import Outcome

LIMITS = {"address": 300, "note": 2000}
DEFAULT_LIMIT = 120
EXTRA_LIMIT = 500
COORDINATES = ("lon", "lat", "x", "y")
_NOT_CONTENT = frozenset({"row", "unrecognised", "match_key", "parts", "outcome"})


@dataclass(frozen=True, slots=True)
class CheckContext:
    """What a check needs to know besides the row: the day it is made (no registration lies after it)."""

    today: dt.date


@dataclass(slots=True)
class HouseRow:
    """A cleaned row. Codes are the contract's; None and '' mean that the register says nothing.

    ``lon`` and ``lat`` are EPSG:4490 degrees once placed, ``x`` and ``y`` what the source gave in ``crs``;
    ``footprint`` is a MultiPolygon in EPSG:4490 once placed. ``extra`` holds the columns that are no field of ours,
    long numbers masked. ``unrecognised`` names coded fields whose word was not known and is kept in ``extra``.
    ``match_key``, ``parts`` and ``outcome`` are what was read in the address and what it matches; they are no content.
    """

    row: int
    address: str = ""
    name: str = ""
    town: str = ""
    village: str = ""
    village_code: str | None = None
    road: str = ""
    door: str = ""
    building: str = ""
    unit: str = ""
    room: str = ""
    x: float | None = None
    y: float | None = None
    crs: str | None = None
    lon: float | None = None
    lat: float | None = None
    footprint: BaseGeometry | None = None
    source_key: str | None = None
    owner_name: str = field(default="", repr=False)
    owner_phone: str = field(default="", repr=False)
    owner_id_no: str = field(default="", repr=False)
    owner_id_type: str | None = None
    manager_name: str = field(default="", repr=False)
    manager_phone: str = field(default="", repr=False)
    house_kind: str | None = None
    structure: str | None = None
    use: str | None = None
    let_status: str = "unknown"
    floors: int | None = None
    stairs: int | None = None
    rooms_let: int | None = None
    persons: int | None = None
    area_m2: float | None = None
    height_m: float | None = None
    registered_on: dt.date | None = None
    note: str = ""
    extra: dict[str, str] = field(default_factory=dict)
    unrecognised: tuple[tuple[str, str], ...] = ()
    match_key: str = ""
    parts: dict[str, str] = field(default_factory=dict, repr=False)
    outcome: Outcome | None = field(default=None, repr=False)

    @property
    def full_address(self) -> str:
        """The address with building, unit and room where they stand in columns of their own."""
        return " ".join(part for part in (self.address, self.building, self.unit, self.room) if part)


def check_row(raw: SourceRow, mapping: Mapping, *, context: CheckContext) -> HouseRow | list[Problem]:
    """Clean every cell of a row; the house, or all its problems at once so that one repair is enough."""
    if raw.damage is not None:
        return [_damaged(raw, mapping)]
    check = _Check(raw, mapping, context)
    house = check.house()
    return check.problems or house


def _damaged(raw: SourceRow, mapping: Mapping) -> Problem:
    damage = raw.damage
    assert damage is not None  # noqa: S101  (asked by the caller)
    by_index = {column.index: column for column in mapping.columns}
    column = by_index.get(damage.column) if damage.column is not None else None
    return problem_of(
        raw.number,
        column.field if column else None,
        damage.reason,
        raw=damage.value,
        header=column.header if column else None,
        **dict(damage.fields),
    )


class _Check:
    """The cells of one row while they are being read."""

    def __init__(self, raw: SourceRow, mapping: Mapping, context: CheckContext) -> None:
        self.raw, self.mapping, self.context = raw, mapping, context
        self.problems: list[Problem] = []
        self.unrecognised: list[tuple[str, str]] = []
        self.extra: dict[str, str] = {}
        self.texts: dict[str, str] = {}

    def house(self) -> HouseRow:
        found: dict[str, Any] = {}
        for name, index in self.mapping.index_of.items():
            value = self.raw.cells[index]
            text = clean_text(value)
            self.texts[name] = text
            if name in COORDINATES or not is_empty(text):
                self._read(name, value, text, found)
        self._read_document(found)
        self._keep_extras()
        house = HouseRow(self.raw.number, **found)
        house.footprint = self.raw.geometry if house.footprint is None else house.footprint
        _complete_address(house)
        house.extra, house.unrecognised = self.extra, tuple(self.unrecognised)
        self._require(house)
        return house

    def _read(self, name: str, value: Any, text: str, found: dict[str, Any]) -> None:
        try:
            if name in _SPECIAL:
                _SPECIAL[name](self, value, text, found)
            elif name in COORDINATES:
                _read_xy(name, value, text, found)
            elif name in _READERS:
                found[name] = _READERS[name](text)
            else:
                found[name] = _short(name, text)
        except Unreadable as unreadable:
            self.add(name, unreadable)

    def add(self, name: str, unreadable: Unreadable) -> None:
        header = self.mapping.header_of.get(name)
        raw = self.texts.get(name, "")
        self.problems.append(
            problem_of(self.raw.number, name, unreadable.reason, raw=raw, header=header, **unreadable.fields)
        )

    def coded(self, name: str, text: str, found: dict[str, Any]) -> None:
        code = codes(name).get(fold(text))
        if code is None:
            code = "unknown" if name == "let_status" else "other"
            self.unrecognised.append((name, text[:DEFAULT_LIMIT]))
            self.extra[self.mapping.header_of[name]] = mask_in_text(text[:EXTRA_LIMIT])
        found[name] = code

    def _read_document(self, found: dict[str, Any]) -> None:
        """A document's number is judged by the kind its own row names."""
        text = self.texts.get("owner_id_no", "")
        if is_empty(text):
            return
        value = self.raw.cells[self.mapping.index_of["owner_id_no"]]
        try:
            if digits_lost(value, text):
                raise Unreadable("digits_lost")
            number, kind = read_id_number(text, id_type=found.get("owner_id_type"))
        except Unreadable as unreadable:
            self.add("owner_id_no", unreadable)
        else:
            found["owner_id_no"], found["owner_id_type"] = number, kind

    def _keep_extras(self) -> None:
        for index, header in self.mapping.extras:
            text = clean_text(self.raw.cells[index])
            if not is_empty(text):
                self.extra[header] = mask_in_text(text[:EXTRA_LIMIT])

    def _require(self, house: HouseRow) -> None:
        feature = fold(self.texts.get("feature", ""))
        if feature in words("not_a_house"):
            self.add("feature", Unreadable("not_a_house"))
        elif not normal_address(house) and not _has_outline(house) and "address" not in self._failed():
            self.add("address", Unreadable("address_missing"))

    def _failed(self) -> set[str | None]:
        return {problem.field for problem in self.problems}


def _has_outline(house: HouseRow) -> bool:
    return house.footprint is not None and house.footprint.geom_type != "Point"


def _short(name: str, text: str) -> str:
    limit = LIMITS.get(name, DEFAULT_LIMIT)
    if len(text) > limit:
        raise Unreadable("too_long", length=len(text), limit=limit)
    return text


def _read_xy(name: str, value: Any, text: str, found: dict[str, Any]) -> None:
    """Degrees and metres both travel as x = east, y = north until the row is placed."""
    if not text:
        return
    axis = "x" if name in {"lon", "x"} else "y"
    if is_empty(text) and fold(text) not in words("not_finite"):
        return
    number = read_coordinate(value, text)
    if axis not in found or name in {"lon", "lat"}:
        found[axis] = number


def _read_phone(name: str) -> Callable[[_Check, Any, str, dict[str, Any]], None]:
    def read(_check: _Check, value: Any, text: str, found: dict[str, Any]) -> None:
        if digits_lost(value, text):
            raise Unreadable("digits_lost")
        found[name] = read_phone(unexponent(text))

    return read


def _read_coded(name: str) -> Callable[[_Check, Any, str, dict[str, Any]], None]:
    def read(check: _Check, _value: Any, text: str, found: dict[str, Any]) -> None:
        check.coded(name, text, found)

    return read


def _read_registered_on(check: _Check, value: Any, text: str, found: dict[str, Any]) -> None:
    found["registered_on"] = read_date(value, text, today=check.context.today)


def _read_point(_check: _Check, _value: Any, text: str, found: dict[str, Any]) -> None:
    parts = text.replace(";", ",").replace(" ", ",").replace("、", ",").split(",")
    parts = [part for part in parts if part]
    if len(parts) != 2:
        raise Unreadable("coordinate_shape")
    found["x"], found["y"] = (read_coordinate(part, part) for part in parts)


def _read_wkt(_check: _Check, _value: Any, text: str, found: dict[str, Any]) -> None:
    outline = None
    if text[:1].isalpha():
        with np.errstate(all="ignore"):
            outline = shapely.from_wkt(text, on_invalid="ignore")
    if outline is None:
        raise Unreadable("geometry_unreadable")
    found["footprint"] = outline


def _read_source_key(_check: _Check, value: Any, text: str, found: dict[str, Any]) -> None:
    if digits_lost(value, text):
        raise Unreadable("digits_lost")
    found["source_key"] = _short("source_key", text)


def _nothing(_check: _Check, _value: Any, _text: str, _found: dict[str, Any]) -> None:
    """Read elsewhere, together with its neighbour."""


def _read_village_code(check: _Check, value: Any, text: str, found: dict[str, Any]) -> None:
    if digits_lost(value, text):
        raise Unreadable("digits_lost")
    if not (text.isascii() and text.isdigit() and len(text) == 12):
        raise Unreadable("village_code_shape")
    found["village_code"] = text


_SPECIAL: dict[str, Callable[[_Check, Any, str, dict[str, Any]], None]] = {
    "owner_phone": _read_phone("owner_phone"),
    "manager_phone": _read_phone("manager_phone"),
    "house_kind": _read_coded("house_kind"),
    "structure": _read_coded("structure"),
    "use": _read_coded("use"),
    "let_status": _read_coded("let_status"),
    "registered_on": _read_registered_on,
    "point": _read_point,
    "wkt": _read_wkt,
    "source_key": _read_source_key,
    "village_code": _read_village_code,
    "owner_id_no": _nothing,
    "feature": _nothing,
}
_READERS: dict[str, Callable[[str], Any]] = {
    "owner_id_type": read_id_type,
    "area_m2": read_area_m2,
    "height_m": lambda text: read_number(text, low=0, high=700),
    "floors": lambda text: read_count(text, low=1, high=60),
    "stairs": lambda text: read_count(text, low=0, high=60),
    "rooms_let": lambda text: read_count(text, low=0, high=500),
    "persons": lambda text: read_count(text, low=0, high=2000),
}


def _complete_address(house: HouseRow) -> None:
    """Compose what stands in several columns; a named place without an address is known by its name."""
    if house.address:
        return
    door = house.door + vocabulary()["door_suffix"] if house.door[-1:].isdigit() else house.door
    if house.road:
        house.address = f"{house.road}{door}"
    elif door and house.village:
        house.address = f"{house.village}{door}"
    else:
        house.address = house.name


def identity(house: HouseRow) -> str:
    """What makes this the same house at the next import.

    The register's own key; otherwise village and address; for a nameless outline, its point to 1e-6 degrees.
    """
    if house.source_key:
        return f"key:{house.source_key}"
    address = normal_address(house)
    if address:
        return f"addr:{house.village_code or ''}:{address}"
    return f"point:{house.lon:.6f},{house.lat:.6f}" if house.lon is not None and house.lat is not None else ""


def normal_address(house: HouseRow) -> str:
    """The address as it is compared: folded, without punctuation."""
    return "".join(char for char in fold(house.full_address) if char.isalnum())


def same_address(house: HouseRow) -> str:
    """What two rows of one village share that write one address: 十二号 and 12号, 3栋 and 3幢."""
    return house.match_key or normal_address(house)


_CONTENT = tuple(entry.name for entry in fields(HouseRow) if entry.name not in _NOT_CONTENT)


def fingerprint(house: HouseRow) -> str:
    """A hash of everything the row says (not of where it stood), stable between runs: equal means unchanged.

    Coordinates count to 1e-7 degrees (a centimetre), so that a repeated conversion does not make a change.
    """
    content = {name: _stable(getattr(house, name)) for name in _CONTENT}
    text = json.dumps(content, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode("utf-8", errors="replace")).hexdigest()


def _stable(value: Any) -> Any:
    if isinstance(value, float):
        return round(value, 7)
    if isinstance(value, BaseGeometry):
        return shapely.set_precision(value, 1e-7).normalize().wkb_hex
    return value.isoformat() if isinstance(value, dt.date) else value
