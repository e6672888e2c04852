"""Sums by day and month that indicators are read from, kept up with every ticket."""

from db.migrate import run_sql_file

revision = "0022"
down_revision = "0021"


def upgrade() -> None:
    """Run the SQL file of the same name."""
    run_sql_file("0022_rollups.sql")
