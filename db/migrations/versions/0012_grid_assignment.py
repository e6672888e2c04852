"""A grid that moves touches only the houses between its old edge and its new one."""

from db.migrate import run_sql_file

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    """Run the SQL file of the same name."""
    run_sql_file("0012_grid_assignment.sql")
