"""Surveys of building outlines, what two of them differ in, what was decided of it.

A candidate row holds id, comparison_id, kind, certainty, added_m2, plus_minus_m2, share, width_m, storeys, state,
reason, house_id, house_m (metres from the outline to the house; both None where it ended), village, village_name, code,
address, ticket (its number), visit_id, like_id, decided_at, decided_by.
"""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry
from sqlalchemy import Connection

from db import query
from db.bulk import copy_in, reserve, shape_hex
from db.frame import frame
from db.query import Row
from gis.errors import AnjuError
from gis.footprints import MEASURES, Comparison, same_part
from inspections.addition_case import State

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

NEAR_M, NEAR_DEGREES, LIKE_DEGREES = 30.0, 0.001, 0.0001
"""A house no farther from a candidate's outline is taken for its house; where alike candidates are looked for."""


class NoSuchSurveyError(AnjuError):
    """There is no survey {name!r} of building outlines; load it first, or ask for the list."""


class SurveyNameTakenError(AnjuError):
    """A survey {name!r} is there already, from another file ({file}); give the new one another name."""


class NoSuchCandidateError(AnjuError):
    """There is no candidate {candidate}."""


@dataclass(frozen=True, slots=True)
class NewSurvey:
    """A survey about to be kept: what it is called, the day it shows, where it came from."""

    name: str
    made_on: date
    file_name: str
    sha256: str
    crs: str
    loaded_by: int | None
    loaded_at: datetime


def surveys(connection: Connection, county: str) -> list[Row]:
    """The surveys of a county, newest first: id, name, made_on, file_name, sha256, crs, outlines, loaded_at."""
    return query.rows(connection, "footprint_surveys", county=county)


def survey(connection: Connection, county: str, name: str) -> Row:
    """One survey by its name; raises ``NoSuchSurveyError``."""
    found = next((row for row in surveys(connection, county) if row["name"] == name), None)
    if found is None:
        raise NoSuchSurveyError(name=name)
    return found


def add_survey(connection: Connection, county: str, new: NewSurvey, outlines: "GeoDataFrame") -> bool:
    """Keep a survey's outlines (EPSG:4490, ``height_m``, ``floors``); False where the very file is there already.

    Raises ``SurveyNameTakenError`` where the name stands for another file.
    """
    key = query.value(connection, "footprint_survey_add", county=county, outlines=len(outlines), **asdict(new))
    if key is None:
        held = survey(connection, county, new.name)
        if held["sha256"] != new.sha256:
            raise SurveyNameTakenError(name=new.name, file=held["file_name"])
        return False
    heights = (_known(value) for value in outlines["height_m"])
    floors = (None if (value := _known(one)) is None else round(value) for one in outlines["floors"])
    rows = zip(heights, floors, outlines.geometry, strict=True)
    copy_in(connection, "footprint", ("county", "survey_id", "height_m", "floors", "geom"),
            ((county, key, height, floor, shape_hex(shape, multi=True)) for height, floor, shape in rows))  # fmt: skip
    return True


def outlines(connection: Connection, county: str, survey_id: int) -> "GeoDataFrame":
    """The outlines of a survey (EPSG:4490) with ``height_m`` and ``floors``."""
    return frame(connection, "footprint_outlines", county=county, survey_id=survey_id)


def comparisons(connection: Connection, county: str) -> list[Row]:
    """Which surveys were compared, newest first.

    Rows: id, old, new (names), old_on, new_on, compared_at, the residuals in metres, gone, outside, how many candidates
    stand ``open``, ``visit_asked``, ``confirmed``, ``dismissed``, and ``open_m2``.
    """
    return query.rows(connection, "footprint_comparisons", county=county)


def add_comparison(
    connection: Connection, county: str, old_id: int, new_id: int, found: Comparison, *, account_id: int | None,
    at: datetime,
) -> int | None:  # fmt: skip
    """Keep what two surveys differ in; the comparison's id, None where they were compared before.

    Candidates find their village and house, and what was decided of the same outline before stays decided.
    """
    key = query.value(
        connection, "footprint_comparison_add", county=county, old_id=old_id, new_id=new_id, at=at,
        account_id=account_id, matched=found.fit.matched, centre_m=found.fit.residual_m, residual_m=found.residual_m,
        growth_m=found.growth_m, tolerance_m=found.tolerance_m, gone=found.gone, outside=found.outside,
    )  # fmt: skip
    if key is None:
        return None
    told = found.candidates
    ids = reserve(connection, "footprint_candidate", len(told))
    measures = zip(*(_column(told, name) for name in MEASURES), strict=True)
    shapes = zip(told.geometry, told["old_outline"], told["new_outline"], strict=True)
    rows = ((county, one, key, *measure, *(shape_hex(_many(shape), multi=True) for shape in shape))
            for one, measure, shape in zip(ids, measures, shapes, strict=True))  # fmt: skip
    copy_in(connection, "footprint_candidate",
            ("county", "id", "comparison_id", *MEASURES, "geom", "old_outline", "new_outline"), rows)  # fmt: skip
    query.execute(connection, "footprint_candidates_place", county=county, comparison_id=key, metres=NEAR_M,
                  degrees=NEAR_DEGREES, on_date=at.date())  # fmt: skip
    _carry(connection, county, int(key), at)
    return int(key)


def _carry(connection: Connection, county: str, comparison_id: int, at: datetime) -> None:
    done: set[int] = set()
    for row in query.rows(connection, "footprint_decided_near", county=county, comparison_id=comparison_id,
                          degrees=LIKE_DEGREES):  # fmt: skip
        part, other = (shapely.from_wkb(bytes(row[name])) for name in ("part", "like_part"))
        if row["id"] not in done and same_part(part, other):
            query.execute(connection, "footprint_carry", county=county, id=row["id"], like_id=row["like_id"], at=at)
            done.add(row["id"])


def candidates(
    connection: Connection, county: str, comparison_id: int, *, state: State | None = None, most: int = 200
) -> "GeoDataFrame":
    """Candidates of a comparison, what adds most first: rows as this module tells, the added part as geometry."""
    return frame(connection, "footprint_candidates", county=county, comparison_id=comparison_id, state=state, most=most)


def candidate(connection: Connection, county: str, key: int) -> Row:
    """One candidate, besides: old, new, new_on (surveys), in_planning_area, urban_class, and its shapes.

    ``part``, ``old_outline`` (None: nothing stood), ``new_outline`` are polygons in EPSG:4490. Raises
    ``NoSuchCandidateError``.
    """
    found = query.row(connection, "footprint_candidate", county=county, id=key)
    if found is None:
        raise NoSuchCandidateError(candidate=key)
    return _shaped(found)


def decide(  # noqa: PLR0913 - what a decision is made of
    connection: Connection, county: str, key: int, *, from_state: State, to_state: State, account_id: int | None,
    at: datetime, reason: str | None = None, ticket_id: int | None = None, visit_id: int | None = None,
) -> bool:  # fmt: skip
    """Move a candidate from one state to another and keep that it was; False where it stands elsewhere by now."""
    done = query.value(
        connection, "footprint_decide", county=county, id=key, from_state=from_state.value, to_state=to_state.value,
        reason=reason, ticket_id=ticket_id, visit_id=visit_id, account_id=account_id, at=at,
    )  # fmt: skip
    return done is not None


def history(connection: Connection, county: str, key: int) -> list[Row]:
    """What was decided of a candidate: from_state, to_state, reason, at, account_name."""
    return query.rows(connection, "footprint_history", county=county, id=key)


def asked_at(connection: Connection, county: str, house_id: int) -> list[Row]:
    """What is to be looked at on a visit of a house, with the shapes of ``candidate``."""
    return [_shaped(row) for row in query.rows(connection, "footprint_asked_at", county=county, house_id=house_id)]


def call(connection: Connection, county: str, house_id: int, *, on: date) -> None:
    """Let a house be called on as long as something is to be looked at there."""
    query.execute(connection, "footprint_call", county=county, house_id=house_id, on_date=on)


def _shaped(row: Row) -> Row:
    names = ("part", "old_outline", "new_outline")
    return row | {name: None if row[name] is None else shapely.from_wkb(bytes(row[name])) for name in names}


def _column(told: "GeoDataFrame", name: str) -> Iterable[object]:
    if name in ("kind", "certainty"):
        return [str(value) for value in told[name]]
    numbers = [_known(value) for value in told[name]]
    return [None if one is None else int(one) for one in numbers] if name == "storeys" else numbers


def _known(value: object) -> float | None:
    return None if value is None or not np.isfinite(float(value)) else float(value)  # type: ignore[arg-type]


def _many(shape: object) -> BaseGeometry | None:
    """Polygons only, valid: a union of outlines may hold lines where they touch."""
    if not isinstance(shape, BaseGeometry):
        return None
    parts = shapely.get_parts(shapely.get_parts(shapely.make_valid(shape)))
    return shapely.multipolygons(parts[shapely.get_type_id(parts) == 3])
