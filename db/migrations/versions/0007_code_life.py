"""The life of a code: lineage, closed houses, villages by day."""

from db.migrate import run_sql_file

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Run the SQL file of the same name."""
    run_sql_file("0007_code_life.sql")
