"""The line of a round, from door to door along the ways that are known."""

from math import dist

from shapely.geometry import LineString

_SAME = 2e-6
"""Degrees within which two places are one."""


def between(before: tuple[float, float], way: LineString | None) -> list[tuple[float, float]]:
    """Return the corners of a way between the door before and the one it leads to, lon, lat in EPSG:4490 degrees.

    None where no way is known, or where it begins elsewhere because a stop was moved or left out: the line is straight.
    """
    if way is None or dist(before, way.coords[0][:2]) > _SAME:
        return []
    return [(float(x), float(y)) for x, y, *_ in way.coords[1:-1]]
