"""Tickets as the record knew them at a moment; three more published counts."""

from db.migrate import run_sql_file

revision = "0019"
down_revision = "0018"


def upgrade() -> None:
    """Run the SQL file of the same name."""
    run_sql_file("0019_as_known.sql")
