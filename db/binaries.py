"""The PostgreSQL and PostGIS programs that this machine has, and a clear word when they are missing."""

import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from gis.errors import AnjuError

MIN_POSTGRES = 15
MIN_POSTGIS = (3, 3)
FOLDERS = ("/usr/lib/postgresql/*/bin", "/usr/pgsql-*/bin", "/usr/local/pgsql/bin")


class PostgresMissingError(AnjuError):
    """No PostgreSQL >= {needed} with PostGIS >= {needed_postgis} here (found: {found}). Install it: {command}."""


class OtherMajorError(AnjuError):
    """The data in {data_dir} need PostgreSQL {major} (found: {found}): install postgresql-{major}-postgis-3."""


@dataclass(frozen=True)
class Binaries:
    """One installed PostgreSQL server with the PostGIS that it can load (None when it has none)."""

    folder: Path
    major: int
    postgis: str | None

    def program(self, name: str) -> str:
        """Path of one of its programs."""
        return str(self.folder / name)

    @property
    def fits(self) -> bool:
        """Whether the product can run on it."""
        return self.major >= MIN_POSTGRES and self.postgis is not None and version_of(self.postgis) >= MIN_POSTGIS

    def __str__(self) -> str:
        return f"PostgreSQL {self.major} with " + (f"PostGIS {self.postgis}" if self.postgis else "no PostGIS")


def version_of(text: str) -> tuple[int, int]:
    """Major and minor of a version text such as ``3.3.2+dfsg`` or ``17``; (0, 0) when there is none."""
    match = re.search(r"(\d+)(?:\.(\d+))?", text)
    return (int(match[1]), int(match[2] or 0)) if match else (0, 0)


def installed() -> list[Binaries]:
    """Every PostgreSQL server found, the newest first; ``ANJU_PG_BIN`` names one folder and hides the rest."""
    given = os.environ.get("ANJU_PG_BIN", "").strip()
    folders = [Path(given)] if given else _candidate_folders()
    found = {folder.resolve(): _read(folder.resolve()) for folder in folders if (folder / "initdb").exists()}
    return sorted((one for one in found.values() if one), key=lambda one: one.major, reverse=True)


def choose(*, major: int | None = None, data_dir: Path | None = None) -> Binaries:
    """The newest server that fits, or the one of ``major`` when the data were written by that version.

    Raises
    ------
    PostgresMissingError
        Nothing fits; the message names what was found and the command that installs the rest.
    OtherMajorError
        Data of another major version, whose programs are not here.
    """
    every = installed()
    fitting = [one for one in every if one.fits and major in (None, one.major)]
    if fitting:
        return fitting[0]
    found = ", ".join(map(str, every)) or "none"
    if major is not None and any(one.fits for one in every):
        raise OtherMajorError(data_dir=data_dir, major=major, found=found)
    raise PostgresMissingError(
        needed=MIN_POSTGRES,
        needed_postgis=".".join(map(str, MIN_POSTGIS)),
        found=found,
        command="tools/system.sh postgres (or: make run)",
    )


def _candidate_folders() -> list[Path]:
    on_path = shutil.which("initdb")
    globbed = [found for pattern in FOLDERS for found in Path("/").glob(pattern.lstrip("/"))]
    return globbed + ([Path(on_path).resolve().parent] if on_path else [])


def _read(folder: Path) -> Binaries | None:
    major = _major_of(folder)
    if major is None:
        return None
    return Binaries(folder=folder, major=major, postgis=_postgis_of(folder, major))


def _major_of(folder: Path) -> int | None:
    named = re.search(r"/(?:postgresql/|pgsql-)(\d+)/", f"{folder}/")
    if named:
        return int(named[1])
    printed = subprocess.run([folder / "postgres", "--version"], capture_output=True, text=True, check=False).stdout
    return version_of(printed)[0] or None


def _postgis_of(folder: Path, major: int) -> str | None:
    for share in (
        Path(f"/usr/share/postgresql/{major}"),
        folder.parent / "share",
        folder.parent / "share" / "postgresql",
    ):
        control = share / "extension" / "postgis.control"
        if control.exists():
            match = re.search(r"default_version\s*=\s*'([^']+)'", control.read_text(encoding="utf-8"))
            return match[1] if match else None
    return None
