"""``kill -9`` in the middle of imports and ticket steps: nothing confirmed is missing, nothing is half there.

Every test kills at moments drawn from a seed; ``ANJU_KILL_SEED`` draws others.
"""

import asyncio
import csv
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from threading import Timer
from typing import Any

import pytest
from argon2 import PasswordHasher
from sqlalchemy import Engine, text
from starlette.responses import PlainTextResponse

from actions.imports import ImportOptions, ImportReport, import_houses
from actions.operator import operator
from api.gate import Gate
from db import chain, cluster, host, query, server
from db.engine import make_engine, transaction
from db.errors import DatabaseLostError
from db.migrate import upgrade
from inspections.chain import first_break
from tests import world as tiny
from tests.world import COUNTY, NOW
from words import say_error

ROOT = Path(__file__).resolve().parents[2]
SEED = int(os.environ.get("ANJU_KILL_SEED", "20260615"))
ROWS, BROKEN_EVERY = 1500, 100
PLACED = ROWS - ROWS // BROKEN_EVERY
HEADER = ["房屋编号", "所属村", "地址", "经度", "纬度", "房主姓名", "联系电话", "租住人数"]
OPTIONS = ImportOptions(crs="EPSG:4490")
PATIENCE = 120


@dataclass
class Record:
    """A private cluster with the tiny town in it, and everything that was confirmed to anybody so far."""

    home: Path
    folder: Path
    engine: Engine | None = None
    environment: dict[str, str] = field(default_factory=dict)
    kept: list[bool] = field(default_factory=list)

    @property
    def journal(self) -> Path:
        return self.folder / "tickets.journal"

    def start(self) -> Engine:
        """Bring the cluster up (again) and open a fresh engine on it."""
        if self.engine is not None:
            self.engine.dispose()
        self.engine = make_engine(cluster.start(self.home).url("anju"))
        return self.engine

    def all(self, sql: str, **given: Any) -> list[Any]:
        assert self.engine is not None
        with self.engine.connect() as connection:
            return list(connection.execute(text(sql), given))

    def one(self, sql: str, **given: Any) -> Any:
        return self.all(sql, **given)[0][0]

    def worker(self, kind: str, path: Path) -> "subprocess.Popen[str]":
        return subprocess.Popen(
            [sys.executable, "-m", "tests.resilience.workers", kind, str(path)],
            cwd=ROOT, env=self.environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip

    def register(self, name: str, rows: int = ROWS) -> Path:
        """A register of its own; every hundredth row has a telephone number that cannot be read."""
        path = self.folder / f"{name}.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(HEADER)
            for n in range(rows):
                phone = "139" if n % BROKEN_EVERY == 7 else f"139{n:08d}"
                place = f"{120.9001 + n % 100 / 1e4:.6f}", f"{31.7001 + n // 100 / 1e4:.6f}"
                writer.writerow([f"{name}-{n}", "聚沙村", f"聚沙村{name}组{n}号", *place, f"王{n}", phone, "1"])
        return path


@pytest.fixture(scope="module")
def record() -> Iterator[Record]:
    """A throw-away cluster of a short name; it lives as long as this module."""
    home = Path(tempfile.mkdtemp(prefix="anju-kill-"))
    home.chmod(0o755)
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("DATABASE_URL", raising=False)
        for name, value in (("ANJU_HOME", home), ("ANJU_EVIDENCE", home / "evidence")):
            patch.setenv(name, str(value))
        patch.setenv("ANJU_KEY", "dGVzdC1vbmx5LWtleS10ZXN0LW9ubHkta2V5LXRlc3Q=")
        found = Record(home, home, environment=dict(os.environ))
        patch.setattr("db.engine.engine", lambda: found.engine)
        server.ensure_database()
        engine = found.start()
        upgrade(engine)
        fast = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
        with engine.begin() as connection:
            tiny.build(connection, password_hash=fast.hash(tiny.PASSWORD))
        take(found.register("door", 40))
        yield found
        engine.dispose()
    cluster.stop(home)
    shutil.rmtree(home)


def take(path: Path) -> ImportReport:
    return import_houses(path, options=OPTIONS, actor=operator(COUNTY), at=NOW)


Victim = Callable[[Record, dict[str, Any]], None]


def the_postmaster(record: Record, _seen: dict[str, Any]) -> None:
    pid = cluster.postmaster_pid(record.home)
    assert pid is not None
    os.kill(pid, signal.SIGKILL)


def every_process(record: Record, _seen: dict[str, Any]) -> None:
    """What a power cut looks like to the programs; the postmaster first, so that it tidies nothing up."""
    pid = cluster.postmaster_pid(record.home)
    processes = host.processes(cluster.load(record.home).data_dir)
    for one in sorted(processes, key=lambda one: one != pid):
        try:
            os.kill(one, signal.SIGKILL)
        except ProcessLookupError:
            continue


def and_all_is_quiet(record: Record) -> None:
    """A killed postmaster's children notice within moments."""
    assert host.within(PATIENCE, lambda: not host.processes(cluster.load(record.home).data_dir))


def the_backend_of(kind: str) -> Victim:
    def kill(_record: Record, seen: dict[str, Any]) -> None:
        os.kill(seen[f"{kind} backend"], signal.SIGKILL)

    return kill


def the_importer(_record: Record, seen: dict[str, Any]) -> None:
    os.kill(seen["importer"], signal.SIGKILL)


MOMENTS = [f"writing {n}" for n in range(400, PLACED // 2 + 1, 400)]
"""What the importer says when it is killed, in the first half of its writing; then a few drawn milliseconds pass."""

_draw = random.Random(SEED)
KILLS = [
    pytest.param(victim, moment or _draw.choice(MOMENTS), _draw.random() * 0.01, id=name)
    for name, victim, moment in (
        ("postmaster-while-writing", the_postmaster, None),
        ("power-cut-while-writing", every_process, None),
        ("postmaster-while-closing", the_postmaster, "closing"),
        ("power-cut-while-committing", every_process, "committing"),
        ("importing-backend", the_backend_of("import"), None),
        ("ticket-backend", the_backend_of("tickets"), None),
        ("importing-client", the_importer, None),
    )
]


@pytest.mark.parametrize(("victim", "moment", "after_s"), KILLS)
def test_after_a_kill_nothing_confirmed_is_missing_and_nothing_is_half_there(
    record: Record, request: pytest.FixtureRequest, victim: Victim, moment: str, after_s: float
) -> None:
    name = f"R{request.node.callspec.id}"
    path = record.register(name)
    tickets = record.worker("tickets", record.journal)
    seen: dict[str, Any] = {}
    assert tickets.stdout is not None
    seen["tickets backend"] = int(tickets.stdout.readline().split()[1])
    tickets.stdout.readline()  # one ticket is closed
    importer = record.worker("import", path)
    seen["importer"] = importer.pid
    confirmed = kill_at(record, importer, victim, moment, after_s, seen)
    if victim is the_importer:
        assert tickets.stdout.readline()  # whoever works beside it goes on
        tickets.kill()
    said = tickets.communicate(timeout=PATIENCE)[1]
    assert victim is the_importer or "DatabaseLostError" in said, said
    record.start()
    kept = batch_is_whole_or_absent(record, name, confirmed=confirmed)
    record.kept.append(kept)
    again = take(path)
    assert (again.read, again.placed + again.unchanged, again.quarantined) == (ROWS, PLACED, ROWS // BROKEN_EVERY)
    assert again.placed == (0 if kept else PLACED)
    codes_are_given_once(record)
    tickets_are_what_was_confirmed(record)


def test_the_kills_came_in_the_middle(record: Record) -> None:
    """A busy machine may let one come too late; were it most of them, the tests above would show nothing."""
    assert record.kept.count(False) >= len(record.kept) / 2


def kill_at(
    record: Record, importer: "subprocess.Popen[str]", victim: Victim, moment: str, after_s: float,
    seen: dict[str, Any],
) -> bool:  # fmt: skip
    """Let the import run up to the moment, kill, and tell whether it was confirmed all the same."""
    assert importer.stdout is not None
    timer: Timer | None = None
    confirmed = False
    for line in importer.stdout:
        word = line.strip()
        if word.startswith("backend"):
            seen["import backend"] = int(word.split()[1])
        if word == moment and timer is None:
            timer = Timer(after_s, victim, (record, seen))
            timer.start()
        confirmed |= word.startswith("acknowledged")
    assert timer is not None, f"the import never came to {moment!r}: {importer.communicate()[1]}"
    timer.join(timeout=PATIENCE)
    importer.communicate(timeout=PATIENCE)
    return confirmed


def batch_is_whole_or_absent(record: Record, name: str, *, confirmed: bool) -> bool:
    """Whether the register is in the record; a part of it never is."""
    houses = record.one("SELECT count(*) FROM house WHERE source_key LIKE :k", k=f"key:{name}-%")
    done = record.all(
        "SELECT id, read, placed, unchanged, quarantined FROM import_batch WHERE file_name = :f AND state = 'done'",
        f=f"{name}.csv",
    )
    assert len(done) in ((1,) if confirmed else (0, 1))
    assert houses == (PLACED if done else 0)
    for batch in done:
        assert batch.read == batch.placed + batch.unchanged + batch.quarantined == ROWS
        held = record.one("SELECT count(*) FROM quarantine WHERE batch_id = :b", b=batch.id)
        assert held == batch.quarantined == ROWS // BROKEN_EVERY
    assert record.one("SELECT count(*) FROM import_batch WHERE state = 'running'") == 0
    orphans = "SELECT count(*) FROM quarantine q WHERE NOT EXISTS (SELECT FROM import_batch b WHERE b.id = q.batch_id)"
    assert record.one(orphans) == 0
    people = """
        SELECT count(*) FROM party p
        WHERE NOT EXISTS (SELECT FROM house h WHERE h.owner_id = p.id) AND
              NOT EXISTS (SELECT FROM house h WHERE h.manager_id = p.id)"""
    assert record.one(people) == 0
    deeds = record.one("SELECT count(*) FROM deed WHERE name = 'import.run' AND object_id = :f", f=f"{name}.csv")
    assert deeds == len(done)
    return bool(done)


def codes_are_given_once(record: Record) -> None:
    counted = """
        SELECT count(*), count(DISTINCT code), max(substr(code, 13, 5)::int) AS highest
        FROM address WHERE level = 'house' AND starts_with(code, :v)"""
    ((codes, different, highest),) = record.all(counted, v=tiny.VILLAGE)
    assert codes == different
    assert record.one("SELECT last_serial FROM code_serial WHERE village = :v", v=tiny.VILLAGE) >= highest
    alone = """
        SELECT count(*) FROM address a
        WHERE level = 'house' AND NOT EXISTS (SELECT FROM house h WHERE h.address_id = a.id)"""
    assert record.one(alone) == 0


def tickets_are_what_was_confirmed(record: Record) -> None:
    """Every confirmed step is in the history, at most the one that was under way besides, and each is whole."""
    confirmed: dict[int, list[tuple[str, str]]] = defaultdict(list)
    for line in record.journal.read_text(encoding="utf-8").splitlines():
        what, key, *rest = line.split()
        if what == "done":
            confirmed[int(key)].append((rest[0], rest[1]))
    history: dict[int, list[Any]] = defaultdict(list)
    for row in record.all("SELECT * FROM ticket_event ORDER BY ticket_id, id"):
        history[row.ticket_id].append(row)
    assert confirmed
    for key, steps in confirmed.items():
        stands = [(row.event, row.to_state) for row in history[key]]
        assert stands[: len(steps)] == steps
        assert len(stands) <= len(steps) + 1
    for ticket in record.all("SELECT * FROM ticket"):
        chain_is_unbroken(ticket, history[ticket.id])
    assert set(history) == {row.id for row in record.all("SELECT id FROM ticket")}
    every_step_has_its_deed(record, history)
    effects_came_with_their_step(record)


def chain_is_unbroken(ticket: Any, events: list[Any]) -> None:
    assert (events[0].event, events[0].from_state) == ("report", "")
    for before, after in pairwise(events):
        assert (after.from_state, after.from_lead) == (before.to_state, before.to_lead)
        assert after.at >= before.at
    last = events[-1]
    assert (ticket.state, ticket.lead, ticket.last_event, ticket.last_at) == (
        last.to_state, last.to_lead, last.event, last.at,
    )  # fmt: skip


def every_step_has_its_deed(record: Record, history: dict[int, list[Any]]) -> None:
    """One row of the audit for each row of the history, no more and no fewer; both were one transaction."""
    done = Counter((str(key), f"ticket.{row.event}") for key, rows in history.items() for row in rows[1:])
    deeds = record.all("SELECT object_id, name FROM deed WHERE object_kind = 'ticket'")
    assert Counter((row.object_id, row.name) for row in deeds) == done
    reports = record.one("SELECT count(*) FROM deed WHERE name = 'ticket.report'")
    assert reports == len(history)


def effects_came_with_their_step(record: Record) -> None:
    lone = """
        SELECT count(*) FROM finding f JOIN ticket t ON t.id = f.ticket_id
        WHERE (t.state = 'CLOSED') <> (f.cleared_at IS NOT NULL)"""
    assert record.one(lone) == 0
    without = "SELECT count(*) FROM ticket t WHERE NOT EXISTS (SELECT FROM finding f WHERE f.ticket_id = t.id)"
    assert record.one(without) == 0
    handed_in = """
        SELECT count(*) FROM ticket t
        WHERE EXISTS (SELECT FROM ticket_event e WHERE e.ticket_id = t.id AND e.event = 'submit')
           <> EXISTS (SELECT FROM evidence v WHERE v.ticket_id = t.id AND v.kind = 'after')"""
    assert record.one(handed_in) == 0
    two = "SELECT count(*) FROM ticket t JOIN ticket_department d ON d.ticket_id = t.id AND d.department = t.lead"
    assert record.one(two) == 0
    folder = record.home / "evidence"
    for row in record.all("SELECT sha256, bytes FROM evidence"):
        assert (folder / row.sha256[:2] / f"{row.sha256[2:]}.jpg").stat().st_size == row.bytes


OFFICES = 5


def test_fifty_clerks_at_one_inbox_lose_nothing_and_do_nothing_twice(record: Record) -> None:
    """Five processes of ten clerks press at the same dozen tickets; one process is killed, then the database."""
    walker = record.worker("tickets", record.folder / "warm.journal")
    assert walker.stdout is not None
    for _ in range(3):
        walker.stdout.readline()
    walker.kill()
    walker.communicate()
    journals = [record.folder / f"clerks{n}.journal" for n in range(OFFICES)]
    offices = [record.worker("clerks", path) for path in journals]
    for office in offices:
        assert office.stdout is not None
        assert office.stdout.readline().strip() == "seated"
    assert host.within(PATIENCE, lambda: len(_confirmed(journals)) > 150)
    offices[0].kill()
    before = len(_confirmed(journals[1:]))
    assert host.within(PATIENCE, lambda: len(_confirmed(journals[1:])) > before + 100)
    the_postmaster(record, {})
    for office in offices:
        office.communicate(timeout=PATIENCE)
    and_all_is_quiet(record)
    record.start()
    confirmed = _confirmed(journals)
    for key, event, state, at, actor in confirmed:
        found = record.one(
            "SELECT count(*) FROM ticket_event WHERE ticket_id = :t AND event = :e AND to_state = :s AND actor = :a"
            " AND at = CAST(:at AS timestamptz)", t=int(key), e=event, s=state, a=int(actor), at=at,
        )  # fmt: skip
        assert found == 1, (key, event, state, at)
    overtaken = Counter(line.split()[1] for path in journals for line in path.read_text("utf-8").splitlines())
    assert overtaken["OvertakenError"] > 0, overtaken
    _histories_are_whole(record, {int(key) for key, *_ in confirmed})


def _confirmed(journals: list[Path]) -> list[list[str]]:
    """Steps that were confirmed to a clerk: key, event, state, moment, account."""
    lines = [line.split() for path in journals if path.exists() for line in path.read_text("utf-8").splitlines()]
    return [[line[0], *line[2:]] for line in lines if len(line) == 6 and line[1] == "done"]


def _histories_are_whole(record: Record, keys: set[int]) -> None:
    """Each step follows from the one before it, one lead at a time, and the ticket stands where its history ends."""
    assert record.engine is not None
    for key in keys:
        history = record.all("SELECT event, from_state, to_state, from_lead, to_lead FROM ticket_event"
                             " WHERE ticket_id = :t ORDER BY id", t=key)  # fmt: skip
        assert history[0].from_state == ""
        for one, after in pairwise(history):
            assert (one.to_state, one.to_lead) == (after.from_state, after.from_lead)
            assert after.from_lead == after.to_lead or after.event in {"dispatch", "sign", "rule"}
        (row,) = record.all("SELECT state, lead, bounces FROM ticket WHERE id = :t", t=key)
        assert (row.state, row.lead) == (history[-1].to_state, history[-1].to_lead)
        assert row.bounces == sum(one.event in {"pass_on", "bounce"} for one in history)
        with record.engine.connect() as connection:
            assert first_break(chain.events(connection, COUNTY, key)) is None


def test_a_desk_that_was_open_goes_on_after_the_database_came_back(record: Record) -> None:
    """The page's engine keeps broken connections in its pool; the next deed must not stumble over them."""
    kept = record.start()
    assert record.one("SELECT 1") == 1
    the_postmaster(record, {})
    and_all_is_quiet(record)
    with pytest.raises(DatabaseLostError), transaction() as connection:
        connection.execute(text("SELECT 1"))
    cluster.start(record.home)
    assert record.engine is kept
    assert record.one("SELECT count(*) FROM county") == 1


def asked(path: str) -> tuple[int, dict[str, str], str]:
    """What the gate answers somebody with a cookie: status, headers, text."""
    sent: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Any) -> None:
        sent.append(message)

    headers = [(b"accept", b"text/html"), (b"cookie", b"anju_session=" + b"x" * 43), (b"host", b"desk")]
    scope = {
        "type": "http", "method": "GET", "path": path, "raw_path": path.encode(), "query_string": b"", "scheme": "http",
        "headers": headers, "root_path": "", "server": ("desk", 80), "client": ("127.0.0.1", 1), "http_version": "1.1",
    }  # fmt: skip
    with ThreadPoolExecutor(1) as aside:  # a browser test of the same run keeps this thread's event loop
        aside.submit(lambda: asyncio.run(Gate(PlainTextResponse("the page"))(scope, receive, send))).result()
    told = {name.decode(): value.decode() for name, value in sent[0]["headers"]}
    return sent[0]["status"], told, b"".join(part.get("body", b"") for part in sent[1:]).decode()


def test_a_browser_is_told_to_come_back_while_the_database_is_away(record: Record) -> None:
    record.start()
    assert asked("/today")[0] == 303
    the_postmaster(record, {})
    and_all_is_quiet(record)
    status, headers, said = asked("/today")
    assert (status, headers["retry-after"]) == (503, "5")
    assert said.splitlines() == [say_error(DatabaseLostError(), lang) for lang in ("zh", "en")]
    cluster.start(record.home)
    assert asked("/today")[0] == 303


def test_the_terminal_says_what_happened_in_one_line_when_the_database_goes_away(record: Record) -> None:
    record.start()
    path = record.register("terminal")
    running = subprocess.Popen(
        [sys.executable, "cli.py", "import", "houses", str(path), "--crs", "EPSG:4490", "--json"],
        cwd=ROOT, env=record.environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    waiting = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
    assert record.engine is not None
    with record.engine.connect() as another_import:
        query.execute(another_import, "import_one_at_a_time", county=COUNTY)
        assert host.within(PATIENCE, lambda: record.one(waiting) == 1)
        every_process(record, {})
        out, err = running.communicate(timeout=PATIENCE)
        another_import.invalidate()
    record.start()
    assert (running.returncode, out) == (1, "")
    assert "Traceback" not in err
    assert err == say_error(DatabaseLostError(), "zh") + "\n"
    assert not batch_is_whole_or_absent(record, "terminal", confirmed=False)
    assert take(path).placed == PLACED
    assert take(path).unchanged == PLACED
