"""Drawing grids over villages and putting people on duty for them."""

from collections.abc import Sequence
from datetime import date

from shapely.geometry.base import BaseGeometry

from actions.deed import deed
from actions.grid_changes import GridChange, change_grids
from db import division, grid
from db.engine import transaction
from db.grid import DutyKind
from gis.errors import AnjuError
from gis.grid import GridCode, cut
from inspections.access import Actor, Place

PER_GRID = 300
"""Houses a grid holds when nobody says how many."""


class NoOutlineError(AnjuError):
    """Village {village} has no outline to draw grids in; bring its grids in from a file."""


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


def _redraw(village: str, shapes: Sequence[BaseGeometry], *, actor: Actor, on: date) -> list[int]:
    """Put base grids in the place of those of a village, numbered anew; special grids stay, and keep their numbers."""
    actor.require("grid.edit", Place(county=actor.county, village=village))
    with transaction() as connection:
        frame = grid.grids_frame(connection, county=actor.county, on=on, village=village)
    base = frame["kind"] != "special"
    ends = [GridChange(village, code, None) for code in frame["code"][base]]
    taken = {int(code[12:]) for code in frame["code"][~base]}
    serials = [serial for serial in range(1, len(shapes) + len(taken) + 1) if serial not in taken]
    begins = [
        GridChange(village, None, shape, name=f"{serials[at]:03d}",
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
