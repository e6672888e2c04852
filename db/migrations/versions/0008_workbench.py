"""The address workbench: cases, decisions, learnt names, quality day by day."""

from db.migrate import run_sql_file

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Run the SQL file of the same name."""
    run_sql_file("0008_workbench.sql")
