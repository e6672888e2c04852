"""Lay a model town down in the record: ground, people, then chunk by chunk houses and their year, by COPY.

Every house, party and ticket is marked synthetic, the county is marked a model. The caller commits.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import numpy as np
import pyarrow as pa
from sqlalchemy import Connection

from db import model_town, party, rollup, tile, usual
from demo import case_columns, columns, ground, people
from demo.conditions import conditions, room_facts
from demo.divisions import words
from demo.history import History, Year, live_through
from demo.houses import Houses, build
from demo.owners import owners
from demo.photos import Picture, pictures
from demo.ratings import rating_rows
from demo.rooms import Rooms, Suites, furnish
from demo.standing import standing
from demo.streets import Ints, Setting
from demo.territory import Territory, territory
from demo.tickets import Desks
from demo.villages import settings, share_out
from demo.visits import Visits, calls
from inspections.facts import FACTS

Progress = Callable[[float], None]
CHUNK = 25_000
LONG_AGO = timedelta(days=400)


@dataclass(frozen=True, slots=True)
class Order:
    """What is asked for: a county, so many houses, and the year before ``now`` (aware, Asia/Shanghai).

    ``password_hash`` opens the demonstration accounts; nobody can sign in to the others.
    """

    county: str
    houses: int
    seed: int
    now: datetime
    password_hash: str


@dataclass(slots=True)
class Loaded:
    """What was laid down: rows by table, and the demonstration accounts."""

    county: str
    rows: Counter[str] = field(default_factory=Counter)
    accounts: list[people.Account] = field(default_factory=list)


class _Town:
    """What every chunk needs, and what is counted up from chunk to chunk."""

    def __init__(
        self, connection: Connection, order: Order, land: Territory, kinds: dict[str, Setting],
        shares: dict[str, int], drawn: dict[str, list[Picture]],
    ) -> None:  # fmt: skip
        self.connection, self.ground, self.kinds, self.shares = connection, land, kinds, shares
        self.pictures, self.seed, self.now, self.password_hash = drawn, order.seed, order.now, order.password_hash
        self.loaded = Loaded(order.county)
        self.numbers = case_columns.Numbers(order.county)
        self.desks = Desks({}, [])
        self.inspectors = 0
        self.owners = 0

    @property
    def county(self) -> str:
        return self.ground.county

    def write(self, table: str, rows: columns.Columns) -> None:
        """COPY rows and count them."""
        self.loaded.rows[table] += model_town.copy_columns(self.connection, table, rows)

    def rng(self, *more: int) -> np.random.Generator:
        """A generator of its own for one purpose."""
        return np.random.default_rng([self.seed, int(self.county), *more])


def load(connection: Connection, order: Order, *, progress: Progress | None = None, reset: bool = False) -> Loaded:
    """Lay down a model town; the same order gives the same town. ``progress`` is told the share done, 0 to 1.

    Raises
    ------
    demo.divisions.NoModelTownError, demo.villages.TooManyModelHousesError
        There is no ground for it.
    db.model_town.RealDataError, db.model_town.ModelTownThereError
        The county holds something already.
    """
    land = territory(order.county, seed=order.seed)
    shares = share_out(land, order.houses, seed=order.seed)
    model_town.guard(connection, order.county, reset=reset)
    town = _Town(connection, order, land, settings(land), shares, pictures(seed=order.seed))
    with model_town.resting(connection):
        for table, rows in ground.rows(land, now=order.now):
            town.write(table, rows)
        _staff(town)
        done = 0
        for chunk in _chunks(shares):
            _lay(town, chunk)
            done += sum(shares[code] for code in chunk)
            if progress is not None:
                progress(done / order.houses)
        town.write("ticket_serial", town.numbers.rows())
    rollup.rebuild(connection, county=order.county)
    tile.rebuild(connection, order.county)
    usual.refresh(connection, order.county, now=order.now)
    model_town.analyze(connection, sorted(town.loaded.rows))
    return town.loaded


def _chunks(shares: dict[str, int]) -> Iterator[list[str]]:
    """Whole villages, about ``CHUNK`` houses at a time."""
    chunk: list[str] = []
    for code in shares:
        chunk.append(code)
        if sum(shares[one] for one in chunk) >= CHUNK:
            yield chunk
            chunk = []
    if chunk:
        yield chunk


def _staff(town: _Town) -> None:
    crew = people.staff(town.county, rng=town.rng(8))
    town.desks = crew.desks(_accounts(town, crew.accounts))


def _accounts(town: _Town, accounts: list[people.Account]) -> int:
    """Write accounts with their role; the id of the first."""
    first = model_town.take_ids(town.connection, "account", len(accounts))
    many = len(accounts)
    ids = np.arange(first, first + many)
    town.loaded.accounts += [account for account in accounts if account.demo]
    town.write("account", {
        "county": [town.county] * many, "id": ids, "login": [a.login for a in accounts],
        "name": [a.name for a in accounts], "password_hash": [town.password_hash if a.demo else "!" for a in accounts],
        "department": pa.array([a.department for a in accounts], type=pa.string()),
        "demo": [a.demo for a in accounts],
    })  # fmt: skip
    town.write("role_grant", {
        "county": [town.county] * many, "account_id": ids, "role": [a.role for a in accounts],
        "area_kind": [a.area_kind for a in accounts], "area_code": [a.area_code for a in accounts],
        "valid": [_since(town.now)] * many,
    })  # fmt: skip
    return first


def _since(now: datetime) -> str:
    return f"[{(now - LONG_AGO).date()},)"


def _lay(town: _Town, villages: list[str]) -> None:
    """One chunk of villages: houses, grids and inspectors, a year, and all of it into the record."""
    houses = build(town.ground, town.shares, town.kinds, villages=villages, seed=town.seed)
    rng = town.rng(9, int(villages[0]))
    suites, rooms = furnish(houses, rng=rng)
    told = columns.addresses(houses, suites, rooms)
    grid, inspector = _grids(town, villages, houses)
    facts = conditions(houses, rooms, rng=rng)
    visits = calls(houses, inspector, now=town.now, rng=rng)
    pace = {code: float(town.rng(10, int(code)).lognormal(0.0, 0.3)) for code in town.ground.towns}
    first_room = model_town.take_ids(town.connection, "room", len(rooms))
    keys = np.arange(first_room, first_room + len(rooms)).astype(np.str_)
    year = Year(houses, rooms, facts, visits, keys, town.desks, pace, town.now)
    history = live_through(year, rng=rng)
    _as_last_seen(rooms, history, visits)
    first = {"room_row": first_room} | _take(town, year, history, inside=(suites, told))
    _write_houses(town, year, history, inside=(suites, told), first=first, grid=grid)
    _write_year(town, year, history, first=first, grid=grid, rng=rng)


def _grids(town: _Town, villages: list[str], houses: Houses) -> tuple[Ints, Ints]:
    """Cut the villages into grids and put somebody on duty; grid id and main inspector of each house."""
    cuts, place = ground.cut_villages(town.ground, villages, houses)
    counts = np.bincount(place, minlength=len(cuts)).tolist()
    rounds = people.rounds([cut.code[:9] for cut in cuts], counts)
    shown = ground.busiest(cuts, counts) if town.inspectors == 0 else None
    crew = people.inspectors(
        town.county, [[cuts[n].code for n in own] for own in rounds], first_number=town.inspectors + 1, demo=shown,
        rng=town.rng(11, town.inspectors),
    )  # fmt: skip
    town.inspectors += len(crew)
    first_account = _accounts(town, crew)
    first_grid = model_town.take_ids(town.connection, "grid", len(cuts))
    town.write("grid", ground.grid_rows(town.county, cuts, first_id=first_grid, since=_since(town.now)))
    main = np.empty(len(cuts), dtype=np.int64)
    for number, own in enumerate(rounds):
        main[own] = first_account + number
    backup = np.where(main + 1 < first_account + len(crew), main + 1, first_account)
    for kind, who in (("main", main), ("backup", backup)):
        if len(crew) > 1 or kind == "main":
            town.write("duty", {
                "county": [town.county] * len(cuts), "grid_id": np.arange(first_grid, first_grid + len(cuts)),
                "account_id": who, "kind": [kind] * len(cuts), "valid": [_since(town.now)] * len(cuts),
            })  # fmt: skip
    return first_grid + place, main[place]


def _as_last_seen(rooms: Rooms, history: History, visits: Visits) -> None:
    """The register says of a judged house what its latest visit measured."""
    first = np.searchsorted(rooms.house, np.arange(int(rooms.house[-1]) + 2)) if len(rooms) else np.zeros(1, np.int64)
    for visit, measured in history.room_facts.items():
        start = int(first[visits.house[visit]])
        rooms.persons[start : start + len(measured)] = [room["persons"] for room in measured]


def _take(town: _Town, year: Year, history: History, *, inside: tuple[Suites, columns.Addresses]) -> dict[str, int]:
    """The first id of each block of rows of a chunk."""
    suites, told = inside
    levels = {"house": len(year.houses), "stair": len(told.stair), "suite": len(suites), "room": len(year.rooms)}
    start = model_town.take_ids(town.connection, "address", sum(levels.values()))
    found = {}
    for level, many in levels.items():
        found[level] = start
        start += many
    steps = sum(len(ticket.life.events) for ticket in history.tickets)
    blocks = {
        "house_row": ("house", len(year.houses)), "suite_row": ("suite", len(suites)),
        "visit": ("visit", len(year.visits)), "ticket": ("ticket", len(history.tickets)),
        "ticket_event": ("ticket_event", steps),
    }  # fmt: skip
    return found | {name: model_town.take_ids(town.connection, table, many) for name, (table, many) in blocks.items()}


def _write_houses(
    town: _Town,
    year: Year,
    history: History,
    *,
    inside: tuple[Suites, columns.Addresses],
    first: dict[str, int],
    grid: Ints,
) -> None:
    houses, rooms, (suites, told) = year.houses, year.rooms, inside
    persons, owner = owners(houses, first_number=town.owners, rng=town.rng(12, town.owners))
    town.owners += len(persons)
    first_owner = model_town.take_ids(town.connection, "party", len(persons))
    sealed = list(zip(*(party.sealed(person) for person in persons), strict=True))
    rows: dict[str, Any] = dict(zip(party.COLUMNS, ([_text(v) for v in column] for column in sealed), strict=True))
    many = len(persons)
    town.write("party", {
        "county": [town.county] * many, "id": np.arange(first_owner, first_owner + many), **rows,
        "synthetic": [True] * many,
    })  # fmt: skip
    town.write("address", columns.house_addresses(houses, told, first["house"]))
    for block in columns.inner_addresses(houses, suites, rooms, told, first=first):
        town.write("address", block)
    end = standing(year, history)
    town.write("house", columns.house_rows(
        houses, year.conditions, end, first=first, owner=first_owner + owner, grid=grid
    ))  # fmt: skip
    town.write("suite", columns.suite_rows(suites, told, town.county, first=first))
    town.write("room", columns.room_rows(rooms, told, town.county, first=first))
    village, last = np.unique(houses.village, return_counts=True)
    town.write("code_serial", {
        "county": [town.county] * len(village), "village": village.tolist(), "last_serial": last,
    })  # fmt: skip


def _text(value: Any) -> str | None:
    """A value as COPY reads it: bytes as hex."""
    return f"\\x{value.hex()}" if isinstance(value, bytes) else value


def _write_year(
    town: _Town, year: Year, history: History, *, first: dict[str, int], grid: Ints, rng: np.random.Generator
) -> None:
    said = words()["visits"]

    def notes(outcome: str) -> str | None:
        return said[outcome][int(rng.random() * len(said[outcome]))] if outcome in said else None

    facts = _facts(year, history)
    town.write("visit", columns.visit_rows(year.visits, year.houses, first=first, facts=facts, notes=notes, rng=rng))
    town.write("ticket", case_columns.ticket_rows(history, year, town.numbers, first=first, grid=grid))
    town.write("ticket_event", case_columns.event_rows(history, town.county, first=first))
    town.write("ticket_department", case_columns.department_rows(history, town.county, first=first))
    town.write("finding", case_columns.finding_rows(history, town.county, first=first))
    town.write("evidence", case_columns.evidence_rows(history, town.county, town.pictures, first=first, rng=rng))
    rated = town.rng(13, int(year.houses.village[0]))
    town.write("rating", rating_rows(history, year, first=first, rng=rated))


def _facts(year: Year, history: History) -> tuple[list[str], list[str]]:
    """JSON of house and room facts of each visit: as judged, or as the register has them; none behind a shut door."""
    visits, opened = year.visits, year.visits.outcome == "granted"
    plain: dict[int, tuple[str, str]] = {}
    first = np.searchsorted(year.rooms.house, np.arange(len(year.houses) + 1))
    facts, rooms = ["{}"] * len(visits), ["[]"] * len(visits)
    for visit in np.flatnonzero(opened).tolist():
        house = int(visits.house[visit])
        if visit in history.facts:
            facts[visit] = columns.dumps(_asked(history.facts[visit]))
            rooms[visit] = columns.dumps(history.room_facts[visit])
            continue
        if house not in plain:
            own = slice(int(first[house]), int(first[house + 1]))
            measured = room_facts(year.rooms, own, year.keys[own].tolist())
            plain[house] = (columns.dumps(_asked(year.conditions.facts(house))), columns.dumps(measured))
        facts[visit], rooms[visit] = plain[house]
    return facts, rooms


def _asked(facts: dict[str, Any]) -> dict[str, Any]:
    """What the form asks; the rest the register knows."""
    return {name: value for name, value in facts.items() if FACTS[name].asked}
