"""What follows from the facts of a visit: hazards, tickets, hazards that are gone. Told once, kept with the visit."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, fields, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection

from actions import handling, raising
from actions.visit_known import Facts, Known, known
from db import evidence, finding, holiday, house, routing, ticket
from db.finding import NewFinding
from db.query import Row
from inspections.access import Actor
from inspections.deadline import SHANGHAI, due_at
from inspections.routing import CONDITIONS, Place, Route, Why, route
from inspections.rules import Hazard, judge, undecided
from inspections.visit import Problem


@dataclass(frozen=True, slots=True)
class SeenHazard:
    """A hazard in words: which rule, where (``room`` is its label), how grave, whose, until when, by which text.

    ``known`` is True where an open ticket holds it already.
    """

    code: str
    severity: int
    room_id: int | None
    room: str | None
    name_zh: str
    name_en: str
    words_zh: str
    words_en: str
    basis_zh: str
    basis_en: str
    certainty: str
    lead: str
    co: tuple[str, ...]
    due_at: datetime
    known: bool = False
    cc: tuple[str, ...] = ()
    routed_by: str = Why.LAW.value
    rule_id: int | None = None

    @property
    def way(self) -> Route:
        """Where it goes, and what sends it there."""
        return Route(self.lead, self.co, self.cc, Why(self.routed_by), self.rule_id)


@dataclass(frozen=True, slots=True)
class OnTicket:
    """The ticket the hazards are on; ``new`` if this visit raised it."""

    id: int
    number: str
    state: str
    lead: str
    due_at: datetime | None
    new: bool


@dataclass(frozen=True, slots=True)
class Gone:
    """A hazard that was open and that this visit no longer saw; closing its ticket clears it."""

    finding_id: int
    code: str
    room: str | None
    ticket_number: str | None


@dataclass(frozen=True, slots=True)
class Preview:
    """What would follow from a draft: hazards, codes of rules that lack facts, what keeps it from being handed in."""

    hazards: tuple[SeenHazard, ...]
    undecided: tuple[str, ...]
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class SubmittedVisit:
    """What a visit led to. ``due_on`` is the next visit by the colour, ``next_on`` the day to come again."""

    visit_id: int
    outcome: str
    hazards: tuple[SeenHazard, ...] = ()
    tickets: tuple[OnTicket, ...] = ()
    gone: tuple[Gone, ...] = ()
    colour: str = "unseen"
    score: float = 0.0
    due_on: date | None = None
    next_on: date | None = None
    next_try: str | None = None

    @classmethod
    def read(cls, told: Mapping[str, Any]) -> "SubmittedVisit":
        """From the JSON kept with the visit."""
        known = {field.name for field in fields(cls)}
        plain = {name: value for name, value in told.items() if name in known}
        made = {name: tuple(read(item) for item in told.get(name, ())) for name, read in _LISTS.items()}
        days = {name: date.fromisoformat(told[name]) for name in ("due_on", "next_on") if told.get(name)}
        return cls(**(plain | made | days))


def preview(connection: Connection, row: Row, told: Known, problems: Sequence[Problem], *, at: datetime) -> Preview:
    """What would follow from a draft, without writing anything."""
    hazards = judge(told.house, told.rooms, county=told.county, on=told.on)
    seen = _seen(connection, row, hazards, told.house, _open(connection, row), at)
    lacking = undecided(told.house, told.rooms, county=told.county, on=told.on)
    return Preview(tuple(seen), tuple(sorted({rule.code for rule in lacking})), tuple(problems))


def follow(connection: Connection, row: Row, locked: Row, *, actor: Actor, at: datetime) -> dict[str, Any]:
    """Judge a visit that was let in, raise or add to the house's ticket, note what is gone; as JSON-ready values."""
    told = known(connection, row, at=at)
    facts, rooms, on = told.house, told.rooms, told.on
    hazards = judge(facts, rooms, county=row["county"], on=on)
    open_ones = _open(connection, row)
    seen = _seen(connection, row, hazards, facts, open_ones, at)
    unsure = {(rule.code, rule.room_key) for rule in undecided(facts, rooms, county=row["county"], on=on)}
    gone = _gone(open_ones, seen, unsure)
    fresh = [(hazard, one) for hazard, one in zip(hazards, seen, strict=True) if not one.known]
    tickets = _put(connection, row, locked, fresh, actor, at) if fresh else []
    present = [key for key, code_room in _keys(open_ones) if code_room in {(one.code, one.room_id) for one in seen}]
    finding.seen(connection, row["county"], present=present, absent=[one.finding_id for one in gone], at=at)
    others = {item["ticket_id"] for item in open_ones if item["ticket_id"]} - {one.id for one in tickets}
    tickets += [_on_ticket(connection, row["county"], key, False, at) for key in sorted(others)]
    if seen and tickets:
        evidence.give_to_ticket(connection, row["county"], visit_id=row["id"], ticket_id=tickets[0].id)
    return {
        "hazards": [_plain(one) for one in seen], "tickets": [_plain(one) for one in tickets],
        "gone": [_plain(one) for one in gone],
    }  # fmt: skip


def _open(connection: Connection, row: Row) -> list[Row]:
    return finding.open_of_house(connection, row["county"], row["house_id"])


def _keys(open_ones: Sequence[Row]) -> list[tuple[int, tuple[str, int | None]]]:
    return [(item["id"], (item["rule_code"], item["room_id"])) for item in open_ones]


def _seen(
    connection: Connection, row: Row, hazards: Sequence[Hazard], facts: Facts, open_ones: Sequence[Row], at: datetime
) -> list[SeenHazard]:
    known = {code_room for _, code_room in _keys(open_ones)}
    rooms = house.rooms(connection, county=row["county"], house_id=row["house_id"])
    labels = {room["id"]: room["label"] for room in rooms}
    on = at.astimezone(SHANGHAI).date()
    rules, place = handling.routing(connection, row["county"], on), _place(connection, row, facts, on)
    calendar = holiday.calendar(connection, row["county"])
    found = []
    for hazard in hazards:
        room_id = int(hazard.room_key) if hazard.room_key else None
        way = route(hazard.code, rules, place=place, severity=hazard.severity, at=at, own=(hazard.lead, hazard.co))
        found.append(
            SeenHazard(
                code=hazard.code, severity=hazard.severity, room_id=room_id, room=labels.get(room_id or 0),
                name_zh=hazard.names["zh"], name_en=hazard.names["en"], words_zh=hazard.words_zh,
                words_en=hazard.words_en, basis_zh=hazard.basis, basis_en=hazard.basis_en, certainty=hazard.certainty,
                lead=way.lead, co=way.co, cc=way.cc, routed_by=way.why.value, rule_id=way.rule_id,
                due_at=due_at(at, hazard.deadline, calendar),
                known=(hazard.code, room_id) in known,
            )
        )  # fmt: skip
    return found


def _place(connection: Connection, row: Row, facts: Facts, on: date) -> Place:
    """What routing reads: the house as it stands on record, over it what this visit found."""
    held = routing.place(connection, row["county"], row["house_id"], on=on)
    told = {name: facts[name] for name in CONDITIONS if facts.get(name) is not None}
    return replace(held, kind=facts.get("house_kind") or held.kind, facts={**held.facts, **told})


def _gone(open_ones: Sequence[Row], seen: Sequence[SeenHazard], unsure: set[tuple[str, str | None]]) -> list[Gone]:
    held = {(one.code, one.room_id) for one in seen} | {(one.code, None) for one in seen}
    held |= {(code, int(key) if key else None) for code, key in unsure} | {(code, None) for code, _ in unsure}
    return [
        Gone(item["id"], item["rule_code"], item["room_label"], item["ticket_number"])
        for item in open_ones
        if (item["rule_code"], item["room_id"]) not in held
    ]


def _put(
    connection: Connection, row: Row, locked: Row, fresh: Sequence[tuple[Hazard, SeenHazard]], actor: Actor,
    at: datetime,
) -> list[OnTicket]:  # fmt: skip
    items = [(_finding(row, hazard, one, at), one.way) for hazard, one in fresh]
    raised = raising.put(connection, locked, items, actor=actor, at=at, source="visit")
    raising.send(connection, row["county"], raised.ticket_id, actor=actor, at=at)
    return [_on_ticket(connection, row["county"], raised.ticket_id, raised.new, at)]


def _finding(row: Row, hazard: Hazard, one: SeenHazard, at: datetime) -> NewFinding:
    return NewFinding(
        county=row["county"], house_id=row["house_id"], rule_code=hazard.code, severity=hazard.severity, lead=one.lead,
        basis=hazard.basis, basis_en=hazard.basis_en, certainty=hazard.certainty, words_zh=hazard.words_zh,
        words_en=hazard.words_en, found_at=at, visit_id=row["id"], room_id=one.room_id, terms=hazard.terms,
    )  # fmt: skip


def _on_ticket(connection: Connection, county: str, key: int, new: bool, at: datetime) -> OnTicket:
    row = ticket.ticket(connection, county, key, now=at)
    return OnTicket(key, row["number"], row["state"], row["lead"], row["due_at"], new)


def _plain(one: Any) -> dict[str, Any]:
    told = asdict(one)
    return {name: value.isoformat() if isinstance(value, datetime) else value for name, value in told.items()}


def _hazard_read(told: Mapping[str, Any]) -> SeenHazard:
    lists = {"co": tuple(told["co"]), "cc": tuple(told.get("cc", ()))}
    return SeenHazard(**{**told, **lists, "due_at": datetime.fromisoformat(told["due_at"])})


def _ticket_read(told: Mapping[str, Any]) -> OnTicket:
    due = told["due_at"]
    return OnTicket(**{**told, "due_at": datetime.fromisoformat(due) if due else None})


def _gone_read(told: Mapping[str, Any]) -> Gone:
    return Gone(**told)


_LISTS: dict[str, Callable[[Mapping[str, Any]], Any]] = {
    "hazards": _hazard_read, "tickets": _ticket_read, "gone": _gone_read,
}  # fmt: skip
