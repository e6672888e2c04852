"""A model town's year without a database, seen visit by visit: what was known before each one and what it met."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np

from benchmarks.ground import COUNTY
from demo.conditions import conditions, room_facts
from demo.history import Found, History, Year, live_through
from demo.houses import build
from demo.people import DEPARTMENTS
from demo.rooms import furnish
from demo.streets import Kind
from demo.territory import territory
from demo.tickets import Desks, Life, open_at
from demo.villages import settings, share_out
from demo.visits import at, calls
from inspections.deadline import SHANGHAI
from inspections.risk import OpenHazard, RiskFacts
from inspections.rules import judge

NOW = datetime(2026, 6, 15, 9, 30, tzinfo=SHANGHAI)
TESTED = timedelta(days=120)
NEVER_DAYS = 400.0


@dataclass(frozen=True, slots=True)
class Call:
    """One visit that was let in: what was known before, days since the last one, hazards met, those of them new."""

    house: int
    facts: RiskFacts
    unseen_days: float
    met: int
    new: int


def lived(houses: int, *, seed: int) -> tuple[Year, History]:
    """The year of a town of so many houses."""
    land = territory(COUNTY, seed=seed)
    shares = share_out(land, houses, seed=seed)
    built = build(land, shares, settings(land), villages=list(shares), seed=seed)
    rng = np.random.default_rng(seed)
    _, rooms = furnish(built, rng=rng)
    facts = conditions(built, rooms, rng=rng)
    desks = Desks({code: [n * 10, n * 10 + 1] for n, code in enumerate(DEPARTMENTS, start=1)}, [1, 2, 3])
    visits = calls(built, 900 + np.arange(len(built)) % 7, now=NOW, rng=rng)
    pace = dict.fromkeys(land.towns, 1.0)
    year = Year(built, rooms, facts, visits, np.arange(len(rooms)).astype(np.str_), desks, pace, NOW)
    return year, live_through(year, rng=rng)


def calls_scored(houses: int, *, seed: int) -> Iterator[Call]:
    """Every visit of the last 120 days that was let in."""
    year, history = lived(houses, seed=seed)
    found: dict[int, list[Found]] = defaultdict(list)
    for one in history.findings:
        found[one.house].append(one)
    first = np.searchsorted(year.visits.house, np.arange(len(year.houses) + 1))
    for house in range(len(year.houses)):
        yield from _House(year, history, house, found[house]).calls(range(int(first[house]), int(first[house + 1])))


class _House:
    """A house visit by visit."""

    def __init__(self, year: Year, history: History, house: int, found: list[Found]) -> None:
        self.year, self.history, self.house, self.found = year, history, house, found
        self.lives: dict[int, Life] = {one.ticket: history.tickets[one.ticket].life for one in found}

    def calls(self, visits: range) -> Iterator[Call]:
        last: int | None = None
        shut = 0
        for visit in visits:
            moment = at(self.year.visits, visit, self.year.now)
            if self.year.visits.outcome[visit] != "granted":
                shut += 1
                continue
            if self.year.now - moment <= TESTED:
                yield self._call(visit, moment, last, shut)
            last, shut = visit, 0

    def _call(self, visit: int, moment: datetime, last: int | None, shut: int) -> Call:
        seen_at = None if last is None else at(self.year.visits, last, self.year.now)
        days = NEVER_DAYS if seen_at is None else (moment - seen_at) / timedelta(days=1)
        measured = self.history.facts.get(visit)
        met = judge(measured, self.history.room_facts[visit], county=COUNTY, on=moment.date()) if measured else []
        new = sum(one.visit == visit for one in self.found)
        return Call(self.house, self._known(moment, last, seen_at, shut), days, len(met), new)

    def _known(self, moment: datetime, last: int | None, seen_at: datetime | None, shut: int) -> RiskFacts:
        persons, use_m2 = self._measured(last)
        before = [one for one in self.found if one.at < moment]
        return RiskFacts(
            kind=Kind(int(self.year.houses.kind[self.house])).name.lower(), persons=persons, use_m2=use_m2,
            open_hazards=tuple(self._open(one, moment) for one in before if open_at(self.lives[one.ticket], moment)),
            last_visit_on=None if seen_at is None else seen_at.date(), no_access=shut, reworks=self._reworks(moment),
            floors=int(self.year.houses.floors[self.house]), stairs=int(self.year.houses.stairs[self.house]),
            business=self._business(last),
            closed_days=tuple(self._closed(before, moment)),
        )  # fmt: skip

    def _measured(self, last: int | None) -> tuple[int, float | None]:
        """People and usable area as the visit before measured them; unknown where there was none."""
        if last is None:
            return 0, None
        own = slice(*np.searchsorted(self.year.rooms.house, [self.house, self.house + 1]).tolist())
        rooms = self.history.room_facts.get(last) or room_facts(self.year.rooms, own, self.year.keys[own].tolist())
        let = self.year.rooms.let[own]
        area = sum(room["use_m2"] for room, is_let in zip(rooms, let, strict=True) if is_let)
        return sum(room["persons"] for room in rooms), round(area, 1) or None

    def _business(self, last: int | None) -> bool:
        """Whether the visit before saw trade in the house."""
        if last is None:
            return False
        plain = {"business_use": str(self.year.conditions.columns["business_use"][self.house])}
        return self.history.facts.get(last, plain).get("business_use", "none") != "none"

    def _open(self, one: Found, moment: datetime) -> OpenHazard:
        """A hazard as it stood; its deadline is the one its ticket had then, before what later moved it."""
        told = [step["detail"] for step in self.lives[one.ticket].events if step["at"] < moment]
        due = next((detail["due_at"] for detail in reversed(told) if "due_at" in detail), None)
        late = due is not None and datetime.fromisoformat(due) < moment
        return OpenHazard(one.hazard.severity, (moment - one.at).days, late)

    def _closed(self, before: list[Found], moment: datetime) -> Iterator[int]:
        """Days since each hazard was closed that was closed then; struck-out ones are no history."""
        for one in before:
            step = next((s for s in reversed(self.lives[one.ticket].events) if s["at"] < moment), None)
            if step is not None and step["to_state"] == "CLOSED":
                yield (moment - step["at"]).days

    def _reworks(self, moment: datetime) -> int:
        steps = [step for life in self.lives.values() for step in life.events if step["at"] < moment]
        return sum(step["event"] == "rework" for step in steps)
