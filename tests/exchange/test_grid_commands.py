"""Grids checked from a terminal: the exit code says whether anything was found, the mended file is clean."""

import json
from pathlib import Path

from typer.testing import CliRunner

import cli
from exchange.grid_files import write_grid_file
from tests.gis.planted import county, gap, overlap


def test_a_file_of_grids_is_checked_without_a_database_and_written_mended(tmp_path: Path) -> None:
    grids, outlines, _ = county()
    spoilt = grids.copy()
    gap(spoilt, 3)
    overlap(spoilt, 30)
    files = {name: tmp_path / name for name in ("sound.gpkg", "spoilt.zip", "villages.geojson", "mended.gpkg")}
    write_grid_file(grids, files["sound.gpkg"])
    write_grid_file(spoilt, files["spoilt.zip"])
    write_grid_file(outlines, files["villages.geojson"])
    sound = CliRunner().invoke(cli.app, ["grid", "check", str(files["sound.gpkg"]), "--json"])
    assert (sound.exit_code, json.loads(sound.stdout)["findings"]) == (0, [])
    words = ["grid", "check", str(files["spoilt.zip"]), "--villages", str(files["villages.geojson"])]
    told = CliRunner().invoke(cli.app, [*words, "--json", "--mended", str(files["mended.gpkg"])])
    found = json.loads(told.stdout)
    assert told.exit_code == 1
    assert [one["kind"] for one in found["findings"]] == ["overlap", "gap"]
    assert found["findings"][1]["mend"]["gains"][0]["piece"].startswith("POLYGON")
    assert found["left_after_mending"] == []
    assert CliRunner().invoke(cli.app, ["grid", "check", str(files["mended.gpkg"])]).exit_code == 0
    plain = CliRunner().invoke(cli.app, [*words, "--lang", "en"])
    assert "Overlap" in plain.stdout
