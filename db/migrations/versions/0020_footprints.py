"""Surveys of building outlines, what was added between two of them, and what was decided of it."""

from db.migrate import run_sql_file

revision = "0020"
down_revision = "0019"


def upgrade() -> None:
    """Run the SQL file of the same name."""
    run_sql_file("0020_footprints.sql")
