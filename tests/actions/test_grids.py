"""Grids drawn, brought in, ended; who is on duty when."""

from datetime import date, datetime, timedelta

import numpy as np
import pytest
from shapely import box, union_all
from sqlalchemy import Connection, text

from actions.grids import (
    NoOutlineError,
    assign_duty,
    draw_grids,
    end_duty,
)
from db import grid, house
from gis.grid import assign
from inspections.access import RefusedError
from tests import world as tiny

TODAY = datetime.now(tiny.SHANGHAI).date()
BEFORE = TODAY - timedelta(days=1)


def grid_codes(connection: Connection) -> dict[int, str | None]:
    found = connection.execute(text("SELECT h.id, g.code FROM house h LEFT JOIN grid g ON g.id = h.grid_id"))
    return dict(found.tuples().all())


def test_a_village_is_cut_without_gap_or_overlap_and_every_house_finds_its_grid(
    connection: Connection, world: tiny.World
) -> None:
    ids = draw_grids(tiny.VILLAGE, actor=world.actors["centre"], on=TODAY, per_grid=1)
    frame = grid.grids_frame(connection, county=tiny.COUNTY, on=TODAY, village=tiny.VILLAGE)
    assert list(frame["id"]) == ids
    assert list(frame["code"]) == [f"{tiny.VILLAGE}{n:03d}" for n in range(1, len(ids) + 1)]
    village = box(tiny.X0, tiny.Y0, tiny.X0 + 0.02, tiny.Y0 + 0.02)
    assert union_all(list(frame.geometry)).symmetric_difference(village).area < 1e-12
    assert sum(shape.area for shape in frame.geometry) == pytest.approx(village.area, rel=1e-9)
    assert sum(frame["houses"]) == 5
    assert list(frame["houses"]) == [1] * 5
    codes = grid_codes(connection)
    for number in range(1, 6):
        where = assign([tiny.HOUSES[number][1:3]], list(frame.geometry))[0]
        assert codes[world.houses[number]] == frame["code"].iloc[where]
    assert codes[world.houses[6]] == tiny.FAR
    assert sorted(frame["inspector"].dropna()) == ["网格员乙", "网格员甲"]


def test_the_old_grids_keep_their_days(connection: Connection, world: tiny.World) -> None:
    draw_grids(tiny.VILLAGE, actor=world.actors["centre"], on=TODAY, per_grid=3)
    same = {"county": tiny.COUNTY, "house_id": world.houses[5]}
    before = grid.grid_of_house(connection, on=BEFORE, **same)
    after = grid.grid_of_house(connection, on=TODAY, **same)
    assert before is not None
    assert after is not None
    assert (before["id"], before["code"]) == (world.grids[tiny.EAST], tiny.EAST)
    assert after["id"] != before["id"]
    who = {"county": tiny.COUNTY, "account_id": world.accounts["inspector2"]}
    assert [row["code"] for row in grid.grids_of(connection, on=BEFORE, **who)] == [tiny.EAST]
    assert grid.grids_of(connection, on=TODAY, **who) == []


def test_a_village_without_an_outline_cannot_be_cut(connection: Connection, world: tiny.World) -> None:
    connection.execute(text("UPDATE division SET geom = NULL WHERE code = :v"), {"v": tiny.VILLAGE})
    with pytest.raises(NoOutlineError):
        draw_grids(tiny.VILLAGE, actor=world.actors["centre"], on=TODAY)


def test_the_next_inspector_relieves_the_one_before_and_the_role_follows_the_duty(
    connection: Connection, world: tiny.World
) -> None:
    west, until = world.grids[tiny.WEST], TODAY + timedelta(days=30)
    assign_duty([west], world.accounts["inspector2"], actor=world.actors["centre"], since=TODAY, until=until)
    history = grid.duties(connection, county=tiny.COUNTY, grid_id=west)
    assert [(row["name"], row["since"], row["until"]) for row in history] == [
        ("网格员乙", TODAY, until), ("网格员甲", date(2020, 1, 1), TODAY),
    ]  # fmt: skip
    frame = grid.grids_frame(connection, county=tiny.COUNTY, on=TODAY, account_id=world.accounts["inspector2"])
    assert list(frame["code"]) == [tiny.WEST, tiny.EAST]
    roles = connection.execute(
        text("SELECT account_id, area_code FROM role_grant WHERE role = 'inspector' AND valid @> CAST(:d AS date)"),
        {"d": TODAY},
    )
    assert set(roles.tuples().all()) == {
        (world.accounts["inspector2"], tiny.WEST),
        (world.accounts["inspector2"], tiny.EAST),
    }


def test_a_backup_stands_beside_the_main_inspector(connection: Connection, world: tiny.World) -> None:
    east = world.grids[tiny.EAST]
    assign_duty([east], world.accounts["inspector"], actor=world.actors["admin"], since=TODAY, kind="backup")
    card = house.card(connection, county=tiny.COUNTY, key=world.houses[5], on=TODAY)
    assert [(row["name"], row["kind"]) for row in card["duty"]] == [("网格员乙", "main"), ("网格员甲", "backup")]
    end_duty(east, actor=world.actors["admin"], on=TODAY, kind="main")
    people = grid.people_on_duty(connection, county=tiny.COUNTY, on=TODAY)
    assert [row["name"] for row in people] == ["网格员甲"]
    assert people[0]["grids"] == [tiny.WEST]


def test_only_centre_and_administrator_draw_and_assign(connection: Connection, world: tiny.World) -> None:
    for who in ("inspector", "fire", "leader"):
        with pytest.raises(RefusedError):
            draw_grids(tiny.VILLAGE, actor=world.actors[who], on=TODAY)
        with pytest.raises(RefusedError):
            assign_duty([world.grids[tiny.WEST]], world.accounts["inspector2"], actor=world.actors[who], since=TODAY)


def test_a_special_grid_goes_before_the_one_it_lies_in(connection: Connection, world: tiny.World) -> None:
    lon, lat = tiny.HOUSES[1][1:3]
    around = box(lon - 0.0005, lat - 0.0005, lon + 0.0005, lat + 0.0005)
    grid.add(connection, code=f"{tiny.VILLAGE}900", name="专属", geom=around, since=TODAY, kind="special")
    assert grid_codes(connection)[world.houses[1]] == f"{tiny.VILLAGE}900"
    assert grid_codes(connection)[world.houses[2]] == tiny.WEST
    assert np.isclose(grid.points(connection, county=tiny.COUNTY, village=tiny.VILLAGE)[:, 0].min(), lon)
