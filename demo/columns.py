"""Columns of the record's tables out of a chunk of the model town; ids are counted up from blocks taken beforehand."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
import pyarrow as pa
import shapely

from db.frame import SRID
from demo.conditions import Conditions
from demo.houses import Houses, Objects, Strings
from demo.rooms import ROOM_KINDS, Rooms, Suites
from demo.standing import Standing
from demo.streets import Floats, Ints, Kind
from demo.visits import Visits
from gis.code import codes_for

Columns = dict[str, Any]
KINDS = np.array([kind.name.lower() for kind in Kind], dtype=object)
STRUCTURES = np.array(
    ["brick_concrete", "reinforced_concrete", "reinforced_concrete", "brick_concrete", "steel", "brick_timber"],
    dtype=object,
)
SOURCE = "model"


@dataclass(frozen=True, slots=True)
class Addresses:
    """Codes and written addresses of a chunk: houses, stairs, suites and rooms, each level in its own arrays.

    ``stair`` is (house, unit) of each distinct stair; ``stair_of`` leads from a suite to its stair, -1 for none.
    """

    house: Strings
    stair: Ints
    stair_of: Ints
    stair_code: Strings
    suite: Strings
    suite_label: Objects
    room: Strings
    room_label: Objects


def addresses(houses: Houses, suites: Suites, rooms: Rooms) -> Addresses:
    """Codes of everything in a chunk; labels as ``db.room`` makes them (201, 201-1)."""
    number = suites.floor * 100 + suites.door
    four = np.char.zfill(number.astype("U4"), 4)
    stairs, where = np.unique(np.column_stack([suites.house, suites.unit]), axis=0, return_inverse=True)
    real = stairs[:, 1] > 0
    place = np.where(real, np.cumsum(real) - 1, -1)
    kept = stairs[real]
    in_house, serial = suites.house, houses.serial
    label = np.array([str(value) for value in number.tolist()], dtype=object)
    inner = rooms.number.tolist()
    return Addresses(
        house=codes_for(houses.village, serial),
        stair=kept,
        stair_of=place[where.reshape(-1)],
        stair_code=_stair_codes(houses, kept),
        suite=codes_for(houses.village[in_house], serial[in_house], units=suites.unit, suites=four),
        suite_label=label,
        room=codes_for(
            houses.village[rooms.house], serial[rooms.house], units=suites.unit[rooms.suite], suites=four[rooms.suite],
            rooms=rooms.number,
        ),
        room_label=np.array(
            [f"{name}-{n}" for name, n in zip(label[rooms.suite].tolist(), inner, strict=True)], dtype=object
        ),
    )  # fmt: skip


def _stair_codes(houses: Houses, stairs: Ints) -> Strings:
    if not len(stairs):
        return np.empty(0, dtype="U26")
    house = stairs[:, 0]
    return codes_for(houses.village[house], houses.serial[house], units=stairs[:, 1])


def points(lonlat: Floats) -> list[str]:
    """Hex EWKB of points in the storage CRS."""
    return hexes(shapely.points(lonlat))


def hexes(shapes: Any) -> list[str]:
    """Hex EWKB of shapes in the storage CRS."""
    return list(shapely.to_wkb(shapely.set_srid(shapes, SRID), hex=True, include_srid=True))


def dumps(value: Any) -> str:
    """JSON as the record keeps it."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def times(values: Sequence[datetime | None]) -> pa.Array:
    """Aware moments, None for NULL."""
    return pa.array(values, type=pa.timestamp("us", tz="UTC"))


def house_addresses(houses: Houses, told: Addresses, first_id: int) -> Columns:
    """Address rows of houses."""
    parts = [
        dumps({k: v for k, v in (
            ("road", road), ("number", str(door)), ("group", str(group or "")), ("building", str(building or "")),
            ("estate", estate),
        ) if v})
        for road, door, group, building, estate in zip(
            houses.road.tolist(), houses.door.tolist(), houses.group.tolist(), houses.building.tolist(),
            houses.estate.tolist(), strict=True,
        )
    ]  # fmt: skip
    rows = _address(
        houses.county, first_id, told.house, level="house", parent=[None] * len(houses), text=houses.text.tolist()
    )
    return rows | {"parts": parts, "geom": points(houses.lonlat), "match_level": ["door"] * len(houses)}


def inner_addresses(
    houses: Houses, suites: Suites, rooms: Rooms, told: Addresses, *, first: dict[str, int]
) -> list[Columns]:
    """Address rows of stairs, suites and rooms; ``first`` holds the first id of each level, houses among them."""
    text = houses.text
    stairs = [f"{text[house]} {unit}单元" for house, unit in told.stair.tolist()]
    above = np.where(told.stair_of >= 0, first["stair"] + told.stair_of, first["house"] + suites.house)
    named = zip(text[suites.house].tolist(), told.suite_label.tolist(), strict=True)
    in_rooms = zip(text[rooms.house].tolist(), told.room_label.tolist(), strict=True)

    def block(level: str, codes: Strings, parent: Any, texts: list[str]) -> Columns:
        start = first["stair" if level == "unit" else level]
        return _address(houses.county, start, codes, level=level, parent=parent, text=texts)

    return [
        block("unit", told.stair_code, first["house"] + told.stair[:, 0], stairs),
        block("suite", told.suite, above, [f"{house} {label}" for house, label in named]),
        block("room", told.room, first["suite"] + rooms.suite, [f"{house} {label}" for house, label in in_rooms]),
    ]


def _address(county: str, first_id: int, codes: Strings, *, level: str, parent: Any, text: list[str]) -> Columns:
    many = len(codes)
    return {
        "county": [county] * many, "id": np.arange(first_id, first_id + many), "code": codes.tolist(),
        "level": [level] * many, "parent_id": pa.array(parent, type=pa.int64()), "text": text,
        "source": [SOURCE] * many,
    }  # fmt: skip


def house_rows(
    houses: Houses, conditions: Conditions, end: Standing, *, first: dict[str, int], owner: Ints, grid: Ints
) -> Columns:
    """House rows; ``owner`` and ``grid`` are ids."""
    many = len(houses)
    business = conditions.columns["business_use"]
    return {
        "county": [houses.county] * many, "id": np.arange(first["house_row"], first["house_row"] + many),
        "address_id": np.arange(first["house"], first["house"] + many), "village": houses.village.tolist(),
        "kind": KINDS[houses.kind], "structure": STRUCTURES[houses.kind], "floors": houses.floors,
        "stairs": houses.stairs, "use_registered": np.where(houses.kind == Kind.CONVERTED, "industrial", "residential"),
        "use_actual": np.where(business == "none", "residential", business),
        "built_area_m2": conditions.columns["area_m2"], "let_status": houses.let.tolist(), "rooms_let": end.rooms_let,
        "persons": end.persons, "owner_id": owner, "grid_id": grid, "geom": points(houses.lonlat),
        "footprint": hexes(houses.footprint), "colour": end.colour, "score": end.score,
        "reasons": [dumps(reasons) for reasons in end.reasons], "no_access": end.no_access,
        "last_visit_at": times(end.last_visit_at), "due_on": pa.array(end.due_on, type=pa.date32()),
        "next_try": pa.array(end.next_try, type=pa.string()), "synthetic": [True] * many,
        "extra": [dumps({"in_planning_area": planned}) for planned in conditions.columns["in_planning_area"].tolist()],
    }  # fmt: skip


def suite_rows(suites: Suites, told: Addresses, county: str, *, first: dict[str, int]) -> Columns:
    """Suite rows."""
    many = len(suites)
    return {
        "county": [county] * many, "id": np.arange(first["suite_row"], first["suite_row"] + many),
        "house_id": first["house_row"] + suites.house, "address_id": np.arange(first["suite"], first["suite"] + many),
        "label": told.suite_label, "floor": suites.floor,
    }  # fmt: skip


def room_rows(rooms: Rooms, told: Addresses, county: str, *, first: dict[str, int]) -> Columns:
    """Room rows."""
    many = len(rooms)
    return {
        "county": [county] * many, "id": np.arange(first["room_row"], first["room_row"] + many),
        "house_id": first["house_row"] + rooms.house, "suite_id": first["suite_row"] + rooms.suite,
        "address_id": np.arange(first["room"], first["room"] + many), "label": told.room_label,
        "kind": np.array(ROOM_KINDS, dtype=object)[rooms.kind], "usable_m2": rooms.use_m2, "outer_window": rooms.window,
        "headcount": rooms.persons, "family": rooms.family, "let": rooms.let,
    }  # fmt: skip


def visit_rows(
    visits: Visits, houses: Houses, *, first: dict[str, int], facts: tuple[list[str], list[str]],
    notes: Callable[[str], str | None], rng: np.random.Generator,
) -> Columns:  # fmt: skip
    """Visit rows; ``facts`` are the JSON of house and rooms, one entry a visit."""
    many = len(visits)
    near = houses.lonlat[visits.house] + rng.normal(0.0, 3e-5, size=(many, 2))
    submitted = visits.second.astype("datetime64[s]")
    began = submitted - np.where(visits.outcome == "granted", rng.integers(8, 35, many), 3).astype("timedelta64[m]")
    zone = pa.timestamp("us", tz="UTC")
    return {
        "county": [houses.county] * many, "id": np.arange(first["visit"], first["visit"] + many),
        "house_id": first["house_row"] + visits.house, "account_id": visits.account, "state": ["submitted"] * many,
        "outcome": visits.outcome.tolist(),
        "next_try": pa.array([value or None for value in visits.next_try.tolist()], type=pa.string()),
        "started_at": pa.array(began.astype("datetime64[us]")).cast(zone),
        "submitted_at": pa.array(submitted.astype("datetime64[us]")).cast(zone), "geom": points(near),
        "accuracy_m": np.round(rng.gamma(4.0, 2.2, many) + 2.0, 1), "facts": facts[0], "room_facts": facts[1],
        "note": pa.array([notes(outcome) for outcome in visits.outcome.tolist()], type=pa.string()),
    }  # fmt: skip
