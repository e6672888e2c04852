"""How long a working day is and how an inspector gets about: ``rules/day.toml``, a county's own before it."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import cache
from importlib.resources import files
from typing import Any

from gis.errors import AnjuError


class BadDayError(AnjuError):
    """The county's working day cannot be used: {what}."""


@dataclass(frozen=True, slots=True)
class WorkingDay:
    """Bounds in minutes of the day; ``max_minutes`` is the most a round may last, breaks left out.

    When somebody can only be met in the evening, ``evening_minutes`` of the round are kept for it.
    ``pool`` is how many due houses at most are weighed for one round, ``seconds`` how long is searched.
    ``pair_minutes`` of a day are kept where two must go together. ``most_uneven`` is the most that anybody's minutes or
    danger of a week may be of the mean before it is said.
    """

    start_minute: int
    end_minute: int
    max_minutes: int
    evening_start_minute: int
    evening_end_minute: int
    evening_minutes: int
    travel_mode: str
    detour_factor: float
    pool: int
    seconds: float
    pair_minutes: int
    most_uneven: float

    def __post_init__(self) -> None:
        if not 0 <= self.start_minute < self.end_minute <= 24 * 60:
            raise BadDayError(what=f"start {self.start_minute}, end {self.end_minute}")
        if not (self.max_minutes > 0 and self.pool > 0 and self.detour_factor >= 1 and self.seconds > 0):
            raise BadDayError(what="max_minutes, pool, detour_factor or seconds")
        if not (self.pair_minutes > 0 and self.most_uneven >= 1):
            raise BadDayError(what="pair_minutes or most_uneven")


def working_day(settings: Mapping[str, Any]) -> WorkingDay:
    """The day of a county whose ``settings`` may hold ``day``; raises ``BadDayError`` for what it cannot be."""
    own = settings.get("day", {})
    names = {field.name for field in fields(WorkingDay)}
    if not isinstance(own, Mapping) or own.keys() - names:
        raise BadDayError(what="unknown names in day")
    return WorkingDay(**{**_defaults(), **own})


@cache
def _defaults() -> dict[str, Any]:
    text = (files("inspections") / "rules" / "day.toml").read_text(encoding="utf-8")
    return {name: value for name, value in tomllib.loads(text)["day"].items() if name != "source"}
