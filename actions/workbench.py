"""What a clerk decides of an address: accept a candidate, pin it by hand, have it looked at, dismiss it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection

from actions import workbench_row
from actions.deed import deed
from actions.workbench_row import Landing
from db import division, workbench, workbench_effects
from db.query import Row
from db.workbench import Decision, Offer, Reason
from exchange.villages import CountyContext
from gis.address.learnt import text_key
from gis.crs import parse_crs, to_storage
from gis.errors import AnjuError
from inspections.access import Actor

PINNED_M = 10.0
"""How far a point set by hand on a map may be off."""
LEVELS = frozenset({
    "town", "village", "road", "crossing", "landmark", "neighbour", "door", "building", "suite", "room", "survey",
    "manual",
})  # fmt: skip


class CaseDecidedError(AnjuError):
    """Somebody decided this address, or its candidates are others by now: look at it again."""


class NoPointError(AnjuError):
    """The candidate has no place on the map: pin the place by hand or have it looked at."""


class SameHouseError(AnjuError):
    """Two houses that are one are merged; their points alone make nothing clear."""


class OutsideCountyError(AnjuError):
    """Longitude {lon:.6f}, latitude {lat:.6f} lies outside the county."""


class NobodyToAskError(AnjuError):
    """No house stands at this address or at any candidate, so no inspector comes by: pin the place by hand."""


class NoReasonError(AnjuError):
    """Say why the case is dismissed."""


@dataclass(frozen=True, slots=True)
class Decided:
    """What came of a deed: the decision's id, the case, how many other cases it settled along."""

    decision_id: int
    case_id: int
    others: int = 0


def opened(connection: Connection, case_id: int, *, actor: Actor) -> Row:
    """A case that can still be decided, locked, of this person's area."""
    row = workbench.case(connection, county=actor.county, case_id=case_id, lock=True)
    actor.require("address.decide", workbench.place_of(row))
    if row["state"] == "decided":
        raise CaseDecidedError
    return row


def candidate_of(row: Row, choice: int, *, expect: str | None) -> dict[str, Any]:
    """The candidate a person chose; raises ``CaseDecidedError`` where it is another by now than the one they saw."""
    candidates = row["candidates"]
    if not 0 <= choice < len(candidates) or expect not in (None, candidates[choice]["text"]):
        raise CaseDecidedError
    chosen: dict[str, Any] = candidates[choice]
    return chosen


def accept(case_id: int, choice: int, *, actor: Actor, at: datetime, expect: str | None = None) -> Decided:
    """Take a candidate (counted from 0) for what the text means; ``expect`` is its text as the person saw it.

    An address takes the candidate's point, level and uncertainty. A quarantined row goes into the candidate's house, or
    makes a house at the standard address. Either way the same text finds the same address at once from now on.

    Raises
    ------
    CaseDecidedError
        Somebody was faster, or the candidates are others by now.
    NoPointError
        An address cannot take a place that the candidate does not have.
    actions.workbench_row.StillHeldError
        The row has other faults besides its address.
    """
    with deed(actor, "address.decide", about=("address_case", case_id), detail={"kind": "accept"}) as connection:
        row = opened(connection, case_id, actor=actor)
        chosen = candidate_of(row, choice, expect=expect)
        before, after = settle_on(connection, row, chosen, at=at)
        return write_down(connection, row, "accept", actor=actor, at=at, before=before, after=after)


def settle_on(
    connection: Connection, row: Row, chosen: Mapping[str, Any], *, at: datetime, county: CountyContext | None = None
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Do to the record what accepting a candidate means; what it was before and what it is after.

    ``county`` spares reading the county for each row of many.
    """
    if row["quarantine_id"] is not None:
        landing = Landing.of(chosen)
        return workbench_row.take_in(connection, row, landing, on=at.date(), county=county)
    if chosen["lon"] is None:
        raise NoPointError
    if row["kind"] == "duplicate":
        raise SameHouseError
    how = {"level": _level(chosen["level"]), "score": chosen["score"], "uncertainty_m": chosen["uncertainty_m"],
           "source_crs": "EPSG:4490", "parts": {"standard": chosen["text"]}}  # fmt: skip
    before, after = move(connection, row, (chosen["lon"], chosen["lat"]), how, on=at.date())
    return before, after | {"candidate": _told(chosen)}


def _level(level: str) -> str:
    return level if level in LEVELS else "door"


def _told(chosen: Mapping[str, Any]) -> dict[str, Any]:
    return {name: chosen.get(name) for name in ("text", "code", "address_id", "lon", "lat", "level", "score")}


def move(
    connection: Connection, row: Row, point: tuple[float, float], how: Mapping[str, Any], *, on: date
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Give a case's address (and its house) a point, and learn its text; its state before and after."""
    same = {"county": row["county"], "address_id": row["address_id"]}
    before = workbench_effects.state_of(connection, **same)
    workbench_effects.place(connection, point=point, how=how, **same)
    learnt = workbench.learn_text(connection, key=text_key(row["address"]), on=on, **same)
    return {"address": before}, {"address": workbench_effects.state_of(connection, **same), "text_alias": learnt}


def pin(case_id: int, x: float, y: float, *, actor: Actor, at: datetime, crs: str = "EPSG:4490") -> Decided:
    """Put the address at a point that the person showed: ``x``, ``y`` longitude and latitude, or easting and northing.

    The level is ``manual`` and the uncertainty 10 m: a hand on a map is no survey.

    Raises
    ------
    gis.crs.UnknownCrsError
        No such coordinate system.
    OutsideCountyError
        The point does not lie in the county.
    """
    system = parse_crs(crs)
    lon, lat = (float(value) for value in to_storage(x, y, source=system))
    with deed(actor, "address.decide", about=("address_case", case_id), detail={"kind": "pin"}) as connection:
        row = opened(connection, case_id, actor=actor)
        _inside(connection, actor.county, lon, lat)
        before, after = _pinned(connection, row, (lon, lat), system, at)
        after |= {"pin": {"lon": lon, "lat": lat, "crs": system}}
        return write_down(connection, row, "pin", actor=actor, at=at, before=before, after=after)


def _pinned(
    connection: Connection, row: Row, point: tuple[float, float], crs: str, at: datetime
) -> tuple[dict[str, Any], dict[str, Any]]:
    if row["quarantine_id"] is not None:
        landing = Landing(lon=point[0], lat=point[1], village=row["village"], level="manual", uncertainty_m=PINNED_M)
        return workbench_row.take_in(connection, row, landing, on=at.date())
    how = {"level": "manual", "score": 1.0, "uncertainty_m": PINNED_M, "source_crs": crs, "parts": {}}
    return move(connection, row, point, how, on=at.date())


def _inside(connection: Connection, county: str, lon: float, lat: float) -> None:
    import shapely

    outline = division.county(connection, county)["geom"]
    point = shapely.Point(lon, lat)
    if not (abs(lon) <= 180 and abs(lat) <= 90) or (outline is not None and not outline.covers(point)):
        raise OutsideCountyError(lon=lon, lat=lat)


def ask_on_site(case_id: int, *, actor: Actor, at: datetime, choice: int | None = None) -> Decided:
    """Have the inspector look at the place at the next visit of the address' house, or of a candidate's.

    The case comes back with the position of that visit as its first candidate. Raises ``NobodyToAskError``.
    """
    with deed(actor, "address.decide", about=("address_case", case_id), detail={"kind": "on_site"}) as connection:
        row = opened(connection, case_id, actor=actor)
        if row["state"] != "open":
            raise CaseDecidedError
        house = _where_to_ask(connection, row, choice)
        workbench.ask(connection, county=actor.county, case_id=case_id, house_id=house["id"])
        decision = Decision(case_id, "on_site", actor.account_id or None, at, {"state": "open"},
                            {"house_id": house["id"], "asked_at": workbench.shown(house["text"])})  # fmt: skip
        return Decided(workbench.decide(connection, county=actor.county, decision=decision), case_id)


def _where_to_ask(connection: Connection, row: Row, choice: int | None) -> Row:
    candidates = row["candidates"]
    chosen = candidates if choice is None else candidates[choice : choice + 1]
    for address_id in (row["address_id"], *(one["address_id"] for one in chosen)):
        found = (
            None
            if address_id is None
            else workbench_effects.house_at(connection, county=row["county"], address_id=address_id)
        )
        if found is not None:
            return found
    raise NobodyToAskError


def answered(connection: Connection, visit: Row, *, at: datetime) -> int:
    """Bring back the cases that waited for this visit, its position their first candidate; how many.

    Part of the transaction that hands the visit in. Without a position the cases go on waiting.
    """
    if visit["lon"] is None:
        return 0
    county = visit["county"]
    waiting = workbench.asked_at(connection, county=county, house_id=visit["house_id"])
    reason = Reason("workbench.reason.visited", {"on": at.date().isoformat(), "m": round(visit["accuracy_m"] or 0)})
    for case in waiting:
        found = Offer(text=case["text"], lon=visit["lon"], lat=visit["lat"], score=1.0, level="survey",
                      uncertainty_m=visit["accuracy_m"], reasons=(reason,), source="visit")  # fmt: skip
        workbench.offer(connection, county=county, case_id=case["id"], offers=[found])
    workbench.put_back(connection, county=county, case_ids=[case["id"] for case in waiting])
    return len(waiting)


def dismiss(case_id: int, reason: str, *, actor: Actor, at: datetime) -> Decided:
    """Close a case that is none, saying why; it is not asked again while the text stays what it is."""
    if not reason.strip():
        raise NoReasonError
    with deed(actor, "address.decide", about=("address_case", case_id), detail={"kind": "dismiss"}) as connection:
        row = opened(connection, case_id, actor=actor)
        after = {"reason": workbench.shown(reason.strip()[:500])}
        return write_down(connection, row, "dismiss", actor=actor, at=at, before={}, after=after)


def write_down(  # noqa: PLR0913 - one argument for each thing a decision says
    connection: Connection, row: Row, kind: str, *, actor: Actor, at: datetime, before: dict[str, Any],
    after: dict[str, Any], part_of: int | None = None,
) -> Decided:  # fmt: skip
    """Take the case out of the queue and write the decision down."""
    workbench.settle(connection, county=row["county"], case_ids=[row["id"]], at=at)
    before = {**before, "state": row["state"], "ask_house_id": row["ask_house_id"]}
    decision = Decision(row["id"], kind, actor.account_id or None, at, before, after, part_of)
    return Decided(workbench.decide(connection, county=row["county"], decision=decision), row["id"])
