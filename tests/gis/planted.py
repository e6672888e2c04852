"""Grids of some villages of the model county, and faults planted in them."""

from collections.abc import Callable
from functools import cache
from itertools import islice

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import shapely
from shapely.affinity import translate
from shapely.geometry import Polygon
from shapely.geometry.base import BaseGeometry

from gis.grid import cut
from tests.demo.town import ground

METRE = 1 / 111_320
Frame = gpd.GeoDataFrame


@cache
def county(villages: int = 6) -> tuple[Frame, Frame, npt.NDArray[np.float64]]:
    """Grids, outlines and houses of the first villages of Changshu."""
    drawn = (one for one in ground("320581").villages.items() if one[1].geom is not None)
    land = list(islice(drawn, villages))
    rng = np.random.default_rng(7)
    codes, shapes, houses = [], [], []
    for code, village in land:
        west, south, east, north = village.geom.bounds
        spots = np.c_[rng.uniform(west, east, 240), rng.uniform(south, north, 240)]
        spots = spots[shapely.intersects_xy(village.geom, spots[:, 0], spots[:, 1])]
        pieces = cut(village.geom, spots, per_grid=16)
        codes += [f"{code}{serial:03d}" for serial in range(1, len(pieces) + 1)]
        shapes += pieces
        houses.append(spots)
    outlines = gpd.GeoDataFrame({"code": [code for code, _ in land]}, geometry=[one.geom for _, one in land], crs=4490)
    return gpd.GeoDataFrame({"code": codes}, geometry=shapes, crs=4490), outlines, np.concatenate(houses)


def beside(grids: Frame, row: int, *, same_village: bool = True) -> int | None:
    """A row that shares an edge of twenty metres with another."""
    shape, village = grids.geometry[row], grids["code"][row][:12]
    return next(
        (other for other in grids.index
         if other != row and (grids["code"][other][:12] == village) == same_village
         and shape.intersection(grids.geometry[other]).length > 20 * METRE), None,
    )  # fmt: skip


def strip(grids: Frame, row: int, other: int, *, wide_m: float = 1.0) -> BaseGeometry:
    """What lies within some metres of a row in another."""
    near = grids.geometry[row].buffer(wide_m * METRE, join_style="mitre")
    return max(shapely.get_parts(near.intersection(grids.geometry[other])), key=lambda part: part.area)


def put(grids: Frame, row: int, shape: BaseGeometry | None = None, code: str | None = None) -> None:
    """Give a row, also a new one, another outline or code."""
    if row not in grids.index:
        grids.loc[row] = {"code": code, "geometry": shape}
    elif shape is not None:
        grids.loc[row, "geometry"] = shape
    if code is not None:
        grids.loc[row, "code"] = code


def gap(grids: Frame, row: int) -> bool:
    other = beside(grids, row)
    put(grids, other, grids.geometry[other].difference(strip(grids, row, other)))
    return True


def overlap(grids: Frame, row: int) -> bool:
    put(grids, row, grids.geometry[row].union(strip(grids, row, beside(grids, row))))
    return True


def hole(grids: Frame, row: int) -> bool:
    shape = grids.geometry[row]
    spot = shapely.maximum_inscribed_circle(shape)
    put(grids, row, shape.difference(shapely.get_point(spot, 0).buffer(min(6 * METRE, spot.length * 0.7))))
    return True


def bow_tie(grids: Frame, row: int) -> bool:
    corners = list(grids.geometry[row].exterior.coords)[:-1]
    corners[0], corners[1] = corners[1], corners[0]
    crossed = Polygon(corners)
    put(grids, row, crossed)
    return not crossed.is_valid


def twin(grids: Frame, row: int) -> bool:
    put(grids, len(grids), grids.geometry[row], grids["code"][row])
    return True


def twin_of_another_code(grids: Frame, row: int) -> bool:
    put(grids, len(grids), grids.geometry[row], grids["code"][row][:12] + "777")
    return True


def sliver(grids: Frame, row: int) -> bool:
    other = beside(grids, row)
    thin = strip(grids, row, other)
    put(grids, other, grids.geometry[other].difference(thin))
    put(grids, len(grids), thin, grids["code"][row][:12] + "888")
    return True


def sliver_on_top(grids: Frame, row: int) -> bool:
    put(grids, len(grids), strip(grids, row, beside(grids, row)), grids["code"][row][:12] + "888")
    return True


def across(grids: Frame, row: int) -> bool:
    other = beside(grids, row, same_village=False)
    if other is not None:
        put(grids, row, grids.geometry[row].union(strip(grids, row, other, wide_m=3)))
    return other is not None


def border_moved(grids: Frame, row: int) -> bool:
    other = beside(grids, row, same_village=False)
    if other is not None:
        thin = strip(grids, row, other, wide_m=3)
        put(grids, row, grids.geometry[row].union(thin))
        put(grids, other, grids.geometry[other].difference(thin))
    return other is not None


def foreign_code(grids: Frame, row: int) -> bool:
    other = beside(grids, row, same_village=False)
    if other is not None:
        put(grids, row, code=grids["code"][other][:12] + "555")
    return other is not None


def code_given_twice(grids: Frame, row: int) -> bool:
    put(grids, row, code=grids["code"][beside(grids, row)])
    return True


def no_code(grids: Frame, row: int) -> bool:
    put(grids, row, code="12")
    return True


def moved(grids: Frame, row: int) -> bool:
    put(grids, row, translate(grids.geometry[row], 2 * METRE, METRE))
    return True


PLANTED: dict[Callable[[Frame, int], bool], str] = {
    gap: "gap", overlap: "overlap", hole: "hole", bow_tie: "self_crossing", twin: "duplicate",
    twin_of_another_code: "duplicate", sliver: "sliver", sliver_on_top: "sliver", across: "across",
    border_moved: "across", foreign_code: "wrong_village", code_given_twice: "duplicate_code", no_code: "bad_code",
    moved: "overlap",
}  # fmt: skip
"""Faults, and the kind under which each is found."""
