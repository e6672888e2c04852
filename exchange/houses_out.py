"""The register as a file for others: spreadsheet columns in words, GIS columns as field names."""

import datetime as dt
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import pyogrio
import shapely
from shapely.geometry.base import BaseGeometry

from exchange.errors import UnknownOutput
from exchange.repair import write_csv, write_xlsx
from gis.crs import STORAGE
from words import catalogue, say

_GIS_DRIVERS = {".geojson": "GeoJSON", ".gpkg": "GPKG"}
_FRAME_NAMES = {"kind": "house_kind", "built_area_m2": "area_m2", "use_actual": "use", "address_text": "address"}
LAYER = "houses"


def write_houses(frame: pd.DataFrame, path: Path | str, *, lang: str = "zh") -> int:
    """Write houses to .xlsx, .csv, .geojson or .gpkg, by the path's suffix; returns how many.

    Parameters
    ----------
    frame
        One row a house, columns as the record names them. A GeoDataFrame (EPSG:4490), or a frame with ``lon`` and
        ``lat``. Personal columns are written as handed in: hand in masks.
    lang
        The language of a spreadsheet's headings and words; GIS files keep field names and codes.

    Raises
    ------
    UnknownOutput
        For any other suffix.
    """
    path = Path(path)
    suffix = path.suffix.lower()
    frame = frame.rename(columns=_FRAME_NAMES)
    if suffix in _GIS_DRIVERS:
        _write_gis(frame, path, driver=_GIS_DRIVERS[suffix])
    elif suffix == ".xlsx":
        write_xlsx(_lines(frame, lang), path, title=LAYER)
    elif suffix == ".csv":
        write_csv(_lines(frame, lang), path)
    else:
        raise UnknownOutput(name=path.name)
    return len(frame)


def _write_gis(frame: pd.DataFrame, path: Path, *, driver: str) -> None:
    if not isinstance(frame, gpd.GeoDataFrame):
        points = gpd.points_from_xy(frame["lon"], frame["lat"])
        frame = gpd.GeoDataFrame(frame.drop(columns=["lon", "lat"]), geometry=points, crs=STORAGE)
    path.unlink(missing_ok=True)
    plain = frame.apply(lambda column: column.map(_item) if column.dtype == object else column)
    pyogrio.write_dataframe(_one_geometry(frame, plain), path, driver=driver, layer=LAYER)


def _one_geometry(frame: gpd.GeoDataFrame, plain: pd.DataFrame) -> gpd.GeoDataFrame:
    """GIS formats hold one geometry a layer: the active one."""
    others = [name for name in frame.columns if name != frame.geometry.name and frame[name].dtype == "geometry"]
    return gpd.GeoDataFrame(plain.drop(columns=others), geometry=frame.geometry.name, crs=frame.crs)


def _lines(frame: pd.DataFrame, lang: str) -> Iterator[list[Any]]:
    plain = _with_degrees(frame)
    yield [_heading(str(name), lang) for name in plain.columns]
    columns = [[_spoken(str(name), value, lang) for value in plain[name].tolist()] for name in plain.columns]
    for row in zip(*columns, strict=True):
        yield list(row)


def _with_degrees(frame: pd.DataFrame) -> pd.DataFrame:
    """A geometry becomes two columns of degrees and the name of their system."""
    if not isinstance(frame, gpd.GeoDataFrame):
        return frame
    points = shapely.point_on_surface(frame.geometry.to_numpy())
    plain = pd.DataFrame(frame.drop(columns=[frame.geometry.name]))
    return plain.assign(lon=shapely.get_x(points), lat=shapely.get_y(points), crs=STORAGE)


def _heading(name: str, lang: str) -> str:
    key = f"exchange.field.{name}"
    return say(key, lang) if key in catalogue(lang) else name


def _spoken(name: str, value: Any, lang: str) -> Any:
    if value is None or (not isinstance(value, str | list | dict) and pd.isna(value)):
        return None
    if isinstance(value, str):
        key = f"exchange.value.{name}.{value}"
        return catalogue(lang).get(key, value)
    return value.to_pydatetime() if isinstance(value, pd.Timestamp) else _item(value)


def _item(value: Any) -> Any:
    """A value that every format holds; lists and dictionaries as JSON."""
    if value is None or isinstance(value, str | int | float | bool | dt.date | BaseGeometry):
        return value
    return json.dumps(value, ensure_ascii=False, default=str) if isinstance(value, list | dict) else str(value)
