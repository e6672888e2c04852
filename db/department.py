"""The departments of a county."""

from sqlalchemy import Connection

from db import query


def names(connection: Connection, *, county: str) -> dict[str, query.Row]:
    """Every department by its code, with ``name`` and ``name_en``."""
    return {row["code"]: row for row in query.rows(connection, "department_names", county=county)}
