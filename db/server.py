"""A PostgreSQL server, the private one or ``DATABASE_URL``'s: is it new enough, is our database there."""

from dataclasses import dataclass
from typing import Any

import psycopg
from psycopg import sql

from db import binaries, cluster, settings
from gis.errors import AnjuError

LEAVING_TRIES = 12
EXTENSIONS = ("postgis", "btree_gist", "pg_trgm")


class ServerUnreachableError(AnjuError):
    """No database server answers at {url}: {reason}."""


class PostgresTooOldError(AnjuError):
    """The server at {url} is PostgreSQL {found}; {needed} or newer is needed."""


class PostgisTooOldError(AnjuError):
    """The server at {url} has PostGIS {found}; {needed} or newer is needed (package postgresql-NN-postgis-3)."""


class DatabaseLettersError(AnjuError):
    """The database at {url} has {encoding}, LC_CTYPE {ctype}; Chinese search needs UTF8 and C.UTF-8."""


class NotAllowedError(AnjuError):
    """The account of {url} may not {deed}: have the server's administrator run: {command}."""


class BusyError(AnjuError):
    """Somebody stays connected to the database: {reason}."""


@dataclass(frozen=True)
class Versions:
    """What a server and one of its databases say of themselves; ``postgis`` is None where it cannot be had."""

    postgres: str
    postgis: str | None
    encoding: str
    ctype: str


def masked(url: str) -> str:
    """The URL without its password, fit to be shown."""
    head, at, tail = url.rpartition("@")
    scheme, separator, credentials = head.partition("://")
    return f"{scheme}{separator}{credentials.partition(':')[0]}:***@{tail}" if at else url


def connect(url: str) -> psycopg.Connection[tuple[Any, ...]]:
    """A connection of its own in autocommit; raises ``ServerUnreachableError``."""
    try:
        return psycopg.connect(settings.libpq_url(url), autocommit=True, connect_timeout=10)
    except psycopg.Error as error:
        raise ServerUnreachableError(url=masked(url), reason=str(error).strip()) from None


def answers(url: str) -> bool:
    """Whether the server takes a connection now."""
    try:
        connect(url).close()
    except ServerUnreachableError:
        return False
    return True


def check(url: str) -> Versions:
    """Versions of a server that will do.

    Raises
    ------
    ServerUnreachableError, PostgresTooOldError, PostgisTooOldError, DatabaseLettersError
        It will not; the message names what was found and what is needed.
    """
    with connect(url) as connection:
        major = connection.info.server_version // 10000
        found = _versions(connection)
    shown = masked(url)
    needed_postgis = ".".join(map(str, binaries.MIN_POSTGIS))
    if major < binaries.MIN_POSTGRES:
        raise PostgresTooOldError(url=shown, found=found.postgres, needed=binaries.MIN_POSTGRES)
    if found.postgis is None or binaries.version_of(found.postgis) < binaries.MIN_POSTGIS:
        raise PostgisTooOldError(url=shown, found=found.postgis or "-", needed=needed_postgis)
    if found.encoding != "UTF8" or found.ctype in ("C", "POSIX"):
        raise DatabaseLettersError(url=shown, encoding=found.encoding, ctype=found.ctype)
    return found


def _versions(connection: psycopg.Connection[tuple[Any, ...]]) -> Versions:
    row = connection.execute(
        """
        SELECT current_setting('server_version'),
               coalesce((SELECT extversion FROM pg_extension WHERE extname = 'postgis'),
                        (SELECT default_version FROM pg_available_extensions WHERE name = 'postgis')),
               current_setting('server_encoding'), datctype
        FROM pg_database WHERE datname = current_database()
        """
    ).fetchone()
    if row is None:
        raise ServerUnreachableError(url="-", reason="the server does not know its own database")
    return Versions(*row)


def prepare(private: cluster.Cluster) -> None:
    """Give a new private cluster the product's role, and its extensions to every database made from now on."""
    with connect(private.url("postgres", role=cluster.ADMIN)) as connection:
        if not connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", (cluster.ROLE,)).fetchone():
            # Not a superuser: the database's own protections must bind the product too.
            statement = sql.SQL("CREATE ROLE {} LOGIN CREATEDB PASSWORD {}")
            connection.execute(statement.format(sql.Identifier(cluster.ROLE), sql.Literal(private.password)))
    _add_extensions(private.url("template1", role=cluster.ADMIN))


def ensure_database(name: str | None = None) -> str:
    """Make a database with its extensions where there is none, and return its SQLAlchemy URL.

    Parameters
    ----------
    name
        None means the product's own: ``anju``, or the one that ``DATABASE_URL`` names.

    Raises
    ------
    NotAllowedError
        ``DATABASE_URL``'s account may not create databases or extensions; the message holds the statement.
    """
    external = settings.external_url()
    if external is None:
        private = cluster.start()
        name = name or settings.DATABASE
        _create(private.url("postgres", role=cluster.ADMIN), name, owner=cluster.ROLE)
        _add_extensions(private.url(name, role=cluster.ADMIN))
        return private.url(name)
    url = settings.database_url(name)
    maintenance = settings.with_database(url, "postgres")
    if not answers(url) and answers(maintenance):
        _create(maintenance, settings.database_name(url), owner=None)
    check(url)
    _add_extensions(url)
    return url


def drop_database(name: str) -> None:
    """Remove a database of the server, throwing out who is connected to it; no error where there is none."""
    with connect(_maintenance()) as connection:
        _drop(connection, name)


def put_in_place(new: str, name: str) -> None:
    """Drop the database ``name`` and give its name to ``new``; whoever is connected to either is thrown out."""
    with connect(_maintenance()) as connection:
        _drop(connection, name)
        statement = sql.SQL("ALTER DATABASE {} RENAME TO {}")
        _when_left(connection, statement.format(sql.Identifier(new), sql.Identifier(name)))


def _maintenance() -> str:
    external = settings.external_url()
    if external is not None:
        return settings.with_database(external, "postgres")
    return cluster.start().url("postgres", role=cluster.ADMIN)


def _drop(connection: psycopg.Connection[tuple[Any, ...]], name: str) -> None:
    statement = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
    try:
        _when_left(connection, statement)
    except psycopg.errors.InsufficientPrivilege:
        command = statement.as_string(connection)
        raise NotAllowedError(url=masked(_maintenance()), deed=f"drop {name}", command=command) from None


def _when_left(connection: psycopg.Connection[tuple[Any, ...]], statement: sql.Composed) -> None:
    """Run a statement that needs a database to itself; whoever was thrown out may take a while on a busy machine."""
    left: psycopg.errors.ObjectInUse | None = None
    for _ in range(LEAVING_TRIES):  # PostgreSQL itself waits five seconds in each
        try:
            connection.execute(statement)
        except psycopg.errors.ObjectInUse as error:
            left = error
        else:
            return
    raise BusyError(reason=left)


def _create(admin_url: str, name: str, *, owner: str | None) -> None:
    statement = sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name))
    if owner:
        statement += sql.SQL(" OWNER {}").format(sql.Identifier(owner))
    with connect(admin_url) as connection:
        if connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", (name,)).fetchone():
            return
        try:
            connection.execute(statement)
        except psycopg.errors.DuplicateDatabase:
            return
        except psycopg.errors.InsufficientPrivilege:
            raise NotAllowedError(
                url=masked(admin_url), deed=f"create the database {name}", command=statement.as_string(connection)
            ) from None


def _add_extensions(url: str) -> None:
    with connect(url) as connection:
        present = {row[0] for row in connection.execute("SELECT extname FROM pg_extension")}
        for extension in EXTENSIONS:
            if extension in present:
                continue
            statement = f"CREATE EXTENSION IF NOT EXISTS {extension}"
            try:
                connection.execute(statement)
            except psycopg.errors.InsufficientPrivilege:
                raise NotAllowedError(url=masked(url), deed=f"add {extension}", command=statement) from None
            except psycopg.errors.FeatureNotSupported:
                raise PostgisTooOldError(url=masked(url), found="-", needed="3.3") from None


def status() -> dict[str, Any]:
    """Whether the database is up and where it lies; plain values, no secret."""
    external = settings.external_url()
    if external is not None:
        return {"kind": "external", "url": masked(external), **_answer(external)}
    try:
        private = cluster.load()
    except cluster.ClusterMissingError:
        return {"kind": "private", "running": False, "made": False, "home": str(settings.home())}
    pid = cluster.postmaster_pid()
    told: dict[str, Any] = {
        "kind": "private",
        "made": True,
        "home": str(private.home),
        "data_dir": str(private.data_dir),
        "socket_dir": str(private.socket_dir),
        "port": private.port,
        "owner": private.owner,
        "pid": pid,
        "url": masked(private.url()),
    }
    answer = _answer(private.url("postgres", role=cluster.ADMIN)) if pid else {"running": False}
    return told | answer


def _answer(url: str) -> dict[str, Any]:
    try:
        found = check(url)
    except AnjuError as error:
        return {"running": not isinstance(error, ServerUnreachableError), "error": str(error)}
    return {"running": True, "postgres": found.postgres, "postgis": found.postgis}
