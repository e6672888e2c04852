"""A visit at the door: what came of it, whether the record is whole, and when to try again."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from inspections.checklist import Question
from inspections.deadline import SHANGHAI, NaiveTimeError
from inspections.facts import FACTS, ROOM_KEY, BadFactError, Scope, UnknownFactError, check
from words import say

MAX_ACCURACY_M = 100.0
"""A position less exact than this proves nothing about having been at the door; it is kept as it is, and said to be."""


class Outcome(StrEnum):
    """What happened at the door: 已进入, 无人, 拒绝."""

    GRANTED = "granted"
    NOBODY = "nobody"
    REFUSED = "refused"


class NextTry(StrEnum):
    """When to come again: 白天, 傍晚, 周末."""

    DAYTIME = "daytime"
    EVENING = "evening"
    WEEKEND = "weekend"


WINDOWS: dict[NextTry, tuple[int, int]] = {
    NextTry.DAYTIME: (8 * 60, 17 * 60),
    NextTry.EVENING: (17 * 60, 20 * 60 + 30),
    NextTry.WEEKEND: (9 * 60, 18 * 60),
}
"""Minutes of the day within which such a try is made."""


@dataclass(frozen=True, slots=True)
class Problem:
    """Something a visit lacks or holds wrongly: a catalogue key and the words in its phrase."""

    key: str
    params: dict[str, Any]

    def words(self, lang: str = "zh") -> str:
        """The phrase in the reader's language, the fact by its label and the room before it."""
        fact = FACTS.get(self.params.get("fact", ""))
        params = {**self.params, "fact": say(fact.label_key, lang)} if fact else self.params
        room = self.params.get("room")
        return (f"{room} · " if room else "") + say(self.key, lang, **params)


@dataclass(frozen=True, slots=True)
class VisitRecord:
    """What an inspector hands in: the answers of this visit, not those that still hold from earlier ones.

    ``photos`` are names of facts that have a photo; rooms carry their ``key``.
    """

    outcome: Outcome
    at: datetime
    house: Mapping[str, Any]
    rooms: Sequence[Mapping[str, Any]]
    photos: frozenset[str] = frozenset()
    next_try: NextTry | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Try:
    """An earlier attempt at a door: when, and what came of it."""

    at: datetime
    outcome: Outcome


def check_visit(visit: VisitRecord, open_questions: Sequence[Question], *, now: datetime) -> list[Problem]:
    """Everything that keeps a visit from being handed in; an empty list is a whole record.

    ``open_questions`` are those the answers leave open (``checklist.open_questions``).
    """
    problems = _time_problems(visit, now)
    if visit.outcome is not Outcome.GRANTED:
        return problems + _closed_door_problems(visit)
    if not visit.rooms:
        problems.append(Problem("inspections.problem.no_rooms", {}))
    impossible = _impossible(visit)
    return problems + (impossible or [*_unanswered(open_questions), *_unproved(visit)])


def slot_of(at: datetime) -> NextTry:
    """Which kind of try a moment was."""
    if at.tzinfo is None:
        raise NaiveTimeError(at=at)
    local = at.astimezone(SHANGHAI)
    if local.weekday() >= 5:
        return NextTry.WEEKEND
    return NextTry.EVENING if local.hour >= 17 else NextTry.DAYTIME


def no_answer_next(history: Iterable[Try]) -> NextTry:
    """When to try next, after the tries since the door was last opened: daytime, then evening, then weekend.

    After all three have failed the round begins again with the one tried least.
    """
    since: list[NextTry] = []
    for one in sorted(history, key=lambda attempt: attempt.at):
        since = [] if one.outcome is Outcome.GRANTED else [*since, slot_of(one.at)]
    return min(NextTry, key=since.count)


def try_on(next_try: NextTry, after_on: date) -> date:
    """The first day after ``after_on`` on which such a try can be made: Monday to Friday, or the weekend."""
    day = after_on + timedelta(days=1)
    while (day.weekday() >= 5) != (next_try is NextTry.WEEKEND):
        day += timedelta(days=1)
    return day


def _time_problems(visit: VisitRecord, now: datetime) -> list[Problem]:
    if visit.at.tzinfo is None:
        raise NaiveTimeError(at=visit.at)
    return [Problem("inspections.problem.in_future", {})] if visit.at > now + timedelta(minutes=5) else []


def _closed_door_problems(visit: VisitRecord) -> list[Problem]:
    if visit.outcome is Outcome.NOBODY and visit.next_try is None:
        return [Problem("inspections.problem.no_next_try", {})]
    if visit.outcome is Outcome.REFUSED and not visit.reason.strip():
        return [Problem("inspections.problem.no_reason", {})]
    return []


def _impossible(visit: VisitRecord) -> list[Problem]:
    found = _impossible_in(visit.house, "house")
    for room in visit.rooms:
        found += _impossible_in(room, "room")
    return found


def _impossible_in(facts: Mapping[str, Any], scope: Scope) -> list[Problem]:
    found = []
    room = str(facts.get(ROOM_KEY, "")) if scope == "room" else ""
    for name, value in facts.items():
        try:
            check({name: value}, scope=scope)
        except (BadFactError, UnknownFactError):
            found.append(Problem("inspections.problem.impossible", {"fact": name, "room": room, "value": value}))
    return found


def _unanswered(open_questions: Sequence[Question]) -> list[Problem]:
    return [
        Problem("inspections.problem.unanswered", {"fact": one.fact.name, "room": one.room_key or ""})
        for one in open_questions
    ]


def _unproved(visit: VisitRecord) -> list[Problem]:
    return [
        Problem("inspections.problem.no_photo", {"fact": name})
        for name, value in visit.house.items()
        if value is not None and FACTS[name].proof_when == value and name not in visit.photos
    ]
