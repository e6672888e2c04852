"""Judging measured facts by the law of their day and place. Pure: facts in, hazards out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_FLOOR, Decimal
from typing import Any

from inspections.deadline import Spec
from inspections.expression import Value
from inspections.facts import FACTS, ROOM_KEY, check
from inspections.rule_file import Rule, packs
from words import say

__all__ = ["Hazard", "Rule", "Undecided", "cases", "judge", "rule_codes", "rules_for", "undecided"]


@dataclass(frozen=True, slots=True)
class Hazard:
    """A rule that bites: where, how gravely, who leads, until when, by which text, in words a person can check.

    ``terms`` are the numbers and facts compared, thresholds included.
    """

    code: str
    scope: str
    room_key: str | None
    severity: int
    lead: str
    co: tuple[str, ...]
    deadline: Spec
    basis: str
    basis_en: str
    certainty: str
    words_zh: str
    words_en: str
    names: dict[str, str]
    terms: dict[str, Value]

    def words(self, lang: str = "zh") -> str:
        """What was found against what the law says, in the reader's language."""
        return self.words_en if lang == "en" else self.words_zh

    def name(self, lang: str = "zh") -> str:
        """The hazard's name in the reader's language."""
        return self.names[lang]

    def basis_in(self, lang: str = "zh") -> str:
        """The citation in the reader's language."""
        return self.basis_en if lang == "en" else self.basis


@dataclass(frozen=True, slots=True)
class Undecided:
    """A rule that neither bites nor clears, because ``missing`` facts were not measured."""

    code: str
    room_key: str | None
    missing: tuple[str, ...]


def rules_for(county: str, on: date, kind: str | None = None, *, rules: Sequence[Rule] | None = None) -> list[Rule]:
    """The rows in force in ``county`` on that day for a house of ``kind`` (None: any), one a code.

    Where several rows of one code reach the county, the most local wins.
    """
    best: dict[str, Rule] = {}
    for rule in packs() if rules is None else rules:
        if not rule.in_force(on) or rule.reach(county) < 0 or not _concerns(rule, kind):
            continue
        held = best.get(rule.code)
        if held is None or rule.reach(county) > held.reach(county):
            best[rule.code] = rule
    return [best[code] for code in sorted(best)]


def rule_codes() -> list[str]:
    """Every hazard code some pack holds."""
    return sorted({rule.code for rule in packs()})


def judge(
    house_facts: Mapping[str, Any],
    rooms: Sequence[Mapping[str, Any]],
    *,
    county: str,
    on: date,
    rules: Sequence[Rule] | None = None,
) -> list[Hazard]:
    """The hazards that follow from measured facts under the law of ``county`` on ``on``, gravest first.

    Each room carries its facts and its ``key``. Raises ``UnknownFactError`` or ``BadFactError`` for facts outside
    the dictionary; a fact that is absent or None raises no hazard and clears none (see ``undecided``). Heads and let
    rooms are summed from the rooms if not given, and beds not counted are taken to be as many as the heads.
    """
    found = []
    for rule, room_key, env in cases(house_facts, rooms, county=county, on=on, rules=rules):
        if rule.trigger.value(env) is True:
            found.append(_hazard(rule, room_key, env))
    return sorted(found, key=lambda hazard: (hazard.severity, hazard.code, hazard.room_key or ""))


def undecided(
    house_facts: Mapping[str, Any],
    rooms: Sequence[Mapping[str, Any]],
    *,
    county: str,
    on: date,
    rules: Sequence[Rule] | None = None,
) -> list[Undecided]:
    """The rules that could not be decided, each with the facts it lacks."""
    found = []
    for rule, room_key, env in cases(house_facts, rooms, county=county, on=on, rules=rules):
        if rule.trigger.value(env) is None:
            missing = tuple(sorted(name for name in rule.trigger.names if env.get(name) is None))
            found.append(Undecided(rule.code, room_key, missing))
    return found


def _concerns(rule: Rule, kind: str | None) -> bool:
    return kind is None or not rule.kinds or kind in rule.kinds


def cases(
    house_facts: Mapping[str, Any],
    rooms: Sequence[Mapping[str, Any]],
    *,
    county: str,
    on: date,
    rules: Sequence[Rule] | None = None,
) -> list[tuple[Rule, str | None, dict[str, Value]]]:
    """Every rule in force with the room it is judged for (None: the house) and all that it may read there."""
    check(house_facts, scope="house")
    for room in rooms:
        check(room, scope="room")
    house = _summed(house_facts, rooms)
    found: list[tuple[Rule, str | None, dict[str, Value]]] = []
    for rule in rules_for(county, on, house.get("house_kind"), rules=rules):
        if rule.scope == "house":
            found.append((rule, None, {**house, **rule.limits}))
        else:
            found += [(rule, str(room.get(ROOM_KEY, "")), {**house, **room, **rule.limits}) for room in rooms]
    return found


def _summed(house_facts: Mapping[str, Any], rooms: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    house = dict(house_facts)
    heads = [room.get("persons") for room in rooms]
    kinds = [room.get("room_kind") for room in rooms]
    if rooms and None not in heads:
        if house.get("persons_total") is None:
            house["persons_total"] = sum(head for head in heads if head is not None)
        if house.get("rooms_let") is None:
            house["rooms_let"] = sum(1 for head in heads if head)
    if rooms and None not in kinds and house.get("partitions") is None:
        house["partitions"] = kinds.count("partition")
    if house.get("beds") is None:
        house["beds"] = house.get("persons_total")
    return house


def _hazard(rule: Rule, room_key: str | None, env: dict[str, Value]) -> Hazard:
    severity = next(s.level for s in rule.severities if s.when is None or s.when.value(env) is True)
    terms = {name: env.get(name) for name in sorted(rule.names())}
    terms |= {name: expression.value(env) for name, expression in rule.terms.items()}
    return Hazard(
        code=rule.code,
        scope=rule.scope,
        room_key=room_key,
        severity=severity,
        lead=rule.lead,
        co=rule.co,
        deadline=rule.deadlines[severity],
        basis=rule.texts["basis_zh"],
        basis_en=rule.texts["basis_en"],
        certainty=rule.certainty,
        words_zh=_say(rule, "zh", terms),
        words_en=_say(rule, "en", terms),
        names={lang: rule.texts[f"name_{lang}"] for lang in ("zh", "en")},
        terms=terms,
    )


def _say(rule: Rule, lang: str, terms: Mapping[str, Value]) -> str:
    shown = {name: _shown(name, value, lang) for name, value in terms.items()}
    return rule.texts[f"words_{lang}"].format(**shown)


def _shown(name: str, value: Value, lang: str) -> str:
    match value:
        case None:
            return say("facts.unknown", lang)
        case bool():
            return say("facts.yes" if value else "facts.no", lang)
        case str():
            return say(FACTS[name].value_key(value), lang) if name in FACTS else value
        case int():
            return str(value)
    floored = Decimal(repr(round(value, 6))).quantize(Decimal("0.01"), rounding=ROUND_FLOOR)
    return f"{floored.normalize():f}"
