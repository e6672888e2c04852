"""Rows of the ground: county, divisions, departments, grids."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
import pyarrow as pa
import shapely
from shapely import MultiPolygon

from demo.columns import Columns, dumps, hexes, points
from demo.divisions import CIVIL_SOURCE, CIVIL_VERSION, NAMES_EN, SOURCE, VERSION, civil, county_name
from demo.houses import Houses
from demo.people import departments
from demo.streets import Ints
from demo.territory import Ground, Territory
from demo.villages import short_name
from gis.grid import GridCode, assign, cut

PER_GRID = 320
DEMO_GRID = (60, 260)
"""A demonstration inspector's grid should hold about this many houses: enough for weeks, few enough to see."""


@dataclass(frozen=True, slots=True)
class Cut:
    """One grid: its code, name and outline (EPSG:4490)."""

    code: str
    name: str
    geom: MultiPolygon


def rows(town: Territory, *, now: datetime) -> Iterator[tuple[str, Columns]]:
    """Tables and rows of a county before any house stands on it."""
    county, name = town.county, county_name(town.county)
    yield "county", {
        "county": [county], "name": [name], "name_en": [NAMES_EN.get(county, name)], "geom": hexes([town.outline]),
        "model": [True], "settings": [dumps({"model": {"now": now.isoformat()}})],
    }  # fmt: skip
    yield "division", _divisions(town, name)
    yield "division", _civil(county)
    told = departments(county)
    yield "department", {
        "county": [county] * len(told), "code": list(told), "name": [zh for zh, _ in told.values()],
        "name_en": [en for _, en in told.values()],
    }  # fmt: skip


def _civil(county: str) -> Columns:
    """The same towns under the civil affairs' codes, beside the statistical ones and never merged with them."""
    rows = civil(county)
    many = len(rows)
    return {
        "county": [county] * many, "code_system": ["civil"] * many, "code": [row.code for row in rows],
        "level": [row.level for row in rows], "name": [row.name for row in rows],
        "parent": pa.array([row.parent or None for row in rows], type=pa.string()),
        "version": [CIVIL_VERSION] * many, "valid": [f"[{CIVIL_VERSION},)"] * many, "source": [CIVIL_SOURCE] * many,
    }  # fmt: skip


def _divisions(town: Territory, name: str) -> Columns:
    grounds: list[Ground] = [*town.towns.values(), *town.villages.values()]
    centre = town.outline.representative_point()
    many = len(grounds) + 1
    spots = [(centre.x, centre.y), *(ground.centre for ground in grounds)]
    shapes = [town.outline, *(ground.geom for ground in grounds)]
    return {
        "county": [town.county] * many, "code": [town.county, *(g.division.code for g in grounds)],
        "level": ["county", *(g.division.level for g in grounds)], "name": [name, *(g.division.name for g in grounds)],
        "parent": pa.array([None, *(g.division.parent for g in grounds)], type=pa.string()),
        "version": [VERSION] * many,
        "addressable": [True, *(g.division.addressable for g in grounds)],
        "synthetic_geometry": [False, *(True for _ in grounds)],
        "centre": pa.array([None if spot is None else points(np.array([spot]))[0] for spot in spots], type=pa.string()),
        "geom": pa.array([None if shape is None else hexes([shape])[0] for shape in shapes], type=pa.string()),
        "valid": [f"[{VERSION},)"] * many, "source": [SOURCE] * many,
    }  # fmt: skip


def cut_villages(town: Territory, villages: Sequence[str], houses: Houses) -> tuple[list[Cut], Ints]:
    """Grids of some villages in code order, and which of them each house lies in."""
    found: list[Cut] = []
    place = np.full(len(houses), -1, dtype=np.int64)
    by_village = defaultdict(list)
    for number, code in enumerate(houses.village.tolist()):
        by_village[code].append(number)
    for code in villages:
        ground = town.villages[code]
        own = np.array(by_village[code], dtype=np.int64)
        pieces: list[Any] = list(shapely.get_parts(ground.geom))
        if len(own) > PER_GRID:
            pieces = cut(ground.geom or MultiPolygon(), houses.lonlat[own], per_grid=PER_GRID)
            place[own] = len(found) + assign(houses.lonlat[own], pieces)
        else:
            place[own] = len(found)
            pieces = [ground.geom]
        stem = short_name(ground.division.name)
        for serial, piece in enumerate(pieces, start=1):
            whole = piece if isinstance(piece, MultiPolygon) else MultiPolygon([piece])
            found.append(Cut(str(GridCode(code, serial)), f"{stem}第{serial}网格", whole))
    return found, place


def busiest(cuts: Sequence[Cut], houses: Sequence[int]) -> str | None:
    """The grid to show round with: the fullest of a villagers' committee that one person can walk."""
    fit = [n for n, cut_ in enumerate(cuts) if cut_.code[9] == "2" and DEMO_GRID[0] <= houses[n] <= DEMO_GRID[1]]
    best = max(fit or range(len(cuts)), key=lambda n: (houses[n], -n), default=None)
    return None if best is None else cuts[best].code


def grid_rows(county: str, cuts: Sequence[Cut], *, first_id: int, since: str) -> Columns:
    """Grid rows."""
    many = len(cuts)
    return {
        "county": [county] * many, "id": np.arange(first_id, first_id + many), "code": [one.code for one in cuts],
        "village": [one.code[:12] for one in cuts], "name": [one.name for one in cuts],
        "geom": hexes([one.geom for one in cuts]), "valid": [since] * many,
    }  # fmt: skip
