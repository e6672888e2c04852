"""Who is away, who works when and can do what, what was arranged with a house, and handing over open work."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from actions.deed import deed
from db import grid, house, plan, roster
from db.engine import transaction
from db.query import Row
from gis.errors import AnjuError
from gis.travel import Mode
from inspections.access import Actor, Place

LEAVE_KINDS = ("annual", "sick", "training", "other")
SKILLS = ("fire", "gas", "structure", "pair")
MOST_LEAVE_DAYS = 366


class LeaveEndsBeforeError(AnjuError):
    """A leave that ends on {last} cannot begin on {first}; the last day away comes after the first, within a year."""


class HoursError(AnjuError):
    """Hours of {name}: {value} is not possible; {cure}."""


class WindowError(AnjuError):
    """Hours from {first} to {last} end before they begin; leave both out for any time of the day."""


class NoSuchInspectorError(AnjuError):
    """There is no active inspector {account} in this county."""


@dataclass(frozen=True, slots=True)
class Hours:
    """The hours of one person: weekdays (0 is Monday), minutes of the day, where they start (EPSG:4490 degrees)."""

    weekdays: tuple[int, ...]
    start_minute: int
    end_minute: int
    max_minutes: int
    travel_mode: str | None = None
    start: tuple[float, float] | None = None

    def __post_init__(self) -> None:
        if not self.weekdays or not set(self.weekdays) <= set(range(7)):
            raise HoursError(name="weekdays", value=self.weekdays, cure="0 (Monday) to 6 (Sunday), one at least")
        if not 0 <= self.start_minute < self.end_minute <= 24 * 60:
            raise HoursError(
                name="day", value=(self.start_minute, self.end_minute), cure="the end comes after the start"
            )
        if not 0 < self.max_minutes <= self.end_minute - self.start_minute:
            raise HoursError(name="round", value=self.max_minutes, cure="more than none, at most the whole day")
        if self.travel_mode is not None and self.travel_mode not in set(Mode):
            raise HoursError(name="travel", value=self.travel_mode, cure="walk, ebike or car")

    def values(self) -> dict[str, Any]:
        """As the record holds them."""
        lon, lat = self.start or (None, None)
        return {
            "weekdays": sorted(self.weekdays), "start_minute": self.start_minute, "end_minute": self.end_minute,
            "max_minutes": self.max_minutes, "travel_mode": self.travel_mode, "lon": lon, "lat": lat,
        }  # fmt: skip


def give_leave(account_id: int, *, actor: Actor, first: date, last: date, kind: str = "other") -> int:
    """Note that a person is away from one day to another, both included; the backups of their grids stand in.

    Raises ``LeaveEndsBeforeError``, ``NoSuchInspectorError``, ``db.errors.OverlapError`` for days that are taken.
    """
    if not first <= last <= first + timedelta(days=MOST_LEAVE_DAYS):
        raise LeaveEndsBeforeError(first=first, last=last)
    place = _place(actor, account_id, first)
    detail = {"first": first, "last": last, "kind": kind}
    with deed(actor, "duty.edit", place=place, about=("account", account_id), detail=detail) as connection:
        return roster.add_leave(connection, county=actor.county, account_id=account_id, since=first,
                                until=last + timedelta(days=1), kind=kind, made_by=actor.account_id)  # fmt: skip


def take_back_leave(leave_id: int, *, actor: Actor) -> None:
    """Take a leave back; raises ``db.roster.NoSuchLeaveError``."""
    with transaction() as connection:
        row = roster.leave(connection, county=actor.county, leave_id=leave_id)
    place = _place(actor, row["account_id"], row["since"])
    detail = {"since": row["since"], "until": row["until"], "kind": row["kind"]}
    with deed(actor, "duty.edit", place=place, about=("account", row["account_id"]), detail=detail) as connection:
        roster.drop_leave(connection, county=actor.county, leave_id=leave_id)


def set_hours(account_id: int, hours: Hours, *, actor: Actor, since: date) -> None:
    """Give a person hours of their own from a day on, in the place of those before."""
    place = _place(actor, account_id, since)
    with deed(actor, "duty.edit", place=place, about=("account", account_id),
              detail={"since": since, "weekdays": list(hours.weekdays)}) as connection:  # fmt: skip
        roster.set_hours(connection, county=actor.county, account_id=account_id, since=since, values=hours.values())


def set_skills(account_id: int, skills: Sequence[str], *, actor: Actor, since: date) -> None:
    """Say what a person can do from a day on; what is not named ends."""
    place = _place(actor, account_id, since)
    with deed(actor, "duty.edit", place=place, about=("account", account_id),
              detail={"since": since, "skills": sorted(skills)}) as connection:  # fmt: skip
        held = {
            row["skill"] for row in roster.skills(connection, county=actor.county, first=since, last=since)
            if row["account_id"] == account_id
        }  # fmt: skip
        roster.set_skills(connection, county=actor.county, account_id=account_id, since=since,
                          add=sorted(set(skills) - held), end=sorted(held - set(skills)))  # fmt: skip


def arrange(house_id: int, *, actor: Actor, on: date, window: tuple[int, int] | None = None) -> int:
    """Arrange that a house is seen on a day, within hours where some were agreed; its id.

    Raises ``WindowError``, ``db.errors.AlreadyRegisteredError`` for a house that has one on that day.
    """
    if window is not None and not 0 <= window[0] < window[1] <= 24 * 60:
        raise WindowError(first=window[0], last=window[1])
    with transaction() as connection:
        place = house.place(connection, county=actor.county, house_id=house_id)
    detail = {"on": on, "window": window}
    with deed(actor, "appointment.edit", place=place, about=("house", house_id), detail=detail) as connection:
        return roster.add_appointment(connection, county=actor.county, house_id=house_id, on=on, window=window,
                                      made_by=actor.account_id)  # fmt: skip


def call_off(appointment_id: int, *, actor: Actor) -> None:
    """Call an arrangement off; raises ``db.roster.NoSuchAppointmentError``."""
    with transaction() as connection:
        house_id = roster.house_of(connection, county=actor.county, appointment_id=appointment_id)
        place = house.place(connection, county=actor.county, house_id=house_id)
    with deed(actor, "appointment.edit", place=place, about=("house", house_id)) as connection:
        roster.cancel_appointment(connection, county=actor.county, appointment_id=appointment_id)


def hand_over(from_id: int, to_id: int, *, actor: Actor, on: date) -> dict[str, list[Row]]:
    """Put somebody in the place of another for all their grids from a day on; what open work goes along is recorded.

    The answer is that work as ``db.roster.open_work`` tells it: open cases and due houses stay with their houses, stops
    still planned are to be planned anew. Raises ``NoSuchInspectorError`` where the other is no inspector.
    """
    _place(actor, to_id, on)
    with transaction() as connection:
        grids = grid.grids_of(connection, county=actor.county, account_id=from_id, on=on)
        held = [row for row in grids if row["kind"] == "main"]
        work = roster.open_work(connection, county=actor.county, account_id=from_id,
                                grid_ids=[row["id"] for row in held], on=on)  # fmt: skip
    for row in held:
        actor.require("duty.edit", Place(county=actor.county, grid=row["code"]))
    detail = {
        "to": to_id, "on": on, "grids": [row["code"] for row in held],
        "tickets": [row["number"] for row in work["tickets"]], "due": sum(row["n"] for row in work["due"]),
    }  # fmt: skip
    with deed(actor, "duty.edit", about=("account", from_id), detail=detail) as connection:
        grid.put_on_duty(connection, county=actor.county, grid_ids=[row["id"] for row in held], account_id=to_id,
                         kind="main", since=on)  # fmt: skip
        for day in work["stops"]:
            plan.release(connection, county=actor.county, account_id=from_id, on=day["on_date"])
    return work


def _place(actor: Actor, account_id: int, on: date) -> Place:
    """Where a person works: one of their grids; the whole county for somebody without any."""
    with transaction() as connection:
        people = roster.people(connection, county=actor.county, first=on, last=on)
    for row in people:
        if row["account_id"] == account_id:
            return Place(county=actor.county, grid=row["grid"])
    raise NoSuchInspectorError(account=account_id)
