"""How far points lie beyond the village they are said to be in, and which village they lie in instead."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import shapely
from shapely.geometry.base import BaseGeometry

from gis.matching.doubt import Whereabouts

_METRES_A_DEGREE = 111_320.0

Floats = npt.NDArray[np.float64]


class Outlines:
    """Villages as polygons (EPSG:4490), in metres around their middle, so that distances are distances.

    ``made_up`` says of each whether its outline is a mere sketch.
    """

    def __init__(self, codes: Sequence[str], shapes: Sequence[BaseGeometry], made_up: Sequence[bool]) -> None:
        self.codes, self.made_up = list(codes), list(made_up)
        self._row = {code: row for row, code in enumerate(self.codes)}
        bounds = shapely.total_bounds(np.array(shapes, dtype=object)) if self.codes else (0.0, 0.0, 0.0, 0.0)
        lat = 0.5 * float(bounds[1] + bounds[3])
        self._scale = np.array([np.cos(np.radians(lat)), 1.0]) * _METRES_A_DEGREE
        self._shapes = shapely.transform(np.array(shapes, dtype=object), lambda at: at * self._scale)
        self._tree = shapely.STRtree(self._shapes)

    def look(self, villages: Sequence[str], lon: Floats, lat: Floats) -> list[Whereabouts | None]:
        """Where each point lies beside its village; None where it is inside, or there is no point or no outline."""
        rows = np.array([self._row.get(code, -1) for code in villages], dtype=np.int64)
        asked = np.flatnonzero((rows >= 0) & np.isfinite(lon) & np.isfinite(lat))
        told: list[Whereabouts | None] = [None] * len(villages)
        if not len(asked):
            return told
        points = np.asarray(shapely.points(np.column_stack([lon[asked], lat[asked]]) * self._scale))
        homes = self._homes(points)
        out = np.array([rows[at] not in home for at, home in zip(asked, homes, strict=True)], dtype=bool)
        away = shapely.distance(points[out], self._shapes[rows[asked[out]]])
        for n, metres in zip(np.flatnonzero(out).tolist(), np.asarray(away).tolist(), strict=True):
            at, home = int(asked[n]), homes[n]
            there = self.codes[min(home)] if home else None
            told[at] = Whereabouts(metres, there, self.made_up[rows[at]])
        return told

    def _homes(self, points: npt.NDArray[np.object_]) -> list[set[int]]:
        """The rows of the outlines that each point lies in."""
        homes: list[set[int]] = [set() for _ in points]
        for point, row in zip(*self._tree.query(points, predicate="intersects"), strict=True):
            homes[point].add(int(row))
        return homes
