"""A published day planned anew while it runs: a door to be tried again, an emergency, somebody ill."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Any

from sqlalchemy import Connection

from actions.deed import SHANGHAI, deed
from actions.stops import HouseWithoutPointError
from actions.travel import Ways, ways_between
from db import division, house, plan, roster
from db.engine import transaction
from db.plan import NewPlan, NewStop
from db.query import Row
from gis.errors import AnjuError
from gis.replan import Change, Replan, replan
from gis.route import Route, Shift, Stop, Unserved
from gis.travel import travel_minutes
from inspections.access import Actor, Place
from inspections.day import working_day
from inspections.plan import EMERGENCY_PRIZE_M, prize_m, service_minutes
from inspections.roster import Day
from inspections.visit import WINDOWS, NextTry

SECONDS = 1.0
SOON_MINUTES = 90.0
"""Within so many minutes an emergency is to be reached, whatever that costs the rest of the round."""


class NothingToReplanError(AnjuError):
    """There is no published plan of {on} for any of these inspectors; make one first."""


@dataclass(frozen=True, slots=True)
class Rest:
    """The rest of a day as it would be, or was, planned anew: what changes for which house, and how long it took."""

    on: date
    changes: tuple[Change, ...]
    unserved: tuple[str, ...]
    seconds: float
    published: bool


@dataclass(frozen=True, slots=True)
class _Deed:
    """Who plans anew, by which right, where, which day, and when it is."""

    actor: Actor
    name: str
    place: Place
    on: date
    at: datetime


@dataclass(frozen=True, slots=True)
class _Person:
    """One inspector's running day: the plan, what is left of it in order, where the next way begins and when.

    The day ends, and its evening begins and ends, at ``home``, where the whole round began.
    ``left_minutes`` of the shift are not spent yet on doors and the ways to them.
    """

    plan: Row
    todo: list[Row]
    place: tuple[float, float]
    home: tuple[float, float]
    free_minute: float
    left_minutes: float
    day: Day


@dataclass(frozen=True, slots=True)
class _Task:
    """What is planned anew: people by account, every stop that is left by house, and who may do which."""

    on: date
    people: dict[int, _Person]
    todo: dict[str, Row]
    stops: list[Stop]
    before: dict[str, list[str]]


def come_again(house_id: int, *, actor: Actor, on: date, next_try: NextTry, at: datetime) -> Rest | None:
    """Put a house whose door stayed shut on the inspector's own list of the day it is to be tried again.

    None where that day is not planned yet: planning takes it up by itself. A house that is on the list of that day
    already stays on it, at the hours of the try. The inspector's own rounds only.
    """
    with transaction() as connection:
        place = house.place(connection, county=actor.county, house_id=house_id)
        planned = plan.of_day(connection, county=actor.county, account_id=actor.account_id, on=on)
    if planned is None:
        return None
    reason = {"why": f"inspections.why.retry_{next_try}", "params": {"days": 0}, "window": WINDOWS[next_try]}
    what = _Deed(actor, "plan.skip", place, on, at)
    return _replan([actor.account_id], what, add={house_id: (actor.account_id, reason)})


def insert_emergency(
    house_id: int, account_id: int, *, actor: Actor, on: date, at: datetime, dry_run: bool = False
) -> Rest:
    """Put a house that must be seen at once on an inspector's running day; everything else moves as little as possible.

    It is to be reached within ``SOON_MINUTES`` from now, where that can be, else when it fits; a house that is on the
    list already is drawn forward. Raises ``NothingToReplanError``, ``RefusedError``.
    """
    with transaction() as connection:
        place = house.place(connection, county=actor.county, house_id=house_id)
    reason = {"why": "inspections.why.emergency", "params": {"days": 0}, "required": True,
              "prize_m": EMERGENCY_PRIZE_M, "window": None}  # fmt: skip
    what = _Deed(actor, "plan.make", place, on, at)
    window = _soon(on, at)
    added = {house_id: (account_id, reason | {"window": window})}
    if window is not None and str(house_id) in _replan([account_id], what, add=added, dry_run=True).unserved:
        added = {house_id: (account_id, reason)}
    return _replan([account_id], what, add=added, dry_run=dry_run)


def _soon(on: date, at: datetime) -> tuple[float, float] | None:
    """From now to ``SOON_MINUTES`` on, in minutes of the day; None for a day that has not come."""
    local = at.astimezone(SHANGHAI)
    now = float(local.hour * 60 + local.minute)
    return (now, now + SOON_MINUTES) if local.date() == on else None


def take_over_day(account_id: int, to: Sequence[int], *, actor: Actor, on: date, at: datetime,
                  dry_run: bool = False) -> Rest:  # fmt: skip
    """Offer what is left of somebody's day (ill, called away) to others on their rounds; what finds no room is told.

    Raises ``NothingToReplanError``, ``RefusedError``.
    """
    with transaction() as connection:
        rows = roster.people(connection, county=actor.county, first=on, last=on)
    grid = next((row["grid"] for row in rows if row["account_id"] == account_id), None)
    place = Place(county=actor.county, grid=grid)
    return _replan([account_id, *to], _Deed(actor, "plan.make", place, on, at), gone=account_id, dry_run=dry_run)


def _replan(
    accounts: Sequence[int], what: _Deed, *, add: Mapping[int, tuple[int, dict[str, Any]]] | None = None,
    gone: int | None = None, dry_run: bool = False,
) -> Rest:  # fmt: skip
    started = time.perf_counter()
    what.actor.require(what.name, what.place)
    task = _task(accounts, what, add=add or {}, gone=gone)
    found, ways = _solve(task, what.actor.county, gone)
    left = tuple(one.stop for one in found.unserved)
    if not dry_run:
        detail = {"on": what.on, "gone": gone, "added": sorted(add or {}), "changes": len(found.changes)}
        about = ("plan", what.on.isoformat())
        with deed(what.actor, what.name, place=what.place, about=about, detail=detail) as connection:
            _publish(connection, task, found, ways, what, gone)
    return Rest(what.on, found.changes, left, time.perf_counter() - started, not dry_run)


def _publish(connection: Connection, task: _Task, found: Replan, ways: Ways, what: _Deed, gone: int | None) -> None:
    for start, (account, person) in enumerate(task.people.items()):
        mine = [route for route in found.routes if route.shift.split(":")[0] == str(account)]
        stops = [stop for route in mine for stop in _stops(route, task, ways, start)]
        left = [_left(one, task) for one in found.unserved if account == (gone or _owner(one.stop, task, account))]
        still = [row for row in person.plan["unserved"] if str(row["house_id"]) not in task.todo]
        plan.publish(connection, _anew(person.plan, mine, what.at, ways.matrix.source), stops, county=what.actor.county,
                     unserved=still + left)  # fmt: skip


def _owner(stop: str, task: _Task, default: int) -> int:
    held = (shift for shift, names in task.before.items() if stop in names)
    return int(next(held, str(default)).split(":")[0])


def _task(
    accounts: Sequence[int], what: _Deed, *, add: Mapping[int, tuple[int, dict[str, Any]]], gone: int | None,
) -> _Task:  # fmt: skip
    actor, on = what.actor, what.on
    people = {account: one for account in accounts if (one := _person(account, actor, on, what.at)) is not None}
    if not people or (gone is not None and gone not in people):
        raise NothingToReplanError(on=on)
    todo = {str(row["house_id"]): row for one in people.values() for row in one.todo}
    before = {str(account): [str(row["house_id"]) for row in one.todo] for account, one in people.items()}
    for house_id, (account, reason) in add.items():
        listed = todo.get(str(house_id))
        if listed is None:
            todo[str(house_id)] = _added(house_id, reason, actor.county) | {"account_id": account}
        else:
            todo[str(house_id)] = listed | {"reason": listed["reason"] | reason}
    there = [account for account in people if account != gone]
    stops = [_stop(name, row, people, there, gone) for name, row in todo.items()]
    return _Task(on, people, todo, stops, before)


def _person(account: int, actor: Actor, on: date, at: datetime) -> _Person | None:
    with transaction() as connection:
        row = plan.of_day(connection, county=actor.county, account_id=account, on=on)
        stops = [] if row is None else plan.stops(connection, county=actor.county, plan_id=row["id"])
    if row is None:
        return None
    day = _hours(account, actor, on)
    done = [stop for stop in stops if stop["state"] == "done"]
    local = at.astimezone(SHANGHAI)
    now = local.hour * 60 + local.minute + local.second / 60 if local.date() == on else 0.0
    last = max(done, key=lambda stop: stop["done_at"], default=None)
    home = (row["start_lon"], row["start_lat"])
    place = (last["lon"], last["lat"]) if last else home
    todo = [stop | {"account_id": account} for stop in stops if stop["state"] == "todo"]
    left = max(0.0, row["shift_minutes"] - sum(_spent(stop, row) for stop in done))
    return _Person(row, todo, place, home, max(now, day.start_minute), left, day)


def _spent(stop: Row, row: Row) -> float:
    """Minutes at a door and on the way to it."""
    straight_m = stop["travel_m"] / row["detour_factor"]
    way = travel_minutes(straight_m, mode=row["travel_mode"], detour=row["detour_factor"])
    return float(stop["service_minutes"]) + float(way)


def _hours(account: int, actor: Actor, on: date) -> Day:
    """The working time of somebody who is on a round that day: the own hours, else the county's, and the evening."""
    with transaction() as connection:
        usual = working_day(division.county(connection, actor.county)["settings"])
        own = roster.hours(connection, county=actor.county, first=on, last=on, account_id=account)
    evening = (usual.evening_start_minute, usual.evening_end_minute, usual.evening_minutes)
    held: Any = own[0] if own else None
    start, end = (held["start_minute"], held["end_minute"]) if held else (usual.start_minute, usual.end_minute)
    return Day(account, on, start, end, end - start, evening)


def _added(house_id: int, reason: dict[str, Any], county: str) -> Row:
    with transaction() as connection:
        row = house.one(connection, county=county, key=house_id)
        rooms = len(house.rooms(connection, county=county, house_id=house_id))
    if row["lon"] is None:
        raise HouseWithoutPointError(house=row["short"])
    usual = {"colour": row["colour"], "late_days": 0, "required": False, "prize_m": round(prize_m(row["colour"], 0))}
    return {
        "house_id": house_id, "lon": row["lon"], "lat": row["lat"], "reason": usual | reason,
        "service_minutes": service_minutes(rooms or row["rooms_let"] or 0),
    }  # fmt: skip


def _stop(name: str, row: Row, people: Mapping[int, _Person], there: Sequence[int], gone: int | None) -> Stop:
    """A stop that is left: its own person's, or anybody's where that one is gone; within its hours, if it has any."""
    reason, account = row["reason"], row["account_id"]
    whose = there if account == gone else [account]
    shifts = frozenset(shift for one in whose if one in people for shift in (str(one), f"{one}:evening"))
    window = reason.get("window")
    return Stop(name, row["service_minutes"], None if window is None else (float(window[0]), float(window[1])),
                float(reason.get("prize_m") or 0), bool(reason.get("required")), shifts=shifts)  # fmt: skip


def _solve(task: _Task, county: str, gone: int | None) -> tuple[Replan, Ways]:
    people = task.people.values()
    places = [one.place for one in people] + [one.home for one in people]
    places += [(row["lon"], row["lat"]) for row in task.todo.values()]
    first = next(iter(task.people.values())).plan
    ways = ways_between(county, places, mode=first["travel_mode"], detour=first["detour_factor"])
    shifts = [shift for start, (account, one) in enumerate(task.people.items()) if account != gone
              for shift in _shifts(account, one, start, task)]  # fmt: skip
    names = {shift.id for shift in shifts}
    stops = [replace(stop, shifts=None if stop.shifts is None else stop.shifts & names) for stop in task.stops]
    found = replan(stops, shifts, before=_split(task, shifts), metres=ways.matrix.metres,
                   minutes=ways.matrix.minutes, seconds=SECONDS)  # fmt: skip
    return found, ways


def _shifts(account: int, one: _Person, start: int, task: _Task) -> list[Shift]:
    """What is left of somebody's day, and the evening where a door of theirs is to be tried then."""
    day, home = one.day, len(task.people) + start
    found, kept = [], 0.0
    if day.evening is not None and any(_late(row, day.evening[0]) for row in task.todo.values()):
        opens, closes, longest = day.evening
        begins = min(max(opens, one.free_minute), closes)
        kept = min(longest, closes - begins, one.left_minutes)
        found.append(Shift(f"{account}:evening", home, home, begins, closes, kept))
    begins = min(one.free_minute, day.end_minute)
    return [Shift(str(account), start, home, begins, day.end_minute, one.left_minutes - kept), *found]


def _late(row: Row, evening: int) -> bool:
    """Whether a stop belongs to the evening: its hours are then, or it has none and was planned for then."""
    window, eta_at = row["reason"].get("window"), row.get("eta_at")
    if window is not None:
        return bool(window[0] >= evening)
    local = None if eta_at is None else eta_at.astimezone(SHANGHAI)
    return local is not None and local.hour * 60 + local.minute >= evening


def _split(task: _Task, shifts: Sequence[Shift]) -> dict[str, list[str]]:
    """The order as it was, what only the evening allows on the evening's shift."""
    evening = {shift.id for shift in shifts if shift.id.endswith(":evening")}
    before: dict[str, list[str]] = {}
    for account, names in task.before.items():
        opens = task.people[int(account)].day.evening
        for name in names:
            late = f"{account}:evening" in evening and opens is not None and _late(task.todo[name], opens[0])
            before.setdefault(f"{account}:evening" if late else account, []).append(name)
    return before


def _stops(route: Route, task: _Task, ways: Ways, start: int) -> list[NewStop]:
    midnight = datetime(task.on.year, task.on.month, task.on.day, tzinfo=SHANGHAI)
    index = {name: 2 * len(task.people) + at for at, name in enumerate(task.todo)}
    if route.shift.endswith(":evening"):
        start += len(task.people)
    legs = list(pairwise([start, *(index[name] for name in route.stops)]))
    made = []
    for name, arrival, leg, way in zip(route.stops, route.arrivals, legs, ways.lines(legs), strict=True):
        row = task.todo[name]
        made.append(
            NewStop(int(name), row["reason"], midnight + timedelta(minutes=round(arrival, 2)), row["service_minutes"],
                    round(float(ways.matrix.metres[leg]), 1), way=way)
        )  # fmt: skip
    return made


def _left(one: Unserved, task: _Task) -> dict[str, Any]:
    return {
        "house_id": int(one.stop), "reason": str(one.reason), **task.todo[one.stop]["reason"],
        "extra_metres": one.extra_metres, "extra_minutes": one.extra_minutes, "spare_minutes": one.spare_minutes,
        "displaced_by": None if one.displaced_by is None else int(one.displaced_by),
    }  # fmt: skip


def _anew(row: Row, routes: Sequence[Route], at: datetime, source: str) -> NewPlan:
    """The plan in the place of the one before; what it travels is what is left to travel."""
    names = ("account_id", "seed", "seconds", "detour_factor", "shift_minutes", "travel_mode", "batch_id",
             "beyond")  # fmt: skip
    return NewPlan(
        on=row["on_date"], metres=sum(route.metres for route in routes), minutes=sum(route.minutes for route in routes),
        lon=row["start_lon"], lat=row["start_lat"], made_at=at, travel_source=source,
        **{name: row[name] for name in names},
    )  # fmt: skip
