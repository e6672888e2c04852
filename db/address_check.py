"""Looking over addresses: what is read of houses and refused rows, and what is settled once nothing is wrong."""

import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from db import crypto, query
from db.query import Row

CHUNK = 20_000


def houses(connection: Connection, *, county: str, ids: Sequence[int] | None = None) -> Iterator[list[Row]]:
    """Houses in use, some thousands at a time, all or those with these addresses.

    Rows: address_id, code, text, source, match_level, uncertainty_m, village, lon, lat (on the map), rough_lon,
    rough_lat (as far as known), moved (whether it ever changed its village).
    """
    after = 0
    given = None if ids is None else list(ids)
    while rows := query.rows(connection, "check_houses", county=county, ids=given, after=after, limit=CHUNK):
        yield rows
        after = rows[-1]["address_id"]


def written(connection: Connection, *, county: str, keys: Sequence[str]) -> dict[str, int]:
    """The addresses of houses by these source keys."""
    rows = query.rows(connection, "check_written", county=county, keys=list(keys))
    return {row["source_key"]: row["address_id"] for row in rows}


def duplicates(connection: Connection, *, county: str, ids: Sequence[int] | None = None) -> list[Row]:
    """Houses whose village holds the same address under an earlier code.

    Rows: address_id, other_id, code, text, village, lon, lat, metres (all of the other), n (houses of that address).
    """
    return query.rows(connection, "check_duplicates", county=county, ids=None if ids is None else list(ids))


def doubles_near(connection: Connection, *, county: str, metres: float, ids: Sequence[int] | None = None) -> list[Row]:
    """Houses with the same address within ``metres`` under an earlier code of another village; as ``duplicates``."""
    given = None if ids is None else list(ids)
    return query.rows(connection, "check_doubles_near", county=county, ids=given, metres=metres)


def codes(connection: Connection, *, county: str, ids: Iterable[int]) -> dict[int, Row]:
    """Addresses of houses by id: code, text, village."""
    return {row["id"]: row for row in query.rows(connection, "check_codes", county=county, ids=list(ids))}


def held(
    connection: Connection, *, county: str, reasons: Sequence[str], batch_id: int | None = None
) -> Iterator[list[tuple[Row, dict[str, Any]]]]:
    """Refused rows held back for one of these reasons, some thousands at a time, each with its cells in clear.

    Rows: id, batch_id, row_no, problems (masked), mapping. Nothing of the clear cells may be shown or kept as it is.
    """
    after = 0
    while rows := query.rows(
        connection, "check_held", county=county, reasons=list(reasons), batch_id=batch_id, after=after, limit=CHUNK
    ):
        yield [(row, json.loads(crypto.unseal(row["raw_enc"]))) for row in rows]
        after = rows[-1]["id"]


def settle(
    connection: Connection, *, county: str, checked: Sequence[int], found: Sequence[tuple[int, str]], at: datetime
) -> int:
    """Close open cases about the checked addresses that are not among those found, as (address, kind)."""
    return query.execute(
        connection, "check_settle", county=county, checked=list(checked), at=at,
        found=[address for address, _ in found], kinds=[kind for _, kind in found],
    )  # fmt: skip


def settle_gone(connection: Connection, *, county: str, at: datetime) -> int:
    """Close cases about houses that are closed."""
    return query.execute(connection, "check_settle_gone", county=county, at=at)


def place(connection: Connection, *, county: str, rows: Sequence[dict[str, Any]]) -> int:
    """Give addresses the point of their match: id, lon, lat (EPSG:4490), level, score, uncertainty_m, precise."""
    if not rows:
        return 0
    told = json.dumps(list(rows))
    placed = query.execute(connection, "check_place", county=county, rows=told)
    query.execute(connection, "check_place_houses", county=county, rows=told)
    return placed
