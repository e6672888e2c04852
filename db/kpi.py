"""Published indicators counted from tickets, and exactly the tickets behind each number.

The definitions are those of ``inspections.kpi.flags``; the database holds them a second time as ``ticket_flags``.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal

from sqlalchemy import Connection

from db import query, rollup
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


def indicators(  # noqa: PLR0913 - says what is counted
    connection: Connection, *, county: str, from_at: datetime, to_at: datetime, by: By | None = None,
    as_of: datetime | None = None, known_at: datetime | None = None, town: str | None = None,
) -> list[Group]:  # fmt: skip
    """Every indicator of a period with numerator and denominator, one group a key; without ``by`` exactly one group.

    ``by`` a person is by who put it right; ``town`` (9 digits) keeps its tickets alone; keys for which nothing counts
    are left out. Whole days up to a midnight or to after everything that has happened are read from ``db.rollup``, the
    rest is counted. Raises ``BadPeriodError``.
    """
    period = Period(from_at, to_at, as_of, by, known_at).parameters()
    found = [row for row in _counts(connection, county, period, town) if any(row[count] for count in Count)]
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
    """Week by week ``week_on`` (a Monday), ``opened``, ``closed`` (of what was filed), each week whole."""
    return rollup.trend(connection, county=county, from_at=from_at, to_at=to_at)


def bounces(connection: Connection, *, county: str, from_at: datetime, to_at: datetime) -> list[Row]:
    """How often who passed to whom: ``from_department``, ``to_department``, ``passed``."""
    return query.rows(connection, "kpi_bounces", county=county, from_at=from_at, to_at=to_at)


def bounce_cases(  # noqa: PLR0913 - says which number is opened
    connection: Connection, *, county: str, from_at: datetime, to_at: datetime, from_department: str,
    to_department: str, now: datetime, limit: int = 100_000,
) -> list[Row]:  # fmt: skip
    """The tickets (rows of ``db.ticket``) that one department passed to another one, the last passed first."""
    return query.rows(
        connection, "kpi_bounce_cases", county=county, from_at=from_at, to_at=to_at, from_department=from_department,
        to_department=to_department, now=now, soon=SOON, limit=limit,
    )  # fmt: skip


def counties(connection: Connection) -> list[Row]:
    """The counties of the record: county, name, name_en."""
    return query.rows(connection, "kpi_counties")


_KEPT: Mapping[By | None, rollup.Kind] = {None: "county", "town": "town", "department": "department"}


def _counts(connection: Connection, county: str, period: Mapping[str, Any], town: str | None) -> list[Row]:
    kind = _KEPT.get(period["by"]) if period["known_at"] is None and town is None else None
    asked = {name: period[name] for name in ("from_at", "to_at", "as_of")}
    if kind is None or not rollup.serves(connection, county=county, **asked):
        return query.rows(connection, "kpi_counts", county=county, town=town, **period)
    return [row | {"key": row["key"] or None} for row in rollup.counts(connection, county=county, kind=kind, **asked)]


def _group(row: Row, named: Mapping[str, Any]) -> Group:
    counts = {count: int(row[count.value]) for count in Count}
    return Group(row["key"], named.get("name"), named.get("name_en"), counts, rates(counts))
