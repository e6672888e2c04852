"""What the colour of a house is made of, and the colour written back."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import Connection

from db import query
from inspections.deadline import SHANGHAI
from inspections.risk import OpenHazard, Risk, RiskFacts


@dataclass(frozen=True, slots=True)
class Known:
    """A house's facts of risk, and what calls for a visit besides: let again, a complaint, an addition."""

    house_id: int
    facts: RiskFacts
    relet_on: date | None
    complained_on: date | None
    addition_on: date | None


@dataclass(frozen=True, slots=True)
class Found:
    """What a house was found to be, and the day it is due."""

    house_id: int
    risk: Risk
    due_on: date | None


def known(connection: Connection, county: str, *, at: datetime, house_id: int | None = None) -> list[Known]:
    """What is known of every active house of a county, or of one house, as it stands at a moment."""
    year_ago = at - timedelta(days=365)
    rows = query.rows(connection, "risk_facts", county=county, house_id=house_id, now=at, year_ago=year_ago)
    return [
        Known(row["id"], _facts(row, at), row["relet_on"], row["complained_on"], row["addition_on"]) for row in rows
    ]


def facts(connection: Connection, county: str, house_id: int, *, at: datetime) -> RiskFacts:
    """The facts of a house as they stand at a moment."""
    return known(connection, county, at=at, house_id=house_id)[0].facts


def write(
    connection: Connection, county: str, house_id: int, *, found: Risk, due_on: date | None, at: datetime
) -> None:
    """Write the colour of a house with its reasons (a list of ``{"key", "points", "params"}``, strongest first)."""
    query.execute(
        connection, "risk_write", county=county, house_id=house_id, colour=found.colour.value, score=found.score,
        reasons=json.dumps(_reasons(found), ensure_ascii=False), due_on=due_on, at=at,
    )  # fmt: skip


def write_many(connection: Connection, county: str, found: Sequence[Found], *, at: datetime) -> int:
    """Write the colours of many houses in one statement; how many of them changed."""
    rows = [
        {
            "id": one.house_id, "colour": one.risk.colour.value, "score": one.risk.score,
            "reasons": _reasons(one.risk), "due_on": None if one.due_on is None else one.due_on.isoformat(),
        }
        for one in found
    ]  # fmt: skip
    told = json.dumps(rows, ensure_ascii=False)
    return query.execute(connection, "risk_write_many", county=county, rows=told, at=at)


def complained(connection: Connection, county: str, house_id: int, *, on: date) -> None:
    """Note that somebody complained of a house; the first complaint since the last visit counts."""
    query.execute(connection, "risk_complained", county=county, house_id=house_id, on=on)


def _reasons(found: Risk) -> list[dict[str, object]]:
    return [reason.as_dict() for reason in found.reasons]


def _facts(row: query.Row, at: datetime) -> RiskFacts:
    granted_at = row["granted_at"]
    return RiskFacts(
        kind=row["kind"],
        persons=int(row["persons"] if row["persons"] is not None else row["headcount"] or 0),
        use_m2=None if row["unmeasured"] else row["use_m2"],
        open_hazards=_open(row, at),
        last_visit_on=None if granted_at is None else granted_at.astimezone(SHANGHAI).date(),
        no_access=row["no_access"],
        reworks=int(row["reworks"]),
        floors=row["floors"],
        stairs=row["stairs"],
        business=row["business"],
        closed_days=tuple(max(0, (at - closed_at).days) for closed_at in row["closed_at"] or ()),
        complaints=row["complaints"],
        new_tenants=row["new_tenants"] and granted_at is not None,
    )


def _open(row: query.Row, at: datetime) -> tuple[OpenHazard, ...]:
    """Hazards nobody has closed; a finding outside every ticket has no deadline."""
    columns = zip(row["severities"] or (), row["found_at"] or (), row["due_at"] or (), strict=True)
    return tuple(
        OpenHazard(severity, max(0, (at - found_at).days), due_at is not None and due_at < at)
        for severity, found_at, due_at in columns
    )
