"""Some grids change and the others stay; people go with their houses; who answered on a day can always be told."""

from datetime import date, datetime, timedelta

import pytest
from shapely import box
from shapely.geometry import LineString
from sqlalchemy import Connection, text

from actions.grid_changes import GridChange, GridGoneError, PlannedLaterError, change_grids
from actions.grids import assign_duty
from db import grid, grid_change
from gis.grid_edit import merge, split
from inspections.access import RefusedError
from tests import world as tiny

TODAY = datetime.now(tiny.SHANGHAI).date()
BEFORE = TODAY - timedelta(days=1)
X, Y = tiny.X0, tiny.Y0
WEST, EAST = box(X, Y, X + 0.01, Y + 0.02), box(X + 0.01, Y, X + 0.02, Y + 0.02)


def who(connection: Connection, world: tiny.World, house: int, on: date) -> tuple[str, list[str]]:
    found = grid_change.who_answers(connection, county=tiny.COUNTY, house_id=world.houses[house], on=on)
    assert found is not None
    return found.grid, found.people["main"]


def rows(connection: Connection) -> list[tuple[int, str]]:
    frame = grid.grids_frame(connection, county=tiny.COUNTY, on=TODAY, village=tiny.VILLAGE)
    return list(zip(frame["id"].tolist(), frame["code"], strict=True))


def cut_west(world: tiny.World, lat: float, *, on: date = TODAY) -> list[str]:
    parts = split([WEST, EAST], 0, LineString([(X - 0.001, lat), (X + 0.011, lat)]))
    held = sorted(parts, key=lambda part: -sum(part.covers(_spot(n)) for n in range(1, 5)))
    changes = [GridChange(tiny.VILLAGE, tiny.WEST, held[0]), GridChange(tiny.VILLAGE, None, held[1])]
    return change_grids(changes, actor=world.actors["centre"], on=on).vacant


def _spot(number: int):
    return box(*tiny.HOUSES[number][1:3], *tiny.HOUSES[number][1:3]).centroid


def test_a_split_touches_one_grid_keeps_its_person_and_leaves_the_rest_vacant(
    connection: Connection, world: tiny.World
) -> None:
    before = dict(rows(connection))
    assert cut_west(world, Y + 0.0055) == [f"{tiny.VILLAGE}003"]
    after = dict(rows(connection))
    assert after[world.grids[tiny.EAST]] == tiny.EAST
    assert world.grids[tiny.WEST] not in after
    assert sorted(after.values()) == [*sorted(before.values()), f"{tiny.VILLAGE}003"]
    assert who(connection, world, 4, TODAY) == (tiny.WEST, ["网格员甲"])
    assert who(connection, world, 1, TODAY) == (f"{tiny.VILLAGE}003", [])
    assert who(connection, world, 1, BEFORE) == (tiny.WEST, ["网格员甲"])
    roles = connection.execute(
        text("SELECT area_code FROM role_grant WHERE account_id = :a AND valid @> CAST(:d AS date)"),
        {"a": world.accounts["inspector"], "d": TODAY},
    )
    assert roles.scalars().all() == [tiny.WEST]


def test_a_merge_keeps_the_people_of_the_fuller_grid_and_says_whose_were_not(
    connection: Connection, world: tiny.World
) -> None:
    whole = merge([WEST, EAST], [0, 1])
    changes = [GridChange(tiny.VILLAGE, tiny.WEST, whole), GridChange(tiny.VILLAGE, tiny.EAST, None)]
    told = change_grids(changes, actor=world.actors["centre"], on=TODAY)
    assert (told.ended, told.begun, told.released) == ([tiny.WEST, tiny.EAST], [tiny.WEST], [tiny.EAST])
    assert told.people == {tiny.WEST: ["网格员甲"]}
    assert who(connection, world, 5, TODAY) == (tiny.WEST, ["网格员甲"])
    assert who(connection, world, 5, BEFORE) == (tiny.EAST, ["网格员乙"])


def test_backups_and_duties_that_begin_later_go_over_too(connection: Connection, world: tiny.World) -> None:
    later = TODAY + timedelta(days=20)
    west = world.grids[tiny.WEST]
    assign_duty(
        [west], world.accounts["inspector2"], actor=world.actors["centre"], since=TODAY, kind="backup", until=later
    )
    cut_west(world, Y + 0.0055)
    (new,) = [key for key, code in rows(connection) if code == tiny.WEST]
    duties = grid.duties(connection, county=tiny.COUNTY, grid_id=new)
    assert {(row["kind"], row["since"], row["until"]) for row in duties} == {
        ("main", TODAY, None), ("backup", TODAY, later),
    }  # fmt: skip


def test_a_new_grid_gets_a_number_that_was_never_used(connection: Connection, world: tiny.World) -> None:
    cut_west(world, Y + 0.0055)
    gone = f"{tiny.VILLAGE}003"
    both = change_grids(
        [GridChange(tiny.VILLAGE, tiny.WEST, WEST), GridChange(tiny.VILLAGE, gone, None)],
        actor=world.actors["centre"], on=TODAY + timedelta(days=1),
    )  # fmt: skip
    assert both.begun == [tiny.WEST]
    market = box(X + 0.001, Y + 0.004, X + 0.003, Y + 0.0055)
    special = GridChange(tiny.VILLAGE, None, market, name="市场", kind="special")
    assert change_grids([special], actor=world.actors["centre"], on=TODAY + timedelta(days=2)).begun == [
        f"{tiny.VILLAGE}901"
    ]


def test_a_house_in_a_special_grid_answers_to_it_while_it_lasts(connection: Connection, world: tiny.World) -> None:
    lon, lat = tiny.HOUSES[1][1:3]
    around = box(lon - 0.0003, lat - 0.0003, lon + 0.0003, lat + 0.0003)
    special = GridChange(tiny.VILLAGE, None, around, name="宿舍", kind="special")
    (code,) = change_grids([special], actor=world.actors["centre"], on=TODAY).begun
    assert who(connection, world, 1, TODAY) == (code, [])
    assert who(connection, world, 2, TODAY) == (tiny.WEST, ["网格员甲"])
    change_grids([GridChange(tiny.VILLAGE, code, None)], actor=world.actors["centre"], on=TODAY)
    assert who(connection, world, 1, TODAY) == (tiny.WEST, ["网格员甲"])


def test_the_same_ground_with_other_corners_is_no_change(connection: Connection, world: tiny.World) -> None:
    corners = [*WEST.exterior.coords]
    more = type(WEST)([corners[0], (X + 0.01, Y + 0.01), *corners[1:]])
    told = change_grids([GridChange(tiny.VILLAGE, tiny.WEST, more)], actor=world.actors["centre"], on=TODAY)
    assert told.begun == []
    assert (world.grids[tiny.WEST], tiny.WEST) in rows(connection)


def test_what_is_gone_or_changes_later_is_refused_and_so_are_others(connection: Connection, world: tiny.World) -> None:
    with pytest.raises(GridGoneError):
        change_grids([GridChange(tiny.VILLAGE, f"{tiny.VILLAGE}009", None)], actor=world.actors["centre"], on=TODAY)
    with pytest.raises(RefusedError):
        change_grids([GridChange(tiny.VILLAGE, tiny.EAST, None)], actor=world.actors["inspector"], on=TODAY)
    cut_west(world, Y + 0.0055, on=TODAY + timedelta(days=7))
    with pytest.raises(PlannedLaterError):
        change_grids([GridChange(tiny.VILLAGE, tiny.EAST, None)], actor=world.actors["centre"], on=TODAY)
