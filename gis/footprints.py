"""What was built between two surveys of the same block: candidates for a person to decide, with their square metres.

The second survey is laid on the first (``gis.survey_fit``), each building's two outlines on each other
(``gis.outline_fit``), and only then is the old taken from the new. What is left within the tolerance, which follows
from how well walls that did not move meet, is drawing and not building, and so is everything narrower than a person
could pass. Areas are taken on a plane of equal area (Lambert) around the middle of the first survey, on the ellipsoid
of CGCS2000: what is a square metre there is one on the ground.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import shapely
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from gis.addition import Addition, Ground, judge_parts, judge_storeys
from gis.crs import STORAGE, convert
from gis.errors import AnjuError
from gis.frame import FrameWithoutCrsError
from gis.outline_fit import MIN_SHARE, OutlineFit, fit_outlines
from gis.survey_fit import Fit, fit_surveys

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
Shapes = npt.NDArray[np.object_]

MIN_M2 = 3.0
"""The smallest addition that is said: a shed for a bicycle."""
SAME_BUILDING = 0.3
"""The share of the smaller outline that two outlines of one building have in common at least."""
MIN_TOLERANCE_M, MAX_TOLERANCE_M = 0.3, 1.5
MIN_OPENING_M = 0.8
MARGIN_M = 30.0
MEASURES = ("kind", "added_m2", "plus_minus_m2", "share", "width_m", "storeys", "certainty")
COLUMNS = (*MEASURES, "old_outline", "new_outline")


class NoFootprintsError(AnjuError):
    """Survey {which} of the two holds no building outline."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """What two surveys differ in.

    ``candidates`` (EPSG:4490, ``COLUMNS`` and the added part as geometry, as it lies on the first survey, largest
    first); ``fit`` of the surveys, ``residual_m`` what the walls leave after it, ``growth_m`` how much larger the
    second survey draws everything, ``tolerance_m`` what counts as drawing; ``gone`` buildings stand in the first
    only, ``outside`` outlines lie where the first survey has none.
    """

    candidates: "GeoDataFrame"
    fit: Fit
    residual_m: float
    growth_m: float
    tolerance_m: float
    gone: int
    outside: int


@dataclass(frozen=True, slots=True)
class _Survey:
    """Outlines on the plane, one row each, and what is known of their height (NaN: nothing)."""

    shapes: Shapes
    height_m: Floats
    floors: Floats


@dataclass(frozen=True, slots=True)
class _Groups:
    """Outlines that are one building in both surveys: the group of each old and new one, outlines put together."""

    of_old: Ints
    of_new: Ints
    old: Shapes
    new: Shapes


def compare(old: "GeoDataFrame", new: "GeoDataFrame") -> Comparison:
    """Compare two surveys of building outlines; polygons in any CRS that says what it is.

    Columns ``height_m`` and ``floors`` are read where they are there. Raises ``FrameWithoutCrsError``,
    ``NoFootprintsError``, ``gis.survey_fit.SurveysApartError``.
    """
    plane = _plane(old)
    first, second = _survey(old, plane, 1), _survey(new, plane, 2)
    fit = fit_surveys(first.shapes, second.shapes)
    laid = _Survey(np.asarray(shapely.make_valid(fit.laid(second.shapes))), second.height_m, second.floors)
    second, outside = _common(first, laid)
    groups = _grouped(first.shapes, second.shapes)
    both = np.flatnonzero(_there(groups.old) & _there(groups.new))
    outlines = fit_outlines(groups.old[both], groups.new[both], spread_m=fit.residual_m)
    ground = _ground(first, groups, both, outlines)
    slack = _slack(ground, groups, fit)
    parts, group = _added(ground.new, ground.fitted, slack, opening_m=max(MIN_OPENING_M, ground.tolerance_m))
    found = judge_parts(parts, group, ground)
    found += judge_storeys((first.height_m, second.height_m), (first.floors, second.floors), ground, second.shapes)
    gone = int((_there(groups.old) & ~_there(groups.new)).sum())
    return Comparison(
        _frame(found, plane), fit, outlines.residual_m, outlines.even_growth_m, ground.tolerance_m, gone, outside
    )  # fmt: skip


def same_part(one: shapely.Geometry, other: shapely.Geometry, *, apart_m: float = 5.0, alike: float = 0.6) -> bool:
    """Whether two added parts (EPSG:4490) are one outline drawn again: near each other, alike when laid together."""
    plane = _plane_at(*shapely.get_coordinates(shapely.centroid(one))[0])
    a, b = _onto(np.array([one, other], dtype=np.object_), STORAGE, plane)
    (ax, ay), (bx, by) = shapely.get_coordinates(shapely.centroid(np.array([a, b])))
    if np.hypot(ax - bx, ay - by) > apart_m:
        return False
    laid = shapely.transform(b, lambda points: points + np.array([ax - bx, ay - by]))
    return bool(shapely.area(shapely.intersection(a, laid)) >= alike * shapely.area(shapely.union(a, laid)))


def _plane(frame: "GeoDataFrame") -> str:
    if frame.crs is None:
        raise FrameWithoutCrsError()
    shapes = frame.geometry.to_numpy()
    if not len(shapes) or not _there(shapes).any():
        raise NoFootprintsError(which=1)
    west, south, east, north = shapely.total_bounds(shapes)
    lon, lat = convert((west + east) / 2, (south + north) / 2, source=frame.crs.to_wkt(), target=STORAGE)
    return _plane_at(float(lon), float(lat))


def _plane_at(lon: float, lat: float) -> str:
    return f"+proj=laea +lat_0={lat:.4f} +lon_0={lon:.4f} +ellps=GRS80 +units=m +no_defs"


def _onto(shapes: Shapes, source: str, target: str) -> Shapes:
    points = shapely.get_coordinates(shapes)
    x, y = convert(points[:, 0], points[:, 1], source=source, target=target)
    return np.asarray(shapely.set_coordinates(shapes.copy(), np.c_[x, y]), dtype=np.object_)


def _survey(frame: "GeoDataFrame", plane: str, which: int) -> _Survey:
    """The frame's polygons on the plane, in an order and with corners that do not depend on how they were written."""
    if frame.crs is None:
        raise FrameWithoutCrsError()
    raw = np.asarray(shapely.force_2d(frame.geometry.to_numpy()), dtype=np.object_)
    there = np.flatnonzero(_there(raw))
    on_plane = _onto(raw[there], frame.crs.to_wkt(), plane)
    parts, row = shapely.get_parts(shapely.make_valid(on_plane), return_index=True)
    parts, deeper = shapely.get_parts(parts, return_index=True)
    row = there[row[deeper]]
    keep = (shapely.get_type_id(parts) == 3) & (shapely.area(parts) >= 1.0)
    if not keep.any():
        raise NoFootprintsError(which=which)
    shapes = shapely.normalize(parts[keep])
    order = np.lexsort(tuple(np.round(shapely.get_coordinates(shapely.centroid(shapes)), 3).T))
    known = [_numbers(frame, name)[row[keep]][order] for name in ("height_m", "floors")]
    return _Survey(shapes[order], *known)


def _numbers(frame: "GeoDataFrame", name: str) -> Floats:
    if name not in frame.columns:
        return np.full(len(frame), np.nan)
    return np.asarray(frame[name].to_numpy(dtype=np.float64, na_value=np.nan))


def _there(shapes: Shapes) -> Bools:
    return np.asarray(~(shapely.is_missing(shapes) | shapely.is_empty(shapes)))


def _common(first: _Survey, second: _Survey) -> tuple[_Survey, int]:
    """The second survey where the first one was made as well, and how many outlines lie elsewhere."""
    ground = shapely.buffer(shapely.convex_hull(shapely.geometrycollections(first.shapes)), MARGIN_M)
    shapely.prepare(ground)
    inside = np.asarray(shapely.intersects(ground, second.shapes))
    kept = _Survey(second.shapes[inside], second.height_m[inside], second.floors[inside])
    return kept, int((~inside).sum())


def _pairs(ones: Shapes, others: Shapes) -> Ints:
    return np.asarray(shapely.STRtree(others).query(ones, predicate="intersects").T, dtype=np.int64)


def _grouped(old: Shapes, new: Shapes) -> _Groups:
    """Put together what is one building: outlines, of either survey, that have much in common with each other."""
    shapes = np.concatenate([old, new])
    pair = _pairs(shapes, shapes)
    pair = pair[pair[:, 0] < pair[:, 1]]
    common = shapely.area(shapely.intersection(shapes[pair[:, 0]], shapes[pair[:, 1]]))
    smaller = np.minimum(shapely.area(shapes[pair[:, 0]]), shapely.area(shapes[pair[:, 1]]))
    pair = pair[common >= SAME_BUILDING * smaller]
    links = coo_array((np.ones(len(pair)), (pair[:, 0], pair[:, 1])), shape=(len(shapes), len(shapes)))
    count, name = connected_components(links, directed=False)
    of_old, of_new = name[: len(old)].astype(np.int64), name[len(old) :].astype(np.int64)
    return _Groups(of_old, of_new, _together(old, of_old, count), _together(new, of_new, count))


def _together(shapes: Shapes, group: Ints, count: int) -> Shapes:
    """Unions by group; None where a group has nothing."""
    out = np.full(count, None, dtype=np.object_)
    order = np.argsort(group, kind="stable")
    starts = np.flatnonzero(np.r_[True, np.diff(group[order]) != 0]) if len(order) else order
    for part in np.split(order, starts[1:]):
        if len(part):
            out[group[part[0]]] = shapes[part[0]] if len(part) == 1 else shapely.union_all(shapes[part])
    return out


def _ground(first: _Survey, groups: _Groups, both: Ints, outlines: OutlineFit) -> Ground:
    """Old outlines moved to where the second survey has them, and the eaves of whichever survey drew them taken off.

    So the square metres are those of walls where one of the two surveys shows walls.
    """
    shift = np.zeros((len(groups.old), 2))
    growth = np.full(len(groups.old), outlines.even_growth_m)
    borne_out = np.zeros(len(groups.old))
    shift[both], growth[both], borne_out[both] = outlines.shift_m, outlines.growth_m, outlines.borne_out
    points, row = shapely.get_coordinates(first.shapes, return_index=True)
    moved = shapely.set_coordinates(first.shapes.copy(), points + shift[groups.of_old][row])
    fitted = _without(moved, np.maximum(-growth[groups.of_old], 0.0))
    new = _without(groups.new, np.maximum(growth, 0.0))
    tolerance_m = float(np.clip(2.5 * outlines.residual_m + 0.1, MIN_TOLERANCE_M, MAX_TOLERANCE_M))
    return Ground(
        drawn=first.shapes, fitted=fitted, group=groups.of_old, new=new, new_drawn=groups.new, borne_out=borne_out,
        tolerance_m=tolerance_m, residual_m=max(outlines.residual_m, 0.05),
    )  # fmt: skip


def _without(shapes: Shapes, eaves_m: Floats) -> Shapes:
    """Outlines drawn in by their eaves; what would vanish stays as it is."""
    inner = np.asarray(shapely.buffer(shapes, -eaves_m, join_style="mitre"), dtype=np.object_)
    return np.where(_there(inner), inner, shapes)


def _slack(ground: Ground, groups: _Groups, fit: Fit) -> Floats:
    """The tolerance of each old outline: wider where its walls did not bear out a fit of its own."""
    loose = float(np.clip(2.5 * fit.residual_m + 0.1, ground.tolerance_m, MAX_TOLERANCE_M))
    doubtful = _there(groups.new) & (ground.borne_out < MIN_SHARE)
    return np.where(doubtful, loose, ground.tolerance_m)[groups.of_old]


def _less(shapes: Shapes, others: Shapes, pair: Ints) -> Shapes:
    """Each shape without all others it is paired with; ``pair`` sorted by shape."""
    out = shapes.copy()
    if not len(pair):
        return out
    pair = pair[np.argsort(pair[:, 0], kind="stable")]
    first = np.r_[True, pair[1:, 0] != pair[:-1, 0]]
    turn = np.arange(len(pair)) - np.maximum.accumulate(np.where(first, np.arange(len(pair)), 0))
    for number in range(int(turn.max()) + 1):
        row, other = pair[turn == number].T
        out[row] = shapely.difference(out[row], others[other])
    return out


def _added(new: Shapes, fitted: Shapes, slack: Floats, *, opening_m: float) -> tuple[Shapes, Ints]:
    """What new outlines hold beyond the old ones, part by part, and the group of each.

    Cut with the tolerance, cleaned of slivers, and then grown back to the old walls, so that nothing is lost of it.
    """
    group = np.flatnonzero(_there(new))
    whole = new[group]
    wide = np.asarray(shapely.buffer(fitted, slack, join_style="mitre"))
    rest = _less(whole, wide, _pairs(whole, wide))
    core = shapely.buffer(shapely.buffer(rest, -opening_m / 2, join_style="mitre"), opening_m / 2, join_style="mitre")
    cores, row = shapely.get_parts(core, return_index=True)
    real = shapely.area(cores) >= MIN_M2 / 2
    cores, row = cores[real], row[real]
    reach = shapely.buffer(cores, float(slack.max(initial=0.0)) + opening_m / 2, join_style="mitre")
    back = shapely.intersection(reach, whole[row])
    back = _less(back, fitted, _pairs(back, fitted))
    back = shapely.intersection(back, shapely.buffer(shapely.buffer(back, -0.15, join_style="mitre"), 0.16,
                                                     join_style="mitre"))  # fmt: skip
    pieces, of_core = shapely.get_parts(back, return_index=True)
    keep = np.asarray(shapely.intersects(pieces, cores[of_core])) & (shapely.area(pieces) >= MIN_M2)
    return _merged(pieces[keep], group[row[of_core[keep]]])


def _merged(pieces: Shapes, group: Ints) -> tuple[Shapes, Ints]:
    """Pieces of one group that touch are one part: two cores of one addition."""
    shapes: list[shapely.Geometry] = []
    owner: list[int] = []
    order = np.argsort(group, kind="stable")
    starts = np.flatnonzero(np.r_[True, np.diff(group[order]) != 0]) if len(order) else order
    for part in np.split(order, starts[1:]):
        if len(part):
            own = shapely.get_parts(shapely.union_all(pieces[part])) if len(part) > 1 else pieces[part]
            own = own[shapely.get_type_id(own) == 3]
            shapes.extend(own)
            owner.extend([int(group[part[0]])] * len(own))
    return np.array(shapes, dtype=np.object_), np.array(owner, dtype=np.int64)


def _frame(found: list[Addition], plane: str) -> "GeoDataFrame":
    from geopandas import GeoDataFrame

    found = sorted(
        found, key=lambda one: (-round(one.added_m2, 2), *np.round(shapely.bounds(one.part)[:2], 2).tolist())
    )
    shapes = [np.array([getattr(one, name) for one in found], dtype=np.object_) for name in ("part", "old", "new")]
    part, old, new = (_onto(column, plane, STORAGE) for column in shapes)
    told = {name: [getattr(one, name) for one in found] for name in MEASURES}
    return GeoDataFrame(told | {"old_outline": old, "new_outline": new}, geometry=part, crs=STORAGE)
