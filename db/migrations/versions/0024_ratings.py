"""Ratings of hazards by people, blind where nothing of anybody else's was shown."""

from db.migrate import run_sql_file

revision = "0024"
down_revision = "0022"


def upgrade() -> None:
    """Run the SQL file of the same name."""
    run_sql_file("0024_ratings.sql")
