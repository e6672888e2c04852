"""Columns of tickets, their events, findings, departments and pictures out of a chunk's history."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

import numpy as np
import pyarrow as pa

from demo.columns import Columns, dumps, times
from demo.history import Found, History, Ticket, Year
from demo.photos import HEIGHT, WIDTH, Picture

STAMPS = (
    "filed_at", "dispatched_at", "accepted_at", "due_at", "rectified_at", "closed_at", "suspended_at",
    "suspended_until", "requested_until",
)  # fmt: skip
COUNTS = ("bounces", "reworks", "extensions", "reopens")


class Numbers:
    """Ticket numbers as the record gives them: county, day, serial of the day."""

    def __init__(self, county: str) -> None:
        self.county = county
        self.last: dict[date, int] = defaultdict(int)

    def next(self, opened_at: datetime) -> str:
        """The next number of a day."""
        on = opened_at.date()
        self.last[on] += 1
        return f"{self.county}{on:%Y%m%d}-{self.last[on]:06d}"

    def rows(self) -> Columns:
        """Rows of ``ticket_serial``, so that later tickets go on counting."""
        days = sorted(self.last)
        return {
            "county": [self.county] * len(days), "on_date": pa.array(days, type=pa.date32()),
            "last_serial": [self.last[day] for day in days],
        }  # fmt: skip


def ticket_rows(history: History, year: Year, numbers: Numbers, *, first: dict[str, int], grid: Any) -> Columns:
    """Ticket rows; ``grid`` holds the grid id of each house."""
    tickets, lives = history.tickets, [ticket.life for ticket in history.tickets]
    houses = np.array([ticket.house for ticket in tickets], dtype=np.int64)
    many = len(tickets)
    last = [life.last for life in lives]
    return {
        "county": [year.houses.county] * many, "id": np.arange(first["ticket"], first["ticket"] + many),
        "number": [numbers.next(life.opened_at) for life in lives], "house_id": first["house_row"] + houses,
        "village": year.houses.village[houses].tolist(), "grid_id": grid[houses],
        "state": [str(life.state) for life in lives], "lead": [life.lead for life in lives],
        "next_lead": pa.array([life.next_lead for life in lives], type=pa.string()),
        "hazard": [life.hazard for life in lives], "severity": [life.severity for life in lives],
        "opened_at": times([life.opened_at for life in lives]),
        **{name: times([life.times.get(name) for life in lives]) for name in STAMPS},
        "rectified_by": pa.array([life.rectified_by for life in lives], type=pa.int64()),
        "closed_by": pa.array([life.closed_by for life in lives], type=pa.int64()),
        **{name: [life.counts[name] for life in lives] for name in COUNTS},
        "last_event": [step["event"] for step in last], "last_at": times([step["at"] for step in last]),
        "last_actor": [step["actor"] for step in last],
        "last_reason": pa.array([step["reason"] for step in last], type=pa.string()),
        "last_clause": pa.array([step["clause"] for step in last], type=pa.string()),
        "synthetic": [True] * many,
    }  # fmt: skip


def event_rows(history: History, county: str, *, first: dict[str, int]) -> Columns:
    """Event rows of every ticket, in the order they happened within each."""
    steps = [(first["ticket"] + n, step) for n, ticket in enumerate(history.tickets) for step in ticket.life.events]
    many = len(steps)

    def column(name: str) -> pa.Array:
        return pa.array([step[name] for _, step in steps], type=pa.string())

    return {
        "county": [county] * many, "id": np.arange(first["ticket_event"], first["ticket_event"] + many),
        "ticket_id": [key for key, _ in steps], "at": times([step["at"] for _, step in steps]),
        "recorded_at": times([step["at"] for _, step in steps]),
        **{name: column(name) for name in ("event", "from_state", "to_state", "from_lead", "to_lead")},
        "actor": [step["actor"] for _, step in steps], "reason": column("reason"), "clause": column("clause"),
        "detail": [dumps(step["detail"]) for _, step in steps],
    }  # fmt: skip


def department_rows(history: History, county: str, *, first: dict[str, int]) -> Columns:
    """Departments that work along on each ticket."""
    rows = [(first["ticket"] + n, code) for n, ticket in enumerate(history.tickets) for code in _co(ticket)]
    many = len(rows)
    return {
        "county": [county] * many, "ticket_id": pa.array([key for key, _ in rows], type=pa.int64()),
        "department": pa.array([code for _, code in rows], type=pa.string()), "part": ["co"] * many,
    }  # fmt: skip


def _co(ticket: Ticket) -> list[str]:
    return [code for code in ticket.co if code != ticket.life.lead]


def finding_rows(history: History, county: str, *, first: dict[str, int]) -> Columns:
    """Finding rows, each under its ticket and visit."""
    found = history.findings
    many = len(found)
    hazards = [row.hazard for row in found]
    texts = ("lead", "basis", "basis_en", "certainty", "words_zh", "words_en")
    return {
        "county": [county] * many, "visit_id": [first["visit"] + row.visit for row in found],
        "house_id": [first["house_row"] + row.house for row in found],
        "room_id": pa.array([_room(row, first) for row in found], type=pa.int64()),
        "ticket_id": [first["ticket"] + row.ticket for row in found], "rule_code": [hazard.code for hazard in hazards],
        "severity": [hazard.severity for hazard in hazards],
        **{name: pa.array([getattr(hazard, name) for hazard in hazards], type=pa.string()) for name in texts},
        "terms": [dumps(hazard.terms) for hazard in hazards], "found_at": times([row.at for row in found]),
        "cleared_at": times([row.cleared_at for row in found]),
    }  # fmt: skip


def _room(row: Found, first: dict[str, int]) -> int | None:
    return None if row.room is None else first["room_row"] + row.room


def evidence_rows(
    history: History, county: str, pictures: dict[str, list[Picture]], *, first: dict[str, int],
    rng: np.random.Generator,
) -> Columns:  # fmt: skip
    """A picture from the visit that raised each ticket, and one for each submission."""
    rows = list(_shots(history, first))
    many = len(rows)
    which = rng.integers(0, len(pictures["after"]), many).tolist()
    chosen = [pictures[row[0]][n] for row, n in zip(rows, which, strict=True)]
    taken = times([at for _, at, *_ in rows])
    return {
        "county": [county] * many, "sha256": pa.array([one.sha256 for one in chosen], type=pa.string()),
        "kind": pa.array([one.kind for one in chosen], type=pa.string()), "mime": ["image/jpeg"] * many,
        "bytes": [one.size for one in chosen], "width": [WIDTH] * many, "height": [HEIGHT] * many, "taken_at": taken,
        "visit_id": pa.array([row[2] for row in rows], type=pa.int64()),
        "ticket_id": pa.array([row[3] for row in rows], type=pa.int64()),
        "account_id": pa.array([row[4] for row in rows], type=pa.int64()), "created_at": taken,
    }  # fmt: skip


def _shots(history: History, first: dict[str, int]) -> Iterator[tuple[str, datetime, int | None, int, int]]:
    raised: dict[int, int] = {}
    for row in history.findings:
        raised.setdefault(row.ticket, row.visit)
    for number, ticket in enumerate(history.tickets):
        key = first["ticket"] + number
        yield "before", ticket.life.opened_at, first["visit"] + raised[number], key, ticket.life.inspector
        for step in ticket.life.events:
            if step["event"] in ("submit", "receipt"):
                yield "after", step["at"], None, key, step["actor"]
