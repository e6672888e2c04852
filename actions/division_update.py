"""A published update of divisions: first what it would do, then, if it is said so, doing it.

Address codes stay what they are, for their division segment is a snapshot of the day they were given; what changes is
the village a house belongs to, the numbers of grids, and every role, routing rule and ticket that names an area.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from actions.deed import deed, now
from actions.operator import operator
from db import division_update as record
from db.division_update import Outline, Scope
from db.engine import transaction
from db.errors import translated
from exchange.division_files import Published, read_update
from gis.division import Division, DivisionLevel, county_of, town_of
from gis.division_change import ChangeKind, DivisionChange, diff
from gis.errors import AnjuError

__all__ = ["FutureUpdateError", "Undecided", "UnknownOldError", "Update", "update_divisions"]

DEED = "division.edit"
ONE_TO_ONE = (ChangeKind.RECODE, ChangeKind.MERGE)


class FutureUpdateError(AnjuError):
    """The update is to hold from {on}: apply it on that day or after; until then only look at it."""


class UnknownOldError(AnjuError):
    """{code} {name} is no division in force on {on}: the update and the record do not speak of the same."""


@dataclass(frozen=True, slots=True)
class Undecided:
    """Something that only a person can say: ``what`` is house, grid, role, routing, village or division."""

    what: str
    code: str
    why: str
    n: int = 1


@dataclass(slots=True)
class Update:
    """What an update does to one county; ``applied`` False: it was only tried, nothing is written.

    ``houses`` counts those whose village changes by the town they lie in now; every address code stays.
    """

    county: str
    system: str
    on: date
    applied: bool = False
    changes: list[DivisionChange] = field(default_factory=list)
    houses: dict[str, int] = field(default_factory=dict)
    codes_kept: int = 0
    tickets: int = 0
    grids: list[tuple[str, str]] = field(default_factory=list)
    roles: int = 0
    routing: int = 0
    undecided: list[Undecided] = field(default_factory=list)

    @property
    def nothing(self) -> bool:
        """Whether the record says already what the update says."""
        return not self.changes

    def as_dict(self) -> dict[str, Any]:
        """Plain values, ready for JSON."""
        told = asdict(self) | {"nothing_to_do": self.nothing}
        changes = [(one.kind.value, one.old, one.new) for one in self.changes]
        told["changes"] = [
            {"kind": kind, "old": [asdict(side) for side in old], "new": [asdict(side) for side in new]}
            for kind, old, new in changes
        ]
        return told


def update_divisions(
    path: Path | str, *, on: date | None = None, apply: bool = False, system: str = "stat", version: str | None = None
) -> list[Update]:
    """Look at what a file of changes, or a whole new list, would do; with ``apply`` do it, in one transaction a county.

    Applied again it finds nothing to do. Divisions of another code system are kept beside and touch no house.

    Raises
    ------
    exchange.division_files.DivisionUpdateError
        A row that cannot be used.
    UnknownOldError
        A change speaks of a division that the record does not have.
    FutureUpdateError
        ``apply`` before the day.
    """
    path = Path(path)
    on = on or now().date()
    if apply and on > now().date():
        raise FutureUpdateError(on=on)
    published = read_update(path)
    scopes = [
        Scope(county, system, on, version or on.isoformat(), path.name) for county in _counties(published)
    ]  # fmt: skip
    return [_one(scope, published, apply=apply) for scope in scopes]


def _counties(published: Published) -> list[str]:
    listed = published.whole or [side for change in published.changes for side in (*change.old, *change.new)]
    return sorted({county_of(one.code) for one in listed})


def _one(scope: Scope, published: Published, *, apply: bool) -> Update:
    who = operator(scope.county)
    detail: dict[str, Any] = {"source": scope.source, "on": scope.on, "system": scope.system}
    if apply:
        with deed(who, DEED, about=("county", scope.county), detail=detail) as connection:
            told = _Applying(connection, scope, published).all()
            detail |= {"changes": len(told.changes), "houses": sum(told.houses.values()), "grids": len(told.grids)}
        told.applied = True
        return told
    who.require(DEED)
    with translated(), transaction() as connection:
        savepoint = connection.begin_nested()
        try:
            return _Applying(connection, scope, published).all()
        finally:
            savepoint.rollback()


class _Applying:
    """One county's update under way."""

    def __init__(self, connection: Connection, scope: Scope, published: Published) -> None:
        self.connection, self.scope, self.published = connection, scope, published
        self.told = Update(scope.county, scope.system, scope.on)
        self.stored = record.stored(connection, county=scope.county, system=scope.system, on=scope.on)
        self.codes = {one.code: one for one in self.stored}

    def all(self) -> Update:
        """Names and numbers first, then everything that names them; what is left goes to a person."""
        told, connection, scope = self.told, self.connection, self.scope
        told.changes = self._changes()
        if told.nothing:
            return told
        self._divisions()
        if scope.system == "stat":
            self._villages()
            self._areas()
            self._left()
        for change in told.changes:
            record.note(connection, scope, change)
        return told

    def _changes(self) -> list[DivisionChange]:
        if self.published.whole is not None:
            mine = [one for one in self.published.whole if one.code.startswith(self.scope.county)]
            return diff(self.stored, mine)
        ours = [change for change in self.published.changes
                if (*change.old, *change.new)[0].code.startswith(self.scope.county)]  # fmt: skip
        return [change for change in ours if not self._done(change)]

    def _done(self, change: DivisionChange) -> bool:
        """Whether the record says so already; raises ``UnknownOldError`` where it says something else."""
        news = all(new.code in self.codes and self.codes[new.code].name == new.name for new in change.new)
        kept = {new.code for new in change.new}
        gone = all(old.code not in self.codes or old.code in kept or self._anothers(old) for old in change.old)
        if news and gone:
            return True
        for old in change.old:
            if old.code not in self.codes:
                raise UnknownOldError(code=old.code, name=old.name, on=self.scope.on)
        return False

    def _anothers(self, old: Division) -> bool:
        """Whether a number belongs to another division of the same update by now."""
        return any(new.code == old.code and new.name == self.codes[old.code].name
                   for change in self.published.changes for new in change.new)  # fmt: skip

    def _divisions(self) -> None:
        news = {new.code for change in self.told.changes for new in change.new}
        olds = {old.code for change in self.told.changes for old in change.old}
        before = record.outlines(self.connection, self.scope, sorted(olds))
        for change in self.told.changes:
            held = record.joined([before[old.code] for old in change.old if old.code in before])
            for new in change.new:
                shape = self.published.shapes.get(new.code)
                own = Outline(shape) if shape is not None else held if change.kind in ONE_TO_ONE else None
                # Who changes hands must not stand where another stood; who stays keeps an outline nobody replaces.
                fresh = new.code not in {old.code for old in change.old}
                record.put(self.connection, self.scope, new, outline=own, fresh=fresh)
        record.end(self.connection, self.scope, sorted(olds - news))

    # --- what names divisions ------------------------------------------------------------------------------

    def _pairs(self, level: DivisionLevel) -> dict[str, str]:
        """Old number to new one, where there is exactly one."""
        return {
            old.code: change.new[0].code for change in self.told.changes
            if change.level is level and change.kind in ONE_TO_ONE for old in change.old
            if old.code != change.new[0].code
        }  # fmt: skip

    def _splits(self) -> dict[str, tuple[str, ...]]:
        return {
            change.old[0].code: tuple(new.code for new in change.new) for change in self.told.changes
            if change.level is DivisionLevel.VILLAGE and change.kind is ChangeKind.SPLIT
        }  # fmt: skip

    def _villages(self) -> None:
        pairs, splits = self._pairs(DivisionLevel.VILLAGE), self._splits()
        news = sorted({code for codes in splits.values() for code in codes if code in self.published.shapes})
        olds = sorted({*pairs, *splits})
        rows = record.houses(self.connection, county=self.scope.county, olds=olds, news=news)
        villages: dict[int, str] = {}
        unsure: Counter[str] = Counter()
        for row in rows:
            new = pairs.get(row["village"]) or _inside(row, splits)
            if new is None:
                unsure[row["village"]] += 1
            elif new != row["village"]:
                villages[row["id"]] = new
        self._grids(pairs, splits, news)
        _, self.told.tickets = record.rehouse(self.connection, self.scope, villages)
        towns = Counter(town_of(villages[row["id"]]) for row in rows if row["id"] in villages)
        self.told.houses, self.told.codes_kept = dict(sorted(towns.items())), len(villages)
        self.told.undecided += [Undecided("house", code, "split", n) for code, n in sorted(unsure.items())]

    def _grids(self, pairs: dict[str, str], splits: dict[str, tuple[str, ...]], news: Sequence[str]) -> None:
        again = []
        for row in record.grids(self.connection, self.scope, olds=sorted({*pairs, *splits}), news=news):
            village = pairs.get(row["village"]) or _inside(row, splits)
            if village is None:
                self.told.undecided.append(Undecided("grid", row["code"], "split"))
            elif village != row["village"]:
                again.append((row, village))
        self.told.grids = record.regrid(self.connection, self.scope, again) if again else []

    def _areas(self) -> None:
        for level, area in ((DivisionLevel.TOWN, "town"), (DivisionLevel.VILLAGE, "village")):
            self.told.roles += record.regrant(self.connection, self.scope, area, self._pairs(level))
        self.told.routing = record.reroute(self.connection, self.scope, self._pairs(DivisionLevel.TOWN))

    def _left(self) -> None:
        """Whatever still names what is no more, and villages whose town was given another number without them."""
        in_force = {one.code for one in record.stored(
            self.connection, county=self.scope.county, system="stat", on=self.scope.on)}  # fmt: skip
        gone = sorted({old.code for change in self.told.changes for old in change.old} - in_force)
        told, splits = {(one.what, one.code) for one in self.told.undecided}, self._splits()
        for row in record.left(self.connection, self.scope, gone):
            listed = row["kind"] == "grid" and row["code"] in splits
            if (row["kind"], row["code"]) not in told and not listed:
                self.told.undecided.append(Undecided(row["kind"], row["code"], "gone", row["n"]))
        for town in (code for code in gone if len(code) == 9):
            orphans = sum(code.startswith(town) for code in in_force if len(code) == 12)
            if orphans:
                self.told.undecided.append(Undecided("village", town, "town_gone", orphans))
        for change in self.told.changes:
            if change.kind is ChangeKind.ABOLISH:
                self.told.undecided.append(Undecided("division", change.old[0].code, "no_successor"))


def _inside(row: dict[str, Any], splits: dict[str, tuple[str, ...]]) -> str | None:
    """The part of a split that a house or grid lies in by its outline; None where that cannot be seen."""
    found: str | None = row["inside"]
    return found if found in splits.get(row["village"], ()) else None
