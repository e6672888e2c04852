"""What was built between two surveys of the same block, found among what was only drawn anew.

Claim: on real blocks of Shanghai and Wuhan with planted additions, drawn anew with metres of misalignment, at least
nine additions in ten are found and at least nine candidates in ten are additions, their square metres within a tenth;
two surveys of 200,000 buildings are compared in five minutes of CPU. ``overlay`` is measured beside it.

    python -m benchmarks footprints
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import shapely

from benchmarks.ground import Figure
from benchmarks.invented.second_survey import Hand, Truth, second_survey
from gis.addition import Certainty
from gis.footprints import Comparison, compare
from gis.survey_fit import fit_surveys

SHARED = Path(__file__).resolve().parents[2] / "shared" / "data" / "osm"
BLOCKS = {"shanghai": "EPSG:32651", "wuhan": "EPSG:32650"}
SEEDS, COUNTY = (1, 2, 3), 200_000
HIT = 0.4
"""A candidate is the planted addition when they have so much in common, of both together."""
LEAST_M2 = 3.0
ROUGH = Hand(jitter_m=0.7, corner_m=0.35, eaves=0.3)


def block(name: str) -> tuple[list[shapely.Geometry], list[float]]:
    """The real outlines of a block on a plane in metres, each once, and their heights."""
    frame = gpd.read_file(SHARED / f"{name}_buildings.geojson")
    frame = frame[(frame["kind"] == "building") & (frame.geom_type == "Polygon")].to_crs(BLOCKS[name])
    frame = frame[frame.area > 12].drop_duplicates("id")
    return list(frame.geometry), frame["height"].astype(float).to_list()


def as_frame(shapes: Sequence[shapely.Geometry], heights: Sequence[float], crs: str) -> gpd.GeoDataFrame:
    """A survey as it would come from a file, degrees and all."""
    return gpd.GeoDataFrame({"height_m": list(heights)}, geometry=list(shapes), crs=crs).to_crs(4490)


@dataclass(frozen=True, slots=True)
class Score:
    """Found of planted, right of said, and how far the square metres are off (share, of those found)."""

    planted: int
    found: int
    said: int
    right: int
    off: npt.NDArray[np.float64]
    inside: int

    @property
    def recall(self) -> float:
        """The share of what was planted that was found."""
        return self.found / max(self.planted, 1)

    @property
    def precision(self) -> float:
        """The share of what was said that was planted."""
        return self.right / max(self.said, 1)


def score(parts: npt.NDArray[np.object_], m2: Sequence[float], plus_minus: Sequence[float], truth: Truth) -> Score:
    """Judge candidates (same plane as the truth) by what was planted."""
    planted = np.array(truth.part, dtype=np.object_)
    one, other = shapely.STRtree(planted).query(parts, predicate="intersects")
    common = shapely.area(shapely.intersection(parts[one], planted[other]))
    alike = common >= HIT * shapely.area(shapely.union(parts[one], planted[other]))
    one, other = one[alike], other[alike]
    off = np.array([(m2[a] - truth.m2[b]) / truth.m2[b] for a, b in zip(one, other, strict=True)])
    inside = sum(abs(m2[a] - truth.m2[b]) <= plus_minus[a] for a, b in zip(one, other, strict=True))
    return Score(len(planted), len(set(other.tolist())), len(parts), len(set(one.tolist())), off, int(inside))


def of_comparison(found: Comparison, truth: Truth, crs: str) -> Score:
    """Judge what ``compare`` said."""
    told = found.candidates.to_crs(crs)
    return score(told.geometry.to_numpy(), told["added_m2"].tolist(), told["plus_minus_m2"].tolist(), truth)


def of_overlay(old: gpd.GeoDataFrame, new: gpd.GeoDataFrame, truth: Truth, crs: str) -> Score:
    """What one would write instead: new without old, pieces that are large enough."""
    rest = gpd.overlay(new.to_crs(crs), old.to_crs(crs), how="difference", keep_geom_type=True).explode()
    rest = rest[rest.area >= LEAST_M2]
    return score(rest.geometry.to_numpy(), rest.area.tolist(), [0.0] * len(rest), truth)


def of_careful(old: gpd.GeoDataFrame, new: gpd.GeoDataFrame, truth: Truth, crs: str) -> Score:
    """What a careful user would do: fit the surveys first, then the difference, a metre of slivers off."""
    first, second = old.to_crs(crs), new.to_crs(crs)
    fit = fit_surveys(first.geometry.to_numpy(), second.geometry.to_numpy())
    matrix = [fit.a, -fit.b, fit.b, fit.a, fit.east_m, fit.north_m]
    moved = second.set_geometry(second.geometry.affine_transform(matrix))
    rest = gpd.overlay(moved, first, how="difference", keep_geom_type=True)
    opened = rest.buffer(-0.5, join_style="mitre").buffer(0.5, join_style="mitre").explode()
    opened = opened[opened.area >= LEAST_M2]
    return score(opened.to_numpy(), opened.area.tolist(), [0.0] * len(opened), truth)


def run() -> list[Figure]:
    """Precision, recall and square metres on both blocks, then a county."""
    figures = [figure for name in BLOCKS for figure in _on_block(name)]
    return figures + _county()


def _on_block(name: str) -> list[Figure]:
    shapes, heights = block(name)
    ours: list[Score] = []
    plain: list[Score] = []
    careful: list[Score] = []
    for seed in SEEDS:
        drawn, truth = second_survey(shapes, heights, seed=seed)
        old, new = as_frame(shapes, heights, BLOCKS[name]), as_frame(drawn.shapes, drawn.height_m, BLOCKS[name])
        ours.append(of_comparison(compare(old, new), truth, BLOCKS[name]))
        plain.append(of_overlay(old, new, truth, BLOCKS[name]))
        careful.append(of_careful(old, new, truth, BLOCKS[name]))
    told = _told(name, ours, claim=True) + _told(f"{name}, plain overlay", plain, claim=False)
    told += _told(f"{name}, fitted, overlay, opened by 1 m", careful, claim=False)
    return told + _by_a_rough_hand(name, shapes, heights)


def _by_a_rough_hand(name: str, shapes: list[shapely.Geometry], heights: list[float]) -> list[Figure]:
    """Twice the misplacement of buildings and corners, three in ten with eaves: what is still found, and is clear."""
    drawn, truth = second_survey(shapes, heights, seed=SEEDS[0], hand=ROUGH)
    old, new = as_frame(shapes, heights, BLOCKS[name]), as_frame(drawn.shapes, drawn.height_m, BLOCKS[name])
    found = compare(old, new)
    whole = of_comparison(found, truth, BLOCKS[name])
    clear = found.candidates[found.candidates["certainty"] == Certainty.CLEAR].to_crs(BLOCKS[name])
    real = shapely.intersects(clear.geometry.to_numpy()[:, None], np.array(truth.part, dtype=np.object_)).any(axis=1)
    return [
        Figure(f"{name}, rough hand: found of {whole.planted}", f"{whole.recall:.1%}", "", None),
        Figure(f"{name}, rough hand: right of {whole.said} said", f"{whole.precision:.1%}", "", None),
        Figure(f"{name}, rough hand: on something built, of {len(clear)} clear", f"{real.mean():.1%}", "", None),
    ]


def _told(name: str, scores: Sequence[Score], *, claim: bool) -> list[Figure]:
    planted, said = sum(one.planted for one in scores), sum(one.said for one in scores)
    recall, precision = (sum(getattr(one, part) for one in scores) for part in ("found", "right"))
    off = float(np.median(np.abs(np.concatenate([one.off for one in scores])))) if recall else 1.0
    figures = [
        Figure(f"{name}: found of {planted} planted", f"{recall / planted:.1%}", ">= 90 %" if claim else "",
               recall >= 0.9 * planted if claim else None),
        Figure(f"{name}: right of {said} said", f"{precision / max(said, 1):.1%}", ">= 90 %" if claim else "",
               precision >= 0.9 * said if claim else None),
        Figure(f"{name}: square metres off, median", f"{off:.1%}" if recall else "none found",
               "<= 10 %" if claim else "", off <= 0.1 if claim else None),
    ]  # fmt: skip
    if claim:
        inside = sum(one.inside for one in scores) / max(sum(len(one.off) for one in scores), 1)
        figures.append(Figure(f"{name}: truth within the stated plus and minus", f"{inside:.1%}", "", None))
    return figures


def _county() -> list[Figure]:
    shapes, heights = block("shanghai")
    drawn, truth = second_survey(shapes, heights, seed=SEEDS[0])
    times = -(-COUNTY // len(shapes))
    old, new = _tiled(shapes, heights, times), _tiled(drawn.shapes, drawn.height_m, times)
    began, worked = time.perf_counter(), time.process_time()
    found = compare(old, new)
    seconds, cpu = time.perf_counter() - began, time.process_time() - worked
    return [
        Figure(
            f"{len(old):,} and {len(new):,} buildings compared", f"{cpu:.0f} s of CPU", "<= 300 s of CPU", cpu <= 300
        ),
        Figure("by the clock, with whatever else the machine did", f"{seconds:.0f} s", "", None),
        Figure("candidates in the county", f"{len(found.candidates):,}", f"{times * len(truth.m2):,} planted", None),
    ]


def _tiled(shapes: Sequence[shapely.Geometry], heights: Sequence[float], times: int) -> gpd.GeoDataFrame:
    """The block again and again, side by side, a square of blocks."""
    side = int(np.ceil(np.sqrt(times)))
    whole: Any = np.array(shapes, dtype=np.object_)
    points = shapely.get_coordinates(whole)
    tiles = [
        shapely.set_coordinates(whole.copy(), points + np.array([at % side, at // side]) * (4200.0, 3200.0))
        for at in range(times)
    ]
    return as_frame(np.concatenate(tiles).tolist(), list(heights) * times, BLOCKS["shanghai"])
