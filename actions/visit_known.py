"""What is known at a door: the answers of this visit, over those of earlier ones that still hold, over the register."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection

from db import finding, house, visit
from db.query import Row
from inspections.checklist import Answer, Question, carried, facts_behind, holds, open_questions
from inspections.deadline import SHANGHAI
from inspections.facts import ROOM_KEY

Facts = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Known:
    """The facts of a house and its rooms as a visit stands, and what it still has to ask.

    ``rooms`` carry their ``key``; ``earlier`` are the answers of earlier visits among the facts; ``answered`` are the
    questions this visit answered and some rule hangs on, by (room key or None, fact).
    """

    county: str
    on: date
    house: Facts
    rooms: list[Facts]
    earlier: tuple[Answer, ...]
    questions: tuple[Question, ...]
    answered: tuple[Question, ...]


def known(connection: Connection, row: Row, *, at: datetime) -> Known:
    """What is known of a visit's house as its draft or record stands, under the law of the day ``at``."""
    county, house_id, on = row["county"], row["house_id"], at.astimezone(SHANGHAI).date()
    open_codes = {item["rule_code"] for item in finding.open_of_house(connection, county, house_id)}
    unsettled = facts_behind(open_codes, county=county, on=on)
    earlier = carried(visit.answers(connection, county, house_id), on=on, unsettled=unsettled)
    told = {name: value for name, value in row["facts"].items() if value is not None}
    held = {one.fact: one.value for one in earlier if one.room_key is None}
    facts = {**visit.register_facts(connection, county, house_id), **held, **told}
    rooms = _rooms(connection, row, earlier)
    questions = open_questions(facts, rooms, county=county, on=on)
    answered = _answered(facts, rooms, row, county=county, on=on)
    return Known(county, on, facts, rooms, tuple(earlier), tuple(questions), answered)


def _rooms(connection: Connection, row: Row, earlier: Sequence[Answer]) -> list[Facts]:
    answered = {str(room[ROOM_KEY]): room for room in row["room_facts"]}
    rooms = []
    for room in house.rooms(connection, county=row["county"], house_id=row["house_id"]):
        key = str(room["id"])
        register = {fact: room[column] for fact, column in visit.ROOM_COLUMNS.items() if holds(fact)}
        held = {one.fact: one.value for one in earlier if one.room_key == key}
        told = {name: value for name, value in answered.get(key, {}).items() if value is not None}
        rooms.append({**register, **held, **told, ROOM_KEY: key})
    return rooms


def _answered(facts: Facts, rooms: Sequence[Facts], row: Row, *, county: str, on: date) -> tuple[Question, ...]:
    """Those answers of a visit on which some rule hangs: taken away, they would be asked for."""
    found = []
    for name, value in row["facts"].items():
        if value is not None:
            without = {key: held for key, held in facts.items() if key != name}
            asked = open_questions(without, rooms, county=county, on=on)
            found += [one for one in asked if one.fact.name == name]
    return tuple(found)


def by_key(rooms: Sequence[Mapping[str, Any]]) -> dict[str, Mapping[str, Any]]:
    """Rooms by their key."""
    return {str(room[ROOM_KEY]): room for room in rooms}
