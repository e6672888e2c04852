"""A second survey of the same buildings: what was really built since planted in it, and drawn by another hand.

Everything is on one plane in metres. First the real changes: lean-tos and wings against a free wall, huts on free
ground, filled courtyards, storeys put on, demolitions. Then the drawing: each building shifted a little, some with
eaves, corners taken out or put in, split, merged, drawn twice; then the whole survey shifted, turned and stretched.
"""

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import shapely
from shapely import affinity

Shape = Any
"""A polygon."""
KINDS = ("lean_to", "wing", "hut", "courtyard", "storey")


@dataclass(frozen=True, slots=True)
class Hand:
    """How the second survey is drawn: metres, degrees, and the shares of buildings that are treated each way."""

    shift_m: tuple[float, float] = (3.4, -2.3)
    turn_degrees: float = 0.05
    stretch: float = 1.0006
    jitter_m: float = 0.35
    corner_m: float = 0.15
    height_m: float = 0.4
    eaves_m: float = 0.6
    eaves: float = 0.10
    simplified: float = 0.10
    densified: float = 0.10
    split: float = 0.03
    merged: float = 0.03
    twice: float = 0.02


@dataclass(slots=True)
class Truth:
    """What was planted: kind, the part on the first survey's ground, square metres of ground or floor."""

    kind: list[str] = field(default_factory=list)
    part: list[Shape] = field(default_factory=list)
    m2: list[float] = field(default_factory=list)

    def add(self, kind: str, part: Shape, m2: float) -> None:
        """Keep one."""
        self.kind.append(kind)
        self.part.append(part)
        self.m2.append(m2)


@dataclass(slots=True)
class Drawn:
    """A survey: outlines and heights (NaN: not known)."""

    shapes: list[Shape]
    height_m: list[float]


def second_survey(
    shapes: list[Shape], height_m: list[float], *, seed: int, changed: float = 0.08, hand: Hand | None = None
) -> tuple[Drawn, Truth]:
    """Draw the second survey of outlines; ``changed`` is the share of buildings with a real addition."""
    rng = np.random.default_rng(seed)
    drawn, truth = _built(Drawn(list(shapes), list(height_m)), rng, changed)
    return redrawn(drawn, rng, hand or Hand()), truth


def _built(old: Drawn, rng: np.random.Generator, changed: float) -> tuple[Drawn, Truth]:
    truth, new = Truth(), Drawn([], [])
    standing = shapely.STRtree(old.shapes)
    added: list[Shape] = []
    corners: Shape = shapely.multipoints(shapely.get_coordinates(old.shapes))
    inner = affinity.scale(shapely.convex_hull(corners), 0.98, 0.98, origin=shapely.centroid(corners))
    for shape, height in zip(old.shapes, old.height_m, strict=True):
        luck = rng.random()
        if luck < changed and shapely.within(shape, inner):
            changed_to = _change(shape, height, new, truth, (standing, old.shapes, added), rng)
            new.shapes.append(changed_to[0])
            new.height_m.append(changed_to[1])
        elif luck <= 1 - changed / 3:  # the others are pulled down
            new.shapes.append(shape)
            new.height_m.append(height)
    return new, truth


def _change(shape: Shape, height: float, new: Drawn, truth: Truth, around: tuple[shapely.STRtree, list[Shape],
            list[Shape]], rng: np.random.Generator) -> tuple[Shape, float]:  # fmt: skip
    """One building with a real addition; the hut stands beside it."""
    holes = [shapely.Polygon(ring) for ring in getattr(shape, "interiors", ())]
    kinds = [*KINDS[:3], *(["courtyard"] * 2 if any(hole.area > 12 for hole in holes) else [])]
    kind = str(rng.choice(kinds + (["storey"] if np.isfinite(height) else [])))
    if kind == "storey":
        storeys = int(rng.integers(1, 3))
        truth.add(kind, shape, storeys * shape.area)
        return shape, height + 3.0 * storeys
    if kind == "courtyard":
        hole = max(holes, key=lambda one: one.area)
        truth.add(kind, hole, hole.area)
        return shapely.union(shape, hole), height
    part = _part(kind, shape, around, rng)
    if part is None:
        return shape, height
    truth.add(kind, part, part.area)
    around[2].append(part)
    if kind == "hut":
        new.shapes.append(part)
        new.height_m.append(3.0)
        return shape, height
    return shapely.union(shape, shapely.buffer(part, 0.01, join_style="mitre")), height


def _part(kind: str, shape: Shape, around: tuple[shapely.STRtree, list[Shape], list[Shape]],
          rng: np.random.Generator) -> Shape | None:  # fmt: skip
    """A rectangle on a wall (or apart from it, a hut) that meets nothing else; None where there is no room."""
    ring = shapely.get_coordinates(shapely.get_exterior_ring(shapely.orient_polygons(shape)))
    for _ in range(12):
        at = int(rng.integers(len(ring) - 1))
        way = ring[at + 1] - ring[at]
        wall_m = float(np.hypot(*way))
        if wall_m < 4.0:
            continue
        wide, deep = _size(kind, wall_m, rng)
        along, out = way / wall_m, np.array([way[1], -way[0]]) / wall_m
        apart = rng.uniform(2.5, 12.0) if kind == "hut" else 0.0
        start = ring[at] + along * rng.uniform(0, max(wall_m - wide, 0.0)) + out * apart
        part = shapely.Polygon([start, start + out * deep, start + out * deep + along * wide, start + along * wide])
        if part.is_valid and _free(part, shape, around):
            return part if kind == "hut" else shapely.difference(part, shape)
    return None


def _size(kind: str, wall_m: float, rng: np.random.Generator) -> tuple[float, float]:
    if kind == "lean_to":
        return min(wall_m, rng.uniform(3, 10)), rng.uniform(1.8, 3.5)
    if kind == "wing":
        return min(wall_m, rng.uniform(5, 10)), rng.uniform(4, 8)
    return rng.uniform(3, 7), rng.uniform(3, 6)


def _free(part: Shape, shape: Shape, around: tuple[shapely.STRtree, list[Shape], list[Shape]]) -> bool:
    tree, shapes, added = around
    others = [shapes[at] for at in tree.query(shapely.buffer(part, 1.5), predicate="intersects")]
    others = [one for one in others if one is not shape]
    if any(shapely.intersects(shapely.buffer(part, 2.5), one) for one in added + others):
        return False
    return float(shapely.area(shapely.intersection(part, shape))) < 0.05 * float(shapely.area(part))


def redrawn(drawn: Drawn, rng: np.random.Generator, hand: Hand) -> Drawn:
    """The same buildings by another hand: nothing is added, everything is drawn anew."""
    shapes, heights = _merged(drawn, rng, hand.merged)
    out = Drawn([], [])
    for shape, height in zip(shapes, heights, strict=True):
        copies = 2 if rng.random() < hand.twice else 1
        pieces = _split(shape, rng) if rng.random() < hand.split else [shape]
        move = rng.normal(0, hand.jitter_m, 2)
        for piece in pieces:
            one = affinity.translate(_corners(piece, rng, hand), *move)
            out.shapes.extend([one] * copies)
            out.height_m.extend([height + rng.normal(0, hand.height_m)] * copies)
    order = rng.permutation(len(out.shapes))
    whole = shapely.centroid(shapely.multipoints(shapely.get_coordinates(drawn.shapes)))
    moved = [_whole(out.shapes[at], whole, hand) for at in order]
    return Drawn(moved, [out.height_m[at] for at in order])


def _whole(shape: Shape, middle: Shape, hand: Hand) -> Shape:
    turned = affinity.rotate(shape, hand.turn_degrees, origin=middle)
    return affinity.translate(affinity.scale(turned, hand.stretch, hand.stretch, origin=middle), *hand.shift_m)


def _corners(shape: Shape, rng: np.random.Generator, hand: Hand) -> Shape:
    """The corners of one outline: each by its own hand, some left out, some put in, some along the eaves."""
    shaken = _shaken(shape, rng, hand.corner_m)
    return _detail(shaken if shaken.is_valid else shape, rng, hand)


def _shaken(shape: Shape, rng: np.random.Generator, corner_m: float) -> Shape:
    rings = [shapely.get_coordinates(ring)[:-1] for ring in (shape.exterior, *shape.interiors)]
    moved = [ring + rng.normal(0, corner_m, ring.shape) for ring in rings]
    return shapely.Polygon(moved[0], moved[1:])


def _detail(shape: Shape, rng: np.random.Generator, hand: Hand) -> Shape:
    luck = rng.random()
    if luck < hand.simplified:
        return shapely.simplify(shape, 0.3)
    if luck < hand.simplified + hand.densified:
        return shapely.segmentize(shape, 2.0)
    if luck < hand.simplified + hand.densified + hand.eaves:
        return shapely.buffer(shape, hand.eaves_m, join_style="mitre")
    return shape


def _split(shape: Shape, rng: np.random.Generator) -> list[Shape]:
    west, south, east, north = shape.bounds
    cut = rng.uniform(0.3, 0.7)
    line = west + cut * (east - west)
    halves = [shapely.intersection(shape, shapely.box(west, south, line, north)),
              shapely.intersection(shape, shapely.box(line, south, east, north))]  # fmt: skip
    pieces = [one for half in halves for one in shapely.get_parts(half) if one.geom_type == "Polygon" and one.area > 4]
    return pieces if len(pieces) > 1 else [shape]


def _merged(drawn: Drawn, rng: np.random.Generator, share: float) -> tuple[list[Shape], list[float]]:
    """Some buildings that touch their neighbour drawn as one with it."""
    tree = shapely.STRtree(drawn.shapes)
    gone: set[int] = set()
    shapes = list(drawn.shapes)
    for at in np.flatnonzero(rng.random(len(shapes)) < share):
        near = [int(one) for one in tree.query(shapes[at], predicate="intersects") if one != at and one not in gone]
        if near and at not in gone:
            together = shapely.union(shapes[at], shapes[near[0]])
            if together.geom_type == "Polygon":
                shapes[at] = together
                gone.add(near[0])
    keep = [at for at in range(len(shapes)) if at not in gone]
    return [shapes[at] for at in keep], [drawn.height_m[at] for at in keep]
