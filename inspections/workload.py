"""What houses ask of whoever looks after them, in minutes a month: visits due, the time inside and the way there."""

from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from tomllib import loads
from typing import Any

import numpy as np
import numpy.typing as npt

from gis.spacing import legs_m
from gis.travel import travel_minutes
from inspections.day import WorkingDay
from inspections.plan import service_minutes
from inspections.risk import interval_days

Floats = npt.NDArray[np.float64]

MONTH_DAYS = 30


def visits_a_month(colours: Sequence[str], *, county: str) -> Floats:
    """Return how often houses of these colours are visited in thirty days, (n,)."""
    each = {colour: MONTH_DAYS / interval_days(colour, county) for colour in set(colours)}
    return np.array([each[colour] for colour in colours], dtype=np.float64)


def month_minutes(
    colours: Sequence[str], rooms: Sequence[float | None], places: npt.ArrayLike, *, county: str, day: WorkingDay,
    rechecks: npt.ArrayLike = 0,
) -> Floats:  # fmt: skip
    """Return the minutes a month that each house takes, (n,): visits due x (minutes inside + way between doors).

    ``places`` is (n, 2) of lon, lat, EPSG:4490 degrees; ``rechecks`` open tickets, whose mending is seen by a visit of
    its own (``rechecks_a_ticket`` of them a month). A neighbourhood is passed ``rounds_a_month`` times a month
    (``rules/workload.toml``), each time for the doors that are due; the way between these follows from how close
    together they are (``gis.spacing``), the county's detour factor and way to get about.
    """
    at = np.asarray(places, dtype=np.float64).reshape(-1, 2)
    rules = _rules()
    visits = visits_a_month(colours, county=county) + np.asarray(rechecks) * rules["rechecks_a_ticket"]
    inside = np.array([service_minutes(_rooms(one)) for one in rooms], dtype=np.float64)
    due = np.minimum(visits / rules["rounds_a_month"], 1.0)
    straight_m = legs_m(at[:, 0], at[:, 1], due, longest_m=rules["longest_leg_m"])
    way = travel_minutes(straight_m, mode=day.travel_mode, detour=day.detour_factor)
    return np.asarray(visits * (inside + way))


def _rooms(number: float | None) -> int:
    known = number is not None and number == number  # noqa: PLR0124 - an absent number in a frame is NaN
    return int(number) if known and number else 0


@cache
def _rules() -> dict[str, Any]:
    return loads((files("inspections") / "rules" / "workload.toml").read_text(encoding="utf-8"))["work"]
