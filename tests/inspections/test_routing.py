"""Where hazards go: the first rule that fits, the law where none does, the centre for the rest, and never nowhere."""

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inspections.deadline import SHANGHAI
from inspections.routing import (
    BadRoutingRuleError,
    Desks,
    Elsewhere,
    Item,
    Place,
    Route,
    RoutingRule,
    Why,
    check_rule,
    desks,
    dry_run,
    read_condition,
    route,
)
from inspections.rule_file import DEPARTMENTS

AT = datetime(2026, 3, 4, 10, tzinfo=SHANGHAI)
TOWN, HOME = "320581101", Place(town="320581101", kind="self_built")
RULES = [
    RoutingRule(1, 10, "IL*", "planning", ("urban",), town=TOWN),
    RoutingRule(2, 20, "GR*", "police", (), kind="dormitory"),
    RoutingRule(3, 5, "GR*", "urban", (), valid_from=date(2027, 1, 1)),
    RoutingRule(4, 30, "GR02", "market", (), valid_until=date(2026, 1, 1)),
]
LAW = ("housing", ("police", "housing"))


def _go(code, rules=RULES, place=HOME, at=AT, severity=2, own=LAW, **rest):
    return route(code, rules, place=place, severity=severity, at=at, own=own, **rest)


def test_the_first_rule_that_fits_takes_the_hazard():
    found = _go("IL01")
    assert (found.lead, found.co, found.rule_id) == ("planning", ("urban",), 1)
    assert _go("GR01", place=Place(kind="dormitory")).lead == "police"


def test_a_rule_counts_only_in_its_days():
    assert _go("GR02").lead == "housing"
    assert _go("GR02", at=datetime(2027, 1, 1, tzinfo=SHANGHAI)).rule_id == 3
    assert _go("GR02", at=datetime(2025, 1, 1, tzinfo=SHANGHAI)).rule_id == 4


def test_without_a_routing_rule_the_law_says_who_leads():
    found = _go("GR02", [])
    assert (found.lead, found.co, found.why, found.why_key) == ("housing", ("police",), Why.LAW, "hazard.route.law")


def test_a_drawn_area_takes_only_what_stands_in_it():
    rule = [RoutingRule(7, 1, "*", "market", zone="OLD")]
    assert _go("FI01", rule, Place(zones=frozenset({"OLD", "NEW"}))).lead == "market"
    assert _go("FI01", rule, Place(zones=frozenset({"NEW"}))).lead == "housing"


@pytest.mark.parametrize(
    ("condition", "at", "severity", "fits"),
    [
        ("in_planning_area", AT, 2, True),
        ("not in_planning_area", AT, 2, False),
        ("hour >= 18 or hour < 8", AT, 2, False),
        ("hour >= 18 or hour < 8", AT.replace(hour=18), 2, True),
        ("hour >= 9.5", AT.replace(hour=9, minute=29), 2, False),
        ("hour >= 9.5", AT.replace(hour=9, minute=30), 2, True),
        ("weekday >= 6", AT + timedelta(days=3), 2, True),
        ("severity == 1", AT, 2, False),
        ("severity == 1", AT, 1, True),
        ("persons_total >= 10", AT, 2, False),
        ("floors > 3", AT, 2, False),
    ],
)
def test_a_condition_reads_the_house_the_hazard_and_the_hour_and_what_is_unknown_does_not_fit(
    condition, at, severity, fits
):
    rule = RoutingRule(7, 1, "*", "emergency", condition=read_condition(condition))
    place = Place(facts={"in_planning_area": True, "persons_total": 4})
    assert (_go("FI01", [rule], place, at, severity).lead == "emergency") is fits


@given(
    st.sampled_from(["IL01", "GR02", "ZZ99", "", "*"]),
    st.sampled_from([(None, ()), ("somebody", ()), LAW]),
    st.lists(st.sampled_from([*RULES, RoutingRule(9, 1, "*", "nobody"), RoutingRule(8, 2, "*", "fire")]), max_size=4),
)
def test_nothing_is_unroutable(code, own, rules):
    found = _go(code, rules, own=own)
    assert found.lead in DEPARTMENTS
    assert found.lead not in found.co
    if found.why is Why.CENTRE:
        assert found.lead == "center"
        assert own[0] not in DEPARTMENTS


def test_the_gravest_item_leads_and_the_others_work_along():
    fire = Route("fire", ("town",), ("police",), Why.LAW)
    crowd = Route("housing", ("fire", "police"), (), Why.LAW)
    assert desks([(2, crowd), (1, fire)]) == Desks("fire", ("town", "housing"), ("police",))


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"pattern": "ZZ*"}, "pattern"),
        ({"lead": "nobody"}, "lead"),
        ({"co": ("nobody",)}, "co"),
        ({"cc": ("nobody",)}, "cc"),
        ({"condition": "floors >"}, "condition"),
        ({"condition": "colour == 'red'"}, "condition"),
        ({"condition": "floors > 3 and floors < 3"}, "condition"),
        ({"condition": "hour > 24"}, "condition"),
        ({"condition": "floors == 'many' or floors < 'few'"}, "condition"),
        ({"condition": "__import__('os')"}, "condition"),
    ],
)
def test_a_rule_that_could_send_nothing_anywhere_is_refused_by_its_field(change, field):
    good = {"pattern": "GR*", "lead": "police", "co": (), "cc": (), "condition": "floors > 3"}
    assert check_rule(good, departments=DEPARTMENTS) is not None
    with pytest.raises(BadRoutingRuleError) as refused:
        check_rule(good | change, departments=DEPARTMENTS)
    assert refused.value.fields["field"] == field


def test_a_dry_run_names_the_tickets_that_would_go_elsewhere_and_only_those():
    def item(ticket, code, severity=2, kind="self_built"):
        return Item(ticket, code, severity, AT, Place(TOWN, kind), ("housing", ()))

    items = [item(1, "GR02"), item(2, "IL01"), item(2, "GR02"), item(3, "GR02", kind="dormitory")]
    new = RoutingRule(-1, 1, "GR02", "police")
    found = dry_run(items, [], [new])
    assert [one.ticket_id for one in found] == [1, 2, 3]
    assert found[0] == Elsewhere(1, Desks("housing", (), ()), Desks("police", (), ()))
    assert dry_run(items, [new], [new]) == []
    assert [one.ticket_id for one in dry_run(items, RULES[1:2], [])] == [3]
