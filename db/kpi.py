"""Published indicators counted from tickets, and exactly the tickets behind each number.

The definitions are those of ``inspections.kpi.flags``; the database holds them a second time as ``ticket_flags``.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal

from sqlalchemy import Connection

from db import query
from db.query import Row
from db.ticket import SOON
from gis.errors import AnjuError
from inspections.kpi import INDICATORS, BadPeriodError, Count, Rate, rates

By = Literal["town", "village", "grid", "department", "hazard", "severity", "source", "person"]
Part = Literal["numerator", "denominator"]


class NoSuchIndicatorError(AnjuError):
    """There is no indicator {indicator}."""


@dataclass(frozen=True, slots=True)
class Period:
    """``from_at`` <= t < ``to_at``, seen ``as_of`` a moment (None: now), broken down ``by`` a key or not at all.

    ``as_of`` says what had happened; with ``known_at`` only what the record had learnt by then counts, so that a late
    correction does not rewrite what was published.
    """

    from_at: datetime
    to_at: datetime
    as_of: datetime | None = None
    by: By | None = None
    known_at: datetime | None = None

    def parameters(self) -> dict[str, Any]:
        """As the queries take it; raises ``BadPeriodError``."""
        if self.from_at >= self.to_at:
            raise BadPeriodError(from_at=self.from_at, to_at=self.to_at)
        as_of = self.as_of or datetime.now(UTC)
        return {
            "from_at": self.from_at, "to_at": self.to_at, "as_of": as_of, "by": self.by, "known_at": self.known_at,
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Group:
    """The counts and rates of one town, department, ... (``key`` None: the whole county)."""

    key: str | None
    name: str | None
    name_en: str | None
    counts: Mapping[Count, int]
    rates: Mapping[str, Rate]


def indicators(
    connection: Connection, *, county: str, from_at: datetime, to_at: datetime, by: By | None = None,
    as_of: datetime | None = None, known_at: datetime | None = None,
) -> list[Group]:  # fmt: skip
    """Every indicator of a period with numerator and denominator, one group a key; without ``by`` exactly one group.

    ``by`` a person is by who put it right. Raises ``BadPeriodError``.
    """
    period = Period(from_at, to_at, as_of, by, known_at).parameters()
    found = query.rows(connection, "kpi_counts", county=county, **period)
    if by is None and not found:
        found = [{"key": None, **dict.fromkeys(Count, 0)}]
    names = {row["key"]: row for row in query.rows(connection, "kpi_names", county=county)} if by else {}
    return [_group(row, names.get(row["key"], {})) for row in found]


def cases(  # noqa: PLR0913 - says which number is opened
    connection: Connection, *, county: str, from_at: datetime, to_at: datetime, indicator: str,
    part: Part = "numerator", by: By | None = None, key: str | None = None, as_of: datetime | None = None,
    known_at: datetime | None = None, limit: int = 100_000,
) -> list[Row]:  # fmt: skip
    """Exactly the tickets (rows of ``db.ticket``) that one part of an indicator counts, of one key if it is given.

    Raises ``NoSuchIndicatorError`` and ``BadPeriodError``.
    """
    known = {row.key: row for row in INDICATORS}
    if indicator not in known:
        raise NoSuchIndicatorError(indicator=indicator)
    count = known[indicator].numerator if part == "numerator" else known[indicator].denominator
    period = Period(from_at, to_at, as_of, by, known_at).parameters()
    return query.rows(
        connection, "kpi_cases", county=county, count=count.value, key=key, limit=limit, now=period["as_of"], soon=SOON,
        **period,
    )  # fmt: skip


def trend(connection: Connection, *, county: str, from_at: datetime, to_at: datetime) -> list[Row]:
    """Week by week ``week_on`` (a Monday), ``opened``, ``closed``; the first week is the one ``from_at`` lies in."""
    return query.rows(connection, "kpi_trend", county=county, from_at=from_at, to_at=to_at)


def bounces(connection: Connection, *, county: str, from_at: datetime, to_at: datetime) -> list[Row]:
    """Who passed how many tickets to whom: ``from_department``, ``to_department``, ``tickets``."""
    return query.rows(connection, "kpi_bounces", county=county, from_at=from_at, to_at=to_at)


def counties(connection: Connection) -> list[Row]:
    """The counties of the record: county, name, name_en."""
    return query.rows(connection, "kpi_counties")


def _group(row: Row, named: Mapping[str, Any]) -> Group:
    counts = {count: int(row[count.value]) for count in Count}
    return Group(row["key"], named.get("name"), named.get("name_en"), counts, rates(counts))
