"""Houses counted in cells, for tiles from afar."""

from db.migrate import run_sql_file

revision = "0031"
down_revision = "0030"


def upgrade() -> None:
    """Run the SQL file of the same name."""
    run_sql_file("0031_house_cells.sql")
