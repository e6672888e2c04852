"""Zip files (a .xlsx is one too): what they may unpack to, checked before anything is believed."""

import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path

from exchange.errors import DamagedFile, PasswordProtected, ZipBomb

MAX_UNPACKED_BYTES = 1024 * 1024 * 1024
MAX_RATIO = 400
RATIO_COUNTS_FROM_BYTES = 16 * 1024 * 1024
MAX_MEMBERS = 10_000
CHUNK_BYTES = 1024 * 1024


def open_archive(path: Path) -> zipfile.ZipFile:
    """A zip whose central directory promises a bearable size; raises ``ZipBomb`` or ``DamagedFile``."""
    try:
        archive = zipfile.ZipFile(path)
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise DamagedFile(name=path.name, detail=str(error)) from error
    members = archive.infolist()
    _refuse_bomb(path, sum(member.file_size for member in members), count=len(members))
    for member in members:
        _refuse_bomb(path, member.file_size, packed=member.compress_size)
        if member.flag_bits & 1:
            raise PasswordProtected(name=path.name)
    return archive


def read_chunks(archive: zipfile.ZipFile, member: str, *, path: Path) -> Iterator[bytes]:
    """One member piece by piece, stopping as soon as more comes out than was promised or is bearable."""
    read = 0
    try:
        with archive.open(member) as stream:
            while chunk := stream.read(CHUNK_BYTES):
                read += len(chunk)
                _refuse_bomb(path, read, packed=archive.getinfo(member).compress_size)
                yield chunk
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError) as error:
        raise DamagedFile(name=path.name, detail=str(error)) from error


def read_member(archive: zipfile.ZipFile, member: str, *, path: Path) -> bytes:
    """The whole of one member, under the same caps as ``read_chunks``."""
    return b"".join(read_chunks(archive, member, path=path))


def _refuse_bomb(path: Path, unpacked: int, *, packed: int | None = None, count: int = 0) -> None:
    packed = path.stat().st_size if packed is None else packed
    swollen = unpacked > RATIO_COUNTS_FROM_BYTES and unpacked > MAX_RATIO * max(packed, 1)
    if unpacked > MAX_UNPACKED_BYTES or swollen or count > MAX_MEMBERS:
        raise ZipBomb(name=path.name, unpacked_mb=unpacked // 2**20, packed_mb=round(packed / 2**20, 1))
