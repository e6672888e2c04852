"""GeoPackage and zipped shapefile."""

import struct
import tempfile
import zipfile
from collections.abc import Callable
from pathlib import Path, PurePosixPath
from typing import Any

import numpy as np
import pyogrio
import shapely

from exchange.archives import open_archive, read_chunks
from exchange.errors import DamagedFile, SheetMissing, TooManyColumns, UnknownFormat
from exchange.table import MAX_COLUMNS, Damage, SourceRow, Table, cell_too_long

_PARTS = (".shp", ".shx", ".dbf", ".prj", ".cpg")
_TRANSPARENT = "ISO-8859-1"
_GB_NAMES = ("GB", "936")
_UNDEFINED = "undefined"
_CUT_SHARE = 0.3


def read_geopackage(path: Path, *, layer: str | None) -> Table:
    """One layer of a GeoPackage: the one asked for, otherwise the first; the note ``other_layers`` names the rest."""
    try:
        names = [str(name) for name in pyogrio.list_layers(path)[:, 0]]
    except (pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError, OSError) as error:
        raise DamagedFile(name=path.name, detail=str(error)) from error
    if layer is not None and layer not in names:
        raise SheetMissing(name=path.name, sheet=layer, sheets=", ".join(names))
    chosen = layer or (names[0] if names else None)
    table = _read(path, path.name, form="gpkg", layer=chosen)
    others = [name for name in names if name != chosen]
    if others and layer is None:
        table.notes.append(("other_sheets", {"sheet": chosen, "others": ", ".join(others)}))
    return table


def read_zipped_shapefile(path: Path, *, layer: str | None) -> Table:
    """One shapefile out of a zip, its text in the encoding of its .cpg or, without one, as its bytes show."""
    with open_archive(path) as archive, tempfile.TemporaryDirectory() as folder:
        _unpack(archive, _stem(archive, layer, path), Path(folder), path)
        return _read_shapefile(Path(folder), path)


def _stem(archive: zipfile.ZipFile, layer: str | None, path: Path) -> str:
    shapes = sorted(name[:-4] for name in archive.namelist() if name.lower().endswith(".shp"))
    if layer is not None:
        shapes = [stem for stem in shapes if PurePosixPath(stem).name == layer]
    if not shapes:
        if layer is not None:
            raise SheetMissing(name=path.name, sheet=layer, sheets=", ".join(archive.namelist()))
        raise UnknownFormat(name=path.name)
    return shapes[0]


def _unpack(archive: zipfile.ZipFile, stem: str, folder: Path, path: Path) -> None:
    """Write the parts under names of our own: a member's name may point anywhere."""
    for member in archive.namelist():
        suffix = member[-4:].lower()
        if member[:-4] == stem and suffix in _PARTS:
            with (folder / f"layer{suffix}").open("wb") as target:
                for chunk in read_chunks(archive, member, path=path):
                    target.write(chunk)


def _read_shapefile(folder: Path, path: Path) -> Table:
    attributes = folder / "layer.dbf"
    encoding = _dbf_encoding(attributes, folder / "layer.cpg")
    table = _read(folder / "layer.shp", path.name, form="shp", encoding=_TRANSPARENT, decode=_decoder(encoding))
    table.encoding = encoding
    if not (folder / "layer.prj").exists():
        table.crs = None
        table.notes.append(("shp_without_prj", {}))
    return table


def _dbf_encoding(attributes: Path, declared: Path) -> str:
    name = declared.read_text("latin-1").strip().upper() if declared.exists() else ""
    if name:
        return "gb18030" if any(mark in name for mark in _GB_NAMES) else "utf-8"
    data = attributes.read_bytes() if attributes.exists() else b""
    return "utf-8" if _mostly_utf8(_dbf_text(data)) else "gb18030"


def _mostly_utf8(data: bytes) -> bool:
    """UTF-8 but for characters cut off where a field of fixed width ends; GB18030 breaks at every character."""
    text = data.decode("utf-8", errors="replace")
    broken = text.count("\ufffd")
    return broken <= _CUT_SHARE * sum(1 for char in text if not char.isascii())


def _dbf_text(data: bytes) -> bytes:
    """The field names and records of a dBase table without its binary header numbers."""
    if len(data) < 32:
        return b""
    (header_bytes,) = struct.unpack_from("<H", data, 8)
    names = b"\n".join(data[at : at + 11].split(b"\0")[0] for at in range(32, header_bytes - 1, 32))
    return names + b"\n" + data[header_bytes:].rstrip(b"\x1a")


def _decoder(encoding: str) -> Callable[[str], str]:
    """Undo the byte-for-byte reading: a character cut off at a field's end becomes a mark, not a crash."""

    def decode(text: str) -> str:
        return text.encode("latin-1", errors="replace").decode(encoding, errors="replace")

    return decode


def _read(
    source: Path,
    name: str,
    *,
    form: str,
    layer: str | None = None,
    encoding: str | None = None,
    decode: Callable[[str], str] | None = None,
) -> Table:
    try:
        meta, _fids, shapes, columns = pyogrio.raw.read(
            source, layer=layer, encoding=encoding, force_2d=True, datetime_as_string=True
        )
    except (pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError, UnicodeDecodeError, ValueError) as error:
        raise DamagedFile(name=name, detail=str(error)) from error
    headers = tuple(decode(field).rstrip("\ufffd") if decode else str(field) for field in meta["fields"])
    if len(headers) > MAX_COLUMNS:
        raise TooManyColumns(name=name, count=len(headers), limit=MAX_COLUMNS)
    cells = [[_plain(cell, decode) for cell in column] for column in columns]
    rows = _rows(cells, shapes, count=len(shapes) if shapes is not None else len(cells[0]) if cells else 0)
    return Table(headers, rows, form, _crs(meta["crs"]), "utf-8", shapes is not None)


def _crs(declared: str | None) -> str | None:
    return None if declared is None or _UNDEFINED in declared.lower() else declared


def _plain(cell: Any, decode: Callable[[str], str] | None) -> Any:
    if isinstance(cell, str):
        return decode(cell) if decode else cell
    if isinstance(cell, np.datetime64):
        return None if np.isnat(cell) else str(cell)
    if isinstance(cell, np.generic):
        cell = cell.item()
    return None if isinstance(cell, float) and cell != cell else cell  # noqa: PLR0124


def _rows(columns: list[list[Any]], shapes: Any, *, count: int) -> list[SourceRow]:
    outlines = shapely.from_wkb(shapes, on_invalid="ignore") if shapes is not None else [None] * count
    cells = zip(*columns, strict=True) if columns else ([] for _ in range(count))
    rows = []
    for number, (row, outline) in enumerate(zip(cells, outlines, strict=True), 1):
        damage = cell_too_long(row) or _spoilt(row)
        if outline is None and shapes is not None and shapes[number - 1] is not None:
            damage = damage or Damage("geometry_unreadable")
        rows.append(SourceRow(number, row, outline, damage))
    return rows


def _spoilt(row: Any) -> Damage | None:
    for index, cell in enumerate(row):
        if isinstance(cell, str) and "\ufffd" in cell:
            return Damage("encoding", index, cell[:40], (("encoding", "DBF"),))
    return None
