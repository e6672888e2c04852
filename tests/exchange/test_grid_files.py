"""Files of grids come in from any system and go out in three formats without moving a corner."""

import json
import zipfile
from pathlib import Path

import geopandas as gpd
import pyogrio
import pytest
import shapely
from shapely.geometry import Point, Polygon, box, mapping

from exchange.errors import UnknownFormat, UnknownOutput
from exchange.grid_files import FileWithoutCrs, UnreadableShape, read_grid_file, write_grid_file
from gis.crs import wgs84_to_gcj02

VILLAGE = "320581101201"
WEST, EAST = box(120.92, 31.70, 120.93, 31.72), box(120.93, 31.70, 120.94, 31.72)


def grids(**columns: list[str]) -> gpd.GeoDataFrame:
    told = {"code": [f"{VILLAGE}001", f"{VILLAGE}901"], "name": ["西格", "东南市场"], "kind": ["base", "special"]}
    return gpd.GeoDataFrame(told | columns, geometry=[WEST, EAST], crs=4490)


def geojson(path: Path, shapes: list, **extra: object) -> Path:
    features = [{"type": "Feature", "properties": {"名称": "西格"}, "geometry": mapping(one)} for one in shapes]
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features, **extra}), encoding="utf-8")
    return path


@pytest.mark.parametrize("name", ["grids.gpkg", "grids.geojson", "grids.zip"])
def test_what_goes_out_comes_in_again_as_it_was(tmp_path: Path, name: str) -> None:
    assert write_grid_file(grids(), tmp_path / name) == 2
    back = read_grid_file(tmp_path / name)
    assert list(back["code"]) == [f"{VILLAGE}001", f"{VILLAGE}901"]
    assert (list(back["name"]), list(back["kind"])) == (["西格", "东南市场"], ["base", "special"])
    assert list(back["village"]) == [VILLAGE, VILLAGE]
    assert back.crs.to_epsg() == 4490
    assert shapely.equals_exact(back.geometry.to_numpy(), [WEST, EAST], tolerance=1e-10, normalize=True).all()


@pytest.mark.parametrize("epsg", [4549, 4326, 4490])
def test_a_file_in_another_system_is_converted_by_what_it_declares(tmp_path: Path, epsg: int) -> None:
    path = tmp_path / "grids.gpkg"
    pyogrio.write_dataframe(grids().to_crs(epsg), path)
    back = read_grid_file(path)
    assert shapely.equals_exact(back.geometry.to_numpy(), [WEST, EAST], tolerance=1e-8, normalize=True).all()
    assert shapely.coverage_is_valid(back.geometry.to_numpy())


def test_gcj_02_is_taken_when_it_is_said(tmp_path: Path) -> None:
    shifted = shapely.transform([WEST, EAST], wgs84_to_gcj02, interleaved=False)
    back = read_grid_file(geojson(tmp_path / "gcj.geojson", list(shifted)), crs="GCJ-02")
    assert back.total_bounds == pytest.approx((120.92, 31.70, 120.94, 31.72), abs=1e-8)
    assert list(back["name"]) == ["西格", "西格"]


def test_a_shapefile_without_a_system_is_refused_until_it_is_named(tmp_path: Path) -> None:
    whole, bare = tmp_path / "whole.zip", tmp_path / "bare.zip"
    write_grid_file(grids(), whole)
    with zipfile.ZipFile(whole) as source, zipfile.ZipFile(bare, "w") as target:
        for member in source.namelist():
            if not member.endswith(".prj"):
                target.writestr(member, source.read(member))
    with pytest.raises(FileWithoutCrs):
        read_grid_file(bare)
    assert len(read_grid_file(bare, crs="EPSG:4490")) == 2


def test_broken_polygons_come_in_to_be_found_but_points_and_tables_do_not(tmp_path: Path) -> None:
    crossed = Polygon([(120.92, 31.7), (120.93, 31.71), (120.93, 31.7), (120.92, 31.71)])
    assert not read_grid_file(geojson(tmp_path / "bow.geojson", [crossed])).geometry.iloc[0].is_valid
    with pytest.raises(UnreadableShape):
        read_grid_file(geojson(tmp_path / "point.geojson", [WEST, Point(120.9, 31.7)]))
    register = tmp_path / "register.csv"
    register.write_text("房屋编号,地址\n1,聚沙村1号\n", encoding="utf-8")
    with pytest.raises(UnknownFormat):
        read_grid_file(register)
    with pytest.raises(UnknownOutput):
        write_grid_file(grids(), tmp_path / "grids.dxf")
