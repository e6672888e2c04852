"""Changing an inspector's round by hand: leave a house out, take it back, put one at the end."""

from datetime import date, datetime, timedelta

from actions.deed import SHANGHAI, deed
from actions.travel import ways_between
from db import house, plan
from db.engine import transaction
from db.plan import NewStop
from db.query import Row
from gis.errors import AnjuError
from inspections.access import Actor, Place, RefusedError
from inspections.plan import service_minutes

MIN_REASON = 2


class NoPlanError(AnjuError):
    """There is no plan of {on} to change."""


class SkipReasonError(AnjuError):
    """Say why the house is left out today."""


class HouseWithoutPointError(AnjuError):
    """House {house} has no point on the map to go to."""


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
        stop, minutes, seq = _appended(row, rooms or row["rooms_let"] or 0, found, last, actor.county)
        return plan.append(connection, stop, county=actor.county, plan_id=found["id"], seq=seq, minutes=minutes)


def _appended(row: Row, rooms: int, found: Row, last: Row | None, county: str) -> tuple[NewStop, float, int]:
    start = (found["start_lon"], found["start_lat"])
    lon, lat = (last["lon"], last["lat"]) if last else start
    ways = ways_between(county, [(lon, lat), (row["lon"], row["lat"])], mode=found["travel_mode"],
                        detour=found["detour_factor"])  # fmt: skip
    minutes = float(ways.matrix.minutes[0, 1])
    on = found["on_date"]
    free_at = (
        last["eta_at"] + timedelta(minutes=last["service_minutes"])
        if last else datetime(on.year, on.month, on.day, 8, 30, tzinfo=SHANGHAI)
    )  # fmt: skip
    service = service_minutes(rooms)
    reason = {"why": "inspections.why.pinned", "params": {"days": 0}, "colour": row["colour"], "late_days": 0}
    stop = NewStop(row["id"], reason, free_at + timedelta(minutes=minutes), service,
                   round(float(ways.matrix.metres[0, 1]), 1), way=ways.lines([(0, 1)])[0])  # fmt: skip
    return stop, minutes + service, last["seq"] + 1 if last else 1
