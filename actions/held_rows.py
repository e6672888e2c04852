"""Refused rows that a better address would save, as cases: what they say, masked, and what they may mean."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection

from actions.address_offers import Asked, Offers, spoken
from actions.county_matcher import CountyMatcher
from actions.quarantine import problem_of
from db.query import Row
from db.workbench import NewCase, Reason
from exchange.values import clean_text, is_empty
from exchange.villages import CountyContext
from gis.division import town_of
from gis.gazetteer import Found
from gis.matching.outcome import Match

KINDS: Mapping[str, tuple[str, float]] = {
    "outside_county": ("far", 0.95),
    "looks_projected": ("far", 0.9),
    "zero_island": ("far", 0.85),
    "coordinate_nan": ("unmatched", 0.6),
    "point_missing": ("unmatched", 0.6),
    "village_code_unknown": ("contradictory", 0.85),
    "village_virtual": ("contradictory", 0.8),
    "village_ambiguous": ("ambiguous", 0.65),
    "village_unknown": ("unmatched", 0.7),
    "village_missing": ("unmatched", 0.65),
    "duplicate_key": ("duplicate", 0.55),
    "duplicate_address": ("duplicate", 0.55),
    "duplicate_outline": ("duplicate", 0.5),
    "same_address": ("duplicate", 0.6),
}
"""The kind of case a refusal makes, and how bad it is; the worst reason of a row counts."""

REASONS = tuple(KINDS)
_WRITTEN = ("town", "village", "address", "road", "door", "name", "building", "unit", "room")


def cases_of(
    connection: Connection, pairs: Sequence[tuple[Row, Mapping[str, Any]]], *, county: CountyContext,
    matcher: CountyMatcher, thorough: bool,
) -> list[NewCase]:  # fmt: skip
    """One case a row; rows that say no address at all are left in their file.

    A ``thorough`` look offers houses of the register, too, and not only standard addresses.
    """
    told = [(row, said) for row, raw in pairs if (said := _said(row, raw))]
    villages = [_village(said, county) for _, said in told]
    texts = [_text(said) for _, said in told]
    whole = [county.canonical.write(text, village or "") for text, village in zip(texts, villages, strict=True)]
    outcomes = matcher.match_all(whole) if thorough else matcher.match_standard(whole)
    asked = [Asked(*one) for one in zip(texts, villages, outcomes, strict=True)]
    offers = Offers(connection, county.code, matcher=matcher, asked=asked)
    return [_case(row, one, offers) for (row, _), one in zip(told, asked, strict=True)]


def _said(row: Row, raw: Mapping[str, Any]) -> dict[str, str]:
    """What a row's cells say of its place, by field; people's cells are not looked at."""
    mapping, found = row["mapping"], {}
    headers = mapping.get("headers", [])
    for name in _WRITTEN:
        header = mapping.get("fields", {}).get(name)
        at = headers.index(header) if header in headers else None
        text = clean_text(raw["cells"][at]) if at is not None and at < len(raw["cells"]) else ""
        if not is_empty(text):
            found[name] = text[:300]
    return found


def _text(said: Mapping[str, str]) -> str:
    """The address as one text; the village before it where it does not say it."""
    address = said.get("address") or f"{said.get('road', '')}{said.get('door', '')}" or said.get("name", "")
    village = said.get("village", "")
    whole = address if village and village in address else f"{village}{address}"
    return " ".join(part for part in (whole, *(said.get(name, "") for name in ("building", "unit", "room"))) if part)


def _village(said: Mapping[str, str], county: CountyContext) -> str | None:
    answer = county.gazetteer.find_village(said.get("town", "") + _text(said))
    return answer.division.code if isinstance(answer, Found) else None


def _case(row: Row, asked: Asked, offers: Offers) -> NewCase:
    problems = [one for one in row["problems"] if one["reason"] in KINDS]
    kind, badness = max((KINDS[one["reason"]] for one in problems), key=lambda found: found[1])
    reasons = [_why(row, one) for one in problems]
    if not isinstance(asked.outcome, Match):
        reasons += spoken(asked.outcome.reasons)
    return NewCase(
        kind=kind, text=asked.text, source="register", badness=badness, quarantine_id=row["id"], village=asked.village,
        town=town_of(asked.village) if asked.village else None, reasons=reasons, candidates=offers.of(asked),
        detail={"batch_id": row["batch_id"], "row": row["row_no"]},
    )  # fmt: skip


def _why(row: Row, plain: dict[str, Any]) -> Reason:
    """The refusal in its own phrase; what hints it had are left to the file."""
    problem = problem_of(row["row_no"], plain)
    fields = {name: value for name, value in problem.fields.items() if isinstance(value, str | int | float)}
    return Reason(f"exchange.reason.{problem.reason}", fields)
