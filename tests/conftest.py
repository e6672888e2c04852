"""One PostGIS for the run, one database a worker, one rolled-back transaction a test."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from sqlalchemy import Connection, Engine, text

from db.engine import bound_to, make_engine
from db.migrate import upgrade
from tests import world as tiny
from tests.browser import browser, site, visit  # noqa: F401  (fixtures)

SHARED = Path(__file__).resolve().parents[2] / "shared" / "data"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Measurements on data that is not part of the repository say so where it is absent."""
    if not SHARED.is_dir():
        absent = pytest.mark.skip(reason="../shared/data is not there: it holds data that may not be committed")
        for item in items:
            if item.get_closest_marker("shared"):
                item.add_marker(absent)


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real data beside the repository."""
    return SHARED


@pytest.fixture(scope="session")
def server_url(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The URL of a server on which databases may be made and dropped."""
    from db import cluster

    os.environ.setdefault("ANJU_KEY", "dGVzdC1vbmx5LWtleS10ZXN0LW9ubHkta2V5LXRlc3Q=")
    os.environ.setdefault("ANJU_EVIDENCE", str(tmp_path_factory.mktemp("evidence")))
    return cluster.server_url()


@pytest.fixture(scope="session")
def database_url(server_url: str) -> Iterator[str]:
    """A database of this worker's own, made anew, migrated, with the tiny town in it."""
    name = f"anju_test_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}_{os.getpid()}"
    admin = make_engine(server_url, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f'CREATE DATABASE "{name}"'))
    url = server_url.rsplit("/", 1)[0] + f"/{name}" + ("?" + server_url.split("?", 1)[1] if "?" in server_url else "")
    try:
        yield url
    finally:
        with admin.connect() as connection:
            connection.execute(text(f'DROP DATABASE "{name}" WITH (FORCE)'))
        admin.dispose()


@pytest.fixture(scope="session")
def database(database_url: str) -> Iterator[tuple[Engine, tiny.World]]:
    """The worker's migrated database and the keys of the tiny town in it."""
    engine = make_engine(database_url)
    upgrade(engine)
    fast = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    with engine.begin() as connection:
        town = tiny.build(connection, password_hash=fast.hash(tiny.PASSWORD))
    yield engine, town
    engine.dispose()


@pytest.fixture
def connection(database: tuple[Engine, tiny.World]) -> Iterator[Connection]:
    """A connection whose work is rolled back; every deed inside the test runs on it."""
    engine, _ = database
    with engine.connect() as opened:
        outer = opened.begin()
        with bound_to(opened):
            yield opened
        outer.rollback()


@pytest.fixture(scope="session")
def world(database: tuple[Engine, tiny.World]) -> tiny.World:
    """The keys of the tiny town."""
    return database[1]
