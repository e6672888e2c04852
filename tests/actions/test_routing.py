"""Routing rules of a county: tried on the past, in force from a day, made of a ruling on the spot."""

from datetime import timedelta

import pytest
from geopandas import GeoDataFrame
from shapely.geometry import Point, Polygon
from sqlalchemy import Connection, text

from actions import routing as deeds
from actions.ticket_needs import NeedsError
from actions.tickets import report
from db import finding, routing, ticket
from db.routing import NewRule, NoRoomBetweenError, NoSuchRoutingRuleError
from inspections.access import RefusedError
from inspections.routing import BadRoutingRuleError
from inspections.ticket import State
from tests.actions.story import Walk, column, dispatched, visited
from tests.world import COUNTY, HOUSES, NOW, World

LATER = NOW + timedelta(days=1)


def _areas(**shapes):
    names = {"code": list(shapes), "name": [f"区域{code}" for code in shapes]}
    return GeoDataFrame(names, geometry=list(shapes.values()), crs=4490)


def _rule(**change):
    return NewRule(**{"hazard": "FI*", "lead": "urban", "source": "联席会议纪要 1 号", **change})


def test_a_rule_holds_from_the_day_it_is_written_and_says_what_it_sent(connection: Connection, world: World) -> None:
    key = deeds.write_rule(_rule(co=("police",), cc=("town",)), actor=world.actors["centre"], at=NOW)
    done = visited(world, ebike_inside=True)
    row = ticket.ticket(connection, COUNTY, done.tickets[0].id, now=NOW)
    assert (row["lead"], row["co"], row["cc"]) == ("urban", ["police"], ["town"])
    (item,) = finding.of_ticket(connection, COUNTY, row["id"])
    assert (item["routed_by"], item["routing_rule_id"]) == ("rule", key)
    counts = routing.counts(connection, COUNTY, from_at=NOW - timedelta(days=1), to_at=LATER)
    assert counts == {"rule": 1, "law": 0, "centre": 0}
    assert [row["used"] for row in routing.every_rule(connection, COUNTY, NOW.date())] == [1]


def test_an_ended_rule_stays_on_record_and_sends_nothing_more(connection: Connection, world: World) -> None:
    key = deeds.write_rule(_rule(), actor=world.actors["centre"], at=NOW)
    deeds.end_rule(key, actor=world.actors["centre"], at=LATER)
    assert visited(world, at=LATER, ebike_inside=True).tickets[0].lead == "fire"
    (row,) = routing.every_rule(connection, COUNTY, LATER.date())
    assert (row["id"], row["valid_until"]) == (key, LATER.date())
    with pytest.raises(NoSuchRoutingRuleError):
        deeds.end_rule(key, actor=world.actors["centre"], at=LATER)


def test_a_rule_ended_on_its_first_day_is_told_as_ended(connection: Connection, world: World) -> None:
    key = deeds.write_rule(_rule(), actor=world.actors["centre"], at=NOW)
    deeds.end_rule(key, actor=world.actors["centre"], at=NOW)
    (row,) = routing.every_rule(connection, COUNTY, NOW.date())
    assert (row["valid_from"], row["valid_until"]) == (NOW.date(), NOW.date())
    assert routing.rules(connection, COUNTY, NOW.date()) == []


def test_a_rule_written_before_another_is_tried_first(connection: Connection, world: World) -> None:
    centre = world.actors["centre"]
    first = deeds.write_rule(_rule(), actor=centre, at=NOW)
    second = deeds.write_rule(_rule(hazard="FI06", lead="police"), actor=centre, at=NOW, before=first)
    third = deeds.write_rule(_rule(lead="market"), actor=centre, at=NOW)
    assert [row["id"] for row in routing.rules(connection, COUNTY, NOW.date())] == [second, first, third]
    assert visited(world, ebike_inside=True).tickets[0].lead == "police"
    with pytest.raises(NoSuchRoutingRuleError):
        deeds.write_rule(_rule(), actor=centre, at=NOW, before=999_999)


def test_where_no_number_is_left_between_two_rules_it_says_so(connection: Connection, world: World) -> None:
    centre = world.actors["centre"]
    last = deeds.write_rule(_rule(), actor=centre, at=NOW)

    def crowd() -> None:
        for _ in range(40):
            deeds.write_rule(_rule(), actor=centre, at=NOW, before=last)

    with pytest.raises(NoRoomBetweenError):
        crowd()


def test_a_drawn_area_sends_only_the_houses_in_it(connection: Connection, world: World) -> None:
    centre = world.actors["centre"]
    lon, lat = HOUSES[1][1:3]
    deeds.put_zones(_areas(OLD=Point(lon, lat).buffer(0.0003)), source="测试", actor=centre, at=NOW)
    deeds.write_rule(_rule(zone="OLD"), actor=centre, at=NOW)
    assert visited(world, 1, ebike_inside=True).tickets[0].lead == "urban"
    assert visited(world, 2, ebike_inside=True).tickets[0].lead == "fire"
    with pytest.raises(BadRoutingRuleError):
        deeds.write_rule(_rule(zone="NEW"), actor=centre, at=NOW)


def test_an_area_drawn_again_takes_the_place_of_the_old_one(connection: Connection, world: World) -> None:
    for size in (0.001, 0.002):
        areas = _areas(OLD=Point(120.9, 31.7).buffer(size))
        assert deeds.put_zones(areas, source="测试", actor=world.actors["centre"], at=NOW) == 1
    assert [row["code"] for row in routing.zones(connection, COUNTY, NOW.date())] == ["OLD"]


def test_a_broken_area_or_one_without_a_code_leaves_all_as_it_was(connection: Connection, world: World) -> None:
    bow = Polygon([(120.9, 31.7), (120.91, 31.71), (120.91, 31.7), (120.9, 31.71)])
    good = Point(120.9, 31.7).buffer(0.001)
    for areas in (_areas(A=good, B=bow), _areas(**{"A": good, "": good})):
        with pytest.raises(BadRoutingRuleError):
            deeds.put_zones(areas, source="测试", actor=world.actors["centre"], at=NOW)
    assert routing.zones(connection, COUNTY, NOW.date()) == []


def test_the_hour_decides_where_a_rule_says_so(connection: Connection, world: World) -> None:
    deeds.write_rule(_rule(condition="hour >= 18 or hour < 8"), actor=world.actors["centre"], at=NOW)
    assert visited(world, 1, at=NOW.replace(hour=19), ebike_inside=True).tickets[0].lead == "urban"
    assert visited(world, 2, at=LATER.replace(hour=10), ebike_inside=True).tickets[0].lead == "fire"


def test_a_hazard_no_rule_and_no_law_speaks_of_goes_to_the_centre_and_is_counted(
    connection: Connection, world: World
) -> None:
    key = dispatched(world)
    connection.execute(text("UPDATE finding SET routed_by = 'centre' WHERE ticket_id = :t"), {"t": key})
    counts = routing.counts(connection, COUNTY, from_at=NOW - timedelta(days=1), to_at=LATER)
    assert counts == {"rule": 0, "law": 0, "centre": 1}


def test_a_trial_names_the_tickets_that_would_go_elsewhere_and_writes_nothing(
    connection: Connection, world: World
) -> None:
    centre = world.actors["centre"]
    fire = dispatched(world, 1)
    crowded = visited(world, 2, persons=3).tickets[0].id
    told = deeds.try_rule(_rule(), actor=centre, at=LATER)
    assert (told.tickets, [one.ticket_id for one in told.elsewhere]) == (2, [fire])
    assert (told.elsewhere[0].was.lead, told.elsewhere[0].becomes.lead) == ("fire", "urban")
    assert told.rows[fire]["number"] == ticket.ticket(connection, COUNTY, fire, now=NOW)["number"]
    assert column(connection, "SELECT count(*) FROM routing_rule") == [0]
    key = deeds.write_rule(_rule(), actor=centre, at=NOW)
    assert deeds.try_rule(_rule(), actor=centre, at=LATER).elsewhere == ()
    assert [one.ticket_id for one in deeds.try_without(key, actor=centre, at=LATER).elsewhere] == [fire]
    assert crowded not in told.rows


def test_a_trial_looks_back_a_month_and_no_further(connection: Connection, world: World) -> None:
    dispatched(world)
    long_after = NOW + timedelta(days=31)
    assert deeds.try_rule(_rule(), actor=world.actors["centre"], at=long_after).tickets == 0


@pytest.mark.parametrize("change", [{"source": " "}, {"lead": "nobody"}, {"hazard": "ZZ*"}, {"condition": "floors >"}])
def test_a_rule_that_will_not_do_is_refused_before_it_is_tried_or_written(
    connection: Connection, world: World, change
) -> None:
    for deed in (deeds.try_rule, deeds.write_rule):
        with pytest.raises(BadRoutingRuleError):
            deed(_rule(**change), actor=world.actors["centre"], at=NOW)


@pytest.mark.parametrize("who", ["inspector", "fire", "leader"])
def test_only_the_centre_makes_rules(connection: Connection, world: World, who: str) -> None:
    for deed in (deeds.try_rule, deeds.write_rule):
        with pytest.raises(RefusedError):
            deed(_rule(), actor=world.actors[who], at=NOW)


def test_the_second_bounce_opens_a_joint_ruling_with_a_day_and_the_ruling_becomes_a_rule(
    connection: Connection, world: World
) -> None:
    centre = world.actors["centre"]
    key = dispatched(world)
    walk = Walk(world, key).to(State.RULING)
    row = ticket.ticket(connection, COUNTY, key, now=walk.at)
    assert row["lead"] == "fire"
    assert walk.at < row["ruling_due_at"] <= walk.at + timedelta(days=10)
    after, rule = deeds.rule_on(
        key, actor=centre, at=walk.at, department="housing", reason="房屋管理", clause="职责清单第三条"
    )
    assert (after["state"], after["lead"], after["ruling_due_at"]) == ("DISPATCHED", "housing", None)
    (made,) = routing.every_rule(connection, COUNTY, walk.at.date())
    assert (made["id"], made["hazard"], made["lead"], made["town"]) == (rule, "FI06", "housing", row["town"])
    assert made["ticket_number"] == row["number"]
    assert "职责清单第三条" in made["source"]
    assert visited(world, 2, at=walk.at + timedelta(hours=1), ebike_inside=True).tickets[0].lead == "housing"


def test_a_ruling_without_its_clause_makes_neither_ruling_nor_rule(connection: Connection, world: World) -> None:
    key = dispatched(world)
    walk = Walk(world, key).to(State.RULING)
    with pytest.raises(NeedsError):
        deeds.rule_on(key, actor=world.actors["centre"], at=walk.at, department="housing", reason="是", clause=" ")
    assert ticket.ticket(connection, COUNTY, key, now=walk.at)["state"] == "RULING"
    assert column(connection, "SELECT count(*) FROM routing_rule") == [0]


def test_a_report_by_hand_follows_the_rules_too(connection: Connection, world: World) -> None:
    deeds.write_rule(_rule(condition="by_hand"), actor=world.actors["centre"], at=NOW)
    row = report(world.houses[1], "FI07", words="楼梯堆满纸箱", actor=world.actors["inspector"], at=NOW)
    assert row["lead"] == "urban"
