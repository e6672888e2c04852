"""Rows that could not be placed, on their way into the record and back out as a file to be mended."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any

import shapely

from db.imports import Held
from db.query import Row
from exchange.headers import ColumnGuess, Mapping
from exchange.importing import Prepared
from exchange.problems import Problem
from exchange.repair import REPAIR_COLUMNS
from exchange.table import SourceRow, Table
from words import say

LANGUAGES = ("zh", "en")


@cache
def batch_headers() -> frozenset[str]:
    """What the column naming a quarantined row's batch is called, in every language."""
    return frozenset(say("quarantine.batch", lang) for lang in LANGUAGES)


@cache
def _row_headers() -> frozenset[str]:
    return frozenset(say("exchange.repair.row", lang) for lang in LANGUAGES)


@cache
def repair_headers() -> frozenset[str]:
    """What the columns that a repair file adds are called, in every language."""
    added = {say(f"exchange.repair.{name}", lang) for name in REPAIR_COLUMNS for lang in LANGUAGES}
    return batch_headers() | added


def described(prepared: Prepared) -> dict[str, Any]:
    """What a batch must keep of its file to give rows back: headers, fields, whether it had geometry."""
    kept = _kept(prepared.table)
    return {
        "headers": [prepared.table.headers[index] for index in kept],
        "fields": {name: prepared.table.headers[index] for name, index in prepared.mapping.index_of.items()},
        "format": prepared.table.format,
        "geometry": prepared.table.has_geometry,
    }


def _kept(table: Table) -> list[int]:
    """Columns of the file itself, without those a repair file adds."""
    mended = bool(batch_headers() & set(table.headers))
    return [at for at, header in enumerate(table.headers) if not (mended and header in repair_headers())]


def held(prepared: Prepared) -> Iterator[Held]:
    """Every quarantined row with its masked problems, and as it stood in the file."""
    problems: dict[int, list[Problem]] = defaultdict(list)
    for problem in prepared.problems:
        problems[problem.row].append(problem)
    kept = _kept(prepared.table)
    for number, source in sorted(prepared.quarantined.items()):
        yield Held(number, [_plain(problem) for problem in problems[number]], _raw(source, kept))


def _plain(problem: Problem) -> dict[str, Any]:
    names = ("field", "reason", "value", "header", "fields")
    return {name: getattr(problem, name) for name in names}


def _raw(source: SourceRow, kept: list[int]) -> dict[str, Any]:
    cells = [source.cells[at] if at < len(source.cells) else None for at in kept]
    shape = source.geometry
    return {"cells": cells, "geometry": None if shape is None else shapely.to_wkt(shape, rounding_precision=-1)}


def resent(prepared: Prepared) -> list[tuple[int, int]]:
    """(batch, row) of every row of a repair file that came back, whether it is placed now or held anew."""
    batch_at = _index(prepared.table, batch_headers())
    row_at = _index(prepared.table, _row_headers())
    if batch_at is None or row_at is None:
        return []
    pairs = ((_number(row.cells[batch_at]), _number(row.cells[row_at])) for row in prepared.table.rows)
    return [(batch, row) for batch, row in pairs if batch is not None and row is not None]


def sent_again(beside: Iterable[dict[str, str]]) -> list[tuple[int, int]]:
    """(batch, row) of every row of a repair file, from what it adds to each row."""
    pairs = ((_first(one, batch_headers()), _first(one, _row_headers())) for one in beside)
    return [(batch, row) for batch, row in pairs if batch is not None and row is not None]


def _first(cells: dict[str, str], names: frozenset[str]) -> int | None:
    return next((_number(cells[name]) for name in sorted(names) if name in cells), None)


def _index(table: Table, names: frozenset[str]) -> int | None:
    return next((at for at, header in enumerate(table.headers) if header in names), None)


def _number(cell: Any) -> int | None:
    try:
        number = int(float(str(cell)))
    except (ValueError, OverflowError):
        return None
    return number if 0 < number < 2**31 else None


def problem_of(row_no: int, plain: dict[str, Any]) -> Problem:
    """A stored problem, able to speak again; what stood in the cell stays sealed."""
    return Problem(
        row_no, plain["field"], plain["reason"], plain["value"], plain["header"], "", _fields(plain["fields"])
    )


def _fields(fields: dict[str, Any]) -> dict[str, Any]:
    hints = fields.get("hints")
    return fields if hints is None else {**fields, "hints": [(name, values) for name, values in hints]}


def restored(batch: Row, rows: list[Held], *, lang: str) -> Prepared:
    """The open rows of a batch as ``exchange.repair`` takes them, each with the batch it belongs to."""
    told = batch["mapping"]
    headers = (*told["headers"], say("quarantine.batch", lang))
    sources = {
        held.row: SourceRow(held.row, [*held.raw["cells"], batch["id"]], _shape(held.raw["geometry"])) for held in rows
    }
    columns = tuple(
        ColumnGuess(headers.index(header), header, name, "field", 1.0, "name")
        for name, header in told["fields"].items()
        if header in headers
    )
    return Prepared(
        rows=[], problems=[problem_of(held.row, plain) for held in rows for plain in held.problems], read=len(rows),
        mapping=Mapping(columns),
        table=Table(headers, list(sources.values()), told["format"], has_geometry=told["geometry"]),
        crs=batch["crs"], quarantined=sources,
    )  # fmt: skip


def _shape(wkt: str | None) -> Any:
    return None if wkt is None else shapely.from_wkt(wkt)
