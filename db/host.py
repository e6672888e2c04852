"""What this machine offers a server: an account to run it, a free port, and which processes hold its data."""

import os
import pwd
import socket
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from gis.errors import AnjuError

OWNERS = ("postgres", "anju")
FIRST_PORT, LAST_PORT = 54320, 54999


class OwnerMissingError(AnjuError):
    """PostgreSQL does not run as root, and none of the accounts {names} exists to run it."""


class PortsTakenError(AnjuError):
    """The ports {first}-{last} of 127.0.0.1 are all taken."""


def owner() -> str | None:
    """The account the server runs as; None means the caller's own (who is not root)."""
    if os.geteuid() != 0:
        return None
    for name in OWNERS:
        try:
            return pwd.getpwnam(name).pw_name
        except KeyError:
            continue
    raise OwnerMissingError(names=" / ".join(OWNERS))


def reachable(folder: Path, owner: str | None) -> bool:
    """Whether that account may enter the folder."""
    done = subprocess.run(["test", "-x", str(folder)], check=False, **as_owner(owner))
    return done.returncode == 0


def free_port(first: int) -> int:
    """The first free loopback port from ``first`` on, round the range; raises ``PortsTakenError``."""
    for offset in range(LAST_PORT - FIRST_PORT + 1):
        port = FIRST_PORT + (first - FIRST_PORT + offset) % (LAST_PORT - FIRST_PORT + 1)
        if port_is_free(port):
            return port
    raise PortsTakenError(first=FIRST_PORT, last=LAST_PORT)


def port_is_free(port: int) -> bool:
    """Whether nobody listens on that loopback port."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def processes(data_dir: Path) -> list[int]:
    """PostgreSQL processes that work in this data folder (each has it as its working folder)."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and _works_in(entry, data_dir):
            found.append(int(entry.name))
    return found


def _works_in(process: Path, data_dir: Path) -> bool:
    try:
        state = (process / "stat").read_text().rpartition(")")[2].split()[0]
        if state in "ZX" or (process / "comm").read_text().strip() != "postgres":
            return False
        return _working_folder(process) == data_dir.resolve()
    except (OSError, IndexError):
        return False


def _working_folder(process: Path) -> Path:
    """Where a process works; in a container root may not look at others', so it asks as that account."""
    link = process / "cwd"
    try:
        return link.readlink()
    except PermissionError:
        if os.geteuid() != 0:
            raise
    account = as_owner(pwd.getpwuid(process.stat().st_uid).pw_name)
    shown = subprocess.run(["readlink", str(link)], check=False, capture_output=True, text=True, **account)
    return Path(shown.stdout.strip())


def as_owner(owner: str | None) -> dict[str, Any]:
    """Arguments that make ``subprocess.run`` run as that account; none for the caller's own."""
    if owner is None:
        return {}
    account = pwd.getpwnam(owner)
    return {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}


def within(seconds: float, done: Callable[[], bool]) -> bool:
    """Ask until the answer is yes or the time is up."""
    until = time.monotonic() + seconds
    while not done():
        if time.monotonic() > until:
            return False
        time.sleep(0.05)
    return True
