"""A round as it is handed out: who, when, where to in which order, and not one word about owners or tenants."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from shapely.geometry import LineString
from shapely.geometry.base import BaseGeometry

from gis.mask import mask_in_place
from gis.way_line import between


@dataclass(frozen=True, slots=True)
class SheetStop:
    """One stop: ``number`` as on the inspector's screen; ``window`` in minutes of the day where hours were agreed.

    ``lon`` and ``lat`` are EPSG:4490 degrees, None for a house that lost its point. ``way`` is
    the line along streets from the stop before, None where the way is not known. ``state`` is todo, done or skipped;
    why a stop is left out is somebody's free text and stays in the record.
    """

    number: int
    code: str
    address: str
    colour: str
    why: str
    eta_at: datetime
    service_minutes: float
    travel_m: float
    state: str = "todo"
    window: tuple[float, float] | None = None
    lon: float | None = None
    lat: float | None = None
    way: LineString | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "address", mask_in_place(self.address))


@dataclass(frozen=True, slots=True)
class RoundSheet:
    """One inspector's day; ``metres`` and ``minutes`` are the whole round's, ``start`` EPSG:4490 degrees.

    ``site`` is the address of this deployment without a slash at its end; ``taken_by`` and ``taken_at`` tell on the
    paper who took it out and when.
    """

    inspector: str
    on: date
    grids: tuple[str, ...]
    minutes: float
    metres: float
    mode: str
    start: tuple[float, float] | None
    stops: tuple[SheetStop, ...]
    made_at: datetime
    site: str
    taken_by: str
    taken_at: datetime
    outlines: Sequence[BaseGeometry] = field(default=())

    @property
    def start_at(self) -> datetime | None:
        """When the first door is reached."""
        return min((stop.eta_at for stop in self.stops), default=None)

    def line(self) -> list[tuple[float, float]]:
        """Return the way of the round from its start through every door, in EPSG:4490 degrees.

        Straight where no way is known, or where one begins elsewhere because a stop was moved or left out.
        """
        corners = [self.start] if self.start else []
        for stop in self.stops:
            if stop.lon is None or stop.lat is None:
                continue
            if corners:
                corners += between(corners[-1], stop.way)
            corners.append((stop.lon, stop.lat))
        return corners

    def link(self, stop: SheetStop) -> str:
        """The address that opens the visit of a stop; it carries the code alone."""
        return f"{self.site}/visit?code={stop.code}"


def clock_of(minute: float) -> str:
    """Say a minute of the day as people do: 17:30."""
    whole = round(minute)
    return f"{whole // 60:02d}:{whole % 60:02d}"
