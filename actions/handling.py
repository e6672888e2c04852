"""Who handles a hazard in this county, and until when: the law's rule, the county's routing, the calendar."""

from collections.abc import Iterable
from datetime import date, datetime
from functools import lru_cache

from sqlalchemy import Connection

from db import holiday
from db import routing as record
from db.query import Row
from gis.errors import AnjuError
from inspections.deadline import SHANGHAI, Spec, due_at, ruling_within
from inspections.expression import parse
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


@lru_cache(maxsize=4096)
def own_desks(hazard: str, *, county: str, on: date) -> tuple[str, tuple[str, ...]] | None:
    """Lead and co-departments that the law of a day itself names for a hazard; None where it knows none."""
    return next(((rule.lead, rule.co) for rule in rules_for(county, on) if rule.code == hazard), None)


def routing(connection: Connection, county: str, on: date) -> list[RoutingRule]:
    """The county's routing rules in force on a day."""
    return [rule_read(row) for row in record.rules(connection, county, on)]


def rule_read(row: Row) -> RoutingRule:
    """A row of ``db.routing`` as a rule."""
    return RoutingRule(
        rule_id=row["id"], position=row["priority"], pattern=row["hazard"], lead=row["lead"], co=tuple(row["co"]),
        cc=tuple(row["cc"]), town=row["town"], zone=row["zone"], kind=row["house_kind"],
        condition=parse(row["condition"]) if row["condition"] else None,
        valid_from=row["valid_from"] or date.min, valid_until=row["valid_until"],
    )  # fmt: skip


def ruling_due_at(connection: Connection, county: str, at: datetime) -> datetime:
    """By when a joint ruling has to be given that is asked for now."""
    return due_at(at, ruling_within(), holiday.calendar(connection, county))


def earliest_due_at(
    connection: Connection, hazards: Iterable[tuple[str, int]], *, county: str, at: datetime
) -> datetime:
    """The earliest deadline among (hazard, severity) pairs that start at ``at``, by the county's calendar."""
    on = at.astimezone(SHANGHAI).date()
    specs = [within(hazard, severity, county=county, on=on) for hazard, severity in hazards] or [UNKNOWN]
    calendar = holiday.calendar(connection, county)
    return min(due_at(at, spec, calendar) for spec in specs)


def within(hazard: str, severity: int, *, county: str, on: date) -> Spec:
    """How long a hazard of a severity may take that is put on a desk on a day."""
    rule = next((rule for rule in rules_for(county, on) if rule.code == hazard), None)
    return UNKNOWN if rule is None else rule.deadlines.get(severity) or UNKNOWN
