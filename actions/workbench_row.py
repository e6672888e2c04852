"""A refused row taken in after all, once somebody said where it belongs: through the path every register takes."""

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection

from actions import quarantine
from actions.incoming import new_houses, read_houses
from db import imports, lineage, workbench, workbench_effects
from db.query import Row
from db.register import NewHouse
from exchange.addresses import key_of
from exchange.headers import EXTRA, IGNORED, Overrides
from exchange.importing import ImportOptions, Prepared, prepare_table
from exchange.table import Table
from exchange.villages import CountyContext
from gis.address.learnt import text_key
from gis.errors import AnjuError

PLACES = ("lon", "lat", "x", "y", "point", "wkt", "crs")
STORAGE = "EPSG:4490"
MODEL = "model"
"""The source of rows that a model town made up: what comes of them is made up too."""


class StillHeldError(AnjuError):
    """The row has other faults besides its address: {problems}."""


class RowMendedError(AnjuError):
    """The row came back mended in the meantime."""


class RowOfGoneHouseError(AnjuError):
    """The register means a house that was split, merged or demolished: choose what became of it."""


@dataclass(frozen=True, slots=True)
class Landing:
    """Where a row belongs: EPSG:4490, a village (12 digits), the address of a house that is there already.

    What is None is left to what the row itself says.
    """

    village: str | None = None
    lon: float | None = None
    lat: float | None = None
    level: str = "none"
    score: float | None = 1.0
    uncertainty_m: float | None = None
    address_id: int | None = None
    text: str | None = None

    @classmethod
    def of(cls, candidate: Mapping[str, Any]) -> "Landing":
        """Where a candidate of a case lies."""
        names = ("village", "lon", "lat", "level", "score", "uncertainty_m", "address_id", "text")
        given: dict[str, Any] = {name: candidate.get(name) for name in names}
        if candidate.get("source") == "visit":
            given["text"] = None
        return cls(**given)


def take_in(
    connection: Connection, case: Row, landing: Landing, *, on: date, county: CountyContext | None = None
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Take a case's refused row in where it belongs; what was before and what is after, for the undo.

    A house that stands there, or that has the row's register key, takes what the row says; otherwise there is a new
    house. The row's text finds the house's address from now on.

    Raises
    ------
    StillHeldError
        The row cannot be taken in for other reasons, which it names.
    RowMendedError
        It was taken in already.
    """
    county = county or context(connection, case["county"], on=on)
    prepared = prepared_row(connection, case, landing, county=county)
    if prepared.problems:
        raise StillHeldError(problems="; ".join(f"{one.where()}: {one.why()}" for one in prepared.problems))
    (house,) = new_houses(prepared, county=county)
    read_houses([(house, prepared.rows[0])], county=county)
    _take_place(house, landing, county)
    house.synthetic = case["source"] == MODEL
    return _write(connection, case, landing, house, text=prepared.rows[0].full_address, on=on)


def context(connection: Connection, county: str, *, on: date) -> CountyContext:
    """The county as reading a row needs it."""
    from actions.imports import county_context

    return county_context(connection, county, on=on)


def prepared_row(connection: Connection, case: Row, landing: Landing, *, county: CountyContext) -> Prepared:
    """The refused row read again with what is known now; nothing is written."""
    batch_id, state, held = workbench_effects.row_of(
        connection, county=case["county"], quarantine_id=case["quarantine_id"]
    )
    if state != "open":
        raise RowMendedError
    batch = imports.batch(connection, county=case["county"], batch_id=batch_id)
    source = quarantine.restored(batch, [held], lang="zh")
    table, fields = _placed(source, landing)
    options = ImportOptions(crs=STORAGE if landing.lon is not None else batch["crs"], mapping=fields)
    return prepare_table(table, name=batch["file_name"], options=options, county=county)


def _placed(source: Prepared, landing: Landing) -> tuple[Table, Overrides]:
    """The row's table with the place that was decided in columns of its own, before all that it said itself."""
    given: dict[str, Any] = {"village_code": landing.village} if landing.village else {}
    if landing.lon is not None:
        given |= {"lon": landing.lon, "lat": landing.lat}
    table = source.table
    told = {column.header: column.field for column in source.mapping.columns if column.field}
    dropped = {*given, *(PLACES if landing.lon is not None else ())}
    fields = {header: IGNORED if told.get(header) in dropped else told.get(header) or EXTRA for header in table.headers}
    names = {_free(field, table.headers): field for field in given}
    rows = [
        dataclasses.replace(row, cells=[*row.cells, *given.values()], geometry=None if "lon" in given else row.geometry)
        for row in table.rows
    ]
    geometry = table.has_geometry and "lon" not in given
    placed = dataclasses.replace(table, headers=(*table.headers, *names), rows=rows, has_geometry=geometry)
    return placed, Overrides(fields | names)


def _free(field: str, headers: Sequence[str]) -> str:
    name = f"anju_{field}"
    while name in headers:
        name += "_"
    return name


def _write(
    connection: Connection, case: Row, landing: Landing, house: NewHouse, *, text: str, on: date
) -> tuple[dict[str, Any], dict[str, Any]]:
    same = {"county": case["county"]}
    found, address_id = _sorted(connection, case["county"], landing, house)
    before = None if address_id is None else workbench_effects.house_state(connection, address_id=address_id, **same)
    imports.place(connection, found=found, keep_people=True, **same)
    workbench_effects.settle_row(connection, quarantine_id=case["quarantine_id"], **same)
    if address_id is None:
        address_id = _address_of(connection, case["county"], house)
    key = workbench.learn_text(connection, key=text_key(text), address_id=address_id, on=on, **same)
    after = workbench_effects.house_state(connection, address_id=address_id, **same)
    return {"row": before}, {"row": after, "text_alias": key, "registered": before is None}


def _sorted(
    connection: Connection, county: str, landing: Landing, house: NewHouse
) -> tuple[imports.Sorted, int | None]:
    """What is to be written, and the address of the house that the row is about, None where it is a new one.

    That is the house that was chosen, or the one that the register's own way of knowing houses finds.
    """
    if landing.address_id is not None:
        chosen = workbench_effects.house_state(connection, county=county, address_id=landing.address_id)
        if chosen is not None:
            _keep_place(house, chosen)
            row = {name: chosen[name] for name in ("address_id", "owner_id", "manager_id")}
            return imports.Sorted([], [(house, {"id": chosen["house_id"], **row})], 0), landing.address_id
    found = imports.sort(connection, county=county, houses=[house])
    if found.gone:
        raise RowOfGoneHouseError
    if found.changed:
        return found, int(found.changed[0][1]["address_id"])
    if found.new:
        return found, None
    return found, workbench_effects.registered(connection, county=county, source_key=house.source_key)


def _take_place(house: NewHouse, landing: Landing, county: CountyContext) -> None:
    """A place that was decided goes before what the row says."""
    if landing.lon is not None:
        house.match_level, house.match_score = landing.level, landing.score
        house.uncertainty_m = landing.uncertainty_m
    if landing.text:
        house.address = landing.text
        house.match_key = key_of(landing.text, house.village, county)


def _keep_place(house: NewHouse, known: Row) -> None:
    """Where a house stands is known better than the row says: text, village and point stay the house's own."""
    house.address, house.village = known["address"]["text"], known["house"]["village"]
    house.lon = house.lat = house.footprint = None
    house.parts = {}


def _address_of(connection: Connection, county: str, house: NewHouse) -> int:
    found = workbench_effects.registered(connection, county=county, source_key=house.source_key)
    assert found is not None  # noqa: S101  (written a moment ago, in this transaction)
    return found


def take_out(connection: Connection, decision: Row, *, at: datetime, account_id: int | None, reason: str) -> None:
    """Undo ``take_in``: the house as it was, closed and its code retired where there was none; the row held again."""
    county, before, after = decision["county"], decision["before"], decision["after"]
    if before["row"] is not None:
        workbench_effects.house_put_back(connection, county=county, state=before["row"])
    else:
        house_id, address_id = after["row"]["house_id"], after["row"]["address_id"]
        change = lineage.begin(connection, county=county, kind="demolish", at=at, on=at.date(), account_id=account_id,
                               reason=reason)  # fmt: skip
        change.retire[address_id], change.closing[house_id] = None, False
        change.lineage.append((address_id, None))
        lineage.write(connection, change)
    workbench_effects.reopen_row(connection, county=county, quarantine_id=decision["quarantine_id"])
