"""Tickets: what lies on whose desk, what happened to each, and the one conditional write that moves them.

A ticket row holds the table's columns and besides: ``clock`` ('done', 'paused', 'handed_in', 'none', 'overdue', 'soon',
'running'), ``clock_due_at`` (the deadline with a running pause in it), ``address``, ``address_code``, ``house_kind``,
``house_colour``, ``lon``, ``lat`` (EPSG:4490), ``grid`` (15 digits), ``village_name``, ``town_name``, ``lead_name``,
``lead_name_en``, ``next_lead_name``, ``next_lead_name_en``, ``co`` and ``cc`` (department codes), ``items`` (how many
findings), ``last_actor_name``, ``rectified_by_name``, ``closed_by_name``.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from sqlalchemy import Connection, insert, update

from db import finding, query, tables
from db.house import NoSuchHouseError
from db.query import Row
from db.ticket_effects import Step, changes
from gis.errors import AnjuError
from inspections.access import Place
from inspections.deadline import SHANGHAI
from inspections.ticket import Event, State
from words import Term

SOON: timedelta | None = None
"""How long before its deadline a case is amber. None: as long as such cases still take (``db.usual``), and a day."""

Chip = Literal["waiting", "soon", "overdue", "checking", "co"]
Tab = Literal["dispatch", "ruling", "recheck", "extension", "overdue", "again", "rated", "silent"]
CHIPS: tuple[Chip, ...] = ("waiting", "soon", "overdue", "checking", "co")
TABS: tuple[Tab, ...] = ("dispatch", "ruling", "recheck", "extension", "overdue", "again", "rated", "silent")


class NoSuchTicketError(AnjuError):
    """There is no ticket {ticket}."""


class OvertakenError(AnjuError):
    """{who} was first: {event} at {at}; ticket {number} now stands at {state}."""


@dataclass(frozen=True, slots=True)
class NewTicket:
    """A ticket about to be raised; ``lead`` is who would handle it, ``co`` who works along, ``cc`` who looks on."""

    county: str
    house_id: int
    village: str
    grid_id: int | None
    hazard: str
    severity: int
    lead: str
    source: Literal["visit", "report"]
    co: Sequence[str] = ()
    cc: Sequence[str] = ()


def ticket(connection: Connection, county: str, ticket_id: int, *, now: datetime) -> Row:
    """One ticket row (see the module); raises ``NoSuchTicketError``."""
    found = query.row(connection, "ticket_by_id", county=county, id=ticket_id, now=now, soon=SOON)
    return _found(found, ticket_id)


def by_number(connection: Connection, county: str, number: str, *, now: datetime) -> Row:
    """One ticket row by the number people say; raises ``NoSuchTicketError``."""
    found = query.row(connection, "ticket_by_number", county=county, number=number.strip(), now=now, soon=SOON)
    return _found(found, number)


def inbox(  # noqa: PLR0913 - filters
    connection: Connection, *, county: str, department: str, now: datetime, town: str | None = None,
    hazard: str | None = None, words: str = "", chip: Chip | None = None, limit: int = 500,
) -> list[Row]:  # fmt: skip
    """Open tickets sent to a department or waiting for its signature, worst clock first; with a chip what it counts.

    ``words`` are looked for in the number and the address.
    """
    return query.rows(
        connection, "ticket_inbox", county=county, department=department, now=now, soon=SOON, town=town, hazard=hazard,
        words=_patterns(words), chip=chip, limit=limit,
    )  # fmt: skip


def chips(connection: Connection, *, county: str, department: str, now: datetime) -> dict[str, int]:
    """Counts over a department's desk: ``waiting``, ``soon``, ``overdue``, ``checking``, ``co``, ``all`` it leads."""
    return query.row(connection, "ticket_chips", county=county, department=department, now=now, soon=SOON) or {}


def centre_queue(  # noqa: PLR0913 - filters
    connection: Connection, *, county: str, tab: Tab, now: datetime, town: str | None = None, hazard: str | None = None,
    words: str = "", silent_days: int = 7, limit: int = 500,
) -> list[Row]:  # fmt: skip
    """What waits for the centre under one tab, the longest wait first; silent is where nothing happened for days.

    ``words`` are looked for in the number and the address.
    """
    return query.rows(
        connection, "ticket_centre_queue", county=county, tab=tab, now=now, soon=SOON, town=town, hazard=hazard,
        words=_patterns(words), silent_before=now - timedelta(days=silent_days), limit=limit,
    )  # fmt: skip


def centre_counts(connection: Connection, *, county: str, now: datetime, silent_days: int = 7) -> dict[str, int]:
    """How much waits under each tab of the centre."""
    silent_before = now - timedelta(days=silent_days)
    found = query.row(
        connection, "ticket_centre_counts", county=county, now=now, soon=SOON, silent_before=silent_before
    )
    return found or {}


def _patterns(words: str) -> list[str] | None:
    told = [re.sub(r"([\\%_])", r"\\\1", word) for word in words.split()]
    return [f"%{word}%" for word in told] or None


def of_house(connection: Connection, county: str, house_id: int, *, now: datetime) -> list[Row]:
    """Every ticket row of a house, open ones first."""
    return query.rows(connection, "ticket_of_house", county=county, house_id=house_id, now=now, soon=SOON)


def rechecks(connection: Connection, county: str, grid_ids: Iterable[int], *, now: datetime) -> list[Row]:
    """Ticket rows that wait for a recheck in these grids."""
    keys = list(grid_ids)
    return query.rows(connection, "ticket_rechecks_in_grids", county=county, grid_ids=keys, now=now, soon=SOON)


def events(connection: Connection, county: str, ticket_id: int) -> list[Row]:
    """The history in order: id, at, event, from_state, to_state, from_lead, to_lead, actor, actor_name,
    actor_department, reason, clause, detail.
    """
    return query.rows(connection, "ticket_events", county=county, id=ticket_id)


def last_mover(connection: Connection, county: str, ticket_id: int) -> Row:
    """The last deed that moved a ticket, copies and moved deadlines aside: at, event, to_state, actor, actor_name."""
    return _found(query.row(connection, "ticket_last_mover", county=county, id=ticket_id), ticket_id)


def rulings(connection: Connection, county: str, hazard: str, *, limit: int = 10) -> list[Row]:
    """Earlier joint rulings on a hazard, the newest first.

    Rows: at, id, number, hazard, town, from_lead, to_lead, reason, clause, actor_name.
    """
    return query.rows(connection, "ticket_rulings", county=county, hazard=hazard, limit=limit)


def neighbours(
    connection: Connection, county: str, ticket_id: int, *, now: datetime, metres: float = 300, limit: int = 50
) -> list[Row]:
    """Open tickets of other houses near by, the nearest first.

    Rows: id, number, state, hazard, severity, lead, due_at, clock, lon, lat (EPSG:4490), metres (geodesic).
    """
    return query.rows(connection, "ticket_neighbours", county=county, id=ticket_id, now=now, soon=SOON, metres=metres,
                      limit=limit)  # fmt: skip


def place_of(row: Row) -> Place:
    """Where a ticket lies and on whose desks it is, for the question who may do what to it."""
    return Place(
        county=row["county"], town=row["town"], village=row["village"], grid=row["grid"], lead=row["lead"],
        pending=row["next_lead"], departments=frozenset(row["co"]) | frozenset(row["cc"]),
    )  # fmt: skip


def open_of_house(connection: Connection, county: str, house_id: int) -> int | None:
    """The key of a house's oldest open ticket."""
    return query.value(connection, "ticket_open_of_house", county=county, house_id=house_id)


def raise_ticket(connection: Connection, new: NewTicket, step: Step) -> int:
    """Write a new ticket as REPORTED under the next number of the day, co-workers and onlookers beside it; its key."""
    on = step.at.astimezone(SHANGHAI).date()
    values = {
        "county": new.county, "number": query.value(connection, "ticket_number", county=new.county, on_date=on),
        "house_id": new.house_id, "village": new.village, "grid_id": new.grid_id, "state": State.REPORTED.value,
        "lead": new.lead, "hazard": new.hazard, "severity": new.severity, "source": new.source, "opened_at": step.at,
        **_trace(step),
    }  # fmt: skip
    key = connection.execute(insert(tables.ticket).returning(tables.ticket.c.id), values).scalar_one()
    parts: tuple[tuple[Literal["co", "cc"], Sequence[str]], ...] = (("co", new.co), ("cc", new.cc))
    for part, departments in parts:
        for department in departments:
            if department != new.lead:
                add_department(connection, new.county, key, department=department, part=part)
    return key


def add_department(
    connection: Connection, county: str, ticket_id: int, *, department: str, part: Literal["co", "cc"]
) -> None:
    """Let one more department work along (co) or look on (cc); one that already does stays what it is."""
    query.execute(connection, "ticket_add_department", county=county, id=ticket_id, department=department, part=part)


def graver(
    connection: Connection, county: str, ticket_id: int, *, hazard: str, severity: int, due_at: datetime
) -> None:
    """Make a ticket as grave and as urgent as a new item of it."""
    query.execute(
        connection, "ticket_graver", county=county, id=ticket_id, hazard=hazard, severity=severity, due_at=due_at
    )


def step(
    connection: Connection, *, county: str, ticket_id: int, from_state: State, to_state: State, by: Step,
    bounces: int | None = None,
) -> Row:  # fmt: skip
    """Move a ticket by one conditional write and return the new row's own columns.

    ``bounces``, where given, is how often it had been passed on when the step was decided.

    Raises
    ------
    OvertakenError
        It no longer stands at ``from_state``: somebody was first; says who, what and when.
    """
    table = tables.ticket
    where = [table.c.county == county, table.c.id == ticket_id, table.c.state == from_state.value]
    if bounces is not None:
        where.append(table.c.bounces == bounces)
    moved = connection.execute(
        update(table)
        .where(*where)
        .values(state=to_state.value, **_trace(by), **changes(by, to_state))
        .returning(table)
    ).mappings().first()  # fmt: skip
    if moved is None:
        raise overtaken(connection, county, ticket_id)
    if by.event is Event.COPY:
        add_department(connection, county, ticket_id, department=str(by.department), part=by.part)
    return dict(moved)


def overtaken(connection: Connection, county: str, ticket_id: int) -> OvertakenError:
    """The error that names who moved the ticket last, what they did and when."""
    history = events(connection, county, ticket_id)
    if not history:
        raise NoSuchTicketError(ticket=ticket_id)
    last = history[-1]
    number = query.value(connection, "ticket_number_of", county=county, id=ticket_id)
    when = f"{last['at'].astimezone(SHANGHAI):%Y-%m-%d %H:%M}"
    event, state = last["event"], last["to_state"]
    return OvertakenError(
        who=last["actor_name"] or "-", event=Term(event, "ticket.event"), at=when, happened_at=last["at"],
        number=number, state=Term(state, "ticket.state"),
    )  # fmt: skip


def _trace(by: Step) -> dict[str, Any]:
    return {
        "last_event": by.event.value, "last_at": by.at, "last_actor": by.actor_id, "last_reason": by.reason,
        "last_clause": by.clause, "last_detail": dict(by.detail or {}),
    }  # fmt: skip


def _found(found: Row | None, key: int | str) -> Row:
    if found is None:
        raise NoSuchTicketError(ticket=key)
    return found


def items(connection: Connection, county: str, ticket_id: int) -> list[Row]:
    """The findings a ticket is about, the gravest first (rows of ``db.finding``)."""
    return finding.of_ticket(connection, county, ticket_id)


def house_for_ticket(connection: Connection, county: str, house_id: int) -> Row:
    """Hold a house until the transaction ends, so that it gets one open ticket; raises ``NoSuchHouseError``.

    The row holds id, county, village, town, kind, grid_id, grid (15 digits).
    """
    found = query.row(connection, "ticket_house", county=county, house_id=house_id)
    if found is None:
        raise NoSuchHouseError(key=house_id)
    return found


def has_after_photo(connection: Connection, county: str, ticket_id: int) -> bool:
    """Whether an after-photo was handed in since the work was last sent back."""
    return bool(query.value(connection, "ticket_after_photos", county=county, id=ticket_id))


def department_exists(connection: Connection, county: str, code: str) -> bool:
    """Whether the county has that department."""
    return query.value(connection, "ticket_department_known", county=county, code=code) is not None
