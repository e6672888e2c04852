"""Whether the base grids of each village fill it exactly: what reaches out, what is held twice, what nobody holds."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from gis.grid_faces import Faces, deep_points, faces_of, faults_in, filled, is_fault, is_hair, pieces, polygonal
from gis.grid_findings import Finding, Kind, Mend, fault
from gis.grid_ground import Ground

CRUMB_DEG2 = 1e-11
"""A tenth of a square metre, for sorting out by the area in degrees what nobody need measure."""


def keeper(ground: Ground, piece: BaseGeometry, rows: Sequence[int]) -> int:
    """Who keeps what several hold: the one that was drawn whole, then the one of which it is the larger share."""
    return max(rows, key=lambda row: (row not in ground.crossed, piece.area / (ground.shapes[row].area or 1.0), -row))


def beyond(ground: Ground) -> Iterable[Finding]:
    """What lies outside the grid's own village."""
    rows = [row for row in ground.awake if ground.outlines.get(ground.villages[row]) is not None]
    if not rows:
        return
    own = np.asarray([ground.outlines[ground.villages[row]] for row in rows], dtype=object)
    shapes, _ = ground.tree(rows)
    names = list(ground.outlines)
    tree = shapely.STRtree([ground.outlines[name] for name in names])
    rest = shapely.difference(shapes, own)
    for at in np.flatnonzero(shapely.area(rest) > CRUMB_DEG2).tolist():
        for piece in faults_in(rest[at]):
            into = [
                names[n] for n in tree.query(piece, predicate="intersects") if names[n] != ground.villages[rows[at]]
            ]
            inside = [name for name in into if is_fault(polygonal(piece.intersection(ground.outlines[name])))]
            kind: Kind = "across" if inside else "outside"
            yield fault(ground, kind, [rows[at]], piece, Mend(takes=((piece, rows[at]),)))


def fill(ground: Ground, found: list[Finding], outside: list[Finding]) -> list[Finding]:
    """Add the gaps, holes and overlaps of each village; what stands in for a gap already takes over its mend."""
    found = found + outside
    over = [at for at, one in enumerate(found) if one.kind == "across"]
    tree = shapely.STRtree(np.asarray([found[at].shape for at in over], dtype=object))
    for village, rows in ground.by_village().items():
        outline = ground.outlines.get(village)
        if outline is None or _is_whole(ground, rows, outline):
            continue
        lent = [over[n] for n in tree.query(outline, predicate="intersects") if found[over[n]].rows[0] not in rows]
        extra = [found[at].shape for at in lent]
        faces = faces_of([*(ground.shapes[row] for row in rows), *extra], [outline])
        inside = shapely.intersects(deep_points(faces.shapes), outline)
        groups = _groups(faces, inside, rows, lent)
        for (held, by), part in groups:
            found = _judge(ground, found, faces=(faces, rows), group=(held, by), part=part, village=village)
    return found


def _is_whole(ground: Ground, rows: Sequence[int], outline: BaseGeometry) -> bool:
    shapes = np.asarray([ground.shapes[row] for row in rows], dtype=object)
    united = shapely.union_all(shapes)
    twice = float(shapely.area(shapes).sum()) - united.area
    rest = outline.difference(united)
    return abs(twice) < CRUMB_DEG2 and rest.area < CRUMB_DEG2


Group = tuple[frozenset[int], frozenset[int]]


def _groups(faces: Faces, inside: Any, rows: Sequence[int], lent: Sequence[int]) -> list[tuple[Group, BaseGeometry]]:
    """Faces inside the village that not exactly one grid holds, joined where the same ones hold them."""
    found: dict[Group, list[BaseGeometry]] = {}
    for face, owners, within in zip(faces.shapes, faces.owners, inside, strict=True):
        held = frozenset(rows[one] for one in owners if one < len(rows))
        if within and len(held) != 1 and not is_hair(face):
            by = frozenset(lent[one - len(rows)] for one in owners if one >= len(rows))
            found.setdefault((held, by), []).append(face)
    joined = [(key, part) for key, own in found.items() for part in faults_in(shapely.union_all(own))]
    return sorted(joined, key=lambda one: -one[1].area)


def _judge(
    ground: Ground, found: list[Finding], *, faces: tuple[Faces, Sequence[int]], group: Group, part: BaseGeometry,
    village: str,
) -> list[Finding]:  # fmt: skip
    held, by = group
    if held:
        kept = keeper(ground, part, sorted(held))
        takes = tuple((part, row) for row in sorted(held) if row != kept)
        return [*found, replace(fault(ground, "overlap", sorted(held), part, Mend(takes=takes)), village=village)]
    beside = _beside(faces[0], faces[1], part)
    crossed = [row for row in beside if row in ground.crossed and part.within(ground.crossed[row].buffer(1e-9))]
    taker = (crossed or list(beside) or [_nearest(ground, faces[1], part)])[0]
    stand_in = min(by, default=None)
    if crossed:
        stand_in = next(at for at, one in enumerate(found) if one.kind == "self_crossing" and one.rows[0] == crossed[0])
    if stand_in is not None:
        one = found[stand_in]
        mend = one.mend or Mend()
        more = replace(one, mend=replace(mend, gives=(*mend.gives, (part, taker))))
        return [*found[:stand_in], more, *found[stand_in + 1 :]]
    kind: Kind = "hole" if len(beside) == 1 and part.within(_hulls(ground.shapes[taker])) else "gap"
    return [
        *found,
        replace(fault(ground, kind, beside or [taker], part, Mend(gives=((part, taker),))), village=village),
    ]


def _hulls(shape: BaseGeometry) -> BaseGeometry:
    holes = [ring for one in pieces(shape) for ring in one.interiors]
    return filled(shapely.union_all([shapely.Polygon(ring) for ring in holes])).buffer(1e-10)


def _beside(faces: Faces, rows: Sequence[int], part: BaseGeometry) -> list[int]:
    """The grids that share an edge with a piece, the longest common edge first."""
    lengths: dict[int, float] = {}
    edges = faces.neighbours()
    for face, deep in enumerate(deep_points(faces.shapes)):
        if not part.covers(deep):
            continue
        for other, length in edges[face].items():
            for owner in faces.owners[other]:
                if owner < len(rows):
                    lengths[rows[owner]] = lengths.get(rows[owner], 0.0) + length
    return sorted(lengths, key=lambda row: (-lengths[row], row))


def _nearest(ground: Ground, rows: Sequence[int], part: BaseGeometry) -> int:
    return min(rows, key=lambda row: (ground.shapes[row].distance(part), row))
