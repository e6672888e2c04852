"""Sharing a county of 200,000 houses out evenly, in minutes of work a month.

Claim: among as many parts as the county has grids, or inspectors, the heaviest is at most 10 % above the mean and the
lightest at most 10 % below it, every part in one piece, in <= 60 s; equal numbers of houses leave more than that.

    python -m benchmarks balance

The villages of the model county hold houses in clumps, some villages fifty times as many as others; colours and rooms
are drawn. Blocks, neighbours, division and the new outlines are all in the time. METIS alone (what one would call
instead) is given the same blocks.
"""

import time
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import shapely
from shapely.geometry.base import BaseGeometry

from benchmarks.ground import SEED, Figure
from demo.territory import territory
from gis.balance import apart
from gis.evenness import evenness
from gis.grid import cut
from gis.recut import shape_of
from gis.sharing import Doors, Grids, Layout, Sharing, lay_out, share_among_grids, share_among_people
from inspections.day import working_day
from inspections.workload import month_minutes

COUNTY, HOUSES, PER_GRID, GRIDS_A_PERSON, AIM, AIM_S = "320581", 200_000, 320, 3, 0.10, 60.0
COLOURS, ODDS = ("red", "orange", "yellow", "green"), (0.02, 0.05, 0.23, 0.70)


@dataclass(frozen=True, slots=True)
class Town:
    """The county as it is: grids of about as many houses each, dealt out to people in their order."""

    grids: Grids
    doors: Doors
    people: int


def county() -> Town:
    """Lay houses into the model county's villages and grids over them."""
    random = np.random.default_rng(SEED)
    villages = {code: one.geom for code, one in territory(COUNTY, seed=SEED).villages.items() if one.geom is not None}
    share = random.lognormal(0, 0.9, len(villages))
    counts = np.maximum((share / share.sum() * HOUSES).astype(int), 5)
    shapes: list[BaseGeometry] = []
    names: list[str] = []
    at, homes, held = [], [], []
    for (code, geom), count in zip(villages.items(), counts.tolist(), strict=True):
        spots = _houses(geom, count, random)
        pieces = cut(geom, spots, per_grid=PER_GRID) if count > PER_GRID else [geom]
        inside = shapely.STRtree(pieces).query_nearest(shapely.points(spots), all_matches=False)[1]
        held.append(inside + len(shapes))
        shapes += pieces
        names += [code] * len(pieces)
        at.append(spots)
        homes += [code] * len(spots)
    places = np.vstack(at)
    colours = random.choice(COLOURS, len(places), p=ODDS).tolist()
    rooms = (1 + random.poisson(3, len(places))).tolist()
    work = month_minutes(colours, rooms, places, county=COUNTY, day=working_day({}))
    holder = np.arange(len(shapes)) // GRIDS_A_PERSON
    grids = Grids(np.array(shapes, dtype=object), np.array(names), np.zeros(len(shapes), dtype=bool), holder)
    return Town(grids, Doors(places, np.array(homes), np.concatenate(held), work), int(holder.max()) + 1)


def _houses(geom: BaseGeometry, count: int, random: np.random.Generator) -> npt.NDArray[np.float64]:
    """Houses in eight clumps, all of them inside."""
    west, south, east, north = geom.bounds
    middles = np.c_[random.uniform(west, east, 8), random.uniform(south, north, 8)]
    found = np.zeros((0, 2))
    while len(found) < count:
        spots = middles[random.integers(0, 8, 4 * count)]
        spots = spots + random.normal(0, 0.08, spots.shape) * np.array([east - west, north - south])
        found = np.vstack([found, spots[shapely.intersects_xy(geom, spots[:, 0], spots[:, 1])]])
    return found[:count]


def run() -> list[Figure]:
    """Share the county among people, then among as many parts as it has grids, then village by village."""
    town = county()
    figures = []
    for name, parts in (("inspectors", town.people), ("parts as many as grids", len(town.grids.shapes))):
        started = time.perf_counter()
        layout = lay_out(town.grids, town.doors, parts=parts)
        present = town.grids if parts == town.people else _each(town.grids)
        found = share_among_people(layout, present, parts=parts, tolerance=0.08, seed=SEED)
        grids = _outlines(layout, found)
        took = time.perf_counter() - started
        figures += _told(f"{parts} {name}", layout, found, took, grids)
        figures.append(_metis_alone(layout, parts))
    return [*figures, _villages(town)]


def _each(grids: Grids) -> Grids:
    return Grids(grids.shapes, grids.villages, grids.special, np.arange(len(grids.shapes)))


def _outlines(layout: Layout, found: Sharing) -> int:
    """Draw every grid as it is to be; how many there are."""
    return len([shape_of(layout.shapes[cut.blocks]) for cut in found.cuts(layout)])


def _told(name: str, layout: Layout, found: Sharing, took: float, grids: int) -> list[Figure]:
    known = found.now >= 0
    before = np.bincount(found.now[known], weights=layout.work[known], minlength=len(found.owner))
    was, then = evenness(before.tolist()), evenness(found.then.work.tolist())
    held = then.worst <= 1 + AIM and then.least >= 1 - AIM and found.then.apart == 0
    return [
        Figure(f"{name}: heaviest and lightest over the mean, as it is by equal houses",
               f"{was.worst:.2f}, {was.least:.2f}"),
        Figure(f"{name}: shared out ({len(layout.work):,} blocks, {grids:,} grids, {found.then.stays:.0%} stays)",
               f"{then.worst:.3f}, {then.least:.3f}", "within 10 %, in one piece", held),
        Figure(f"{name}: time, outlines drawn", f"{took:.1f} s", f"<= {AIM_S:g} s", took <= AIM_S),
    ]  # fmt: skip


def _metis_alone(layout: Layout, parts: int) -> Figure:
    """METIS with its own bound on unevenness (3 %), as it gives it."""
    import pymetis

    both = np.concatenate([layout.pairs, layout.pairs[:, ::-1]])
    order = np.lexsort((both[:, 1], both[:, 0]))
    starts = np.searchsorted(both[order][:, 0], np.arange(len(layout.work) + 1))
    weights = np.maximum(np.rint(np.tile(layout.edges, 2)[order]), 1).astype(int)
    work = np.maximum(np.rint(layout.work), 1).astype(int)
    _, found = pymetis.part_graph(parts, xadj=starts.tolist(), adjncy=both[order][:, 1].tolist(), recursive=False,
                                  vweights=work.tolist(), eweights=weights.tolist())  # fmt: skip
    labels = np.asarray(found)
    told = evenness(np.bincount(labels, weights=layout.work, minlength=parts).tolist())
    said = f"{told.worst:.2f}, {told.least:.2f}; {apart(labels, layout.pairs)} in pieces"
    return Figure(f"*instead*: METIS alone, {parts} parts", said)


def _villages(town: Town) -> Figure:
    """Each village's grids by themselves: how far the worst one is from its village's mean."""
    layout = lay_out(town.grids, town.doors, parts=len(town.grids.shapes))
    found = share_among_grids(layout, town.grids, parts=None, tolerance=0.08, seed=SEED)
    village = town.grids.villages[np.array(found.grid)]
    off = [abs(one / found.then.work[village == code].mean() - 1)
           for code in np.unique(village) for one in found.then.work[village == code]]  # fmt: skip
    return Figure(f"each village's own grids ({len(off)}): farthest from the village's mean", f"{max(off):.3f}",
                  f"<= {AIM}", max(off) <= AIM)  # fmt: skip
