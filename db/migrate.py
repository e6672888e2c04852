"""Brings a database to the newest revision; the revisions' bodies are the SQL files under ``migrations/sql``."""

from pathlib import Path

from alembic import command, op
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, text

HERE = Path(__file__).parent / "migrations"
EXTENSIONS = ("postgis", "btree_gist", "pg_trgm")


def run_sql_file(name: str) -> None:
    """Run one SQL file inside the migration under way, as it stands (no parameter is read into it)."""
    op.get_bind().exec_driver_sql((HERE / "sql" / name).read_text(encoding="utf-8").replace("%", "%%"))


def _config(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(HERE))
    config.attributes["connection"] = connection
    return config


def head() -> str:
    """The newest revision this code knows."""
    return str(ScriptDirectory(str(HERE)).get_current_head())


def current(connection: Connection) -> str | None:
    """The revision the database is at; None before the first."""
    return MigrationContext.configure(connection).get_current_revision()


def upgrade(engine: Engine) -> None:
    """Create the extensions and run every revision that the database has not seen, in one transaction."""
    with engine.begin() as connection:
        for extension in EXTENSIONS:
            connection.execute(text(f"CREATE EXTENSION IF NOT EXISTS {extension}"))
        command.upgrade(_config(connection), "head")


def reset(engine: Engine) -> None:
    """Drop every table of the record with all that is in it, and build it anew."""
    with engine.begin() as connection:
        superuser = connection.scalar(text("SELECT rolsuper FROM pg_roles WHERE rolname = current_user"))
        if superuser:
            connection.execute(text("DROP SCHEMA public CASCADE"))
            connection.execute(text("DROP SCHEMA IF EXISTS queue CASCADE"))
            connection.execute(text("CREATE SCHEMA public"))
        else:  # the extensions belong to the server's administrator, and stay
            connection.execute(text("DROP OWNED BY CURRENT_USER"))
    upgrade(engine)
