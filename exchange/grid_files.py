"""Files of grids, in and out: GeoPackage, GeoJSON and zipped shapefile, in whatever system they say they are in."""

import tempfile
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pyogrio
import shapely

from exchange.errors import CannotWrite, ExchangeError, UnknownFormat, UnknownOutput
from exchange.reading import read_table
from exchange.table import Table
from exchange.values import clean_text
from gis.crs import STORAGE, UnknownCrsError, parse_crs, to_storage

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

TYPES = ["gpkg", "geojson", "zip"]
COLUMNS = {
    "code": ("code", "grid_code", "gridcode", "网格编码", "网格代码", "网格编号", "编码", "代码"),
    "name": ("name", "grid_name", "名称", "网格名称", "网格名"),
    "kind": ("kind", "grid_kind", "类型", "网格类型", "类别"),
    "village": ("village", "village_code", "村代码", "村社区代码", "社区代码", "所属村代码"),
}  # fmt: skip
KINDS = {"special": "special", "专属": "special", "专属网格": "special", "专属格": "special", "专业网格": "special"}
_DRIVERS = {".gpkg": "GPKG", ".geojson": "GeoJSON", ".zip": "ESRI Shapefile"}
LAYER = "grids"


class FileWithoutCrs(ExchangeError):
    """{name} says in no coordinate system where its shapes lie; name it (EPSG:4490, EPSG:4549, GCJ-02 ...)."""


class UnreadableShape(ExchangeError):
    """{name}, row {row}: the outline cannot be read or holds no polygon; draw it again as one."""


def read_grid_file(path: Path | str, *, crs: str | None = None) -> "GeoDataFrame":
    """Polygons of a .gpkg, .geojson or zipped .shp in EPSG:4490: code, name, kind ('base', 'special'), village.

    Texts that the file lacks are empty, and the village is that of the code where only that is given; the index is the
    file's own numbering of rows. ``crs`` is the system the coordinates are in, whatever the file says; left out, it is
    what the file declares (a GeoJSON that declares none is WGS 84). Broken polygons come in as they are.

    Raises ``FileWithoutCrs``, ``UnreadableShape``, ``gis.crs.UnknownCrsError``, or what ``read_table`` raises.
    """
    from geopandas import GeoDataFrame

    path = Path(path)
    table = read_table(path)
    if not table.has_geometry:
        raise UnknownFormat(name=path.name)
    source = crs or table.crs
    if not source:
        raise FileWithoutCrs(name=path.name)
    shapes = stored(_shapes(table, path), parse_crs(source))
    texts = {column: _texts(table, names) for column, names in COLUMNS.items()}
    texts["kind"] = [KINDS.get(kind.lower(), "base") for kind in texts["kind"]]
    texts["village"] = [village or code[:12] for village, code in zip(texts["village"], texts["code"], strict=True)]
    return GeoDataFrame(texts, geometry=list(shapes), crs=STORAGE, index=[row.number for row in table.rows])


def _shapes(table: Table, path: Path) -> npt.NDArray[np.object_]:
    shapes = np.asarray([row.geometry for row in table.rows], dtype=object)
    for row, shape in zip(table.rows, shapes, strict=True):
        if shape is not None and shape.geom_type not in ("Polygon", "MultiPolygon"):
            raise UnreadableShape(name=path.name, row=row.number)
        if shape is None and row.damage is not None:
            raise UnreadableShape(name=path.name, row=row.number)
    return shapes


def stored(shapes: npt.NDArray[np.object_], source: str) -> npt.NDArray[np.object_]:
    """Shapes in the storage system; neighbours keep the corners they share, as each corner is converted alike."""
    if source == STORAGE:
        return shapes
    corners = shapely.get_coordinates(shapes)
    lon, lat = to_storage(corners[:, 0], corners[:, 1], source=source)
    if not np.isfinite(np.asarray(lon)).all():
        raise UnknownCrsError(text=source)
    return np.asarray(shapely.set_coordinates(shapes.copy(), np.c_[lon, lat]))


def _texts(table: Table, names: tuple[str, ...]) -> list[str]:
    at = next((index for index, header in enumerate(table.headers) if header.strip().lower() in names), None)
    cells = [row.cells[at] if at is not None and at < len(row.cells) else None for row in table.rows]
    return ["" if cell is None else clean_text(_whole(cell)) for cell in cells]


def _whole(cell: object) -> object:
    """A code that a GIS program kept as a number."""
    return int(cell) if isinstance(cell, float) and cell.is_integer() else cell


def write_grid_file(frame: "GeoDataFrame", path: Path | str, *, layer: str = LAYER) -> int:
    """Write grids (EPSG:4490) to .gpkg, .geojson or a zipped shapefile, by the path's suffix; returns how many.

    Raises ``UnknownOutput`` for any other suffix, ``CannotWrite``.
    """
    path = Path(path)
    driver = _DRIVERS.get(path.suffix.lower())
    if driver is None:
        raise UnknownOutput(name=path.name)
    path.unlink(missing_ok=True)
    try:
        if driver == "ESRI Shapefile":
            _write_zipped(frame, path, layer)
        elif driver == "GeoJSON":
            # CGCS2000 as stored: readers that follow RFC 7946 take it for WGS 84, which is the same to a decimetre.
            pyogrio.write_dataframe(frame, path, driver=driver, layer=layer, COORDINATE_PRECISION=11)
        else:
            pyogrio.write_dataframe(frame, path, driver=driver, layer=layer)
    except (pyogrio.errors.DataSourceError, OSError) as error:
        raise CannotWrite(name=path.name, detail=str(error)) from error
    return len(frame)


def _write_zipped(frame: "GeoDataFrame", path: Path, layer: str) -> None:
    with tempfile.TemporaryDirectory() as folder, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        pyogrio.write_dataframe(frame, Path(folder) / f"{layer}.shp", driver="ESRI Shapefile", encoding="UTF-8")
        for part in sorted(Path(folder).iterdir()):
            archive.write(part, part.name)
