"""Messages of what happens to a ticket, and word to whoever listens."""

from db.migrate import run_sql_file

revision = "0026"
down_revision = "0025"


def upgrade() -> None:
    """Run the SQL file of the same name."""
    run_sql_file("0026_messages.sql")
