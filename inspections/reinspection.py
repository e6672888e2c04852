"""The random second look at what was closed: drawn so that nobody chooses and anybody can repeat it.

The seed is the SHA-256 of the closures themselves, which nobody knows before the last of them. Each closure's ticket is
the SHA-256 of seed and number; within each severity the smallest come first. Whoever has the list has the draw.
"""

import hashlib
import math
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from importlib.resources import files

from gis.errors import AnjuError
from inspections.deadline import SHANGHAI
from inspections.kpi import Rate, rate


class BadReinspectionError(AnjuError):
    """The rules of re-inspection are wrong: {problem}."""


@dataclass(frozen=True, slots=True)
class Shares:
    """Which share of closures is looked at again by severity, how many of each department at least, within how long."""

    share: Mapping[int, float]
    at_least: int
    within_days: int


@dataclass(frozen=True, slots=True)
class Closure:
    """A ticket that was closed: the number people say, when, by which lead, how grave it was."""

    number: str
    closed_at: datetime
    lead: str
    severity: int


@dataclass(frozen=True, slots=True)
class Draw:
    """What was drawn: ``picked`` are the numbers, in the order of the draw."""

    seed: str
    closures: int
    picked: tuple[str, ...]


@cache
def shares() -> Shares:
    """The shares that come with the product; raises ``BadReinspectionError``."""
    return read_shares((files("inspections") / "rules" / "reinspection.toml").read_text(encoding="utf-8"))


def read_shares(text: str) -> Shares:
    """Shares from TOML; raises ``BadReinspectionError``."""
    raw = tomllib.loads(text)
    share = {int(key): value for key, value in raw.get("share", {}).items()}
    if not str(raw.get("source", "")).strip():
        raise BadReinspectionError(problem="no source is given")
    if set(share) != {1, 2, 3} or not all(0 <= value <= 1 for value in share.values()):
        raise BadReinspectionError(problem="share needs 1, 2 and 3, each between 0 and 1")
    least, days = raw.get("at_least_a_department"), raw.get("within_days")
    if type(least) is not int or least < 0 or type(days) is not int or days < 1:
        raise BadReinspectionError(problem="at_least_a_department and within_days are whole numbers")
    return Shares(share, least, days)


def seed_of(closures: Iterable[Closure]) -> str:
    """The seed that these closures make: 64 hex digits, the same whatever order they are told in."""
    lines = sorted(f"{one.number}|{one.closed_at.astimezone(SHANGHAI).isoformat()}" for one in closures)
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def ticket_of(seed: str, number: str) -> str:
    """A closure's ticket in the draw: 64 hex digits, the smallest drawn first."""
    return hashlib.sha256(f"{seed}|{number}".encode()).hexdigest()


def draw(closures: Sequence[Closure], rules: Shares | None = None) -> Draw:
    """Draw what is looked at again: of each severity its share, rounded up, and enough of each department."""
    rules, seed = rules or shares(), seed_of(closures)
    ordered = sorted(closures, key=lambda one: ticket_of(seed, one.number))
    picked: set[str] = set()
    for severity, share in rules.share.items():
        of_it = [one.number for one in ordered if one.severity == severity]
        picked |= set(of_it[: math.ceil(share * len(of_it) - 1e-9)])
    for lead in {one.lead for one in ordered}:
        own = [one.number for one in ordered if one.lead == lead]
        lacking = rules.at_least - len(picked & set(own))
        picked |= set([number for number in own if number not in picked][: max(0, lacking)])
    return Draw(seed, len(closures), tuple(one.number for one in ordered if one.number in picked))


def not_held(failed: int, looked_at: int) -> Rate:
    """The share of closures that did not hold when looked at again, with its 95 % interval."""
    return rate(failed, looked_at)
