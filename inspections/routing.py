"""Where a hazard goes: ordered, dated routing rules first, then the rule's own lead, and the centre for the rest."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from fnmatch import fnmatchcase

from inspections.rule_file import DEPARTMENTS

CENTRE = "center"


@dataclass(frozen=True, slots=True)
class RoutingRule:
    """Hazards whose code fits ``pattern`` (``GR*``), in a town, for a house kind (None: any), go to ``lead``.

    Rules are tried by ``position``; ``valid_until`` is the first day it no longer holds. ``rule_id`` is the
    record's own number, shown as the reason.
    """

    rule_id: int
    position: int
    pattern: str
    lead: str
    co: tuple[str, ...] = ()
    town: str | None = None
    kind: str | None = None
    valid_from: date = date.min
    valid_until: date | None = None

    def fits(self, code: str, *, town: str | None, kind: str | None, on: date) -> bool:
        """Whether the rule speaks of this hazard here on that day."""
        in_force = self.valid_from <= on and (self.valid_until is None or on < self.valid_until)
        here = self.town in (None, town) and self.kind in (None, kind)
        return in_force and here and fnmatchcase(code, self.pattern)


@dataclass(frozen=True, slots=True)
class Route:
    """The departments a hazard goes to and why: ``why`` is a catalogue key, ``rule_id`` the routing rule if one did."""

    lead: str
    co: tuple[str, ...]
    why: str
    rule_id: int | None = None


def route(
    code: str,
    rules: Iterable[RoutingRule],
    *,
    place: tuple[str | None, str | None],
    on: date,
    own: tuple[str | None, tuple[str, ...]] = (None, ()),
) -> Route:
    """The way of a hazard ``code`` at ``place`` = (town, house kind); ``own`` is its rule's (lead, co).

    Never fails: a hazard no rule knows goes to the centre.
    """
    town, kind = place
    for rule in sorted(rules, key=lambda rule: (rule.position, rule.rule_id)):
        if rule.fits(code, town=town, kind=kind, on=on) and rule.lead in DEPARTMENTS:
            return Route(rule.lead, _others(rule.co, rule.lead), "hazard.route.by_routing_rule", rule.rule_id)
    lead, co = own
    if lead in DEPARTMENTS:
        return Route(lead, _others(co, lead), "hazard.route.by_law")
    return Route(CENTRE, (), "hazard.route.to_centre")


def _others(co: tuple[str, ...], lead: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(code for code in co if code != lead and code in DEPARTMENTS))
