"""What can be promised: with so many inspectors every rental house is seen by that day.

Each door has a fate that does not depend on who comes when: after how many tries it opens, by day, then in the evening,
then at the weekend, and round again. Fates are drawn; what a crew gets through in a day then follows by counting.
Danger goes first, and red and orange houses are seen again at their intervals meanwhile.
"""

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from importlib.resources import files
from itertools import cycle, islice
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gis.errors import AnjuError
from gis.travel import travel_minutes
from inspections.day import WorkingDay
from inspections.deadline import Calendar
from inspections.risk import interval_days
from inspections.visit import NextTry
from words import say

Floats = NDArray[np.float64]
Days = tuple[date | None, date | None, date | None]

GROUPS = ("red", "orange", "unseen", "yellow", "green")
"""Who is seen first."""
AGAIN = ("red", "orange")
SHARES = (0.5, 0.9, 0.99, 1.0)
DRAWS = 100
"""So many fates are drawn; a promise holds in 95 of 100 of them."""
SPAN = (0.5, 0.05, 0.95)
"""The median of the draws, and where the middle nine tenths begin and end."""
TURNS = tuple(NextTry)
"""A door is tried by day, in the evening, at the weekend, and round again."""


class NoPromiseError(AnjuError):
    """Nothing can be promised: {what}."""


@dataclass(frozen=True, slots=True)
class Doors:
    """The houses to be seen: how many of each colour, minutes of a visit on average, the area they lie in."""

    county: str
    houses: Mapping[str, int]
    minutes: Mapping[str, float]
    area_m2: float

    def __post_init__(self) -> None:
        if self.total <= 0:
            raise NoPromiseError(what="no houses")
        if self.area_m2 <= 0 or set(self.houses) - set(GROUPS):
            raise NoPromiseError(what="area or colours")

    @property
    def total(self) -> int:
        """How many houses there are."""
        return sum(self.houses.values())


@dataclass(frozen=True, slots=True)
class Answers:
    """Calls at doors on record and how many stayed shut, by slot and tries in vain before it (0, 1, 2, 3 and more)."""

    calls: Mapping[str, Sequence[int]]
    shut: Mapping[str, Sequence[int]]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a crew comes to: the day by which each share is seen (None: not in three years).

    By share ``days``; ``left`` are houses not seen by the wished day, ``shut`` those that open to no try. Each is the
    median of the draws and where their middle nine tenths begin and end.
    """

    inspectors: int
    days: dict[float, Days]
    left: tuple[int, int, int]
    shut: tuple[int, int, int]

    def as_dict(self) -> dict[str, Any]:
        """The plain form that JSON can hold; spans are median, low, high."""
        days = {f"{share:.0%}": list(span) for share, span in self.days.items()}
        return {"inspectors": self.inspectors, "days": days, "left": list(self.left), "shut": list(self.shut)}

    @property
    def certain_on(self) -> date | None:
        """The day by which every house that opens at all is seen in 95 of 100 draws."""
        return self.days[1.0][2]


@dataclass(frozen=True, slots=True)
class Promise:
    """What ``outcome`` comes to by ``by``, the smallest crew that keeps it (None: none up to the most), the curve."""

    first: date
    by: date
    houses: int
    outcome: Outcome
    smallest: int | None
    curve: tuple[Outcome, ...]
    leg_m: float
    no_answer: dict[str, list[float]]

    def as_dict(self) -> dict[str, Any]:
        """The plain form that JSON can hold."""
        return {
            "first": self.first, "by": self.by, "houses": self.houses, "kept": self.kept, "smallest": self.smallest,
            "curve": [one.as_dict() for one in self.curve], "leg_m": round(self.leg_m), "no_answer": self.no_answer,
            **self.outcome.as_dict(),
        }  # fmt: skip

    @property
    def kept(self) -> bool:
        """Whether the wished day holds in 95 of 100 draws."""
        on = self.outcome.certain_on
        return on is not None and on <= self.by


def promise(
    doors: Doors, answers: Answers, *, inspectors: int, days: tuple[date, date], crew: tuple[WorkingDay, Calendar],
    seed: int = 1,
) -> Promise:  # fmt: skip
    """Simulate a full round of ``doors`` from the first of ``days``, wished to end by the second.

    Raises
    ------
    NoPromiseError
        There is nobody, or the days end before they begin.
    """
    first, by = days
    if inspectors < 1 or by < first:
        raise NoPromiseError(what="inspectors or days")
    fates = _fates(doors, answers, crew[0], np.random.default_rng(seed))
    seen = _Round(doors, fates, crew[0], first=first, calendar=crew[1])
    smallest = _smallest(seen, by, inspectors)
    wanted = {round(inspectors * share) for share in (0.5, 0.75, 1, 1.25, 1.5, 2)} | {smallest or inspectors}
    curve = seen.outcomes(sorted(n for n in wanted if n > 0), by)
    mine = next(one for one in curve if one.inspectors == inspectors)
    rates = {str(slot): [round(float(rate), 3) for rate in _rates(answers, slot)] for slot in TURNS}
    return Promise(first, by, doors.total, mine, smallest, tuple(curve), float(fates.leg_m), rates)


def sentence(told: Promise, lang: str = "zh") -> list[str]:
    """Say a promise: what holds by when, whether the wished day is kept and by how many, what opens to no try."""
    of, on = told.outcome, told.outcome.certain_on
    head = say(
        "promise.never" if on is None else "promise.seen", lang, n=of.inspectors, houses=f"{told.houses:,}", on=on
    )
    need = "promise.none" if told.smallest is None else "promise.kept" if told.kept else "promise.smallest"
    lines = [head + say(need, lang, by=told.by, n=told.smallest)]
    if not told.kept:
        n, low, high = (f"{one:,}" for one in of.left)
        lines.append(say("promise.left", lang, by=told.by, n=n, low=low, high=high))
    if of.shut[2]:
        tries = _rules()["work"]["most_tries"]
        lines.append(say("promise.shut", lang, tries=tries, n=of.shut[0], low=of.shut[1], high=of.shut[2]))
    return lines


@dataclass(frozen=True, slots=True)
class _Fates:
    """By try, group and draw: doors that come to that try, the share of them that opens, minutes a call takes."""

    come: Floats
    opens: Floats
    cost: Floats
    leg_m: float

    @property
    def shut(self) -> Floats:
        """Doors of each draw that open to no try."""
        return (self.come[-1] * (1 - self.opens[-1])).sum(axis=0)


def _fates(doors: Doors, answers: Answers, day: WorkingDay, rng: np.random.Generator) -> _Fates:
    """Draw rates within what the record leaves open, then how many tries each door takes."""
    tries = _rules()["work"]["most_tries"]
    counts = np.array([doors.houses.get(group, 0) for group in GROUPS])
    left = np.repeat(counts[:, None], DRAWS, axis=1)
    come, opens = np.zeros((tries, *left.shape)), np.zeros((tries, *left.shape))
    drawn = {slot: _drawn(answers, slot, rng) for slot in TURNS}
    for step, slot in enumerate(islice(cycle(TURNS), tries)):
        come[step] = left
        shut = rng.binomial(left, drawn[slot][min(step, 3)])
        opens[step] = np.divide(left - shut, left, out=np.zeros(left.shape), where=left > 0)
        left = shut
    legs_m = _leg_m(doors.area_m2, come)
    travel = travel_minutes(legs_m, mode=day.travel_mode, detour=day.detour_factor)
    inside = np.array([doors.minutes.get(group, 0.0) for group in GROUPS])[:, None]
    cost = travel + opens * inside + (1 - opens) * _rules()["work"]["shut_minutes"]
    return _Fates(come, opens, cost, float(_leg_m(doors.area_m2, np.array(float(doors.total)))))


def _leg_m(area_m2: float, doors: Floats) -> Floats:
    """Metres between neighbouring stops of a round through so many doors, as the crow flies."""
    rules = _rules()["travel"]
    return np.minimum(rules["tour_constant"] * np.sqrt(area_m2 / np.maximum(doors, 1.0)), rules["longest_leg_m"])


def _counts(answers: Answers, slot: str) -> tuple[Floats, Floats]:
    """Shut and opened doors of a slot by tries before, the defaults counted in as so many calls."""
    rules = _rules()["no_answer"]
    usual, weight = np.array(rules[slot]), rules["worth_calls"]
    calls, shut = (np.array(told.get(slot, (0, 0, 0, 0)), float) for told in (answers.calls, answers.shut))
    return shut + weight * usual, calls - shut + weight * (1 - usual)


def _rates(answers: Answers, slot: str) -> Floats:
    shut, opened = _counts(answers, slot)
    return shut / (shut + opened)


def _drawn(answers: Answers, slot: str, rng: np.random.Generator) -> Floats:
    shut, opened = _counts(answers, slot)
    return rng.beta(shut[:, None], opened[:, None], (len(shut), DRAWS))


class _Round:
    """A round of all doors, worked off day by day by crews of several sizes at once."""

    def __init__(self, doors: Doors, fates: _Fates, day: WorkingDay, *, first: date, calendar: Calendar) -> None:
        self.doors, self.fates, self.day, self.first, self.calendar = doors, fates, day, first, calendar
        once = np.divide((fates.come * fates.cost).sum(axis=0), np.maximum(fates.come[0], 1.0))
        every = np.array([interval_days(group, doors.county) if group in AGAIN else np.inf for group in GROUPS])
        self.again = once * 7 / 5 / every[:, None]
        """Minutes of a working day that a house once seen goes on taking, by group and draw."""

    def outcomes(self, crews: Sequence[int], by: date, *, until: date | None = None) -> list[Outcome]:
        """What crews of these sizes come to; a larger one does no worse than a smaller, which it could copy."""
        seen = np.maximum.accumulate(self.seen(crews, until), axis=1)
        shut = self.fates.shut
        at = min((by - self.first).days, len(seen) - 1)
        left = np.maximum(self.doors.total - seen[at], 0)
        return [
            Outcome(
                crew, {share: self._days(seen[:, row], share) for share in SHARES}, _span(left[row]), _span(shut)
            ) for row, crew in enumerate(crews)
        ]  # fmt: skip

    def seen(self, crews: Sequence[int], until: date | None = None) -> Floats:
        """Houses seen by the end of each day: (days, crews, draws)."""
        tries, groups, draws = self.fates.come.shape
        crew = np.array(crews, float)[:, None]
        waiting = np.zeros((tries, groups, len(crews), draws))
        waiting[0] += self.fates.come[0][:, None, :]
        inside = np.zeros((groups, len(crews), draws))
        target = self.doors.total - self.fates.shut - 0.5
        told: list[Floats] = []
        for on in self._dates(until):
            later = np.zeros_like(waiting)
            self._work(on, crew, waiting, later, inside)
            waiting += later
            told.append(inside.sum(axis=0))
            if (told[-1] >= target).all():
                break
        return np.array(told)

    def _dates(self, until: date | None) -> Iterable[date]:
        most = _rules()["work"]["most_days"]
        span = most if until is None else min((until - self.first).days + 1, most)
        return (self.first + timedelta(days=step) for step in range(span))

    def _work(self, on: date, crew: Floats, waiting: Floats, later: Floats, inside: Floats) -> None:
        """One day: evening tries in their hours, what must be seen again, then doors by day; or a Saturday's tries."""
        if not self.calendar.is_workday(on):
            if on.weekday() == 5:
                self._serve(NextTry.WEEKEND, crew * _rules()["work"]["saturday_minutes"], waiting, later, inside)
            return
        evening = np.broadcast_to(crew * self.day.evening_minutes, inside.shape[1:])
        spent = evening - self._serve(NextTry.EVENING, evening, waiting, later, inside)
        spent = spent + (inside * self.again[:, None, :]).sum(axis=0)
        self._serve(NextTry.DAYTIME, np.maximum(crew * self.day.max_minutes - spent, 0.0), waiting, later, inside)

    def _serve(self, slot: NextTry, minutes: Floats, waiting: Floats, later: Floats, inside: Floats) -> Floats:
        """Call at waiting doors of a slot, dangerous ones first, while there are minutes; what is left of them."""
        tries, groups = waiting.shape[:2]
        minutes = np.broadcast_to(minutes, inside.shape[1:]).copy()
        for group in range(groups):
            for step in range(TURNS.index(slot), tries, len(TURNS)):
                cost, opens = self.fates.cost[step, group], self.fates.opens[step, group]
                calls = np.minimum(waiting[step, group], minutes / cost)
                minutes -= calls * cost
                waiting[step, group] -= calls
                inside[group] += calls * opens
                if step + 1 < tries:
                    later[step + 1, group] += calls * (1 - opens)
        return np.maximum(minutes, 0.0)

    def _days(self, seen: Floats, share: float) -> Days:
        """The day a share of all is seen (of those that open at all, for all of them) over the draws."""
        opens = self.doors.total - self.fates.shut
        wanted = np.minimum(share * self.doors.total, opens - 0.5)
        reached = seen >= wanted
        day = np.where(reached.any(axis=0), reached.argmax(axis=0), np.inf)
        median, low, high = (self._on(float(np.quantile(day, q, method="higher"))) for q in SPAN)
        return median, low, high

    def _on(self, days: float) -> date | None:
        return None if np.isinf(days) else self.first + timedelta(days=int(days))


def _span(told: Floats) -> tuple[int, int, int]:
    median, low, high = (round(float(np.quantile(told, q))) for q in SPAN)
    return median, low, high


def _smallest(seen: _Round, by: date, start: int) -> int | None:
    """The smallest crew that keeps the day in 95 of 100 draws, by narrowing down; None above 32 times the start."""
    low, high = 0, 32 * start
    while high - low > 1:
        crews = sorted({low + max(1, (high - low) * part // 8) for part in range(1, 9)})
        held = [one.certain_on is not None for one in seen.outcomes(crews, by, until=by)]
        if not any(held):
            return None if high == 32 * start else high
        best = held.index(True)
        low, high = (crews[best - 1] if best else low), crews[best]
    return high


@cache
def _rules() -> dict[str, Any]:
    return tomllib.loads((files("inspections") / "rules" / "promise.toml").read_text(encoding="utf-8"))
