"""A bulletin 通报: indicators of a period beside those of the one before, units in their order, the last named."""

import calendar
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from gis.errors import AnjuError
from inspections.kpi import INDICATORS, Count, Rate

FEW = 5
"""A unit with fewer cases than this is listed and not ranked: one case more or less would turn the order over."""
LAST = 3
"""How many of the last are named."""


class BadBulletinPeriodError(AnjuError):
    """{period} is neither a month like 2026-10 nor a week like 2026-W43."""


@dataclass(frozen=True, slots=True)
class Unit:
    """A county, town or department with its counts and rates."""

    name: str
    counts: Mapping[Count, int]
    rates: Mapping[str, Rate]


@dataclass(frozen=True, slots=True)
class Bulletin:
    """What is published of a period; both days are counted. ``weeks`` hold Monday, opened, closed."""

    county: str
    first_on: date
    last_on: date
    made_at: datetime
    whole: Unit
    before: Unit
    towns: Sequence[Unit]
    departments: Sequence[Unit]
    weeks: Sequence[tuple[date, int, int]]


def span(period: str) -> tuple[date, date]:
    """The first and last day of a month (``2026-10``) or a week (``2026-W43``); raises ``BadBulletinPeriodError``."""
    try:
        if "W" in period.upper():
            year, _, week = period.upper().partition("-W")
            monday = date.fromisocalendar(int(year), int(week), 1)
            return monday, monday + timedelta(days=6)
        year, _, month = period.partition("-")
        first = date(int(year), int(month), 1)
        return first, first.replace(day=calendar.monthrange(first.year, first.month)[1])
    except ValueError as error:
        raise BadBulletinPeriodError(period=period) from error


def span_before(first_on: date, last_on: date) -> tuple[date, date]:
    """The period before: the month before a whole month, otherwise as many days."""
    whole_month = first_on.day == 1 and (last_on + timedelta(days=1)).day == 1 and first_on.month == last_on.month
    end = first_on - timedelta(days=1)
    return (end.replace(day=1), end) if whole_month else (first_on - (last_on - first_on) - timedelta(days=1), end)


def ranked(units: Sequence[Unit]) -> list[tuple[int | None, Unit]]:
    """Units with something to close, the best on time first and numbered; those with few cases behind, unnumbered."""
    named = [unit for unit in units if unit.rates["closure"].denominator]
    enough = sorted((unit for unit in named if unit.rates["closure"].denominator >= FEW), key=_place)
    few = sorted((unit for unit in named if unit.rates["closure"].denominator < FEW), key=_place)
    return [*enumerate(enough, start=1), *((None, unit) for unit in few)]


def last_of(units: Sequence[Unit]) -> list[Unit]:
    """The last of the ranked units, the very last first; none where that would name as many as lead."""
    numbered = [unit for rank, unit in ranked(units) if rank is not None]
    return list(reversed(numbered))[: min(LAST, len(numbered) // 2)]


def change(now: Rate, before: Rate) -> Decimal | None:
    """Percentage points gained since the period before; None where either has nothing to count."""
    return None if now.percent is None or before.percent is None else now.percent - before.percent


def better(key: str, points: Decimal) -> bool | None:
    """Whether a change of an indicator is for the good; None where nothing changed."""
    way = next(row.better for row in INDICATORS if row.key == key)
    return None if points == 0 else (points > 0) == (way == "more")


def _place(unit: Unit) -> tuple[Decimal, int]:
    rate = unit.rates["closure_on_time"]
    return (-(rate.percent or Decimal(0)), -rate.denominator)
