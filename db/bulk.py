"""Many rows at once: ids reserved beforehand, rows in by COPY, inside the transaction under way."""

import struct
from collections.abc import Iterable, Sequence
from typing import Any

import shapely
from psycopg import sql
from shapely.geometry.base import BaseGeometry
from sqlalchemy import Connection

from db import query
from db.frame import SRID

POINT_WITH_SRID = 0x20000001
_POINT = struct.Struct("<BIIdd")


def reserve(connection: Connection, table: str, number: int) -> list[int]:
    """Ids of a table that nobody else will use."""
    return [row["id"] for row in query.rows(connection, "ids_reserve", sequence=f"{table}_id_seq", n=number)]


def copy_in(connection: Connection, table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """COPY rows into a table inside the transaction under way."""
    names = sql.SQL(", ").join(map(sql.Identifier, columns))
    statement = sql.SQL("COPY {} ({}) FROM STDIN").format(sql.Identifier(table), names)
    raw: Any = connection.connection.driver_connection
    with raw.cursor() as cursor, cursor.copy(statement) as copy:
        for row in rows:
            copy.write_row(row)


def point_hex(lon: float | None, lat: float | None) -> str | None:
    """A point as hex EWKB in the storage CRS; None where a coordinate is missing."""
    return None if lon is None or lat is None else _POINT.pack(1, POINT_WITH_SRID, SRID, lon, lat).hex()


def shape_hex(shape: BaseGeometry | None, *, multi: bool = False) -> str | None:
    """A shape as hex EWKB in the storage CRS."""
    if shape is None:
        return None
    if multi and isinstance(shape, shapely.Polygon):
        shape = shapely.MultiPolygon([shape])
    return shapely.to_wkb(shapely.set_srid(shape, SRID), hex=True, include_srid=True)
