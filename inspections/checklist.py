"""What a visit still has to ask: only what some rule in force cannot be decided without, the next question by the
last answer, and nothing whose answer still holds.
"""

import tomllib
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any

from gis.errors import AnjuError
from inspections.expression import Env, Value
from inspections.facts import FACTS, ROOM_KEY, Fact
from inspections.rule_file import Rule
from inspections.rules import cases, rules_for

ADDED_UP = {"persons_total": "persons", "rooms_let": "persons", "partitions": "room_kind"}
"""Facts of a house that its rooms add up to, with the fact of each room that does."""

_ORDER = {name: place for place, name in enumerate(FACTS)}


class BadChecklistError(AnjuError):
    """The checklist is wrong: {problem}."""


@dataclass(frozen=True, slots=True)
class Checklist:
    """For how many days an answer holds (a fact not named: not at all), and from how many heads beds are counted."""

    validity_days: Mapping[str, int]
    beds_from: int


@dataclass(frozen=True, slots=True)
class Question:
    """A fact somebody has to answer, of which room (None: of the house), and the rules that wait for it."""

    fact: Fact
    room_key: str | None
    codes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer of an earlier visit: the fact's name, its room (None: of the house), what was said and on which day."""

    fact: str
    room_key: str | None
    value: Value
    on: date


@cache
def checklist() -> Checklist:
    """The checklist that comes with the product; raises ``BadChecklistError``."""
    return read_checklist((files("inspections") / "rules" / "checklist.toml").read_text(encoding="utf-8"))


def read_checklist(text: str) -> Checklist:
    """A checklist from TOML; raises ``BadChecklistError`` for an unknown fact, a bad number or a missing source."""
    raw = tomllib.loads(text)
    validity, beds = raw.get("validity_days", {}), raw.get("beds", {}).get("counted_from")
    if not str(raw.get("source", "")).strip():
        raise BadChecklistError(problem="no source is given")
    for name, days in validity.items():
        if name not in FACTS or not FACTS[name].asked:
            raise BadChecklistError(problem=f"{name} is no fact that is asked")
        if type(days) is not int or days < 1:
            raise BadChecklistError(problem=f"{name}: {days!r} is no number of days")
    if type(beds) is not int or beds < 1:
        raise BadChecklistError(problem=f"beds.counted_from: {beds!r} is no number of heads")
    return Checklist(validity, beds)


def open_questions(
    house_facts: Mapping[str, Any],
    rooms: Sequence[Mapping[str, Any]],
    *,
    county: str,
    on: date,
    rules: Sequence[Rule] | None = None,
) -> list[Question]:
    """What has to be asked next under the law of ``county`` on ``on``, rooms first, then in the dictionary's order.

    A question is there only while a rule hangs on it: what an answer already given decided is not asked, and what
    depends on an answer still to come is asked after it. Facts the register holds or the rooms add up to are never
    asked. An empty list means that every rule that can be decided at the door is.
    """
    asked: dict[tuple[str | None, str], list[str]] = {}
    presumed = house_facts.get("beds") is None
    for rule, room_key, env in cases(house_facts, rooms, county=county, on=on, rules=rules):
        for name in _asks(rule, _uncounted(env) if presumed else env):
            for key in _askable(name, room_key, rooms):
                asked.setdefault(key, []).append(rule.code)
    places: dict[str | None, int] = {str(room.get(ROOM_KEY, "")): place for place, room in enumerate(rooms)}
    ordered = sorted(asked, key=lambda one: (places.get(one[0], len(rooms)), _ORDER[one[1]]))
    return [Question(FACTS[name], key, tuple(sorted(set(asked[key, name])))) for key, name in ordered]


def carried(answers: Iterable[Answer], *, on: date, unsettled: Collection[str] = ()) -> list[Answer]:
    """The earlier answers that still hold on ``on``; those ``unsettled`` (facts of hazards nobody closed) never do."""
    days = checklist().validity_days
    return [one for one in answers if one.fact not in unsettled and (on - one.on).days <= days.get(one.fact, -1)]


def holds(fact: str) -> bool:
    """Whether an answer to this fact outlives the day at all."""
    return fact in checklist().validity_days


def facts_behind(codes: Collection[str], *, county: str, on: date) -> frozenset[str]:
    """Every fact the rules of these codes read."""
    names: set[str] = set()
    for rule in rules_for(county, on):
        if rule.code in codes:
            names |= rule.names() & FACTS.keys()
    return frozenset(names)


def _askable(name: str, room_key: str | None, rooms: Sequence[Mapping[str, Any]]) -> list[tuple[str | None, str]]:
    """Where a fact is asked: of its room, of the house, or of every room that still has to add to it."""
    if name in ADDED_UP:
        part = ADDED_UP[name]
        return [(str(room.get(ROOM_KEY, "")), part) for room in rooms if room.get(part) is None]
    if not FACTS[name].asked:
        return []
    return [(room_key if FACTS[name].scope == "room" else None, name)]


def _asks(rule: Rule, env: Env) -> list[str]:
    hits = rule.trigger.value(env)
    if hits is None:
        return rule.trigger.asks(env)
    if hits is False:
        return []
    for step in rule.severities:
        if step.when is None or step.when.value(env) is True:
            return []
        if names := step.when.asks(env):
            return names
    return []


def _uncounted(env: dict[str, Value]) -> dict[str, Value]:
    # A presumed number of beds must not settle what only counting them can.
    many = any(type(n) is int and n >= checklist().beds_from for n in (env.get("persons_total"), env.get("rooms_let")))
    return {**env, "beds": None} if many else env
