"""Named queries: every SQL text lives in ``db/sql/*.sql`` under a line that says what it answers.

A file holds blocks ``-- name: house_by_code`` / ``-- what it answers`` / SQL with ``:parameters``.
"""

import re
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, TextClause, text

FOLDER = Path(__file__).parent / "sql"
_NAME = re.compile(r"^-- name: *(\w+) *$", re.MULTILINE)

Row = dict[str, Any]


class UnknownQueryError(KeyError):
    """No file under db/sql holds a query of this name."""


@cache
def queries() -> Mapping[str, str]:
    """Every named query's text by name; a name given twice is refused."""
    found: dict[str, str] = {}
    for path in sorted(FOLDER.glob("*.sql")):
        parts = _NAME.split(path.read_text(encoding="utf-8"))
        for name, body in zip(parts[1::2], parts[2::2], strict=True):
            if name in found:
                raise ValueError(f"query {name} stands twice (again in {path.name})")
            found[name] = body.strip()
    return found


@cache
def clause(name: str) -> TextClause:
    """The named query as a statement; raises ``UnknownQueryError``."""
    try:
        return text(queries()[name])
    except KeyError:
        raise UnknownQueryError(name) from None


def rows(connection: Connection, name: str, /, **parameters: Any) -> list[Row]:
    """Every row that the named query answers, as dicts."""
    return [dict(row) for row in connection.execute(clause(name), parameters).mappings()]


def row(connection: Connection, name: str, /, **parameters: Any) -> Row | None:
    """The first row that the named query answers, or None."""
    found = connection.execute(clause(name), parameters).mappings().first()
    return dict(found) if found is not None else None


def value(connection: Connection, name: str, /, **parameters: Any) -> Any:
    """The first column of the first row, or None."""
    return connection.execute(clause(name), parameters).scalar()


def execute(connection: Connection, name: str, /, **parameters: Any) -> int:
    """Run a named statement; the number of rows it touched."""
    return connection.execute(clause(name), parameters).rowcount


def execute_many(connection: Connection, name: str, many: Sequence[Mapping[str, Any]], /) -> None:
    """Run a named statement once for each set of parameters."""
    if many:
        connection.execute(clause(name), list(many))
