"""What the benchmarks stand on: figures beside their claims, and a database of their own that goes away again."""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, Engine

from db import engine, server
from db.engine import bound_to, make_engine
from db.migrate import upgrade

SHARED = Path(__file__).resolve().parents[2] / "shared" / "data"
COUNTY = "320581"
SEED = 1


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured number: what, how much, what is claimed of it, and whether that held (None: nothing is claimed)."""

    what: str
    measured: str
    claim: str = ""
    holds: bool | None = None


@contextmanager
def own_database(name: str) -> Iterator[Engine]:
    """An empty, migrated database; every deed inside the block works on it, and it is dropped at the end."""
    name = f"anju_bench_{name}_{os.getpid()}"
    server.drop_database(name)
    own = make_engine(server.ensure_database(name))
    kept = engine.engine
    try:
        upgrade(own)
        engine.engine = lambda: own  # type: ignore[assignment]
        yield own
    finally:
        engine.engine = kept
        own.dispose()
        server.drop_database(name)


@contextmanager
def model_town(name: str, houses: int) -> Iterator[Engine]:
    """A database with a model town of Changshu in it."""
    from demo import command

    with own_database(name) as own:
        command.run(houses, SEED, COUNTY, quiet=True)
        yield own


@contextmanager
def on(own: Engine) -> Iterator[Connection]:
    """One connection for reads."""
    with own.connect() as connection, bound_to(connection):
        yield connection


@contextmanager
def clock() -> Iterator[list[float]]:
    """A list that holds, once the block is over, its seconds and those this process computed in them."""
    took: list[float] = []
    started, busy = time.perf_counter(), time.process_time()
    yield took
    took += [time.perf_counter() - started, time.process_time() - busy]


def seconds(took: list[float]) -> str:
    """What the clock on the wall says, and how much of it was this process's own work; the rest waited."""
    return f"{took[0]:.1f} s ({took[1]:.1f} own)"
