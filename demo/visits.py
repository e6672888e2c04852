"""A year of visits: when each house was called at, by whom, and whether the door opened."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np

from demo.houses import Bools, Houses, Strings
from demo.streets import Ints

YEAR_DAYS = 365
NEVER_SEEN = 0.05
DRIVE_DAYS, DRIVE_SHARE = 45, 0.2
"""A special drive (专项整治) of late: this share of the visits fell into its days."""
OUTCOMES = ("granted", "nobody", "refused")
NEXT_TRY = ("daytime", "evening", "weekend")
DAY_SECONDS = 86_400


@dataclass(frozen=True, slots=True)
class Visits:
    """One entry a visit, by house, then time: house (index), account id, seconds since the epoch (UTC), outcome."""

    house: Ints
    account: Ints
    second: Ints
    outcome: Strings
    next_try: Strings

    def __len__(self) -> int:
        return len(self.house)


def calls(houses: Houses, inspector: Ints, *, now: datetime, rng: np.random.Generator) -> Visits:
    """Visits of the year before ``now`` to every let house; ``inspector`` is who is on duty for each house.

    Badly kept houses are called at more often; one door in five stays shut, at some houses nearly always.
    """
    size = len(houses)
    rate = np.where(houses.let == "let", 1.9, 0.5) + 1.1 * houses.bad
    many = 1 + rng.poisson(rate)
    many[rng.random(size) < NEVER_SEEN] = 0
    house = np.repeat(np.arange(size), many)
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    days = rng.integers(1, YEAR_DAYS + 1, len(house))
    drive = rng.random(len(house)) < DRIVE_SHARE
    days = np.where(drive, rng.integers(1, DRIVE_DAYS + 1, len(house)), days)
    evening = rng.random(len(house)) < 0.16
    hour = np.where(evening, rng.uniform(18.0, 20.5, len(house)), rng.uniform(8.6, 17.2, len(house)))
    second = int(midnight.timestamp()) - days * DAY_SECONDS + (hour * 3600).astype(np.int64)
    order = np.lexsort((second, house))
    house, second, evening = house[order], second[order], evening[order]
    outcome = _outcomes(houses, house, evening, rng)
    shut = outcome == "nobody"
    again = np.where(rng.random(len(house)) < 0.7, "evening", "weekend")
    next_try = np.where(shut, np.where(evening, "weekend", again), "")
    return Visits(house, inspector[house], second, outcome, next_try)


def _outcomes(houses: Houses, house: Ints, evening: Bools, rng: np.random.Generator) -> Strings:
    hard = rng.beta(0.9, 3.2, len(houses))
    nobody = np.where(evening, 0.45, 1.0) * hard[house]
    refused = 0.015 + 0.03 * houses.bad[house]
    draw = rng.random(len(house))
    return np.where(draw < nobody, "nobody", np.where(draw < nobody + refused, "refused", "granted"))


def at(visits: Visits, index: int, like: datetime) -> datetime:
    """A visit's moment as an aware time in the zone of ``like``."""
    return datetime.fromtimestamp(int(visits.second[index]), tz=like.tzinfo)


def minutes_before(moment: datetime, minutes: float) -> datetime:
    """The moment a visit began."""
    return moment - timedelta(minutes=minutes)
