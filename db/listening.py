"""Word from the record that a ticket has moved, as it is committed (LISTEN and NOTIFY)."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass

import psycopg

from db.engine import engine

CHANNEL = "anju_tickets"
AGAIN_SECONDS = 2.0


@dataclass(frozen=True, slots=True)
class Moved:
    """A ticket of ``county`` moved; it is or was on the desks of ``departments``."""

    county: str
    departments: frozenset[str]


async def moves() -> AsyncIterator[Moved | None]:
    """Every move from now on, over a connection of its own.

    When that is lost it is opened again; None says so, for what moved meanwhile is not known.
    """
    url = engine().url.set(drivername="postgresql").render_as_string(hide_password=False)
    while True:
        with contextlib.suppress(psycopg.Error, OSError):
            async with await psycopg.AsyncConnection.connect(url, autocommit=True) as connection:
                await connection.execute(f"LISTEN {CHANNEL}")
                async for word in connection.notifies():
                    county, _, desks = word.payload.partition(":")
                    yield Moved(county, frozenset(desks.split(",")))
        await asyncio.sleep(AGAIN_SECONDS)
        yield None
