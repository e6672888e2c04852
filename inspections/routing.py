"""Where a hazard goes: ordered, dated routing rules first, then the rule's own lead, and the centre for the rest."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from fnmatch import fnmatchcase
from typing import Any

from gis.errors import AnjuError
from inspections.deadline import SHANGHAI
from inspections.expression import Expression, ExpressionError, Value, parse
from inspections.facts import FACTS, Fact
from inspections.rule_file import DEPARTMENTS
from inspections.rules import rule_codes
from inspections.witness import can_be
from words import Term

CENTRE = "center"

CONDITIONS: dict[str, Fact] = {
    **{name: FACTS[name] for name in ("in_planning_area", "floors", "persons_total", "rooms_let", "area_m2")},
    "severity": Fact("severity", "house", "int", low=1, high=3),
    "hour": Fact("hour", "house", "float", "h", high=24),
    "weekday": Fact("weekday", "house", "int", low=1, high=7),
    "by_hand": Fact("by_hand", "house", "bool"),
}
"""What the condition of a routing rule may read: of the house, of the hazard, and of the moment (Asia/Shanghai;
``hour`` with its fraction, ``weekday`` 1 for Monday).
"""


class BadRoutingRuleError(AnjuError):
    """The routing rule will not do: {field} “{value}” {problem}."""


class Why(StrEnum):
    """What sent a hazard where it went."""

    RULE = "rule"
    LAW = "law"
    CENTRE = "centre"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a hazard stands: ``zones`` are the codes of the drawn areas that hold the house."""

    town: str | None = None
    kind: str | None = None
    zones: frozenset[str] = frozenset()
    facts: Mapping[str, Value] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RoutingRule:
    """Hazards whose code fits ``pattern`` (``GR*``), in a town or a drawn area, for a house kind (None: any), under a
    condition, go to ``lead``; ``co`` work along and ``cc`` look on.

    Rules are tried by ``position``; ``valid_until`` is the first day it no longer holds. ``rule_id`` is the
    record's own number, shown as the reason.
    """

    rule_id: int
    position: int
    pattern: str
    lead: str
    co: tuple[str, ...] = ()
    cc: tuple[str, ...] = ()
    town: str | None = None
    zone: str | None = None
    kind: str | None = None
    condition: Expression | None = None
    valid_from: date = date.min
    valid_until: date | None = None

    def fits(self, code: str, place: Place, *, severity: int, at: datetime, by_hand: bool = False) -> bool:
        """Whether the rule speaks of this hazard here at that moment; what is not known to hold does not."""
        local = at.astimezone(SHANGHAI)
        on = local.date()
        in_force = self.valid_from <= on and (self.valid_until is None or on < self.valid_until)
        here = self.town in (None, place.town) and self.kind in (None, place.kind)
        inside = self.zone is None or self.zone in place.zones
        if not (in_force and here and inside and fnmatchcase(code, self.pattern)):
            return False
        if self.condition is None:
            return True
        moment = {"hour": local.hour + local.minute / 60, "weekday": local.isoweekday()}
        return self.condition.value({**place.facts, **moment, "severity": severity, "by_hand": by_hand}) is True


@dataclass(frozen=True, slots=True)
class Route:
    """The departments a hazard goes to and why; ``rule_id`` is the routing rule where one sent it."""

    lead: str
    co: tuple[str, ...]
    cc: tuple[str, ...]
    why: Why
    rule_id: int | None = None

    @property
    def why_key(self) -> str:
        """Catalogue key of the reason, which takes ``rule_id``."""
        return f"hazard.route.{self.why}"


def route(
    code: str,
    rules: Iterable[RoutingRule],
    *,
    place: Place,
    severity: int,
    at: datetime,
    own: tuple[str | None, tuple[str, ...]] = (None, ()),
    by_hand: bool = False,
) -> Route:
    """The way of a hazard ``code`` at a place; ``own`` is its law's (lead, co).

    Never fails: a hazard no rule knows goes to the centre.
    """
    for rule in sorted(rules, key=lambda rule: (rule.position, rule.rule_id)):
        if rule.lead in DEPARTMENTS and rule.fits(code, place, severity=severity, at=at, by_hand=by_hand):
            co = _others(rule.co, {rule.lead})
            return Route(rule.lead, co, _others(rule.cc, {rule.lead, *co}), Why.RULE, rule.rule_id)
    lead, co = own
    if lead in DEPARTMENTS:
        return Route(lead, _others(co, {lead}), (), Why.LAW)
    return Route(CENTRE, (), (), Why.CENTRE)


@dataclass(frozen=True, slots=True)
class Desks:
    """Whose a ticket is: one lead, those who work along, those who look on."""

    lead: str
    co: tuple[str, ...]
    cc: tuple[str, ...]


def desks(routes: Sequence[tuple[int, Route]]) -> Desks:
    """The desks of one ticket from its items, (severity, route) each: the gravest item's lead leads, the leads of the
    others work along.
    """
    ordered = [way for _, way in sorted(routes, key=lambda item: item[0])]
    head = ordered[0]
    co = _others((*head.co, *(way.lead for way in ordered[1:])), {head.lead})
    cc = _others(tuple(code for way in ordered for code in way.cc), {head.lead, *co})
    return Desks(head.lead, co, cc)


def bad_rule(field: str, value: str, problem: str) -> BadRoutingRuleError:
    """The error of one field of a rule; ``problem`` is a key under ``routing.problem``."""
    terms = {"field": Term(field, "routing.field"), "problem": Term(problem, "routing.problem")}
    return BadRoutingRuleError(value=value, **terms)


def check_rule(raw: Mapping[str, Any], *, departments: Iterable[str]) -> Expression | None:
    """Refuse a rule that could never send a hazard anywhere; its condition, read.

    ``raw`` holds pattern, lead, co, cc, condition. Raises ``BadRoutingRuleError`` naming the field and the cure.
    """
    known = set(departments)
    pattern = str(raw["pattern"])
    if not any(fnmatchcase(code, pattern) for code in rule_codes()):
        raise bad_rule("pattern", pattern, "no_code")
    for name, codes in (("lead", [raw["lead"]]), ("co", raw["co"]), ("cc", raw["cc"])):
        for code in codes:
            if code not in known:
                raise bad_rule(name, code, "no_department")
    text = str(raw.get("condition") or "").strip()
    return read_condition(text) if text else None


def read_condition(text: str) -> Expression:
    """A condition over ``CONDITIONS``; raises ``BadRoutingRuleError`` for one that cannot be read or can never hold."""
    try:
        condition = parse(text)
        unknown = sorted(condition.names - CONDITIONS.keys())
        possible = bool(unknown) or can_be(condition, True, CONDITIONS)
    except ExpressionError as error:
        raise bad_rule("condition", text, "unreadable") from error
    if unknown:
        raise bad_rule("condition", unknown[0], "no_name")
    if not possible:
        raise bad_rule("condition", text, "never")
    return condition


@dataclass(frozen=True, slots=True)
class Item:
    """A hazard of a ticket of the past, as it would be routed again: ``own`` is its law's (lead, co)."""

    ticket_id: int
    code: str
    severity: int
    at: datetime
    place: Place
    own: tuple[str | None, tuple[str, ...]]
    by_hand: bool = False


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """A ticket that a change of the rules would send elsewhere."""

    ticket_id: int
    was: Desks
    becomes: Desks


def dry_run(items: Iterable[Item], now: Sequence[RoutingRule], then: Sequence[RoutingRule]) -> list[Elsewhere]:
    """The tickets whose lead, co-workers or onlookers differ between two sets of rules, in the order they came."""
    tickets: dict[int, list[Item]] = {}
    for item in items:
        tickets.setdefault(item.ticket_id, []).append(item)
    found = []
    for key, held in tickets.items():
        was, becomes = (desks([(item.severity, _again(item, rules)) for item in held]) for rules in (now, then))
        if was != becomes:
            found.append(Elsewhere(key, was, becomes))
    return found


def _again(item: Item, rules: Sequence[RoutingRule]) -> Route:
    return route(
        item.code, rules, place=item.place, severity=item.severity, at=item.at, own=item.own, by_hand=item.by_hand
    )


def _others(codes: Iterable[str], taken: set[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(code for code in codes if code not in taken and code in DEPARTMENTS))
