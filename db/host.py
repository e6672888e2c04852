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
    done = subprocess.run(["test", "-x", str(folder)], check=False, **as_owner(owner))
    return done.returncode == 0


def free_port(first: int) -> int:
    for offset in range(LAST_PORT - FIRST_PORT + 1):
        port = FIRST_PORT + (first - FIRST_PORT + offset) % (LAST_PORT - FIRST_PORT + 1)
        if port_is_free(port):
            return port
    raise PortsTakenError(first=FIRST_PORT, last=LAST_PORT)


def port_is_free(port: int) -> bool:
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
        return state not in "ZX" and Path(os.readlink(process / "cwd")) == data_dir.resolve()
    except (OSError, IndexError):
        return False


def as_owner(owner: str | None) -> dict[str, Any]:
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
