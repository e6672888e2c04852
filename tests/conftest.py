"""One PostGIS for the run, one database a worker, one rolled-back transaction a test."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings
from sqlalchemy import Connection, Engine

from db.engine import bound_to
from tests import world as tiny
from tests.browser import browser, site, visit  # noqa: F401  (fixtures)
from tests.listener import listener  # noqa: F401
from tests.towns import own_town

# How long an example takes says how busy the machine is, and nothing about the law that it is an example of.
settings.register_profile("anju", deadline=None)
settings.load_profile("anju")

SHARED = Path(__file__).resolve().parents[2] / "shared" / "data"


SLOW_ROOMS = ("ui", "resilience")
"""What takes longest comes first, so that the workers end together."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The slow rooms first; measurements on data that is not part of the repository say so where it is absent."""
    items.sort(key=lambda item: item.path.relative_to(Path(__file__).parent).parts[0] not in SLOW_ROOMS)
    if not SHARED.is_dir():
        absent = pytest.mark.skip(reason="../shared/data is not there: it holds data that may not be committed")
        for item in items:
            if item.get_closest_marker("shared"):
                item.add_marker(absent)


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real data beside the repository."""
    return SHARED


@pytest.fixture(scope="session", autouse=True)
def apart(tmp_path_factory: pytest.TempPathFactory) -> None:
    """A key and a folder of photos of the run's own."""
    os.environ.setdefault("ANJU_KEY", "dGVzdC1vbmx5LWtleS10ZXN0LW9ubHkta2V5LXRlc3Q=")
    os.environ.setdefault("ANJU_EVIDENCE", str(tmp_path_factory.mktemp("evidence")))


@pytest.fixture(scope="session")
def database(apart: None) -> Iterator[tuple[Engine, tiny.World]]:
    """The worker's migrated database and the keys of the tiny town in it."""
    with own_town("test") as (_, engine, town):
        yield engine, town


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
