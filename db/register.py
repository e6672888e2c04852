"""Writing houses into the register: serials, codes, addresses, people, houses, suites, rooms; one or a million alike.

Rows go in by COPY under ids reserved beforehand, so that one house and a hundred thousand take the same path.
"""

import json
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from shapely.geometry.base import BaseGeometry
from sqlalchemy import Connection

from db import party, query, room
from db.bulk import copy_in, point_hex, reserve, shape_hex
from db.party import Person
from db.room import ADDRESS, NewRoom
from gis.code import AddressCode, codes_for

Progress = Callable[[float], None]
CHUNK = 5000
MANY = 500


@dataclass(slots=True)
class NewHouse:
    """A house to be registered. ``lon`` and ``lat`` are EPSG:4490 degrees, ``footprint`` a polygon in the same.

    ``source_key`` is what the register calls it (unique in the county), ``fingerprint`` a hash of all its row said,
    ``match_key`` what every writing of its address in its village shares ('' for none, None for not read yet).
    A point that is not ``precise`` is told with the address and puts no house on the map: its grid would be a guess.
    """

    village: str
    address: str
    kind: str = "other"
    lon: float | None = None
    lat: float | None = None
    footprint: BaseGeometry | None = None
    parts: dict[str, Any] = field(default_factory=dict)
    source: str = "register"
    source_crs: str | None = None
    match_level: str = "none"
    match_score: float | None = None
    uncertainty_m: float | None = None
    match_key: str | None = None
    precise: bool = True
    structure: str | None = None
    floors: int | None = None
    stairs: int | None = None
    use_registered: str | None = None
    use_actual: str | None = None
    built_area_m2: float | None = None
    let_status: str = "unknown"
    rooms_let: int | None = None
    persons: int | None = None
    owner: Person | None = None
    manager: Person | None = None
    doorplate: str | None = None
    register_no: str | None = None
    source_key: str | None = None
    fingerprint: bytes | None = None
    extra: dict[str, Any] = field(default_factory=dict)
    synthetic: bool = False
    rooms: tuple[NewRoom, ...] = ()

    @property
    def people(self) -> tuple[Person, ...]:
        """Owner and manager, as far as known."""
        return tuple(person for person in (self.owner, self.manager) if person is not None)


FACTS = (
    "village", "kind", "structure", "floors", "stairs", "use_registered", "use_actual", "built_area_m2", "let_status",
    "rooms_let", "persons", "owner_id", "manager_id", "geom", "footprint", "source_key", "fingerprint", "extra",
    "synthetic",
)  # fmt: skip
HOUSE_ADDRESS = (*ADDRESS, "match_key")


def allot(connection: Connection, *, county: str, village: str, houses: int) -> range:
    """Take the next serials of a village for good; two writers never get the same, and none is given twice."""
    last = query.value(connection, "serial_allot", county=county, village=village, n=houses)
    return range(last - houses + 1, last + 1)


def add(
    connection: Connection, *, county: str, houses: Sequence[NewHouse], progress: Progress | None = None
) -> list[str]:
    """Register houses with their addresses, people, suites and rooms; their codes, in the order given.

    Raises ``gis.code.CodeError`` for a village or suite no code can be made of, and whatever the record refuses.
    """
    if not houses:
        return []
    serials = _serials(connection, county, houses)
    codes = [str(code) for code in codes_for([house.village for house in houses], serials)]
    addresses = reserve(connection, "address", len(houses))
    ids = reserve(connection, "house", len(houses))
    people = add_people(connection, county=county, people=[person for house in houses for person in house.people])
    rows = (address_row(county, *one) for one in zip(addresses, codes, houses, strict=True))
    copy_in(connection, "address", HOUSE_ADDRESS, rows)
    if len(houses) > MANY:
        query.execute(connection, "plans_forget")
    for start in range(0, len(houses), CHUNK):
        part = slice(start, start + CHUNK)
        copy_in(connection, "house", ("county", "id", "address_id", *FACTS), (
            (county, key, address, *facts(house, people))
            for key, address, house in zip(ids[part], addresses[part], houses[part], strict=True)
        ))  # fmt: skip
        if progress is not None:
            progress(min(start + CHUNK, len(houses)) / len(houses))
    _copy_aliases(connection, county, houses, addresses)
    for house, house_id, address_id, serial in zip(houses, ids, addresses, serials, strict=True):
        if house.rooms:
            home = room.Home(house_id, address_id, AddressCode(house.village, serial), house.address, house.source)
            room.add(connection, home=home, rooms=house.rooms)
    return codes


def _serials(connection: Connection, county: str, houses: Sequence[NewHouse]) -> list[int]:
    """One serial a house. Villages are locked in the order of their codes, so that two writers cannot deadlock."""
    wanted = Counter(house.village for house in houses)
    given = {
        village: iter(allot(connection, county=county, village=village, houses=number))
        for village, number in sorted(wanted.items())
    }
    return [next(given[house.village]) for house in houses]


def facts(house: NewHouse, people: dict[int, int]) -> tuple[Any, ...]:
    """The values of ``FACTS`` for a house; ``people`` leads from ``id(person)`` to the person's key."""
    return (
        house.village, house.kind, house.structure, house.floors, house.stairs, house.use_registered,
        house.use_actual, house.built_area_m2, house.let_status, house.rooms_let, house.persons,
        people[id(house.owner)] if house.owner else None, people[id(house.manager)] if house.manager else None,
        point_hex(house.lon, house.lat) if house.precise else None, shape_hex(house.footprint, multi=True),
        house.source_key, house.fingerprint, json.dumps(house.extra, ensure_ascii=False), house.synthetic,
    )  # fmt: skip


def address_row(county: str, key: int, code: str, house: NewHouse) -> tuple[Any, ...]:
    """The values of ``HOUSE_ADDRESS`` for a house's own address."""
    return (
        county, key, code, "house", None, house.address, json.dumps(house.parts, ensure_ascii=False),
        point_hex(house.lon, house.lat), house.source, house.source_crs, house.match_level, house.match_score,
        house.uncertainty_m, house.match_key,
    )  # fmt: skip


def _copy_aliases(connection: Connection, county: str, houses: Sequence[NewHouse], addresses: Sequence[int]) -> None:
    """Door plates and register numbers; one that another address holds already is left to it."""
    wanted: dict[tuple[str, str], int] = {}
    for house, address in zip(houses, addresses, strict=True):
        for scheme, value in (("DOORPLATE", house.doorplate), ("REGISTER", house.register_no)):
            if value:
                wanted.setdefault((scheme, value), address)
    if not wanted:
        return
    held = query.rows(
        connection, "alias_held", county=county, schemes=[scheme for scheme, _ in wanted],
        aliases=[value for _, value in wanted],
    )  # fmt: skip
    for row in held:
        wanted.pop((row["scheme"], row["value"]), None)
    rows = ((county, address, scheme, value) for (scheme, value), address in wanted.items())
    copy_in(connection, "address_alias", ("county", "address_id", "scheme", "value"), rows)


def add_people(
    connection: Connection, *, county: str, people: Sequence[Person], synthetic: bool = False
) -> dict[int, int]:
    """Write who is not in the record yet; from ``id(person)`` of each given object to the person's key.

    Equal name, phone and id number, with at least one of the two latter, make the same person; bare namesakes
    stay apart.
    """
    keys = {id(person): person.key for person in people}
    found = party.known(connection, county=county, keys=keys.values())
    fresh: list[Person] = []
    places: dict[int, int] = {}
    told: dict[int, int] = {}
    at: dict[Any, int] = {}
    for person in people:
        key: Any = keys[id(person)] if person.phone or person.id_no else id(person)
        if key in found:
            told[id(person)] = found[key]
        elif key in at:
            places[id(person)] = at[key]
        else:
            at[key] = places[id(person)] = len(fresh)
            fresh.append(person)
    ids = reserve(connection, "party", len(fresh))
    rows = (
        (county, key, *party.sealed(person, keys[id(person)]), synthetic)
        for key, person in zip(ids, fresh, strict=True)
    )
    copy_in(connection, "party", ("county", "id", *party.COLUMNS, "synthetic"), rows)
    return told | {whom: ids[place] for whom, place in places.items()}
