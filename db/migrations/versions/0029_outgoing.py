"""Messages that leave the system, and the job queue that sends them."""

from db.job_queue import build_queue
from db.migrate import run_sql_file

revision = "0029"
down_revision = "0028"


def upgrade() -> None:
    """Build the queue in a schema of its own, then run the SQL file of the same name, which puts jobs into it."""
    build_queue()
    run_sql_file("0029_outgoing.sql")
