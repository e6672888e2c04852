"""The roster: leave, hours, skills and appointments by day, who stands in for whom, and what there is to hand over."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import Connection

from db import query
from db.house import short
from gis.errors import AnjuError
from inspections.roster import Duty, OwnHours, Person


class NoSuchLeaveError(AnjuError):
    """There is no leave {leave} in this county."""


class NoSuchAppointmentError(AnjuError):
    """There is no open appointment {appointment} in this county."""


def people(connection: Connection, *, county: str, first: date, last: date) -> list[query.Row]:
    """Every active inspector: account_id, name, login, main_grids, backup_grids, town, grid (a code, None without)."""
    return query.rows(connection, "roster_people", county=county, first=first, last=last)


def persons(
    connection: Connection, rows: Sequence[query.Row], *, county: str, first: date, last: date
) -> dict[int, Person]:
    """Rows of ``people`` as those whose days can be reckoned with, by account: away, own hours, skills."""
    span: dict[str, Any] = {"county": county, "first": first, "last": last}
    away, own, able = (read(connection, **span) for read in (leaves, hours, skills))
    return {
        row["account_id"]: Person(
            account_id=row["account_id"], name=row["name"],
            away=tuple((one["since"], one["until"]) for one in away if one["account_id"] == row["account_id"]),
            hours=tuple(_own(one) for one in own if one["account_id"] == row["account_id"]),
            skills=frozenset(one["skill"] for one in able if one["account_id"] == row["account_id"]),
        )
        for row in rows
    }  # fmt: skip


def _own(row: query.Row) -> OwnHours:
    return OwnHours(
        row["since"], row["until"], frozenset(row["weekdays"]), row["start_minute"], row["end_minute"],
        row["max_minutes"], row["travel_mode"], None if row["lon"] is None else (row["lon"], row["lat"]),
    )  # fmt: skip


def held(rows: Sequence[query.Row]) -> list[Duty]:
    """Rows of ``duties`` as coverage takes them."""
    return [Duty(row["grid_id"], row["account_id"], row["kind"], row["since"], row["until"]) for row in rows]


def duties(connection: Connection, *, county: str, first: date, last: date) -> list[query.Row]:
    """Duties of a period, main first: grid_id, code, grid, village, account_id, name, kind, since, until (or None)."""
    return query.rows(connection, "roster_duties", county=county, first=first, last=last)


def vacancies(connection: Connection, *, county: str, on: date) -> list[query.Row]:
    """Grids that nobody looks after on a day: id, code, name, village, away_id and away (the main who is on leave)."""
    return query.rows(connection, "roster_vacancies", county=county, on=on)


def leaves(connection: Connection, *, county: str, first: date, last: date) -> list[query.Row]:
    """Who is away in a period: id, account_id, name, kind, since, until (the first day back)."""
    return query.rows(connection, "leave_of_period", county=county, first=first, last=last)


def add_leave(
    connection: Connection, *, county: str, account_id: int, since: date, until: date, kind: str, made_by: int | None
) -> int:
    """Note that somebody is away up to the day before ``until``; its id."""
    return query.value(connection, "leave_add", county=county, account_id=account_id, since=since, until=until,
                       kind=kind, made_by=made_by)  # fmt: skip


def leave(connection: Connection, *, county: str, leave_id: int) -> query.Row:
    """One leave: id, account_id, kind, since, until; raises ``NoSuchLeaveError``."""
    row = query.row(connection, "leave_one", county=county, leave_id=leave_id)
    if row is None:
        raise NoSuchLeaveError(leave=leave_id)
    return row


def drop_leave(connection: Connection, *, county: str, leave_id: int) -> None:
    """Take a leave back; raises ``NoSuchLeaveError``."""
    if query.value(connection, "leave_drop", county=county, leave_id=leave_id) is None:
        raise NoSuchLeaveError(leave=leave_id)


def hours(
    connection: Connection, *, county: str, first: date, last: date, account_id: int | None = None
) -> list[query.Row]:
    """Hours of people's own: account_id, weekdays, start_minute, end_minute, max_minutes, travel_mode, lon, lat,
    since, until.
    """
    return query.rows(connection, "work_shift_of_period", county=county, first=first, last=last, account_id=account_id)


def set_hours(connection: Connection, *, county: str, account_id: int, since: date, values: dict[str, Any]) -> None:
    """Give a person hours from a day on, in the place of those before; ``values`` as ``hours`` tells them."""
    query.execute(connection, "work_shift_end", county=county, account_id=account_id, on=since)
    query.execute(connection, "work_shift_add", county=county, account_id=account_id, since=since, **values)


def skills(connection: Connection, *, county: str, first: date, last: date) -> list[query.Row]:
    """Who can do what in a period: account_id, skill, since, until."""
    return query.rows(connection, "skill_of_period", county=county, first=first, last=last)


def set_skills(
    connection: Connection, *, county: str, account_id: int, since: date, add: Sequence[str], end: Sequence[str]
) -> None:
    """Give a person skills and end others, from a day on."""
    for name in end:
        query.execute(connection, "skill_end", county=county, account_id=account_id, skill=name, on=since)
    for name in add:
        query.execute(connection, "skill_add", county=county, account_id=account_id, skill=name, since=since)


def appointments(connection: Connection, *, county: str, first: date, last: date) -> list[query.Row]:
    """What was arranged for the days of a period: id, house_id, on_date, from_minute, until_minute, code, short ..."""
    found = query.rows(connection, "appointment_of_period", county=county, first=first, last=last)
    return [row | {"short": short(row)} for row in found]


def add_appointment(
    connection: Connection, *, county: str, house_id: int, on: date, window: tuple[int, int] | None,
    made_by: int | None,
) -> int:  # fmt: skip
    """Arrange that a house is seen on a day, within ``window`` (minutes of the day) where hours were agreed; its id."""
    from_minute, until_minute = window or (None, None)
    return query.value(connection, "appointment_add", county=county, house_id=house_id, on=on, from_minute=from_minute,
                       until_minute=until_minute, made_by=made_by)  # fmt: skip


def house_of(connection: Connection, *, county: str, appointment_id: int) -> int:
    """The house of an arrangement; raises ``NoSuchAppointmentError``."""
    found = query.value(connection, "appointment_house", county=county, appointment_id=appointment_id)
    if found is None:
        raise NoSuchAppointmentError(appointment=appointment_id)
    return int(found)


def cancel_appointment(connection: Connection, *, county: str, appointment_id: int) -> None:
    """Call an arrangement off (open -> cancelled); raises ``NoSuchAppointmentError``."""
    if query.value(connection, "appointment_cancel", county=county, appointment_id=appointment_id) is None:
        raise NoSuchAppointmentError(appointment=appointment_id)


def open_work(
    connection: Connection, *, county: str, account_id: int, grid_ids: Sequence[int], on: date
) -> dict[str, list[query.Row]]:
    """What there is to hand over: ``tickets`` open in the grids, ``due`` houses by colour, ``stops`` planned by day."""
    at = {"county": county, "grid_ids": list(grid_ids)}
    tickets = query.rows(connection, "handover_tickets", **at)
    return {
        "tickets": [row | {"short": short(row)} for row in tickets],
        "due": query.rows(connection, "handover_due", on=on, **at),
        "stops": query.rows(connection, "handover_stops", county=county, account_id=account_id, on=on),
    }
