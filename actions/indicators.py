"""The indicators as the back door tells them."""

from collections.abc import Callable
from dataclasses import asdict
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection

from db import age, kpi, rollup, tile
from db.engine import transaction
from gis.errors import AnjuError
from inspections.deadline import SHANGHAI
from inspections.kpi import BadPeriodError, Rate


class NoSuchCountyError(AnjuError):
    """The record has no county {county}; it has {known}."""


def tell(
    from_on: date, to_on: date, *, by: kpi.By | None = None, county: str | None = None, as_of: datetime | None = None,
    known_at: datetime | None = None,
) -> dict[str, Any]:  # fmt: skip
    """The indicators of the days ``from_on`` to ``to_on`` (both counted, Asia/Shanghai) as JSON-ready values.

    ``rows`` holds one row a county and key, each with its counts and, by indicator, numerator, denominator, percent
    and its 95 % interval, and its ages (``db.age.Ages``; None where it has none). Without ``county`` every county of
    the record is told. With ``known_at`` only what the record had learnt by then counts.

    Raises
    ------
    NoSuchCountyError, inspections.kpi.BadPeriodError
        There is no such county, or the period ends before it begins.
    """
    from_at = datetime.combine(from_on, time(), SHANGHAI)
    to_at = datetime.combine(to_on + timedelta(days=1), time(), SHANGHAI)
    if from_at >= to_at:
        raise BadPeriodError(from_at=from_on, to_at=to_on)
    seen_at = as_of or datetime.now(SHANGHAI)
    asked: dict[str, Any] = {"from_at": from_at, "to_at": to_at, "by": by, "as_of": seen_at, "known_at": known_at}
    with transaction() as connection:
        rows = [
            {"county": one["county"], "county_name": one["name"], **_row(group), "ages": _ages(old.get(group.key))}
            for one in _counties(kpi.counties(connection), county)
            for old in [_old(connection, one["county"], kpi.Period(**asked))]
            for group in kpi.indicators(connection, county=one["county"], **asked)
        ]
    return {"from": from_on, "to": to_on, "as_of": seen_at, "known_at": known_at, "by": by, "rows": rows}


def rebuild_sums(county: str, *, told: Callable[[int, int], None] = lambda done, of: None) -> None:
    """Make the sums behind a county's figures and map anew; ``told`` hears months of figures done and in all.

    Raises ``NoSuchCountyError``.
    """
    with transaction() as connection:
        _counties(kpi.counties(connection), county)
        rollup.rebuild(connection, county=county, told=told)
        tile.rebuild(connection, county)


def _counties(known: list[dict[str, Any]], wanted: str | None) -> list[dict[str, Any]]:
    found = [one for one in known if wanted in (None, one["county"])]
    if wanted is not None and not found:
        raise NoSuchCountyError(county=wanted, known=", ".join(one["county"] for one in known))
    return found


def _row(group: kpi.Group) -> dict[str, Any]:
    return {
        "key": group.key, "name": group.name, "counts": {count.value: n for count, n in group.counts.items()},
        "indicators": {key: _rate(rate) for key, rate in group.rates.items()},
    }  # fmt: skip


def _old(connection: Connection, county: str, period: kpi.Period) -> dict[str | None, age.Ages]:
    return {one.key: one for one in age.ages(connection, county=county, period=period)}


def _ages(told: age.Ages | None) -> dict[str, Any] | None:
    if told is None:
        return None
    days = ("open", "median_days", "p90_days", "closed", "median_days_to_close")
    coverage = None if told.coverage is None else _rate(told.coverage)
    return {name: getattr(told, name) for name in days} | {"coverage": coverage}


def _rate(rate: Rate) -> dict[str, Any]:
    return {name: float(value) if isinstance(value, Decimal) else value for name, value in asdict(rate).items()}
