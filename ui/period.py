"""The period a page of figures looks at, as the address bar names it, and the one before it to compare with."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from inspections.deadline import SHANGHAI

NAMES = ("week", "month", "last_month", "year", "custom")
DEFAULT = "month"
YEAR = timedelta(days=365)


@dataclass(frozen=True)
class Span:
    """``from_at`` <= t < ``to_at``; ``before`` is the period it is compared with, as long as this one has run."""

    name: str
    from_at: datetime
    to_at: datetime
    before: tuple[datetime, datetime]

    def last_day(self, at: datetime) -> date:
        """The last day that counts, seen at a moment."""
        return (min(self.to_at, at) - timedelta(microseconds=1)).astimezone(SHANGHAI).date()


def chosen(told: Mapping[str, str], *, at: datetime) -> Span:
    """The span that ``period``, ``from`` and ``to`` name; what does not read as one is the default."""
    name = told.get("period", DEFAULT)
    if name == "custom":
        days = (_day(told.get("from")), _day(told.get("to")))
        if days[0] and days[1] and days[0] <= days[1]:
            return custom(days[0], days[1])
        name = DEFAULT
    return named(name if name in NAMES else DEFAULT, at=at)


def custom(first: date, last: date) -> Span:
    """Both days counted in; compared with as many days before."""
    from_at, to_at = _midnight(first), _midnight(last + timedelta(days=1))
    return Span("custom", from_at, to_at, (from_at - (to_at - from_at), from_at))


def named(name: str, *, at: datetime) -> Span:
    """The week, month or year up to a moment, or the month before."""
    today = at.astimezone(SHANGHAI).date()
    first = today.replace(day=1)
    if name == "year":
        to_at = _midnight(today + timedelta(days=1))
        return Span(name, to_at - YEAR, to_at, (to_at - 2 * YEAR, to_at - YEAR))
    if name == "last_month":
        start, before = _month_before(first), _month_before(_month_before(first))
        return Span(name, _midnight(start), _midnight(first), (_midnight(before), _midnight(start)))
    if name == "week":
        monday = today - timedelta(days=today.weekday())
        return _running(name, monday, monday + timedelta(days=7), monday - timedelta(days=7), at)
    return _running(name, first, _month_before(first, ahead=True), _month_before(first), at)


def _running(name: str, start: date, end: date, before: date, at: datetime) -> Span:
    """A period not over yet is compared with as many days of the one before it as have begun of this one."""
    from_at, earlier = _midnight(start), _midnight(before)
    begun = (at.astimezone(SHANGHAI).date() - start).days + 1
    return Span(name, from_at, _midnight(end), (earlier, min(_midnight(before + timedelta(days=begun)), from_at)))


def _month_before(first: date, *, ahead: bool = False) -> date:
    return (first + timedelta(days=32 if ahead else -1)).replace(day=1)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), SHANGHAI)


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text or "")
    except ValueError:
        return None
