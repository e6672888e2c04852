"""Columns of house facts: what a visit would find true of each house, hazards and all, and how a cure changes it.

Names are those of ``inspections.facts``. Well-kept houses keep every rule but for a few plain lapses; badly kept ones
break several at once.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from demo.houses import Bools, Houses, Strings
from demo.rooms import KIND_NO, NOT_FOR_LIVING, ROOM_KINDS, Rooms
from demo.streets import Floats, Ints, Kind, Setting

LEAST_M2 = 6.0
MANY = 10
BUSINESSES = ("shop", "restaurant", "storage", "production")
LAPSES = {
    "smoke_detectors_everywhere": (0.045, 0.4),
    "ebike_inside": (0.009, 0.16),
    "stairs_blocked": (0.006, 0.1),
    "unpermitted_structure": (0.008, 0.14),
    "fire_separation": (0.03, 0.5),
    "separate_exit": (0.02, 0.35),
    "business_licence": (0.02, 0.25),
    "hazmat": (0.004, 0.05),
    "gas_in_bedroom": (0.002, 0.05),
    "insanitary": (0.001, 0.04),
    "escape_kit_every_room": (0.008, 0.2),
    "escape_ladder": (0.01, 0.25),
    "tenants_registered": (0.006, 0.15),
    "lease_filed": (0.004, 0.1),
    "security_guarantee": (0.003, 0.08),
    "illegal_building": (0.001, 0.02),
    "use_changed": (0.02, 0.2),
}
"""Share of houses with each lapse: well kept, badly kept."""


@dataclass(frozen=True, slots=True)
class Conditions:
    """One entry a house, named like the facts; ``offends`` marks houses that may break a rule somewhere."""

    columns: dict[str, Strings | Bools | Ints | Floats]
    offends: Bools

    def facts(self, house: int) -> dict[str, Any]:
        """The facts of one house, ready for ``judge``; what a form would not ask is left out."""
        told = {name: column[house].item() for name, column in self.columns.items()}
        if told["business_use"] == "none":
            del told["fire_separation"], told["underground"]
            del told["separate_exit"], told["business_licence"]
        if not told["window_bars"]:
            del told["bars_open_inside"]
        for kept, days in (("tenants_registered", "days_unregistered"), ("lease_filed", "days_since_contract")):
            if told[kept]:
                del told[days]
        return told


def conditions(houses: Houses, rooms: Rooms, *, rng: np.random.Generator) -> Conditions:
    """The true state of every house of a chunk."""
    size = len(houses)
    rooms_let = np.bincount(rooms.house, weights=rooms.persons > 0, minlength=size).astype(np.int64)
    lapse = {name: rng.random(size) < np.where(houses.bad, *shares[::-1]) for name, shares in LAPSES.items()}
    business = _business(houses, rng)
    beds = np.bincount(rooms.house, weights=rooms.persons, minlength=size).astype(np.int64)
    many = (rooms_let >= MANY) | (beds >= MANY)
    dormitory = houses.kind == Kind.DORMITORY
    bars = rng.random(size) < 0.3
    columns: dict[str, Strings | Bools | Ints | Floats] = {
        "house_kind": np.array([kind.name.lower() for kind in Kind])[houses.kind],
        "let_status": houses.let,
        "floors": houses.floors,
        "area_m2": np.round(houses.ground_m2 * houses.floors, 0),
        "in_planning_area": houses.setting != Setting.RURAL,
        "beds": beds,
        "stairs": houses.stairs,
        "managed_register": many & ~(houses.bad & (rng.random(size) < 0.3)),
        "tenant_is_unit": dormitory | (houses.bad & (rng.random(size) < 0.03)),
        "residential_building": (houses.kind == Kind.SELF_BUILT) | (houses.kind == Kind.APARTMENT),
        "business_use": business,
        "fire_separation": (business == "none") | ~lapse["fire_separation"],
        "underground": np.zeros(size, dtype=bool),
        "unpermitted_structure": lapse["unpermitted_structure"],
        "building_in_progress": lapse["unpermitted_structure"] & (rng.random(size) < 0.12),
        "blocks_fire_lane": lapse["unpermitted_structure"] & (rng.random(size) < 0.06),
        "smoke_detectors_everywhere": ~lapse["smoke_detectors_everywhere"],
        "ebike_inside": lapse["ebike_inside"],
        "stairs_blocked": lapse["stairs_blocked"],
        "window_bars": bars,
        "bars_open_inside": ~(bars & (rng.random(size) < np.where(houses.bad, 0.3, 0.02))),
    }
    columns |= _further(lapse, business, houses, rng)
    return Conditions(columns, _offends(columns, houses, rooms))


def _further(
    lapse: dict[str, Bools], business: Strings, houses: Houses, rng: np.random.Generator
) -> dict[str, Strings | Bools | Ints]:
    """Stairs, equipment, papers and the state of the building."""
    size = len(houses)
    trading = business != "none"
    grade = rng.choice(("none", "C", "D"), size=size, p=(0.9985, 0.0012, 0.0003))
    wood = houses.bad & (rng.random(size) < 0.08)
    return {
        "stair_material": np.where(wood, "wood", "concrete"),
        "extinguishers": np.where(houses.bad & (rng.random(size) < 0.25), 1, 2),
        "separate_exit": ~lapse["separate_exit"],
        "business_licence": ~lapse["business_licence"],
        "hazmat": lapse["hazmat"] & trading,
        "gas_in_bedroom": lapse["gas_in_bedroom"],
        "insanitary": lapse["insanitary"],
        "escape_kit_every_room": ~lapse["escape_kit_every_room"],
        "escape_ladder": ~(lapse["escape_ladder"] & (houses.floors >= 2) & (houses.stairs <= 1)),
        "tenants_registered": ~lapse["tenants_registered"],
        "days_unregistered": rng.integers(1, 60, size),
        "lease_filed": ~lapse["lease_filed"],
        "days_since_contract": rng.integers(5, 300, size),
        "security_guarantee": ~lapse["security_guarantee"],
        "illegal_building": lapse["illegal_building"],
        "danger_grade": grade,
        "use_changed": lapse["use_changed"] & (houses.kind == Kind.CONVERTED),
    }


def _business(houses: Houses, rng: np.random.Generator) -> Strings:
    size = len(houses)
    front = rng.choice(BUSINESSES[:2], size=size, p=(0.74, 0.26))
    back = rng.choice(BUSINESSES, size=size, p=(0.2, 0.05, 0.4, 0.35))
    draw = rng.random(size)
    mixed = houses.kind == Kind.MIXED_USE
    works = ((houses.kind == Kind.CONVERTED) & (draw < 0.3)) | (
        (houses.kind == Kind.SELF_BUILT) & (draw < np.where(houses.bad, 0.16, 0.02))
    )
    return np.where(mixed, front, np.where(works, back, "none"))


def _offends(columns: dict[str, Any], houses: Houses, rooms: Rooms) -> Bools:
    """Whether any rule could bite; wide on purpose, since every offender is judged by the rules themselves."""
    crowded = (rooms.persons > 2) & ~rooms.family
    cramped = (rooms.persons > 0) & (rooms.use_m2 < LEAST_M2 * rooms.persons)
    misused = np.isin(rooms.kind, [KIND_NO[name] for name in NOT_FOR_LIVING]) & (rooms.persons > 0)
    odd = misused | (rooms.kind == KIND_NO["partition"]) | ~rooms.window
    worst = np.bincount(rooms.house, weights=crowded | cramped | odd, minlength=len(houses)) > 0
    plain = (
        columns["unpermitted_structure"] | columns["ebike_inside"] | columns["stairs_blocked"]
        | ~columns["smoke_detectors_everywhere"] | ~columns["fire_separation"] | ~columns["bars_open_inside"]
        | columns["hazmat"] | columns["gas_in_bedroom"] | columns["insanitary"] | columns["illegal_building"]
        | columns["use_changed"] | (columns["danger_grade"] != "none") | ~columns["escape_kit_every_room"]
        | ~columns["escape_ladder"] | ~columns["tenants_registered"] | ~columns["lease_filed"]
        | ~columns["security_guarantee"]
        | ((columns["business_use"] != "none") & ~(columns["separate_exit"] & columns["business_licence"]))
    )  # fmt: skip
    return plain | worst | houses.bad


def room_facts(rooms: Rooms, house: slice, keys: list[str]) -> list[dict[str, Any]]:
    """The measured facts of one house's rooms, ready for ``judge``; ``keys`` are the rooms' address codes."""
    rows = zip(
        keys, rooms.kind[house].tolist(), rooms.use_m2[house].tolist(), rooms.persons[house].tolist(),
        rooms.family[house].tolist(), rooms.window[house].tolist(), strict=True,
    )  # fmt: skip
    return [
        {"key": key, "room_kind": ROOM_KINDS[kind], "use_m2": m2, "persons": heads, "family": family, "window": window}
        for key, kind, m2, heads, family, window in rows
    ]


def cure(code: str, facts: dict[str, Any], rooms: list[dict[str, Any]]) -> bool:
    """Change facts and rooms as putting a hazard right does; False when the code is not one of ours."""
    if code in HOUSE_CURES:
        facts |= {name: value for name, value in HOUSE_CURES[code].items() if name in facts or value}
        return True
    if code not in ROOM_CURES:
        return False
    for room in rooms:
        room["persons"] = min(room["persons"], ROOM_CURES[code](room))
        if code == "GR04" and room["room_kind"] == "partition":
            room["room_kind"] = "living"
    return True


HOUSE_CURES: dict[str, dict[str, Any]] = {
    "TH01": {"hazmat": False},
    "TH02": {"fire_separation": True},
    "TH03": {"separate_exit": True},
    "IL01": {"unpermitted_structure": False, "building_in_progress": False, "blocks_fire_lane": False},
    "IL02": {"unpermitted_structure": False, "building_in_progress": False, "blocks_fire_lane": False},
    "IL03": {"illegal_building": False},
    "ST01": {"danger_grade": "none"},
    "ST02": {"use_changed": False},
    "BU01": {"business_licence": True},
    "SA01": {"insanitary": False},
    "RE01": {"tenants_registered": True},
    "RE02": {"lease_filed": True},
    "RE03": {"security_guarantee": True},
    "FI01": {"smoke_detectors_everywhere": True},
    "FI02": {"extinguishers": 2, "escape_kit_every_room": True},
    "FI04": {"escape_ladder": True},
    "FI05": {"stair_material": "protected_metal"},
    "FI08": {"gas_in_bedroom": False},
    "FI03": {"bars_open_inside": True},
    "FI06": {"ebike_inside": False},
    "FI07": {"stairs_blocked": False},
    "GR05": {"managed_register": True},
    "GR06": {"tenant_is_unit": False},
}
ROOM_CURES: dict[str, Callable[[dict[str, Any]], int]] = {
    "GR01": lambda room: int(room["use_m2"] // LEAST_M2),
    "GR02": lambda room: room["persons"] if room["family"] else 2,
    "GR03": lambda room: 0 if room["room_kind"] in NOT_FOR_LIVING or not room["window"] else room["persons"],
    "GR04": lambda room: 0 if room["room_kind"] == "partition" else room["persons"],
}
"""How many people may stay in a room once a hazard of that code is put right."""
