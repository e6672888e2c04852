"""What rounds are judged by: whole seconds and centimetres, timings, places, who may, and which stop is whose copy."""

from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np
import numpy.typing as npt

from gis.day import Shift, Stop

Whole = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
CENTIMETRES = 100
_DUST = 1e-6
NO_LIMIT = 10**12


def up(value: npt.ArrayLike, *, scale: int) -> Whole:
    """Round up to whole units, float dust forgiven."""
    return np.ceil(np.asarray(value, dtype=np.float64) * scale - _DUST).astype(np.int64)


def down(value: npt.ArrayLike, *, scale: int) -> Whole:
    """Round down to whole units, float dust forgiven."""
    return np.floor(np.asarray(value, dtype=np.float64) * scale + _DUST).astype(np.int64)


@dataclass(frozen=True, slots=True)
class Timing:
    """When a round leaves, begins each service, and is over (seconds of the day)."""

    leaves: int
    begins: tuple[int, ...]
    over: int


@dataclass(frozen=True, slots=True)
class Place:
    """A place for a stop: the shift, the position, what it adds, and whether time and windows allow it."""

    shift: int
    position: int
    extra_cm: int
    extra_s: int
    possible: bool


@dataclass(frozen=True, slots=True)
class Slots:
    """Every place between two neighbours of a round, as arrays: what lies before and after, and the time there is."""

    shift: Whole
    position: Whole
    before: Whole
    after: Whole
    between_cm: Whole
    between_s: Whole
    leaves: Whole
    latest: Whole
    spare: Whole

    @classmethod
    def joined(cls, many: Sequence["Slots"]) -> "Slots":
        """Return the slots of several rounds as one."""
        return cls(*(np.concatenate([getattr(one, field.name) for one in many]) for field in fields(cls)))


def permissions(stops: Sequence[Stop], shifts: Sequence[Shift]) -> npt.NDArray[np.bool_]:
    """Return which shifts may serve which stops, (stops, shifts)."""
    may = np.ones((len(stops), len(shifts)), dtype=bool)
    for at, stop in enumerate(stops):
        if stop.shifts is not None:
            may[at] = [shift.id in stop.shifts for shift in shifts]
    return may


def twins(stops: Sequence[Stop]) -> list[int]:
    """Return for each stop the first of the same id: copies of one stop, each in a window of its own."""
    first: dict[str, int] = {}
    return [first.setdefault(stop.id, at) for at, stop in enumerate(stops)]
