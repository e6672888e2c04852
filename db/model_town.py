"""Writing a whole model town at once: COPY of columns, blocks of ids, triggers at rest, and taking it away again."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from io import BytesIO
from typing import Any

import pyarrow as pa
import pyarrow.csv as pa_csv
from psycopg import sql
from sqlalchemy import Connection

from db import query, tables
from gis.errors import AnjuError

GUARDED = (
    "house", "house_village", "visit", "finding", "ticket", "ticket_event", "deed", "address", "address_lineage",
    "code_event", "grid", "repeat_report", "rating",
)  # fmt: skip
"""Tables whose triggers would rewrite or refuse a history that is written whole."""


class RealDataError(AnjuError):
    """County {county} holds real data ({houses} houses); a model town is never laid over it."""


class ModelTownThereError(AnjuError):
    """County {county} holds a model town of {houses} houses already; --reset takes it away first."""


def guard(connection: Connection, county: str, *, reset: bool) -> None:
    """Make sure that a model town may be laid here, taking an earlier one away if ``reset``.

    Raises ``RealDataError`` where anything real stands, ``ModelTownThereError`` where a model town does and is to stay.
    """
    found = query.row(connection, "model_town_found", county=county)
    if found is None:
        return
    if found["real_houses"] or not found["model"]:
        raise RealDataError(county=county, houses=found["real_houses"])
    if not reset:
        raise ModelTownThereError(county=county, houses=found["synthetic_houses"])
    forget(connection, county)


def forget(connection: Connection, county: str) -> None:
    """Take every row of a county out of the record, children first.

    Foreign keys are dropped for it and added again, which looks at every row once: keys that point at nothing any more
    would otherwise be searched for row by row. Nobody else can read the record until the transaction ends.
    """
    with resting(connection), _without_keys(connection):
        for table in reversed(tables.metadata.sorted_tables):
            if "county" in table.c:
                connection.execute(table.delete().where(table.c.county == county))


@contextmanager
def resting(connection: Connection) -> Iterator[None]:
    """Let the tables' own triggers rest inside the block: a history is written whole, not as it happens.

    Foreign keys and checks stay awake. Others may read meanwhile, but not write. After an error the rollback that must
    follow wakes the triggers.
    """
    _switch(connection, "DISABLE")
    yield
    _switch(connection, "ENABLE")


def _switch(connection: Connection, word: str) -> None:
    for table in GUARDED:
        statement = sql.SQL("ALTER TABLE {} {} TRIGGER USER")
        _run(connection, statement.format(sql.Identifier(table), sql.SQL(word)))
    # A history written whole is chained all the same.
    _run(
        connection,
        sql.SQL("ALTER TABLE {} ENABLE TRIGGER ticket_event_is_chained").format(sql.Identifier("ticket_event")),
    )


@contextmanager
def _without_keys(connection: Connection) -> Iterator[None]:
    keys = query.rows(connection, "model_town_keys")
    for key in keys:
        drop = sql.SQL("ALTER TABLE {} DROP CONSTRAINT {}")
        _run(connection, drop.format(sql.Identifier(key["child"]), sql.Identifier(key["name"])))
    yield
    for key in keys:
        add = sql.SQL("ALTER TABLE {} ADD CONSTRAINT {} {}")
        names = (sql.Identifier(key["child"]), sql.Identifier(key["name"]))
        _run(connection, add.format(*names, sql.SQL(key["definition"])))


def _run(connection: Connection, statement: sql.Composed) -> None:
    raw: Any = connection.connection.driver_connection
    with raw.cursor() as cursor:
        cursor.execute(statement)


def take_ids(connection: Connection, table: str, number: int) -> int:
    """The first of a block of ids of a table that nobody else will use."""
    if number == 0:
        return 0
    last = query.value(connection, "model_town_ids", sequence=f"{table}_id_seq", n=number)
    return int(last) - number + 1


def copy_columns(connection: Connection, table: str, columns: Mapping[str, Any]) -> int:
    """COPY columns (arrays or lists of one length, None for NULL) into a table; how many rows that were."""
    arrays = [column if isinstance(column, pa.Array) else pa.array(column) for column in columns.values()]
    frame = pa.table(arrays, names=list(columns))
    if frame.num_rows == 0:
        return 0
    buffer = BytesIO()
    pa_csv.write_csv(frame, buffer, pa_csv.WriteOptions(include_header=False))
    names = sql.SQL(", ").join(map(sql.Identifier, columns))
    statement = sql.SQL("COPY {} ({}) FROM STDIN (FORMAT csv)").format(sql.Identifier(table), names)
    raw: Any = connection.connection.driver_connection
    with raw.cursor() as cursor, cursor.copy(statement) as copy:
        copy.write(buffer.getbuffer())
    return frame.num_rows


def analyze(connection: Connection, written: Iterable[str]) -> None:
    """Tell the planner what is there now; queries right after a load are slow without it."""
    for table in written:
        _run(connection, sql.SQL("ANALYZE {}").format(sql.Identifier(table)))
