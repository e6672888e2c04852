"""Several days of several inspectors as one planning problem: shifts and stops out of a roster and houses that are due.

Minutes count from midnight of the first day. A shift is ``ACCOUNT:DAY`` or ``ACCOUNT:DAY:evening``, that of two people
going together ``ACCOUNT+ACCOUNT:DAY``; DAY is a date.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from math import ceil, inf

from gis.route import Route, Shift, Stop
from inspections.day import WorkingDay
from inspections.plan import DueHouse, HouseState, due_house
from inspections.roster import PAIR, Coverage, Day, Person, day_of

DAY_MINUTES = 24 * 60
GRACE_DAYS = 1
"""A house that must be seen is wanted by the day after it is due; only where that cannot be, any later day will do."""

Window = tuple[float, float]
Pair = tuple[int, int, date]
"""Who goes with whom, and on which day."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A house that is due within the days: from the first of them on, on ``days``, with the windows of each day.

    ``grid_id`` says whose it is; ``needs`` are the skills its visit takes, ``pair`` among them where two must go.
    """

    due: DueHouse
    grid_id: int
    days: tuple[date, ...]
    windows: tuple[Window, ...]
    needs: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Week:
    """The problem of people who share houses: shifts (``start`` indexes ``people``), stops, and whose shift is whose.

    ``crews`` names the people of each shift, ``days`` its day; ``people`` are the accounts in the order of the starts.
    """

    people: tuple[int, ...]
    shifts: tuple[Shift, ...]
    stops: tuple[Stop, ...]
    crews: Mapping[str, tuple[int, ...]]
    days: Mapping[str, date]


@dataclass(frozen=True, slots=True)
class Roster:
    """What holds for all crews: people, coverage, the days, the county's day, whether weekends are worked."""

    people: Mapping[int, Person]
    cover: Coverage
    days: tuple[date, ...]
    usual: WorkingDay
    weekend: bool = False

    def day(self, account: int, on: date, *, evening: bool = False) -> Day | None:
        """The working time of a person on a day."""
        return day_of(self.people[account], on, self.usual, evening=evening, weekend=self.weekend)

    def midnight(self, on: date) -> int:
        """The minute at which a day begins."""
        return self.days.index(on) * DAY_MINUTES


def wanted(house: HouseState, days: Sequence[date], *, grid_id: int, not_before: date | None = None,
           needs: frozenset[str] = frozenset()) -> Wanted | None:  # fmt: skip
    """Say on which of the days a house is due and within which hours; None where it is on none.

    ``not_before``: the first day on which it may come again (it was left out the day before).
    """
    open_days = [day for day in days if not_before is None or day >= not_before]
    found = [(day, one) for day in open_days if (one := due_house(house, on=day)) is not None]
    if not found:
        return None
    first = found[0][1]
    midnight = {day: at * DAY_MINUTES for at, day in enumerate(days)}
    if any(one.window for _, one in found) or len(found) < len([day for day in open_days if day >= found[0][0]]):
        windows = tuple(_on(midnight[day], one.window) for day, one in found)
    elif found[0][0] == days[0]:
        windows = ()
    else:
        windows = ((float(midnight[found[0][0]]), inf),)
    return Wanted(first, grid_id, tuple(day for day, _ in found), windows, needs)


def _on(midnight: float, window: Window | None) -> Window:
    opens, closes = window or (0.0, DAY_MINUTES - 1.0)
    return midnight + opens, midnight + closes


def crews_of(houses: Iterable[Wanted], cover: Coverage, pairs: Sequence[Pair]) -> list[tuple[int, ...]]:
    """Gather the people who share a house or go together; each group is planned by itself."""
    bonds = [set(cover.days_of(house.grid_id).values()) for house in houses]
    bonds += [{one, other} for one, other, _ in pairs]
    groups: list[set[int]] = []
    for bond in filter(None, bonds):
        touched = [group for group in groups if group & bond]
        groups = [group for group in groups if not group & bond] + [bond.union(*touched)]
    return sorted(tuple(sorted(group)) for group in groups)


def pairs_for(houses: Iterable[Wanted], cover: Coverage, people: Mapping[int, Person],
              partners: Mapping[int, Sequence[int]], *, pair_minutes: float) -> list[Pair]:  # fmt: skip
    """Choose with whom and on which days two go together: for each inspector with such houses the first partner free.

    As many blocks of ``pair_minutes`` as the visits take, a third of the time reckoned for the way.
    """
    minutes: dict[int, float] = {}
    days: dict[int, set[date]] = {}
    for house in houses:
        held = cover.days_of(house.grid_id) if PAIR in house.needs else {}
        for account in set(held.values()):
            minutes[account] = minutes.get(account, 0.0) + house.due.minutes / len(set(held.values()))
            days.setdefault(account, set()).update(day for day in house.days if held.get(day) == account)
    found: list[Pair] = []
    taken: set[tuple[int, date]] = set()
    for account, spent in sorted(minutes.items()):
        for day in sorted(days[account]):
            blocks = sum(1 for one, _, _ in found if one == account)
            partner = next((one for one in partners.get(account, ()) if one != account and one in people
                            and people[one].works(day) and (one, day) not in taken), None)  # fmt: skip
            if blocks >= ceil(spent * 4 / 3 / pair_minutes) or partner is None or (account, day) in taken:
                continue
            found.append((account, partner, day))
            taken |= {(account, day), (partner, day)}
    return found


def week_of(
    crew: Sequence[int], houses: Sequence[Wanted], *, roster: Roster, pairs: Sequence[Pair], wide: bool = False
) -> Week:
    """Lay out the problem of a crew and its houses. ``wide``: what must be seen may be seen on any later day."""
    late = {(account, day) for house in houses for day, account in _evenings(house, roster)}
    mine = [pair for pair in pairs if set(pair[:2]) <= set(crew)]
    shifts: list[Shift] = []
    crews: dict[str, tuple[int, ...]] = {}
    on: dict[str, date] = {}
    for start, account in enumerate(crew):
        for day in roster.days:
            for shift in _shifts_of(account, day, start, roster=roster, late=late, pairs=mine):
                shifts.append(shift)
                crews[shift.id], on[shift.id] = (account,), day
    for account, partner, day in mine:
        block = _pair_shift(account, partner, day, crew.index(account), roster)
        if block is not None:
            shifts.append(block)
            crews[block.id], on[block.id] = (account, partner), day
    stops = [_stop(house, roster, crews, on, wide=wide) for house in houses]
    return Week(tuple(crew), tuple(shifts), tuple(stops), crews, on)


def _evenings(house: Wanted, roster: Roster) -> list[tuple[date, int]]:
    """The days on which a house can only be met in the evening, and by whom."""
    held = roster.cover.days_of(house.grid_id)
    opening = [window[0] % DAY_MINUTES for window in house.windows]
    only = bool(opening) and min(opening) >= roster.usual.evening_start_minute
    return [(day, held[day]) for day in house.days if day in held] if only else []


def _shifts_of(account: int, day: date, start: int, *, roster: Roster, late: set[tuple[int, date]],
               pairs: Sequence[Pair]) -> list[Shift]:  # fmt: skip
    """The shifts of a person on a day: the day, shorter by what goes to a pair, and the evening where one is kept."""
    worked = roster.day(account, day, evening=(account, day) in late)
    if worked is None:
        return []
    midnight, name = roster.midnight(day), f"{account}:{day}"
    given = roster.usual.pair_minutes if any(account in pair[:2] and pair[2] == day for pair in pairs) else 0
    end = max(worked.start_minute, worked.end_minute - given)
    found = [
        Shift(name, start, start, midnight + worked.start_minute, midnight + end, max(0, worked.max_minutes - given))
    ]
    if worked.evening is not None:
        opens, closes, longest = worked.evening
        found.append(Shift(f"{name}:evening", start, start, midnight + opens, midnight + closes, longest))
    return found


def _pair_shift(account: int, partner: int, day: date, start: int, roster: Roster) -> Shift | None:
    """The hours in which two go together: the last of the shorter of their days."""
    both = [roster.day(one, day) for one in (account, partner)]
    if any(one is None for one in both):
        return None
    end = min(one.end_minute for one in both if one is not None)
    block = roster.usual.pair_minutes
    midnight = roster.midnight(day)
    return Shift(f"{account}+{partner}:{day}", start, start, midnight + end - block, midnight + end, block)


def _stop(
    house: Wanted, roster: Roster, crews: Mapping[str, tuple[int, ...]], on: Mapping[str, date], *, wide: bool
) -> Stop:
    held = roster.cover.days_of(house.grid_id)
    allowed = frozenset(
        name for name, crew in crews.items()
        if held.get(on[name]) == crew[0] and (len(crew) > 1) == (PAIR in house.needs)
        and house.needs - {PAIR} <= frozenset().union(*(roster.people[one].skills for one in crew))
    )  # fmt: skip
    due = house.due
    windows = house.windows
    opens = windows[0][0] if windows else 0.0
    if due.required and not wide and (not windows or windows == ((opens, inf),)):
        windows = ((opens, opens + (GRACE_DAYS + 1) * DAY_MINUTES),)
    return Stop(due.house.house_id, due.minutes, None, due.prize_m, due.required, shifts=allowed, windows=windows)


def early_danger(routes: Sequence[Route], week: Week, stops: Mapping[str, Stop]) -> list[Route]:
    """Put the rounds of one person that could be on either day in the order of their worth, the worthiest first.

    A round moves to another day of the same hours and length, an idle one before all, if every stop on it allows that
    shift and that time.
    """
    at = {shift.id: shift for shift in week.shifts}
    found = _no_idle_days(list(routes), week, stops)
    worth = [sum(stops[name].prize + (1e6 if stops[name].required else 0.0) for name in route.stops) for route in found]
    for first in range(len(found)):
        for second in range(first + 1, len(found)):
            one, other = found[first], found[second]
            if worth[second] <= worth[first] or not _alike(at[one.shift], at[other.shift], week):
                continue
            moved = _moved(other, at[one.shift], at[other.shift]), _moved(one, at[other.shift], at[one.shift])
            if all(_fits(route, stops) for route in moved):
                found[first], found[second] = moved
                worth[first], worth[second] = worth[second], worth[first]
    return found


def _no_idle_days(routes: list[Route], week: Week, stops: Mapping[str, Stop]) -> list[Route]:
    """Move each round to the first idle day before its own on which it can be."""
    at = {shift.id: shift for shift in week.shifts}
    used = {route.shift for route in routes}
    for place, route in enumerate(routes):
        idle = sorted((shift for shift in week.shifts if shift.id not in used), key=lambda shift: shift.start_minute)
        for shift in idle:
            if not _alike(shift, at[route.shift], week):
                continue
            moved = _moved(route, shift, at[route.shift])
            if _fits(moved, stops):
                used = used - {route.shift} | {shift.id}
                routes[place] = moved
                break
    return routes


def _alike(one: Shift, other: Shift, week: Week) -> bool:
    same_crew = week.crews[one.id] == week.crews[other.id] and one.start == other.start
    gap = (week.days[other.id] - week.days[one.id]).days * DAY_MINUTES
    same_hours = (one.start_minute + gap, one.end_minute + gap) == (other.start_minute, other.end_minute)
    return gap > 0 and same_crew and same_hours and one.max_minutes == other.max_minutes


def _moved(route: Route, to: Shift, since: Shift) -> Route:
    by = to.start_minute - since.start_minute
    arrivals = tuple(minute + by for minute in route.arrivals)
    return replace(route, shift=to.id, arrivals=arrivals, start_minute=route.start_minute + by)


def _fits(route: Route, stops: Mapping[str, Stop]) -> bool:
    for name, arrival in zip(route.stops, route.arrivals, strict=True):
        stop = stops[name]
        windows = stop.all_windows()
        in_time = not windows or any(opens <= arrival <= closes for opens, closes in windows)
        if not in_time or (stop.shifts is not None and route.shift not in stop.shifts):
            return False
    return True
