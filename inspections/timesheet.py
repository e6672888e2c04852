"""Hours from the visits that were recorded: a person's day is doors, ways between them and pauses, nothing twice."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from typing import Any

from inspections.deadline import SHANGHAI

LONGEST = timedelta(hours=2)
"""The most that one visit counts: a form left open over lunch is no work at a door."""
PAUSE = timedelta(hours=1)
"""Longer than this between two doors is a pause and no way."""


@dataclass(frozen=True, slots=True)
class Seen:
    """One visit that was handed in; the times are aware, ``entered`` tells whether somebody was let in."""

    account_id: int
    house_id: int
    started_at: datetime
    submitted_at: datetime
    entered: bool


@dataclass(frozen=True, slots=True)
class Planned:
    """One published day: ``stops`` without those left out, minutes at their doors and on the ways to them."""

    account_id: int
    on: date
    stops: int
    done: int
    door_minutes: float
    way_minutes: float


@dataclass(frozen=True, slots=True)
class DayRow:
    """A person's day. ``door_minutes + way_minutes + pause_minutes`` is the time from the first tap to the last."""

    account_id: int
    on: date
    first_at: datetime | None
    last_at: datetime | None
    visits: int
    houses: int
    entered: int
    door_minutes: float
    way_minutes: float
    pause_minutes: float
    planned_stops: int = 0
    planned_done: int = 0
    planned_door_minutes: float = 0.0
    planned_way_minutes: float = 0.0

    def as_dict(self) -> dict[str, Any]:
        """Return plain values, minutes with one decimal."""
        return {name: round(value, 1) if isinstance(value, float) else value for name, value in asdict(self).items()}


def day_rows(seen: Iterable[Seen], planned: Iterable[Planned]) -> list[DayRow]:
    """Return one row for each person and day with a visit or a plan, by day and person.

    A visit belongs to the day on which it was handed in (Asia/Shanghai), and counts from its first tap, but for
    ``LONGEST`` at most and not into the day before. Visits that overlap count once.
    """
    days: dict[tuple[date, int], list[Seen]] = defaultdict(list)
    for one in seen:
        days[one.submitted_at.astimezone(SHANGHAI).date(), one.account_id].append(one)
    plans = {(one.on, one.account_id): one for one in planned}
    return [_row(key, days.get(key, []), plans.get(key)) for key in sorted(days.keys() | plans.keys())]


def _row(key: tuple[date, int], seen: Sequence[Seen], plan: Planned | None) -> DayRow:
    on, account = key
    spells = _spells(seen, datetime.combine(on, time(), SHANGHAI))
    gaps = [after[0] - before[1] for before, after in pairwise(spells)]
    return DayRow(
        account_id=account, on=on, first_at=spells[0][0] if spells else None, last_at=spells[-1][1] if spells else None,
        visits=len(seen), houses=len({one.house_id for one in seen}),
        entered=len({one.house_id for one in seen if one.entered}),
        door_minutes=_minutes(end - begin for begin, end in spells),
        way_minutes=_minutes(gap for gap in gaps if gap <= PAUSE),
        pause_minutes=_minutes(gap for gap in gaps if gap > PAUSE), **_planned(plan),
    )  # fmt: skip


def _planned(plan: Planned | None) -> dict[str, Any]:
    if plan is None:
        return {}
    return {
        "planned_stops": plan.stops, "planned_done": plan.done, "planned_door_minutes": plan.door_minutes,
        "planned_way_minutes": plan.way_minutes,
    }  # fmt: skip


def _spells(seen: Sequence[Seen], midnight: datetime) -> list[tuple[datetime, datetime]]:
    """Times at doors in order, those that touch or overlap as one."""
    spells: list[tuple[datetime, datetime]] = []
    for begin, end in sorted(_spell(one, midnight) for one in seen):
        if spells and begin <= spells[-1][1]:
            spells[-1] = (spells[-1][0], max(end, spells[-1][1]))
        else:
            spells.append((begin, end))
    return spells


def _spell(one: Seen, midnight: datetime) -> tuple[datetime, datetime]:
    end = one.submitted_at
    return min(max(one.started_at, end - LONGEST, midnight), end), end


def _minutes(spans: Iterable[timedelta]) -> float:
    return sum(spans, timedelta()).total_seconds() / 60


@dataclass(frozen=True, slots=True)
class Total:
    """What somebody's days of a period come to."""

    account_id: int
    days: int
    visits: int
    houses: int
    entered: int
    door_minutes: float
    way_minutes: float
    planned_stops: int
    planned_done: int

    def as_dict(self) -> dict[str, Any]:
        """Return plain values, minutes with one decimal."""
        return {name: round(value, 1) if isinstance(value, float) else value for name, value in asdict(self).items()}


def totals(rows: Sequence[DayRow]) -> list[Total]:
    """Return one row a person, in order of their numbers; ``days`` are those with a visit."""
    people: dict[int, list[DayRow]] = defaultdict(list)
    for row in rows:
        people[row.account_id].append(row)
    names = ("visits", "houses", "entered", "door_minutes", "way_minutes", "planned_stops", "planned_done")
    return [
        Total(account, sum(row.visits > 0 for row in own), **{n: sum(getattr(row, n) for row in own) for n in names})
        for account, own in sorted(people.items())
    ]
