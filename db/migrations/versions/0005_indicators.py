"""For which published counts a ticket stands in a period."""

from db.migrate import run_sql_file

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Run the SQL file of the same name."""
    run_sql_file("0005_indicators.sql")
