"""What the killing tests kill: a process that imports a register, and one that takes tickets along their way.

``python -m tests.resilience.workers import FILE`` tells on standard output where it stands, one word a line, and goes
on at once: ``backend PID``, ``writing N``, ``closing``, ``committing``, and after the commit ``acknowledged JSON``.

``python -m tests.resilience.workers tickets FILE`` walks ticket after ticket through reporting, passing on, rectifying
and closing until it is stopped or the database is gone. Each step that was confirmed is in FILE, on the disk, before
the next is tried; ``asked`` lines say what was tried.

``python -m tests.resilience.workers clerks FILE`` seats ten clerks at the same dozen tickets, who all press at once.
"""

import json
import os
import random
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from itertools import count
from pathlib import Path
from typing import Any

from sqlalchemy import event, text

from actions import imports
from actions.deed import now
from actions.evidence import Photo
from actions.imports import ImportOptions, import_houses
from actions.operator import operator
from actions.tickets import report, steps_for, take_step
from db import account, engine, register, ticket
from db.errors import DatabaseLostError
from gis.errors import AnjuError
from inspections.access import Actor
from inspections.ticket import Event, State
from tests.actions.story import jpeg
from tests.world import COUNTY

CHUNK = 400
"""Houses written at once here, so that there are many moments between."""


FREE_DOORS = """
SELECT h.id FROM house h
WHERE NOT EXISTS (SELECT FROM ticket t WHERE t.house_id = h.id AND t.state NOT IN ('CLOSED', 'VOID'))
ORDER BY h.id LIMIT 40
"""


def say(*words: object) -> None:
    sys.stdout.write(" ".join(map(str, words)) + "\n")
    sys.stdout.flush()


def bring_in(path: str) -> None:
    """Import a register, telling each moment."""
    register.CHUNK = CHUNK
    told: list[int] = []

    def begun(connection: Any) -> None:
        pid = connection.connection.driver_connection.info.backend_pid
        if pid not in told:
            told.append(pid)
            say("backend", pid)

    close = imports.imports.close_batch

    def closing(*given: Any, **named: Any) -> None:
        say("closing")
        close(*given, **named)
        event.listen(engine.engine(), "commit", lambda _connection: say("committing"))

    imports.imports.close_batch = closing  # type: ignore[assignment]
    event.listen(engine.engine(), "begin", begun)

    def progress(stage: str, done: int, _total: int) -> None:
        if stage == "writing":
            say("writing", done)

    say("ready")
    options = ImportOptions(crs="EPSG:4490")
    told_by = import_houses(path, options=options, actor=operator(COUNTY), at=now(), progress=progress)
    say("acknowledged", json.dumps(told_by.as_dict()))


class Journal:
    """What was asked and what was confirmed, on the disk line by line."""

    def __init__(self, path: str) -> None:
        self.path = Path(path)

    def write(self, *words: object) -> None:
        with self.path.open("a", encoding="utf-8") as file:
            file.write(" ".join(map(str, words)) + "\n")
            file.flush()
            os.fsync(file.fileno())


def walk(path: str) -> None:
    """Take tickets from their report to their closure, one after another, for ever."""
    journal = Journal(path)
    with engine.transaction() as connection:
        backend = connection.execute(text("SELECT pg_backend_pid()")).scalar_one()
        doors = list(connection.execute(text(FREE_DOORS)).scalars())
        people = {login: _actor(connection, login) for login in ("fire", "housing", "centre")}
    say("backend", backend)
    at = now()
    for turn in count():
        at += timedelta(minutes=1)
        journal.write("asked", "-", "report")
        key = report(doors[turn % len(doors)], "FI06", words="电动车", actor=people["centre"], at=at)["id"]
        journal.write("done", key, "report", "REPORTED")
        for who, step, given in _way():
            at += timedelta(minutes=1)
            journal.write("asked", key, step.value)
            row = take_step(key, step, actor=people[who], at=at, **given)
            journal.write("done", key, step.value, row["state"])
        say("closed", key)


def _actor(connection: Any, login: str) -> Actor:
    key = connection.execute(text("SELECT id FROM account WHERE login = :l"), {"l": login}).scalar_one()
    return account.actor_of(connection, county=COUNTY, account_id=key, at=now())


def _way() -> Iterator[tuple[str, Event, dict[str, Any]]]:
    yield "centre", Event.VERIFY, {}
    yield "centre", Event.FILE, {}
    yield "centre", Event.DISPATCH, {"department": "fire"}
    yield "fire", Event.ACCEPT, {}
    yield "fire", Event.PASS_ON, {"department": "housing", "reason": "属住房管理", "clause": "第七条"}
    yield "housing", Event.SIGN, {}
    yield "housing", Event.START, {}
    yield "housing", Event.SUBMIT, {"photos": [Photo(jpeg())]}
    yield "centre", Event.RECHECK, {}
    yield "centre", Event.CLOSE, {}


CLERKS = 10
"""How many clerks one process of ``clerks`` seats."""
NEVER = frozenset({Event.VOID})


def crowd(path: str) -> None:
    """Seat clerks at the same tickets; each takes any step that is theirs, for as long as there is a database."""
    journal, lock = Journal(path), threading.Lock()
    with engine.transaction() as connection:
        people = [_actor(connection, login) for login in ("fire", "housing", "centre", "inspector")]
        keys = list(connection.execute(text("SELECT id FROM ticket ORDER BY id DESC LIMIT 12")).scalars())

    def sit(seat: int) -> None:
        dice = random.Random(f"{path} {seat}")
        while True:
            actor, key = dice.choice(people), dice.choice(keys)
            at = now()
            try:
                told = _any_step(dice, actor, key, at)
            except DatabaseLostError:
                return
            except AnjuError as error:
                told = type(error).__name__
            if told:
                with lock:
                    journal.write(key, *told.split(), at.isoformat(), actor.account_id)

    say("seated")
    with ThreadPoolExecutor(CLERKS) as pool:
        list(pool.map(sit, range(CLERKS)))


def _any_step(dice: random.Random, actor: Actor, key: int, at: Any) -> str | None:
    """Take one of the steps a person may take with a ticket as it was seen a moment ago; what was confirmed."""
    with engine.transaction() as connection:
        row = ticket.ticket(connection, COUNTY, key, now=at)
        desks = [code for code in ("fire", "housing", "urban", "police") if code not in (row["lead"], row["next_lead"])]
    steps = [step for step in steps_for(row, actor) if step.event not in NEVER]
    if not steps:
        return None
    step = dice.choice(steps)
    given: dict[str, Any] = {"reason": "缘由", "clause": "第七条", "department": dice.choice(desks)}
    given |= {"until": at + timedelta(days=dice.randint(1, 9))} if "until" in step.needs else {}
    given |= {"photos": [Photo(jpeg())]} if "after_photo" in step.needs else {}
    after = take_step(key, step.event, actor=actor, at=at, expect=State(row["state"]), **given)
    return f"done {after['last_event']} {after['state']}"


if __name__ == "__main__":
    {"import": bring_in, "tickets": walk, "clerks": crowd}[sys.argv[1]](sys.argv[2])
