"""Where things live: the home folder, the database, the key, the evidence. Reads the environment, writes nothing."""

import os
from pathlib import Path
from urllib.parse import unquote

ROOT = Path(__file__).resolve().parent.parent
DATABASE = "anju"


def home() -> Path:
    """The folder of everything that is not code: ``ANJU_HOME``, else ``.anju`` beside the code."""
    given = os.environ.get("ANJU_HOME", "").strip()
    return Path(given).expanduser().resolve() if given else ROOT / ".anju"


def external_url() -> str | None:
    """``DATABASE_URL`` in SQLAlchemy's spelling, or None when the private cluster serves."""
    given = os.environ.get("DATABASE_URL", "").strip()
    if not given:
        return None
    scheme, separator, rest = given.partition("://")
    return f"postgresql+psycopg://{rest}" if separator and scheme.startswith("postgres") else given


def database_url(name: str | None = None) -> str:
    """SQLAlchemy URL of a database: ``DATABASE_URL``'s, else one on the private cluster.

    Parameters
    ----------
    name
        Another database on the same server; None means the product's own.

    Raises
    ------
    db.cluster.ClusterMissingError
        There is neither ``DATABASE_URL`` nor a private cluster yet.
    """
    external = external_url()
    if external is not None:
        return external if name is None else with_database(external, name)
    from db import cluster

    return cluster.load(home()).url(name or DATABASE)


def libpq_url(url: str) -> str:
    """The same URL as psycopg and psql read it, without SQLAlchemy's driver part."""
    return url.replace("postgresql+psycopg://", "postgresql://", 1)


def with_database(url: str, name: str) -> str:
    """The same server, another database; the query part (socket folder, port) stays."""
    head, _, query = url.partition("?")
    scheme, _, rest = head.partition("://")
    authority = rest.partition("/")[0]
    return f"{scheme}://{authority}/{name}" + (f"?{query}" if query else "")


def without_password(url: str) -> tuple[str, str]:
    """The URL without its password, and the password (unquoted; empty where there is none)."""
    head, at, tail = url.rpartition("@")
    scheme, separator, credentials = head.partition("://")
    user, _, password = credentials.partition(":")
    return (f"{scheme}{separator}{user}@{tail}", unquote(password)) if at else (url, "")


def database_name(url: str) -> str:
    """The database a URL names."""
    return url.partition("?")[0].partition("://")[2].partition("/")[2]


def site_url() -> str | None:
    """``ANJU_URL``, the address under which people reach the pages, without a slash at its end; None if not set."""
    return os.environ.get("ANJU_URL", "").strip().rstrip("/") or None


def own_address() -> str:
    """Where the pages listen on this machine, for want of an address that others reach."""
    host = os.environ.get("ANJU_ADDRESS", "").strip() or "127.0.0.1"
    port = os.environ.get("ANJU_PORT", "").strip() or "8501"
    return f"http://{host}:{port}"


def print_font() -> Path | None:
    """``ANJU_FONT``, the font file for printed sheets; None where the machine's own are looked for."""
    given = os.environ.get("ANJU_FONT", "").strip()
    return Path(given).expanduser() if given else None


def bulletin_template() -> Path | None:
    """``ANJU_BULLETIN``, the city's own Word template of the bulletin; None where it has none."""
    given = os.environ.get("ANJU_BULLETIN", "").strip()
    return Path(given).expanduser() if given else None


def key_file() -> Path:
    """The file of the key that encrypts identity numbers, unless ``ANJU_KEY`` holds it."""
    return home() / "key"


def upload_dir() -> Path:
    """The folder of files that somebody handed over and is working on; emptied whenever the app starts or ends."""
    return home() / "upload"


def escalate_seconds() -> float:
    """How often the application climbs the ladder of escalation; 0: never (``ANJU_ESCALATE_SECONDS``)."""
    return float(os.environ.get("ANJU_ESCALATE_SECONDS", "300"))


def sends() -> bool:
    """Whether the application sends messages out itself (``ANJU_SEND``; 0: ``python cli.py worker`` does)."""
    return os.environ.get("ANJU_SEND", "1").strip() != "0"


def evidence_dir() -> Path:
    """The folder of photographs and other evidence, named by their SHA-256."""
    given = os.environ.get("ANJU_EVIDENCE", "").strip()
    return Path(given).expanduser().resolve() if given else home() / "evidence"
