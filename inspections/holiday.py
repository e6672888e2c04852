"""A year of holidays and moved workdays as a county enters it, and what its entry does to a running deadline.

A year is a TOML of ``year``, ``source`` (the notice of the State Council), ``holidays`` and ``workdays``: days, or
pairs of a first and a last day.
"""

import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from gis.errors import AnjuError
from inspections.deadline import Calendar, Spec, due, due_at
from words import Term

YEARS = range(2000, 2101)
Part = tuple[datetime, Spec]
"""One thing that has to be done in time: when its clock began, and how long it has."""


class BadCalendarError(AnjuError):
    """The calendar of {year} is wrong: {problem}."""


@dataclass(frozen=True, slots=True)
class HolidayYear:
    """One year as published: days off, weekend days worked instead, and the notice that says so."""

    year: int
    source: str
    holidays: frozenset[date]
    workdays: frozenset[date]


def read_year(text: str) -> HolidayYear:
    """A year from TOML; raises ``BadCalendarError`` that names what is wrong."""
    try:
        raw = tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        raise _bad("?", "not_toml") from None
    year, source = raw.get("year"), raw.get("source")
    if type(year) is not int or year not in YEARS:
        raise _bad("?", "no_year")
    if not isinstance(source, str) or not source.strip():
        raise _bad(year, "no_source")
    found = HolidayYear(year, source.strip(), _days(raw, "holidays", year), _days(raw, "workdays", year))
    _check(found)
    return found


def calendar_of(years: Iterable[HolidayYear]) -> Calendar:
    """The calendar of these years alone."""
    known = list(years)
    off = frozenset(day for one in known for day in one.holidays)
    on = frozenset(day for one in known for day in one.workdays)
    return Calendar(off, on, frozenset(one.year for one in known))


def earliest(parts: Sequence[Part], calendar: Calendar) -> datetime:
    """When the first of some things is due."""
    return min(due_at(start, spec, calendar) for start, spec in parts)


def moved(
    deadline: datetime, parts: Sequence[Part], *, before: Calendar, calendar: Calendar, paused: timedelta = timedelta()
) -> datetime | None:
    """Where a deadline lies by ``calendar`` that was reckoned when less was known; None where it stays.

    ``before`` is the calendar until now. A deadline that neither it nor any earlier knowledge gives was set by a
    person, and stays. ``paused`` is how much the clock's pauses moved it.
    """
    new = earliest(parts, calendar) + paused
    if new == deadline:
        return None
    reached = range(min(start for start, _ in parts).year, max(new, deadline).year + 2)
    known = (before, *(calendar.without(range(year, reached.stop)) for year in reached))
    reckoned = any(earliest(parts, one) + paused == deadline for one in known)
    return new if reckoned else None


def unpublished(parts: Iterable[Part], calendar: Calendar) -> tuple[int, ...]:
    """The years on the way to the deadlines of some things that had to be counted Monday to Friday."""
    return tuple(sorted({year for start, spec in parts for year in due(start, spec, calendar).unpublished}))


def _days(raw: dict[str, Any], key: str, year: int) -> frozenset[date]:
    spans = raw.get(key)
    if not isinstance(spans, list):
        raise _bad(year, f"no_{key}")
    found: set[date] = set()
    for span in spans:
        ends = span if isinstance(span, list) else [span, span]
        if len(ends) != 2 or any(type(day) is not date or day.year != year for day in ends) or ends[0] > ends[1]:
            raise _bad(year, f"bad_{key}")
        found |= {ends[0] + timedelta(days=n) for n in range((ends[1] - ends[0]).days + 1)}
    return frozenset(found)


def _check(year: HolidayYear) -> None:
    if not year.holidays:
        raise _bad(year.year, "no_holidays")
    if year.holidays & year.workdays:
        raise _bad(year.year, "both")
    if any(day.weekday() < 5 for day in year.workdays):
        raise _bad(year.year, "no_weekend")


def _bad(year: int | str, problem: str) -> BadCalendarError:
    return BadCalendarError(year=year, problem=Term(problem, "holiday.problem"))
