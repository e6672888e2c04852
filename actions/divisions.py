"""Loading divisions, so that the registers of any county can be taken in."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import shapely
from shapely.geometry.base import BaseGeometry

from actions.deed import deed
from actions.operator import operator
from db import division
from exchange.reading import read_table
from exchange.values import clean_text
from gis.division import Division, DivisionLevel, county_of, parent_of, trimmed
from gis.errors import AnjuError
from inspections.rule_file import DEPARTMENTS
from words import say

CODE, NAME, WKT = ("code", "代码", "区划代码"), ("name", "名称", "区划名称"), ("wkt", "geometry")
STORED = (DivisionLevel.COUNTY, DivisionLevel.TOWN, DivisionLevel.VILLAGE)


class DivisionFileError(AnjuError):
    """{name}, row {row}: {what}."""


@dataclass(frozen=True, slots=True)
class DivisionRow:
    """A division of a file, with its outline (EPSG:4490) where one is given."""

    division: Division
    geom: BaseGeometry | None = None


def load_divisions(path: Path | str, *, on: date, version: str | None = None) -> dict[str, int]:
    """Write the divisions of a file (``code``, ``name`` and perhaps ``wkt``); how many by county, from the terminal.

    Counties, towns and villages; a county or town that only its parts mention is made under its code. A county
    without an outline takes the union of its parts. Departments are made with it. What is there already is updated.

    Raises
    ------
    DivisionFileError
        A row that is no division or no polygon, or a file without the columns; nothing is written then.
    """
    path = Path(path)
    rows = _completed(read_divisions(path))
    told: dict[str, int] = {}
    for county in sorted({county_of(row.division.code) for row in rows}):
        ours = [row for row in rows if row.division.code.startswith(county)]
        _load_county(county, ours, on=on, version=version or on.isoformat(), source=path.name)
        told[county] = len(ours)
    return told


def _load_county(county: str, rows: Sequence[DivisionRow], *, on: date, version: str, source: str) -> None:
    (head,) = (row for row in rows if row.division.code == county)
    shape = head.geom or _union(rows)
    detail = {"divisions": len(rows), "version": version, "source": source}
    with deed(operator(county), "account.manage", about=("county", county), detail=detail) as connection:
        division.put_county(
            connection, code=county, name=head.division.name, name_en=head.division.name, geom=shape,
            projected_crs=_projected(shape),
        )  # fmt: skip
        for row in rows:
            geom = shape if row is head else row.geom
            division.put(connection, row.division, geom=geom, version=version, source=source, since=date(1949, 10, 1))
        names = {
            code: (say(f"department.{code}", "zh"), say(f"department.{code}", "en")) for code in sorted(DEPARTMENTS)
        }
        division.put_departments(connection, county=county, names=names)


def _union(rows: Sequence[DivisionRow]) -> BaseGeometry | None:
    shapes = [row.geom for row in rows if row.geom is not None]
    return shapely.union_all(shapes) if shapes else None


def _projected(shape: BaseGeometry | None) -> str:
    """The 3-degree Gauss-Krueger system (EPSG:4534-4554, meridians 75E to 135E) nearest to a county's middle."""
    meridian = 120 if shape is None else min(max(round(shape.centroid.x / 3) * 3, 75), 135)
    return f"EPSG:{4534 + (meridian - 75) // 3}"


def read_divisions(path: Path) -> list[DivisionRow]:
    """The rows of a division file; raises ``DivisionFileError`` for the first that cannot be used."""
    table = read_table(path)
    at = {name: _column(table.headers, words) for name, words in (("code", CODE), ("name", NAME), ("wkt", WKT))}
    if at["code"] is None or at["name"] is None:
        raise DivisionFileError(name=path.name, row=1, what="no column code or name")
    found = []
    for row in table.rows:
        cells = {name: "" if index is None else clean_text(row.cells[index]) for name, index in at.items()}
        shape = shapely.from_wkt(cells["wkt"], on_invalid="ignore") if cells["wkt"] else row.geometry
        try:
            one = Division(trimmed(cells["code"]), cells["name"])
        except AnjuError as error:
            raise DivisionFileError(name=path.name, row=row.number, what=str(error)) from error
        if one.level in STORED:
            found.append(DivisionRow(one, _polygon(shape, given=bool(cells["wkt"]), name=path.name, row=row.number)))
    return found


def _column(headers: Sequence[str], names: Sequence[str]) -> int | None:
    return next((at for at, header in enumerate(headers) if header.strip().lower() in names), None)


def _polygon(shape: BaseGeometry | None, *, given: bool, name: str, row: int) -> BaseGeometry | None:
    if shape is None and not given:
        return None
    valid = None if shape is None else shapely.make_valid(shape)
    if valid is None or valid.is_empty or valid.geom_type not in ("Polygon", "MultiPolygon"):
        raise DivisionFileError(name=name, row=row, what="wkt is no polygon")
    return valid


def _completed(rows: Sequence[DivisionRow]) -> list[DivisionRow]:
    """The rows with whatever lies above them, outermost first; of two with one code the later wins."""
    by_code = {row.division.code: row for row in rows}
    for code in list(by_code):
        above = parent_of(code)
        while above is not None and len(above) >= 6:
            by_code.setdefault(above, DivisionRow(Division(above, above)))
            above = parent_of(above)
    return [by_code[code] for code in sorted(by_code, key=lambda code: (len(code), code))]
