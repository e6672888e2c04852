"""A ticket's history as a chain: what was changed afterwards does not fit any more."""

from db.migrate import run_sql_file

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    """Run the SQL file of the same name."""
    run_sql_file("0017_chain.sql")
