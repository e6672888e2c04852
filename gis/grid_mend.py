"""Taking faults away: every face of the ground between grids gets the one holder that the mends name."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from gis.grid_faces import Faces, deep_points, faces_of, is_fault, is_hair
from gis.grid_findings import Finding, Holding
from gis.grid_ground import SPECIAL, Ground, ground_of

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

SAME_DEG2 = 1e-14
"""Two outlines that differ by less (a square centimetre) are one."""
HAIR_DEG2 = 1e-9
"""What is larger (some ten square metres) is no hair, however thin: it need not be measured."""


@dataclass(frozen=True, slots=True)
class Change:
    """One grid before and after; ``before`` None: new, ``after`` None: gone."""

    row: int
    code: str
    before: BaseGeometry | None
    after: BaseGeometry | None


def mend_grids(
    grids: "GeoDataFrame", findings: Iterable[Finding], *, villages: "GeoDataFrame | None" = None
) -> "GeoDataFrame":
    """Return the grids with the mends of some findings applied; rows that lost everything are gone.

    Grids of villages that no finding touches come back as they were, to the last digit. In the others neighbours share
    their edges vertex by vertex afterwards; crumbs too small to be a fault go to whoever lies beside them.
    """
    after = grids.copy()
    for change in changes(grids, findings, villages=villages):
        after.loc[after.index[change.row], "code"] = change.code
        after.loc[after.index[change.row], after.geometry.name] = change.after
    kept = [shape is not None and not shape.is_empty for shape in after.geometry]
    return after[kept]


def changes(
    grids: "GeoDataFrame", findings: Iterable[Finding], *, villages: "GeoDataFrame | None" = None
) -> list[Change]:
    """What the mends of some findings change, row by row."""
    chosen = [one for one in findings if one.mend is not None]
    ground = ground_of(grids, villages)
    codes = {row: code for one in chosen if one.mend for row, code in one.mend.codes}
    for row, code in codes.items():
        # A grid that gets a code of another village is cut with that village's grids, whose edges it has to share.
        ground.villages[row] = code[:12]
    shapes: dict[int, BaseGeometry] = {}
    for rows, group in _regions(ground, chosen):
        shapes.update(_resolved(ground, rows, group))
    found = []
    for row in sorted({*codes, *shapes}):
        after = shapes.get(row, ground.shapes[row])
        found.append(
            Change(row, codes.get(row, ground.codes[row]), ground.shapes[row], None if after.is_empty else after)
        )
    return found


def _regions(ground: Ground, findings: Sequence[Finding]) -> list[tuple[list[int], list[Finding]]]:
    """Findings that touch the same grids together, each with every grid that has to be cut anew for them."""
    moving = [one for one in findings if one.mend and (one.mend.takes or one.mend.gives or one.kind == "self_crossing")]
    parent = list(range(len(moving)))
    seen: dict[str, int] = {}
    for at, one in enumerate(moving):
        for key in _keys(ground, one):
            parent[_root(parent, at)] = _root(parent, seen.setdefault(key, at))
    together: dict[int, list[Finding]] = defaultdict(list)
    for at, one in enumerate(moving):
        together[_root(parent, at)].append(one)
    return [(_rows(ground, group), group) for group in together.values()]


def _root(parent: list[int], at: int) -> int:
    while parent[at] != at:
        at = parent[at]
    return at


def _keys(ground: Ground, one: Finding) -> set[str]:
    """What must be cut together: the base grids of a village, or the special grids."""
    mend = one.mend
    holdings = [] if mend is None else [*mend.takes, *mend.gives]
    rows = {*one.rows, *(row for _, row in holdings)}
    return {_layer(ground, row) for row in rows} | (
        {one.village} if one.village and not _is_special(ground, rows) else set()
    )


def _is_special(ground: Ground, rows: Iterable[int]) -> bool:
    return all(ground.kinds[row] == SPECIAL for row in rows)


def _layer(ground: Ground, row: int) -> str:
    return SPECIAL if ground.kinds[row] == SPECIAL else ground.villages[row]


def _rows(ground: Ground, group: Sequence[Finding]) -> list[int]:
    keys = {key for one in group for key in _keys(ground, one)}
    return [row for row in range(len(ground.codes)) if _layer(ground, row) in keys and not ground.shapes[row].is_empty]


def _resolved(ground: Ground, rows: list[int], group: Sequence[Finding]) -> dict[int, BaseGeometry]:
    """The new shapes of the rows that a group of mends changes."""
    place = {row: number for number, row in enumerate(rows)}
    takes, gives = (
        [held for one in group if one.mend for held in getattr(one.mend, name)] for name in ("takes", "gives")
    )
    outlines = [
        ground.outlines[village] for village in {ground.villages[row] for row in rows} if village in ground.outlines
    ]
    faces = faces_of([ground.shapes[row] for row in rows], [*outlines, *(piece for piece, _ in (*takes, *gives))])
    for face, row in _inside(faces, takes):
        faces.owners[face].discard(place.get(row, -1))
    for face, row in _inside(faces, gives):
        if not faces.owners[face]:
            faces.owners[face].add(place[row])
    _settle_crumbs(faces, outlines)
    after = {row: faces.shape_of(place[row]) for row in rows}
    crossed = {one.rows[0] for one in group if one.kind == "self_crossing"}
    return {row: shape for row, shape in after.items() if row in crossed or not _unmoved(ground.shapes[row], shape)}


def _unmoved(before: BaseGeometry, after: BaseGeometry) -> bool:
    return bool(before.normalize().equals(after.normalize()) if before.area == after.area else False) and len(
        shapely.get_coordinates(before)
    ) == len(shapely.get_coordinates(after))


def _inside(faces: Faces, held: Sequence[Holding]) -> list[tuple[int, int]]:
    if not held or not faces.shapes:
        return []
    spots = deep_points(faces.shapes)
    which, face = shapely.STRtree(spots).query(np.asarray([piece for piece, _ in held], dtype=object), "intersects")
    return [(at, held[one][1]) for one, at in zip(which.tolist(), face.tolist(), strict=True)]


def _settle_crumbs(faces: Faces, outlines: Sequence[BaseGeometry]) -> None:
    """Give faces too small to be a fault one holder, so that edges meet exactly where something is mended anyhow."""
    ground = shapely.union_all(outlines) if outlines else None
    if ground is not None:
        shapely.prepare(ground)
    crumbs = [at for at, face in enumerate(faces.shapes) if len(faces.owners[at]) != 1 and not is_fault(face)]
    edges = faces.neighbours() if crumbs else []
    for at in crumbs:
        within = ground is None or ground.intersects(faces.shapes[at].representative_point())
        beside = [
            (length, sorted(faces.owners[to])[0]) for to, length in edges[at].items() if len(faces.owners[to]) == 1
        ]
        if not faces.owners[at] and not within:
            continue
        holders = [owner for owner in faces.owners[at]] or [owner for _, owner in sorted(beside, reverse=True)]
        faces.owners[at] = {holders[0]} if within and holders else set()
    _settle_strays(faces)


def _settle_strays(faces: Faces) -> None:
    """Give a hair that hangs on nothing of its holder's to whoever lies beside it: it is rounding, and not ground."""
    small = [at for at, face in enumerate(faces.shapes) if face.area < HAIR_DEG2 and len(faces.owners[at]) == 1]
    hairs = [at for at in small if is_hair(faces.shapes[at])]
    edges = faces.neighbours() if hairs else []
    for at in hairs:
        beside = [(length, faces.owners[to]) for to, length in edges[at].items() if len(faces.owners[to]) == 1]
        if beside and all(owner != faces.owners[at] for _, owner in beside):
            faces.owners[at] = set(max(beside, key=lambda one: (one[0], -min(one[1])))[1])
