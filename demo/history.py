"""A year of findings and tickets: every granted visit to a house that may offend is judged by the rules themselves.

Hazards begin before the year or during it, stay until a department puts them right, and come back where a ticket was
reworked or reopened. Houses that keep every rule are not judged one by one; a test judges a sample of them.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import numpy as np

from demo.conditions import Conditions, cure, room_facts
from demo.houses import Houses, Strings
from demo.rooms import Rooms
from demo.tickets import WAYS_TO, Desks, Life, cured, ended_at, live, open_at
from demo.visits import Visits, at
from inspections.deadline import Spec, national_calendar
from inspections.rules import Hazard, Rule, judge, rules_for
from inspections.ticket import State

HELD_BACK, FORGOTTEN = 0.85, 0.05
"""Share of tickets within their deadline, and of late ones, that are made to stand in some open state now."""
LONGEST = timedelta(days=60)
DAYS_A_UNIT = {"hours": 1 / 24, "days": 1.0, "working_hours": 1 / 8, "working_days": 1.4}
NEW_THIS_YEAR = 0.75


@dataclass(slots=True)
class Found:
    """A finding: the visit that made it, the house, the room (index, None for the house), its hazard and ticket."""

    visit: int
    house: int
    room: int | None
    ticket: int
    hazard: Hazard
    at: datetime
    cleared_at: datetime | None = None


@dataclass(slots=True)
class Ticket:
    """A ticket of a house (index) with its life and the departments that work along."""

    house: int
    life: Life
    co: tuple[str, ...]


@dataclass(slots=True)
class History:
    """What the year left behind; ``facts`` and ``room_facts`` hold what a judged visit (index) measured;
    ``held`` counts tickets held back.
    """

    tickets: list[Ticket] = field(default_factory=list)
    findings: list[Found] = field(default_factory=list)
    facts: dict[int, dict[str, Any]] = field(default_factory=dict)
    room_facts: dict[int, list[dict[str, Any]]] = field(default_factory=dict)
    held: int = 0


@dataclass(frozen=True, slots=True)
class Year:
    """What the year is lived with: the columns of a chunk, who sits where, and now."""

    houses: Houses
    rooms: Rooms
    conditions: Conditions
    visits: Visits
    keys: Strings
    desks: Desks
    town_pace: dict[str, float]
    now: datetime


def live_through(year: Year, *, rng: np.random.Generator) -> History:
    """Live the year of every house that may offend."""
    history = History()
    first_room = np.searchsorted(year.rooms.house, np.arange(len(year.houses) + 1))
    first_visit = np.searchsorted(year.visits.house, np.arange(len(year.houses) + 1))
    seen = np.bincount(year.visits.house[year.visits.outcome == "granted"], minlength=len(year.houses)) > 0
    rules = _Rules(year.houses.county)
    for house in np.flatnonzero(year.conditions.offends & seen).tolist():
        rooms = slice(int(first_room[house]), int(first_room[house + 1]))
        spell = range(int(first_visit[house]), int(first_visit[house + 1]))
        _House(year, history, house, rooms, rules, rng).live(spell)
    return history


class _Rules:
    """The rows in force for a county, day and kind, looked up once."""

    def __init__(self, county: str) -> None:
        self.county = county
        self.known: dict[tuple[Any, str], list[Rule]] = {}

    def judge(self, facts: dict[str, Any], rooms: list[dict[str, Any]], moment: datetime) -> list[Hazard]:
        on, kind = moment.date(), facts["house_kind"]
        if (on, kind) not in self.known:
            self.known[on, kind] = rules_for(self.county, on, kind)
        return judge(facts, rooms, county=self.county, on=on, rules=self.known[on, kind])


class _House:
    """One house through the year: its own facts, the onset of each hazard, its tickets."""

    def __init__(
        self, year: Year, history: History, house: int, rooms: slice, rules: _Rules, rng: np.random.Generator
    ) -> None:
        self.year, self.history, self.house, self.rules, self.rng = year, history, house, rules, rng
        self.facts = year.conditions.facts(house)
        self.rooms = room_facts(year.rooms, rooms, year.keys[rooms].tolist())
        self.first_room = rooms.start
        self.onset: dict[str, datetime] = {}
        self.lives: list[tuple[int, Life, set[str]]] = []
        self.items: set[tuple[int, str, str | None]] = set()

    def live(self, visits: Sequence[int]) -> None:
        outcome = self.year.visits.outcome
        for visit in visits:
            if outcome[visit] == "granted":
                self._visit(visit, at(self.year.visits, visit, self.year.now))

    def _visit(self, visit: int, moment: datetime) -> None:
        facts, rooms = dict(self.facts), [dict(room) for room in self.rooms]
        for code in self._away(moment):
            cure(code, facts, rooms)
        hazards = self.rules.judge(facts, rooms, moment)
        to_come = {hazard.code for hazard in hazards if self._begins(hazard.code) > moment}
        if to_come:
            for code in to_come:
                cure(code, facts, rooms)
            hazards = [one for one in self.rules.judge(facts, rooms, moment) if one.code not in to_come]
        self.history.facts[visit], self.history.room_facts[visit] = facts, rooms
        if hazards:
            self._raise(visit, moment, hazards)

    def _begins(self, code: str) -> datetime:
        if code not in self.onset:
            days = self.rng.uniform(0, 365) if self.rng.random() < NEW_THIS_YEAR else 400.0
            self.onset[code] = self.year.now - timedelta(days=float(days))
        return self.onset[code]

    def _away(self, moment: datetime) -> set[str]:
        """Codes that are put right at a moment."""
        found: set[str] = set()
        for _, life, codes in self.lives:
            if any(start <= moment < end for start, end in cured(life)):
                found |= codes
        return found

    def _raise(self, visit: int, moment: datetime, hazards: list[Hazard]) -> None:
        standing = next((entry for entry in self.lives if open_at(entry[1], moment)), None)
        number, life, codes = standing or self._ticket(visit, moment, hazards)
        codes |= {hazard.code for hazard in hazards}
        if hazards[0].severity < life.severity:
            life.hazard, life.severity = hazards[0].code, hazards[0].severity
        for hazard in hazards:
            item = (number, hazard.code, hazard.room_key)
            if item not in self.items:
                self.items.add(item)
                room = None if hazard.room_key is None else self._room(hazard.room_key)
                self.history.findings.append(Found(visit, self.house, room, number, hazard, moment, ended_at(life)))

    def _room(self, key: str) -> int:
        return self.first_room + next(n for n, room in enumerate(self.rooms) if room["key"] == key)

    def _ticket(self, visit: int, moment: datetime, hazards: list[Hazard]) -> tuple[int, Life, set[str]]:
        worst = hazards[0]
        life = Life(
            worst.code, worst.severity, worst.lead, [hazard.deadline for hazard in hazards],
            int(self.year.visits.account[visit]), moment,
        )  # fmt: skip
        pace = self.year.town_pace[str(self.year.houses.village[self.house])[:9]]
        live(
            life, now=self.year.now, desks=self.year.desks, calendar=national_calendar(), pace=pace, rng=self.rng,
            stop=self._stop(moment, life.deadlines),
        )  # fmt: skip
        co = {name for hazard in hazards for name in (hazard.lead, *hazard.co)} - {life.lead}
        self.history.tickets.append(Ticket(self.house, life, tuple(sorted(co))))
        entry = (len(self.history.tickets) - 1, life, set[str]())
        self.lives.append(entry)
        return entry

    def _stop(self, moment: datetime, deadlines: list[Spec]) -> State | None:
        """Some recent tickets stand in an open state now: each state in turn, so that every desk has work."""
        age = self.year.now - moment
        allowed = min(spec.amount * DAYS_A_UNIT[spec.unit] for spec in deadlines)
        share = HELD_BACK if age <= timedelta(days=allowed) else FORGOTTEN if age <= LONGEST else 0.0
        if self.rng.random() >= share:
            return None
        self.history.held += 1
        return list(WAYS_TO)[self.history.held % len(WAYS_TO)]
