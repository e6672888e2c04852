"""What is wrong with the grids of a county, and for each fault the mend that would take it away.

A county's base grids should fill its villages without gap or overlap, each inside one village; special grids
(dormitory estates, markets) lie over base grids on purpose and only have to keep apart from each other.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import shapely
from shapely.geometry.base import BaseGeometry

from gis.grid import assign, number_grids
from gis.grid_faces import faults_in, polygonal, shared_m
from gis.grid_fill import beyond, fill, keeper
from gis.grid_findings import WORST, Finding, Kind, Mend, Report, fault
from gis.grid_ground import SPECIAL, TWIN_SHARE, Ground, ground_of, infer_outlines, is_code, thin_parts
from gis.measure import area_m2, length_m

if TYPE_CHECKING:
    from geopandas import GeoDataFrame
    from pandas import DataFrame


def check_grids(
    grids: "GeoDataFrame", *, villages: "GeoDataFrame | None" = None, houses: npt.ArrayLike | None = None,
    duties: "DataFrame | None" = None,
) -> Report:  # fmt: skip
    """Find every fault of some grids.

    Parameters
    ----------
    grids
        ``code`` (15 digits), perhaps ``kind`` ('base' or 'special'); polygons of any quality, EPSG:4490.
    villages
        ``code`` (12 digits) and outlines, EPSG:4490. Without them, gaps are those between a village's own grids.
    houses
        (n, 2) longitudes and latitudes.
    duties
        ``code``, ``held`` (somebody has main duty), ``away`` (that person is on leave), ``backup`` (somebody who is
        there stands in), each for one grid.

    Raises ``gis.frame.FrameError``.
    """
    ground = ground_of(grids, villages)
    found = [*_empty(ground), *_codes(ground), *_twins(ground), *_slivers(ground), *_crossings(ground)]
    found += _strangers(ground)
    found += _unread(ground)
    found += _pairs(ground)
    infer_outlines(ground)
    found = fill(ground, found, [*beyond(ground)])
    if houses is not None:
        found += _houses_outside(ground, houses)
    if duties is not None:
        found += _unstaffed(ground, duties)
    found = [one if one.village else replace(one, village=_village_of(ground, one)) for one in found]
    found.sort(key=lambda one: (WORST.index(one.kind), -one.area_m2, one.grids))
    return Report(found, [*_numbering(ground), *_bare_villages(ground)])


def _village_of(ground: Ground, one: Finding) -> str:
    return ground.villages[one.rows[0]] if one.rows else ""


def _empty(ground: Ground) -> Iterable[Finding]:
    for row, shape in enumerate(ground.shapes):
        if shape.is_empty:
            yield Finding("empty", (row,), (ground.codes[row],), mend=Mend(takes=((shape, row),)))


def _codes(ground: Ground) -> Iterable[Finding]:
    """Codes that two different grids bear."""
    first: dict[str, int] = {}
    for row, code in enumerate(ground.codes):
        if is_code(code) and code in first and not _same(ground, first[code], row):
            new = next_code(ground.codes, code[:12])
            yield fault(ground, "duplicate_code", [first[code], row], ground.shapes[row], Mend(codes=((row, new),)))
            ground.codes[row] = new
        first.setdefault(code, row)


def _unread(ground: Ground) -> Iterable[Finding]:
    """Codes that are none, of grids whose village is not known either."""
    for row, code in enumerate(ground.codes):
        if not is_code(code) and row not in ground.recoded:
            yield fault(ground, "bad_code", [row], ground.shapes[row])


def next_code(codes: Iterable[str], village: str, used: Iterable[str] = ()) -> str:
    """The first code of a village after all that were ever used there."""
    serials = [int(code[12:]) for code in (*codes, *used) if code[:12] == village and is_code(code)]
    return f"{village}{max(serials, default=0) + 1:03d}"


def _same(ground: Ground, one: int, other: int) -> bool:
    left, right = ground.shapes[one], ground.shapes[other]
    common = left.intersection(right).area
    return bool(common > TWIN_SHARE * max(left.area, right.area))


def _twins(ground: Ground) -> Iterable[Finding]:
    """One grid drawn twice: the later of the two is to go."""
    rows = ground.awake
    shapes, tree = ground.tree(rows)
    if not rows:
        return
    areas = shapely.area(shapes)
    first, second = tree.query(shapes, predicate="intersects")
    alike = (first < second) & (
        np.minimum(areas[first], areas[second]) > TWIN_SHARE * np.maximum(areas[first], areas[second])
    )
    for one, other in sorted(zip(first[alike].tolist(), second[alike].tolist(), strict=True)):
        left, right = rows[one], rows[other]
        if (
            {left, right} & ground.resting
            or ground.kinds[left] != ground.kinds[right]
            or not _same(ground, left, right)
        ):
            continue
        kept, goes = sorted((left, right), key=lambda row: (ground.codes[row], row))
        ground.resting.add(goes)
        shape = ground.shapes[goes]
        yield fault(ground, "duplicate", [kept, goes], shape, Mend(takes=((shape, goes),), gives=((shape, kept),)))


def _slivers(ground: Ground) -> Iterable[Finding]:
    """Grids, and parts of grids, too thin to be walked; each belongs to the neighbour with the longest common edge."""
    rows = [row for row in ground.awake if ground.kinds[row] != SPECIAL]
    thin = [(row, part) for row in rows for part in thin_parts(ground.shapes[row])]
    if not thin:
        return
    _, tree = ground.tree(rows)
    for row, part in thin:
        beside = [rows[at] for at in tree.query(part, predicate="intersects") if rows[at] != row]
        taker = _taker(ground, part, [one for one in beside if ground.villages[one] == ground.villages[row]])
        if taker is None:
            continue
        yield fault(ground, "sliver", [row, taker], part, Mend(((part, row),), ((part, taker),)))
        ground.shapes[row] = polygonal(ground.shapes[row].difference(part))
        ground.shapes[taker] = polygonal(shapely.union(ground.shapes[taker], part))


def _taker(ground: Ground, part: BaseGeometry, rows: Sequence[int]) -> int | None:
    if not rows:
        return None
    return max(
        rows, key=lambda row: (shared_m(ground.shapes[row], part), ground.shapes[row].intersection(part).area, -row)
    )


def _crossings(ground: Ground) -> Iterable[Finding]:
    for row in ground.crossed:
        yield fault(ground, "self_crossing", [row], ground.shapes[row], Mend())


def _strangers(ground: Ground) -> Iterable[Finding]:
    """Grids whose code names one village while they lie in another; from here on they are judged by where they lie."""
    homes = _homes(ground) if ground.outlines else _homes_by_neighbours(ground)
    for row, village in homes:
        kind: Kind = "wrong_village" if is_code(ground.codes[row]) else "bad_code"
        new = next_code(ground.codes, village)
        yield fault(ground, kind, [row], ground.shapes[row], Mend(codes=((row, new),)))
        ground.villages[row], ground.codes[row] = village, new
        ground.recoded.add(row)


def _homes(ground: Ground) -> Iterable[tuple[int, str]]:
    """Rows that lie mostly in the outline of another village, and which."""
    names = list(ground.outlines)
    outlines = np.asarray([ground.outlines[name] for name in names], dtype=object)
    rows = ground.awake
    shapes, _ = ground.tree(rows)
    at, where = shapely.STRtree(outlines).query(shapely.point_on_surface(shapes), predicate="intersects")
    for number, village in zip(at.tolist(), where.tolist(), strict=True):
        mine, shape = ground.villages[rows[number]], shapes[number]
        if names[village] == mine:
            continue
        inside = shape.intersection(outlines[village]).area
        at_home = shape.intersection(ground.outlines[mine]).area if mine in ground.outlines else 0.0
        if inside > shape.area / 2 and at_home < inside:
            yield rows[number], names[village]


def _homes_by_neighbours(ground: Ground) -> Iterable[tuple[int, str]]:
    """Rows that touch no grid of their own village, which has others, but most of all those of one other."""
    rows = [row for row in ground.awake if ground.kinds[row] != SPECIAL]
    shapes, tree = ground.tree(rows)
    beside: dict[int, list[int]] = {row: [] for row in rows}
    for one, other in zip(*(part.tolist() for part in tree.query(shapes, predicate="intersects")), strict=True):
        if one != other:
            beside[rows[one]].append(rows[other])
    members = Counter(ground.villages[row] for row in rows)
    for row, others in beside.items():
        mine = ground.villages[row]
        if members[mine] < 2 or not others or any(ground.villages[other] == mine for other in others):
            continue
        edges: Counter[str] = Counter()
        for other in others:
            edges[ground.villages[other]] += shared_m(ground.shapes[row], ground.shapes[other])  # type: ignore[assignment]
        village, length = edges.most_common(1)[0]
        if length > length_m(ground.shapes[row]) / 2:
            yield row, village


def _pairs(ground: Ground) -> Iterable[Finding]:
    """Overlaps that no village's outline can settle: special with special, and villages that came without outlines."""
    rows = ground.awake
    if not rows:
        return
    shapes, tree = ground.tree(rows)
    first, second = tree.query(shapes, predicate="intersects")
    pairs = [(rows[a], rows[b]) for a, b in zip(first.tolist(), second.tolist(), strict=True)
             if a < b and _must_part(ground, rows[a], rows[b])]  # fmt: skip
    for one, other in pairs:
        for piece in faults_in(ground.shapes[one].intersection(ground.shapes[other])):
            kept = keeper(ground, piece, (one, other))
            loser = other if kept == one else one
            yield fault(ground, "overlap", [one, other], piece, Mend(takes=((piece, loser),)))
            ground.shapes[loser] = polygonal(ground.shapes[loser].difference(piece))


def _must_part(ground: Ground, one: int, other: int) -> bool:
    special = (ground.kinds[one] == SPECIAL) + (ground.kinds[other] == SPECIAL)
    if special:
        return special == 2
    lacking = ground.villages[one] not in ground.outlines or ground.villages[other] not in ground.outlines
    return lacking and ground.villages[one] != ground.villages[other]


def _houses_outside(ground: Ground, houses: npt.ArrayLike) -> Iterable[Finding]:
    """Houses that no grid holds, together by the village they stand in."""
    spots = np.asarray(houses, dtype=np.float64).reshape(-1, 2)
    rows = [row for row, shape in enumerate(ground.shapes) if not shape.is_empty]
    astray = spots[assign(spots, [ground.shapes[row] for row in rows]) < 0]
    names = list(ground.outlines)
    village = assign(astray, [ground.outlines[name] for name in names])
    for which in np.unique(village).tolist():
        own = shapely.multipoints(astray[village == which])
        yield Finding("houses_outside", village=names[which] if which >= 0 else "", shape=own, count=len(own.geoms))


def _unstaffed(ground: Ground, duties: "DataFrame") -> Iterable[Finding]:
    facts = {str(row["code"]): row for row in duties.to_dict("records")}
    for row in ground.awake:
        fact = facts.get(ground.codes[row], {"held": False, "away": False, "backup": False})
        if not fact["held"]:
            yield fault(ground, "vacant", [row], ground.shapes[row])
        elif fact["away"] and not fact["backup"]:
            yield fault(ground, "on_leave", [row], ground.shapes[row])


def _numbering(ground: Ground) -> Iterable[Finding]:
    for village, rows in ground.by_village().items():
        own = [row for row in rows if is_code(ground.codes[row])]
        right = number_grids([ground.shapes[row] for row in own])
        order = np.argsort([int(ground.codes[row][12:]) for row in own])
        if [right[at] for at in order] != sorted(right):
            codes = tuple(ground.codes[row] for row in own)
            yield Finding("numbering", tuple(own), codes, village, shape=ground.outlines.get(village))


def _bare_villages(ground: Ground) -> Iterable[Finding]:
    held = {ground.villages[row] for row in ground.awake}
    for village, outline in ground.outlines.items():
        if village not in held:
            yield Finding("village_without_grid", village=village, shape=outline, area_m2=round(area_m2(outline), 2))
