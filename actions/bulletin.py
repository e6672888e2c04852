"""The bulletin of a period, as it is told in Word and in a workbook."""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta

from sqlalchemy import Connection

from db import kpi, settings
from db.engine import transaction
from db.kpi import Group
from exchange.bulletin_file import bulletin_docx, bulletin_xlsx
from inspections.access import Actor
from inspections.bulletin import Bulletin, Unit, span_before
from inspections.deadline import SHANGHAI, end_of

YEAR = timedelta(days=365)


def bulletin(
    first_on: date, last_on: date, *, actor: Actor, at: datetime, known_at: datetime | None = None
) -> Bulletin:
    """The bulletin of the days from ``first_on`` to ``last_on``, both counted, as of ``at``.

    With ``known_at`` only what the record had learnt by then counts. Raises ``inspections.kpi.BadPeriodError``.
    """
    actor.require("kpi.view")
    before = span_before(first_on, last_on)
    with transaction() as connection:
        (name,) = [one["name"] for one in kpi.counties(connection) if one["county"] == actor.county]
        (whole,) = _groups(connection, actor.county, first_on, last_on, at, known_at)
        (earlier,) = _groups(connection, actor.county, *before, end_of(before[1]), known_at)
        towns = _groups(connection, actor.county, first_on, last_on, at, known_at, by="town")
        departments = _groups(connection, actor.county, first_on, last_on, at, known_at, by="department")
        until = min(end_of(last_on), at)
        weeks = kpi.trend(connection, county=actor.county, from_at=until - YEAR, to_at=until)
    return Bulletin(
        county=name, first_on=first_on, last_on=last_on, made_at=at, whole=_unit(name, whole),
        before=_unit(name, earlier), towns=_units(towns), departments=_units(departments),
        weeks=[(row["week_on"], int(row["opened"]), int(row["closed"])) for row in weeks],
    )  # fmt: skip


def files(told: Bulletin, *, lang: str = "zh") -> dict[str, bytes]:
    """The bulletin as files by name: Word from the city's own template where it has one, and a workbook."""
    stem = f"bulletin_{told.first_on:%Y%m%d}_{told.last_on:%Y%m%d}"
    return {
        f"{stem}.docx": bulletin_docx(told, template=settings.bulletin_template(), lang=lang),
        f"{stem}.xlsx": bulletin_xlsx(told, lang=lang),
    }


def _groups(
    connection: Connection, county: str, first_on: date, last_on: date, at: datetime, known_at: datetime | None,
    by: kpi.By | None = None,
) -> list[Group]:  # fmt: skip
    return kpi.indicators(
        connection, county=county, from_at=datetime.combine(first_on, time(), SHANGHAI), to_at=end_of(last_on), by=by,
        as_of=at, known_at=known_at,
    )  # fmt: skip


def _unit(name: str, group: Group) -> Unit:
    return Unit(name, group.counts, group.rates)


def _units(groups: Iterable[Group]) -> list[Unit]:
    return [_unit(group.name or group.key, group) for group in groups if group.key]
