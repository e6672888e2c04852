"""Drawing grids over villages and putting people on duty for them."""

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

from shapely import union_all
from shapely.geometry.base import BaseGeometry

from actions.deed import deed
from actions.grid_changes import GridChange, change_grids
from db import division, grid
from db.engine import transaction
from db.grid import DutyKind
from gis.errors import AnjuError
from gis.frame import check_frame
from gis.grid import GridCode, cut, number_grids
from gis.measure import area_m2
from inspections.access import Actor, Place

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

PER_GRID = 300
"""Houses a grid holds when nobody says how many."""
MOST_OVERLAP_M2 = 1.0
"""Slivers between hand-drawn neighbours up to this are let pass; the lower code wins inside them."""


class NoOutlineError(AnjuError):
    """Village {village} has no outline to draw grids in; bring its grids in from a file."""


class GridOutsideError(AnjuError):
    """Grid {name} lies mostly outside village {village}."""


class GridOverlapError(AnjuError):
    """The grids overlap: {m2} square metres belong to more than one."""


def draw_grids(village: str, *, actor: Actor, on: date, per_grid: int = PER_GRID) -> list[int]:
    """Cut a village into grids of about ``per_grid`` houses each, from a day on; their ids in the order of their codes.

    Base grids of the village in force until then end; the duties of each go to the one that holds most of its houses.
    Every house finds its new grid at once.
    """
    with transaction() as connection:
        shape = division.one(connection, county=actor.county, code=village)["geom"]
        points = grid.points(connection, county=actor.county, village=village)
    if shape is None:
        raise NoOutlineError(village=village)
    return _redraw(village, cut(shape, points, per_grid=per_grid), actor=actor, on=on)


def import_grids(frame: "GeoDataFrame", *, village: str, actor: Actor, on: date) -> list[int]:
    """Take the grids of a village from a frame of polygons (EPSG:4490; ``name`` if it has one), from a day on.

    They are numbered anew, west to east in rows from north to south. Raises ``gis.frame.FrameError`` for a frame in
    another system or with broken polygons, ``GridOutsideError`` for one that lies elsewhere, ``GridOverlapError``.
    """
    check_frame(frame, columns=(), geometry=("Polygon", "MultiPolygon"))
    shapes, names = list(frame.geometry), _names(frame)
    with transaction() as connection:
        outline = division.one(connection, county=actor.county, code=village)["geom"]
    for shape, name in zip(shapes, names, strict=True):
        if outline is not None and outline.intersection(shape).area < shape.area / 2:
            raise GridOutsideError(name=name, village=village)
    twice_m2 = sum(map(area_m2, shapes)) - area_m2(union_all(shapes))
    if twice_m2 > MOST_OVERLAP_M2:
        raise GridOverlapError(m2=round(twice_m2))
    numbered = sorted(zip(number_grids(shapes), shapes, names, strict=True), key=lambda one: one[0])
    return _redraw(village, [shape for _, shape, _ in numbered], [name for _, _, name in numbered], actor=actor, on=on)


def _names(frame: "GeoDataFrame") -> list[str]:
    column = frame["name"] if "name" in frame.columns else [""] * len(frame)
    return [name.strip()[:60] if isinstance(name, str) else "" for name in column]


def _redraw(
    village: str, shapes: Sequence[BaseGeometry], names: Sequence[str] = (), *, actor: Actor, on: date
) -> list[int]:
    """Put base grids in the place of those of a village, numbered anew; special grids stay, and keep their numbers."""
    actor.require("grid.edit", Place(county=actor.county, village=village))
    with transaction() as connection:
        frame = grid.grids_frame(connection, county=actor.county, on=on, village=village)
    base = frame["kind"] != "special"
    ends = [GridChange(village, code, None) for code in frame["code"][base]]
    taken = {int(code[12:]) for code in frame["code"][~base]}
    serials = [serial for serial in range(1, len(shapes) + len(taken) + 1) if serial not in taken]
    begins = [
        GridChange(village, None, shape, name=(names[at] if names else "") or f"{serials[at]:03d}",
                   new_code=str(GridCode(village, serials[at])))
        for at, shape in enumerate(shapes)
    ]  # fmt: skip
    return change_grids([*ends, *begins], actor=actor, on=on, why="redraw").ids


def assign_duty(
    grid_ids: Sequence[int], account_id: int, *, actor: Actor, since: date, until: date | None = None,
    kind: DutyKind = "main",
) -> None:  # fmt: skip
    """Put a person on main or backup duty for grids from a day on (``until`` excluded, None: open).

    Whoever had that main duty is relieved on ``since``; the inspector's role over a grid comes and goes with its duty.
    """
    detail = {"account": account_id, "kind": kind, "since": since, "until": until}
    with transaction() as connection:
        codes = [grid.one(connection, county=actor.county, grid_id=grid_id)["code"] for grid_id in grid_ids]
    for code in codes:
        actor.require("duty.edit", Place(county=actor.county, grid=code))
    with deed(actor, "duty.edit", about=("grid", ", ".join(codes)), detail=detail) as connection:
        grid.put_on_duty(connection, county=actor.county, grid_ids=grid_ids, account_id=account_id, kind=kind,
                         since=since, until=until)  # fmt: skip


def end_duty(grid_id: int, *, actor: Actor, on: date, kind: DutyKind = "main") -> None:
    """End a grid's duty on a day; nobody follows."""
    with transaction() as connection:
        code = grid.one(connection, county=actor.county, grid_id=grid_id)["code"]
    place = Place(county=actor.county, grid=code)
    with deed(actor, "duty.edit", place=place, about=("grid", code), detail={"kind": kind, "on": on}) as connection:
        grid.relieve(connection, county=actor.county, grid_id=grid_id, kind=kind, on=on)
