"""Databases of a test's own: made anew, migrated, the tiny town in them, dropped at the end."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

from argon2 import PasswordHasher
from sqlalchemy import Engine, text

from db import server
from db.engine import make_engine
from db.migrate import upgrade
from tests import world as tiny


@contextmanager
def own_town(name: str, **options: int) -> Iterator[tuple[str, Engine, tiny.World]]:
    """The URL of a database of that name (the process's number is added), an engine on it, and the town's keys."""
    name = f"anju_{name}_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}_{os.getpid()}"
    server.drop_database(name)
    url = server.ensure_database(name)
    engine = make_engine(url, **options)
    try:
        # Nobody misses a town of a test after a power cut: its commits need not wait for the disk.
        with engine.begin() as connection:
            connection.execute(text(f"ALTER DATABASE {name} SET synchronous_commit = off"))
        engine.dispose()
        upgrade(engine)
        # The cheapest argon2id there is: these accounts live as long as the test.
        fast = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
        with engine.begin() as connection:
            town = tiny.build(connection, password_hash=fast.hash(tiny.PASSWORD))
        yield url, engine, town
    finally:
        engine.dispose()
        server.drop_database(name)
