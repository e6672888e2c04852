"""The days of people who share houses, planned together and laid out person by person, day by day."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Any

from actions.deed import SHANGHAI
from actions.plan_roster import Asked
from actions.travel import Ways, ways_between
from db.plan import NewStop
from gis.fairness import Bound, even_out
from gis.route import Route, RoutePlan, Shift, Stop, Unserved, plan_routes
from gis.staffing import people_missing
from gis.travel import SPEED_KMH, Mode, TravelMatrix
from inspections.week import Wanted, Week, early_danger, week_of

EVEN_WORTH = 0.1
"""Evenness between people who share houses may cost this share of all their minutes, on the way."""
MOST_TRIED = 400
"""So many houses that must be seen and are not are still tried with more people; beyond that nobody is counted."""


@dataclass(slots=True)
class DayRound:
    """One person's day as it is to be published; ``due`` were weighed for it, ``danger_m`` is what it is worth."""

    account_id: int
    on: date
    start: tuple[float, float]
    shift_minutes: int
    due: int = 0
    stops: list[NewStop] = field(default_factory=list)
    unserved: list[dict[str, Any]] = field(default_factory=list)
    metres: float = 0.0
    minutes: float = 0.0
    danger_m: float = 0.0
    beyond: int = 0
    plan_id: int | None = None


@dataclass(frozen=True, slots=True)
class CrewPlan:
    """The days of a crew, what they travelled by, and how many people more would see all that must be seen."""

    days: tuple[DayRound, ...]
    travel: TravelMatrix
    more: int | None = None


def plan_crew(crew: Sequence[int], asked: Asked, *, seconds: float, seed: int) -> CrewPlan:
    """Plan the days of a crew at once; ``seconds`` for each round.

    What must be seen is first wanted by the day after it is due; where that cannot be, on any of the days.
    """
    crew = [account for account in crew if account in asked.starts and account in asked.mine]
    houses = [one for one in asked.wanted if set(asked.roster.cover.days_of(one.grid_id).values()) & set(crew)]
    ways = _ways(crew, houses, asked)
    travel = ways.matrix
    week = week_of(crew, houses, roster=asked.roster, pairs=asked.pairs)
    found = _search(week, travel, seconds=seconds, seed=seed)
    if len(asked.days) > 1 and any(left.required for left in found.unserved):
        week = week_of(crew, houses, roster=asked.roster, pairs=asked.pairs, wide=True)
        found = _search(week, travel, seconds=seconds, seed=seed)
    days = _days(week, houses, asked, _evened(found, week, travel, asked.roster.usual.most_uneven), ways)
    missing = sum(left.required for left in found.unserved)
    more = _more(week, travel, seed) if 0 < missing <= MOST_TRIED else None
    return CrewPlan(tuple(days), travel, more)


def _search(week: Week, travel: TravelMatrix, *, seconds: float, seed: int) -> RoutePlan:
    if not week.shifts:
        return plan_routes(week.stops, (), metres=travel.metres, minutes=travel.minutes, seed=seed, seconds=seconds)
    return plan_routes(week.stops, week.shifts, metres=travel.metres, minutes=travel.minutes, seed=seed,
                       seconds=seconds * len(week.shifts))  # fmt: skip


def _evened(found: RoutePlan, week: Week, travel: TravelMatrix, most: float) -> RoutePlan:
    """Give doors of whoever has most to others of the crew, as far as that costs little (``gis.fairness``)."""
    person_of = {shift.id: str(week.crews[shift.id][0]) for shift in week.shifts}
    if len(set(person_of.values())) < 2 or not found.metres:
        return found
    worth_m = EVEN_WORTH * sum(route.minutes for route in found.routes) * SPEED_KMH[travel.mode] / 0.06
    return even_out(found, week.stops, week.shifts, metres=travel.metres, minutes=travel.minutes, person_of=person_of,
                    bound=Bound(most=most, price=worth_m / found.metres))  # fmt: skip


def _more(week: Week, travel: TravelMatrix, seed: int) -> int | None:
    teams = [[shift for shift in week.shifts if week.crews[shift.id] == (account,)] for account in week.people]
    teams = [team for team in teams if team]
    if not teams:
        return None
    alone = {shift.id for team in teams for shift in team}
    stops = [
        Stop(stop.id, stop.minutes, None, stop.prize, stop.required, windows=stop.windows,
             shifts=None if stop.shifts is None else stop.shifts & alone)
        for stop in week.stops
    ]  # fmt: skip
    return people_missing(stops, teams, metres=travel.metres, minutes=travel.minutes, seed=seed)


def _ways(crew: Sequence[int], houses: Sequence[Wanted], asked: Asked) -> Ways:
    """The ways between the starts, then the houses. A crew that differs goes as the slowest of it does."""
    places = [asked.starts[account] for account in crew] + [asked.points[one.due.house.house_id] for one in houses]
    usual = asked.roster.usual
    own = (asked.roster.people[account].hours_on(asked.days[0]) for account in crew)
    modes = {one.travel_mode if one is not None and one.travel_mode else usual.travel_mode for one in own}
    mode = min(modes or {usual.travel_mode}, key=lambda name: SPEED_KMH[Mode(name)])
    return ways_between(asked.county, places, mode=mode, detour=usual.detour_factor)


def _days(week: Week, houses: Sequence[Wanted], asked: Asked, found: RoutePlan, ways: Ways) -> list[DayRound]:
    days = _empty(week, asked)
    due = {one.due.house.house_id: (len(week.people) + at, one) for at, one in enumerate(houses)}
    stops = {stop.id: stop for stop in week.stops}
    shifts = {shift.id: shift for shift in week.shifts}
    routes = sorted(early_danger(found.routes, week, stops), key=lambda route: route.start_minute)
    for route in routes:
        for account in week.crews[route.shift]:
            one = days.get((account, week.days[route.shift]))
            if one is not None:
                _lay(one, route, shifts[route.shift], due, ways, asked.days[0], week.crews[route.shift])
    for left in found.unserved:
        _leave(days, left, due[left.stop][1], week, asked)
    for one in days.values():
        one.due = len(one.stops) + len(one.unserved)
    return list(days.values())


def _empty(week: Week, asked: Asked) -> dict[tuple[int, date], DayRound]:
    """A day for everybody who is to be planned and works then; the first of each bears what is left over."""
    days: dict[tuple[int, date], DayRound] = {}
    for account in week.people:
        for on in asked.days:
            worked = asked.roster.day(account, on)
            if worked is not None:
                days[account, on] = DayRound(account, on, asked.starts[account], round(worked.max_minutes))
        first = next((one for (who, _), one in days.items() if who == account), None)
        if first is not None:
            first.beyond = asked.beyond.get(account, 0)
    return days


def _lay(
    day: DayRound, route: Route, shift: Shift, due: Mapping[str, tuple[int, Wanted]], ways: Ways,
    first: date, crew: tuple[int, ...],
) -> None:  # fmt: skip
    """Put a route's stops on a day, with their times, ways and reasons."""
    midnight = datetime(first.year, first.month, first.day, tzinfo=SHANGHAI)
    legs = list(pairwise([shift.start, *(due[house_id][0] for house_id in route.stops)]))
    figures = zip(route.stops, route.arrivals, route.detours_m, route.detour_minutes, legs, ways.lines(legs),
                  strict=True)  # fmt: skip
    for house_id, arrival, detour_m, detour_minutes, leg, way in figures:
        one = due[house_id][1]
        reason = reason_of(one) | {"detour_m": round(detour_m), "detour_minutes": round(detour_minutes, 1)}
        if len(crew) > 1:
            reason["with"] = [account for account in crew if account != day.account_id]
        eta = midnight + timedelta(minutes=round(arrival, 2))
        day.stops.append(
            NewStop(int(house_id), reason, eta, one.due.minutes, round(float(ways.matrix.metres[leg]), 1), way=way)
        )
        day.danger_m += one.due.prize_m
    day.metres += route.metres
    day.minutes += route.minutes


def reason_of(one: Wanted) -> dict[str, Any]:
    """Why a house is due and what the visit is worth, as a plan keeps it."""
    due = one.due
    return {
        "why": due.why, "params": due.params, "colour": str(due.house.colour), "late_days": due.late_days,
        "due_on": None if due.due_on is None else due.due_on.isoformat(), "required": due.required,
        "prize_m": round(due.prize_m), "window": due.window, "needs": sorted(one.needs),
    }  # fmt: skip


def _leave(days: Mapping[tuple[int, date], DayRound], left: Unserved, one: Wanted, week: Week, asked: Asked) -> None:
    """Write a house that is on no round, with its reason, to the first day of whoever looks after it then."""
    held = asked.roster.cover.days_of(one.grid_id)
    owner = asked.owners.get(one.grid_id)
    bearers = [(held[day], day) for day in one.days if day in held]
    bearers += [] if owner is None else [(owner, on) for on in asked.days]
    day = next((days[key] for key in bearers if key in days), None) or next(iter(days.values()), None)
    if day is None:
        return
    day.unserved.append(
        {"house_id": int(left.stop), "reason": str(left.reason), **reason_of(one),
         "extra_metres": _round(left.extra_metres), "extra_minutes": _round(left.extra_minutes),
         "spare_minutes": _round(left.spare_minutes),
         "displaced_by": None if left.displaced_by is None else int(left.displaced_by)}
    )  # fmt: skip


def _round(value: float | None) -> float | None:
    return None if value is None else round(value, 1)
