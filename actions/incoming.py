"""A checked row of a register as a house to be written."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from actions.quarantine import batch_headers
from db import crypto
from db.party import Person
from db.register import NewHouse
from exchange.addresses import Matcher, Placed, match_rows, placed, read_addresses
from exchange.importing import Prepared
from exchange.row import HouseRow, fingerprint, identity
from exchange.villages import CountyContext
from gis.division import short_name


def new_houses(prepared: Prepared, *, county: CountyContext) -> list[NewHouse]:
    """The placeable rows as houses, each with a key of its own, in the order of the rows.

    Where one file gives two houses the same address at different points, the later ones are told apart by theirs.
    """
    names = {one.code: short_name(one.name) for one in county.divisions}
    ours = batch_headers()
    seen: set[str] = set()
    houses = []
    for row in prepared.rows:
        for header in ours & row.extra.keys():
            del row.extra[header]
        key = _key(row, seen)
        seen.add(key)
        houses.append(_house(row, key, village_name=names.get(row.village_code or "", "")))
    return houses


def _key(row: HouseRow, seen: set[str]) -> str:
    key = identity(row) or f"row:{fingerprint(row)}"
    if key in seen and row.lon is not None:
        key = f"{key}@{row.lon:.6f},{row.lat:.6f}"
    return key if key not in seen else f"{key}#{fingerprint(row)[:16]}"


def _house(row: HouseRow, key: str, *, village_name: str) -> NewHouse:
    return NewHouse(
        village=row.village_code or "", address=row.full_address or row.name or village_name,
        kind=row.house_kind or "other", lon=row.lon, lat=row.lat, footprint=row.footprint,
        parts=dict(_said(row, ("road", "door", "building", "unit", "room", "name"))),
        source="register", source_crs=row.crs, match_level=_match_level(row),
        match_score=None if row.lon is None else 1.0, structure=row.structure, floors=row.floors, stairs=row.stairs,
        use_actual=row.use, built_area_m2=row.area_m2, let_status=row.let_status, rooms_let=row.rooms_let,
        persons=row.persons, owner=_owner(row), manager=_manager(row), source_key=key,
        fingerprint=crypto.fingerprint(fingerprint(row), field="row"), extra=_extra(row),
    )  # fmt: skip


def read_houses(pairs: Sequence[tuple[NewHouse, HouseRow]], *, county: CountyContext) -> None:
    """Give houses the key and the parts that their address reads as."""
    read_addresses([row for _, row in pairs], county=county)
    for house, row in pairs:
        house.match_key, house.parts = row.match_key, row.parts | house.parts


def place_by_match(
    pairs: Sequence[tuple[NewHouse, HouseRow]], *, county: CountyContext, matcher: Matcher,
    progress: Callable[[int, int], None] | None = None,
) -> None:  # fmt: skip
    """Match houses without a point and give each the one of its match, with its level and how far it may be off."""
    wanted = [(house, row) for house, row in pairs if house.lon is None and row.full_address]
    match_rows([row for _, row in wanted if row.outcome is None], county=county, matcher=matcher, progress=progress)
    for house, row in wanted:
        found = placed(row, matcher)
        if found is not None:
            _place(house, found)


def _place(house: NewHouse, found: Placed) -> None:
    match = found.match
    house.lon, house.lat, house.precise = match.lon, match.lat, found.fine
    house.match_level, house.match_score = match.level.value, match.score
    house.uncertainty_m = match.uncertainty_m


def _match_level(row: HouseRow) -> str:
    """A point from the register counts as surveyed, one from an outline as the building; none is none."""
    if row.footprint is not None:
        return "building"
    return "survey" if row.lon is not None else "none"


def _owner(row: HouseRow) -> Person | None:
    if not (row.owner_name or row.owner_phone or row.owner_id_no):
        return None
    kind = "organisation" if row.owner_id_type == "uscc" else "person"
    return Person(row.owner_name, row.owner_phone or None, row.owner_id_no or None, row.owner_id_type, kind)


def _manager(row: HouseRow) -> Person | None:
    if not (row.manager_name or row.manager_phone):
        return None
    return Person(row.manager_name, row.manager_phone or None)


def _extra(row: HouseRow) -> dict[str, Any]:
    beside = dict(_said(row, ("note", "height_m")))
    if row.registered_on is not None:
        beside["registered_on"] = row.registered_on.isoformat()
    return {**row.extra, **beside}


def _said(row: HouseRow, names: Iterable[str]) -> list[tuple[str, Any]]:
    return [(name, value) for name in names if (value := getattr(row, name)) not in (None, "")]
