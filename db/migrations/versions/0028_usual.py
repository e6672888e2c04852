"""How long cases of a hazard take."""

from db.migrate import run_sql_file

revision = "0028"
down_revision = "0027"


def upgrade() -> None:
    """Run the SQL file of the same name."""
    run_sql_file("0028_usual.sql")
