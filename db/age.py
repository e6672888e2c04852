"""How old open cases are, how fast cases were closed, how many houses were seen in time; and the rows behind each.

A case is open at the end of the period or at ``as_of``, whichever is first. Ages are days from the report, pauses
included: what a landlord or a tenant waits. The register keeps no past: coverage is told as the houses stand, by the
day of ``as_of`` and not of the period, and not at all where ``known_at`` asks for what was known earlier.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Connection

from db import query
from db.kpi import Period
from db.query import Row
from db.ticket import SOON
from inspections.deadline import SHANGHAI
from inspections.kpi import Rate, rate

Of = Literal["open", "closed"]
PLACES = (None, "town", "village", "grid")
"""The keys by which houses can be told apart, too; a house is no department's."""


@dataclass(frozen=True, slots=True)
class Ages:
    """The ages of one town, department, ... (``key`` None: the whole county); None where there is nothing to tell.

    ``median_days`` and ``p90_days`` are of the ``open``; ``median_days_to_close`` of the ``closed``; ``coverage`` is
    houses seen within the interval of their colour of all that stand, None by what is no place.
    """

    key: str | None
    name: str | None
    name_en: str | None
    open: int
    median_days: float | None
    p90_days: float | None
    closed: int
    median_days_to_close: float | None
    coverage: Rate | None


def ages(connection: Connection, *, county: str, period: Period) -> list[Ages]:
    """The ages of a period, one a key, in their order; without ``by`` exactly one. Raises ``BadPeriodError``."""
    given = _given(period)
    told = {"county": county, "by": period.by}
    tickets = {"at": given["at"], "known_at": period.known_at, **told}
    opened = _by_key(query.rows(connection, "age_open", **tickets))
    closed = _by_key(query.rows(connection, "age_closed", from_at=period.from_at, **tickets))
    houses: dict[str | None, Row] = {}
    if period.known_at is None and period.by in PLACES:
        houses = _by_key(query.rows(connection, "age_coverage", on=given["on"], **told))
    names = _by_key(query.rows(connection, "kpi_names", county=county)) if period.by else {}
    keys = {None} if period.by is None else {*opened, *closed, *houses} - {None}
    return [
        _ages(key, opened.get(key, {}), closed.get(key, {}), houses.get(key), names.get(key, {}))
        for key in sorted(keys, key=lambda one: one or "")
    ]


def cases(
    connection: Connection, *, county: str, period: Period, of: Of, key: str | None = None, limit: int = 100_000
) -> list[Row]:
    """The tickets (rows of ``db.ticket``) behind one number: open ones, oldest first, or closed ones, slowest first.

    Raises ``BadPeriodError``.
    """
    given = {"county": county, "at": _given(period)["at"], "by": period.by, "key": key, "limit": limit,
             "known_at": period.known_at, "soon": SOON}  # fmt: skip
    if of == "open":
        return query.rows(connection, "age_open_cases", **given)
    return query.rows(connection, "age_closed_cases", from_at=period.from_at, **given)


def houses(
    connection: Connection, *, county: str, period: Period, covered: bool, key: str | None = None,
    limit: int = 100_000,
) -> list[Row]:  # fmt: skip
    """The houses seen within their interval, or those that were not: never seen ones first, then the longest unseen.

    Rows: id, code, address, parts, village, town, village_name, kind, colour, last_visit_at, due_on, grid. Raises
    ``BadPeriodError``.
    """
    return query.rows(connection, "age_houses", county=county, on=_given(period)["on"], by=period.by, key=key,
                      covered=covered, limit=limit)  # fmt: skip


def _given(period: Period) -> dict[str, Any]:
    told = period.parameters()
    at: datetime = min(told["to_at"], told["as_of"])
    return {"at": at, "on": told["as_of"].astimezone(SHANGHAI).date()}


def _by_key(rows: list[Row]) -> dict[str | None, Row]:
    return {row["key"]: row for row in rows}


def _ages(
    key: str | None, opened: Mapping[str, Any], closed: Mapping[str, Any], stands: Row | None, named: Mapping[str, Any]
) -> Ages:
    return Ages(
        key, named.get("name"), named.get("name_en"), int(opened.get("n", 0)), _round(opened.get("median_days")),
        _round(opened.get("p90_days")), int(closed.get("n", 0)), _round(closed.get("median_days")),
        None if stands is None else rate(int(stands["covered"]), int(stands["houses"])),
    )  # fmt: skip


def _round(days: float | None) -> float | None:
    return None if days is None else round(days, 1)
