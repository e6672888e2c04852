"""What calls for a visit whatever the colour: let again, tenants changed, a complaint."""

from db.migrate import run_sql_file

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    """Run the SQL file of the same name."""
    run_sql_file("0011_called_on.sql")
