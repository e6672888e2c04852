"""Who works when, who stands in for whom, and what each person can do: the roster as planning reads it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from inspections.day import WorkingDay

PAIR = "pair"


@dataclass(frozen=True, slots=True)
class OwnHours:
    """Hours that a person has instead of the county's, from ``since`` to the day before ``until`` (None: open)."""

    since: date
    until: date | None
    weekdays: frozenset[int]
    start_minute: int
    end_minute: int
    max_minutes: int
    travel_mode: str | None = None
    start: tuple[float, float] | None = None


@dataclass(frozen=True, slots=True)
class Person:
    """An inspector: when away (first day, first day back), the own hours if any, and skills."""

    account_id: int
    name: str
    away: tuple[tuple[date, date], ...] = ()
    hours: tuple[OwnHours, ...] = ()
    skills: frozenset[str] = frozenset()

    def is_away(self, on: date) -> bool:
        """Whether on leave that day."""
        return any(first <= on < back for first, back in self.away)

    def hours_on(self, on: date) -> OwnHours | None:
        """The own hours in force that day."""
        held = (one for one in self.hours if one.since <= on and (one.until is None or on < one.until))
        return next(held, None)

    def works(self, on: date) -> bool:
        """Whether on duty that day: not away, and on one of the own weekdays; without own hours any planned day."""
        own = self.hours_on(on)
        return not self.is_away(on) and (own is None or on.weekday() in own.weekdays)


@dataclass(frozen=True, slots=True)
class Day:
    """One person's working time on one day, in minutes of that day; the evening only where it is kept free."""

    account_id: int
    on: date
    start_minute: int
    end_minute: int
    max_minutes: int
    evening: tuple[int, int, int] | None = None


@dataclass(frozen=True, slots=True)
class Duty:
    """Main or backup duty for a grid, from ``since`` to the day before ``until`` (None: open)."""

    grid_id: int
    account_id: int
    kind: str
    since: date
    until: date | None = None

    def holds(self, on: date) -> bool:
        """Whether in force that day."""
        return self.since <= on and (self.until is None or on < self.until)


@dataclass(frozen=True, slots=True)
class Coverage:
    """Who looks after each grid on each day: ``on[day][grid]``, absent where nobody does; ``main`` by grid."""

    on: Mapping[date, Mapping[int, int]]
    main: Mapping[int, int] = field(default_factory=dict)

    def days_of(self, grid_id: int) -> dict[date, int]:
        """The days on which somebody looks after a grid, and who."""
        return {day: held[grid_id] for day, held in self.on.items() if grid_id in held}


def coverage(duties: Iterable[Duty], people: Mapping[int, Person], days: Sequence[date]) -> Coverage:
    """Say who looks after each grid on each day: the main, or while that one is away the first backup who is there.

    A main who merely does not work on that weekday is not stood in for: the grid rests until the next working day.
    """
    rows = sorted(duties, key=lambda one: (one.kind != "main", one.since, one.account_id))
    on: dict[date, dict[int, int]] = {day: {} for day in days}
    for day in days:
        off: set[int] = set()
        for duty in rows:
            person = people.get(duty.account_id)
            if person is None or not duty.holds(day) or duty.grid_id in on[day] or duty.grid_id in off:
                continue
            if person.works(day):
                on[day][duty.grid_id] = duty.account_id
            elif duty.kind == "main" and not person.is_away(day):
                off.add(duty.grid_id)
    main = {one.grid_id: one.account_id for one in reversed(rows) if one.kind == "main"}
    return Coverage(on, main)


def working_days(first: date, count: int) -> list[date]:
    """``count`` days in a row from the first."""
    return [first + timedelta(days=step) for step in range(count)]


def day_of(person: Person, on: date, usual: WorkingDay, *, evening: bool = False, weekend: bool = False) -> Day | None:
    """A person's working time on a day, None where there is none; some of it kept for the evening where that is asked.

    Whoever has no hours of their own works at a weekend only where ``weekend`` says so.
    """
    own = person.hours_on(on)
    if not person.works(on) or (own is None and on.weekday() >= 5 and not weekend):
        return None
    start, end = (own.start_minute, own.end_minute) if own else (usual.start_minute, usual.end_minute)
    longest = own.max_minutes if own else usual.max_minutes
    kept = None
    if evening and longest > usual.evening_minutes:
        kept = (usual.evening_start_minute, usual.evening_end_minute, usual.evening_minutes)
        longest -= usual.evening_minutes
    return Day(person.account_id, on, start, min(end, kept[0]) if kept else end, longest, kept)
