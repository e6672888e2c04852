"""A real worker on a real queue: what a step put down arrives outside, again after a failure, and after a death."""

import asyncio
from collections.abc import Callable, Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import psycopg
import pytest
from sqlalchemy import Engine, text

from actions import outgoing as deeds
from actions.deed import now
from actions.worker import tend, work, worker_app
from db.engine import bound_to
from db.listening import CHANNEL
from db.outgoing import NewChannel
from db.settings import libpq_url
from inspections.outgoing import Hours
from inspections.ticket import Event
from tests.actions.story import Walk, dispatched
from tests.listener import Listener
from tests.towns import own_town
from tests.world import World


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


def run(what: Callable[..., Coroutine[Any, Any, None]], *given: Any) -> None:
    """In a thread of its own: the browser's driver, where there is one, has a running loop in this."""
    with ThreadPoolExecutor(1) as aside:
        aside.submit(lambda: asyncio.run(what(*given))).result()


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


def test_every_night_colours_age(town: tuple[Engine, World]) -> None:
    engine, _ = town
    with engine.begin() as connection:
        connection.execute(text("UPDATE house SET colour = 'red'"))
    run(worker_app().tasks["reassess"].func, 0)
    with engine.connect() as connection:
        assert set(connection.execute(text("SELECT colour FROM house")).scalars()) == {"unseen"}


def test_word_of_a_move_reaches_every_desk_it_is_on(town: tuple[Engine, World]) -> None:
    engine, world = town
    with engine.begin() as connection, bound_to(connection):
        key = dispatched(world, 1, now())
        connection.execute(
            text("INSERT INTO ticket_department (county, ticket_id, department, part) SELECT county, id, 'urban', 'co' "
                 "FROM ticket WHERE id = :i ON CONFLICT DO NOTHING"), {"i": key},
        )  # fmt: skip
    with psycopg.connect(libpq_url(engine.url.render_as_string(hide_password=False)), autocommit=True) as listening:
        listening.execute(f"LISTEN {CHANNEL}")
        with engine.begin() as connection, bound_to(connection):
            Walk(world, key, now())("fire", Event.ACCEPT)
        words = [note.payload for note in listening.notifies(timeout=5, stop_after=1)]
    assert "urban" in words[0].partition(":")[2].split(",")


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
