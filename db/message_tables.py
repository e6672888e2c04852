"""The tables of messages: whom an event is told, what was told, who has read it."""

from sqlalchemy import BigInteger, CheckConstraint, Index, PrimaryKeyConstraint, Table, text

from db.columns import at, county_key, fk, metadata, opt, pk, req, row_id

notice_rule = Table(
    "notice_rule", metadata, req("event"), req("recipient"), PrimaryKeyConstraint("event", "recipient"),
)  # fmt: skip

message = Table(
    "message", metadata, county_key(), row_id(), at("at", required=True), req("ticket_id", BigInteger),
    req("event_id", BigInteger), req("recipient"), opt("department"), opt("account_id", BigInteger), pk(),
    fk("ticket_id", "ticket"), fk("event_id", "ticket_event"), fk("department", "department", "code"),
    fk("account_id", "account"),
    CheckConstraint("num_nonnulls(department, account_id) = (recipient <> 'centre')::int", name="one_recipient"),
    Index(None, "county", "department", "id"), Index(None, "county", "ticket_id"),
    Index(None, "county", "account_id", "id", postgresql_where=text("account_id IS NOT NULL")),
    Index("message_county_centre_idx", "county", "id", postgresql_where=text("recipient = 'centre'")),
)  # fmt: skip

message_read = Table(
    "message_read", metadata, county_key(), req("message_id", BigInteger), req("account_id", BigInteger),
    at("at", required=True), pk("account_id", "message_id"), fk("message_id", "message"), fk("account_id", "account"),
    Index(None, "county", "message_id"),
)  # fmt: skip
