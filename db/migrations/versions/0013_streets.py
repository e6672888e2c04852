"""Streets, and the way to each stop along them."""

from db.migrate import run_sql_file

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    """Run the SQL file of the same name."""
    run_sql_file("0013_streets.sql")
