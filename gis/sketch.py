"""A round as a drawing of a given size: north up, true to scale, its numbers moved apart so that each can be read."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from shapely.geometry.base import BaseGeometry

from gis.errors import AnjuError
from gis.measure import distance_m

Floats = npt.NDArray[np.float64]
Spot = tuple[float, float]

SMALLEST_M = 60.0
STEPS = 240
SCALE_SHARE = 0.3


class SketchSizeError(AnjuError):
    """A drawing of {width_mm} x {height_mm} mm leaves nothing inside its margin of {margin_mm} mm."""


@dataclass(frozen=True, slots=True)
class Frame:
    """The paper: its size, what stays free at the edges, and how far two numbers must be apart, all in millimetres."""

    width_mm: float
    height_mm: float
    margin_mm: float = 6.0
    apart_mm: float = 6.4

    def __post_init__(self) -> None:
        if min(self.width_mm, self.height_mm) <= 2 * self.margin_mm:
            raise SketchSizeError(width_mm=self.width_mm, height_mm=self.height_mm, margin_mm=self.margin_mm)


@dataclass(frozen=True, slots=True)
class Sketch:
    """Where everything comes on the paper, in millimetres from its lower left corner.

    ``doors`` are the true places in the order of the round, ``numbers`` where their numbers are written; ``line`` the
    way from one to the next; ``rings`` the outlines of grids; ``scale_m`` a round number of metres that is
    ``scale_mm`` long.
    """

    start: Spot | None
    doors: tuple[Spot, ...]
    numbers: tuple[Spot, ...]
    line: tuple[Spot, ...]
    rings: tuple[tuple[Spot, ...], ...]
    scale_m: int
    scale_mm: float


def sketch(
    doors: Sequence[Spot],
    frame: Frame,
    *,
    start: Spot | None = None,
    line: Sequence[Spot] = (),
    outlines: Sequence[BaseGeometry] = (),
) -> Sketch:
    """Draw places (longitude, latitude in EPSG:4490) on a frame.

    The frame shows the doors and the start; ``line`` and outlines may run beyond it. A place of no extent is
    shown at 60 m across.
    """
    places = np.array([*doors, *([start] if start else [])], dtype=np.float64).reshape(-1, 2)
    if not len(places):
        return Sketch(None, (), (), (), (), 0, 0.0)
    middle, mm_per_degree, metres_per_mm = _fit(places, frame)

    def put(points: npt.ArrayLike) -> Floats:
        flat = np.asarray(points, dtype=np.float64).reshape(-1, 2)
        half = np.array([frame.width_mm / 2, frame.height_mm / 2])
        return (flat - middle) * mm_per_degree + half

    spots, count = put(places), len(doors)
    scale_m = _round_number(metres_per_mm * frame.width_mm * SCALE_SHARE)
    return Sketch(
        start=_spots(spots[-1:])[0] if start else None, doors=_spots(spots[:count]),
        numbers=_spots(_apart(spots[:count], spots[count:], frame)), line=_spots(put(line)),
        rings=tuple(_spots(put(ring)) for shape in outlines for ring in _rings(shape)),
        scale_m=scale_m, scale_mm=scale_m / metres_per_mm,
    )  # fmt: skip


def _fit(places: Floats, frame: Frame) -> tuple[Floats, Floats, float]:
    """The middle of the paper in degrees, millimetres a degree east and north, and metres a millimetre."""
    low, high = places.min(axis=0), places.max(axis=0)
    middle = (low + high) / 2
    lon, lat = float(middle[0]), float(middle[1])
    east_m = float(distance_m(lon - 0.005, lat, lon + 0.005, lat)) * 100
    north_m = float(distance_m(lon, lat - 0.005, lon, lat + 0.005)) * 100
    width_m, height_m = float(high[0] - low[0]) * east_m, float(high[1] - low[1]) * north_m
    inner_mm = (frame.width_mm - 2 * frame.margin_mm, frame.height_mm - 2 * frame.margin_mm)
    metres_per_mm = max(width_m / inner_mm[0], height_m / inner_mm[1], SMALLEST_M / max(inner_mm))
    return middle, np.array([east_m, north_m]) / metres_per_mm, metres_per_mm


def _apart(spots: Floats, fixed: Floats, frame: Frame) -> Floats:
    """Push numbers apart until none covers another or what is ``fixed``, or the paper has no more room.

    The same input goes the same way.
    """
    count = len(spots)
    # Places at one point need a direction each: the golden angle gives every one its own.
    turn = np.arange(count) * math.pi * (3 - math.sqrt(5))
    at = spots + 0.01 * np.column_stack([np.cos(turn), np.sin(turn)])
    low = np.full(2, frame.margin_mm / 2)
    high = np.array([frame.width_mm, frame.height_mm]) - frame.margin_mm / 2
    for _ in range(STEPS):
        gap = at[:, None, :] - np.vstack([at, fixed])[None, :, :]
        distance = np.hypot(gap[..., 0], gap[..., 1])
        distance[np.arange(count), np.arange(count)] = np.inf
        short = np.clip(frame.apart_mm - distance, 0.0, None)
        if not short.any():
            break
        push = (gap / np.maximum(distance, 1e-9)[..., None] * short[..., None]).sum(axis=1) * 0.3
        at = np.clip(at + push, low, high)
    return at


def _rings(shape: BaseGeometry) -> list[Floats]:
    parts = getattr(shape, "geoms", [shape])
    return [
        np.asarray(part.exterior.coords)[:, :2] for part in parts if hasattr(part, "exterior") and not part.is_empty
    ]


def _spots(points: Floats) -> tuple[Spot, ...]:
    return tuple((round(float(x), 3), round(float(y), 3)) for x, y in points)


def _round_number(metres: float) -> int:
    """The largest of 1, 2, 5, 10, 20, 50 ... that is not above ``metres``; 1 at least."""
    if metres < 1:
        return 1
    tens = 10 ** math.floor(math.log10(metres))
    return int(max(step * tens for step in (1, 2, 5) if step * tens <= metres))
