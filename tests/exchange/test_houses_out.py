"""The register handed out, and what comes back of it."""

from pathlib import Path

import geopandas as gpd
import pandas as pd
import pyogrio
import pytest
from shapely.geometry import Point

from exchange.errors import UnknownOutput
from exchange.houses_out import write_houses
from exchange.reading import read_table
from tests.exchange.files import brought_in


def _houses() -> gpd.GeoDataFrame:
    table = {
        "source_key": ["A1", "A2"],
        "address": ["聚沙村8号", "=聚沙村9号"],
        "kind": ["self_built", "dormitory"],
        "built_area_m2": [120.5, None],
        "floors": [3, 2],
        "let_status": ["let", "vacant"],
        "reasons": [["GR01"], []],
        "due_on": [pd.Timestamp("2026-06-15"), pd.NaT],
    }
    return gpd.GeoDataFrame(table, geometry=[Point(120.9, 31.7), Point(120.91, 31.71)], crs="EPSG:4490")


@pytest.mark.parametrize("suffix", [".xlsx", ".csv"])
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_spreadsheet_handed_out_can_be_brought_back(tmp_path: Path, suffix: str, lang: str) -> None:
    path = tmp_path / f"out{suffix}"
    assert write_houses(_houses(), path, lang=lang) == 2
    prepared = brought_in(path)
    assert prepared.problems == []
    assert [(row.source_key, row.address, row.house_kind, row.let_status) for row in prepared.rows] == [
        ("A1", "聚沙村8号", "self_built", "let"),
        ("A2", "=聚沙村9号", "dormitory", "vacant"),
    ]
    assert [row.area_m2 for row in prepared.rows] == [120.5, None]
    assert prepared.rows[0].lon == pytest.approx(120.9, abs=1e-9)


@pytest.mark.parametrize("suffix", [".geojson", ".gpkg"])
def test_a_map_file_says_its_system(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"out{suffix}"
    assert write_houses(_houses(), path) == 2
    assert write_houses(_houses(), path) == 2
    assert read_table(path).crs == "EPSG:4490"
    back = pyogrio.read_dataframe(path)
    assert list(back["house_kind"]) == ["self_built", "dormitory"]
    assert back.geometry[1].equals(Point(120.91, 31.71))


def test_a_plain_frame_with_degrees_will_do(tmp_path: Path) -> None:
    plain = pd.DataFrame({"address": ["聚沙村8号"], "lon": [120.9], "lat": [31.7]})
    write_houses(plain, tmp_path / "out.gpkg")
    assert pyogrio.read_dataframe(tmp_path / "out.gpkg").geometry[0].equals(Point(120.9, 31.7))


def test_another_suffix_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnknownOutput):
        write_houses(_houses(), tmp_path / "out.pdf")
