"""The private PostgreSQL cluster under the home folder: made, started, stopped, told about.

It listens on a Unix socket and a loopback port (never 5432), both behind a password that only its user
can read. It comes back after ``kill -9`` of any of its processes, with a stale pid file, with a pid that
another program got since, and with a port that was taken meanwhile.
"""

import fcntl
import json
import os
import pwd
import re
import secrets
import shutil
import subprocess
import tempfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from urllib.parse import quote

from db import binaries, host, settings
from gis.errors import AnjuError

ROLE = "anju"
ADMIN = "anju_admin"
SOCKET_PATH_LIMIT = 107 - len("/.s.PGSQL.54999.lock")
START_SECONDS = 300
ORPHAN_SECONDS = 20
FALLBACK = Path("/var/lib/anju-grid")
CONFIGURATION = Path(__file__).with_name("cluster.conf")


class ClusterMissingError(AnjuError):
    """There is no private database under {home} yet: run 'python cli.py db start', or set DATABASE_URL."""


class ClusterFailedError(AnjuError):
    """PostgreSQL refused to {deed}: {reason} (log: {log})."""


class ClusterUnreadableError(AnjuError):
    """{data_dir} holds a database, but {file} with its password is missing or damaged: restore that file."""


@dataclass(frozen=True)
class Cluster:
    """Where a private cluster lies and how to reach it; ``data_dir`` and ``socket_dir`` are absolute."""

    home: Path
    data_dir: Path
    socket_dir: Path
    port: int
    owner: str | None
    password: str
    ready: bool = False

    @property
    def log_dir(self) -> Path:
        """The folder of the server's logs."""
        return self.data_dir.parent / "log"

    def url(self, name: str = settings.DATABASE, *, role: str = ROLE) -> str:
        """SQLAlchemy URL through the Unix socket."""
        where = f"host={quote(str(self.socket_dir), safe='')}&port={self.port}"
        return f"postgresql+psycopg://{role}:{self.password}@/{name}?{where}"

    def tcp_url(self, name: str = settings.DATABASE) -> str:
        """URL through the loopback port, for QGIS and other programs on this machine."""
        return f"postgresql://{ROLE}:{self.password}@127.0.0.1:{self.port}/{name}"


def load(home: Path | None = None) -> Cluster:
    """The cluster recorded in ``cluster.json``.

    Raises
    ------
    ClusterMissingError
        None was made yet.
    ClusterUnreadableError
        The record cannot be read.
    """
    home = home or settings.home()
    file = home / "cluster.json"
    try:
        kept = json.loads(file.read_text(encoding="utf-8"))
        paths = {key: home / kept.pop(key) for key in ("data_dir", "socket_dir")}
        return Cluster(home=home, **paths, **kept)
    except FileNotFoundError:
        raise ClusterMissingError(home=home) from None
    except (ValueError, TypeError, KeyError):
        raise ClusterUnreadableError(data_dir=home / "pg", file=file) from None


def start(home: Path | None = None) -> Cluster:
    """Make the cluster where there is none, start it where it is down, and return it ready to be connected to.

    Raises
    ------
    db.binaries.PostgresMissingError
        No suitable PostgreSQL and PostGIS on this machine.
    ClusterFailedError
        PostgreSQL would not start; the message holds the end of its log.
    """
    home = home or settings.home()
    _make_home(home)
    with _locked(home):
        cluster = _load_or_make(home)
        if not _postmaster(cluster):
            cluster = _start_stopped(cluster)
        _wait_until_answering(cluster)
        return cluster if cluster.ready else _make_ready(cluster)


def stop(home: Path | None = None) -> bool:
    """Stop the cluster, rolling back what is open; returns whether it was running."""
    home = home or settings.home()
    if not (home / "cluster.json").exists():
        return False
    with _locked(home):
        cluster = load(home)
        if not _postmaster(cluster):
            return False
        done = _run(cluster, "pg_ctl", "stop", "-D", str(cluster.data_dir), "-m", "fast", "-w", "-t", "120")
        if done.returncode != 0:
            raise ClusterFailedError(deed="stop", reason=done.stderr.strip(), log=cluster.log_dir)
        return True


def server_url() -> str:
    """URL of the server on which databases may be made and dropped; starts the private one where it is down."""
    external = settings.external_url()
    return external if external is not None else start().url("postgres")


def postmaster_pid(home: Path | None = None) -> int | None:
    """Process id of the running server, or None."""
    try:
        return _postmaster(load(home))
    except ClusterMissingError:
        return None


def _make_home(home: Path) -> None:
    home.mkdir(parents=True, exist_ok=True)
    if os.geteuid() == 0 and not home.stat().st_mode & 0o001:
        home.chmod(0o711)


@contextmanager
def _locked(home: Path) -> Iterator[None]:
    with (home / "cluster.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _load_or_make(home: Path) -> Cluster:
    try:
        cluster = load(home)
    except ClusterMissingError:
        if (home / "pg" / "data" / "PG_VERSION").exists():
            raise ClusterUnreadableError(data_dir=home / "pg", file=home / "cluster.json") from None
        cluster = _save(_plan(home))
    if not (cluster.data_dir / "PG_VERSION").exists():
        _initdb(cluster)
        cluster = _save(replace(cluster, ready=False))
    return cluster


def _plan(home: Path) -> Cluster:
    owner = host.owner()
    base = home / "pg"
    if not host.reachable(home, owner):
        base = FALLBACK / secrets.token_hex(6)
        FALLBACK.mkdir(mode=0o755, parents=True, exist_ok=True)
    return Cluster(
        home=home,
        data_dir=base / "data",
        socket_dir=_socket_dir(base),
        port=host.free_port(host.FIRST_PORT + zlib.crc32(str(home).encode()) % (host.LAST_PORT - host.FIRST_PORT)),
        owner=owner,
        password=secrets.token_hex(24),
    )


def _socket_dir(base: Path) -> Path:
    """A folder whose name fits the kernel's 107 bytes for a socket and PostgreSQL's list syntax."""
    wanted = base / "run"
    short = len(os.fsencode(wanted)) <= SOCKET_PATH_LIMIT
    if short and re.fullmatch(r"[\w./+-]+", str(wanted), re.ASCII):
        return wanted
    return Path(tempfile.mkdtemp(prefix="anju-", dir="/tmp"))


def _save(cluster: Cluster) -> Cluster:
    kept = asdict(cluster)
    del kept["home"]
    for key in ("data_dir", "socket_dir"):
        path = kept[key]
        kept[key] = str(path.relative_to(cluster.home) if path.is_relative_to(cluster.home) else path)
    _write_private(cluster.home / "cluster.json", json.dumps(kept, indent=2) + "\n", owner=None)
    return cluster


def _write_private(file: Path, text: str, *, owner: str | None) -> None:
    """Put a file in place whole, readable by its owner only."""
    new = file.with_name(file.name + ".new")
    new.unlink(missing_ok=True)
    with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as out:
        out.write(text)
    _give(new, owner)
    new.replace(file)


def _give(path: Path, owner: str | None) -> None:
    if owner is not None:
        shutil.chown(path, user=owner, group=pwd.getpwnam(owner).pw_gid)


def _make_dir(path: Path, owner: str | None) -> None:
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    _give(path, owner)
    path.chmod(0o700)


def _initdb(cluster: Cluster) -> None:
    base = cluster.data_dir.parent
    unfinished = base / "data.new"
    shutil.rmtree(unfinished, ignore_errors=True)
    for folder in (base, cluster.log_dir):
        _make_dir(folder, cluster.owner)
    secret = base / "password"
    _write_private(secret, cluster.password, owner=cluster.owner)
    try:
        _initdb_into(cluster, unfinished, secret)
    finally:
        secret.unlink(missing_ok=True)
    unfinished.replace(cluster.data_dir)


def _initdb_into(cluster: Cluster, folder: Path, secret: Path) -> None:
    # Trigrams see Chinese letters only under a UTF-8 character type; C collation keeps codes in byte order.
    done = _run(
        cluster,
        "initdb",
        *("-D", str(folder), "-U", ADMIN, f"--pwfile={secret}", "-A", "scram-sha-256", "-E", "UTF8"),
        *("--locale-provider=libc", "--locale=C.UTF-8", "--lc-collate=C", "--data-checksums"),
    )
    if done.returncode != 0:
        raise ClusterFailedError(deed="make a cluster", reason=done.stderr.strip(), log=cluster.log_dir)
    with (folder / "postgresql.conf").open("a", encoding="utf-8") as conf:
        conf.write("include = 'anju.conf'\n")


def _start_stopped(cluster: Cluster) -> Cluster:
    _wait_for_orphans(cluster)
    (cluster.data_dir / "postmaster.pid").unlink(missing_ok=True)
    for _ in range(5):
        cluster = _place(cluster)
        done = _run(
            cluster,
            "pg_ctl",
            *("start", "-D", str(cluster.data_dir), "-l", str(cluster.log_dir / "start.log")),
            *("-w", "-t", str(START_SECONDS)),
        )
        if done.returncode == 0:
            return cluster
        if host.port_is_free(cluster.port):
            break
    raise ClusterFailedError(deed="start", reason=_last_words(cluster, done), log=cluster.log_dir / "start.log")


def _wait_for_orphans(cluster: Cluster) -> None:
    """A killed postmaster's children go by themselves within seconds; starting before would be refused."""
    if not host.within(ORPHAN_SECONDS, lambda: not host.processes(cluster.data_dir)):
        raise ClusterFailedError(
            deed="start",
            reason=f"processes {host.processes(cluster.data_dir)} still hold its data",
            log=cluster.log_dir,
        )


def _place(cluster: Cluster) -> Cluster:
    """Settle the port and the socket folder for this start and write them down."""
    if not host.port_is_free(cluster.port):
        cluster = replace(cluster, port=host.free_port(cluster.port + 1))
    if not _is_ours(cluster.socket_dir, cluster.owner):
        cluster = replace(cluster, socket_dir=_socket_dir(cluster.data_dir.parent))
    for folder in (cluster.socket_dir, cluster.log_dir):
        _make_dir(folder, cluster.owner)
    for stale in cluster.socket_dir.glob(".s.PGSQL.*"):
        stale.unlink()
    (cluster.log_dir / "start.log").unlink(missing_ok=True)
    _write_private(cluster.data_dir / "anju.conf", _configuration(cluster), owner=cluster.owner)
    return _save(cluster)


def _is_ours(folder: Path, owner: str | None) -> bool:
    """Whether the folder is no link and belongs to the server's account (others may plant one under /tmp)."""
    uid = pwd.getpwnam(owner).pw_uid if owner else os.geteuid()
    return folder.is_dir() and not folder.is_symlink() and folder.stat().st_uid == uid


def _configuration(cluster: Cluster) -> str:
    memory_mb = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2**20
    return CONFIGURATION.read_text(encoding="utf-8").format(
        port=cluster.port,
        socket_dir=cluster.socket_dir,
        log_dir=str(cluster.log_dir).replace("'", "''"),
        shared_buffers_mb=max(128, min(1024, memory_mb // 4)),
        effective_cache_size_mb=max(256, memory_mb // 2),
    )


def _last_words(cluster: Cluster, done: subprocess.CompletedProcess[str]) -> str:
    logs = sorted(cluster.log_dir.glob("*.log"), key=lambda file: file.stat().st_mtime)
    lines = [line for log in logs[-2:] for line in log.read_text(errors="replace").splitlines()[-6:]]
    return " | ".join(lines[-10:]) or done.stderr.strip() or done.stdout.strip()


def _postmaster(cluster: Cluster) -> int | None:
    """The pid in postmaster.pid if that process really is this cluster's server."""
    try:
        pid = int((cluster.data_dir / "postmaster.pid").read_text().split("\n", 1)[0])
    except (OSError, ValueError):
        return None
    return pid if pid in host.processes(cluster.data_dir) else None


def _run(cluster: Cluster, program: str, *args: str) -> subprocess.CompletedProcess[str]:
    data_dir = cluster.data_dir
    written = data_dir / "PG_VERSION"
    major = int(written.read_text()) if written.exists() else None
    chosen = binaries.choose(major=major, data_dir=data_dir)
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PG", "LC_", "LANG"))}
    return subprocess.run(
        [chosen.program(program), *args],
        check=False,
        capture_output=True,
        text=True,
        cwd="/",
        env=kept | {"LC_ALL": "C.UTF-8", "LC_MESSAGES": "C"},
        **host.as_owner(cluster.owner),
    )


def _wait_until_answering(cluster: Cluster) -> None:
    from db import server

    def answers() -> bool:
        try:
            server.connect(cluster.url("postgres", role=ADMIN)).close()
        except server.ServerUnreachableError as error:
            if "password authentication failed" in error.fields["reason"]:
                raise ClusterUnreadableError(data_dir=cluster.data_dir, file=cluster.home / "cluster.json") from None
            return False
        return True

    if not host.within(START_SECONDS, answers):
        raise ClusterFailedError(deed="answer", reason="it is up but takes no connection", log=cluster.log_dir)


def _make_ready(cluster: Cluster) -> Cluster:
    from db import server

    server.prepare(cluster)
    return _save(replace(cluster, ready=True))
