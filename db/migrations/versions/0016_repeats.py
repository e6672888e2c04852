"""Further reports of a case that is known already."""

from db.migrate import run_sql_file

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    """Run the SQL file of the same name."""
    run_sql_file("0016_repeats.sql")
