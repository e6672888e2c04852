"""How dangerous a house is, in one colour, with every point explained, and when it must be seen again.

Weights and bands are data (``rules/risk.toml``, ``rules/intervals.toml``).
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import Any

from gis.errors import AnjuError
from words import say


class BadColourError(AnjuError):
    """There is no risk colour {colour}."""


class Colour(StrEnum):
    """Risk as it is shown: 红 橙 黄 绿 未查."""

    RED = "red"
    ORANGE = "orange"
    YELLOW = "yellow"
    GREEN = "green"
    UNSEEN = "unseen"


@dataclass(frozen=True, slots=True)
class OpenHazard:
    """A hazard not closed yet: its severity, for how many days, and whether its deadline has passed."""

    severity: int
    age_days: int = 0
    late: bool = False


@dataclass(frozen=True, slots=True)
class RiskFacts:
    """What the colour of a house depends on.

    ``last_visit_on`` is the last time somebody was let in; ``no_access`` counts the failed tries since then.
    ``use_m2`` is the usable area of the rooms, None where it is not measured; ``business`` whether the last visit saw
    trade in it; ``closed_days`` how long ago each hazard of its past was closed; ``complaints`` those of a year;
    ``new_tenants`` whether tenants changed since the last visit.
    """

    kind: str
    persons: int = 0
    use_m2: float | None = None
    open_hazards: tuple[OpenHazard, ...] = ()
    last_visit_on: date | None = None
    no_access: int = 0
    reworks: int = 0
    floors: int | None = None
    stairs: int | None = None
    business: bool = False
    closed_days: tuple[int, ...] = ()
    complaints: int = 0
    new_tenants: bool = False


@dataclass(frozen=True, slots=True)
class Reason:
    """Why points were given: a catalogue key, the points, and the numbers in the phrase."""

    key: str
    points: float
    params: dict[str, int | float]

    def as_dict(self) -> dict[str, Any]:
        """The plain form it is stored in."""
        return {"key": self.key, "points": self.points, "params": self.params}


@dataclass(frozen=True, slots=True)
class Risk:
    """The colour of a house, its score and the reasons, strongest first."""

    colour: Colour
    score: float
    reasons: tuple[Reason, ...]


def assess(facts: RiskFacts) -> Risk:
    """The risk of a house; one with an open critical hazard is red, one nobody has been into is unseen."""
    reasons = [*_hazard_reasons(facts), *_house_reasons(facts), *_history_reasons(facts)]
    reasons = sorted((r for r in reasons if r.points > 0), key=lambda r: (-r.points, r.key))
    score = round(sum(reason.points for reason in reasons), 1)
    return Risk(_colour(facts, score), score, tuple(reasons))


def _colour(facts: RiskFacts, score: float) -> Colour:
    bands = weights()["bands"]
    if score >= bands["red"] or any(hazard.severity == 1 for hazard in facts.open_hazards):
        return Colour.RED
    if facts.last_visit_on is None and not facts.open_hazards:
        return Colour.UNSEEN
    for colour in (Colour.ORANGE, Colour.YELLOW):
        if score >= bands[colour]:
            return colour
    return Colour.GREEN


def _reason(name: str, times: float = 1, /, **params: int | float) -> Reason:
    """So many times the points of a term, at most what it may come to."""
    term = terms()[name]
    points = min(times * term["points"], term.get("at_most", float("inf")))
    return Reason(f"risk.reason.{name}", round(points, 1), params)


def _hazard_reasons(facts: RiskFacts) -> list[Reason]:
    found = []
    for severity in (1, 2, 3):
        n = sum(1 for hazard in facts.open_hazards if hazard.severity == severity)
        found.append(_reason(f"severity_{severity}", n, n=n))
    late = sum(1 for hazard in facts.open_hazards if hazard.late)
    oldest = max((hazard.age_days for hazard in facts.open_hazards), default=0)
    return [*found, _reason("late", late, n=late), _reason("age", oldest // terms()["age"]["days"], days=oldest)]


def _house_reasons(facts: RiskFacts) -> list[Reason]:
    kind = "mixed_use" if facts.business and facts.kind not in ("dormitory", "converted") else facts.kind
    found = [_reason(kind)] if kind in terms() else []
    if facts.use_m2 and facts.persons:
        per_person_m2 = facts.use_m2 / facts.persons
        if per_person_m2 < terms()["dense"]["m2_per_person"]:
            found.append(_reason("dense", m2=round(per_person_m2, 1)))
    return found + _height_reasons(facts.floors or 0, facts.stairs)


def _height_reasons(floors: int, stairs: int | None) -> list[Reason]:
    tall, single = terms()["storeys"], terms()["single_stair"]
    found = []
    if tall["from_floors"] <= floors <= tall["at_most_floors"]:
        found.append(_reason("storeys", n=floors))
    if stairs == 1 and floors >= single["from_floors"]:
        found.append(_reason("single_stair", n=floors))
    return found


def _history_reasons(facts: RiskFacts) -> list[Reason]:
    half_life_days = terms()["closed_hazard"]["half_life_days"]
    faded = sum(0.5 ** (days / half_life_days) for days in facts.closed_days)
    return [
        _reason("no_access", facts.no_access, n=facts.no_access),
        _reason("rework", facts.reworks, n=facts.reworks),
        _reason("closed_hazard", faded, n=len(facts.closed_days)),
        _reason("complaint", facts.complaints, n=facts.complaints),
        _reason("never_seen", facts.last_visit_on is None),
        _reason("new_tenants", facts.new_tenants),
    ]


def interval_days(colour: str, county: str) -> int:
    """Days between two visits to a house of that colour in ``county``; raises ``BadColourError``."""
    if colour not in set(Colour):
        raise BadColourError(colour=colour)
    rows = [row for row in _intervals() if row["jurisdiction"] == "*" or county.startswith(row["jurisdiction"])]
    best = max(rows, key=lambda row: 0 if row["jurisdiction"] == "*" else len(row["jurisdiction"]))
    return int(best[colour])


def due_on(last_visit_on: date | None, colour: str, *, county: str) -> date | None:
    """The day the next visit is due; None for a house never seen, which is due at once."""
    days = interval_days(colour, county)
    return None if last_visit_on is None else last_visit_on + timedelta(days=days)


def terms() -> dict[str, dict[str, Any]]:
    """Every term of the score by name: its points, limits, source and certainty."""
    return weights()["term"]


@cache
def weights() -> dict[str, Any]:
    """``rules/risk.toml``: the bands of colour and the terms."""
    return tomllib.loads((files("inspections") / "rules" / "risk.toml").read_text(encoding="utf-8"))


def called_days(why: str) -> int:
    """Days within which a house must be seen whatever its colour: ``complaint``, ``relet`` or ``addition``."""
    return int(_intervals_file()["called"][f"{why}_days"])


def _intervals() -> list[dict[str, Any]]:
    return _intervals_file()["interval"]


@cache
def _intervals_file() -> dict[str, Any]:
    return tomllib.loads((files("inspections") / "rules" / "intervals.toml").read_text(encoding="utf-8"))


def reason_words(reason: Reason | Mapping[str, Any], lang: str = "zh") -> str:
    """A reason as a short phrase; takes a ``Reason`` or the mapping it is stored as."""
    key, params = (reason.key, reason.params) if isinstance(reason, Reason) else (reason["key"], reason["params"])
    return say(key, lang, **params)
