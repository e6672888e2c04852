"""Holidays that a county enters, and deadlines that follow them."""

from db.migrate import run_sql_file

revision = "0021"
down_revision = "0020"


def upgrade() -> None:
    """Run the SQL file of the same name."""
    run_sql_file("0021_holidays.sql")
