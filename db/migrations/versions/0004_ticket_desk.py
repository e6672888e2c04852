"""What the desks need of tickets: serial numbers, the pause, the clock, one row a card."""

from db.migrate import run_sql_file

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Run the SQL file of the same name."""
    run_sql_file("0004_ticket_desk.sql")
