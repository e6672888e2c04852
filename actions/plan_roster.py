"""What is to be planned: the people and their days, who looks after what, and the houses that are due in them."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cache
from importlib.resources import files
from tomllib import loads
from typing import Any

from sqlalchemy import Connection

from actions.deed import SHANGHAI
from db import division, plan, roster
from db.engine import transaction
from db.query import Row
from inspections.access import Actor, Place, RefusedError
from inspections.day import working_day
from inspections.plan import HouseState
from inspections.roster import Coverage, Duty, Person, coverage
from inspections.visit import NextTry, try_on
from inspections.week import Pair, Roster, Wanted, pairs_for, wanted


@dataclass(frozen=True, slots=True)
class Asked:
    """Everything that a making of plans is made from.

    ``mine`` are the accounts to be planned; ``owners`` says whose each grid is; ``points`` and ``starts`` are EPSG:4490
    degrees; ``beyond`` counts by account the due houses that were too many to be weighed; ``nobody`` by grid code those
    to which none of those planned goes on any of the days.
    """

    county: str
    days: tuple[date, ...]
    roster: Roster
    mine: tuple[int, ...]
    owners: Mapping[int, int]
    codes: Mapping[int, str]
    wanted: tuple[Wanted, ...]
    pairs: tuple[Pair, ...]
    points: Mapping[str, tuple[float, float]]
    starts: Mapping[int, tuple[float, float]]
    beyond: Mapping[int, int]
    nobody: dict[str, int] = field(default_factory=dict)
    place: Place | None = None

    def name_of(self, account: int) -> str:
        """A person's name."""
        return self.roster.people[account].name

    def grid_of(self, account: int) -> str | None:
        """The code of one of a person's grids on these days."""
        held = (grid for on in self.roster.cover.on.values() for grid, one in on.items() if one == account)
        grid = next(held, next((one for one, owner in self.owners.items() if owner == account), None))
        return None if grid is None else self.codes[grid]


def ask(actor: Actor, days: Sequence[date], *, today: date, inspectors: Sequence[int] | None = None) -> Asked:
    """Read what is to be planned over some days; raises ``RefusedError`` for inspectors outside the actor's area."""
    with transaction() as connection:
        usual = working_day(division.county(connection, actor.county)["settings"])
        people, duties, codes = _people(connection, actor.county, days)
        cover = coverage(duties, people, days)
        mine = _mine(actor, cover, duties, codes, inspectors)
        owners = _owners(cover, duties, mine)
        rows = plan.due(connection, county=actor.county, owners=owners, planned=mine, span=(days[0], days[-1]),
                        today=today, pool=usual.pool * len(days))  # fmt: skip
        starts = plan.starts(connection, county=actor.county, accounts=list(people), first=days[0], last=days[-1])
    held = Roster(people, cover, tuple(days), usual, weekend=len(days) == 1)
    return _asked(actor, held, rows, _Read(mine, owners, codes, starts, duties))


@dataclass(frozen=True, slots=True)
class _Read:
    """What was read of grids: whose they are, their codes, where people start, and all duties."""

    mine: tuple[int, ...]
    owners: dict[int, int]
    codes: dict[int, str]
    starts: dict[int, tuple[float, float]]
    duties: Sequence[Duty]


def _asked(actor: Actor, held: Roster, rows: Sequence[Row], read: _Read) -> Asked:
    codes, owners = read.codes, read.owners
    due = [one for row in rows if (one := _wanted(row, held.days, actor.county)) is not None]
    served = [one for one in due if _goes(one, held) & set(read.mine)]
    nobody = Counter(codes[one.grid_id] for one in due if not _goes(one, held) & set(read.mine))
    own = {
        account: hours.start for account, person in held.people.items()
        if (hours := person.hours_on(held.days[0])) is not None and hours.start is not None
    }  # fmt: skip
    partners = _partners(read.duties, owners, codes, held.people)
    pairs = pairs_for(served, held.cover, held.people, partners, pair_minutes=held.usual.pair_minutes)
    points = {str(row["id"]): (row["lon"], row["lat"]) for row in rows}
    amid = {account: points[one.due.house.house_id] for one in reversed(served) for account in _goes(one, held)}
    one_grid = next((codes[grid] for grid, owner in owners.items() if owner in read.mine), None)
    return Asked(
        county=actor.county, days=held.days, roster=held, mine=read.mine, owners=owners, codes=codes,
        wanted=tuple(served), pairs=tuple(pairs),
        points=points, starts=amid | read.starts | own, beyond={row["owner"]: row["beyond"] for row in rows},
        nobody=dict(nobody),
        place=None if one_grid is None else Place(county=actor.county, grid=one_grid),
    )  # fmt: skip


def _goes(one: Wanted, held: Roster) -> set[int]:
    """Who looks after a house on the days on which it is due."""
    looks = held.cover.days_of(one.grid_id)
    return {looks[day] for day in one.days if day in looks}


def _people(
    connection: Connection, county: str, days: Sequence[date]
) -> tuple[dict[int, Person], list[Duty], dict[int, str]]:
    span: dict[str, Any] = {"county": county, "first": days[0], "last": days[-1]}
    people = roster.persons(connection, roster.people(connection, **span), **span)
    rows = roster.duties(connection, **span)
    return people, roster.held(rows), {row["grid_id"]: row["code"] for row in rows}


def _mine(
    actor: Actor, cover: Coverage, duties: Sequence[Duty], codes: Mapping[int, str], inspectors: Sequence[int] | None
) -> tuple[int, ...]:
    """Whoever is on duty in the actor's area: all, or those asked for and who stands in for them."""
    held = {one.account_id: one.grid_id for one in duties if one.kind == "main"}
    held |= {account: grid for on in cover.on.values() for grid, account in on.items()}
    wished = set(held if inspectors is None else inspectors)
    theirs = {grid for grid, main in cover.main.items() if main in wished}
    wished |= {account for on in cover.on.values() for grid, account in on.items() if grid in theirs}
    asked = {one: grid for one, grid in held.items() if one in wished}
    mine = {
        one for one, grid in asked.items() if actor.may("plan.make", Place(county=actor.county, grid=codes[grid]))
    }  # fmt: skip
    if inspectors is not None and len(mine) < len(asked):
        raise RefusedError(name=actor.name, deed="plan.make")
    return tuple(sorted(mine))


def _owners(cover: Coverage, duties: Iterable[Duty], mine: Sequence[int]) -> dict[int, int]:
    """Whose each grid is: its main, else whoever stands in; only grids that somebody to be planned has to do with."""
    owners = {one.grid_id: one.account_id for one in duties if one.kind == "backup"}
    owners |= {grid: account for on in cover.on.values() for grid, account in on.items()}
    owners |= cover.main
    touched = {grid: {held[grid] for held in cover.on.values() if grid in held} | {owners[grid]} for grid in owners}
    return {grid: owner for grid, owner in sorted(owners.items()) if touched[grid] & set(mine)}


def _wanted(row: Row, days: Sequence[date], county: str) -> Wanted | None:
    not_before = None if row["skipped_on"] is None else row["skipped_on"] + timedelta(days=1)
    return wanted(house_state(row, county), days, grid_id=row["grid_id"], not_before=not_before, needs=needs_of(row))


def house_state(row: Row, county: str) -> HouseState:
    """What planning weighs of a house, from a row of ``db.plan.due`` or ``db.plan.candidates``."""
    next_try = NextTry(row["next_try"]) if row["next_try"] else None
    tried_on = _day(row["tried_at"])
    window = None if row.get("from_minute") is None else (float(row["from_minute"]), float(row["until_minute"]))
    return HouseState(
        house_id=str(row["id"]), colour=row["colour"], county=county, rooms=row["rooms"],
        last_visit_on=_day(row["last_visit_at"]), next_try=next_try,
        retry_on=try_on(next_try, tried_on) if next_try and tried_on else None, recheck_on=_day(row["rectified_at"]),
        pinned_on=row.get("pinned_on"), pinned_window=window,
        relet_on=row["relet_on"], complained_on=row["complained_on"], addition_on=row["addition_on"],
    )  # fmt: skip


def _day(at: datetime | None) -> date | None:
    return None if at is None else at.astimezone(SHANGHAI).date()


def needs_of(row: Row) -> frozenset[str]:
    """The skills that a visit takes, by ``rules/day.toml``: from the last visit and the hazards still open."""
    open_hazards = [tuple(one.split(":")) for one in row["hazards"]]
    return frozenset(need["skill"] for need in _needs() if _holds(need, row["last_outcome"], open_hazards))


def _holds(need: Mapping[str, Any], last_outcome: str | None, open_hazards: Sequence[tuple[str, ...]]) -> bool:
    if "last_visit" in need and need["last_visit"] != last_outcome:
        return False
    if "hazard" in need and all(code != need["hazard"] for code, _ in open_hazards):
        return False
    return "severity" not in need or any(int(severity) <= need["severity"] for _, severity in open_hazards)


@cache
def _needs() -> list[dict[str, Any]]:
    return loads((files("inspections") / "rules" / "day.toml").read_text(encoding="utf-8"))["need"]


def _partners(
    duties: Iterable[Duty], owners: Mapping[int, int], codes: Mapping[int, str], people: Mapping[int, Person]
) -> dict[int, list[int]]:
    """With whom each person can go: backups of the own grids, then who works in the same village, the same town."""
    backups: dict[int, list[int]] = {}
    for one in duties:
        if one.kind == "backup" and one.grid_id in owners:
            backups.setdefault(owners[one.grid_id], []).append(one.account_id)
    areas = {account: [codes[grid] for grid, owner in owners.items() if owner == account] for account in people}
    found: dict[int, list[int]] = {}
    for account, held in areas.items():
        if held:
            near = [
                other for digits in (12, 9) for other, theirs in areas.items()
                if other != account and any(code[:digits] == held[0][:digits] for code in theirs)
            ]  # fmt: skip
            found[account] = list(dict.fromkeys([*backups.get(account, ()), *near]))
    return found
