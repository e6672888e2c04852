"""A small model town without a database, built once and shared by the tests of this folder."""

from dataclasses import dataclass
from datetime import datetime
from functools import cache

import numpy as np

from demo import columns
from demo.conditions import Conditions, conditions
from demo.history import History, Year, live_through
from demo.houses import Houses, build
from demo.people import DEPARTMENTS
from demo.rooms import Rooms, Suites, furnish
from demo.territory import Territory, territory
from demo.tickets import Desks
from demo.villages import settings, share_out
from demo.visits import calls
from inspections.deadline import SHANGHAI

NOW = datetime(2026, 6, 15, 9, 30, tzinfo=SHANGHAI)


@dataclass(frozen=True)
class Town:
    """Everything of one county's model town in columns."""

    ground: Territory
    shares: dict[str, int]
    houses: Houses
    suites: Suites
    rooms: Rooms
    told: columns.Addresses
    conditions: Conditions
    year: Year
    history: History


@cache
def ground(county: str) -> Territory:
    """The county's villages, seed 1."""
    return territory(county, seed=1)


@cache
def town(county: str = "320581", houses: int = 3000, seed: int = 1) -> Town:
    """A model town with its year behind it."""
    land = ground(county)
    shares = share_out(land, houses, seed=seed)
    built = build(land, shares, settings(land), villages=list(shares), seed=seed)
    rng = np.random.default_rng(seed)
    suites, rooms = furnish(built, rng=rng)
    told = columns.addresses(built, suites, rooms)
    facts = conditions(built, rooms, rng=rng)
    inspector = 900 + np.arange(len(built)) % 7
    desks = Desks({code: [n * 10, n * 10 + 1] for n, code in enumerate(DEPARTMENTS, start=1)}, [1, 2, 3])
    visits = calls(built, inspector, now=NOW, rng=rng)
    keys = np.arange(len(rooms)).astype(np.str_)
    year = Year(built, rooms, facts, visits, keys, desks, dict.fromkeys(land.towns, 1.0), NOW)
    return Town(land, shares, built, suites, rooms, told, facts, year, live_through(year, rng=rng))
