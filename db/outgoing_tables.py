"""The tables of what leaves the system: channels, and what was put down to be sent over them."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Index,
    LargeBinary,
    SmallInteger,
    Table,
    Time,
    UniqueConstraint,
    text,
)

from db.columns import at, county_key, fk, metadata, one_of, opt, pk, req, row_id

channel = Table(
    "channel", metadata, county_key(), row_id(), req("name"), req("kind"), req("address", LargeBinary), req("shown"),
    req("owner"), opt("department"), opt("account_id", BigInteger), opt("quiet_from", Time), opt("quiet_until", Time),
    opt("digest_at", Time), req("wakes", Boolean), req("lang"), at("made_at", required=True), at("ended_at"), pk(),
    fk("department", "department", "code"), fk("account_id", "account"),
    one_of("kind", "'mail', 'wecom', 'dingtalk', 'feishu', 'webhook'"),
    one_of("owner", "'department', 'centre', 'account'"), one_of("lang", "'zh', 'en'"),
    CheckConstraint("(department IS NOT NULL) = (owner = 'department') "
                    "AND (account_id IS NOT NULL) = (owner = 'account')", name="one_owner"),
    CheckConstraint("(quiet_from IS NULL) = (quiet_until IS NULL)", name="quiet_pair"),
    Index("channel_county_owner_department_idx", "county", "owner", "department",
          postgresql_where=text("ended_at IS NULL")),
)  # fmt: skip

outgoing = Table(
    "outgoing", metadata, county_key(), row_id(), req("channel_id", BigInteger), req("message_id", BigInteger),
    at("at", required=True), req("state"), req("tries", SmallInteger, "0"), opt("error"),
    at("changed_at", required=True), pk(), fk("channel_id", "channel"), fk("message_id", "message"),
    UniqueConstraint("county", "channel_id", "message_id"), one_of("state", "'waiting', 'sent', 'dead', 'dropped'"),
    Index("outgoing_county_channel_id_state_idx", "county", "channel_id", "state",
          postgresql_where=text("state IN ('waiting', 'dead')")),
    Index(None, "county", "message_id"),
)  # fmt: skip
