"""The random second look at what was closed."""

from db.migrate import run_sql_file

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    """Run the SQL file of the same name."""
    run_sql_file("0015_reinspection.sql")
