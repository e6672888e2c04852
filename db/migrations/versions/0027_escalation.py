"""The ladder of escalation."""

from db.migrate import run_sql_file

revision = "0027"
down_revision = "0026"


def upgrade() -> None:
    """Run the SQL file of the same name."""
    run_sql_file("0027_escalation.sql")
