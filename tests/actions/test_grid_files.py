"""A file of many villages goes in force together, keeps its codes, is refused or mended where it is faulty."""

import json
from datetime import datetime
from pathlib import Path

import geopandas as gpd
import pytest
from shapely import box
from sqlalchemy import Connection
from typer.testing import CliRunner

import cli
from actions.grid_files import FaultyGridsError, GridPlaceError, grids_out, import_file
from db import grid
from exchange.grid_files import read_grid_file, write_grid_file
from tests import world as tiny

TODAY = datetime.now(tiny.SHANGHAI).date()
X, Y = tiny.X0, tiny.Y0


def frame(rows: list[tuple[str, str, str, object]]) -> gpd.GeoDataFrame:
    told = {name: [row[at] for row in rows] for at, name in enumerate(("code", "name", "kind"))}
    villages = [row[0][:12] for row in rows]
    return gpd.GeoDataFrame(told | {"village": villages}, geometry=[row[3] for row in rows], crs=4490)


def in_force(connection: Connection) -> dict[str, tuple[str, str, str | None]]:
    found = grid.grids_frame(connection, county=tiny.COUNTY, on=TODAY)
    found["inspector"] = found["inspector"].astype(object).where(found["inspector"].notna(), None)
    return {row["code"]: (row["name"], row["kind"], row["inspector"]) for row in found.to_dict("records")}


def test_what_was_written_comes_in_again_without_any_change(
    connection: Connection, world: tiny.World, tmp_path: Path
) -> None:
    path = tmp_path / "grids.gpkg"
    before = in_force(connection)
    assert write_grid_file(grids_out(actor=world.actors["centre"], on=TODAY), path) == 3
    told = import_file(read_grid_file(path), actor=world.actors["admin"], on=TODAY)
    assert (told.read, told.villages, told.changed.begun, told.changed.ended) == (3, 2, [], [])
    assert in_force(connection) == before


def test_given_codes_kinds_and_names_are_kept_and_the_rest_is_numbered(
    connection: Connection, world: tiny.World
) -> None:
    south, north = box(X, Y, X + 0.02, Y + 0.007), box(X, Y + 0.007, X + 0.02, Y + 0.02)
    market = box(X + 0.001, Y + 0.001, X + 0.002, Y + 0.002)
    other = box(X + 0.02, Y, X + 0.03, Y + 0.02), box(X + 0.03, Y, X + 0.04, Y + 0.02)
    rows = [
        (f"{tiny.VILLAGE}012", "南", "base", south), (f"{tiny.VILLAGE}013", "北", "base", north),
        (f"{tiny.VILLAGE}905", "市场", "special", market), ("", "西", "base", other[0]), ("", "", "base", other[1]),
    ]  # fmt: skip
    told = import_file(frame(rows), actor=world.actors["centre"], on=TODAY)
    assert told.villages == 2
    assert in_force(connection) == {
        f"{tiny.VILLAGE}012": ("南", "base", "网格员甲"), f"{tiny.VILLAGE}013": ("北", "base", "网格员乙"),
        f"{tiny.VILLAGE}905": ("市场", "special", None), f"{tiny.OTHER_VILLAGE}001": ("西", "base", None),
        f"{tiny.OTHER_VILLAGE}002": ("002", "base", None),
    }  # fmt: skip


def test_a_faulty_file_is_refused_or_mended_first(connection: Connection, world: tiny.World) -> None:
    rows = [(tiny.WEST, "西", "base", box(X, Y, X + 0.0101, Y + 0.02)),
            (tiny.EAST, "东", "base", box(X + 0.01, Y, X + 0.02, Y + 0.02))]  # fmt: skip
    with pytest.raises(FaultyGridsError, match="faults, the first: overlap"):
        import_file(frame(rows), actor=world.actors["centre"], on=TODAY)
    told = import_file(frame(rows), actor=world.actors["centre"], on=TODAY, mend=True)
    assert (told.mended, [one[2] for one in in_force(connection).values()]) == (1, ["网格员甲", "网格员乙", None])
    with pytest.raises(GridPlaceError):
        import_file(frame([("", "", "base", box(110, 20, 110.1, 20.1))]), actor=world.actors["centre"], on=TODAY)


def test_the_terminal_writes_reads_and_tells_who_answers(
    connection: Connection, world: tiny.World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("db.server.ensure_database", lambda: None)
    path = str(tmp_path / "grids.zip")
    run = CliRunner().invoke
    assert run(cli.app, ["grid", "export", path, "--in", tiny.TOWN]).exit_code == 0
    assert json.loads(run(cli.app, ["grid", "import", path, "--json"]).stdout)["begun"] == []
    told = run(cli.app, ["grid", "who", "--house", world.codes[5], "--json"])
    assert (json.loads(told.stdout)["grid"], json.loads(told.stdout)["main"]) == (tiny.EAST, ["网格员乙"])
    check = run(cli.app, ["grid", "check", "--json"])
    assert (check.exit_code, [one["kind"] for one in json.loads(check.stdout)["findings"]]) == (1, ["vacant"])
