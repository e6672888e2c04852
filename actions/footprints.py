"""Surveys of building outlines kept and compared, and what people decide of what was added."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from sqlalchemy import Connection

from actions import risk, tickets
from actions.deed import deed
from db import footprint
from db.engine import transaction
from db.footprint import NewSurvey
from db.query import Row
from db.visit import in_planning_area
from gis.errors import AnjuError
from gis.footprints import compare
from inspections.access import DESK_PAGES, Actor, Place
from inspections.addition_case import AdditionOvertakenError, Decision, State, after, hazard_of
from inspections.deadline import SHANGHAI
from words import say

if TYPE_CHECKING:
    from geopandas import GeoDataFrame


class DismissedWithoutReasonError(AnjuError):
    """A candidate is dismissed with a reason: say what it is instead."""


class NoHouseOfCandidateError(AnjuError):
    """No registered house stands within {metres} m of candidate {candidate}: register it first, or dismiss this."""


class SurveyNameMissingError(AnjuError):
    """A survey needs a name, a year for instance."""


BUILT_ON = "unpermitted_structure"
"""What a visit says of an addition; no earlier answer to it outlives its day, so that every visit asks it."""


@dataclass(frozen=True, slots=True)
class Compared:
    """A comparison as it is kept (a row of ``db.footprint.comparisons``), and whether it was made just now."""

    row: Row
    new: bool


def place(county: str) -> Place:
    """What a decision touches: the county, and the desks that may take it besides the centre."""
    return Place(county=county, departments=DESK_PAGES["footprints"])


def load_survey(
    outlines: "GeoDataFrame", *, name: str, on: date, file: tuple[str, str], crs: str, actor: Actor, at: datetime
) -> bool:
    """Keep a survey of outlines (EPSG:4490) under a name; False where the very file was kept under it before.

    ``file`` is its name and sha256, ``crs`` the system it came in. Raises ``SurveyNameMissingError``,
    ``db.footprint.SurveyNameTakenError``.
    """
    if not name.strip():
        raise SurveyNameMissingError
    new = NewSurvey(name.strip(), on, *file, crs, actor.account_id or None, at)
    with deed(actor, "footprints.load", place=Place(county=actor.county), about=("footprint_survey", name.strip()),
              detail={"outlines": len(outlines), "file": file[0]}) as connection:  # fmt: skip
        return footprint.add_survey(connection, actor.county, new, outlines)


def compare_surveys(old: str, new: str, *, actor: Actor, at: datetime) -> Compared:
    """Compare two surveys by their names and keep the candidates; compared before, they stay as they are.

    Raises ``db.footprint.NoSuchSurveyError`` and what ``gis.footprints.compare`` raises.
    """
    actor.require("footprints.load", Place(county=actor.county))
    with transaction() as connection:
        first, second = (footprint.survey(connection, actor.county, name) for name in (old, new))
        known = _kept(connection, actor.county, old, new)
        frames = [] if known else [footprint.outlines(connection, actor.county, row["id"]) for row in (first, second)]
    if known is not None:
        return Compared(known, new=False)
    found = compare(frames[0], frames[1])
    detail = {"old": old, "new": new, "candidates": len(found.candidates)}
    with deed(actor, "footprints.load", place=Place(county=actor.county), about=("footprint_comparison", first["id"]),
              detail=detail) as connection:  # fmt: skip
        footprint.add_comparison(connection, actor.county, first["id"], second["id"], found,
                                 account_id=actor.account_id or None, at=at)  # fmt: skip
        row = _kept(connection, actor.county, old, new)
    return Compared(row or {}, new=True)


def _kept(connection: Connection, county: str, old: str, new: str) -> Row | None:
    rows = footprint.comparisons(connection, county)
    return next((row for row in rows if (row["old"], row["new"]) == (old, new)), None)


def decide(key: int, decision: Decision, *, actor: Actor, at: datetime, reason: str = "", lang: str = "zh") -> Row:
    """Take a decision of a candidate; its row as it stands afterwards.

    ``ASK`` lets its house be due and the next visit ask about it; ``REPORT`` reports IL01 or IL02 in the same
    transaction; ``DISMISS`` needs a reason; ``UNDO`` opens it again.

    Raises
    ------
    RefusedError
        This person may not decide here.
    DismissedWithoutReasonError, NoHouseOfCandidateError, inspections.addition_case.AdditionOvertakenError
        It cannot be; nothing is written.
    """
    with deed(actor, "footprints.decide", place=place(actor.county), about=("footprint_candidate", key),
              detail={"decision": decision.value}) as connection:  # fmt: skip
        row = footprint.candidate(connection, actor.county, key)
        state, target = State(row["state"]), after(State(row["state"]), decision)
        _check(row, decision, reason)
        ticket_id = _reported(connection, row, actor=actor, at=at, lang=lang) if decision is Decision.REPORT else None
        done = footprint.decide(
            connection, actor.county, key, from_state=state, to_state=target, reason=reason.strip() or None,
            ticket_id=ticket_id, account_id=actor.account_id, at=at,
        )  # fmt: skip
        if not done:
            raise AdditionOvertakenError(state=state.value, decision=decision.value)
        _call(connection, row, at)
        return footprint.candidate(connection, actor.county, key)


def _check(row: Row, decision: Decision, reason: str) -> None:
    if decision is Decision.DISMISS and not reason.strip():
        raise DismissedWithoutReasonError
    if decision in {Decision.ASK, Decision.REPORT} and row["house_id"] is None:
        raise NoHouseOfCandidateError(candidate=row["id"], metres=round(footprint.NEAR_M))


def _reported(connection: Connection, row: Row, *, actor: Actor, at: datetime, lang: str) -> int:
    told = say(f"footprints.report.{row['kind']}", lang, m2=f"{row['added_m2']:.0f}", old=row["old"], new=row["new"])
    hazard = hazard_of(in_planning_area(row))
    return int(tickets.reported(connection, row["house_id"], hazard, words=told, actor=actor, at=at)["id"])


def _call(connection: Connection, row: Row, at: datetime) -> None:
    if row["house_id"] is not None:
        footprint.call(connection, row["county"], row["house_id"], on=_day(at))
        risk.reassess(connection, row["county"], row["house_id"], at=at)


def answered(connection: Connection, visit: Row, *, at: datetime) -> int:
    """What a visit that was let in found of the candidates of its house; how many it settled.

    Inside the deed of the visit. Where no rule of the county asked about it they go on waiting, and so does the house.
    """
    told = visit["facts"].get(BUILT_ON)
    if told is None:
        footprint.call(connection, visit["county"], visit["house_id"], on=_day(at))
        return 0
    waiting = footprint.asked_at(connection, visit["county"], visit["house_id"])
    target = State.CONFIRMED if told else State.DISMISSED
    for row in waiting:
        footprint.decide(
            connection, visit["county"], row["id"], from_state=State.VISIT_ASKED, to_state=target,
            reason=None if told else say("footprints.seen_none", "zh"), visit_id=visit["id"],
            account_id=visit["account_id"], at=at,
        )  # fmt: skip
    return len(waiting)


def _day(at: datetime) -> date:
    return at.astimezone(SHANGHAI).date()
