"""Making inspectors' days: due houses in, walkable rounds out, and changing them by hand."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import numpy as np

from actions.deed import SHANGHAI, deed
from db import division, grid, house, plan
from db.engine import transaction
from db.plan import NewPlan, NewStop
from db.query import Row
from gis.errors import AnjuError
from gis.measure import distance_m
from gis.route import Route, RoutePlan, Shift, Stop, plan_routes
from gis.travel import TravelMatrix, straight_matrix, travel_minutes
from inspections.access import Actor, Place, RefusedError
from inspections.day import WorkingDay, working_day
from inspections.plan import DueHouse, HouseState, due_houses, service_minutes
from inspections.visit import NextTry, try_on

Progress = Callable[[int, int], None]
MIN_REASON = 2


class NoPlanError(AnjuError):
    """There is no plan of {on} to change."""


class SkipReasonError(AnjuError):
    """Say why the house is left out today."""


class HouseWithoutPointError(AnjuError):
    """House {house} has no point on the map to go to."""


@dataclass(frozen=True, slots=True)
class Round:
    """One inspector's planned day: ``due`` houses were weighed, ``stops`` are on it, ``unserved`` are not."""

    account_id: int
    inspector: str
    on: date
    plan_id: int | None
    due: int
    stops: int
    unserved: int
    metres: float
    minutes: float


@dataclass(frozen=True, slots=True)
class PlanSummary:
    """The rounds made, one an inspector and day, and how long it took."""

    rounds: tuple[Round, ...]
    seconds: float

    def as_dict(self) -> dict[str, Any]:
        """Return plain values, ready for JSON."""
        rounds = [
            {name: getattr(one, name) for name in one.__slots__}
            | {"metres": round(one.metres), "minutes": round(one.minutes)}
            for one in self.rounds
        ]  # fmt: skip
        totals = {name: sum(row[name] for row in rounds) for name in ("stops", "unserved", "metres")}
        return {"rounds": rounds, **totals, "seconds": round(self.seconds, 2)}


@dataclass(frozen=True, slots=True)
class _Task:
    """One round to be planned."""

    person: Row
    on: date
    day: WorkingDay
    due: list[DueHouse]
    points: dict[str, tuple[float, float]]
    start: tuple[float, float] | None


def make_plan(
    *, actor: Actor, on: date, at: datetime, inspectors: Sequence[int] | None = None, seconds: float | None = None,
    seed: int = 0, progress: Progress | None = None,
) -> PlanSummary:  # fmt: skip
    """Plan the rounds of all inspectors on main duty (or of those given) for a day; publish each.

    A plan published before for the same inspector and day is replaced; what was done or skipped in it stays. Houses
    planned for an earlier day and not seen yet do not come twice. ``seconds`` is the search time of one round.
    """
    started = time.perf_counter()
    actor.require("plan.make")
    settings, people = _people(actor, on, inspectors)
    rounds = []
    for done, person in enumerate(people, 1):
        task = _task(person, working_day(settings), actor=actor, on=on, at=at)
        rounds.append(_plan_round(task, actor=actor, at=at, seconds=seconds or task.day.seconds, seed=seed))
        if progress is not None:
            progress(done, len(people))
    return PlanSummary(tuple(rounds), time.perf_counter() - started)


def _people(actor: Actor, on: date, inspectors: Sequence[int] | None) -> tuple[dict[str, Any], list[Row]]:
    with transaction() as connection:
        settings = division.county(connection, actor.county)["settings"]
        people = grid.people_on_duty(connection, county=actor.county, on=on)
    asked = [row for row in people if inspectors is None or row["account_id"] in set(inspectors)]
    mine = [row for row in asked if actor.may("plan.make", _place(actor, row))]
    if inspectors is not None and len(mine) < len(asked):
        raise RefusedError(name=actor.name, deed="plan.make")
    return settings, mine


def _place(actor: Actor, person: Row) -> Place:
    return Place(county=actor.county, grid=person["grids"][0])


def _task(person: Row, day: WorkingDay, *, actor: Actor, on: date, at: datetime) -> _Task:
    account = person["account_id"]
    with transaction() as connection:
        first_day = min(at.astimezone(SHANGHAI).date(), on)
        rows = plan.candidates(connection, county=actor.county, accounts=[account], on=on, first_day=first_day,
                               pool=day.pool)[account]  # fmt: skip
        start = plan.start_of(connection, county=actor.county, account_id=account, on=on)
    due = due_houses([house_state(row, actor.county) for row in rows], on=on)
    points = {str(row["id"]): (row["lon"], row["lat"]) for row in rows}
    return _Task(person, on, day, due, points, start)


def house_state(row: Row, county: str) -> HouseState:
    """What planning weighs of a house, from a row of ``db.plan.candidates``."""
    next_try = NextTry(row["next_try"]) if row["next_try"] else None
    tried_on = _day(row["tried_at"])
    return HouseState(
        house_id=str(row["id"]), colour=row["colour"], county=county, rooms=row["rooms"],
        last_visit_on=_day(row["last_visit_at"]), next_try=next_try,
        retry_on=try_on(next_try, tried_on) if next_try and tried_on else None, recheck_on=_day(row["rectified_at"]),
    )  # fmt: skip


def _day(at: datetime | None) -> date | None:
    return None if at is None else at.astimezone(SHANGHAI).date()


def _plan_round(task: _Task, *, actor: Actor, at: datetime, seconds: float, seed: int) -> Round:
    person, account = task.person, task.person["account_id"]
    if task.start is None:
        return Round(account, person["name"], task.on, None, 0, 0, 0, 0.0, 0.0)
    matrix = _matrix(task)
    shifts = _shifts(task)
    stops = [Stop(*one.as_stop()) for one in task.due]
    found = plan_routes(stops, shifts, metres=matrix.metres, minutes=matrix.minutes, seed=seed, seconds=seconds)
    minutes = sum(route.minutes for route in found.routes)
    new = NewPlan(
        account_id=account, on=task.on, seed=seed, seconds=seconds, detour_factor=matrix.detour,
        shift_minutes=task.day.max_minutes, travel_mode=str(matrix.mode), metres=found.metres, minutes=minutes,
        lon=task.start[0], lat=task.start[1], made_at=at,
    )  # fmt: skip
    detail = {"on": task.on, "seed": seed, "due": len(task.due)}
    with deed(actor, "plan.make", place=_place(actor, person), about=("account", account), detail=detail) as connection:
        todo = _stops(task, found, matrix)
        plan_id = plan.publish(connection, new, todo, county=actor.county, unserved=_unserved(task, found))
        detail["plan"] = plan_id
    return Round(account, person["name"], task.on, plan_id, len(task.due), len(todo), len(found.unserved), found.metres,
                 minutes)  # fmt: skip


def _matrix(task: _Task) -> TravelMatrix:
    """The start, then the due houses in their order."""
    assert task.start is not None  # noqa: S101  (asked by the caller)
    places = np.array([task.start, *(task.points[one.house.house_id] for one in task.due)])
    return straight_matrix(places[:, 0], places[:, 1], mode=task.day.travel_mode, detour=task.day.detour_factor)


def _shifts(task: _Task) -> list[Shift]:
    """The day; where somebody can only be met in the evening, an hour and a half of it is kept for then."""
    day = task.day
    evening = any(one.window is not None and one.window[0] >= day.evening_start_minute for one in task.due)
    minutes = day.max_minutes - (day.evening_minutes if evening else 0)
    shifts = [Shift("day", 0, 0, day.start_minute, day.end_minute, minutes)]
    if evening:
        shifts.append(Shift("evening", 0, 0, day.evening_start_minute, day.evening_end_minute, day.evening_minutes))
    return shifts


def _stops(task: _Task, found: RoutePlan, matrix: TravelMatrix) -> list[NewStop]:
    due = {one.house.house_id: (at, one) for at, one in enumerate(task.due, 1)}
    midnight = datetime(task.on.year, task.on.month, task.on.day, tzinfo=SHANGHAI)
    stops: list[NewStop] = []
    for route in sorted(found.routes, key=lambda route: route.start_minute):
        stops += _route_stops(route, due, matrix, midnight)
    return stops


def _route_stops(
    route: Route, due: dict[str, tuple[int, DueHouse]], matrix: TravelMatrix, midnight: datetime
) -> list[NewStop]:
    stops, before = [], 0
    for house_id, arrival in zip(route.stops, route.arrivals, strict=True):
        at, one = due[house_id]
        eta = midnight + timedelta(minutes=round(arrival, 2))
        metres = float(matrix.metres[before, at])
        stops.append(NewStop(int(house_id), _reason(one), eta, one.minutes, round(metres, 1)))
        before = at
    return stops


def _reason(one: DueHouse) -> dict[str, Any]:
    return {
        "why": one.why, "params": one.params, "colour": str(one.house.colour), "late_days": one.late_days,
        "due_on": None if one.due_on is None else one.due_on.isoformat(), "required": one.required,
        "prize_m": round(one.prize_m), "window": one.window,
    }  # fmt: skip


def _unserved(task: _Task, found: RoutePlan) -> list[dict[str, Any]]:
    """Why each due house is not on the round: what it would have cost, what was left of the day."""
    due = {one.house.house_id: one for one in task.due}
    return [
        {"house_id": int(left.stop), "reason": str(left.reason), **_reason(due[left.stop]),
         "extra_metres": _round(left.extra_metres), "extra_minutes": _round(left.extra_minutes),
         "spare_minutes": _round(left.spare_minutes)}
        for left in found.unserved
    ]  # fmt: skip


def _round(value: float | None) -> float | None:
    return None if value is None else round(value, 1)


def skip_stop(stop_id: int, reason: str, *, actor: Actor) -> None:
    """Leave a house out of today's round, with the reason; the inspector's own rounds only.

    Raises ``SkipReasonError``, ``db.plan.NoSuchStopError``, ``db.plan.StopMovedError``, ``RefusedError``.
    """
    if len(reason.strip()) < MIN_REASON:
        raise SkipReasonError()
    place = _own(stop_id, actor)
    detail = {"reason": reason.strip()}
    with deed(actor, "plan.skip", place=place, about=("stop", stop_id), detail=detail) as connection:
        plan.skip(connection, county=actor.county, stop_id=stop_id, reason=reason.strip())


def unskip_stop(stop_id: int, *, actor: Actor) -> None:
    """Take a house that was left out back into today's round."""
    with deed(actor, "plan.skip", place=_own(stop_id, actor), about=("stop", stop_id)) as connection:
        plan.unskip(connection, county=actor.county, stop_id=stop_id)


def _own(stop_id: int, actor: Actor) -> Place:
    with transaction() as connection:
        stop = plan.owner_of(connection, county=actor.county, stop_id=stop_id)
        if stop["account_id"] != actor.account_id:
            raise RefusedError(name=actor.name, deed="plan.skip")
        return house.place(connection, county=actor.county, house_id=stop["house_id"])


def add_stop(house_id: int, *, actor: Actor, on: date, account_id: int | None = None) -> int:
    """Put a house at the end of an inspector's round of a day (the actor's own by default); the stop's id.

    Raises ``NoPlanError``, ``HouseWithoutPointError``, ``AlreadyRegisteredError`` for a house that is on it already.
    """
    account = account_id or actor.account_id
    with transaction() as connection:
        row = house.one(connection, county=actor.county, key=house_id)
        found = plan.of_day(connection, county=actor.county, account_id=account, on=on)
        rooms = len(house.rooms(connection, county=actor.county, house_id=house_id))
    if found is None:
        raise NoPlanError(on=on)
    if row["lon"] is None:
        raise HouseWithoutPointError(house=row["short"])
    name = "plan.skip" if account == actor.account_id else "plan.make"
    with deed(actor, name, place=row["place"], about=("house", house_id), detail={"plan": found["id"]}) as connection:
        last = plan.last_stop(connection, county=actor.county, plan_id=found["id"])
        stop, minutes, seq = _appended(row, rooms or row["rooms_let"] or 0, found, last)
        return plan.append(connection, stop, county=actor.county, plan_id=found["id"], seq=seq, minutes=minutes)


def _appended(row: Row, rooms: int, found: Row, last: Row | None) -> tuple[NewStop, float, int]:
    start = (found["start_lon"], found["start_lat"])
    lon, lat = (last["lon"], last["lat"]) if last else start
    straight_m = float(distance_m(lon, lat, row["lon"], row["lat"]))
    minutes = float(travel_minutes(straight_m, mode=found["travel_mode"], detour=found["detour_factor"]))
    on = found["on_date"]
    free_at = (
        last["eta_at"] + timedelta(minutes=last["service_minutes"])
        if last else datetime(on.year, on.month, on.day, 8, 30, tzinfo=SHANGHAI)
    )  # fmt: skip
    service = service_minutes(rooms)
    reason = {"why": "inspections.why.pinned", "params": {"days": 0}, "colour": row["colour"], "late_days": 0}
    stop = NewStop(row["id"], reason, free_at + timedelta(minutes=minutes), service,
                   round(straight_m * found["detour_factor"], 1))  # fmt: skip
    return stop, minutes + service, last["seq"] + 1 if last else 1
