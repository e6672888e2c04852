"""Streets from files: OpenStreetMap extracts (``.osm.pbf``, read with osmium) and lines of any GIS format."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import osmium
import shapely

from exchange.errors import DamagedFile, MissingFile, NoStreets
from exchange.street_lines import read_lines, streets_of
from exchange.street_tags import access_of, kind_of
from gis.streets import Streets

Box = tuple[float, float, float, float]
Progress = Callable[[int], None]
EVERY = 20_000


@dataclass(frozen=True, slots=True)
class StreetFile:
    """What was read: the streets, and how many ways of the file became none, by reason."""

    streets: Streets
    ways: int
    passed_over: Mapping[str, int]


def read_streets(path: Path, *, within: Box | None = None, progress: Progress | None = None) -> StreetFile:
    """Read streets of an ``.osm.pbf`` (or ``.osm``) extract, or of a GIS file of lines.

    Only streets that touch ``within`` (west, south, east, north in EPSG:4490 degrees) are read. Raises
    ``MissingFile``, ``DamagedFile``, ``NoStreets``.
    """
    if not path.is_file():
        raise MissingFile(name=path.name)
    if path.name.lower().endswith((".pbf", ".osm", ".osm.gz", ".osm.bz2")):
        found = _osm(path, within, progress)
    else:
        found = StreetFile(*read_lines(path, within))
    if not len(found.streets):
        raise NoStreets(name=path.name)
    return found


@dataclass(slots=True)
class _Ways:
    """Ways as they are read: their corners one after another."""

    refs: list[int]
    lons: list[float]
    lats: list[float]
    sizes: list[int]
    kinds: list[str]
    access: list[int]
    passed_over: dict[str, int]
    ways: int = 0

    def pass_over(self, why: str) -> None:
        self.passed_over[why] = self.passed_over.get(why, 0) + 1


def _osm(path: Path, within: Box | None, progress: Progress | None) -> StreetFile:
    held = _Ways([], [], [], [], [], [], {})
    try:
        reader = osmium.FileProcessor(str(path), osmium.osm.NODE | osmium.osm.WAY).with_locations()
        for way in reader.with_filter(osmium.filter.KeyFilter("highway")):
            if isinstance(way, osmium.osm.Way):
                _read_way(way, held, within)
                if progress is not None and held.ways % EVERY == 0:
                    progress(held.ways)
    except (RuntimeError, ValueError) as error:
        raise DamagedFile(name=path.name, detail=str(error)) from error
    if progress is not None:
        progress(held.ways)
    return StreetFile(_between_junctions(held), held.ways, held.passed_over)


def _read_way(way: osmium.osm.Way, held: _Ways, within: Box | None) -> None:
    held.ways += 1
    tags = {tag.k: tag.v for tag in way.tags}
    kind = kind_of(tags.get("highway"))
    if kind is None or tags.get("area") == "yes":
        held.pass_over("kind")
        return
    bits = access_of(kind, tags)
    at = [(node.ref, node.lon, node.lat) for node in way.nodes if node.location.valid()]
    if not bits or len(at) < 2:
        held.pass_over("access" if not bits else "incomplete")
        return
    if within is not None and not _touches(at, within):
        held.pass_over("elsewhere")
        return
    for ref, lon, lat in at:
        held.refs.append(ref)
        held.lons.append(lon)
        held.lats.append(lat)
    held.sizes.append(len(at))
    held.kinds.append(kind)
    held.access.append(bits)


def _touches(at: list[tuple[int, float, float]], within: Box) -> bool:
    west, south, east, north = within
    lons, lats = [lon for _, lon, _ in at], [lat for _, _, lat in at]
    return max(lons) >= west and min(lons) <= east and max(lats) >= south and min(lats) <= north


def _between_junctions(held: _Ways) -> Streets:
    """Cut ways where they meet: at corners that are used twice or end a way."""
    refs = np.array(held.refs, dtype=np.int64)
    sizes = np.array(held.sizes, dtype=np.int64)
    points = np.c_[held.lons, held.lats].reshape(-1, 2)
    stops = np.cumsum(sizes)
    starts = stops - sizes
    _, place, uses = np.unique(refs, return_inverse=True, return_counts=True)
    cut = uses[place] > 1
    cut[starts] = cut[stops - 1] = True
    way = np.repeat(np.arange(len(sizes)), sizes)
    cuts = np.flatnonzero(cut)
    inside = way[cuts[:-1]] == way[cuts[1:]]
    low, high = cuts[:-1][inside], cuts[1:][inside]
    lines = _cut(points, low, high)
    row = way[low]
    return streets_of(refs[low], refs[high], [(held.kinds[at], held.access[at]) for at in row], lines)


def _cut(
    points: npt.NDArray[np.float64], low: npt.NDArray[np.int64], high: npt.NDArray[np.int64]
) -> npt.NDArray[np.object_]:
    lengths = high - low + 1
    first = np.repeat(low - np.r_[0, np.cumsum(lengths)[:-1]], lengths)
    picked = points[first + np.arange(lengths.sum())]
    return np.asarray(shapely.linestrings(picked, indices=np.repeat(np.arange(len(low)), lengths)), dtype=np.object_)
