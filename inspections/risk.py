"""How dangerous a house is, in one colour, with every point explained, and when it must be seen again.

Weights and bands are data (``rules/risk.toml``, ``rules/intervals.toml``).
"""

import tomllib
from collections.abc import Mapping
from dataclasses import asdict, dataclass
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
    ``use_m2`` is the usable area of the rooms, None where it is not measured.
    """

    kind: str
    persons: int = 0
    use_m2: float | None = None
    open_hazards: tuple[OpenHazard, ...] = ()
    last_visit_on: date | None = None
    no_access: int = 0
    reworks: int = 0


@dataclass(frozen=True, slots=True)
class Reason:
    """Why points were given: a catalogue key, the points, and the numbers in the phrase."""

    key: str
    points: float
    params: dict[str, int | float]

    def as_dict(self) -> dict[str, Any]:
        """The plain form it is stored in."""
        return asdict(self)


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


def _hazard_reasons(facts: RiskFacts) -> list[Reason]:
    points, limits = weights()["points"], weights()["limits"]
    found = []
    for severity in (1, 2, 3):
        hazards = [hazard for hazard in facts.open_hazards if hazard.severity == severity]
        params: dict[str, int | float] = {"n": len(hazards)}
        found.append(Reason(f"risk.reason.severity_{severity}", len(hazards) * points[f"severity_{severity}"], params))
    late = sum(1 for hazard in facts.open_hazards if hazard.late)
    found.append(Reason("risk.reason.late", late * points["late"], {"n": late}))
    oldest = max((hazard.age_days for hazard in facts.open_hazards), default=0)
    aged = min(oldest // limits["age_days_per_point"], limits["age_points_max"])
    found.append(Reason("risk.reason.age", aged, {"days": oldest}))
    return found


def _house_reasons(facts: RiskFacts) -> list[Reason]:
    points, limits = weights()["points"], weights()["limits"]
    found = [Reason(f"risk.reason.{facts.kind}", points[facts.kind], {})] if facts.kind in points else []
    if facts.use_m2 and facts.persons:
        per_person_m2 = facts.use_m2 / facts.persons
        if per_person_m2 < limits["dense_m2_per_person"]:
            found.append(Reason("risk.reason.dense", points["dense"], {"m2": round(per_person_m2, 1)}))
    return found


def _history_reasons(facts: RiskFacts) -> list[Reason]:
    points, limits = weights()["points"], weights()["limits"]
    no_access = min(facts.no_access * points["no_access"], limits["no_access_max"])
    rework = min(facts.reworks * points["rework"], limits["rework_max"])
    return [
        Reason("risk.reason.no_access", no_access, {"n": facts.no_access}),
        Reason("risk.reason.rework", rework, {"n": facts.reworks}),
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


@cache
def weights() -> dict[str, dict[str, Any]]:
    """The points, bands and limits of ``rules/risk.toml``."""
    return tomllib.loads((files("inspections") / "rules" / "risk.toml").read_text(encoding="utf-8"))


@cache
def _intervals() -> list[dict[str, Any]]:
    text = (files("inspections") / "rules" / "intervals.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)["interval"]


def reason_words(reason: Reason | Mapping[str, Any], lang: str = "zh") -> str:
    """A reason as a short phrase; takes a ``Reason`` or the mapping it is stored as."""
    key, params = (reason.key, reason.params) if isinstance(reason, Reason) else (reason["key"], reason["params"])
    return say(key, lang, **params)
