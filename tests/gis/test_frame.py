"""The contract at the door."""

import geopandas as gpd
import pytest
from shapely.geometry import Point, Polygon, box

from gis import frame
from gis.frame import check_frame


def houses(shapes, *, crs="EPSG:4490"):
    return gpd.GeoDataFrame({"name": ["x"] * len(shapes)}, geometry=list(shapes), crs=crs)


def test_a_frame_that_keeps_the_contract_passes_untouched():
    good = houses([Point(120, 31), Point(121, 31)])
    assert check_frame(good, columns=["name"], geometry="Point") is good
    check_frame(houses([]), columns=["name"], geometry="Point")
    check_frame(houses([box(0, 0, 1, 1)], crs="EPSG:4549"), columns=[], geometry=("Polygon", "MultiPolygon"), crs=4549)


@pytest.mark.parametrize(
    ("broken", "error"),
    [
        (houses([Point(120, 31)], crs=None), frame.FrameWithoutCrsError),
        (houses([Point(120, 31)], crs="EPSG:4326"), frame.FrameCrsError),
        (houses([Point(120, 31), box(0, 0, 1, 1)]), frame.FrameGeometryTypeError),
        (houses([Point(120, 31), None]), frame.FrameEmptyGeometryError),
        (houses([Point(120, 31), Point()]), frame.FrameEmptyGeometryError),
        (gpd.GeoDataFrame({"name": ["x"]}), frame.FrameWithoutGeometryError),
    ],
)
def test_each_broken_clause_has_its_own_error(broken, error):
    with pytest.raises(error):
        check_frame(broken, columns=["name"], geometry="Point")


def test_a_crossed_polygon_and_a_missing_column_are_named():
    crossed = houses([box(0, 0, 1, 1), Polygon([(0, 0), (1, 1), (1, 0), (0, 1)])])
    with pytest.raises(frame.FrameInvalidGeometryError, match=r"Row 1 .*Self-intersection"):
        check_frame(crossed, columns=["name"], geometry="Polygon")
    with pytest.raises(frame.FrameColumnsError, match="code, town"):
        check_frame(crossed, columns=["name", "code", "town"], geometry="Polygon")
