"""Word of a move to every desk that a ticket is on."""

from db.migrate import run_sql_file

revision = "0030"
down_revision = "0029"


def upgrade() -> None:
    """Run the SQL file of the same name."""
    run_sql_file("0030_word_to_all_desks.sql")
