"""Routing rules over drawn areas and conditions, what sent each hazard where it went, and the day of a joint ruling."""

from db.migrate import run_sql_file

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    """Run the SQL file of the same name."""
    run_sql_file("0014_routing.sql")
