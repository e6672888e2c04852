"""Grids somebody drew in a GIS program, as a frame."""

from pathlib import Path
from typing import TYPE_CHECKING

from exchange.errors import UnknownFormat
from exchange.reading import read_table
from exchange.table import Table
from gis.frame import FrameWithoutCrsError

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

TYPES = ["geojson", "gpkg", "zip"]
NAMES = ("name", "名称", "网格名称", "网格名", "grid_name")


def read_grids(path: Path) -> "GeoDataFrame":
    """Polygons of a .geojson, .gpkg or zipped .shp in EPSG:4490 with ``name``; a GeoJSON without a system is WGS84.

    Raises ``exchange.errors.ExchangeError`` for a file without shapes, ``FrameWithoutCrsError`` for one of no system.
    """
    from geopandas import GeoDataFrame

    table = read_table(path)
    if not table.has_geometry:
        raise UnknownFormat(name=path.name)
    crs = table.crs or ("EPSG:4326" if table.format == "geojson" else None)
    if crs is None:
        raise FrameWithoutCrsError()
    shapes = [row.geometry for row in table.rows]
    frame = GeoDataFrame({"name": _names(table)}, geometry=shapes, crs=crs).to_crs(4490)
    frame.index = [row.number for row in table.rows]
    return frame


def _names(table: Table) -> list[str]:
    at = next((index for index, header in enumerate(table.headers) if header.strip().lower() in NAMES), None)
    cells = [row.cells[at] if at is not None and at < len(row.cells) else None for row in table.rows]
    return [str(cell).strip() if cell is not None else "" for cell in cells]
