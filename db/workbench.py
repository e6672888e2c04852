"""Addresses that somebody must look at: the cases, what was decided of them, names learnt, quality day by day."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection

from db import query
from db.bulk import point_hex
from gis.address.parse import parse
from gis.address.parts import Label
from gis.errors import AnjuError
from gis.mask import mask_in_text, mask_name
from inspections.access import Actor, Place

KINDS = ("contradictory", "far", "duplicate", "ambiguous", "unmatched")
"""The kinds of cases, in the order in which they are shown."""
AT_ONCE = 2000
"""Cases opened by one statement."""
HELD = "held"
"""The level under which rows still in quarantine are counted."""


class NoSuchCaseError(AnjuError):
    """There is no address case {case_id} in this county."""


class NoSuchDecisionError(AnjuError):
    """There is no decision {decision_id} that could be undone."""


@dataclass(frozen=True, slots=True)
class Reason:
    """Why something is as it is: a key of the catalogue and the words that stand in its phrase."""

    key: str
    fields: Mapping[str, Any] = field(default_factory=dict)

    def plain(self) -> dict[str, Any]:
        """Plain values, ready for JSON."""
        return {"key": self.key, "fields": dict(self.fields)}


@dataclass(frozen=True, slots=True)
class Offer:
    """A candidate: an address of the record (``address_id``), or a standard address (``standard_id``) without a house.

    ``lon``, ``lat`` in EPSG:4490; ``score`` 0..1; ``level`` what was matched ('room' ... 'village'); ``village`` the
    12 digits it lies in, needed where there is no ``address_id``.
    """

    text: str
    address_id: int | None = None
    standard_id: int | None = None
    code: str | None = None
    village: str | None = None
    lon: float | None = None
    lat: float | None = None
    score: float | None = None
    level: str = "none"
    uncertainty_m: float | None = None
    reasons: Sequence[Reason] = ()
    source: str = "reference"

    def plain(self) -> dict[str, Any]:
        """Plain values, ready for JSON; the text masked."""
        names = ("address_id", "standard_id", "code", "village", "lon", "lat", "score", "level", "uncertainty_m",
                 "source")  # fmt: skip
        told = {name: getattr(self, name) for name in names} | {"text": shown(self.text)}
        return told | {"reasons": [reason.plain() for reason in self.reasons]}


@dataclass(frozen=True, slots=True)
class NewCase:
    """A case to be opened, about an address or about a quarantined row (exactly one of the two ids).

    ``text`` is the address as it was written; what is kept of it is masked. ``badness`` sorts the queue, the worst
    first (0..1 by convention). ``lon``, ``lat`` (EPSG:4490) is where the row itself says it lies.
    """

    kind: str
    text: str
    source: str = "register"
    badness: float = 0.5
    address_id: int | None = None
    quarantine_id: int | None = None
    village: str | None = None
    town: str | None = None
    reasons: Sequence[Reason] = ()
    candidates: Sequence[Offer] = ()
    lon: float | None = None
    lat: float | None = None
    detail: Mapping[str, Any] = field(default_factory=dict)


def shown(text: str) -> str:
    """An address text as screens may show it: no name, number or telephone of anybody in clear."""
    for start, end, label in reversed(parse(text).spans):
        if label == Label.PERSON:
            text = text[:start] + mask_name(text[start:end]) + text[end:]
    return mask_in_text(text)


def open_cases(connection: Connection, *, county: str, cases: Sequence[NewCase]) -> int:
    """Open cases; how many there were to look at.

    A case that is open already for the same subject and kind is brought up to date; one that was decided for the same
    subject, kind and text is not asked again.
    """
    for start in range(0, len(cases), AT_ONCE):
        rows = _json([_case(case) for case in cases[start : start + AT_ONCE]])
        query.execute(connection, "case_refresh", county=county, rows=rows)
        query.execute(connection, "case_open", county=county, rows=rows)
    return len(cases)


def _case(case: NewCase) -> dict[str, Any]:
    detail = {**case.detail, "reasons": [reason.plain() for reason in case.reasons]}
    town = case.town or (case.village[:9] if case.village else None)
    return {
        "kind": case.kind, "address_id": case.address_id, "quarantine_id": case.quarantine_id,
        "text": shown(case.text), "village": case.village, "town": town, "source": case.source,
        "badness": case.badness, "detail": detail, "geom": point_hex(case.lon, case.lat),
        "candidates": [offer.plain() for offer in case.candidates],
    }  # fmt: skip


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, default=str)


def close_vanished(
    connection: Connection, *, county: str, kinds: Sequence[str], seen: Sequence[int], at: datetime
) -> int:
    """Close open cases about addresses of these kinds that a fresh look over the county no longer finds.

    ``seen`` are the addresses it found. Cases waiting for a visit and cases of quarantined rows are left alone.
    """
    return query.execute(connection, "case_vanished", county=county, kinds=list(kinds), seen=list(seen), at=at)


def close_repaired(connection: Connection, *, county: str, at: datetime) -> int:
    """Close cases whose quarantined row came back mended another way; how many there were."""
    return query.execute(connection, "case_repaired", county=county, at=at)


# --- the queue ---------------------------------------------------------------------------------------------


def reach(actor: Actor) -> list[str]:
    """Codes of the areas whose cases a person may decide: county, towns, villages."""
    codes = {grant.area_code for grant in actor.grants}
    return sorted(code for code in codes if actor.may("address.decide", _area(actor.county, code)))


def _area(county: str, code: str) -> Place:
    return Place(county, town=code[:9] if len(code) >= 9 else None, village=code if len(code) == 12 else None)


def place_of(row: query.Row) -> Place:
    """Where a case lies, for asking who may."""
    return Place(row["county"], town=row["town"], village=row["village"])


def counts(
    connection: Connection, *, county: str, areas: Sequence[str], town: str | None = None, source: str | None = None
) -> dict[str, int]:
    """Open cases by kind, and under ``on_site`` those that wait for a visit."""
    found = query.rows(connection, "case_counts", county=county, areas=list(areas), town=town, source=source)
    return {row["name"]: row["n"] for row in found}


def queue(
    connection: Connection, *, county: str, areas: Sequence[str], kind: str | None = None, town: str | None = None,
    source: str | None = None, limit: int = 60,
) -> list[query.Row]:  # fmt: skip
    """Open cases, the worst first: id, kind, text, village, town, source, badness, detail, candidates, names.

    ``kind`` 'on_site' asks for those that wait for a visit.
    """
    return query.rows(
        connection, "case_queue", county=county, areas=list(areas), kind=kind, town=town, source=source, limit=limit
    )


def sources(connection: Connection, *, county: str, areas: Sequence[str]) -> list[str]:
    """Where the open cases come from."""
    return [row["source"] for row in query.rows(connection, "case_sources", county=county, areas=list(areas))]


def case(connection: Connection, *, county: str, case_id: int, lock: bool = False) -> query.Row:
    """One case with its address (code, text, point) where it is about one; raises ``NoSuchCaseError``."""
    if lock:
        query.value(connection, "case_lock", county=county, case_id=case_id)
    found = query.row(connection, "case_one", county=county, case_id=case_id)
    if found is None:
        raise NoSuchCaseError(case_id=case_id)
    return found


def progress(connection: Connection, *, county: str, areas: Sequence[str], since: datetime) -> query.Row:
    """``done`` cases decided since then and still so, ``left`` open ones."""
    return query.rows(connection, "case_progress", county=county, areas=list(areas), since=since)[0]


# --- decisions ---------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Decision:
    """What was decided of a case; ``part_of`` names the decision that settled it along with others."""

    case_id: int
    kind: str
    account_id: int | None
    at: datetime
    before: Mapping[str, Any]
    after: Mapping[str, Any]
    part_of: int | None = None


def decide(connection: Connection, *, county: str, decision: Decision) -> int:
    """Write a decision down; its id."""
    return query.value(
        connection, "decision_add", county=county, case_id=decision.case_id, kind=decision.kind,
        account_id=decision.account_id, at=decision.at, before=_json(decision.before), after=_json(decision.after),
        part_of=decision.part_of,
    )  # fmt: skip


def settle(connection: Connection, *, county: str, case_ids: Sequence[int], at: datetime) -> int:
    """Take cases out of the queue."""
    return query.execute(connection, "case_settle", county=county, ids=list(case_ids), at=at)


def ask(connection: Connection, *, county: str, case_id: int, house_id: int) -> None:
    """Let a case wait for the next visit at a house."""
    query.execute(connection, "case_ask", county=county, case_id=case_id, house_id=house_id)


def put_back(connection: Connection, *, county: str, case_ids: Sequence[int]) -> int:
    """Put cases back into the queue as they were."""
    return query.execute(connection, "case_put_back", county=county, ids=list(case_ids))


def offer(connection: Connection, *, county: str, case_id: int, offers: Sequence[Offer]) -> None:
    """Put candidates before those a case has."""
    candidates = _json([one.plain() for one in offers])
    query.execute(connection, "case_offer", county=county, case_id=case_id, candidates=candidates)


def asked_at(connection: Connection, *, county: str, house_id: int) -> list[query.Row]:
    """Cases that wait for the next visit at a house: id, kind, text, detail."""
    return query.rows(connection, "case_asked_at", county=county, house_id=house_id)


def decision(connection: Connection, *, county: str, decision_id: int) -> query.Row:
    """A decision that stands, locked; raises ``NoSuchDecisionError``."""
    found = query.row(connection, "decision_one", county=county, decision_id=decision_id)
    if found is None:
        raise NoSuchDecisionError(decision_id=decision_id)
    return found


def decision_parts(connection: Connection, *, county: str, decision_id: int) -> list[query.Row]:
    """The decisions that one made along with it, locked."""
    return query.rows(connection, "decision_parts", county=county, decision_id=decision_id)


def undone(connection: Connection, *, county: str, ids: Sequence[int], account_id: int | None, at: datetime) -> None:
    """Note decisions as undone."""
    query.execute(connection, "decision_undone", county=county, ids=list(ids), account_id=account_id, at=at)


def decisions(
    connection: Connection, *, county: str, areas: Sequence[str], case_id: int | None = None,
    account_id: int | None = None, limit: int = 30,
) -> list[query.Row]:  # fmt: skip
    """The latest decisions, newest first; those of one case or one person if asked.

    Rows: id, case_id, kind, at, who, account_id, text, case_kind, town, village, before, after, others (settled along),
    undone_at, undone_by_name.
    """
    return query.rows(
        connection, "decision_list", county=county, areas=list(areas), case_id=case_id, account_id=account_id,
        limit=limit,
    )  # fmt: skip


# --- what was learnt ---------------------------------------------------------------------------------------


def names(connection: Connection, *, county: str, on: date) -> list[query.Row]:
    """Names learnt and in force on the day.

    Rows: id, written, kind ('division', 'road', 'estate'), means, within, official (a division's own name).
    """
    return query.rows(connection, "name_list", county=county, on=on)


def written_like(
    connection: Connection, *, county: str, areas: Sequence[str], written: str, within: str = ""
) -> list[query.Row]:
    """Open cases in whose text a name stands, locked, the worst first."""
    return query.rows(connection, "case_like", county=county, areas=list(areas), written=written, within=within)


def learn_name(
    connection: Connection, *, county: str, name: Mapping[str, str], account_id: int | None, on: date
) -> int:
    """Learn what a name (``written``, ``kind``, ``means``, ``within``) means from a day on; its id.

    What it meant before ends that day.
    """
    query.execute(connection, "name_end", county=county, written=name["written"], within=name["within"], on=on)
    return query.value(connection, "name_add", county=county, account_id=account_id, on=on, **name)


def forget_name(connection: Connection, *, county: str, name_id: int) -> None:
    """Take a learnt name back, as if it had never been learnt."""
    query.execute(connection, "name_forget", county=county, name_id=name_id)


def known_texts(connection: Connection, *, county: str, keys: Sequence[str], on: date) -> dict[str, int]:
    """Addresses that texts (by ``gis.address.learnt.text_key``) were settled for, those still in use."""
    found = query.rows(connection, "text_known", county=county, keys=list(keys), on=on)
    return {row["value"]: row["address_id"] for row in found}


def learn_text(connection: Connection, *, county: str, key: str, address_id: int, on: date) -> int | None:
    """Let a text find an address from a day on; the alias' id, None where it does so already."""
    if not key or known_texts(connection, county=county, keys=[key], on=on).get(key) == address_id:
        return None
    query.execute(connection, "text_end", county=county, key=key, on=on)
    return query.value(connection, "text_add", county=county, key=key, address_id=address_id, on=on)


def forget_text(connection: Connection, *, county: str, alias_id: int) -> None:
    """Take a learnt text back."""
    query.execute(connection, "text_forget", county=county, alias_id=alias_id)


# --- quality -----------------------------------------------------------------------------------------------


def snapshot_quality(connection: Connection, *, county: str, on: date) -> int:
    """Count the county's house addresses by town, source and level as of now, as the day's figures; how many rows.

    Rows still in quarantine count under the level ``held``, without a town.
    """
    query.execute(connection, "quality_forget", county=county, on=on)
    return query.execute(connection, "quality_snapshot", county=county, on=on)


def quality(connection: Connection, *, county: str, areas: Sequence[str], since: date) -> list[query.Row]:
    """The days' figures: on_date, town, town_name, source, level, addresses."""
    return query.rows(connection, "quality_days", county=county, areas=list(areas), since=since)


def quality_now(connection: Connection, *, county: str, areas: Sequence[str]) -> list[query.Row]:
    """The figures as of now: town, town_name, source, level, addresses."""
    return query.rows(connection, "quality_now", county=county, areas=list(areas))


def behind(
    connection: Connection, *, county: str, areas: Sequence[str], town: str | None = None, source: str | None = None,
    levels: Sequence[str] | None = None, limit: int = 200,
) -> list[query.Row]:  # fmt: skip
    """Addresses behind a figure: code, text, town_name, village_name, source, level, uncertainty_m, case_id or None."""
    return query.rows(
        connection, "quality_behind", county=county, areas=list(areas), town=town, source=source,
        levels=None if levels is None else list(levels), limit=limit,
    )  # fmt: skip
