"""Ground for every village: one Voronoi diagram of village centres, clipped to the county's real outline.

Real: the outline, the codes and names, the centres GeoNames knows. Synthetic: every other centre and every town
and village outline. Towns are unions of their villages, so the tiling has neither gap nor overlap by construction.
Work happens in a local frame of metres (``Frame``), an affine map of longitude and latitude: straight stays straight.
"""

import math
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import MultiPoint, MultiPolygon
from shapely.geometry.base import BaseGeometry

from demo.divisions import Division, divisions, known_centres, outline

Floats = NDArray[np.float64]
METRES_PER_DEGREE = 111_320.0
TOWN_STREET = "0"
CANDIDATES = 64


@dataclass(frozen=True, slots=True)
class Frame:
    """Metres east and north of a county's middle; within 1 % over a county, which is enough for a model."""

    lon: float
    lat: float

    @property
    def _scale(self) -> Floats:
        return np.array([METRES_PER_DEGREE * math.cos(math.radians(self.lat)), METRES_PER_DEGREE])

    def to_metres(self, lonlat: Floats) -> Floats:
        """Shape (n, 2) of degrees to metres."""
        return (lonlat - np.array([self.lon, self.lat])) * self._scale

    def to_degrees(self, metres: Floats) -> Floats:
        """Shape (n, 2) of metres to degrees."""
        return metres / self._scale + np.array([self.lon, self.lat])


@dataclass(frozen=True, slots=True)
class Ground:
    """One division's ground: its centre and outline, and whether the centre is a real one."""

    division: Division
    centre: tuple[float, float] | None
    centre_known: bool
    geom: MultiPolygon | None


@dataclass(frozen=True, slots=True)
class Territory:
    """A county's ground: frame, outline, towns and villages by code (development zones have none of their own)."""

    county: str
    frame: Frame
    outline: MultiPolygon
    towns: dict[str, Ground]
    villages: dict[str, Ground]


def territory(county: str, *, seed: int) -> Territory:
    """The county's towns and villages with ground under them; the same seed gives the same ground.

    Raises
    ------
    NoModelTownError
        The county has no extract.
    """
    rng = np.random.default_rng([seed, int(county), 1])
    land = outline(county)
    frame = Frame(land.centroid.x, land.centroid.y)
    area = shapely.transform(land, frame.to_metres)
    known = known_centres(county)
    towns = [d for d in divisions(county) if d.level == "town"]
    centres = _town_centres([d for d in towns if d.addressable], known=known, frame=frame, area=area, rng=rng)
    villages = [d for d in divisions(county) if d.level == "village"]
    spots = _village_centres(villages, centres, known=known, frame=frame, area=area, rng=rng)
    cells = _cells(list(spots.values()), area, frame)
    grounds = {d.code: Ground(d, None, False, None) for d in villages if not d.addressable} | {
        d.code: Ground(d, _lonlat(spots[d.code], frame), d.code in known, cell)
        for d, cell in zip([d for d in villages if d.addressable], cells, strict=True)
    }
    return Territory(county, frame, land, _towns(towns, grounds, centres, known, frame), grounds)


def _lonlat(metres: Floats, frame: Frame) -> tuple[float, float]:
    lon, lat = frame.to_degrees(metres)
    return (float(lon), float(lat))


def _towns(
    towns: list[Division],
    villages: dict[str, Ground],
    centres: dict[str, Floats],
    known: dict[str, tuple[float, float]],
    frame: Frame,
) -> dict[str, Ground]:
    found = {}
    for town in towns:
        parts = [g.geom for g in villages.values() if g.division.parent == town.code and g.geom is not None]
        geom = _multi(shapely.union_all(parts)) if parts else None
        centre = centres.get(town.code)
        spot = None if centre is None else _lonlat(centre, frame)
        found[town.code] = Ground(town, spot, town.code in known, geom)
    return found


def _multi(geometry: BaseGeometry) -> MultiPolygon:
    polygons = [part for part in shapely.get_parts(geometry) if part.geom_type == "Polygon"]
    return MultiPolygon(polygons)


def _scatter(area: BaseGeometry, count: int, rng: np.random.Generator) -> Floats:
    """Points uniform over an area, shape (count, 2); rejection from the bounding box."""
    west, south, east, north = area.bounds
    shapely.prepare(area)
    found = np.empty((0, 2))
    while len(found) < count:
        trial = rng.uniform((west, south), (east, north), size=(count * 2 + 64, 2))
        found = np.vstack([found, trial[shapely.contains_xy(area, trial)]])
    return found[:count]


def _farthest(trial: Floats, taken: Floats, weight: Floats | float = 1.0) -> Floats:
    """The trial point whose nearest taken neighbour is farthest, distances divided by ``weight``."""
    gaps = np.min(np.linalg.norm(trial[:, None, :] - taken[None, :, :], axis=2), axis=1)
    return trial[int(np.argmax(gaps / weight))]


def _town_centres(
    towns: list[Division],
    *,
    known: dict[str, tuple[float, float]],
    frame: Frame,
    area: BaseGeometry,
    rng: np.random.Generator,
) -> dict[str, Floats]:
    """Known centres as they are; unknown streets ring the county seat, unknown towns fill the widest gap."""
    given = {d.code: frame.to_metres(np.array(known[d.code])) for d in towns if d.code in known}
    seat = next(centre for code, centre in given.items() if code[6] == TOWN_STREET)
    for town in (d for d in towns if d.code not in known):
        trial = _scatter(area, 4000, rng)
        if town.code[6] == TOWN_STREET:
            reach = np.linalg.norm(trial - seat, axis=1)
            trial = trial[(reach > 2000) & (reach < 7000)]
        given[town.code] = _farthest(trial, np.array(list(given.values())))
    return given


def _village_centres(
    villages: list[Division],
    towns: dict[str, Floats],
    *,
    known: dict[str, tuple[float, float]],
    frame: Frame,
    area: BaseGeometry,
    rng: np.random.Generator,
) -> dict[str, Floats]:
    """A centre for each addressable village inside its town's cell, communities (居委会) nearest the centre."""
    addressable = [d for d in villages if d.addressable]
    cells = dict(zip(towns, _voronoi(np.array(list(towns.values())), area), strict=True))
    found: dict[str, Floats] = {}
    for code, centre in towns.items():
        own = [d for d in addressable if d.parent == code]
        fixed = {d.code: frame.to_metres(np.array(known[d.code])) for d in own if d.code in known}
        free = [d for d in own if d.code not in fixed]
        spots = _spread(cells[code], centre, len(free), list(fixed.values()), rng)
        found |= fixed | {d.code: spot for d, spot in zip(sorted(free, key=_urban_first), spots, strict=True)}
    return {d.code: found[d.code] for d in addressable}


def _urban_first(division: Division) -> tuple[bool, str]:
    return (division.code[9] != "0", division.code)


def _spread(
    cell: BaseGeometry, centre: Floats, count: int, fixed: list[Floats], rng: np.random.Generator
) -> list[Floats]:
    """Points spread over a cell, denser toward its centre, nearest first (best of many candidates)."""
    trial = _scatter(cell, CANDIDATES * (count + 1), rng).reshape(count + 1, CANDIDATES, 2)
    reach = math.sqrt(cell.area / math.pi)
    taken = [*fixed, centre] if not fixed else list(fixed)
    found: list[Floats] = []
    for batch in trial[:count]:
        crowding = 0.12 + np.linalg.norm(batch - centre, axis=1) / reach
        found.append(_farthest(batch, np.array(taken + found), crowding))
    return sorted(found, key=lambda spot: float(np.linalg.norm(spot - centre)))


def _voronoi(points: Floats, area: BaseGeometry) -> list[BaseGeometry]:
    """Voronoi cells of points clipped to an area, in the points' order."""
    cells = shapely.get_parts(shapely.voronoi_polygons(MultiPoint(points), extend_to=area.envelope))
    tree = shapely.STRtree(cells)
    owner, cell = tree.query(shapely.points(points), predicate="within")
    order = np.empty(len(points), dtype=np.int64)
    order[owner] = cell
    return list(shapely.intersection(cells[order], area))


def _cells(spots: list[Floats], area: BaseGeometry, frame: Frame) -> list[MultiPolygon]:
    cells = _voronoi(np.array(spots), area)
    return [_multi(shapely.transform(cell, frame.to_degrees)) for cell in cells]
