"""Where a coordinate comes from: GCJ-02, BD-09, WGS84, CGCS2000 and any EPSG system, always x = east.

GCJ-02 is the published national offset (a polynomial with sines, on the Krasovsky 1940 ellipsoid); BD-09 adds a
second one. The inverses are fixed-point iterations on the forward formulas to 1e-9 degrees. Outside the box
72.004-137.8347 E, 0.8293-55.8271 N the public algorithm leaves a point untouched, and so does this module. WGS84
and CGCS2000 differ by decimetres at most and count as one here; the source is recorded by whoever stores the point.
"""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import numpy as np
import numpy.typing as npt
import pyproj
from pyproj.exceptions import CRSError
from shapely import Point, prepare
from shapely.geometry.base import BaseGeometry

from gis.errors import AnjuError

Floats = npt.NDArray[np.float64]
Pair = tuple[Floats, Floats]

STORAGE = "EPSG:4490"
GCJ02 = "GCJ-02"
BD09 = "BD-09"
WGS84 = "EPSG:4326"
_GEODETIC = (STORAGE, WGS84)

_AXIS_M = 6378245.0
_ECCENTRICITY2 = 0.00669342162296594323
_BD_TURN = np.pi * 3000.0 / 180.0
_TOLERANCE = 1e-10

_SPELLINGS = {
    GCJ02: (
        "gcj02", "gcj", "火星坐标", "火星坐标系", "火星", "国测局", "国测局坐标",
        "高德", "高德坐标", "腾讯", "amap", "autonavi",
    ),
    BD09: ("bd09", "bd09ll", "bd", "百度", "百度坐标", "百度坐标系", "百度地图", "baidu"),
    WGS84: ("wgs84", "wgs1984", "wgs", "gps", "gps坐标", "世界大地坐标系", "epsg4326"),
    STORAGE: (
        "cgcs2000", "cgcs", "国家2000", "国家2000坐标系", "国家大地2000", "国家大地坐标系2000", "2000国家大地坐标系",
        "2000坐标系", "大地2000", "大地2000坐标系", "天地图", "tianditu", "epsg4490",
    ),
}  # fmt: skip
_BY_SPELLING = {spelling: name for name, spellings in _SPELLINGS.items() for spelling in spellings}


class UnknownCrsError(AnjuError):
    """{text!r} names no coordinate system known here; give GCJ-02, BD-09, WGS84, CGCS2000 or EPSG:n."""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What would have put a stray point inside: the system ``crs``, with ``swapped`` axes if the two were exchanged."""

    crs: str
    swapped: bool


def parse_crs(text: str) -> str:
    """Return the canonical name of a coordinate system: 'GCJ-02', 'BD-09', 'EPSG:n', or WKT/PROJ text as given.

    Knows the spellings registers use (火星坐标, 百度, 国家2000, wgs84 ...). Raises ``UnknownCrsError``.
    """
    return _parse(unicodedata.normalize("NFKC", str(text)).strip())


@cache
def _parse(text: str) -> str:
    folded = re.sub(r"[\s\-_:/.()]+", "", text).lower()
    if folded in _BY_SPELLING:
        return _BY_SPELLING[folded]
    digits = re.fullmatch(r"(?:epsg|srid)?(\d{4,6})", folded)
    if digits:
        text = f"EPSG:{digits[1]}"
    if not re.match(r"EPSG:|\+proj|\+init|(?:PROJ|GEOG|GEOD|COMPD|BOUND)", text):
        raise UnknownCrsError(text=text)
    try:
        known = pyproj.CRS.from_user_input(text)
    except CRSError:
        raise UnknownCrsError(text=text) from None
    number = known.to_epsg()
    return text if number is None else f"EPSG:{number}"


def convert(x: npt.ArrayLike, y: npt.ArrayLike, *, source: str, target: str) -> tuple[float, float] | Pair:
    """Convert coordinates between any two systems; x is east or longitude, y north or latitude, always.

    Scalars give floats, arrays give float64 arrays of the same shape. A value that is not finite, or a longitude and
    latitude out of range, gives NaN in both. Raises ``UnknownCrsError`` for a name that ``parse_crs`` refuses.
    """
    origin, goal = parse_crs(source), parse_crs(target)
    xs, ys = np.broadcast_arrays(np.asarray(x, dtype=np.float64), np.asarray(y, dtype=np.float64))
    if origin == goal:
        east, north = xs.copy(), ys.copy()
    else:
        east, north = _from_storage(goal)(*_to_storage(origin)(*_sane(xs, ys, crs=origin)))
    bad = ~(np.isfinite(east) & np.isfinite(north))
    east, north = np.where(bad, np.nan, east), np.where(bad, np.nan, north)
    return (float(east), float(north)) if east.ndim == 0 else (east, north)


def to_storage(x: npt.ArrayLike, y: npt.ArrayLike, *, source: str) -> tuple[float, float] | Pair:
    """Convert to longitude and latitude in EPSG:4490, the CRS everything is stored in; see ``convert``."""
    return convert(x, y, source=source, target=STORAGE)


def suggest_crs(x: float, y: float, polygon: BaseGeometry, *, source: str = STORAGE) -> Suggestion | None:
    """Say which other datum or axis order would have put a stray point inside ``polygon`` (EPSG:4490).

    The cheapest mistake comes first: swapped axes in the stated system, then another system, then another system
    with swapped axes. None when nothing fits, or the point is inside already.
    """
    stated = parse_crs(source)
    prepare(polygon)
    others = [name for name in _candidates(polygon) if name != stated and {name, stated} != set(_GEODETIC)]
    tries = [(stated, False), (stated, True)]
    tries += [(name, False) for name in others] + [(name, True) for name in others]
    for name, swapped in tries:
        east, north = (y, x) if swapped else (x, y)
        lon, lat = to_storage(east, north, source=name)
        if np.isfinite(lon) and polygon.covers(Point(float(lon), float(lat))):
            return None if (name, swapped) == (stated, False) else Suggestion(name, swapped)
    return None


def _candidates(polygon: BaseGeometry) -> tuple[str, ...]:
    """Systems a county's data may come in: geographic, the two map offsets, and the Gauss-Krueger belts over it."""
    lon = polygon.centroid.x
    three, six = round(lon / 3), int(lon // 6) + 1
    belts = (4534 + three - 25, 4513 + three - 25, 4502 + six - 13, 4491 + six - 13)
    return (STORAGE, GCJ02, BD09, *(f"EPSG:{number}" for number in belts))


def _sane(x: Floats, y: Floats, *, crs: str) -> Pair:
    """Blank out what cannot be a coordinate, so that it comes out as NaN and never as a place."""
    bad = ~(np.isfinite(x) & np.isfinite(y))
    if crs in (*_GEODETIC, GCJ02, BD09):
        bad |= (np.abs(x) > 180) | (np.abs(y) > 90)
    return np.where(bad, np.nan, x), np.where(bad, np.nan, y)


def _to_storage(crs: str) -> Callable[[Floats, Floats], Pair]:
    own = {STORAGE: _same, WGS84: _same, GCJ02: gcj02_to_wgs84, BD09: bd09_to_wgs84}
    return own[crs] if crs in own else _transformer(crs, STORAGE)


def _from_storage(crs: str) -> Callable[[Floats, Floats], Pair]:
    own = {STORAGE: _same, WGS84: _same, GCJ02: wgs84_to_gcj02, BD09: wgs84_to_bd09}
    return own[crs] if crs in own else _transformer(STORAGE, crs)


@cache
def _transformer(source: str, target: str) -> Callable[[Floats, Floats], Pair]:
    machine = pyproj.Transformer.from_crs(source, target, always_xy=True)

    def run(x: Floats, y: Floats) -> Pair:
        east, north = machine.transform(x, y)
        return np.asarray(east), np.asarray(north)

    return run


def _same(x: Floats, y: Floats) -> Pair:
    return x, y


def in_china(lon: Floats, lat: Floats) -> npt.NDArray[np.bool_]:
    """Whether the public algorithm offsets a point: a plain box, not the border."""
    return (lon >= 72.004) & (lon <= 137.8347) & (lat >= 0.8293) & (lat <= 55.8271)


def wgs84_to_gcj02(lon: Floats, lat: Floats) -> Pair:
    """Offset WGS84 degrees to GCJ-02; points outside the box stay as they are."""
    d_lon, d_lat = _gcj_offset(lon, lat)
    inside = in_china(lon, lat)
    return np.where(inside, lon + d_lon, lon), np.where(inside, lat + d_lat, lat)


def gcj02_to_wgs84(lon: Floats, lat: Floats) -> Pair:
    """Undo the GCJ-02 offset to 1e-9 degrees."""
    return _invert(wgs84_to_gcj02, lon, lat)


def gcj02_to_bd09(lon: Floats, lat: Floats) -> Pair:
    """Add Baidu's second offset: a small turn and stretch about the origin, then a shift."""
    reach = np.hypot(lon, lat) + 0.00002 * np.sin(lat * _BD_TURN)
    angle = np.arctan2(lat, lon) + 0.000003 * np.cos(lon * _BD_TURN)
    return reach * np.cos(angle) + 0.0065, reach * np.sin(angle) + 0.006


def bd09_to_gcj02(lon: Floats, lat: Floats) -> Pair:
    """Undo Baidu's offset to 1e-9 degrees."""
    return _invert(gcj02_to_bd09, lon, lat)


def wgs84_to_bd09(lon: Floats, lat: Floats) -> Pair:
    """Both offsets, one after the other."""
    return gcj02_to_bd09(*wgs84_to_gcj02(lon, lat))


def bd09_to_wgs84(lon: Floats, lat: Floats) -> Pair:
    """Undo both offsets."""
    return gcj02_to_wgs84(*bd09_to_gcj02(lon, lat))


def _invert(forward: Callable[[Floats, Floats], Pair], lon: Floats, lat: Floats) -> Pair:
    """Find what ``forward`` maps to (lon, lat): each step removes the offset measured at the last guess.

    The offsets change by well under 1 % of the way moved, so every step gains two digits or more. The inverses that
    circulate with BD-09 apply the formula once and miss by 0.1 to 2 m.
    """
    guess_lon, guess_lat = lon, lat
    for _ in range(20):
        out_lon, out_lat = forward(guess_lon, guess_lat)
        miss_lon, miss_lat = out_lon - lon, out_lat - lat
        guess_lon, guess_lat = guess_lon - miss_lon, guess_lat - miss_lat
        if not np.any(np.maximum(np.abs(miss_lon), np.abs(miss_lat)) > _TOLERANCE):
            break
    return guess_lon, guess_lat


def _gcj_offset(lon: Floats, lat: Floats) -> Pair:
    """Return the GCJ-02 offset in degrees at WGS84 (lon, lat)."""
    x, y = lon - 105.0, lat - 35.0
    root = np.sqrt(np.abs(x))
    ripple = 20.0 * np.sin(6.0 * np.pi * x) + 20.0 * np.sin(2.0 * np.pi * x)
    north = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * root
    north += 2.0 / 3.0 * (ripple + 20.0 * np.sin(np.pi * y) + 40.0 * np.sin(np.pi * y / 3.0))
    north += 2.0 / 3.0 * (160.0 * np.sin(np.pi * y / 12.0) + 320.0 * np.sin(np.pi * y / 30.0))
    east = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * root
    east += 2.0 / 3.0 * (ripple + 20.0 * np.sin(np.pi * x) + 40.0 * np.sin(np.pi * x / 3.0))
    east += 2.0 / 3.0 * (150.0 * np.sin(np.pi * x / 12.0) + 300.0 * np.sin(np.pi * x / 30.0))
    phi = np.radians(lat)
    flat = 1.0 - _ECCENTRICITY2 * np.sin(phi) ** 2
    meridian_m = _AXIS_M * (1.0 - _ECCENTRICITY2) / flat**1.5
    parallel_m = _AXIS_M / np.sqrt(flat) * np.cos(phi)
    return np.degrees(east / parallel_m), np.degrees(north / meridian_m)
