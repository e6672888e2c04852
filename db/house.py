"""What the record says of houses: the card, lists, frames. Reads only; no personal data in clear."""

import re
from datetime import date
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection

from db import query
from db.frame import frame
from gis.address.form import short as short_address
from gis.address.parse import parse
from gis.code import CODE_LENGTH, strip_code
from gis.division import short_name
from gis.errors import AnjuError
from inspections.access import Actor, Place
from inspections.role import AreaKind, Role

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

Bounds = tuple[float, float, float, float]
MOST_HITS = 5000
_CODE = re.compile(r"[0-9]{6,26}|[0-9]{25}X")


class NoSuchHouseError(AnjuError):
    """There is no house {key} in this county."""


def short(row: query.Row) -> str:
    """The address as lists show it, from ``address`` and ``village_name``; whole where no door is written."""
    if not row["village_name"]:
        return row["address"] or ""
    return short_address(parse(row["address"]), short_name(row["village_name"])) or row["address"]


def place_of(row: query.Row, departments: frozenset[str] = frozenset()) -> Place:
    """Where a house lies, for asking who may; ``row`` holds county, village and grid (its 15-digit code or None)."""
    return Place(county=row["county"], village=row["village"], grid=row.get("grid"), departments=departments)


def reach(actor: Actor) -> tuple[list[str] | None, list[str]]:
    """Areas whose houses a person sees in full (None: the whole county), and departments whose desks they sit at."""
    areas, desks = [], []
    for grant in actor.grants:
        if grant.role is Role.DEPARTMENT:
            desks.append(grant.area_code if grant.area_kind is AreaKind.DEPARTMENT else actor.department or "")
        elif grant.area_kind is AreaKind.COUNTY and grant.area_code == actor.county:
            return None, []
        else:
            areas.append(grant.area_code)
    return areas, [desk for desk in desks if desk]


def departments_of(connection: Connection, *, county: str, ids: list[int]) -> dict[int, frozenset[str]]:
    """Departments with an open ticket of these houses on their desk."""
    found = query.rows(connection, "house_desks", county=county, ids=ids)
    return {row["house_id"]: frozenset(row["departments"]) for row in found}


def one(connection: Connection, *, county: str, key: int | str) -> query.Row:
    """A house by its id (int) or its code (text, separators tolerated), with ``short`` and its ``place``.

    A room's code leads to its house, the code from before a move to the house as it is now; a house that was split,
    merged or demolished is found under its own code, ``house_status`` closed.

    Raises ``NoSuchHouseError``.
    """
    code = strip_code(key) if isinstance(key, str) else None
    row = query.row(connection, "house_one", county=county, id=None if code else key, code=code)
    if row is None and code:
        row = _led_to(connection, county, code)
    if row is None:
        raise NoSuchHouseError(key=key)
    desks = departments_of(connection, county=county, ids=[row["id"]])
    return row | {"short": short(row), "place": place_of(row, desks.get(row["id"], frozenset()))}


def _led_to(connection: Connection, county: str, code: str) -> query.Row | None:
    """The one living house that a code leads to that is no house's: a room's, or one from before a move."""
    codes = query.rows(connection, "house_codes_after", county=county, code=code)
    if len(codes) != 1:
        return None
    return query.row(connection, "house_one", county=county, id=None, code=codes[0]["code"])


def place(connection: Connection, *, county: str, house_id: int) -> Place:
    """Where a house lies and whose desks it is on."""
    return one(connection, county=county, key=house_id)["place"]


def rooms(connection: Connection, *, county: str, house_id: int) -> list[query.Row]:
    """Rooms in code order: id, suite, floor, label, code, kind, usable_m2, outer_window, headcount, family, let."""
    return query.rows(connection, "house_rooms", county=county, house_id=house_id)


def card(connection: Connection, *, county: str, key: int | str, on: date, actor: Actor | None = None) -> query.Row:
    """Everything the house card shows; a person is refused before anything is read of it.

    Beside the columns of ``one``: ``owner`` and ``manager`` (dicts of masks, or None), ``rooms``, ``tickets`` (open),
    ``visits`` (the last three, with ``of_code`` those of houses it came of), ``tickets_before`` (of those houses),
    ``changes`` (of its code), ``duty`` (who is on duty on the day), ``aliases`` (ended ones last).
    """
    house = one(connection, county=county, key=key)
    if actor is not None:
        actor.require("house.view", house["place"])
    same = {"county": county, "house_id": house["id"]}
    return house | {
        "owner": _person(house, "owner"),
        "manager": _person(house, "manager"),
        "rooms": rooms(connection, **same),
        "tickets": query.rows(connection, "house_tickets", **same),
        "visits": query.rows(connection, "house_visits", limit=3, **same),
        "tickets_before": query.rows(connection, "lineage_tickets_before", limit=20, **same),
        "changes": query.rows(
            connection, "lineage_history", county=county, address_id=house["address_id"], level="house"
        ),
        "duty": query.rows(connection, "house_duty", county=county, grid_id=house["grid_id"], on=on),
        "aliases": query.rows(connection, "house_aliases", county=county, address_id=house["address_id"]),
    }


def _person(house: query.Row, part: str) -> dict[str, Any] | None:
    if house[f"{part}_id"] is None:
        return None
    fields = ("id", "kind", "name", "phone", "id_no", "id_type")
    return {name: house[f"{part}_{name}"] for name in fields}


def search(  # noqa: PLR0913 - filters
    connection: Connection, *, actor: Actor, text: str = "", village: str | None = None, town: str | None = None,
    grid_ids: list[int] | None = None, colours: list[str] | None = None, let_status: str | None = None,
    never: bool = False, page: tuple[int, int] = (50, 0),
) -> list[query.Row]:  # fmt: skip
    """Houses the person may see, by code, words of the address, door plate or register number.

    Never visited first, or those alone if ``never``; ``page`` is how many, and how many to skip. Rows: id, code,
    address, short, village, town, kind, let_status, colour, reasons, rooms_let, persons, last_visit_at, due_on,
    grid_id, grid, lon, lat, synthetic, found (how many there are in all).
    """
    areas, desks = reach(actor)
    code = strip_code(text)
    is_code = bool(_CODE.fullmatch(code)) and code.startswith(actor.county)
    words = [f"%{_literal(word)}%" for word in text.split()] if text.strip() and not is_code else None
    led = _successors(connection, actor.county, code) if is_code and len(code) == CODE_LENGTH else None
    hits = led if words is None else _hits(connection, county=actor.county, words=words, alias=text.strip())
    found = query.rows(
        connection, "house_search", county=actor.county, address_ids=hits,
        code=code if is_code and led is None else None,
        words=words if hits is None else None, village=village, town=town, grid_ids=grid_ids, colours=colours,
        let_status=let_status, never=never, areas=areas, desks=desks, limit=page[0], offset=page[1],
    )  # fmt: skip
    whose = departments_of(connection, county=actor.county, ids=[row["id"] for row in found])
    return [
        row | {"short": short(row)}
        for row in found
        if actor.may("house.view", place_of(row, whose.get(row["id"], frozenset())))
    ]


def _hits(connection: Connection, *, county: str, words: list[str], alias: str) -> list[int] | None:
    """Addresses that the words lead to through the index; None where they are too many to be handed on."""
    longest = max(words, key=len)
    rows = query.rows(
        connection, "house_hits", county=county, words=words, longest=longest, alias=alias, limit=MOST_HITS
    )
    return [row["id"] for row in rows] if len(rows) < MOST_HITS else None


def houses_frame(
    connection: Connection, *, county: str, grid_ids: list[int] | None = None, village: str | None = None,
    bounds: Bounds | None = None, limit: int = 2000,
) -> "GeoDataFrame":  # fmt: skip
    """Houses as points, EPSG:4490, never visited first.

    Columns: id, code, address, parts, village, village_name, grid_id, kind, let_status, colour, reasons, rooms_let,
    persons, last_visit_at, due_on, synthetic, short, geometry. ``bounds`` is west, south, east, north in degrees.
    """
    west, south, east, north = bounds or (None, None, None, None)
    found = frame(
        connection, "house_frame", county=county, grid_ids=grid_ids, village=village, west=west, south=south,
        east=east, north=north, limit=limit,
    )  # fmt: skip
    found["short"] = [
        short({"address": address, "village_name": name})
        for address, name in zip(found["address"], found["village_name"], strict=True)
    ]
    return found


def colours(
    connection: Connection, *, county: str, grid_ids: list[int] | None = None, village: str | None = None
) -> dict[str, int]:
    """How many houses of each colour; a colour nobody has is left out."""
    found = query.rows(connection, "house_colours", county=county, grid_ids=grid_ids, village=village)
    return {row["colour"]: row["houses"] for row in found}


def _successors(connection: Connection, county: str, code: str) -> list[int] | None:
    """The addresses of the living houses that a whole code leads to, its own if it is in force."""
    return [row["id"] for row in query.rows(connection, "house_codes_after", county=county, code=code)] or None


def _literal(word: str) -> str:
    return re.sub(r"([\\%_])", r"\\\1", word)
