"""The life of codes: what a code became, what a house came of, and the writing of one such change."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection

from db import query
from db.bulk import copy_in, reserve
from db.division import ewkb
from db.house import NoSuchHouseError
from db.query import Row
from db.room import ADDRESS
from gis.code import strip_code
from gis.errors import AnjuError


class NoSuchCodeError(AnjuError):
    """The address code {code} was never given in this county."""


class NoSuchChangeError(AnjuError):
    """There is no change of codes number {event} in this county."""


class AlreadyUndoneError(AnjuError):
    """The change was undone already."""


class GoneHouseError(AnjuError):
    """House {code} is closed since {closed}; look up what became of its code."""


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a code's fate: ``kind`` split, merge, demolish, move or undo; ``to`` is empty for a demolition."""

    kind: str
    at: datetime
    event_id: int
    code: str
    to: tuple[str, ...]
    reason: str


@dataclass(frozen=True, slots=True)
class Fate:
    """What became of a code: ``living`` are the codes in force that it leads to, itself if it is; empty if none is."""

    code: str
    level: str
    text: str
    status: str
    steps: tuple[Step, ...] = ()
    living: tuple[str, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """Plain values, ready for JSON."""
        steps = [{name: getattr(step, name) for name in Step.__slots__} for step in self.steps]
        return {name: getattr(self, name) for name in ("code", "level", "text", "status", "living")} | {"steps": steps}


def fate(connection: Connection, *, county: str, code: str) -> Fate:
    """What became of a code (separators tolerated), step by step; raises ``NoSuchCodeError``."""
    row = address(connection, county=county, code=code)
    found = query.rows(connection, "lineage_steps", county=county, address_id=row["id"])
    steps: dict[tuple[int, str, str], list[str]] = {}
    seen: dict[tuple[int, str, str], Row] = {}
    for one in found:
        key = (one["event_id"], one["kind"], one["from_code"])
        seen[key] = one
        steps.setdefault(key, []).extend([one["to_code"]] if one["to_code"] else [])
    living = {one["to_code"] for one in found if one["to_status"] == "active"}
    if row["status"] == "active":
        living.add(row["code"])
    told = tuple(_step(seen[key], tuple(to)) for key, to in steps.items())
    return Fate(row["code"], row["level"], row["text"], row["status"], told, tuple(sorted(living)))


def _step(row: Row, to: tuple[str, ...]) -> Step:
    reason = row["undone_reason"] if row["kind"] == "undo" else row["reason"]
    return Step(row["kind"], row["at"], row["event_id"], row["from_code"], to, reason)


def address(connection: Connection, *, county: str, code: str) -> Row:
    """An address by its code: id, code, level, text, status, house_id, house_status, closed_on; ``NoSuchCodeError``."""
    row = query.row(connection, "lineage_address", county=county, code=strip_code(code))
    if row is None:
        raise NoSuchCodeError(code=code)
    return row


def history(connection: Connection, *, county: str, address_id: int, level: str = "house") -> list[Row]:
    """Changes an address took part in or came of, newest first.

    Rows: id, kind, at, who, reason, old_codes, new_codes, old_text, new_text, undone_at, undone_name, undone_reason.
    """
    return query.rows(connection, "lineage_history", county=county, address_id=address_id, level=level)


def village_on(connection: Connection, *, county: str, house_id: int, on: date) -> str:
    """The village that a house belonged to on a day; raises ``NoSuchHouseError``."""
    found = query.value(connection, "lineage_village_on", county=county, house_id=house_id, on=on)
    if found is None:
        raise NoSuchHouseError(key=house_id)
    return str(found)


def tickets_before(connection: Connection, *, county: str, house_id: int, limit: int = 20) -> list[Row]:
    """Tickets of the houses that a house came of; ``of_code`` says which."""
    return query.rows(connection, "lineage_tickets_before", county=county, house_id=house_id, limit=limit)


# --- writing -----------------------------------------------------------------------------------------------


def lock(connection: Connection, *, county: str, ids: Sequence[int]) -> list[Row]:
    """Hold living houses until the transaction ends, in the order asked for.

    Raises ``NoSuchHouseError`` or, for a house that was split, merged or demolished meanwhile, ``GoneHouseError``.
    """
    found = {row["id"]: row for row in query.rows(connection, "lineage_lock", county=county, ids=list(ids))}
    for key in ids:
        if key not in found:
            raise NoSuchHouseError(key=key)
        if found[key]["status"] != "active":
            closed = query.row(connection, "lineage_address", county=county, code=found[key]["code"])
            raise GoneHouseError(code=found[key]["code"], closed=closed and closed["closed_on"])
    return [found[key] for key in ids]


def inside(connection: Connection, *, county: str, prefix: str) -> list[Row]:
    """Active codes inside a house: id, code, level, text, suite_id, room_id, room_suite, label, let, headcount."""
    return query.rows(connection, "lineage_inside", county=county, prefix=prefix)


@dataclass(slots=True)
class Writing:
    """Every row that one change of codes writes, complete before the first is written."""

    county: str
    event_id: int
    kind: str
    at: datetime
    on: date
    account_id: int | None
    reason: str
    trial: bool = False
    before: dict[str, Any] = field(default_factory=dict)
    after: dict[str, Any] = field(default_factory=dict)
    addresses: list[tuple[Any, ...]] = field(default_factory=list)
    """Rows of ``db.room.ADDRESS``."""
    retire: dict[int, int | None] = field(default_factory=dict)
    """Address to its one successor, None where there are several or none."""
    lineage: list[tuple[int, int | None]] = field(default_factory=list)
    houses: list[dict[str, Any]] = field(default_factory=list)
    closing: dict[int, bool] = field(default_factory=dict)
    """House to whether it keeps the register's key."""
    moving: list[dict[str, Any]] = field(default_factory=list)
    new_suites: list[tuple[Any, ...]] = field(default_factory=list)
    suites: list[dict[str, Any]] = field(default_factory=list)
    rooms: list[dict[str, Any]] = field(default_factory=list)
    tickets: list[dict[str, Any]] = field(default_factory=list)
    findings: list[dict[str, Any]] = field(default_factory=list)
    aliases: list[dict[str, Any]] = field(default_factory=list)
    """``id`` of the one that ends; ``address_id`` (None: nobody), ``new_id``, ``scheme``, ``value`` of what goes on."""
    stops: list[int] = field(default_factory=list)
    stop_reason: str = ""


def begin(connection: Connection, *, county: str, kind: str, at: datetime, on: date, account_id: int | None,
          reason: str) -> Writing:  # fmt: skip
    """An empty change with its number reserved."""
    return Writing(county, reserve(connection, "code_event", 1)[0], kind, at, on, account_id or None, reason)


def write(connection: Connection, change: Writing) -> None:
    """Write a change: its event first, what it makes, what passes on, and last what it ends."""
    county, event = change.county, change.event_id
    same = {"county": county}
    query.execute(
        connection, "lineage_event", county=county, id=event, kind=change.kind, at=change.at,
        account_id=change.account_id, reason=change.reason, before=_json(change.before), after=_json(change.after),
    )  # fmt: skip
    copy_in(connection, "address", ADDRESS, change.addresses)
    rows = ((county, event, old, new, change.kind) for old, new in change.lineage)
    copy_in(connection, "address_lineage", ("county", "event_id", "old_address_id", "new_address_id", "kind"), rows)
    retire(connection, change)
    for key, keeps in change.closing.items():
        query.execute(connection, "lineage_house_close", id=key, on=change.on, keep_key=keeps, **same)
    houses = [one | {"footprint": ewkb(one["footprint"]), "at": change.at} for one in change.houses]
    _many(connection, "lineage_house_add", houses, same)
    query.value(connection, "changed_on", on=change.on.isoformat())
    _many(connection, "lineage_house_move", change.moving, same)
    copy_in(connection, "suite", ("county", "id", "house_id", "address_id", "label", "floor"), change.new_suites)
    _many(connection, "lineage_suite", change.suites, same)
    _many(connection, "lineage_room", change.rooms, same)
    _many(connection, "lineage_ticket", change.tickets, same)
    _many(connection, "lineage_finding", change.findings, same)
    pass_aliases(connection, change)
    query.execute(connection, "lineage_stop_gone", ids=change.stops, reason=change.stop_reason, **same)


def retire(connection: Connection, change: Writing) -> None:
    """Active -> retired: the codes a change ends."""
    ids, successors = list(change.retire), list(change.retire.values())
    query.execute(
        connection, "lineage_retire", county=change.county, event_id=change.event_id, ids=ids, successors=successors
    )


def pass_aliases(connection: Connection, change: Writing) -> None:
    """End other numbers on the day of a change and let them go on for whoever they pass to."""
    for one in change.aliases:
        query.execute(connection, "alias_end", county=change.county, id=one["id"], on=change.on)
        if one["address_id"] is not None:
            query.execute(
                connection, "alias_pass", county=change.county, id=one["new_id"], address_id=one["address_id"],
                scheme=one["scheme"], value=one["value"], since=change.on,
            )  # fmt: skip


def rename(connection: Connection, *, county: str, address_id: int, text: str,
           parts: dict[str, Any] | None = None) -> None:  # fmt: skip
    """Call an address something else; its code stays, its parts too where none are given."""
    told = None if parts is None else json.dumps(parts, ensure_ascii=False)
    query.execute(connection, "lineage_text", county=county, id=address_id, text=text, parts=told)


def event(connection: Connection, *, county: str, event_id: int, lock: bool = False) -> Row:
    """One change: kind, at, who, reason, before, after, undone_at...; raises ``NoSuchChangeError``."""
    if lock:
        query.execute(connection, "lineage_event_lock", county=county, id=event_id)
    row = query.row(connection, "lineage_event_one", county=county, id=event_id)
    if row is None:
        raise NoSuchChangeError(event=event_id)
    return row


def undo(connection: Connection, *, county: str, event_id: int, at: datetime, account_id: int | None,
         reason: str) -> None:  # fmt: skip
    """Done -> undone; raises ``AlreadyUndoneError``."""
    same = {"county": county, "id": event_id, "at": at, "account_id": account_id or None, "reason": reason}
    if not query.execute(connection, "lineage_undo", **same):
        raise AlreadyUndoneError()


def _many(connection: Connection, name: str, many: Sequence[dict[str, Any]], same: dict[str, Any]) -> None:
    query.execute_many(connection, name, [one | same for one in many])


def _json(value: dict[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False, default=str)
