"""Standard addresses: lists of them taken in with their validity, and read out for matching."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection

from db import query
from db.bulk import copy_in, point_hex

STREAMED = 20_000

Known = tuple[str, str, float, float, str]
"""Id (``s`` and the key of a standard address, ``h`` and that of a house's address), text, lon, lat, village or ''."""


@dataclass(frozen=True, slots=True)
class StandardAddress:
    """An address of a list: ``key`` is what the list calls it; EPSG:4490; ``crs`` is what it was converted from."""

    key: str
    text: str
    lon: float
    lat: float
    crs: str
    village: str | None = None


@dataclass(frozen=True, slots=True)
class Taken:
    """What a list changed: rows not known before, said otherwise before, named no more, and said again."""

    added: int
    changed: int
    ended: int
    unchanged: int


def take_in(
    connection: Connection, *, county: str, source: str, batch_id: int, rows: Sequence[StandardAddress],
    on: date, named: Sequence[str] | None = None,
) -> Taken:  # fmt: skip
    """Put a list in force from a day on; what it says again is left alone, what it says otherwise ends and begins anew.

    ``named`` holds the keys of rows of the list that cannot be used: where it is given the list is whole, and whatever
    of this source it does not name ends; where it is None the list is a part, and everything else stays.
    """
    given = {"county": county, "source": source}
    query.execute(connection, "standard_incoming")
    copy_in(connection, "incoming_standard", ("source_key", "text", "village", "geom", "source_crs"), (
        (row.key, row.text, row.village, point_hex(row.lon, row.lat), row.crs) for row in rows
    ))  # fmt: skip
    query.execute(connection, "standard_analyse")
    ended = 0 if named is None else query.execute(connection, "standard_gone", on=on, named=list(named), **given)
    unchanged = query.execute(connection, "standard_said_again", **given)
    changed = query.execute(connection, "standard_end_changed", on=on, **given)
    written = query.execute(connection, "standard_add", batch_id=batch_id, on=on, **given)
    return Taken(written - changed, changed, ended, unchanged)


def sources(connection: Connection, *, county: str) -> list[query.Row]:
    """Where a county's standard addresses come from: source, addresses in force, with_village."""
    return query.rows(connection, "standard_sources", county=county)


def state(connection: Connection, *, county: str, houses: bool = False) -> str:
    """A figure that is another as soon as a standard address (or a house that serves as one) is another."""
    return str(query.value(connection, "houses_state" if houses else "standard_state", county=county))


def standard(connection: Connection, *, county: str) -> Iterator[Known]:
    """The standard addresses in force."""
    return _streamed(connection, "standard_in_force", county)


def houses(connection: Connection, *, county: str) -> Iterator[Known]:
    """Houses in use whose own place was surveyed, pinned or matched to a door."""
    return _streamed(connection, "houses_as_reference", county)


def of_ids(connection: Connection, *, county: str, ids: Iterable[int]) -> dict[int, query.Row]:
    """Standard addresses by id: source, source_key, text, village, lon, lat, valid."""
    rows = query.rows(connection, "reference_of", county=county, ids=list(ids))
    return {row["id"]: row for row in rows}


def _streamed(connection: Connection, name: str, county: str) -> Iterator[Known]:
    statement = query.clause(name).execution_options(yield_per=STREAMED)
    for row in connection.execute(statement, {"county": county}):
        yield row[0], row[1], row[2], row[3], row[4]
