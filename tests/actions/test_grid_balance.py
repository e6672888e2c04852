"""Sharing an area out: proposed without writing anything, then in force with edges, codes and duties together."""

import json
from datetime import timedelta

import numpy as np
import pytest
import shapely
from sqlalchemy import Connection, text
from typer.testing import CliRunner

from actions.grid_balance import NothingToShareError, Proposal, apply_proposal, propose
from actions.grid_changes import GridGoneError
from db import grid
from db.register import NewHouse, add
from gis.grid_check import check_grids
from inspections.access import RefusedError
from tests import world as tiny

TOMORROW = tiny.TODAY + timedelta(days=1)


@pytest.fixture
def crowded(connection: Connection, world: tiny.World) -> Connection:
    """The tiny town with a hundred houses more, nearly all of them in the west grid, some of them red."""
    random = np.random.default_rng(3)
    at = np.array([tiny.X0 + 0.0005, tiny.Y0 + 0.0005]) + random.uniform(0, 1, (100, 2)) * np.array([0.0105, 0.019])
    ids = add(connection, county=tiny.COUNTY, houses=[
        NewHouse(village=tiny.VILLAGE, address=f"{n + 20}号", lon=lon, lat=lat, let_status="let", rooms_let=4)
        for n, (lon, lat) in enumerate(at.tolist())
    ])  # fmt: skip
    assert len(ids) == 100
    connection.execute(
        text("UPDATE house SET colour = CASE id % 5 WHEN 0 THEN 'red' WHEN 1 THEN 'yellow' ELSE 'green' END")
    )
    return connection


def frame(connection: Connection, on=TOMORROW):
    return grid.grids_frame(connection, county=tiny.COUNTY, on=on, village=tiny.VILLAGE)


def proposed(world: tiny.World, **options: object) -> Proposal:
    return propose(tiny.VILLAGE, actor=world.actors["centre"], on=TOMORROW, **options)  # type: ignore[arg-type]


def test_a_proposal_tells_who_has_how_much_before_and_after_and_writes_nothing(
    crowded: Connection, world: tiny.World
) -> None:
    before = frame(crowded)
    told: list[float] = []
    found = proposed(world, progress=told.append)
    assert found.before.worst > 1.4
    assert found.after.worst < 1.1
    assert {one.name for one in found.shares} == {"网格员甲", "网格员乙"}
    for when in (0, 1):
        assert sum(one.houses[when] for one in found.shares) == 105
    assert sum(one.minutes[0] for one in found.shares) == pytest.approx(sum(one.minutes[1] for one in found.shares))
    assert sum(one.danger[0] for one in found.shares) == sum(one.danger[1] for one in found.shares) > 0
    assert 0.5 < found.stays < 1
    assert told == sorted(told)
    assert told[-1] == 1
    after = frame(crowded)
    assert after["code"].tolist() == before["code"].tolist()
    assert after.geometry.equals(before.geometry)


def test_in_force_every_person_has_what_was_proposed_and_the_ground_is_whole(
    crowded: Connection, world: tiny.World
) -> None:
    old = frame(crowded)
    found = proposed(world)
    told = apply_proposal(found, actor=world.actors["centre"], on=TOMORROW)
    assert told.vacant == []
    after = frame(crowded)
    assert after["account_id"].notna().all()
    assert set(old["code"]) <= set(after["code"])
    whole = shapely.union_all(after.geometry.to_numpy())
    assert whole.symmetric_difference(shapely.union_all(old.geometry.to_numpy())).area < 1e-11
    assert [one.kind for one in check_grids(after).findings] == []
    counted = "SELECT grid_id, count(*) FROM house WHERE village = :v GROUP BY grid_id"
    held = dict(crowded.execute(text(counted), {"v": tiny.VILLAGE}).tuples().all())
    wanted = {one.account_id: one.houses[1] for one in found.shares}
    houses = {
        account: sum(held.get(int(key), 0) for key in rows["id"]) for account, rows in after.groupby("account_id")
    }
    assert houses == wanted
    roles = (
        "SELECT area_code FROM role_grant WHERE account_id = :a AND area_kind = 'grid' AND valid @> CAST(:on AS date)"
    )
    for account, rows in after.groupby("account_id"):
        granted = set(crowded.execute(text(roles), {"a": int(account), "on": TOMORROW}).scalars())
        assert set(rows["code"]) <= granted


def test_what_was_proposed_before_somebody_changed_a_grid_is_refused(crowded: Connection, world: tiny.World) -> None:
    found = proposed(world)
    crowded.execute(text("UPDATE grid SET valid = daterange(lower(valid), :on) WHERE code = :code"),
                    {"on": tiny.TODAY, "code": tiny.WEST})  # fmt: skip
    with pytest.raises(GridGoneError):
        apply_proposal(found, actor=world.actors["centre"], on=TOMORROW)


def test_one_inspector_more_is_a_part_without_anybody(crowded: Connection, world: tiny.World) -> None:
    found = proposed(world, parts=3)
    assert [one.account_id is None for one in found.shares].count(True) == 1
    told = apply_proposal(found, actor=world.actors["centre"], on=TOMORROW)
    assert told.vacant
    assert {change.nobody for change in found.changes} == {True, False}
    vacant = frame(crowded)
    assert set(vacant["code"][vacant["account_id"].isna()]) == set(told.vacant)


def test_grids_of_a_village_can_be_made_even_instead(crowded: Connection, world: tiny.World) -> None:
    found = proposed(world, by="grid")
    assert [one.grid for one in found.shares] == [tiny.WEST, tiny.EAST]
    assert found.after.worst < found.before.worst


def test_only_the_centre_proposes_and_only_where_there_are_grids(crowded: Connection, world: tiny.World) -> None:
    with pytest.raises(RefusedError):
        propose(tiny.VILLAGE, actor=world.actors["inspector"], on=TOMORROW)
    with pytest.raises(NothingToShareError):
        propose("320581999", actor=world.actors["centre"], on=TOMORROW)


def test_the_terminal_proposes_and_applies(crowded: Connection, world: tiny.World) -> None:
    import cli

    words = ["grid", "balance", "--in", tiny.VILLAGE, "--county", tiny.COUNTY, "--on", f"{TOMORROW}"]
    done = CliRunner().invoke(cli.app, [*words, "--json"])
    assert done.exit_code == 0, done.output
    told = json.loads(done.output)
    assert told["after"]["worst"] < told["before"]["worst"]
    assert told["applied"] is False
    done = CliRunner().invoke(cli.app, [*words, "--apply"])
    assert done.exit_code == 0, done.output
    assert "网格员甲" in done.output
    assert f"自 {TOMORROW} 起生效" in done.output
