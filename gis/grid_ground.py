"""What a check of grids looks at: the grids as they stand, made measurable, and the villages they should fill."""

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from gis.frame import check_columns_and_crs
from gis.grid import GridCode, GridCodeError
from gis.grid_faces import HAIR_M, METRES_A_DEGREE, NOISE_M2, filled, mean_width_m, pieces, polygonal
from gis.measure import area_m2

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

SLIVER_M = 3.0
"""A grid, or a part of one, that is narrower than this on average is a sliver."""
GAP_M = 3.0
"""Without outlines of villages, a gap between two grids that is open at its end is seen up to this width."""
TWIN_SHARE = 0.98
"""Two grids that share more than this much of both are one grid drawn twice."""
SPECIAL = "special"


@dataclass(slots=True)
class Ground:
    """Grids by row number: codes, kinds, shapes (valid polygons, EPSG:4490), and the village each is judged by.

    ``outlines`` are the villages' own, ``inferred`` those put together from the grids where none was given.
    ``crossed`` are the rows that were not valid, with the region their rings span; ``resting`` the rows that are not
    looked at any further because they are to go, ``recoded`` those that get another code.
    """

    codes: list[str]
    kinds: list[str]
    shapes: list[BaseGeometry]
    villages: list[str]
    outlines: dict[str, BaseGeometry]
    inferred: set[str] = field(default_factory=set)
    crossed: dict[int, BaseGeometry] = field(default_factory=dict)
    resting: set[int] = field(default_factory=set)
    recoded: set[int] = field(default_factory=set)

    @property
    def awake(self) -> list[int]:
        """Rows with a shape that are looked at."""
        return [row for row, shape in enumerate(self.shapes) if row not in self.resting and not shape.is_empty]

    def by_village(self) -> dict[str, list[int]]:
        """Base grids that are looked at, by their village."""
        found: dict[str, list[int]] = defaultdict(list)
        for row in self.awake:
            if self.kinds[row] != SPECIAL:
                found[self.villages[row]].append(row)
        return dict(found)

    def tree(self, rows: list[int]) -> tuple[Any, Any]:
        """The shapes of some rows as an array and as a tree."""
        shapes = np.asarray([self.shapes[row] for row in rows], dtype=object)
        return shapes, shapely.STRtree(shapes)


def ground_of(grids: "GeoDataFrame", villages: "GeoDataFrame | None" = None) -> Ground:
    """Read a frame of grids (``code``; ``kind`` if it has one) and of villages (``code``), both EPSG:4490.

    Broken and missing shapes are let in: finding them is the work. Raises ``gis.frame.FrameError``.
    """
    check_columns_and_crs(grids, columns=("code",))
    codes = [str(code or "").strip() for code in grids["code"]]
    kinds = [str(kind or "base") for kind in grids["kind"]] if "kind" in grids.columns else ["base"] * len(grids)
    raw = list(grids.geometry)
    found = Ground(
        codes, kinds, [polygonal(shape) for shape in raw], [code[:12] for code in codes], _outlines(villages)
    )
    for row, shape in enumerate(raw):
        if shape is not None and not shape.is_empty and not shape.is_valid:
            found.crossed[row] = shapely.convex_hull(shape)
    return found


def _outlines(villages: "GeoDataFrame | None") -> dict[str, BaseGeometry]:
    if villages is None:
        return {}
    check_columns_and_crs(villages, columns=("code",))
    shapes = {str(code): polygonal(shape) for code, shape in zip(villages["code"], villages.geometry, strict=True)}
    return {code: shape for code, shape in shapes.items() if not shape.is_empty}


def infer_outlines(ground: Ground) -> None:
    """Give villages without an outline the ground between their own grids, holes and narrow gaps filled."""
    rows_of = ground.by_village()
    lacking = {village: rows for village, rows in rows_of.items() if village not in ground.outlines}
    if not lacking:
        return
    rows = [row for own in rows_of.values() for row in own]
    shapes, tree = ground.tree(rows)
    for village, own in lacking.items():
        whole = _closed(
            [*(ground.shapes[row] for row in own), *(ground.crossed[row] for row in own if row in ground.crossed)]
        )
        beside = [shapes[at] for at in tree.query(whole, predicate="intersects") if rows[at] not in own]
        ground.outlines[village] = polygonal(whole.difference(shapely.union_all(beside)) if beside else whole)
        ground.inferred.add(village)


def _closed(shapes: list[BaseGeometry]) -> BaseGeometry:
    """The union of shapes, its holes and narrow gaps filled.

    Closing gives every edge back with other last digits. Only what it filled is taken from it, so that the outline
    runs along the grids' own vertices elsewhere.
    """
    reach, hair = GAP_M / 2 / METRES_A_DEGREE, HAIR_M / METRES_A_DEGREE
    united = shapely.union_all(shapes)
    grown = filled(filled(united).buffer(reach, join_style="mitre"))
    closed = grown.buffer(-reach, join_style="mitre")
    added = closed.difference(united.buffer(hair, join_style="mitre"))
    back = [part.buffer(1.1 * hair, join_style="mitre") for part in pieces(added)]
    return filled(shapely.union_all([united, *back]))


def is_code(code: str) -> bool:
    """Whether a text is the code of a grid."""
    try:
        return str(GridCode.parse(code)) == code
    except GridCodeError:
        return False


def thin_parts(shape: BaseGeometry) -> list[BaseGeometry]:
    """The parts of a shape that are slivers."""
    return [part for part in pieces(shape) if mean_width_m(part) < SLIVER_M and area_m2(part) >= NOISE_M2]
