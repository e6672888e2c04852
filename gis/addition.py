"""What an added part is: its kind, its square metres and how far they are known, and how sure the drawing makes it."""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import numpy.typing as npt
import shapely

from gis.outline_fit import MIN_SHARE

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Shapes = npt.NDArray[np.object_]

BESIDE_M = 1.0
"""What stands no farther from a building is built on to it."""
YARD_CONTACT = 0.7
"""The share of its edge along which a filled yard meets what stood there."""
WALL_M = 0.3
STOREY_M, LOW_STOREY_M = 3.0, 2.2
"""A usual storey, and the least height that counts as one."""
LEAST_COMMON = 0.7
MANY_STOREYS = 6
"""More than so many at once are another building's height, or another building."""
CLEAR_WIDTH_M = 1.8
PLUS_MINUS = 2.6
"""So many deviations hold more than nine of ten planted additions: walls are worse than their median says."""


class Kind(StrEnum):
    """What kind of addition it looks like."""

    NEW_BUILDING = "new_building"
    EXTENSION = "extension"
    COURTYARD = "courtyard"
    STOREY = "storey"


class Certainty(StrEnum):
    """How sure the drawing alone makes it."""

    CLEAR = "clear"
    LIKELY = "likely"
    DOUBTFUL = "doubtful"


@dataclass(frozen=True, slots=True)
class Addition:
    """One candidate on the plane: the added part, both outlines (``old`` None where nothing stood), its measures.

    ``added_m2`` is ground, of a storey floor; ``plus_minus_m2`` holds it in over nine cases of ten; ``share`` is of the
    old outline (None without one), ``width_m`` the widest circle inside the part.
    """

    kind: Kind
    part: shapely.Geometry
    old: shapely.Geometry | None
    new: shapely.Geometry
    added_m2: float
    plus_minus_m2: float
    share: float | None
    width_m: float
    storeys: int | None
    certainty: Certainty


@dataclass(frozen=True, slots=True)
class Ground:
    """What stood and what stands: old outlines as drawn and as fitted, with the group of each; new ones by group.

    ``new`` are without eaves that the old ones were drawn without, ``new_drawn`` as they were drawn.
    ``borne_out`` says by group which share of the walls agree (0 where there is no pair).
    """

    drawn: Shapes
    fitted: Shapes
    group: Ints
    new: Shapes
    new_drawn: Shapes
    borne_out: Floats
    tolerance_m: float
    residual_m: float


@dataclass(frozen=True, slots=True)
class _Size:
    """Square metres and their doubt, width, and how much of the old went, as a share of what was added."""

    added_m2: float
    plus_minus_m2: float
    width_m: float
    lost: float


def judge_parts(parts: Shapes, group: Ints, ground: Ground) -> list[Addition]:
    """Say of every added part what it is; ``group`` names the new outline each was cut from."""
    standing = shapely.STRtree(ground.fitted)
    there = np.flatnonzero(~shapely.is_missing(ground.new))
    built = shapely.STRtree(ground.new[there])
    order = np.argsort(ground.group, kind="stable")
    low, high = (np.searchsorted(ground.group[order], group, side=side) for side in ("left", "right"))
    out = []
    for part, own, start, stop in zip(parts, group, low, high, strict=True):
        near = standing.query(part, predicate="dwithin", distance=BESIDE_M)
        around = there[built.query(ground.new[own], predicate="dwithin", distance=3 * BESIDE_M)]
        out.append(_judged(part, int(own), order[start:stop], near, around, ground))
    return out


def _judged(part: shapely.Geometry, own: int, mine: Ints, near: Ints, around: Ints, ground: Ground) -> Addition:
    rows = mine if len(mine) else near
    contact_m, edge_m = _contact_m(part, ground.fitted[near]), float(shapely.length(part))
    added_m2 = float(shapely.area(part))
    lost_m2 = _lost_m2(np.union1d(mine, near).astype(np.int64), around, ground)
    size = _Size(added_m2, plus_minus_m2(contact_m, edge_m, ground.residual_m), _width_m(part), lost_m2 / added_m2)
    old = shapely.union_all(ground.drawn[rows]) if len(rows) else None
    return Addition(
        kind=_kind(contact_m / edge_m, stood=len(rows) > 0), part=part, old=old, new=ground.new_drawn[own],
        added_m2=added_m2, plus_minus_m2=size.plus_minus_m2, width_m=size.width_m, storeys=None,
        share=None if old is None else added_m2 / float(shapely.area(old)),
        certainty=_certainty(size, ground, float(ground.borne_out[own]), stood=len(mine) > 0),
    )  # fmt: skip


def _kind(contact: float, *, stood: bool) -> Kind:
    if not stood:
        return Kind.NEW_BUILDING
    return Kind.COURTYARD if contact >= YARD_CONTACT else Kind.EXTENSION


def _contact_m(part: shapely.Geometry, near: Shapes) -> float:
    if not len(near):
        return 0.0
    wall = shapely.buffer(shapely.union_all(near), WALL_M)
    return float(shapely.length(shapely.intersection(shapely.boundary(part), wall)))


def plus_minus_m2(contact_m: float, edge_m: float, residual_m: float) -> float:
    """What the area may be out by: the old wall and the new ones each lie where they lie to ``residual_m``."""
    return PLUS_MINUS * residual_m * float(np.hypot(contact_m, edge_m - contact_m))


def _width_m(part: shapely.Geometry) -> float:
    radius = shapely.maximum_inscribed_circle(np.array([part], dtype=np.object_), tolerance=0.1)[0]
    return 2 * float(shapely.length(radius))


def _lost_m2(rows: Ints, around: Ints, ground: Ground) -> float:
    """How much of the old outlines nothing stands on any more: what was moved loses what it gains."""
    if not len(rows):
        return 0.0
    stands = shapely.buffer(shapely.union_all(ground.new[around]), ground.tolerance_m, join_style="mitre")
    lost = shapely.difference(shapely.union_all(ground.fitted[rows]), stands)
    return float(shapely.area(shapely.buffer(shapely.buffer(lost, -0.4), 0.4)))


def _certainty(size: _Size, ground: Ground, borne_out: float, *, stood: bool) -> Certainty:
    """Clear is what no drawing explains: wide, large beside its doubt, by a building whose other walls agree."""
    sure = size.added_m2 / size.plus_minus_m2
    if size.lost > 0.5 or sure < 2.0 or (stood and borne_out < MIN_SHARE):
        return Certainty.DOUBTFUL
    wide = size.width_m >= max(CLEAR_WIDTH_M, 5 * ground.tolerance_m)
    clear = wide and sure >= 3.0 and size.lost < 0.1 and (borne_out >= 0.5 or not stood)
    return Certainty.CLEAR if clear else Certainty.LIKELY


def storeys_added(height_m: tuple[Floats, Floats], floors: tuple[Floats, Floats]) -> tuple[Ints, npt.NDArray[np.bool_]]:
    """By pair of outlines, the storeys that were added, and whether two statements bear them out; (old, new) each.

    Floors count where both surveys state them. Heights count from ``LOW_STOREY_M`` on, against the median difference
    of all pairs, so that another datum raises nothing.
    """
    rise = height_m[1] - height_m[0]
    known = np.isfinite(rise)
    still = float(np.median(rise[known])) if known.sum() >= 20 else 0.0
    rise = np.where(known, rise - still, 0.0)
    by_height = np.where(rise >= LOW_STOREY_M, np.maximum(np.rint(rise / STOREY_M), 1), 0).astype(np.int64)
    told = floors[1] - floors[0]
    by_floors = np.where(np.isfinite(told), np.maximum(np.nan_to_num(told), 0), -1).astype(np.int64)
    count = np.where(by_floors >= 0, np.where(known & (by_height == 0), 0, by_floors), by_height)
    return count, (by_floors == by_height) & (count > 0)


def judge_storeys(heights: tuple[Floats, Floats], floors: tuple[Floats, Floats], ground: Ground,
                  second: Shapes) -> list[Addition]:  # fmt: skip
    """Storeys put on, by pairs of outlines that are one building; ``second`` are the new outlines one by one."""
    old, new = _same(ground.fitted, second)
    count, agreed = storeys_added((heights[0][old], heights[1][new]), (floors[0][old], floors[1][new]))
    out = []
    for at in np.flatnonzero(count):
        part = shapely.intersection(ground.fitted[old[at]], second[new[at]])
        area_m2, storeys = float(shapely.area(part)), int(count[at])
        out.append(Addition(
            kind=Kind.STOREY, part=part, old=ground.drawn[old[at]], new=second[new[at]], added_m2=storeys * area_m2,
            plus_minus_m2=storeys * plus_minus_m2(0.0, float(shapely.length(part)), ground.residual_m),
            share=storeys * area_m2 / float(shapely.area(ground.drawn[old[at]])), width_m=_width_m(part),
            storeys=storeys, certainty=_storey_certainty(storeys, agreed=bool(agreed[at])),
        ))  # fmt: skip
    return out


def _storey_certainty(storeys: int, *, agreed: bool) -> Certainty:
    if storeys > MANY_STOREYS:
        return Certainty.DOUBTFUL
    return Certainty.CLEAR if agreed else Certainty.LIKELY


def _same(old: Shapes, new: Shapes) -> tuple[Ints, Ints]:
    """Pairs of an old and a new outline that are one building: each the one that has most in common with the other."""
    one, other = shapely.STRtree(new).query(old, predicate="intersects")
    common = shapely.area(shapely.intersection(old[one], new[other]))
    much = common >= LEAST_COMMON * np.maximum(shapely.area(old[one]), shapely.area(new[other]))
    one, other, common = one[much], other[much], common[much]
    order = np.lexsort((other, one, -common))
    one, other = one[order], other[order]
    _, first = np.unique(other, return_index=True)
    one, other = one[np.sort(first)], other[np.sort(first)]
    _, first = np.unique(one, return_index=True)
    return one[first].astype(np.int64), other[first].astype(np.int64)
