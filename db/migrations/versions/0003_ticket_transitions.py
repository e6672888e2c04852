"""What may follow what in a ticket's life."""

from db.migrate import run_sql_file

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Run the SQL file of the same name."""
    run_sql_file("0003_ticket_transitions.sql")
