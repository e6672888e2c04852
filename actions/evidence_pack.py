"""The evidence of a case put together for other offices, signed, without a number of anybody in it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from actions.deed import deed
from db import chain, department, evidence, finding, reinspection, repeat, settings, signing, ticket
from db.query import Row
from exchange.evidence_pack import Contents, build, fingerprint
from exchange.evidence_pdf import evidence_pdf
from gis.mask import mask_in_place
from inspections.access import Actor
from inspections.deadline import SHANGHAI
from inspections.rule_text import as_dict
from inspections.rules import rules_for

TICKET = (
    "number", "address", "address_code", "town_name", "village_name", "grid", "state", "lead", "co", "cc", "hazard",
    "severity", "source", "opened_at", "filed_at", "dispatched_at", "accepted_at", "due_at", "rectified_at",
    "closed_at", "suspended_until", "bounces", "reworks", "extensions", "reopens", "rectified_by_name",
    "closed_by_name",
)  # fmt: skip
FINDING = (
    "rule_code", "severity", "room_label", "lead", "basis", "basis_en", "certainty", "words_zh", "words_en", "terms",
    "found_at", "cleared_at", "routed_by",
)  # fmt: skip
PHOTO = ("sha256", "kind", "taken_at", "created_at", "width", "height", "house_m", "fact", "room_label")


def export_evidence(number: str, *, actor: Actor, at: datetime) -> bytes:
    """The pack of a ticket (``exchange.evidence_pack``) by the number people say.

    Raises
    ------
    RefusedError
        This person may not see the ticket, or may hand nothing out.
    db.ticket.NoSuchTicketError, db.evidence.LostFileError
        There is no such ticket, or a photo's file is gone.
    """
    with deed(actor, "evidence.export", about=("ticket", number)) as connection:
        row = ticket.by_number(connection, actor.county, number, now=at)
        actor.require("evidence.export", ticket.place_of(row))
        contents = _contents(connection, row, at)
    return build(contents, public_key=signing.public_key(), sign=signing.sign)


def _contents(connection: Connection, row: Row, at: datetime) -> Contents:
    county, key = row["county"], row["id"]
    pictures = evidence.of_ticket(connection, county, key)
    found = finding.of_ticket(connection, county, key)
    events = [_event(one) for one in chain.events(connection, county, key)]
    case = {
        "ticket": _plain(row, TICKET), "findings": [_plain(one, FINDING) for one in found],
        "photos": [_plain(one, PHOTO) | {"by": one["account_name"]} for one in pictures],
        "repeats": [
            _plain(one, ("hazard", "words", "complaint", "at", "address", "account_name"))
            for one in repeat.of_ticket(connection, county, key)
        ],
        "second_looks": [
            _plain(one, ("held", "note", "done_at", "account_name", "seed"))
            for one in reinspection.of_ticket(connection, county, key)
        ],
        "departments": {
            code: {"name": one["name"], "name_en": one["name_en"]}
            for code, one in department.names(connection, county=county).items()
        },
        "made_at": _told(at),
    }  # fmt: skip
    photos = {one["sha256"]: evidence.read_file(one["sha256"]) for one in pictures}
    paper = evidence_pdf(case, events, photos, key=fingerprint(signing.public_key()), font=settings.print_font())
    return Contents(row["number"], str(_told(at)), case, events, _rules(county, found), photos, paper)


def _event(one: Row) -> dict[str, Any]:
    """An event with its chained values as they are; words that hold anybody's number are masked, and it says so."""
    told = dict(one)
    masked = {name: mask_in_place(told[name]) for name in ("reason", "clause", "detail") if told[name]}
    if any(masked[name] != told[name] for name in masked):
        told |= masked | {"masked": True}
    at = datetime.fromisoformat(told["at"]).astimezone(SHANGHAI)
    return told | {"at_local": f"{at:%Y-%m-%d %H:%M}"}


def _rules(county: str, found: list[Row]) -> dict[str, dict[str, Any]]:
    """Each rule that bit, as it stood on the day it did."""
    told: dict[str, dict[str, Any]] = {}
    for one in found:
        on = one["found_at"].astimezone(SHANGHAI).date()
        for rule in rules_for(county, on):
            if rule.code == one["rule_code"]:
                told[f"{rule.code}_{on}"] = as_dict(rule)
    return told


def _plain(row: Mapping[str, Any], names: tuple[str, ...]) -> dict[str, Any]:
    return {name: _told(row[name]) for name in names}


def _told(value: Any) -> Any:
    if isinstance(value, datetime):
        return f"{value.astimezone(SHANGHAI):%Y-%m-%d %H:%M:%S}"
    if isinstance(value, str):
        return mask_in_place(value)
    if isinstance(value, dict):
        return {name: _told(one) for name, one in value.items()}
    return [_told(one) for one in value] if isinstance(value, list | tuple) else value
