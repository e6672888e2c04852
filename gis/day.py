"""A day's work in nouns: stops and shifts go in, routes and reasons come out."""

from dataclasses import dataclass, field
from enum import StrEnum
from math import isfinite

from gis.errors import AnjuError


class RouteInputError(AnjuError):
    """The plan cannot be made from this: {what}."""


class Reason(StrEnum):
    """Why a stop is on no route."""

    NO_TIME = "no_time"
    WINDOW = "window"
    COSTS_MORE_THAN_ITS_PRIZE = "costs_more_than_its_prize"
    NOBODY = "nobody"


@dataclass(frozen=True, slots=True)
class Stop:
    """One door to visit.

    ``minutes`` of service; ``window`` (start, end) in minutes of the day within which the service must begin, None
    for any time; ``prize`` the metres of travel that the visit is worth; ``required`` goes before every optional one
    whatever the prizes, which then only choose between required stops when not all can be done. ``windows`` are
    several of which one must hold, in the place of ``window``; ``shifts`` the ids of those who may do it, None for
    anybody. Where several days are planned at once, minutes count from midnight of the first.
    """

    id: str
    minutes: float
    window: tuple[float, float] | None = None
    prize: float = 0.0
    required: bool = False
    shifts: frozenset[str] | None = field(default=None, kw_only=True)
    windows: tuple[tuple[float, float], ...] = field(default=(), kw_only=True)

    def __post_init__(self) -> None:
        if not (isfinite(self.minutes) and self.minutes >= 0 and isfinite(self.prize) and self.prize >= 0):
            raise RouteInputError(what=f"stop {self.id}: minutes and prize must be finite and not negative")
        if self.window is not None and self.windows:
            raise RouteInputError(what=f"stop {self.id}: window and windows are both given")
        for opens, closes in self.all_windows():
            if not (0 <= opens <= closes and isfinite(opens)):
                raise RouteInputError(what=f"stop {self.id}: its window ends before it begins")

    def all_windows(self) -> tuple[tuple[float, float], ...]:
        """The windows of which one must hold; none where any time will do."""
        return self.windows or (() if self.window is None else (self.window,))


@dataclass(frozen=True, slots=True)
class Shift:
    """One person's working day.

    ``start`` and ``end`` are location indices, ``end`` None for a day that ends at its last door; ``start_minute``
    and ``end_minute`` bound it in minutes of the day; ``max_minutes`` is the most it may last, waiting included.
    """

    id: str
    start: int
    end: int | None
    start_minute: float
    end_minute: float
    max_minutes: float

    def __post_init__(self) -> None:
        in_order = 0 <= self.start_minute <= self.end_minute and isfinite(self.start_minute)
        if not (in_order and self.max_minutes >= 0):
            raise RouteInputError(what=f"shift {self.id}: it ends before it begins, or lasts less than no time")


@dataclass(frozen=True, slots=True)
class Route:
    """One shift's stops in order. ``arrivals`` are the minutes of the day at which each service begins.

    ``minutes`` runs from leaving the start to arriving at the end (or finishing the last service), waiting included.
    ``detours_m`` and ``detour_minutes`` are what each stop adds where it stands: the way round by it, and its service
    in the minutes.
    """

    shift: str
    stops: tuple[str, ...]
    arrivals: tuple[float, ...]
    start_minute: float
    metres: float
    minutes: float
    detours_m: tuple[float, ...] = ()
    detour_minutes: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class Unserved:
    """A stop on no route, and why.

    ``extra_metres`` and ``extra_minutes`` are what the cheapest place for it would add (travel, and service in the
    minutes), on shift ``shift``; None where no shift may do it. ``spare_minutes`` is the most time that any
    shift has left. For ``costs_more_than_its_prize`` the place is a possible one, otherwise it is the nearest one.
    ``displaced_by`` is the stop of the least prize on that shift in whose place it could have been done, None where
    taking out one is not enough.
    """

    stop: str
    reason: Reason
    prize: float
    required: bool
    extra_metres: float | None
    extra_minutes: float | None
    spare_minutes: float
    shift: str | None
    displaced_by: str | None = None


@dataclass(frozen=True, slots=True)
class RoutePlan:
    """The routes (one for each shift that goes out), the stops left out, and the cost in metres.

    ``cost`` is ``metres`` plus the prizes left lying. ``stopped_by`` is 'iterations' when the same input and seed
    give the same plan on any machine, 'time' when the clock cut the search short and a slower or busier machine may
    find another one.
    """

    routes: tuple[Route, ...]
    unserved: tuple[Unserved, ...]
    cost: float
    metres: float
    iterations: int
    stopped_by: str
