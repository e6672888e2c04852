"""Standard addresses, and the key under which two spellings of one house meet."""

from db.migrate import run_sql_file

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Run the SQL file of the same name."""
    run_sql_file("0009_standard_addresses.sql")
