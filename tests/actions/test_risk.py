"""What calls for a visit, and the colours of a whole county."""

from datetime import date, timedelta

import pytest
from sqlalchemy import Connection, text

from actions.plan_roster import house_state
from actions.risk import reassess_county
from actions.tickets import report
from db import plan, risk
from inspections.access import RefusedError
from inspections.plan import due_house
from tests.actions.story import visited
from tests.world import COUNTY, NOW, TODAY, World


def _house(connection: Connection, world: World, *, change: str = "") -> dict:
    if change:
        connection.execute(text(f"UPDATE house SET {change} WHERE county = :c AND id = :h"),
                           {"c": COUNTY, "h": world.houses[1]})  # fmt: skip
    sql = text("SELECT * FROM house WHERE county = :c AND id = :h")
    return dict(connection.execute(sql, {"c": COUNTY, "h": world.houses[1]}).mappings().one())


def _why(connection: Connection, world: World, on: date) -> str | None:
    account = world.accounts["inspector"]
    rows = plan.candidates(connection, county=COUNTY, accounts=[account], on=on, first_day=on, pool=100)[account]
    found = [due_house(house_state(row, COUNTY), on=on) for row in rows if row["id"] == world.houses[1]]
    return next((one.why_words("en") for one in found if one), None)


def test_a_complaint_is_answered_by_the_next_visit_and_weighs_for_a_year(connection: Connection, world: World) -> None:
    visited(world)
    assert _why(connection, world, TODAY + timedelta(days=1)) is None
    told = {"words": "邻居反映楼道充电", "actor": world.actors["centre"], "at": NOW + timedelta(hours=1)}
    report(world.houses[1], "FI07", complaint=True, **told)
    after = _house(connection, world)
    assert (after["complained_on"], after["due_on"]) == (TODAY, TODAY + timedelta(days=3))
    assert "risk.reason.complaint" in {reason["key"] for reason in after["reasons"]}
    assert _why(connection, world, TODAY + timedelta(days=1)) == "Complaint · within 2 d"
    visited(world, at=NOW + timedelta(days=2))
    after = _house(connection, world)
    assert after["complained_on"] is None
    assert risk.facts(connection, COUNTY, world.houses[1], at=NOW + timedelta(days=300)).complaints == 1
    assert risk.facts(connection, COUNTY, world.houses[1], at=NOW + timedelta(days=400)).complaints == 0


def test_a_house_let_again_is_due_and_has_new_tenants_until_somebody_was_inside(
    connection: Connection, world: World
) -> None:
    visited(world)
    _house(connection, world, change="let_status = 'vacant'")
    day = TODAY + timedelta(days=5)
    told = _house(connection, world, change=f"let_status = 'let', updated_at = '{day} 09:00+08'")
    assert (told["relet_on"], told["tenants_changed_on"]) == (day, day)
    assert _why(connection, world, day) == "Let again · within 3 d"
    assert risk.facts(connection, COUNTY, world.houses[1], at=NOW + timedelta(days=5)).new_tenants
    visited(world, at=NOW + timedelta(days=6))
    after = _house(connection, world)
    assert (after["relet_on"], after["tenants_changed_on"]) == (None, None)


def test_a_county_is_decided_anew_as_time_goes_by_and_only_what_changed_is_written(
    connection: Connection, world: World
) -> None:
    visited(world, persons=3)
    before = _house(connection, world)
    later, centre = NOW + timedelta(days=60), world.actors["centre"]
    count, changed = reassess_county(actor=centre, at=later)
    after = _house(connection, world)
    assert count == 6
    assert changed >= 1
    assert after["score"] > before["score"]
    assert reassess_county(actor=centre, at=later) == (6, 0)
    with pytest.raises(RefusedError):
        reassess_county(actor=world.actors["inspector"], at=later)
