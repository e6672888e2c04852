"""Looking over a county's addresses: what is doubtful becomes a case, what no longer is, is settled."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any

import numpy as np
from sqlalchemy import Connection

from actions import held_rows
from actions.address_offers import Asked, Offers, spoken
from actions.county_matcher import CountyMatcher, county_matcher
from actions.deed import deed
from db import address_check, imports, workbench
from db.query import Row
from db.workbench import NewCase, Offer
from exchange.addresses import believed, key_of
from exchange.villages import CountyContext
from gis.division import short_name, town_of
from gis.gazetteer import Found, NotFound
from gis.matching.doubt import FINE_M, Doubt, Whereabouts, is_sure, of_duplicate, of_match, of_place, of_words
from gis.matching.outcome import Match, Outcome, Reason, Unmatched
from inspections.access import Actor, Place

SPOT_M = 30.0
"""The same address this near under another code is taken for the same house."""
LOCATING_SECONDS = 60.0
"""Time that a look over 20,000 addresses may spend on working out places for those that match no door."""
_ITSELF: Outcome = Unmatched(())


@dataclass(slots=True)
class CheckReport:
    """What a look came to: addresses and refused rows looked at, placed by a match, cases by kind, cases settled."""

    checked: int = 0
    held: int = 0
    placed: int = 0
    settled: int = 0
    cases: dict[str, int] = field(default_factory=dict)

    def count(self, cases: Iterable[NewCase]) -> None:
        """Count cases found."""
        for case in cases:
            self.cases[case.kind] = self.cases.get(case.kind, 0) + 1

    def as_dict(self) -> dict[str, Any]:
        """Return plain values, ready for JSON."""
        return {name: getattr(self, name) for name in ("checked", "held", "placed", "settled", "cases")}


@dataclass(frozen=True)
class Look:
    """What a look needs: the record, the county, its standard addresses, the moment, and what time there is."""

    connection: Connection
    county: CountyContext
    matcher: CountyMatcher
    at: datetime
    locating_seconds: float = 0.0

    def name_of(self, code: str | None) -> str:
        """What people call a town or village."""
        return short_name(self.county.name_by_code.get(code or "", code or ""))


def check_addresses(*, actor: Actor, at: datetime) -> CheckReport:
    """Look over every address in use and every refused row of a county; the same look again changes nothing.

    Houses without a point whose address matches a standard one are placed. The day's figures of quality are kept.
    Raises ``RefusedError``.
    """
    from actions.imports import county_context

    detail: dict[str, Any] = {}
    place, about = Place(county=actor.county), ("address_check", actor.county)
    with deed(actor, "address.decide", place=place, about=about, detail=detail) as connection:
        county = county_context(connection, actor.county, on=at.date())
        matcher = county_matcher(connection, county, on=at.date())
        report = look_over(Look(connection, county, matcher, at, locating_seconds=LOCATING_SECONDS))
        detail |= report.as_dict()
    return report


def look_over(
    look: Look, *, ids: Sequence[int] | None = None, batch_id: int | None = None,
    known: Mapping[int, Outcome] | None = None,
) -> CheckReport:  # fmt: skip
    """Look over all addresses, or those given and the refused rows of one import.

    ``known`` holds what addresses without a point were matched to just now.
    """
    report, code = CheckReport(), look.county.code
    imports.fill_keys(look.connection, county=code, key_of=partial(key_of, county=look.county))
    doubles = _doubles(look, ids)
    for rows in address_check.houses(look.connection, county=code, ids=ids):
        _look_at(look, rows, doubles, known or {}, report)
    for pairs in address_check.held(look.connection, county=code, batch_id=batch_id, reasons=held_rows.REASONS):
        cases = held_rows.cases_of(
            look.connection, pairs, county=look.county, matcher=look.matcher, thorough=look.locating_seconds > 0
        )
        workbench.open_cases(look.connection, county=code, cases=cases)
        report.held += len(pairs)
        report.count(cases)
    report.settled += workbench.close_repaired(look.connection, county=code, at=look.at)
    report.settled += address_check.settle_gone(look.connection, county=code, at=look.at)
    workbench.snapshot_quality(look.connection, county=code, on=look.at.date())
    return report


def _doubles(look: Look, ids: Sequence[int] | None) -> dict[int, Row]:
    """By address, the earlier one that says the same: in its own village before one at its spot."""
    code = look.county.code
    near = address_check.doubles_near(look.connection, county=code, metres=SPOT_M, ids=ids)
    same = address_check.duplicates(look.connection, county=code, ids=ids)
    return {row["address_id"]: row for row in (*near, *same)}


def _look_at(
    look: Look, rows: Sequence[Row], doubles: Mapping[int, Row], known: Mapping[int, Outcome], report: CheckReport
) -> None:
    code = look.county.code
    outcomes = _outcomes(look, rows, known)
    report.placed += _place(look, rows, outcomes)
    points = np.array([(row["lon"], row["lat"]) for row in rows], dtype=np.float64).reshape(-1, 2)
    where = look.county.outlines.look([row["village"] for row in rows], points[:, 0], points[:, 1])
    doubted = [
        (row, outcome, doubts) for row, outcome, at in zip(rows, outcomes, where, strict=True)
        if (doubts := _doubts(look, row, outcome, at, doubles.get(row["address_id"])))
    ]  # fmt: skip
    asked = [Asked(row["text"], row["village"], outcome) for row, outcome, _ in doubted]
    offers = Offers(look.connection, code, matcher=look.matcher, asked=asked)
    cases = [
        _case(row, doubt, _candidates(doubt, one, row, offers, doubles))
        for (row, _, doubts), one in zip(doubted, asked, strict=True) for doubt in doubts
    ]  # fmt: skip
    workbench.open_cases(look.connection, county=code, cases=cases)
    found = [(case.address_id, case.kind) for case in cases if case.address_id is not None]
    checked = [row["address_id"] for row in rows]
    report.settled += address_check.settle(look.connection, county=code, checked=checked, found=found, at=look.at)
    report.checked += len(rows)
    report.count(cases)


def _outcomes(look: Look, rows: Sequence[Row], known: Mapping[int, Outcome]) -> list[Outcome]:
    """What each address matches: those on the map only among standard addresses, never themselves."""
    told = {row["address_id"]: known.get(row["address_id"]) for row in rows}
    asked = [row for row in rows if told[row["address_id"]] is None]
    lost = [row for row in asked if row["lon"] is None]
    placed = [row for row in asked if row["lon"] is not None] if len(look.matcher.standard) else []
    for wanted, match in ((lost, look.matcher.match_all), (placed, look.matcher.match_standard)):
        texts = [look.county.canonical.write(row["text"], row["village"]) for row in wanted]
        found = match(texts)
        if wanted is lost and look.locating_seconds:
            found = look.matcher.locate(texts, found, seconds=look.locating_seconds)
        found = believed(found, texts=texts, villages=[row["village"] for row in wanted], county=look.county)
        told |= {row["address_id"]: outcome for row, outcome in zip(wanted, found, strict=True)}
    return [told[row["address_id"]] or _ITSELF for row in rows]


def _place(look: Look, rows: Sequence[Row], outcomes: Sequence[Outcome]) -> int:
    """Give points to addresses that have none, from matches in their village; known roughly, they stay off the map."""
    told = []
    for row, outcome in zip(rows, outcomes, strict=True):
        if row["lon"] is not None or not isinstance(outcome, Match) or row["match_level"] == "manual":
            continue
        if look.matcher.village_of(outcome.reference_id) not in (None, row["village"]) or not is_sure(outcome):
            continue
        precise = outcome.uncertainty_m <= FINE_M
        if precise or row["rough_lon"] is None or outcome.uncertainty_m < (row["uncertainty_m"] or 0.0):
            told.append({
                "id": row["address_id"], "lon": outcome.lon, "lat": outcome.lat, "level": outcome.level.value,
                "score": outcome.score, "uncertainty_m": outcome.uncertainty_m, "precise": precise,
            })  # fmt: skip
            if precise:
                row["lon"], row["lat"] = outcome.lon, outcome.lat
    return address_check.place(look.connection, county=look.county.code, rows=told)


def _doubts(look: Look, row: Row, outcome: Outcome, where: Whereabouts | None, double: Row | None) -> list[Doubt]:
    """Everything doubtful of one address, one doubt a kind, the worst reasons first."""
    village = look.name_of(row["village"])
    found = [] if where is None else of_place(where, village=village, there=look.name_of(where.there))
    if not row["moved"]:
        found += _of_words(look, row, village)
    found += _of_match(look, row, outcome)
    if double is not None:
        found.append(of_duplicate(
            code=double["code"], text=double["text"], metres=double["metres"],
            same_village=double["village"] == row["village"], count=double["n"],
        ))  # fmt: skip
    return _one_a_kind(found)


def _of_words(look: Look, row: Row, village: str) -> list[Doubt]:
    """Another village or town in the text than the address is filed under."""
    answer = look.county.find_village(row["text"])
    if isinstance(answer, Found) and answer.division.code != row["village"]:
        return of_words(named=look.name_of(answer.division.code), village=village, town=False)
    towns = answer.towns if isinstance(answer, NotFound) else ()
    if towns and town_of(row["village"]) not in towns:
        return of_words(named=look.name_of(towns[0]), village=look.name_of(town_of(row["village"])), town=True)
    return []


def _of_match(look: Look, row: Row, outcome: Outcome) -> list[Doubt]:
    point = None if row["lon"] is None else (row["lon"], row["lat"])
    if outcome is _ITSELF:
        nothing = Unmatched((Reason("doubt.no_reference"),))
        return [] if point is not None else of_match(nothing, point=None, same_village=True)
    home = look.matcher.village_of(outcome.reference_id) if isinstance(outcome, Match) else None
    return of_match(outcome, point=point, same_village=home in (None, row["village"]), other=look.name_of(home))


def _one_a_kind(found: Sequence[Doubt]) -> list[Doubt]:
    by_kind: dict[str, list[Doubt]] = {}
    for doubt in sorted(found, key=lambda doubt: -doubt.badness):
        by_kind.setdefault(doubt.kind, []).append(doubt)
    return [
        Doubt(kind, doubts[0].badness, tuple(reason for doubt in doubts for reason in doubt.reasons))
        for kind, doubts in by_kind.items()
    ]


def _candidates(doubt: Doubt, asked: Asked, row: Row, offers: Offers, doubles: Mapping[int, Row]) -> list[Offer]:
    if doubt.kind != "duplicate":
        return offers.of(asked, but=row["address_id"])
    double = doubles[row["address_id"]]
    return [Offer(
        double["text"], address_id=double["other_id"], code=double["code"], village=double["village"],
        lon=double["lon"], lat=double["lat"], level="door", source="register",
    )]  # fmt: skip


def _case(row: Row, doubt: Doubt, candidates: Sequence[Offer]) -> NewCase:
    return NewCase(
        kind=doubt.kind, text=row["text"], source=row["source"], badness=doubt.badness, address_id=row["address_id"],
        village=row["village"], town=town_of(row["village"]), reasons=spoken(doubt.reasons), candidates=candidates,
        lon=row["lon"], lat=row["lat"], detail={"code": row["code"]},
    )  # fmt: skip
