"""Triggers and functions that hold the record to its laws."""

from db.migrate import run_sql_file

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Run the SQL file of the same name."""
    run_sql_file("0002_laws.sql")
