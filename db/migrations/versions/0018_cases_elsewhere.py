"""Cases that another system kept, beside those of this one."""

from db.migrate import run_sql_file

revision = "0018"
down_revision = "0017"


def upgrade() -> None:
    """Run the SQL file of the same name."""
    run_sql_file("0018_cases_elsewhere.sql")
