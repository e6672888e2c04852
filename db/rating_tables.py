"""The table of ratings that people gave."""

from sqlalchemy import BigInteger, Boolean, CheckConstraint, Index, Numeric, SmallInteger, Table, text
from sqlalchemy.dialects.postgresql import ARRAY

from db.columns import at, county_key, fk, metadata, opt, pk, req, row_id

rating = Table(
    "rating", metadata, county_key(), row_id(), req("ticket_id", BigInteger), req("account_id", BigInteger),
    at("at", required=True), req("hazard"), req("likelihood", SmallInteger), req("spread", ARRAY(Numeric(4, 1))),
    req("exposed", SmallInteger), opt("note"), req("blind", Boolean, "false"), pk(), fk("ticket_id", "ticket"),
    fk("account_id", "account"), CheckConstraint("likelihood BETWEEN 1 AND 5600", name="likelihood"),
    CheckConstraint(
        "cardinality(spread) = 4 AND 0 <= ALL (spread) AND spread[1] + spread[2] + spread[3] + spread[4] = 100",
        name="spread",
    ),
    CheckConstraint("exposed BETWEEN 1 AND 10000", name="exposed"), Index(None, "county", "ticket_id"),
    Index("rating_county_blind_idx", "county", "ticket_id", "hazard", postgresql_where=text("blind")),
)  # fmt: skip
