"""Clocks: working days with Chinese holidays and moved workdays, natural hours for what cannot wait.

The years that ``chinesecalendar`` knows come with the product, others are entered by a county. Years whose holidays the
State Council has not published yet are counted Monday to Friday, and the result says so.
All times are aware; the calendar's days are those of Asia/Shanghai.
"""

import tomllib
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import cache
from importlib.resources import files
from typing import Any, Literal
from zoneinfo import ZoneInfo

from chinese_calendar.constants import holidays, workdays

from gis.errors import AnjuError

SHANGHAI = ZoneInfo("Asia/Shanghai")
Unit = Literal["hours", "days", "working_hours", "working_days"]
UNITS: tuple[Unit, ...] = ("hours", "days", "working_hours", "working_days")
_SOON = timedelta(hours=24)


class BadDeadlineError(AnjuError):
    """The deadline {deadline} is not one of hours, days, working_hours or working_days with a whole number."""


class NaiveTimeError(AnjuError):
    """The time {at} carries no time zone."""


@dataclass(frozen=True, slots=True)
class Spec:
    """How long: an amount of one unit, e.g. 15 days."""

    unit: Unit
    amount: int

    @classmethod
    def read(cls, raw: Mapping[str, Any]) -> "Spec":
        """From ``{days = 15}``; raises ``BadDeadlineError`` for anything else."""
        for unit in UNITS:
            amount = raw.get(unit)
            if len(raw) == 1 and type(amount) is int and amount > 0:
                return cls(unit, amount)
        raise BadDeadlineError(deadline=dict(raw))

    def as_dict(self) -> dict[str, int]:
        """The form it is written and stored in: ``{"days": 15}``."""
        return {self.unit: self.amount}

    @property
    def words_key(self) -> str:
        """Catalogue key of the phrase, which takes ``n``."""
        return f"kpi.deadline.{self.unit}"


@dataclass(frozen=True, slots=True)
class Calendar:
    """Holidays and moved workdays of the published years, and the hours of a working day."""

    holidays: frozenset[date]
    workdays: frozenset[date]
    years: frozenset[int]
    sessions: tuple[tuple[time, time], ...] = field(
        default=((time(9), time(12)), (time(13), time(17))),
    )

    def is_workday(self, on: date) -> bool:
        """Whether offices work that day: moved workdays count, holidays do not, otherwise Monday to Friday."""
        if on in self.workdays:
            return True
        return on.weekday() < 5 and on not in self.holidays

    def is_published(self, on: date) -> bool:
        """Whether that year's holidays are known."""
        return on.year in self.years

    def without(self, years: Collection[int]) -> "Calendar":
        """The calendar as it would be if those years were not published."""
        kept = self.years.difference(years)
        off, on = ({day for day in days if day.year in kept} for days in (self.holidays, self.workdays))
        return Calendar(frozenset(off), frozenset(on), kept, self.sessions)

    def over(self, below: "Calendar") -> "Calendar":
        """Both together; of a year that both know, this one's days."""
        kept = below.without(self.years)
        return Calendar(
            kept.holidays | self.holidays, kept.workdays | self.workdays, kept.years | self.years, self.sessions
        )

    def workdays_after(self, on: date) -> Iterator[date]:
        """Every working day after ``on``, in order, without end."""
        day = on
        while True:
            day += timedelta(days=1)
            if self.is_workday(day):
                yield day


@dataclass(frozen=True, slots=True)
class Due:
    """When it is due; ``unpublished`` are the years on the way that had to be counted Monday to Friday."""

    at: datetime
    unpublished: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Clock:
    """How a deadline stands: ``key`` and ``params`` are the phrase for the screen ("还剩 2 天 4 小时")."""

    state: Literal["normal", "soon", "late"]
    key: str
    params: dict[str, int]


@cache
def national_calendar() -> Calendar:
    """The calendar of every published year that comes with the product (``chinesecalendar``, 2004 on)."""
    return Calendar(frozenset(holidays), frozenset(workdays), frozenset(day.year for day in holidays))


@cache
def ruling_within() -> Spec:
    """How long a joint ruling may take."""
    raw = tomllib.loads((files("inspections") / "rules" / "ruling.toml").read_text(encoding="utf-8"))
    return Spec.read(raw["within"])


def end_of(on: date) -> datetime:
    """The midnight with which a day ends, Asia/Shanghai."""
    return datetime.combine(on + timedelta(days=1), time(), SHANGHAI)


def due(start_at: datetime, spec: Spec, calendar: Calendar) -> Due:
    """When ``spec`` after ``start_at`` is over.

    Hours run round the clock. Days end with the last calendar day, working days with the last working day's office
    hours; neither counts the first day. Working hours run only inside office hours. Raises ``NaiveTimeError``.
    """
    start = _local(start_at)
    at = _DUE[spec.unit](start, spec.amount, calendar)
    return Due(at, _unpublished(start.date(), at.date(), spec, calendar))


def due_at(start_at: datetime, spec: Spec, calendar: Calendar) -> datetime:
    """The moment of ``due`` alone."""
    return due(start_at, spec, calendar).at


def clock(now: datetime, due_at: datetime) -> Clock:
    """How a deadline stands now; "soon" is the last 24 hours. Raises ``NaiveTimeError``."""
    left = _aware(due_at) - _aware(now)
    state: Literal["normal", "soon", "late"] = "late" if left < timedelta() else "soon" if left <= _SOON else "normal"
    side = "late" if state == "late" else "left"
    days, rest = divmod(int(abs(left).total_seconds()) // 60, 24 * 60)
    hours, minutes = divmod(rest, 60)
    size = "days" if days else "hours" if hours else "minutes"
    return Clock(state, f"ticket.clock.{side}_{size}", {"days": days, "hours": hours, "minutes": minutes})


def _aware(at: datetime) -> datetime:
    if at.tzinfo is None or at.utcoffset() is None:
        raise NaiveTimeError(at=at)
    return at


def _local(at: datetime) -> datetime:
    return _aware(at).astimezone(SHANGHAI)


def _after_hours(start: datetime, amount: int, _calendar: Calendar) -> datetime:
    return start + timedelta(hours=amount)


def _after_days(start: datetime, amount: int, _calendar: Calendar) -> datetime:
    return datetime.combine(start.date() + timedelta(days=amount), time(23, 59, 59), SHANGHAI)


def _after_working_days(start: datetime, amount: int, calendar: Calendar) -> datetime:
    days = calendar.workdays_after(start.date())
    last = next(day for n, day in enumerate(days, start=1) if n == amount)
    return datetime.combine(last, calendar.sessions[-1][1], SHANGHAI)


def _after_working_hours(start: datetime, amount: int, calendar: Calendar) -> datetime:
    left = timedelta(hours=amount)
    for opens, closes in _sessions(start, calendar):
        begins = max(opens, start)
        if begins + left <= closes:
            return begins + left
        left -= max(closes - begins, timedelta())
    raise AssertionError


def _sessions(start: datetime, calendar: Calendar) -> Iterator[tuple[datetime, datetime]]:
    day = start.date() - timedelta(days=1)
    for on in calendar.workdays_after(day):
        for opens, closes in calendar.sessions:
            yield datetime.combine(on, opens, SHANGHAI), datetime.combine(on, closes, SHANGHAI)


_DUE = {
    "hours": _after_hours,
    "days": _after_days,
    "working_days": _after_working_days,
    "working_hours": _after_working_hours,
}


def _unpublished(first: date, last: date, spec: Spec, calendar: Calendar) -> tuple[int, ...]:
    if not spec.unit.startswith("working"):
        return ()
    return tuple(year for year in range(first.year, last.year + 1) if year not in calendar.years)
