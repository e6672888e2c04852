"""Checking a county's grids.

Claim: 5,000 grids with a hundred planted gaps and overlaps are checked, and every fault mended, in seconds on one core.

    python -m benchmarks grids
"""

import time
from collections.abc import Callable
from typing import Any

import geopandas as gpd
import numpy as np
import shapely

from benchmarks.ground import Figure
from demo.territory import territory
from gis.grid import cut
from gis.grid_check import check_grids
from gis.grid_mend import mend_grids

COUNTY, SEED, GRIDS, FAULTS, ROUNDS = "320581", 1, 5000, 100, 3
METRE = 1 / 111_320


def county() -> tuple[gpd.GeoDataFrame, gpd.GeoDataFrame]:
    """Grids and outlines of the model county."""
    land = {code: one for code, one in territory(COUNTY, seed=SEED).villages.items() if one.geom is not None}
    rng = np.random.default_rng(SEED)
    codes, shapes = [], []
    for code, village in land.items():
        west, south, east, north = village.geom.bounds  # type: ignore[union-attr]
        spots = np.c_[rng.uniform(west, east, 600), rng.uniform(south, north, 600)]
        inside = shapely.intersects_xy(village.geom, spots[:, 0], spots[:, 1])
        pieces = cut(village.geom, spots[inside], per_grid=max(1, round(inside.sum() * len(land) / GRIDS)))  # type: ignore[arg-type]
        codes += [f"{code}{serial:03d}" for serial in range(1, len(pieces) + 1)]
        shapes += pieces
    outlines = gpd.GeoDataFrame({"code": list(land)}, geometry=[one.geom for one in land.values()], crs=4490)
    return gpd.GeoDataFrame({"code": codes}, geometry=shapes, crs=4490), outlines


def spoilt(grids: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """The grids with every so many shrunk or grown by a metre."""
    after = grids.copy()
    for number, row in enumerate(range(0, len(grids), len(grids) // FAULTS)):
        reach = METRE if number % 2 else -METRE
        after.loc[row, "geometry"] = grids.geometry[row].buffer(reach, join_style="mitre")
    return after


def timed(work: Callable[[], Any]) -> tuple[Any, float]:
    """What some work answers and the seconds of CPU it took."""
    began = time.process_time()
    return work(), time.process_time() - began


def by_overlay(grids: gpd.GeoDataFrame, outlines: gpd.GeoDataFrame) -> int:
    """What one would write instead with GeoPandas: overlay the grids with themselves, villages with the grids."""
    flat, ground = grids.to_crs(4549), outlines.to_crs(4549)
    twice = gpd.overlay(flat, flat, how="intersection", keep_geom_type=True)
    twice = twice[(twice["code_1"] < twice["code_2"]) & (twice.area >= 0.5)]
    gaps = gpd.overlay(ground, flat, how="difference", keep_geom_type=True).explode()
    return len(twice) + int((gaps.area >= 0.5).sum())


def run() -> list[Figure]:
    """Measure."""
    grids, outlines = county()
    faulty = spoilt(grids)
    sound, sound_s = timed(lambda: check_grids(grids, villages=outlines))
    report, faults_s = timed(lambda: check_grids(faulty, villages=outlines))
    after, mend_s = timed(lambda: mend_grids(faulty, report.findings, villages=outlines))
    for _ in range(ROUNDS - 1):
        left = check_grids(after, villages=outlines).findings
        after = mend_grids(after, left, villages=outlines)
    left = check_grids(after, villages=outlines).findings
    plain, plain_s = timed(lambda: by_overlay(faulty, outlines))
    return [
        Figure(f"{len(grids)} sound grids in {len(outlines)} villages checked, CPU", f"{sound_s:.1f} s", "<= 5 s",
               sound_s <= 5 and not sound.findings),
        Figure(f"{FAULTS} shrunk or grown by 1 m: {len(report.findings)} faults", f"{faults_s:.1f} s", "<= 15 s",
               faults_s <= 15),
        Figure("all of them mended", f"{mend_s:.1f} s", "", None),
        Figure(f"left after {ROUNDS} rounds of mending", str(len(left)), "0", not left),
        Figure(f"instead: geopandas.overlay, {plain} faults, no mend", f"{plain_s:.1f} s", "", None),
    ]  # fmt: skip
