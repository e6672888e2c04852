"""A tiny town that every test shares: two villages of Changshu, three grids, seven people, six houses.

Coordinates are made up around a point near Changshu; names and numbers are synthetic.

``聚沙村`` (320581101201) is a square of 0.02 degrees cut into a west and an east grid; ``珍北村`` (320581101208) lies
east of it with one grid that nobody is on duty for. Houses 1-4 lie in the west grid, 5 in the east grid, 6 in the
second village.
"""

from dataclasses import dataclass, field
from datetime import date, datetime
from zoneinfo import ZoneInfo

from shapely import MultiPolygon, Point, Polygon, box
from sqlalchemy import Connection, insert, text

from db import crypto, tables
from inspections.access import Actor, Grant
from inspections.role import AreaKind, Role

SHANGHAI = ZoneInfo("Asia/Shanghai")
COUNTY = "320581"
TOWN = "320581101"
VILLAGE = "320581101201"
OTHER_VILLAGE = "320581101208"
WEST, EAST, FAR = f"{VILLAGE}001", f"{VILLAGE}002", f"{OTHER_VILLAGE}001"
X0, Y0 = 120.90, 31.70
TODAY = date(2026, 6, 15)
NOW = datetime(2026, 6, 15, 9, 30, tzinfo=SHANGHAI)
PASSWORD = "synthetic-town-only"  # the accounts of the tiny town exist in test databases alone

DEPARTMENTS = {
    "center": ("新市民事务中心", "New Residents' Centre"), "police": ("公安局", "Police"),
    "fire": ("消防救援大队", "Fire Brigade"), "housing": ("住建局", "Housing"), "urban": ("城管局", "Urban Management"),
    "planning": ("资规局", "Planning"), "market": ("市场监管局", "Market Supervision"), "health": ("卫健委", "Health"),
    "emergency": ("应急管理局", "Emergency"), "agri": ("农业农村局", "Agriculture"), "town": ("街镇", "Town"),
    "property": ("物业", "Property Management"),
}  # fmt: skip


def multi(polygon: Polygon) -> str:
    """A polygon as the EWKT of a multipolygon in the storage CRS."""
    return f"SRID=4490;{MultiPolygon([polygon]).wkt}"


def point(lon: float, lat: float) -> str:
    """A point as EWKT in the storage CRS."""
    return f"SRID=4490;{Point(lon, lat).wkt}"


@dataclass(frozen=True)
class World:
    """Keys of what the tiny town holds; people by the role they play, houses by their number."""

    accounts: dict[str, int] = field(default_factory=dict)
    actors: dict[str, Actor] = field(default_factory=dict)
    grids: dict[str, int] = field(default_factory=dict)
    houses: dict[int, int] = field(default_factory=dict)
    codes: dict[int, str] = field(default_factory=dict)
    rooms: dict[int, list[int]] = field(default_factory=dict)


PEOPLE: dict[str, tuple[str, Role, AreaKind, str, str | None]] = {
    "inspector": ("网格员甲", Role.INSPECTOR, AreaKind.GRID, WEST, None),
    "inspector2": ("网格员乙", Role.INSPECTOR, AreaKind.GRID, EAST, None),
    "fire": ("消防员甲", Role.DEPARTMENT, AreaKind.DEPARTMENT, "fire", "fire"),
    "housing": ("住建员甲", Role.DEPARTMENT, AreaKind.DEPARTMENT, "housing", "housing"),
    "urban": ("城管员甲", Role.DEPARTMENT, AreaKind.DEPARTMENT, "urban", "urban"),
    "centre": ("中心员甲", Role.CENTRE, AreaKind.COUNTY, COUNTY, "center"),
    "centre2": ("中心员乙", Role.CENTRE, AreaKind.COUNTY, COUNTY, "center"),
    "leader": ("领导甲", Role.LEADER, AreaKind.COUNTY, COUNTY, None),
    "admin": ("管理员甲", Role.ADMIN, AreaKind.COUNTY, COUNTY, None),
}
HOUSES = {
    1: ("self_built", 120.9020, 31.7050, VILLAGE), 2: ("self_built", 120.9030, 31.7060, VILLAGE),
    3: ("mixed_use", 120.9040, 31.7070, VILLAGE), 4: ("dormitory", 120.9050, 31.7080, VILLAGE),
    5: ("self_built", 120.9150, 31.7080, VILLAGE), 6: ("apartment", 120.9300, 31.7080, OTHER_VILLAGE),
}  # fmt: skip


def build(connection: Connection, *, password_hash: str) -> World:
    """Write the tiny town; the caller commits."""
    world = World()
    _divisions(connection)
    connection.execute(
        insert(tables.department),
        [{"county": COUNTY, "code": c, "name": zh, "name_en": en} for c, (zh, en) in DEPARTMENTS.items()],
    )
    _people(connection, world, password_hash)
    _grids(connection, world)
    for number in HOUSES:
        _house(connection, world, number)
    return world


def _divisions(connection: Connection) -> None:
    whole = box(X0 - 0.05, Y0 - 0.05, X0 + 0.10, Y0 + 0.07)
    village, other = box(X0, Y0, X0 + 0.02, Y0 + 0.02), box(X0 + 0.02, Y0, X0 + 0.04, Y0 + 0.02)
    connection.execute(
        insert(tables.county),
        {"county": COUNTY, "name": "常熟市", "name_en": "Changshu", "geom": multi(whole), "model": True},
    )
    rows = [
        (COUNTY, "county", "常熟市", None, whole), (TOWN, "town", "梅李镇", COUNTY, village.union(other)),
        (VILLAGE, "village", "聚沙村村民委员会", TOWN, village),
        (OTHER_VILLAGE, "village", "珍北村村民委员会", TOWN, other),
    ]  # fmt: skip
    connection.execute(
        insert(tables.division),
        [
            {
                "county": COUNTY, "code": code, "level": level, "name": name, "parent": parent, "version": "2023-06-30",
                "geom": multi(shape), "centre": point(shape.centroid.x, shape.centroid.y), "synthetic_geometry": True,
                "valid": "[2020-01-01,)",
            }
            for code, level, name, parent, shape in rows
        ],
    )  # fmt: skip


def _people(connection: Connection, world: World, password_hash: str) -> None:
    for login, (name, role, kind, code, department) in PEOPLE.items():
        key = connection.execute(
            insert(tables.account).returning(tables.account.c.id),
            {"county": COUNTY, "login": login, "name": name, "password_hash": password_hash,
             "department": department, "demo": True},
        ).scalar_one()  # fmt: skip
        connection.execute(
            insert(tables.role_grant),
            {"county": COUNTY, "account_id": key, "role": role, "area_kind": kind, "area_code": code,
             "valid": "[2020-01-01,)"},
        )  # fmt: skip
        world.accounts[login] = key
        world.actors[login] = Actor(
            account_id=key, county=COUNTY, name=name, department=department, grants=(Grant(role, kind, code),)
        )


def _grids(connection: Connection, world: World) -> None:
    shapes = {
        WEST: (VILLAGE, "西网格", box(X0, Y0, X0 + 0.01, Y0 + 0.02), "inspector"),
        EAST: (VILLAGE, "东网格", box(X0 + 0.01, Y0, X0 + 0.02, Y0 + 0.02), "inspector2"),
        FAR: (OTHER_VILLAGE, "珍北网格", box(X0 + 0.02, Y0, X0 + 0.04, Y0 + 0.02), None),
    }
    for code, (village, name, shape, login) in shapes.items():
        key = connection.execute(
            insert(tables.grid).returning(tables.grid.c.id),
            {"county": COUNTY, "code": code, "village": village, "name": name, "geom": multi(shape),
             "valid": "[2020-01-01,)"},
        ).scalar_one()  # fmt: skip
        world.grids[code] = key
        if login is not None:
            connection.execute(
                insert(tables.duty),
                {"county": COUNTY, "grid_id": key, "account_id": world.accounts[login], "valid": "[2020-01-01,)"},
            )


def _house(connection: Connection, world: World, number: int) -> None:
    from gis.code import AddressCode

    kind, lon, lat, village = HOUSES[number]
    code = AddressCode.make(village=village, house=number)
    world.codes[number] = str(code)
    address = _address(connection, code, "house", None, f"{number}号", (lon, lat))
    owner = connection.execute(
        insert(tables.party).returning(tables.party.c.id),
        {
            "county": COUNTY,
            "name_enc": crypto.seal(f"房东{number}"),
            "name_mask": f"房*{number}",
            "phone_enc": crypto.seal(f"1990000000{number}"),
            "phone_mask": f"199****000{number}",
            "synthetic": True,
        },
    ).scalar_one()
    key = connection.execute(
        insert(tables.house).returning(tables.house.c.id),
        {
            "county": COUNTY,
            "address_id": address,
            "village": village,
            "kind": kind,
            "floors": 2,
            "stairs": 1,
            "let_status": "let",
            "geom": point(lon, lat),
            "source_key": f"T-{number}",
            "synthetic": True,
            "owner_id": owner,
            "rooms_let": 2,
            "persons": 2,
        },
    ).scalar_one()
    world.houses[number], world.rooms[number] = key, []
    suite_code = code.child(suite="0101")
    suite_address = _address(connection, suite_code, "suite", address, f"{number}号101", None)
    suite = connection.execute(
        insert(tables.suite).returning(tables.suite.c.id),
        {"county": COUNTY, "house_id": key, "address_id": suite_address, "label": "101", "floor": 1},
    ).scalar_one()
    for room in (1, 2):
        room_address = _address(
            connection, suite_code.child(room=room), "room", suite_address, f"{number}号101-{room}", None
        )
        world.rooms[number].append(
            connection.execute(
                insert(tables.room).returning(tables.room.c.id),
                {
                    "county": COUNTY,
                    "house_id": key,
                    "suite_id": suite,
                    "address_id": room_address,
                    "label": f"101-{room}",
                    "usable_m2": 12.0,
                    "outer_window": True,
                    "headcount": 1,
                    "family": False,
                },
            ).scalar_one()
        )
    connection.execute(
        text(
            "INSERT INTO code_serial VALUES (:c, :v, :n) ON CONFLICT (county, village) DO UPDATE SET last_serial = :n"
        ),
        {"c": COUNTY, "v": village, "n": number},
    )


def _address(connection: Connection, code: object, level: str, parent: int | None, label: str,
             at: tuple[float, float] | None) -> int:  # fmt: skip
    return connection.execute(
        insert(tables.address).returning(tables.address.c.id),
        {
            "county": COUNTY,
            "code": str(code),
            "level": level,
            "parent_id": parent,
            "text": f"梅李镇聚沙村{label}",
            "geom": point(*at) if at else None,
            "source": "test",
            "match_level": "door" if at else "none",
        },
    ).scalar_one()
