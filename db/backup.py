"""The whole record in one file and back: PostgreSQL's custom format, by the programs of the server's own version."""

import os
import subprocess
import tempfile
from pathlib import Path

from db import binaries, server, settings
from gis.errors import AnjuError


class BackupFailedError(AnjuError):
    """{program} failed: {reason}."""


def write(file: Path) -> int:
    """Write the record into a file that only its owner may read; its size in bytes. A cut-off backup leaves none."""
    url = server.ensure_database()
    unfinished = file.with_name(file.name + ".unfinished")
    unfinished.unlink(missing_ok=True)
    os.close(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    # Only our own schema: the extensions are the server's, and its administrator's to make.
    ours = ("--schema=public", "--exclude-table=public.spatial_ref_sys", "--no-owner", "--no-acl")
    _run("pg_dump", url, "--format=custom", *ours, f"--file={unfinished}")
    unfinished.replace(file)
    return file.stat().st_size


def restore(file: Path) -> None:
    """Put a backup in the place of the record; it is restored beside it first, so a failure leaves the record alone."""
    contents = _run("pg_restore", None, "--list", str(file))
    name = settings.database_name(settings.external_url() or "") or settings.DATABASE
    beside = f"{name}_restoring"
    server.drop_database(beside)
    url = server.ensure_database(beside)
    with tempfile.NamedTemporaryFile("w", suffix=".list") as chosen:
        # A new database has its public schema already.
        chosen.writelines(line for line in contents.splitlines(True) if " SCHEMA - public " not in line)
        chosen.flush()
        words = ("--single-transaction", "--exit-on-error", "--no-owner", "--no-acl", f"--use-list={chosen.name}")
        _run("pg_restore", url, *words, str(file))
    server.put_in_place(beside, name)


def _run(program: str, url: str | None, *words: str) -> str:
    shown, password = settings.without_password(settings.libpq_url(url)) if url else ("", "")
    where = [f"--dbname={shown}"] if url else []
    done = subprocess.run(
        [_program(program), *where, *words],
        env=os.environ | ({"PGPASSWORD": password} if password else {}),
        check=False,
        capture_output=True,
        text=True,
    )
    if done.returncode != 0:
        raise BackupFailedError(program=program, reason=done.stderr.strip() or f"exit {done.returncode}")
    return done.stdout


def _program(name: str) -> str:
    return next((one.program(name) for one in binaries.installed() if Path(one.program(name)).exists()), name)
