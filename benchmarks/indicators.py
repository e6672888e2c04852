"""Every figure of the leader's page over ten million tickets, from kept sums and counted; and what keeping them costs.

Claim: every figure takes <= 20 ms from the sums and is the same number; a step of a ticket costs <= 3 ms more; a county
whose tickets were written whole gets its sums at >= 10,000 tickets a second.

    python -m benchmarks indicators

``ANJU_BENCH_TICKETS`` says how many tickets (10,000,000); a tenth takes a tenth of the half hour.
"""

import os
import statistics
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from datetime import time as clock
from functools import partial
from typing import Any

from sqlalchemy import Connection, Engine, text

from benchmarks.ground import COUNTY, Figure, model_town
from db import closing, kpi, query, rollup
from inspections.deadline import SHANGHAI

TICKETS = int(os.environ.get("ANJU_BENCH_TICKETS", "10000000"))
YEARS, STEPS, READS = 10, 200, 9
KINDS: tuple[rollup.Kind, ...] = ("county", "town", "department")
NOW = datetime.now(SHANGHAI)
MADE = """
    INSERT INTO ticket (county, number, house_id, village, grid_id, state, lead, hazard, severity, opened_at, filed_at,
        dispatched_at, accepted_at, due_at, rectified_at, rectified_by, closed_at, closed_by, bounces, reworks,
        extensions, bounced_at, reworked_at, extended_at, last_event, last_at, synthetic, street)
    SELECT '320581', 'B' || r.n, h.id, h.village, h.grid_id, CASE WHEN c.closed THEN 'CLOSED' ELSE 'RECTIFYING' END,
        d.codes[1 + floor(cardinality(d.codes) * power(r.r1, 2))::int], 'FI06', 2, r.at, r.at,
        r.at + interval '5 minutes', r.at + interval '3 hours', r.at + interval '15 days',
        CASE WHEN c.closed THEN r.done_at - interval '6 hours' END, w.first,
        CASE WHEN c.closed THEN r.done_at END, w.second, (r.r2 < .06)::int, (r.r3 < .09)::int, (r.r4 < .04)::int,
        CASE WHEN r.r2 < .06 THEN r.at + interval '4 hours' END,
        CASE WHEN r.r3 < .09 AND c.closed THEN r.done_at - interval '2 days' END,
        CASE WHEN r.r4 < .04 THEN r.at + interval '1 day' END, CASE WHEN c.closed THEN 'close' ELSE 'start' END,
        least(r.done_at, CAST(:now AS timestamptz) - interval '1 minute'), true, h.street
    FROM (
        SELECT g.n, random() AS r1, random() AS r2, random() AS r3, random() AS r4, 1 + (g.n * 7919 % :houses) AS house,
            d.at, d.at + interval '1 day' * (4 - 5 * ln(1 - .9999 * random())) AS done_at
        FROM generate_series(CAST(:first AS bigint), CAST(:last AS bigint)) g (n)
        CROSS JOIN LATERAL (
            SELECT CAST(:now AS timestamptz) - interval '1 day' * (2 + :days * random() + g.n * 0) AS at) d
    ) r
    JOIN houses h ON h.n = r.house
    CROSS JOIN (SELECT array_agg(code ORDER BY code) AS codes FROM department WHERE county = '320581') d
    CROSS JOIN (SELECT min(id) AS first, max(id) AS second FROM account WHERE county = '320581') w
    CROSS JOIN LATERAL (SELECT r.done_at < CAST(:now AS timestamptz) AS closed) c
"""
PASSED = """
    INSERT INTO ticket_event (county, ticket_id, at, event, from_state, to_state, from_lead, to_lead, detail, hash)
    SELECT t.county, t.id, t.bounced_at, 'pass_on', 'ACCEPTED', 'RETURNED', t.lead, t.lead,
        jsonb_build_object('department', d.codes[1 + t.id % cardinality(d.codes)]), ''::bytea
    FROM ticket t
    CROSS JOIN (SELECT array_agg(code ORDER BY code) AS codes FROM department WHERE county = '320581') d
    WHERE t.county = '320581' AND t.bounced_at IS NOT NULL AND t.number LIKE 'B%'
"""
OPEN = """
    SELECT id FROM ticket WHERE county = '320581' AND state = 'RECTIFYING' AND number LIKE 'B%' ORDER BY id LIMIT :n
"""


def run() -> list[Figure]:
    """Write the tickets whole, make their sums, read each figure both ways, take steps with and without the sums."""
    with model_town("indicators", 20_000) as own:
        _write(own)
        built = _rebuilt(own)
        with own.connect() as connection:
            figures = _read(connection)
        figures += _stepped(own)
    per_second = TICKETS / built
    return [
        *figures,
        Figure(f"sums of {TICKETS:,} tickets made anew", f"{built:.0f} s, {per_second:,.0f}/s", ">= 10,000/s",
               per_second >= 10_000),
    ]  # fmt: skip


def _write(own: Engine) -> None:
    with own.begin() as connection:
        for table in ("ticket", "ticket_event"):
            connection.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER USER"))
        connection.execute(text(
            "CREATE TABLE houses AS SELECT row_number() OVER (ORDER BY h.id) AS n, h.id, h.village, h.grid_id, "
            "a.parts ->> 'road' AS street FROM house h JOIN address a ON a.county = h.county AND a.id = h.address_id"
        ))  # fmt: skip
        connection.execute(text("ALTER TABLE houses ADD PRIMARY KEY (n)"))
        houses = connection.execute(text("SELECT count(*) FROM houses")).scalar_one()
        slice_ = 500_000
        for first in range(1, TICKETS + 1, slice_):
            connection.execute(text(MADE), {"first": first, "last": min(TICKETS, first + slice_ - 1), "now": NOW,
                                            "days": 365 * YEARS, "houses": houses})  # fmt: skip
            print(f"\r  {min(TICKETS, first + slice_ - 1):,} tickets", end="", flush=True)
        connection.execute(text(PASSED))
        for table in ("ticket", "ticket_event"):
            connection.execute(text(f"ALTER TABLE {table} ENABLE TRIGGER USER"))
    with own.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("VACUUM (ANALYZE) ticket"))
        connection.execute(text("VACUUM (ANALYZE) ticket_event"))


def _rebuilt(own: Engine) -> float:
    started = time.perf_counter()
    with own.begin() as connection:
        rollup.rebuild(connection, county=COUNTY, told=lambda done, of: print(f"\r  {done} of {of} months   ", end=""))
    took = time.perf_counter() - started
    print()
    with own.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("VACUUM (ANALYZE) kpi_cell"))
        connection.execute(text("VACUUM (ANALYZE) ticket"))
    return took


def _read(connection: Connection) -> list[Figure]:
    """Each figure as the median of several reads, beside the same number by counting."""
    figures, seen_at = [], datetime.now(SHANGHAI)
    for name, first in (("this month", NOW.date().replace(day=1)), ("a year", NOW.date() - timedelta(days=365))):
        period = {
            "from_at": datetime.combine(first, clock(), SHANGHAI),
            "to_at": NOW + timedelta(days=9),
            "as_of": seen_at,
        }
        for kind in KINDS:
            kept, took = _median(partial(rollup.counts, connection, county=COUNTY, kind=kind, **period))
            by = None if kind == "county" else kind
            counted, whole = _once(partial(query.rows, connection, "kpi_counts", county=COUNTY, by=by, known_at=None,
                                           town=None, **period))  # fmt: skip
            figures.append(_figure(f"{name}, {kind}", took, whole, _told(kept) == _told(counted)))
    month = datetime.combine(NOW.date().replace(day=1), clock(), SHANGHAI)
    asked: dict[str, Callable[[], Any]] = {
        "trend of a year": lambda: kpi.trend(connection, county=COUNTY, from_at=NOW - timedelta(days=365), to_at=NOW),
        "radar": lambda: closing.radar(connection, county=COUNTY, now=NOW),
        "worst streets": lambda: closing.streets(connection, county=COUNTY, now=NOW),
        "who passed to whom, a month": lambda: kpi.bounces(connection, county=COUNTY, from_at=month, to_at=NOW),
        "who passed to whom, a year": lambda: kpi.bounces(
            connection, county=COUNTY, from_at=NOW - timedelta(days=365), to_at=NOW),
    }  # fmt: skip
    for name, ask in asked.items():
        _, took = _median(ask)
        figures.append(_figure(name, took, None, True))
    _, took = _median(lambda: kpi.indicators(
        connection, county=COUNTY, from_at=month, to_at=NOW, as_of=NOW, by="grid", town="320581003"))  # fmt: skip
    figures.append(Figure("grids of a town, this month: counted", f"{1000 * took:.1f} ms"))
    return figures


def _figure(name: str, took: float, counting: float | None, same: bool) -> Figure:
    beside = "" if counting is None else f", counting {1000 * counting:,.0f} ms"
    said = f"{1000 * took:.1f} ms{beside}" + ("" if same else ", ANOTHER NUMBER")
    return Figure(name, said, "<= 20 ms, same number", took <= 0.02 and same)


def _told(rows: list[dict[str, Any]]) -> dict[str, dict[str, int]]:
    from inspections.kpi import Count

    return {row["key"] or "": {one: int(row[one]) for one in Count} for row in rows if any(row[one] for one in Count)}


def _median(ask: Callable[[], Any]) -> tuple[Any, float]:
    found = ask()
    return found, statistics.median(_once(ask)[1] for _ in range(READS))


def _once(ask: Callable[[], Any]) -> tuple[Any, float]:
    started = time.perf_counter()
    found = ask()
    return found, time.perf_counter() - started


def _stepped(own: Engine) -> list[Figure]:
    """The median of steps of open tickets, each in a transaction of its own, in turn with and without the sums."""
    with own.connect() as connection:
        keys = list(connection.execute(text(OPEN), {"n": 2 * STEPS}).scalars())
    took: dict[bool, list[float]] = {True: [], False: []}
    for turn in range(0, len(keys), 20):
        kept = turn % 40 == 0
        with own.begin() as connection:
            word = "ENABLE" if kept else "DISABLE"
            connection.execute(text(f"ALTER TABLE ticket {word} TRIGGER kpi_follows"))
        took[kept] += [_step(own, key) for key in keys[turn : turn + 20]]
    with_sums, without = (1000 * statistics.median(took[kept]) for kept in (True, False))
    more = with_sums - without
    said = f"{with_sums:.1f} ms, without {without:.1f}"
    return [Figure("a step of a ticket, with the sums kept", said, "<= 3 ms more", more <= 3)]


def _step(own: Engine, key: int) -> float:
    started = time.perf_counter()
    with own.begin() as connection:
        connection.execute(
            text("UPDATE ticket SET state = 'SUBMITTED', rectified_at = now(), last_event = 'submit', last_at = now() "
                 "WHERE county = '320581' AND id = :t"),
            {"t": key},
        )  # fmt: skip
    return time.perf_counter() - started
