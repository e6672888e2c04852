"""The morning's work of a model town: of every kind, synthetic to the last house, and each row can be decided."""

import pytest
from sqlalchemy import Connection, text

from actions import workbench
from db import workbench as cases
from db.model_town import guard
from demo import address_cases
from demo.load import Order, load
from inspections.access import Actor, Grant
from inspections.role import AreaKind, Role
from tests.demo.test_load import COUNTY, NOW

CENTRE = Actor(0, COUNTY, "centre", grants=(Grant(Role.CENTRE, AreaKind.COUNTY, COUNTY),))


def test_a_model_town_opens_with_cases_that_can_all_be_decided(
    connection: Connection, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ANJU_EVIDENCE", str(tmp_path_factory.mktemp("evidence")))
    load(connection, Order(COUNTY, 300, 1, NOW, "!"))
    made = address_cases.lay(connection, COUNTY, seed=1, now=NOW, cases=40)
    counts = cases.counts(connection, county=COUNTY, areas=[COUNTY])
    assert sum(counts.values()) == made
    assert {"contradictory", "far", "duplicate", "unmatched"} <= counts.keys()
    for row in cases.queue(connection, county=COUNTY, areas=[COUNTY], limit=200):
        if row["kind"] != "duplicate":
            workbench.accept(row["id"], 0, actor=CENTRE, at=NOW)
    left = cases.counts(connection, county=COUNTY, areas=[COUNTY])
    assert left == {"duplicate": counts["duplicate"]}
    real = connection.execute(text("SELECT count(*) FROM house WHERE county = :c AND NOT synthetic"), {"c": COUNTY})
    assert real.scalar_one() == 0
    days = {
        row["on_date"]
        for row in cases.quality(connection, county=COUNTY, areas=[COUNTY], since=NOW.date().replace(month=1))
    }
    assert len(days) > 20
    guard(connection, COUNTY, reset=True)
    assert (
        connection.execute(text("SELECT count(*) FROM address_case WHERE county = :c"), {"c": COUNTY}).scalar_one() == 0
    )
