"""Indexes that searches and people need."""

from db.migrate import run_sql_file

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Run the SQL file of the same name."""
    run_sql_file("0006_house_search.sql")
