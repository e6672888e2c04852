"""Routing: the county's rules for who leads, the areas drawn for them, the hazards of the past to try them on.

A rule row holds id, priority, hazard (a pattern), town, zone, house_kind, condition, lead, co, cc, valid_from,
valid_until, source; those of ``every_rule`` also town_name, zone_name, made_at, account_name, ticket_number and
``used`` (how many hazards it sent).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import pairwise

from sqlalchemy import Connection

from db import query
from db.query import Row
from db.visit import in_planning_area
from gis.errors import AnjuError
from inspections.routing import CONDITIONS, Place

STEP = 1_000
"""How far apart priorities are laid, so that rules can come between."""


class NoSuchRoutingRuleError(AnjuError):
    """There is no routing rule {rule} in force."""


class NoRoomBetweenError(AnjuError):
    """No further rule fits before rule {rule}: put it before another one."""


@dataclass(frozen=True, slots=True)
class NewRule:
    """A routing rule about to be written; None or empty where it says nothing."""

    hazard: str
    lead: str
    source: str
    town: str | None = None
    zone: str | None = None
    house_kind: str | None = None
    condition: str | None = None
    co: Sequence[str] = ()
    cc: Sequence[str] = ()
    ticket_id: int | None = None


def rules(connection: Connection, county: str, on: date) -> list[Row]:
    """The routing rules in force on a day, first things first."""
    return query.rows(connection, "routing_rules", county=county, on_date=on)


def every_rule(connection: Connection, county: str, on: date) -> list[Row]:
    """Every rule ever made, those not ended on ``on`` first."""
    return query.rows(connection, "routing_rules_all", county=county, on_date=on)


def hold(connection: Connection, county: str) -> None:
    """Keep the order of the rules as it is until the transaction ends, but for who holds it."""
    query.value(connection, "routing_lock", county=county)


def priority_before(connection: Connection, county: str, before: int | None, *, on: date) -> int:
    """A free priority just before the rule ``before``, or (None) behind all others.

    Raises ``NoSuchRoutingRuleError`` and ``NoRoomBetweenError``.
    """
    taken = sorted(row["priority"] for row in query.rows(connection, "routing_priorities", county=county, on_date=on))
    if before is None:
        return (taken[-1] if taken else 0) + STEP
    row = next((row for row in rules(connection, county, on) if row["id"] == before), None)
    if row is None:
        raise NoSuchRoutingRuleError(rule=before)
    low = next((lower for lower, higher in pairwise(taken) if higher == row["priority"]), row["priority"] - 2 * STEP)
    middle = (low + row["priority"]) // 2
    if middle == low:
        raise NoRoomBetweenError(rule=before)
    return middle


def add(connection: Connection, county: str, new: NewRule, *, priority: int, account_id: int, at: datetime) -> int:
    """Write a rule that holds from the day of ``at`` on (Asia/Shanghai as ``at`` says it); its key."""
    fields = {name: getattr(new, name) for name in new.__slots__}
    fields |= {"co": list(new.co), "cc": list(new.cc)}
    return int(
        query.value(
            connection, "routing_add", county=county, priority=priority, account_id=account_id, at=at,
            from_on=at.date(), **fields,
        )
    )  # fmt: skip


def end(connection: Connection, county: str, rule_id: int, *, on: date) -> None:
    """End a rule: from ``on`` it no longer holds. Raises ``NoSuchRoutingRuleError``."""
    if query.value(connection, "routing_end", county=county, id=rule_id, on_date=on) is None:
        raise NoSuchRoutingRuleError(rule=rule_id)


def place(connection: Connection, county: str, house_id: int, *, on: date) -> Place:
    """What routing may read of a house on a day."""
    return place_of(query.row(connection, "routing_place", county=county, house_id=house_id, on_date=on) or {})


def place_of(row: Row) -> Place:
    """The place a row of ``items`` speaks of."""
    facts = {name: row[name] for name in CONDITIONS if row.get(name) is not None}
    facts["in_planning_area"] = in_planning_area(row)
    return Place(row.get("town"), row.get("kind"), frozenset(row.get("zones") or ()), facts)


def items(connection: Connection, county: str, *, from_at: datetime, to_at: datetime) -> list[Row]:
    """The hazards of tickets opened in a period: ticket_id, number, opened_at, ticket_lead, rule_code, severity,
    found_at, lead, by_hand, address, lon, lat (EPSG:4490) and what ``place_of`` reads.
    """
    return query.rows(connection, "routing_items", county=county, from_at=from_at, to_at=to_at)


def counts(connection: Connection, county: str, *, from_at: datetime, to_at: datetime) -> dict[str, int]:
    """How many hazards of a period a rule, the law, and for want of both nobody sent: ``rule``, ``law``, ``centre``."""
    found = query.rows(connection, "routing_counts", county=county, from_at=from_at, to_at=to_at)
    return {"rule": 0, "law": 0, "centre": 0} | {row["routed_by"]: int(row["n"]) for row in found}


def zones(connection: Connection, county: str, on: date) -> list[Row]:
    """The drawn areas of a day: id, code, name, source, valid_from, area_m2 (geodesic)."""
    return query.rows(connection, "routing_zones", county=county, on_date=on)


def put_zone(connection: Connection, county: str, *, code: str, name: str, wkb: bytes, source: str, on: date) -> int:
    """Draw an area (EPSG:4490) that holds from ``on``; one of the same code ends there. Its key."""
    query.execute(connection, "routing_zone_end", county=county, code=code, on_date=on)
    same = {"county": county, "code": code, "name": name, "source": source}
    return int(query.value(connection, "routing_zone_add", wkb=wkb, on_date=on, **same))
