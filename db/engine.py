"""One engine a process, one connection an action, one transaction a deed.

``transaction()`` is the only way in. Inside ``bound_to(connection)`` (tests, and deeds made of deeds) it opens
a savepoint on the bound connection instead of a connection of its own.
"""

import atexit
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from typing import Any

from sqlalchemy import Connection, Engine, create_engine

from db.errors import answering
from db.settings import database_url

_bound: ContextVar[Connection | None] = ContextVar("bound connection", default=None)


def make_engine(url: str, **options: Any) -> Engine:
    """An engine for a ``postgresql://`` URL through psycopg 3; days are Shanghai's, JIT is off (it only costs here)."""
    return create_engine(
        url.replace("postgresql://", "postgresql+psycopg://", 1),
        pool_pre_ping=True,
        connect_args={"options": "-c timezone=Asia/Shanghai -c jit=off", "application_name": "anju"},
        **options,
    )


@cache
def engine() -> Engine:
    """The process's engine on ``DATABASE_URL`` or the private cluster."""
    made = make_engine(database_url(), pool_size=10, max_overflow=20)
    # A command ends while the pool still holds its connections; closed here, none is found open by the collector.
    atexit.register(made.dispose)
    return made


@contextmanager
def bound_to(connection: Connection) -> Iterator[None]:
    """Let every ``transaction()`` below this point be a savepoint of ``connection``."""
    token = _bound.set(connection)
    try:
        yield
    finally:
        _bound.reset(token)


@contextmanager
def transaction() -> Iterator[Connection]:
    """A connection inside one transaction: committed at the end, rolled back by any error.

    Raises ``db.errors.DatabaseLostError`` when the database goes away; whether a commit was kept is not known then.
    """
    bound = _bound.get()
    if bound is not None:
        with bound.begin_nested():
            yield bound
        return
    with answering(), engine().begin() as connection:
        yield connection


@contextmanager
def reading() -> Iterator[Connection]:
    """A connection for a page's reads: one transaction in which the database itself refuses to write."""
    bound = _bound.get()
    if bound is not None:
        yield bound
        return
    with answering(), engine().connect().execution_options(postgresql_readonly=True) as connection:
        yield connection
