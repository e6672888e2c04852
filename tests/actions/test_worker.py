"""A real worker on a real queue: what a step put down arrives outside, again after a failure, and after a death."""

import asyncio
from collections.abc import Callable, Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Thread
from typing import Any

import pytest
from sqlalchemy import Engine, text

from actions import outgoing as deeds
from actions.deed import now
from actions.worker import tend, work, worker_app
from db.engine import bound_to
from db.outgoing import NewChannel
from inspections.outgoing import Hours
from tests.actions.story import dispatched
from tests.listener import Listener
from tests.towns import own_town
from tests.world import World


@pytest.fixture
def listener() -> Iterator[Listener]:
    with Listener() as opened:
        Thread(target=opened.serve_forever, daemon=True).start()
        yield opened


@pytest.fixture
def town(monkeypatch: pytest.MonkeyPatch, listener: Listener) -> Iterator[tuple[Engine, World]]:
    """A town of its own with a channel of the fire brigade to the listener; the worker finds it by its URL."""
    import db.engine as engines

    with own_town("worker") as (url, engine, world):
        monkeypatch.setenv("DATABASE_URL", url)
        engines.engine.cache_clear()
        with engine.begin() as connection, bound_to(connection):
            new = NewChannel("值班群", listener.address, "", "", "department", department="fire", hours=Hours())
            deeds.open_channel(new, actor=world.actors["centre"], at=now())
        yield engine, world
        engines.engine().dispose()
        engines.engine.cache_clear()


def reported(engine: Engine, world: World, house: int = 1) -> None:
    with engine.begin() as connection, bound_to(connection):
        dispatched(world, house, now())


def states(engine: Engine) -> list[str]:
    with engine.connect() as connection:
        return list(connection.execute(text("SELECT state FROM outgoing ORDER BY id")).scalars())


def hurry(engine: Engine) -> None:
    """Whatever is to be tried later is to be tried now."""
    with engine.begin() as connection:
        connection.exec_driver_sql("SET LOCAL search_path = queue, public")
        connection.execute(text("UPDATE procrastinate_jobs SET scheduled_at = now() WHERE status = 'todo'"))


def run(what: Callable[[], Coroutine[Any, Any, None]]) -> None:
    """In a thread of its own: the browser's driver, where there is one, has a running loop in this."""
    with ThreadPoolExecutor(1) as aside:
        aside.submit(lambda: asyncio.run(what())).result()


async def send_all() -> None:
    await work(until_done=True)


def test_what_a_step_put_down_arrives_and_arrives_again_after_a_failure(
    town: tuple[Engine, World], listener: Listener
) -> None:
    engine, world = town
    listener.answers = [500]
    reported(engine, world)
    run(send_all)
    assert (listener.told, states(engine)) == ([], ["waiting"])
    hurry(engine)
    run(send_all)
    assert len(listener.told) == 1
    assert states(engine) == ["sent"]


def test_the_job_of_a_worker_that_died_is_done_by_another(town: tuple[Engine, World], listener: Listener) -> None:
    engine, world = town
    reported(engine, world)
    with engine.begin() as connection:
        dead = connection.execute(
            text("INSERT INTO queue.procrastinate_workers (last_heartbeat) VALUES (:at) RETURNING id"),
            {"at": now() - timedelta(hours=1)},
        ).scalar_one()
        taken = "UPDATE queue.procrastinate_jobs SET status = 'doing', worker_id = :w"
        connection.exec_driver_sql("SET LOCAL search_path = queue, public")
        connection.execute(text(taken), {"w": dead})

    async def look_after() -> None:
        app = worker_app()
        async with app.open_async():
            await tend(app, at=now())

    run(look_after)
    run(send_all)
    assert len(listener.told) == 1
    assert states(engine) == ["sent"]
