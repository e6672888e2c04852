"""The record is declared twice, in SQL and in Python; here the two are built and compared."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Connection, Engine, text

from db import tables
from tests.db.catalogue import catalogue, differences

WITHOUT_COUNTY = {"ticket_transition", "sign_in_attempt", "notice_rule"}
DECLARED = "declared"


@pytest.fixture
def both(database: tuple[Engine, object]) -> Iterator[Connection]:
    """A rolled-back connection on which the declared tables stand in a schema of their own beside the migrated ones."""
    with database[0].connect() as connection:
        outer = connection.begin()
        connection.execute(text(f"CREATE SCHEMA {DECLARED}"))
        connection.execute(text(f"SET LOCAL search_path = {DECLARED}, public"))
        tables.metadata.create_all(connection, checkfirst=False)
        yield connection
        outer.rollback()


def test_migrations_and_declared_tables_build_the_same_schema(both: Connection) -> None:
    found = catalogue(both, DECLARED)
    assert len(found) > 300
    assert differences(catalogue(both, "public"), found) == []


@pytest.mark.parametrize(
    ("change", "name"),
    [
        ("ALTER TABLE declared.house ALTER COLUMN floors TYPE integer", "column house.floors"),
        ("ALTER TABLE declared.house ALTER COLUMN kind DROP NOT NULL", "column house.kind"),
        ("ALTER TABLE declared.house ALTER COLUMN kind SET DEFAULT 'self_built'", "column house.kind"),
        ("ALTER TABLE declared.house ALTER COLUMN town DROP EXPRESSION", "column house.town"),
        ("ALTER TABLE declared.house ALTER COLUMN id DROP IDENTITY", "column house.id"),
        ("ALTER TABLE declared.visit ALTER COLUMN geom TYPE geometry(POINT,4326) USING ST_SetSRID(geom, 4326)",
         "column visit.geom"),
        ("ALTER TABLE declared.house DROP COLUMN structure", "column house.structure"),
        ("CREATE TABLE declared.surplus (n int)", "column surplus.n"),
        ("DROP INDEX declared.house_geom_idx", "index house_geom_idx"),
        ("DROP INDEX declared.plan_one_published_idx;"
         "CREATE UNIQUE INDEX plan_one_published_idx ON declared.plan (county, account_id, on_date)",
         "index plan_one_published_idx"),
        ("ALTER TABLE declared.ticket DROP CONSTRAINT ticket_second_person_check",
         "constraint ticket.ticket_second_person_check"),
        ("ALTER TABLE declared.stop DROP CONSTRAINT stop_county_house_id_fkey",
         "constraint stop.stop_county_house_id_fkey"),
        ("ALTER TABLE declared.room DROP CONSTRAINT room_headcount_check;"
         "ALTER TABLE declared.room ADD CONSTRAINT room_headcount_check CHECK (headcount BETWEEN 0 AND 300)",
         "constraint room.room_headcount_check"),
        ("ALTER TABLE declared.duty DROP CONSTRAINT duty_no_overlap_excl", "constraint duty.duty_no_overlap_excl"),
    ],
)  # fmt: skip
def test_a_planted_difference_is_found(both: Connection, change: str, name: str) -> None:
    before = catalogue(both, DECLARED)
    both.exec_driver_sql(change)
    found = differences(before, catalogue(both, DECLARED))
    assert any(line.startswith(f"{name}:") for line in found), found


def test_county_leads_every_primary_and_foreign_key() -> None:
    for table in tables.metadata.sorted_tables:
        if table.name in WITHOUT_COUNTY:
            assert "county" not in table.primary_key.columns
            continue
        assert next(iter(table.primary_key.columns)).name == "county", table.name
        for key in table.foreign_key_constraints:
            assert key.column_keys[0] == "county", key.name
            assert key.elements[0].target_fullname.endswith(".county"), key.name


def test_every_geometry_is_stored_in_cgcs2000_and_checked(both: Connection) -> None:
    columns = {name: kind for name, kind in catalogue(both, "public").items() if "geometry(" in kind}
    assert len(columns) == 21
    assert all(",4490)" in kind for kind in columns.values()), columns
