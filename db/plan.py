"""Rounds: one published plan an inspector and day, its stops in order, and what became of them."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from typing import Any, cast

import shapely
from shapely.geometry import LineString
from sqlalchemy import Connection

from db import query
from db.house import short
from gis.errors import AnjuError
from words import say


class NoSuchStopError(AnjuError):
    """There is no stop {stop} in a published plan."""


class StopMovedError(AnjuError):
    """Stop {stop} is {state} already."""


@dataclass(frozen=True, slots=True)
class NewStop:
    """A stop to be written; ``reason`` says why the house is on the list (``why``, ``params``, ``late_days`` ...).

    ``way`` is the line along streets from the stop before, EPSG:4490; None where no street leads there.
    """

    house_id: int
    reason: dict[str, Any]
    eta_at: datetime
    service_minutes: float
    travel_m: float
    state: str = "todo"
    skip_reason: str | None = None
    done_at: datetime | None = None
    way: LineString | None = None


@dataclass(frozen=True, slots=True)
class NewPlan:
    """A plan to be published; ``lon`` and ``lat`` are where the round starts, EPSG:4490 degrees.

    ``beyond`` is how many due houses there are besides those that were weighed.
    """

    account_id: int
    on: date
    seed: int
    seconds: float
    detour_factor: float
    shift_minutes: int
    travel_mode: str
    metres: float
    minutes: float
    lon: float
    lat: float
    made_at: datetime
    batch_id: int | None = None
    travel_source: str = "gis.travel.straight"
    beyond: int = 0


def candidates(
    connection: Connection, *, county: str, accounts: Sequence[int], on: date, first_day: date, pool: int
) -> dict[int, list[query.Row]]:
    """Houses that may be due, by inspector on main duty, the weightiest first, at most ``pool`` each.

    Rows: id, colour, last_visit_at, next_try, tried_at, rectified_at, rooms, lon, lat. Houses still to be seen on a
    published plan from ``first_day`` on are left out, and those done or skipped on the day itself.
    """
    found: dict[int, list[query.Row]] = {account: [] for account in accounts}
    for row in query.rows(connection, "plan_candidates", county=county, accounts=list(accounts), on=on,
                          first_day=first_day, pool=pool):  # fmt: skip
        found[row["account_id"]].append(row)
    return found


def due(
    connection: Connection, *, county: str, owners: Mapping[int, int], planned: Sequence[int], span: tuple[date, date],
    today: date, pool: int,
) -> list[query.Row]:  # fmt: skip
    """Houses of grids that may be due in a period, the weightiest of each owner first, at most ``pool`` each.

    ``owners``: whose each grid is (grid_id -> account_id); ``planned``: whose days are made anew, so that what is on
    their lists is free. Rows: owner, beyond (how many more the owner has), id,
    grid_id, colour, last_visit_at, next_try, tried_at, last_outcome, rectified_at, rooms, lon, lat, skipped_on,
    pinned_on, from_minute, until_minute, hazards ('CODE:severity'). Left out is what is done in the
    period, is on somebody else's list, or is planned for a day before it that has not passed.
    """
    whose = {"grid_ids": list(owners), "owners": list(owners.values()), "accounts": list(planned)}
    return query.rows(
        connection, "plan_due", county=county, first=span[0], last=span[1], today=today, pool=pool, **whose
    )


def beyond(connection: Connection, *, county: str, account_id: int, on: date, most: int = 500) -> list[query.Row]:
    """Due houses of an inspector on no list and in no plan's reasons: id, code, address, short, colour, due_on."""
    found = query.rows(connection, "plan_beyond", county=county, account_id=account_id, on=on, most=most)
    return [row | {"short": short(row)} for row in found]


def begin_batch(
    connection: Connection, *, county: str, first: date, last: date, made_at: datetime, made_by: int | None
) -> int:
    """Open one making of plans; its id."""
    return query.value(connection, "plan_batch_add", county=county, first=first, last=last, made_at=made_at,
                       made_by=made_by)  # fmt: skip


def tell_batch(connection: Connection, *, county: str, batch_id: int, detail: dict[str, Any]) -> None:
    """Keep what a making of plans came to."""
    query.execute(connection, "plan_batch_tell", county=county, batch_id=batch_id,
                  detail=json.dumps(detail, ensure_ascii=False))  # fmt: skip


def last_batch(connection: Connection, *, county: str, on: date) -> query.Row | None:
    """The latest making of plans that a day is part of: id, first_on, last_on, made_at, detail."""
    return query.row(connection, "plan_batch_last", county=county, on=on)


def starts(
    connection: Connection, *, county: str, accounts: Sequence[int], first: date, last: date
) -> dict[int, tuple[float, float]]:
    """Where rounds start for want of an office, by account: amid the houses of the grids, EPSG:4490 degrees."""
    rows = query.rows(connection, "plan_starts", county=county, accounts=list(accounts), first=first, last=last)
    return {row["account_id"]: (row["lon"], row["lat"]) for row in rows}


def start_of(connection: Connection, *, county: str, account_id: int, on: date) -> tuple[float, float] | None:
    """Where a round starts for want of an office: amid the houses of the inspector's grids; None without houses."""
    row = query.row(connection, "plan_start", county=county, account_id=account_id, on=on)
    return None if row is None else (row["lon"], row["lat"])


def publish(
    connection: Connection, plan: NewPlan, stops: Sequence[NewStop], *, county: str, unserved: list[dict[str, Any]]
) -> int:
    """Publish a plan in the place of the one before (published -> replaced); its id.

    Stops that were done or skipped already go over into the new plan, before all others.
    """
    before = query.rows(connection, "plan_replace", county=county, account_id=plan.account_id, on=plan.on)
    plan_id = query.value(
        connection, "plan_add", county=county, unserved=json.dumps(unserved, ensure_ascii=False), **asdict(plan)
    )
    ids = [row["id"] for row in before]
    kept = [
        NewStop(**row | {"way": _line(row["way"])})
        for row in query.rows(connection, "plan_kept_stops", county=county, plan_ids=ids)
    ]
    settled = {stop.house_id for stop in kept}
    every = [*kept, *(stop for stop in stops if stop.house_id not in settled)]
    many = [
        {**_values(stop), "county": county, "plan_id": plan_id, "seq": seq} for seq, stop in enumerate(every, 1)
    ]  # fmt: skip
    query.execute_many(connection, "plan_add_stop", many)
    return plan_id


def release(connection: Connection, *, county: str, account_id: int, on: date) -> None:
    """Take what is still to be done off somebody's published day; what was done or skipped stays."""
    row = of_day(connection, county=county, account_id=account_id, on=on)
    if row is not None:
        names = {"account_id", "seed", "detour_factor", "shift_minutes", "travel_mode", "made_at", "batch_id",
                 "travel_source", "seconds"}  # fmt: skip
        kept = NewPlan(on=on, metres=0.0, minutes=0.0, lon=row["start_lon"], lat=row["start_lat"],
                       **{name: row[name] for name in names})  # fmt: skip
        publish(connection, kept, [], county=county, unserved=[])


def of_day(connection: Connection, *, county: str, account_id: int, on: date) -> query.Row | None:
    """The published plan of an inspector's day.

    Columns: id, account_id, inspector, on_date, made_at, seed, metres, minutes, shift_minutes, travel_mode,
    detour_factor, unserved (list of dicts), beyond, travel_source, batch_id, start_lon, start_lat.
    """
    return query.row(connection, "plan_of_day", county=county, account_id=account_id, on=on)


def stops(connection: Connection, *, county: str, plan_id: int) -> list[query.Row]:
    """Stops in order: id, seq, house_id, code, address, short, kind, colour, reason, eta_at, state, lon, lat ...

    Besides: service_minutes, travel_m, skip_reason, done_at, next_try, no_access, rooms, and way, the line along
    streets from the stop before (EPSG:4490), None where no street leads there.
    """
    found = query.rows(connection, "plan_stops", county=county, plan_id=plan_id)
    return [row | {"short": short(row), "way": _line(row["way"])} for row in found]


def today(connection: Connection, *, county: str, account_id: int, on: date) -> list[query.Row]:
    """The stops of an inspector's published plan of a day in order; empty without a plan."""
    plan = of_day(connection, county=county, account_id=account_id, on=on)
    return [] if plan is None else stops(connection, county=county, plan_id=plan["id"])


def days(connection: Connection, *, county: str, first: date, last: date) -> list[query.Row]:
    """Published plans of a period.

    Rows: id, account_id, inspector, on_date, metres, minutes, shift_minutes, travel_mode, and how many stops, done,
    skipped and unserved; beyond, travel_source, danger_m (what its stops are worth in metres) and red (stops).
    """
    return query.rows(connection, "plan_days", county=county, first=first, last=last)


def grids_of(connection: Connection, *, county: str, plan_id: int) -> list[query.Row]:
    """Where a plan's stops lie: village, code, name and geom (shapely) of the grid, None three times without one."""
    found = query.rows(connection, "plan_grids", county=county, plan_id=plan_id)
    return [row | {"geom": None if row["geom"] is None else shapely.from_wkb(bytes(row["geom"]))} for row in found]


def why(reason: dict[str, Any], lang: str = "zh") -> str:
    """Why a house is on the list, or was left out of it, in words."""
    colour = say(f"risk.colour.{reason['colour']}", lang) if "colour" in reason else ""
    return say(reason["why"], lang, colour=colour, **reason.get("params", {}))


def owner_of(connection: Connection, *, county: str, stop_id: int) -> query.Row:
    """Whose stop this is: id, house_id, state, plan_id, account_id, on_date; raises ``NoSuchStopError``."""
    row = query.row(connection, "plan_stop_owner", county=county, stop_id=stop_id)
    if row is None:
        raise NoSuchStopError(stop=stop_id)
    return row


def skip(connection: Connection, *, county: str, stop_id: int, reason: str) -> None:
    """Leave a stop out (todo -> skipped); raises ``StopMovedError`` where it is not to be done any more."""
    _moved(connection, "plan_skip_stop", county, stop_id, reason=reason)


def unskip(connection: Connection, *, county: str, stop_id: int) -> None:
    """Take a stop back (skipped -> todo); raises ``StopMovedError`` where it was not skipped."""
    _moved(connection, "plan_unskip_stop", county, stop_id)


def _moved(connection: Connection, name: str, county: str, stop_id: int, **parameters: Any) -> None:
    if not query.execute(connection, name, county=county, stop_id=stop_id, **parameters):
        raise StopMovedError(stop=stop_id, state=owner_of(connection, county=county, stop_id=stop_id)["state"])


def last_stop(connection: Connection, *, county: str, plan_id: int) -> query.Row | None:
    """Where and when a plan ends so far: seq, eta_at, service_minutes, lon, lat."""
    return query.row(connection, "plan_last_stop", county=county, plan_id=plan_id)


def append(connection: Connection, stop: NewStop, *, county: str, plan_id: int, seq: int, minutes: float) -> int:
    """Add a stop at the end of a plan, and its way to what the plan travels; the stop's id."""
    stop_id = query.value(connection, "plan_add_stop", county=county, plan_id=plan_id, seq=seq, **_values(stop))
    query.execute(connection, "plan_lengthen", county=county, plan_id=plan_id, metres=stop.travel_m, minutes=minutes)
    return stop_id


def _values(stop: NewStop) -> dict[str, Any]:
    way = None if stop.way is None else shapely.to_wkb(stop.way)
    return {**asdict(replace(stop, way=None)), "reason": json.dumps(stop.reason, ensure_ascii=False), "way": way}


def _line(wkb: bytes | None) -> LineString | None:
    return None if wkb is None else cast(LineString, shapely.from_wkb(bytes(wkb)))
