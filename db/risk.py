"""What the colour of a house is made of, and the colour written back."""

import json
from dataclasses import asdict
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from db import query
from inspections.deadline import SHANGHAI
from inspections.risk import OpenHazard, Risk, RiskFacts


def facts(connection: Connection, county: str, house_id: int, *, at: datetime) -> RiskFacts:
    """The facts of a house as they stand at a moment."""
    same: dict[str, Any] = {"county": county, "house_id": house_id}
    found = query.row(connection, "risk_facts", year_ago=at - timedelta(days=365), **same) or {}
    hazards = query.rows(connection, "risk_open_hazards", now=at, **same)
    granted_at = found["granted_at"]
    return RiskFacts(
        kind=found["kind"],
        persons=int(found["persons"] if found["persons"] is not None else found["headcount"] or 0),
        use_m2=None if found["unmeasured"] else found["use_m2"],
        open_hazards=tuple(_hazard(row, at) for row in hazards),
        last_visit_on=None if granted_at is None else granted_at.astimezone(SHANGHAI).date(),
        no_access=found["no_access"],
        reworks=found["reworks"],
    )


def write(
    connection: Connection, county: str, house_id: int, *, found: Risk, due_on: date | None, at: datetime
) -> None:
    """Write the colour of a house with its reasons (a list of ``{"key", "points", "params"}``, strongest first)."""
    reasons = json.dumps([asdict(reason) for reason in found.reasons], ensure_ascii=False)
    query.execute(
        connection, "risk_write", county=county, house_id=house_id, colour=found.colour.value, score=found.score,
        reasons=reasons, due_on=due_on, at=at,
    )  # fmt: skip


def _hazard(row: query.Row, at: datetime) -> OpenHazard:
    return OpenHazard(
        severity=row["severity"],
        age_days=max(0, (at - row["found_at"]).days),
        late=row["due_at"] is not None and row["due_at"] < at,
    )
