"""Counties, towns, villages and departments."""

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

import shapely
from shapely.geometry.base import BaseGeometry
from sqlalchemy import Connection

from db import query
from db.frame import SRID, frame
from gis.division import Division
from gis.division_change import Conflict, Past
from gis.division_change import conflicts as compare
from gis.division_change import former_names as former
from gis.errors import AnjuError
from gis.gazetteer import OtherName

if TYPE_CHECKING:
    from geopandas import GeoDataFrame


class NoSuchDivisionError(AnjuError):
    """There is no division {code} in the record."""


def ewkb(shape: BaseGeometry | None) -> bytes | None:
    """A shape with the storage SRID as PostGIS reads it."""
    return None if shape is None else shapely.to_wkb(shapely.set_srid(shape, SRID), include_srid=True)


def county(connection: Connection, code: str) -> query.Row:
    """A county: name, name_en, projected_crs, model, settings, geom (shapely or None); ``NoSuchDivisionError``."""
    row = query.row(connection, "county_one", county=code)
    if row is None:
        raise NoSuchDivisionError(code=code)
    return row | {"geom": _shape(row["geom"])}


def set_day(connection: Connection, *, county: str, name: str, value: float) -> None:
    """Set one value of the county's own working day (``inspections.day``)."""
    query.execute(connection, "county_set_day", county=county, name=name, value=value)


def counties(connection: Connection) -> list[query.Row]:
    """Every county of the record: county, name, name_en, model."""
    return query.rows(connection, "county_all")


def listed(connection: Connection, *, county: str, level: str, on: date, parent: str | None = None) -> list[query.Row]:
    """Divisions of a level: code, name, level, parent, addressable, synthetic_geometry, drawn, lon, lat."""
    return query.rows(connection, "division_list", county=county, level=level, on=on, parent=parent)


def one(connection: Connection, *, county: str, code: str) -> query.Row:
    """A division: code, name, level, parent, addressable, geom (shapely or None); ``NoSuchDivisionError``."""
    row = query.row(connection, "division_one", county=county, code=code)
    if row is None:
        raise NoSuchDivisionError(code=code)
    return row | {"geom": _shape(row["geom"])}


def divisions_frame(connection: Connection, *, county: str, level: str, parent: str | None = None) -> "GeoDataFrame":
    """Outlines of a level, EPSG:4490: code, name, parent, synthetic_geometry, geometry."""
    return frame(connection, "division_frame", county=county, level=level, parent=parent)


def conflicts(connection: Connection, *, county: str) -> list[Conflict]:
    """Where the statistical and the civil affairs' codes of a county disagree; the loudest first, nothing merged."""
    rows = query.rows(connection, "division_systems", county=county)
    sides = {
        system: [Division(row["code"], row["name"]) for row in rows if row["code_system"] == system]
        for system in ("stat", "civil")
    }
    return compare(sides["stat"], sides["civil"])


def has_both(connection: Connection, *, county: str) -> bool:
    """Whether a county's divisions are on record in both code systems."""
    return len({row["code_system"] for row in query.rows(connection, "division_systems", county=county)}) == 2


def former_names(connection: Connection, *, county: str, on: date) -> list[OtherName]:
    """Names that a county's divisions of a day went by before, with the day each ended; after ``division_change``."""
    rows = query.rows(connection, "division_past", county=county, on=on)
    pasts = [
        Past(row["changed_on"], *(
            Division(row[f"{side}_code"], row[f"{side}_name"]) if row[f"{side}_code"] and row[f"{side}_name"] else None
            for side in ("old", "new")))
        for row in rows
    ]  # fmt: skip
    now = query.rows(connection, "update_stored", county=county, system="stat", on=on)
    return former(pasts, {row["code"]: row["name"] for row in now})


def put_county(connection: Connection, *, code: str, name: str, name_en: str, geom: BaseGeometry | None = None,
               projected_crs: str = "EPSG:4549") -> None:  # fmt: skip
    """Write a county; what is not given stays."""
    query.execute(
        connection, "county_put", county=code, name=name, name_en=name_en, geom=ewkb(geom), projected_crs=projected_crs
    )


def put(connection: Connection, division: Division, *, geom: BaseGeometry | None, version: str, source: str,
        since: date) -> None:  # fmt: skip
    """Write a division (its outline a polygon in EPSG:4490); an outline that is not given stays."""
    query.execute(
        connection, "division_put", county=division.code[:6], code=division.code, level=division.level,
        name=division.name, parent=division.parent, addressable=division.is_addressable, version=version,
        geom=ewkb(geom), source=source, since=since,
    )  # fmt: skip


def put_departments(connection: Connection, *, county: str, names: Mapping[str, tuple[str, str]]) -> None:
    """Write departments: code to (name, English name)."""
    many: list[dict[str, Any]] = [
        {"county": county, "code": code, "name": name, "name_en": english} for code, (name, english) in names.items()
    ]
    query.execute_many(connection, "department_put", many)


def departments(connection: Connection, *, county: str) -> list[query.Row]:
    """The departments: code, name, name_en."""
    return query.rows(connection, "department_list", county=county)


def _shape(wkb: Any) -> BaseGeometry | None:
    return None if wkb is None else shapely.from_wkb(bytes(wkb))
