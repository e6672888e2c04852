"""Houses follow grids: all at once, and only those that an edge passes over."""

from datetime import date

from sqlalchemy import Connection, text

from db import grid
from tests import world as tiny

TODAY = date(2026, 6, 15)


def held(connection: Connection) -> dict[int, int | None]:
    return dict(connection.execute(text("SELECT id, grid_id FROM house")).tuples().all())


def test_houses_that_were_laid_past_the_writes_find_their_grids_and_others_are_left(
    connection: Connection, world: tiny.World
) -> None:
    right = held(connection)
    connection.execute(text("UPDATE house SET grid_id = NULL WHERE id IN (:a, :b)"),
                       {"a": world.houses[1], "b": world.houses[6]})  # fmt: skip
    connection.execute(text("UPDATE house SET grid_id = :g WHERE id = :h"),
                       {"g": world.grids[tiny.FAR], "h": world.houses[2]})  # fmt: skip
    assert grid.assign_all(connection, county=tiny.COUNTY, on=TODAY) == 3
    assert held(connection) == right
    assert grid.assign_all(connection, county=tiny.COUNTY, on=TODAY) == 0


def test_a_special_grid_holds_its_houses_before_the_base_grid_under_it(
    connection: Connection, world: tiny.World
) -> None:
    special = grid.add(connection, code=f"{tiny.VILLAGE}901", name="集宿区", kind="special", since=date(2020, 1, 1),
                       geom=tiny.box(tiny.X0 + 0.001, tiny.Y0 + 0.004, tiny.X0 + 0.0025, tiny.Y0 + 0.0055))  # fmt: skip
    assert held(connection)[world.houses[1]] == special
    connection.execute(text("UPDATE house SET grid_id = NULL"))
    grid.assign_all(connection, county=tiny.COUNTY, on=TODAY)
    assert held(connection)[world.houses[1]] == special


def test_an_edge_that_moves_writes_only_the_houses_it_passes_over(connection: Connection, world: tiny.World) -> None:
    before = dict(connection.execute(text("SELECT id, ctid::text FROM house")).tuples().all())
    narrow = tiny.multi(tiny.box(tiny.X0, tiny.Y0, tiny.X0 + 0.0045, tiny.Y0 + 0.02))
    connection.execute(text("UPDATE grid SET geom = ST_GeomFromEWKT(:g) WHERE id = :id"),
                       {"g": narrow, "id": world.grids[tiny.WEST]})  # fmt: skip
    after = dict(connection.execute(text("SELECT id, ctid::text FROM house")).tuples().all())
    assert {key for key in before if before[key] != after[key]} == {world.houses[4]}
    assert held(connection)[world.houses[4]] is None
