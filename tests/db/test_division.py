"""Two code systems on one record: kept apart, held against each other."""

from sqlalchemy import Connection, insert

from db import division, tables
from tests.world import COUNTY, TOWN, World


def test_a_number_of_the_other_system_is_shown_as_a_conflict_and_merged_with_nothing(
    connection: Connection, world: World
) -> None:
    assert not division.has_both(connection, county=COUNTY)
    assert division.conflicts(connection, county=COUNTY) == []
    rows = [("320581107", "town", "梅李镇"), (TOWN, "town", "古里镇"), (COUNTY, "county", "常熟市")]
    connection.execute(insert(tables.division), [
        {"county": COUNTY, "code_system": "civil", "code": code, "level": level, "name": name, "version": "2026"}
        for code, level, name in rows
    ])  # fmt: skip
    found = [(one.what, one.ours and one.ours.code, one.theirs and one.theirs.code)
             for one in division.conflicts(connection, county=COUNTY)]  # fmt: skip
    assert found == [("same_name", TOWN, "320581107"), ("same_code", TOWN, TOWN), ("only_one", None, TOWN)]
    assert division.has_both(connection, county=COUNTY)
    assert division.one(connection, county=COUNTY, code=TOWN)["name"] == "梅李镇"
