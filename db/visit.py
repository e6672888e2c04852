"""Visits: the draft saved at every tap, the record it becomes, and what it writes into house, rooms and stop.

A visit row holds id, county, house_id, town, account_id, account_name, stop_id, state ('draft', 'submitted'), outcome,
next_try, started_at, submitted_at, lon, lat (EPSG:4490), accuracy_m, house_m (metres between the position and the
house), facts (dict by the names of ``inspections.facts``), room_facts (list of dicts, each with ``key`` = the room's
id as text), note, result (what followed, see ``actions.visits``).
"""

import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection

from db import query
from db.query import Row
from gis.errors import AnjuError
from inspections.checklist import Answer
from inspections.deadline import SHANGHAI
from inspections.facts import FACTS

ROOM_COLUMNS = {"room_kind": "kind", "use_m2": "usable_m2", "persons": "headcount", "family": "family",
                "window": "outer_window"}  # fmt: skip
"""Which column of a room each measured fact is written to."""


class NoSuchVisitError(AnjuError):
    """There is no visit {visit}."""


class AlreadySubmittedError(AnjuError):
    """Visit {visit} was handed in already: it cannot be changed, start another."""


class WrongStopError(AnjuError):
    """Stop {stop} is not this house on this inspector's route of the day."""


def visit(connection: Connection, county: str, visit_id: int, *, lock: bool = False) -> Row:
    """One visit row, held until the transaction ends if ``lock``; raises ``NoSuchVisitError``."""
    if lock:
        query.value(connection, "visit_lock", county=county, id=visit_id)
    found = query.row(connection, "visit_by_id", county=county, id=visit_id)
    if found is None:
        raise NoSuchVisitError(visit=visit_id)
    return found


def start(
    connection: Connection, county: str, house_id: int, *, account_id: int, at: datetime, stop_id: int | None
) -> int:
    """The key of the draft an inspector has of a house, a new one if there is none."""
    same = {"county": county, "house_id": house_id, "account_id": account_id, "stop_id": stop_id}
    return int(query.value(connection, "visit_start", at=at, **same))


def save(connection: Connection, row: Row) -> None:
    """Write a draft as the form holds it; raises ``AlreadySubmittedError``."""
    names = ("county", "id", "note", "outcome", "next_try", "accuracy_m", "lon", "lat")
    facts, rooms = (json.dumps(row[name], ensure_ascii=False) for name in ("facts", "room_facts"))
    saved = query.execute(
        connection, "visit_save", facts=facts, room_facts=rooms, **{name: row[name] for name in names}
    )
    if not saved:
        raise AlreadySubmittedError(visit=row["id"])


def submit(
    connection: Connection, county: str, visit_id: int, *, outcome: str, next_try: str | None, at: datetime
) -> None:
    """Make a draft the record; raises ``AlreadySubmittedError``."""
    same = {"county": county, "id": visit_id, "outcome": outcome, "next_try": next_try, "at": at}
    if not query.execute(connection, "visit_submit", **same):
        raise AlreadySubmittedError(visit=visit_id)


def keep_result(connection: Connection, county: str, visit_id: int, result: Mapping[str, Any]) -> None:
    """Keep what followed from a visit with it."""
    told = json.dumps(result, ensure_ascii=False, default=str)
    query.execute(connection, "visit_result", county=county, id=visit_id, result=told)


def last_answers(connection: Connection, county: str, house_id: int) -> Row | None:
    """What the last visit that was let in answered: id, submitted_at, facts, room_facts; None if there was none."""
    return query.row(connection, "visit_last_answers", county=county, house_id=house_id)


def answers(connection: Connection, county: str, house_id: int) -> list[Answer]:
    """The latest answer to every question somebody who was let in ever answered there."""
    found = query.rows(connection, "visit_answers", county=county, house_id=house_id)
    return [
        Answer(row["fact"], row["room"], row["answer"], row["submitted_at"].astimezone(SHANGHAI).date())
        for row in found if row["fact"] in FACTS
    ]  # fmt: skip


def of_inspector(
    connection: Connection, county: str, account_id: int, *, from_at: datetime, to_at: datetime
) -> list[Row]:
    """An inspector's drafts and the visits of a period, drafts first, then the newest.

    Rows: id, house_id, address, code, state, outcome, next_try, started_at, submitted_at.
    """
    same = {"county": county, "account_id": account_id, "from_at": from_at, "to_at": to_at}
    return query.rows(connection, "visit_of_inspector", **same)


def register_facts(connection: Connection, county: str, house_id: int) -> dict[str, Any]:
    """What the register knows of a house by the names of ``inspections.facts``; unknown facts are left out."""
    found = query.row(connection, "visit_house_facts", county=county, house_id=house_id) or {}
    names = ("house_kind", "let_status", "floors", "area_m2", "stairs")
    facts = {name: found[name] for name in names if found.get(name) is not None}
    planned = in_planning_area(found)
    return facts if planned is None else facts | {"in_planning_area": planned}


def write_rooms(
    connection: Connection, county: str, house_id: int, rooms: Sequence[Mapping[str, Any]], *, at: datetime
) -> None:
    """Write what was measured in rooms; a fact that was not answered leaves its column as it is."""
    for room in rooms:
        columns = {column: room.get(fact) for fact, column in ROOM_COLUMNS.items()}
        query.execute(
            connection, "visit_write_room", county=county, house_id=house_id, id=int(room["key"]), at=at, **columns
        )


def write_house(connection: Connection, county: str, house_id: int, *, stairs: int | None, at: datetime) -> None:
    """Write a house somebody was let into: seen now, persons and let rooms added up from its rooms."""
    query.execute(connection, "visit_write_house", county=county, house_id=house_id, stairs=stairs, at=at)


def write_shut(connection: Connection, county: str, house_id: int, *, next_try: str | None, at: datetime) -> None:
    """Write a house where the door stayed shut."""
    query.execute(connection, "visit_shut_house", county=county, house_id=house_id, next_try=next_try, at=at)


def stop_of_today(
    connection: Connection, county: str, house_id: int, *, account_id: int, on: date, stop_id: int | None = None
) -> int | None:
    """The stop of the inspector's published route of the day that is this house; None if it is not on it."""
    same = {"county": county, "house_id": house_id, "account_id": account_id, "on_date": on, "stop_id": stop_id}
    return query.value(connection, "visit_stop_of_today", **same)


def stop_done(connection: Connection, county: str, house_id: int, *, stop_id: int, at: datetime) -> None:
    """Tick a stop off."""
    query.execute(connection, "visit_stop_done", county=county, house_id=house_id, stop_id=stop_id, at=at)


def in_planning_area(found: Mapping[str, Any]) -> bool | None:
    """Whether a house stands in a town planning area; None where nothing tells."""
    # What the register says; else the statistical urban class (1.. urban, 2.. rural); else the kind of village code:
    # residents' committees (001-199) stand in towns, villagers' committees (200-399) outside.
    if isinstance(found.get("in_planning_area"), bool):
        return bool(found["in_planning_area"])
    if found.get("urban_class"):
        return str(found["urban_class"]).startswith("1")
    serial = int(str(found.get("village") or "0")[-3:])
    return None if not 1 <= serial < 400 else serial < 200
