"""Who handles a hazard in this county, and until when: the law's rule, the county's routing, the calendar."""

from collections.abc import Iterable
from datetime import date, datetime

from sqlalchemy import Connection

from db import ticket
from db.query import Row
from gis.errors import AnjuError
from inspections.deadline import SHANGHAI, Spec, due_at, national_calendar
from inspections.routing import RoutingRule
from inspections.rules import Rule, rules_for

UNKNOWN = Spec("days", 15)
"""For a hazard that no rule of the county speaks of any more."""


class UnknownHazardError(AnjuError):
    """No rule in force in this county on {on} speaks of hazard {hazard}."""


def rule_of(hazard: str, *, county: str, on: date) -> Rule:
    """The rule in force that speaks of a hazard; raises ``UnknownHazardError``."""
    for rule in rules_for(county, on):
        if rule.code == hazard:
            return rule
    raise UnknownHazardError(hazard=hazard, on=on)


def routing(connection: Connection, county: str, on: date) -> list[RoutingRule]:
    """The county's routing rules in force on a day."""
    return [_rule(row) for row in ticket.routing_rules(connection, county, on)]


def earliest_due_at(hazards: Iterable[tuple[str, int]], *, county: str, at: datetime) -> datetime:
    """The earliest deadline among (hazard, severity) pairs that start at ``at``."""
    on = at.astimezone(SHANGHAI).date()
    rules = {rule.code: rule for rule in rules_for(county, on)}
    specs = [_spec(rules.get(hazard), severity) for hazard, severity in hazards] or [UNKNOWN]
    return min(due_at(at, spec, national_calendar()) for spec in specs)


def _spec(rule: Rule | None, severity: int) -> Spec:
    if rule is None:
        return UNKNOWN
    return rule.deadlines.get(severity) or UNKNOWN


def _rule(row: Row) -> RoutingRule:
    return RoutingRule(
        rule_id=row["id"], position=row["priority"], pattern=row["hazard"], lead=row["lead"], co=tuple(row["co"]),
        town=row["town"], kind=row["house_kind"], valid_from=row["valid_from"] or date.min,
        valid_until=row["valid_until"],
    )  # fmt: skip
