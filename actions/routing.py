"""The county's routing rules: tried on the past, written, ended; a ruling made into a rule."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection

from actions import handling, tickets
from actions.deed import deed
from actions.ticket_needs import Given
from db import department, routing, ticket
from db.engine import transaction
from db.query import Row
from db.routing import NewRule
from inspections.access import Actor, Place
from inspections.deadline import SHANGHAI
from inspections.routing import Elsewhere, Item, RoutingRule, bad_rule, check_rule, dry_run
from inspections.ticket import Event, State

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

MONTH = timedelta(days=30)
TRIED = -1
"""The number of a rule that is only being tried."""


@dataclass(frozen=True, slots=True)
class Trial:
    """What a change of the rules would have done to the tickets of a period: ``rows`` are their first items by ticket,
    ``tickets`` how many there were at all.
    """

    elsewhere: tuple[Elsewhere, ...]
    rows: dict[int, Row]
    tickets: int


def try_rule(
    new: NewRule, *, actor: Actor, at: datetime, before: int | None = None, period: timedelta = MONTH
) -> Trial:
    """Which tickets of the period until ``at`` would go elsewhere if the rule had been there; writes nothing.

    Raises ``BadRoutingRuleError`` and what ``write_rule`` raises.
    """
    actor.require("routing.edit")
    with transaction() as connection:
        _check(connection, actor.county, new, at)
        rules = handling.routing(connection, actor.county, _day(at))
        priority = routing.priority_before(connection, actor.county, before, on=_day(at))
        return _trial(connection, actor.county, rules, [*rules, _tried(new, priority)], at, period)


def try_without(rule_id: int, *, actor: Actor, at: datetime, period: timedelta = MONTH) -> Trial:
    """Which tickets of the period would go elsewhere without a rule; writes nothing."""
    actor.require("routing.edit")
    with transaction() as connection:
        rules = handling.routing(connection, actor.county, _day(at))
        return _trial(connection, actor.county, rules, [rule for rule in rules if rule.rule_id != rule_id], at, period)


def write_rule(new: NewRule, *, actor: Actor, at: datetime, before: int | None = None) -> int:
    """Put a rule into force today, just before the rule ``before`` or behind all others; its key.

    Raises
    ------
    BadRoutingRuleError
        It could never send a hazard anywhere; names the field and the cure.
    db.routing.NoSuchRoutingRuleError, db.routing.NoRoomBetweenError
        It cannot stand there.
    """
    told = {"hazard": new.hazard, "lead": new.lead}
    with deed(actor, "routing.edit", about=("routing_rule", new.hazard), detail=told) as connection:
        return _write(connection, new, actor=actor, at=at, before=before)


def end_rule(rule_id: int, *, actor: Actor, at: datetime) -> None:
    """End a rule today; it stays on record. Raises ``db.routing.NoSuchRoutingRuleError``."""
    with deed(actor, "routing.edit", about=("routing_rule", rule_id), detail={"ended": True}) as connection:
        routing.end(connection, actor.county, rule_id, on=_day(at))


def rule_on(  # noqa: PLR0913 - a ruling's own three and how far the rule reaches
    ticket_id: int, *, actor: Actor, at: datetime, department: str, reason: str, clause: str,
    in_town: bool = True, for_kind: bool = False,
) -> tuple[Row, int]:  # fmt: skip
    """Give a joint ruling and make it a routing rule from today on, both or neither; the ticket's row, the rule's key.

    The rule speaks of the ticket's hazard, in its town only if ``in_town``, for its kind of house only if ``for_kind``,
    and stands before every other rule. Errors as ``actions.tickets.take_step`` and ``write_rule``.
    """
    with deed(actor, "ticket.rule", about=("ticket", ticket_id), detail={"rule": True}) as connection:
        row = ticket.ticket(connection, actor.county, ticket_id, now=at)
        if row["state"] != State.RULING:
            raise ticket.overtaken(connection, actor.county, ticket_id)
        given = Given(reason=reason, department=department, clause=clause)
        after = tickets.move(connection, row, Event.RULE, given=given, actor=actor, at=at)
        first = routing.rules(connection, actor.county, _day(at))
        new = NewRule(
            hazard=row["hazard"], lead=department, source=f"{row['number']} · {clause}",
            town=row["town"] if in_town else None, house_kind=row["house_kind"] if for_kind else None,
            ticket_id=ticket_id,
        )  # fmt: skip
        key = _write(connection, new, actor=actor, at=at, before=first[0]["id"] if first else None)
    return after, key


def put_zones(frame: "GeoDataFrame", *, source: str, actor: Actor, at: datetime) -> int:
    """Draw areas that rules may name: code, name, polygons in EPSG:4490; one of the same code ends today. How many.

    All or none. Raises ``BadRoutingRuleError`` for an area without code, or one that is broken or no polygon.
    """
    from shapely import wkb

    with deed(actor, "routing.edit", about=("zone", source), detail={"areas": len(frame)}) as connection:
        for code, name, shape in zip(frame["code"], frame["name"], frame.geometry, strict=True):
            if not str(code).strip():
                raise bad_rule("zone", str(name), "no_code_given")
            if shape is None or shape.is_empty or not shape.is_valid:
                raise bad_rule("zone", str(code), "broken")
            routing.put_zone(
                connection, actor.county, code=str(code), name=str(name) or str(code), wkb=wkb.dumps(shape),
                source=source, on=_day(at),
            )  # fmt: skip
    return len(frame)


def _day(at: datetime) -> date:
    return at.astimezone(SHANGHAI).date()


def _write(connection: Connection, new: NewRule, *, actor: Actor, at: datetime, before: int | None) -> int:
    local = at.astimezone(SHANGHAI)
    actor.require("routing.edit", Place(county=actor.county, town=new.town))
    _check(connection, actor.county, new, at)
    routing.hold(connection, actor.county)
    priority = routing.priority_before(connection, actor.county, before, on=local.date())
    return routing.add(connection, actor.county, new, priority=priority, account_id=actor.account_id, at=local)


def _check(connection: Connection, county: str, new: NewRule, at: datetime) -> None:
    if not new.source.strip():
        raise bad_rule("source", "", "missing")
    raw = {"pattern": new.hazard, "lead": new.lead, "co": new.co, "cc": new.cc, "condition": new.condition}
    check_rule(raw, departments=department.names(connection, county=county))
    zones = {row["code"] for row in routing.zones(connection, county, _day(at))}
    if new.zone is not None and new.zone not in zones:
        raise bad_rule("zone", new.zone, "no_zone")


def _tried(new: NewRule, priority: int) -> RoutingRule:
    row: dict[str, Any] = {name: getattr(new, name) for name in new.__slots__}
    row |= {"id": TRIED, "priority": priority, "valid_from": None, "valid_until": None}
    return handling.rule_read(row)


def _trial(
    connection: Connection, county: str, now: Sequence[RoutingRule], then: Sequence[RoutingRule], at: datetime,
    period: timedelta,
) -> Trial:  # fmt: skip
    """Compare two sets of rules on the past, both as if they had always held."""
    found = routing.items(connection, county, from_at=at - period, to_at=at)
    items = [_item(row, county) for row in found]
    always = [[replace(rule, valid_from=date.min, valid_until=None) for rule in rules] for rules in (now, then)]
    elsewhere = dry_run(items, always[0], always[1])
    firsts: dict[int, Row] = {}
    for row in found:
        firsts.setdefault(row["ticket_id"], row)
    return Trial(tuple(elsewhere), {one.ticket_id: firsts[one.ticket_id] for one in elsewhere}, len(firsts))


def _item(row: Row, county: str) -> Item:
    own = handling.own_desks(row["rule_code"], county=county, on=row["found_at"].astimezone(SHANGHAI).date())
    return Item(
        ticket_id=row["ticket_id"], code=row["rule_code"], severity=row["severity"], at=row["found_at"],
        place=routing.place_of(row), own=own or (row["lead"], ()), by_hand=bool(row["by_hand"]),
    )  # fmt: skip
