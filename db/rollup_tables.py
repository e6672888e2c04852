"""The tables of the sums from which indicators are read, and of how long cases take."""

from sqlalchemy import BigInteger, Column, Date, Integer, Interval, Table

from db.columns import at, county_key, metadata, one_of, pk, req, row_id
from inspections.kpi import Count


def _counts() -> list[Column[int]]:
    return [req(count.value, BigInteger, "0") for count in Count]


kpi_unit = Table(
    "kpi_unit", metadata, county_key(), row_id(), req("town"), req("lead"), req("a", Date), req("b", Date), *_counts(),
    pk(),
)  # fmt: skip

kpi_cell = Table(
    "kpi_cell", metadata, county_key(), req("kind"), req("grain"), req("a", Date), req("b", Date), req("key"),
    *_counts(), pk("kind", "grain", "a", "b", "key"), one_of("kind", "'county', 'town', 'department'"),
    one_of("grain", "'day-day', 'day-month', 'month-day', 'month-month'"),
)  # fmt: skip

ticket_usual = Table(
    "ticket_usual", metadata, county_key(), req("hazard"), req("usual", Interval), req("cases", Integer),
    at("made_at", required=True), pk("hazard"),
)  # fmt: skip
