"""The tables of the clock: holidays that a county entered."""

from sqlalchemy import BigInteger, CheckConstraint, Date, SmallInteger, Table
from sqlalchemy.dialects.postgresql import ARRAY

from db.columns import at, county_key, fk, metadata, opt, pk, req

holiday_year = Table(
    "holiday_year", metadata, county_key(), req("year", SmallInteger), req("source"), req("holidays", ARRAY(Date)),
    req("workdays", ARRAY(Date)), at("entered_at", required=True), opt("account_id", BigInteger), pk("year"),
    fk("account_id", "account"), CheckConstraint("source <> ''", name="source"),
    CheckConstraint("year BETWEEN 2000 AND 2100", name="year"),
    CheckConstraint("cardinality(holidays) > 0 AND NOT holidays && workdays", name="holidays"),
)  # fmt: skip
