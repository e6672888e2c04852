"""The roster: leave, hours, skills, appointments; each making of plans."""

from db.migrate import run_sql_file

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    """Run the SQL file of the same name."""
    run_sql_file("0010_roster.sql")
