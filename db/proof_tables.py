"""The tables of proof: pictures, the random second look at what was closed, further reports of a case."""

from sqlalchemy import BigInteger, Boolean, CheckConstraint, Index, Integer, Table, UniqueConstraint, text

from db.columns import at, county_key, fk, geom, metadata, one_of, opt, pk, req, row_id

reinspection_draw = Table(
    "reinspection_draw", metadata, county_key(), row_id(), at("from_at", required=True), at("to_at", required=True),
    at("drawn_at", required=True), req("account_id", BigInteger), req("seed"), req("closures", Integer), pk(),
    UniqueConstraint("county", "from_at", "to_at"), fk("account_id", "account"),
    CheckConstraint("seed ~ '^[0-9a-f]{64}$'", name="seed"), CheckConstraint("from_at < to_at", name="period"),
)  # fmt: skip

reinspection = Table(
    "reinspection", metadata, county_key(), row_id(), req("draw_id", BigInteger), req("ticket_id", BigInteger),
    req("seq", Integer), at("due_at", required=True), opt("held", Boolean), opt("note"), opt("account_id", BigInteger),
    at("done_at"), pk(), UniqueConstraint("county", "draw_id", "ticket_id"), fk("draw_id", "reinspection_draw"),
    fk("ticket_id", "ticket"), fk("account_id", "account"),
    CheckConstraint("(held IS NULL) = (done_at IS NULL) AND (held IS NULL) = (account_id IS NULL)", name="done"),
    CheckConstraint("held IS NOT FALSE OR note IS NOT NULL", name="said_why"), Index(None, "county", "ticket_id"),
    Index("reinspection_county_todo_idx", "county", "due_at", postgresql_where=text("done_at IS NULL")),
)  # fmt: skip

repeat_report = Table(
    "repeat_report", metadata, county_key(), row_id(), req("ticket_id", BigInteger), req("house_id", BigInteger),
    req("hazard"), req("words"), req("complaint", Boolean, "false"), req("account_id", BigInteger),
    at("at", required=True), pk(), fk("ticket_id", "ticket"), fk("house_id", "house"), fk("account_id", "account"),
    CheckConstraint("words <> ''", name="words"), Index(None, "county", "ticket_id"),
)  # fmt: skip

evidence = Table(
    "evidence", metadata, county_key(), row_id(), req("sha256"), req("kind"), req("mime"), req("bytes", Integer),
    req("width", Integer), req("height", Integer), at("taken_at"), geom("POINT"), opt("visit_id", BigInteger),
    opt("ticket_id", BigInteger), opt("room_id", BigInteger), opt("fact"), opt("account_id", BigInteger),
    at("created_at", now=True), pk(), fk("visit_id", "visit"), fk("ticket_id", "ticket"), fk("room_id", "room"),
    fk("account_id", "account"), one_of("kind", "'before', 'after', 'other'"),
    CheckConstraint("sha256 ~ '^[0-9a-f]{64}$'", name="sha256"), Index(None, "county", "ticket_id"),
    Index(None, "county", "visit_id"), Index(None, "county", "sha256"),
)  # fmt: skip
