"""Files of building outlines, in; candidates of a comparison, out."""

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import shapely

from exchange.errors import ExchangeError, UnknownFormat
from exchange.grid_files import FileWithoutCrs, stored, write_grid_file
from exchange.reading import read_table
from exchange.table import Table
from gis.crs import STORAGE, parse_crs

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

HEIGHTS = ("height_m", "height", "高度", "建筑高度", "楼高", "bldg_height")
FLOORS = ("floors", "levels", "building:levels", "storeys", "层数", "楼层", "楼层数", "地上层数", "floor")


class NoOutlines(ExchangeError):
    """{name} holds no polygon: building outlines are wanted."""


@dataclass(frozen=True, slots=True)
class FootprintFile:
    """What was read: outlines (EPSG:4490, ``height_m``, ``floors``), how many rows were none, system and digest."""

    outlines: "GeoDataFrame"
    passed_over: int
    crs: str
    sha256: str


def read_footprints(path: Path, *, crs: str | None = None) -> FootprintFile:
    """Read the polygons of a .gpkg, .geojson or zipped .shp; points, lines and what is broken beyond mending pass by.

    ``crs`` is the system the coordinates are in, whatever the file says (GCJ-02, BD-09, EPSG:4549 ...). Raises
    ``FileWithoutCrs``, ``NoOutlines``, ``gis.crs.UnknownCrsError``, or what ``read_table`` raises.
    """
    from geopandas import GeoDataFrame

    table = read_table(path)
    if not table.has_geometry:
        raise UnknownFormat(name=path.name)
    if not (crs or table.crs):
        raise FileWithoutCrs(name=path.name)
    source = parse_crs(crs or str(table.crs))
    raw = np.array([row.geometry for row in table.rows], dtype=np.object_)
    area = np.isin(shapely.get_type_id(raw), (3, 6)) & ~shapely.is_empty(raw)
    shapes = np.array([_polygons(shape) for shape in stored(raw[area], source)], dtype=np.object_)
    keep = np.asarray(~shapely.is_empty(shapes)) if len(shapes) else np.zeros(0, dtype=bool)
    rows = np.flatnonzero(area)[keep]
    if not len(rows):
        raise NoOutlines(name=path.name)
    told = {name: _numbers(table, names)[rows] for name, names in (("height_m", HEIGHTS), ("floors", FLOORS))}
    outlines = GeoDataFrame(told, geometry=list(shapes[keep]), crs=STORAGE)
    with path.open("rb") as opened:
        digest = hashlib.file_digest(opened, "sha256").hexdigest()
    return FootprintFile(outlines, len(table.rows) - len(outlines), source[:60], digest)


def _polygons(shape: shapely.Geometry) -> shapely.Geometry:
    parts = shapely.get_parts(shapely.get_parts(shapely.make_valid(shape)))
    return shapely.multipolygons(parts[shapely.get_type_id(parts) == 3])


def _numbers(table: Table, names: tuple[str, ...]) -> "np.ndarray[tuple[int], np.dtype[np.float64]]":
    at = next((index for index, header in enumerate(table.headers) if header.strip().lower() in names), None)
    cells = [row.cells[at] if at is not None and at < len(row.cells) else None for row in table.rows]
    return np.array([_number(cell) for cell in cells], dtype=np.float64)


def _number(cell: object) -> float:
    """A height or a number of floors as somebody wrote it; nothing where it is none, or none of a building."""
    try:
        value = float(str(cell).strip().rstrip("米层mM "))
    except ValueError:
        return float("nan")
    return value if 0 < value < 1000 else float("nan")


def write_candidates(frame: "GeoDataFrame", path: Path) -> int:
    """Write candidates (EPSG:4490) to .gpkg, .geojson or a zipped shapefile; raises as ``write_grid_file``."""
    return write_grid_file(frame, path, layer="candidates")
