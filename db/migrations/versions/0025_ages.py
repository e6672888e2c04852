"""How old cases are, and within how many days they were closed."""

from db.migrate import run_sql_file

revision = "0025"
down_revision = "0024"


def upgrade() -> None:
    """Run the SQL file of the same name."""
    run_sql_file("0025_ages.sql")
