"""How each house stands at the end of the year: colour, score and reasons by ``inspections.risk``, the next visit."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import numpy as np

from demo.history import History, Year
from demo.streets import Kind
from demo.tickets import Life
from inspections.risk import OpenHazard, RiskFacts, assess, due_on
from inspections.ticket import State


@dataclass(frozen=True, slots=True)
class Standing:
    """Columns of the house table that the history decides, one entry a house."""

    colour: list[str]
    score: list[float]
    reasons: list[list[dict[str, Any]]]
    no_access: list[int]
    last_visit_at: list[datetime | None]
    due_on: list[date | None]
    next_try: list[str | None]
    persons: list[int]
    rooms_let: list[int]


def standing(year: Year, history: History) -> Standing:
    """Assess every house of a chunk as the product itself would."""
    size = len(year.houses)
    last, shut, again = _doors(year)
    hazards = _open_hazards(year, history)
    reworks = np.zeros(size, dtype=np.int64)
    for ticket in history.tickets:
        reworks[ticket.house] += ticket.life.counts["reworks"]
    persons = np.bincount(year.rooms.house, weights=year.rooms.persons, minlength=size).astype(int).tolist()
    let = np.bincount(year.rooms.house, weights=year.rooms.persons > 0, minlength=size).astype(int).tolist()
    area = np.bincount(year.rooms.house, weights=year.rooms.use_m2 * year.rooms.let, minlength=size).tolist()
    kinds = [Kind(number).name.lower() for number in year.houses.kind.tolist()]
    floors, stairs = year.houses.floors.tolist(), year.houses.stairs.tolist()
    business, closed = _business(year, history), _closed_days(year, history)
    risks = [
        assess(RiskFacts(
            kind=kinds[house], persons=persons[house], use_m2=round(area[house], 1) or None,
            open_hazards=tuple(hazards[house]), last_visit_on=_day(last[house]), no_access=shut[house],
            reworks=int(reworks[house]), floors=floors[house], stairs=stairs[house], business=business[house],
            closed_days=tuple(closed[house]),
        ))
        for house in range(size)
    ]  # fmt: skip
    due = [due_on(_day(at), risk.colour.value, county=year.houses.county) for at, risk in zip(last, risks, strict=True)]
    return Standing(
        colour=[risk.colour.value for risk in risks], score=[risk.score for risk in risks],
        reasons=[[reason.as_dict() for reason in risk.reasons] for risk in risks], no_access=shut, last_visit_at=last,
        due_on=due, next_try=again, persons=persons, rooms_let=let,
    )  # fmt: skip


def _day(at: datetime | None) -> date | None:
    return None if at is None else at.date()


def _doors(year: Year) -> tuple[list[datetime | None], list[int], list[str | None]]:
    """Last time somebody was let in, failed tries since then, and when to try next."""
    size = len(year.houses)
    last: list[datetime | None] = [None] * size
    shut: list[int] = [0] * size
    again: list[str | None] = [None] * size
    visits = year.visits
    rows = zip(
        visits.house.tolist(), visits.second.tolist(), visits.outcome.tolist(), visits.next_try.tolist(), strict=True
    )
    for house, second, outcome, next_try in rows:
        if outcome == "granted":
            last[house] = datetime.fromtimestamp(second, tz=year.now.tzinfo)
            shut[house], again[house] = 0, None
        else:
            shut[house] += 1
            again[house] = next_try or None
    return last, shut, again


def _open_hazards(year: Year, history: History) -> dict[int, list[OpenHazard]]:
    found: dict[int, list[OpenHazard]] = defaultdict(list)
    for finding in history.findings:
        if finding.cleared_at is None:
            late = _due(history.tickets[finding.ticket].life, year.now) < year.now
            found[finding.house].append(OpenHazard(finding.hazard.severity, (year.now - finding.at).days, late))
    return found


def _closed_days(year: Year, history: History) -> dict[int, list[int]]:
    """Days since each hazard was closed; those of tickets struck out are no history."""
    found: dict[int, list[int]] = defaultdict(list)
    for finding in history.findings:
        if finding.cleared_at is not None and history.tickets[finding.ticket].life.state is State.CLOSED:
            found[finding.house].append((year.now - finding.cleared_at).days)
    return found


def _business(year: Year, history: History) -> list[bool]:
    """Whether the last visit that was let in saw trade in the house."""
    plain = (year.conditions.columns["business_use"] != "none").tolist()
    found = [False] * len(plain)
    visits = year.visits
    for visit, (house, outcome) in enumerate(zip(visits.house.tolist(), visits.outcome.tolist(), strict=True)):
        if outcome == "granted":
            facts = history.facts.get(visit)
            found[house] = plain[house] if facts is None else facts.get("business_use", "none") != "none"
    return found


def _due(life: Life, now: datetime) -> datetime:
    """The deadline with a running pause in it; far away before there is one."""
    due = life.times.get("due_at")
    if due is None:
        return now + timedelta(days=3650)
    if "suspended_at" in life.times:
        due += max(timedelta(), min(now, life.times["suspended_until"]) - life.times["suspended_at"])
    return due
