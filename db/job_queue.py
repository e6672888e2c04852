"""The queue of jobs that the record itself fills: procrastinate's tables, in a schema beside the record."""

from alembic import op
from procrastinate import App, PsycopgConnector
from procrastinate.schema import SchemaManager

from db.settings import database_url, libpq_url

SCHEMA = "queue"


def build_queue() -> None:
    """Create the queue's tables inside the migration under way; a later version of procrastinate needs another."""
    bind = op.get_bind()
    bind.exec_driver_sql(f"DROP SCHEMA IF EXISTS {SCHEMA} CASCADE")
    bind.exec_driver_sql(f"CREATE SCHEMA {SCHEMA}")
    bind.exec_driver_sql(f"SET LOCAL search_path = {SCHEMA}, public")
    bind.exec_driver_sql(SchemaManager.get_schema().replace("%", "%%"))
    bind.exec_driver_sql("SET LOCAL search_path = public")


def queue_app() -> App:
    """The queue on the product's database; tasks are added to it by whoever runs a worker."""
    options = f"-c search_path={SCHEMA},public -c timezone=Asia/Shanghai"
    kwargs = {"options": options, "application_name": "anju worker"}
    return App(connector=PsycopgConnector(conninfo=libpq_url(database_url()), min_size=1, max_size=4, kwargs=kwargs))
