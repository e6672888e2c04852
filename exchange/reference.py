"""A list of standard addresses -> addresses with their points, and everything that is wrong with the other rows."""

import dataclasses
from collections.abc import Iterable
from pathlib import Path

from exchange.errors import ColumnsMissing
from exchange.headers import IGNORED, ColumnGuess, Mapping, guess_mapping
from exchange.importing import Batch, ImportOptions, Prepared, Progress, check_rows, gathered
from exchange.placing import place_points
from exchange.problems import Problem, problem_of
from exchange.reading import read_table
from exchange.row import HouseRow
from exchange.table import Table
from exchange.villages import CountyContext, find_villages
from gis.crs import parse_crs

FIELDS = frozenset(
    {"source_key", "address", "name", "town", "village", "village_code", "road", "door", "building", "unit", "room",
     "lon", "lat", "x", "y", "point", "wkt", "crs"}
)  # fmt: skip
"""What a standard address consists of; every other column is left in the file, whoever it speaks of."""

_POINTS = (("lon", "lat"), ("x", "y"), ("point",), ("wkt",))


def prepare_reference(
    path: Path | str, *, county: CountyContext, crs: str | None = None, progress: Progress | None = None
) -> Prepared:
    """Read, check and place every row of a list of standard addresses (columns id, address, lon, lat, perhaps crs).

    ``read == len(rows) + len(quarantined)`` always. A row needs a key, an address and a point inside the county; its
    village is found from its words or its point and may stay unknown. ``crs`` is the system of rows that name none.

    Raises
    ------
    exchange.errors.ExchangeError
        For a file nothing can be read from; ``ColumnsMissing`` where it has no key, address or point.
    gis.crs.UnknownCrsError
        For a ``crs`` that is no system.
    """
    tell = progress or (lambda _stage, _done, _total: None)
    stated = parse_crs(crs) if crs else None
    tell("reading", 0, 1)
    table = read_table(path)
    mapping = _mapping(table, name=Path(path).name)
    tell("checking", 0, len(table.rows))
    rows, problems = check_rows(table, mapping, ImportOptions(crs=crs), tell)
    batch = Batch(rows, problems)
    batch.drop(_without(batch.rows))
    tell("placing", 0, len(batch.rows))
    system = stated or mapping.crs_hint or table.crs
    batch.drop(place_points(batch.rows, crs=system, county_polygon=county.polygon))
    batch.drop(problem_of(row.row, "point", "point_missing") for row in batch.rows if row.lon is None)
    tell("villages", 0, len(batch.rows))
    batch.drop(one for one in find_villages(batch.rows, county=county) if one.field == "village_code")
    tell("duplicates", 0, len(batch.rows))
    batch.drop(_twice(batch.rows))
    return gathered(batch, table, mapping, system)


def _mapping(table: Table, *, name: str) -> Mapping:
    """The columns a standard address has; raises ``ColumnsMissing``."""
    mapping = guess_mapping(table.headers, cut=table.format == "shp")
    mapping = dataclasses.replace(mapping, columns=tuple(_kept(column) for column in mapping.columns))
    has = mapping.index_of
    missing = [field for field, there in (("id", "source_key" in has), ("address", "address" in has)) if not there]
    if not table.has_geometry and not any(all(field in has for field in point) for point in _POINTS):
        missing += ["lon", "lat"]
    if missing:
        raise ColumnsMissing(name=name, columns=", ".join(missing), headers=", ".join(table.headers[:30]))
    return mapping


def _kept(column: ColumnGuess) -> ColumnGuess:
    if column.field in FIELDS:
        return column
    return dataclasses.replace(column, field=None, role=IGNORED)


def _without(rows: Iterable[HouseRow]) -> Iterable[Problem]:
    for row in rows:
        if not row.source_key:
            yield problem_of(row.row, "source_key", "key_missing")
        elif not row.address:
            yield problem_of(row.row, "address", "address_missing")


def _twice(rows: Iterable[HouseRow]) -> Iterable[Problem]:
    """The later rows of those with one key."""
    first: dict[str, int] = {}
    for row in rows:
        key = row.source_key or ""
        if first.setdefault(key, row.row) != row.row:
            yield problem_of(row.row, "source_key", "duplicate_key", raw=key, first=first[key])
