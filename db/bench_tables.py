"""The tables of the address workbench: cases, decisions, names learnt and the quality of matching."""

from sqlalchemy import BigInteger, CheckConstraint, Date, Double, Index, Integer, Table, text
from sqlalchemy.dialects.postgresql import JSONB

from db.columns import (
    CASE_KINDS,
    DECISION_KINDS,
    at,
    county_key,
    fk,
    geom,
    metadata,
    no_overlap,
    one_of,
    opt,
    pk,
    req,
    row_id,
    since,
    valid_geometry,
)

address_case = Table(
    "address_case", metadata, county_key(), row_id(), req("kind"), opt("address_id", BigInteger),
    opt("quarantine_id", BigInteger), req("text"), opt("village"), opt("town"), req("source"),
    req("badness", Double, "0"), req("detail", JSONB, "'{}'::jsonb"), req("candidates", JSONB, "'[]'::jsonb"),
    geom("POINT"), req("state", default="'open'"), opt("ask_house_id", BigInteger), at("opened_at", now=True),
    at("decided_at"), pk(), fk("address_id", "address"), fk("quarantine_id", "quarantine"),
    fk("ask_house_id", "house"), one_of("kind", CASE_KINDS), one_of("state", "'open', 'on_site', 'decided'"),
    CheckConstraint("(address_id IS NULL) <> (quarantine_id IS NULL)", name="one_subject"),
    CheckConstraint("(state = 'decided') = (decided_at IS NOT NULL)", name="decided_at"),
    CheckConstraint("state <> 'on_site' OR ask_house_id IS NOT NULL", name="asked_somewhere"), valid_geometry(),
    Index("address_case_one_open_idx", "county", "address_id", "kind", unique=True,
          postgresql_where=text("state <> 'decided'")),
    Index("address_case_one_open_row_idx", "county", "quarantine_id", "kind", unique=True,
          postgresql_where=text("state <> 'decided'")),
    Index("address_case_worst_idx", "county", text("badness DESC"), "id", postgresql_where=text("state = 'open'")),
    Index(None, "county", "address_id"), Index(None, "county", "quarantine_id"),
    Index("address_case_asked_idx", "county", "ask_house_id", postgresql_where=text("state = 'on_site'")),
)  # fmt: skip

address_name_alias = Table(
    "address_name_alias", metadata, county_key(), row_id(), req("written"), req("kind"), req("means"),
    req("within", default="''"), since(), opt("account_id", BigInteger), pk(), fk("account_id", "account"),
    no_overlap("address_name_alias", "written", "within"), one_of("kind", "'division', 'road', 'estate'"),
    CheckConstraint("written <> '' AND means <> '' AND written <> means", name="says_something"),
)  # fmt: skip

address_decision = Table(
    "address_decision", metadata, county_key(), row_id(), req("case_id", BigInteger), opt("account_id", BigInteger),
    at("at", required=True), req("kind"), req("before", JSONB, "'{}'::jsonb"), req("after", JSONB, "'{}'::jsonb"),
    opt("part_of", BigInteger), at("undone_at"), opt("undone_by", BigInteger), pk(), fk("case_id", "address_case"),
    fk("account_id", "account"), fk("undone_by", "account"), fk("part_of", "address_decision"),
    one_of("kind", DECISION_KINDS),
    CheckConstraint("undone_at IS NOT NULL OR undone_by IS NULL", name="undone"), Index(None, "county", "case_id"),
    Index(None, "county", "account_id", "at"), Index(None, "county", "part_of"),
)  # fmt: skip

address_quality = Table(
    "address_quality", metadata, county_key(), req("on_date", Date), req("town"), req("source"), req("level"),
    req("addresses", Integer), pk("on_date", "town", "source", "level"),
    CheckConstraint("addresses >= 0", name="addresses"),
)  # fmt: skip
