"""The record's tables as declared to SQLAlchemy Core and GeoAlchemy2.

The migrations under ``migrations/`` build the same tables; ``tests/db/test_schema.py`` builds both and finds
no difference. ``county`` leads every business key, so that the record can be partitioned by county.
Storage CRS is EPSG:4490, longitude first.
"""

from typing import Any

from geoalchemy2 import Geometry
from sqlalchemy import (
    CHAR,
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Computed,
    Date,
    DateTime,
    Double,
    ForeignKeyConstraint,
    Identity,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    SmallInteger,
    Table,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, DATERANGE, JSONB, ExcludeConstraint
from sqlalchemy.sql.type_api import TypeEngine

SRID = 4490
COLOURS = "'red', 'orange', 'yellow', 'green', 'unseen'"
HOUSE_KINDS = "'self_built', 'apartment', 'dormitory', 'mixed_use', 'converted', 'other'"
ROOM_KINDS = (
    "'bedroom', 'living', 'kitchen', 'bathroom', 'balcony', 'corridor', 'garage', 'storage', 'basement', "
    "'partition', 'shop', 'workshop'"
)
STATES = (
    "'REPORTED', 'VERIFIED', 'FILED', 'DISPATCHED', 'ACCEPTED', 'RETURNED', 'RULING', 'RECTIFYING', "
    "'EXTENSION_REQ', 'SUBMITTED', 'RECHECK', 'REWORK', 'SUSPENDED', 'REFERRED', 'ESCALATED', 'CLOSED', 'VOID'"
)

MATCH_LEVELS = (
    "'none', 'town', 'village', 'road', 'crossing', 'landmark', 'neighbour', 'door', 'building', 'suite', 'room', "
    "'survey', 'manual'"
)
CASE_KINDS = "'unmatched', 'ambiguous', 'contradictory', 'duplicate', 'far'"
DECISION_KINDS = "'accept', 'pin', 'on_site', 'alias', 'split', 'merge', 'renumber', 'dismiss'"

metadata = MetaData(
    naming_convention={
        "pk": "%(table_name)s_pkey",
        "fk": "%(table_name)s_%(column_0_N_name)s_fkey",
        "uq": "%(table_name)s_%(column_0_N_name)s_key",
        "ck": "%(table_name)s_%(constraint_name)s_check",
        "ix": "%(table_name)s_%(column_0_N_name)s_idx",
    }
)


def _county() -> Column[str]:
    return Column("county", CHAR(6), nullable=False)


def _id() -> Column[int]:
    return Column("id", BigInteger, Identity(always=False), nullable=False)


def _req(name: str, kind: TypeEngine[Any] | type[TypeEngine[Any]] = Text, default: str | None = None) -> Column[Any]:
    return Column(name, kind, nullable=False, server_default=text(default) if default is not None else None)


def _opt(name: str, kind: TypeEngine[Any] | type[TypeEngine[Any]] = Text) -> Column[Any]:
    return Column(name, kind, nullable=True)


def _at(name: str, *, required: bool = False, now: bool = False) -> Column[Any]:
    default = text("now()") if now else None
    return Column(name, DateTime(timezone=True), nullable=not (required or now), server_default=default)


def _geom(kind: str, name: str = "geom") -> Column[Any]:
    return Column(name, Geometry(kind, srid=SRID, spatial_index=False), nullable=True)


def _pk(*columns: str) -> PrimaryKeyConstraint:
    return PrimaryKeyConstraint("county", *(columns or ("id",)))


def _fk(column: str, table: str, target: str = "id") -> ForeignKeyConstraint:
    return ForeignKeyConstraint(["county", column], [f"{table}.county", f"{table}.{target}"])


def _valid_geometry(name: str = "geom") -> CheckConstraint:
    return CheckConstraint(f"ST_IsValid({name}) AND NOT ST_IsEmpty({name})", name=f"{name}_valid")


def _one_of(column: str, values: str) -> CheckConstraint:
    return CheckConstraint(f"{column} IN ({values})", name=column)


def _no_overlap(table: str, *columns: str, where: str | None = None) -> ExcludeConstraint:
    parts = [("county", "="), *((column, "=") for column in columns), ("valid", "&&")]
    return ExcludeConstraint(
        *parts, using="gist", name=f"{table}_no_overlap_excl", where=text(where) if where else None
    )


def _since() -> Column[Any]:
    return Column("valid", DATERANGE, nullable=False, server_default=text("daterange(CURRENT_DATE, NULL)"))


# --- where -----------------------------------------------------------------------------------------------

county = Table(
    "county", metadata, _county(), _req("name"), _req("name_en"), _geom("MULTIPOLYGON"),
    _req("projected_crs", default="'EPSG:4549'"), _req("model", Boolean, "false"),
    _req("settings", JSONB, "'{}'::jsonb"), PrimaryKeyConstraint("county"), _valid_geometry(),
    CheckConstraint("county ~ '^[0-9]{6}$'", name="code"),
)  # fmt: skip

division = Table(
    "division", metadata, _county(), _req("code_system", default="'stat'"), _req("code"), _req("level"), _req("name"),
    _opt("parent"), _opt("urban_class"), _req("version"), _req("addressable", Boolean, "true"),
    _req("synthetic_geometry", Boolean, "false"), _geom("POINT", "centre"), _geom("MULTIPOLYGON"),
    _since(), _opt("source"), _pk("code_system", "code"), _one_of("code_system", "'stat', 'civil'"),
    _one_of("level", "'county', 'town', 'village'"), _valid_geometry(),
    CheckConstraint("code ~ '^([0-9]{6}|[0-9]{9}|[0-9]{12})$' AND starts_with(code, county)", name="code"),
    Index(None, "geom", postgresql_using="gist"),
)  # fmt: skip

division_change = Table(
    "division_change", metadata, _county(), _id(), _req("code_system", default="'stat'"), _opt("old_code"),
    _opt("new_code"), _req("changed_on", Date), _req("kind"), _opt("source"), _opt("old_name"), _opt("new_name"), _pk(),
    _one_of("kind", "'rename', 'recode', 'merge', 'split', 'abolish', 'establish'"),
    CheckConstraint("(kind = 'establish') = (old_code IS NULL) AND (kind = 'abolish') = (new_code IS NULL)", name="codes"),
)  # fmt: skip

code_serial = Table(
    "code_serial", metadata, _county(), _req("village"), _req("last_serial", Integer, "0"), _pk("village"),
    CheckConstraint("last_serial BETWEEN 0 AND 99999", name="range"),
)  # fmt: skip

address = Table(
    "address", metadata, _county(), _id(), _req("code"), _req("level"), _opt("parent_id", BigInteger), _req("text"),
    _req("parts", JSONB, "'{}'::jsonb"), _geom("POINT"), _req("source"), _opt("source_crs"),
    _req("match_level", default="'none'"), _opt("match_score", Double), _opt("uncertainty_m", Double),
    _req("status", default="'active'"), _opt("successor_id", BigInteger), _at("created_at", now=True),
    _opt("retired_event_id", BigInteger), _pk(), UniqueConstraint("county", "code"), _fk("parent_id", "address"),
    _fk("successor_id", "address"), _fk("retired_event_id", "code_event"),
    CheckConstraint("(status = 'retired') = (retired_event_id IS NOT NULL)", name="retired"),
    _one_of("level", "'house', 'unit', 'suite', 'room'"), _one_of("status", "'active', 'retired'"),
    _opt("match_key"), _one_of("match_level", MATCH_LEVELS),
    CheckConstraint("code ~ '^[0-9]{25}[0-9X]$' AND starts_with(code, county)", name="code"),
    _valid_geometry(), Index(None, "county", "parent_id"),
    Index("address_house_text_idx", "text", postgresql_using="gin", postgresql_ops={"text": "gin_trgm_ops"},
          postgresql_where=text("level = 'house'")),
    Index(None, "county", "match_key", postgresql_where=text("level = 'house'")),
)  # fmt: skip

address_alias = Table(
    "address_alias", metadata, _county(), _id(), _req("address_id", BigInteger), _req("scheme"), _req("value"),
    _since(), _pk(), _fk("address_id", "address"), _no_overlap("address_alias", "scheme", "value"),
    _one_of("scheme", "'JGJ246', 'BDCDY28', 'GA_ADDR', 'SZ25', 'DOORPLATE', 'METER_ELEC', 'METER_WATER', "
            "'LEASE_FILING', 'REGISTER', 'TEXT'"),
)  # fmt: skip

CODE_DEEDS = "'split', 'merge', 'renumber', 'demolish', 'move'"

code_event = Table(
    "code_event", metadata, _county(), _id(), _req("kind"), _at("at", required=True), _opt("account_id", BigInteger),
    _req("reason"), _req("before", JSONB, "'{}'::jsonb"), _req("after", JSONB, "'{}'::jsonb"), _at("undone_at"),
    _opt("undone_by", BigInteger), _opt("undone_reason"), _pk(), _fk("account_id", "account"),
    _fk("undone_by", "account"), _one_of("kind", CODE_DEEDS),
    CheckConstraint("(undone_at IS NULL) = (undone_reason IS NULL)", name="undone"),
)  # fmt: skip

address_lineage = Table(
    "address_lineage", metadata, _county(), _id(), _req("event_id", BigInteger), _req("old_address_id", BigInteger),
    _opt("new_address_id", BigInteger), _req("kind"), _pk(), _fk("event_id", "code_event"),
    _fk("old_address_id", "address"), _fk("new_address_id", "address"), _one_of("kind", CODE_DEEDS),
    CheckConstraint("(kind = 'demolish') = (new_address_id IS NULL)", name="successor"),
    CheckConstraint("(kind = 'renumber') = (old_address_id IS NOT DISTINCT FROM new_address_id)", name="renumber"),
    Index(None, "county", "event_id"), Index(None, "county", "old_address_id"), Index(None, "county", "new_address_id"),
)  # fmt: skip

# --- who -------------------------------------------------------------------------------------------------

department = Table(
    "department", metadata, _county(), _req("code"), _req("name"), _req("name_en"), _pk("code"),
)  # fmt: skip

account = Table(
    "account", metadata, _county(), _id(), _req("login"), _req("name"), _req("password_hash"), _opt("department"),
    _req("active", Boolean, "true"), _req("demo", Boolean, "false"), _req("language", default="'zh'"),
    _at("created_at", now=True), _pk(), UniqueConstraint("login"), _fk("department", "department", "code"),
    _one_of("language", "'zh', 'en'"), CheckConstraint("login = lower(login) AND login <> ''", name="login"),
)  # fmt: skip

role_grant = Table(
    "role_grant", metadata, _county(), _id(), _req("account_id", BigInteger), _req("role"), _req("area_kind"),
    _req("area_code"), _since(), _pk(), _fk("account_id", "account"),
    _no_overlap("role_grant", "account_id", "role", "area_kind", "area_code"),
    _one_of("role", "'inspector', 'department', 'centre', 'leader', 'admin'"),
    _one_of("area_kind", "'county', 'town', 'village', 'grid', 'department'"),
)  # fmt: skip

session = Table(
    "session", metadata, _county(), _req("token_hash", LargeBinary), _req("account_id", BigInteger),
    _at("created_at", now=True), _at("expires_at", required=True), _at("seen_at", now=True), _at("ended_at"),
    _pk("token_hash"), _fk("account_id", "account"), UniqueConstraint("token_hash"),
)  # fmt: skip

sign_in_attempt = Table(
    "sign_in_attempt", metadata, _id(), _req("login"), _req("client"), _at("at", now=True), _req("succeeded", Boolean),
    PrimaryKeyConstraint("id"), Index(None, "login", "at"), Index(None, "client", "at"),
)  # fmt: skip

deed = Table(
    "deed", metadata, _county(), _id(), _at("at", now=True), _opt("account_id", BigInteger), _req("name"),
    _opt("object_kind"), _opt("object_id"), _req("detail", JSONB, "'{}'::jsonb"), _pk(), _fk("account_id", "account"),
    Index(None, "county", "object_kind", "object_id"),
)  # fmt: skip

party = Table(
    "party", metadata, _county(), _id(), _req("kind", default="'person'"), _req("name_enc", LargeBinary), _req("name_mask"),
    _opt("phone_enc", LargeBinary), _opt("phone_mask"), _opt("id_type"), _opt("id_no_enc", LargeBinary),
    _opt("id_no_mask"), _opt("name_hmac", LargeBinary), _opt("phone_hmac", LargeBinary), _opt("id_no_hmac", LargeBinary),
    _req("synthetic", Boolean, "false"), _at("created_at", now=True), _pk(), _one_of("kind", "'person', 'organisation'"),
    Index(None, "county", "id_no_hmac"), Index(None, "county", "phone_hmac"),
)  # fmt: skip

# --- grids and houses ------------------------------------------------------------------------------------

grid = Table(
    "grid", metadata, _county(), _id(), _req("code"), _req("village"), _req("name"), _req("kind", default="'base'"),
    Column("geom", Geometry("MULTIPOLYGON", srid=SRID, spatial_index=False), nullable=False), _since(), _pk(),
    _no_overlap("grid", "code"), _one_of("kind", "'base', 'special'"), _valid_geometry(),
    CheckConstraint("code ~ '^[0-9]{15}$' AND starts_with(code, village)", name="code"),
    Index(None, "geom", postgresql_using="gist"),
)  # fmt: skip

duty = Table(
    "duty", metadata, _county(), _id(), _req("grid_id", BigInteger), _req("account_id", BigInteger),
    _req("kind", default="'main'"), _since(), _pk(), _fk("grid_id", "grid"), _fk("account_id", "account"),
    _no_overlap("duty", "grid_id", where="kind = 'main'"), _one_of("kind", "'main', 'backup'"),
    Index(None, "county", "account_id"),
)  # fmt: skip

house = Table(
    "house", metadata, _county(), _id(), _req("address_id", BigInteger), _req("code_system", default="'stat'"),
    _req("village"), Column("town", Text, Computed("substr(village, 1, 9)", persisted=True)),
    _req("kind", default="'other'"), _opt("structure"), _opt("floors", SmallInteger), _opt("stairs", SmallInteger),
    _opt("use_registered"), _opt("use_actual"), _opt("built_area_m2", Double), _req("let_status", default="'unknown'"),
    _opt("rooms_let", SmallInteger), _opt("persons", SmallInteger), _opt("owner_id", BigInteger),
    _opt("manager_id", BigInteger), _opt("grid_id", BigInteger), _geom("POINT"), _geom("MULTIPOLYGON", "footprint"),
    _req("colour", default="'unseen'"), _req("score", Double, "0"), _req("reasons", JSONB, "'[]'::jsonb"),
    _req("no_access", SmallInteger, "0"), _at("last_visit_at"), _opt("due_on", Date), _opt("next_try"),
    _opt("source_key"), _opt("fingerprint", LargeBinary), _req("extra", JSONB, "'{}'::jsonb"),
    _req("synthetic", Boolean, "false"), _at("created_at", now=True), _at("updated_at", now=True),
    _req("status", default="'active'"), _opt("closed_on", Date), _one_of("status", "'active', 'closed'"),
    CheckConstraint("(status = 'closed') = (closed_on IS NOT NULL)", name="closed_on"),
    _pk(), UniqueConstraint("county", "address_id"), UniqueConstraint("county", "source_key"),
    _fk("address_id", "address"), _fk("owner_id", "party"), _fk("manager_id", "party"), _fk("grid_id", "grid"),
    ForeignKeyConstraint(["county", "code_system", "village"], ["division.county", "division.code_system", "division.code"]),
    _one_of("kind", HOUSE_KINDS), _one_of("let_status", "'let', 'vacant', 'self_use', 'unknown'"),
    _one_of("colour", COLOURS), _one_of("next_try", "'daytime', 'evening', 'weekend'"), _valid_geometry(),
    _valid_geometry("footprint"), Index(None, "geom", postgresql_using="gist"), Index(None, "county", "grid_id"),
    Index(None, "county", "village"), Index(None, "county", "due_on"), Index(None, "county", "colour"),
    Index(None, "county", "owner_id"), Index(None, "county", "manager_id"),
)  # fmt: skip

house_village = Table(
    "house_village", metadata, _county(), _id(), _req("house_id", BigInteger), _req("code_system"), _req("village"),
    _req("until_on", Date), _at("at", now=True), _pk(), _fk("house_id", "house"), Index(None, "county", "house_id"),
)  # fmt: skip

suite = Table(
    "suite", metadata, _county(), _id(), _req("house_id", BigInteger), _req("address_id", BigInteger), _req("label"),
    _opt("floor", SmallInteger), _pk(), UniqueConstraint("county", "address_id"), _fk("house_id", "house"),
    _fk("address_id", "address"), Index(None, "county", "house_id"),
)  # fmt: skip

room = Table(
    "room", metadata, _county(), _id(), _req("house_id", BigInteger), _req("suite_id", BigInteger),
    _req("address_id", BigInteger), _req("label"), _req("kind", default="'bedroom'"), _opt("usable_m2", Double),
    _opt("outer_window", Boolean), _opt("headcount", SmallInteger), _opt("family", Boolean),
    _req("let", Boolean, "true"), _at("updated_at", now=True), _pk(), UniqueConstraint("county", "address_id"),
    _fk("house_id", "house"), _fk("suite_id", "suite"), _fk("address_id", "address"), _one_of("kind", ROOM_KINDS),
    CheckConstraint("usable_m2 > 0 AND usable_m2 < 2000", name="usable_m2"),
    CheckConstraint("headcount BETWEEN 0 AND 200", name="headcount"), Index(None, "county", "house_id"),
)  # fmt: skip

# --- the day ---------------------------------------------------------------------------------------------

plan = Table(
    "plan", metadata, _county(), _id(), _req("account_id", BigInteger), _req("on_date", Date),
    _req("state", default="'published'"), _at("made_at", now=True), _req("seed", Integer), _req("seconds", Double),
    _req("detour_factor", Double), _req("shift_minutes", Integer), _req("travel_mode", default="'ebike'"),
    _req("metres", Double, "0"), _req("minutes", Double, "0"), _geom("POINT", "start_geom"),
    _req("unserved", JSONB, "'[]'::jsonb"), _pk(), _fk("account_id", "account"),
    _one_of("state", "'published', 'replaced'"), _one_of("travel_mode", "'walk', 'ebike', 'car'"),
    Index("plan_one_published_idx", "county", "account_id", "on_date", unique=True,
          postgresql_where=text("state = 'published'")),
)  # fmt: skip

stop = Table(
    "stop", metadata, _county(), _id(), _req("plan_id", BigInteger), _req("seq", Integer), _req("house_id", BigInteger),
    _req("reason", JSONB, "'{}'::jsonb"), _at("eta_at", required=True), _req("service_minutes", Double),
    _req("travel_m", Double), _req("state", default="'todo'"), _opt("skip_reason"), _at("done_at"), _pk(),
    _fk("plan_id", "plan"), _fk("house_id", "house"), UniqueConstraint("county", "plan_id", "seq"),
    UniqueConstraint("county", "plan_id", "house_id"), _one_of("state", "'todo', 'done', 'skipped'"),
    Index(None, "county", "house_id"), CheckConstraint("(state = 'skipped') = (skip_reason IS NOT NULL)", name="skip_reason"),
)  # fmt: skip

visit = Table(
    "visit", metadata, _county(), _id(), _req("house_id", BigInteger), _req("account_id", BigInteger),
    _opt("stop_id", BigInteger), _req("state", default="'draft'"), _opt("outcome"), _opt("next_try"),
    _at("started_at", now=True), _at("submitted_at"), _geom("POINT"), _opt("accuracy_m", Double),
    _req("facts", JSONB, "'{}'::jsonb"), _req("room_facts", JSONB, "'[]'::jsonb"), _opt("note"), _opt("result", JSONB), _pk(),
    _fk("house_id", "house"), _fk("account_id", "account"), _fk("stop_id", "stop"), _one_of("state", "'draft', 'submitted'"),
    _one_of("outcome", "'granted', 'nobody', 'refused'"), _one_of("next_try", "'daytime', 'evening', 'weekend'"),
    CheckConstraint("(state = 'submitted') = (submitted_at IS NOT NULL)", name="submitted"),
    CheckConstraint("state = 'draft' OR outcome IS NOT NULL", name="outcome_known"),
    Index(None, "county", "house_id", "submitted_at"), Index(None, "county", "account_id", "submitted_at"),
    Index("visit_one_draft_idx", "county", "house_id", "account_id", unique=True, postgresql_where=text("state = 'draft'")),
)  # fmt: skip

# --- hazard to closure -----------------------------------------------------------------------------------

routing_rule = Table(
    "routing_rule", metadata, _county(), _id(), _req("priority", Integer), _req("hazard", default="'*'"),
    _opt("town"), _opt("house_kind"), _req("lead"), _req("co", ARRAY(Text), "'{}'::text[]"), _since(), _opt("source"),
    _pk(), _fk("lead", "department", "code"), _no_overlap("routing_rule", "priority"),
)  # fmt: skip

ticket_transition = Table(
    "ticket_transition", metadata, _req("event"), _req("from_state"), _req("to_state"),
    PrimaryKeyConstraint("event", "from_state", "to_state"), _one_of("from_state", f"'', {STATES}"),
    _one_of("to_state", STATES),
)  # fmt: skip

ticket = Table(
    "ticket", metadata, _county(), _id(), _req("number"), _req("house_id", BigInteger), _req("village"),
    Column("town", Text, Computed("substr(village, 1, 9)", persisted=True)), _opt("grid_id", BigInteger),
    _req("state", default="'REPORTED'"), _req("lead"), _opt("next_lead"), _req("hazard"), _req("severity", SmallInteger),
    _req("source", default="'visit'"), _at("opened_at", required=True), _at("filed_at"), _at("dispatched_at"),
    _at("accepted_at"), _at("due_at"), _at("rectified_at"), _opt("rectified_by", BigInteger), _at("closed_at"),
    _opt("closed_by", BigInteger), _at("suspended_until"), _at("requested_until"), _req("bounces", SmallInteger, "0"),
    _req("reworks", SmallInteger, "0"), _req("extensions", SmallInteger, "0"), _req("reopens", SmallInteger, "0"),
    _req("last_event", default="'report'"), _at("last_at", required=True), _opt("last_actor", BigInteger),
    _opt("last_reason"), _opt("last_clause"), _req("last_detail", JSONB, "'{}'::jsonb"),
    _req("synthetic", Boolean, "false"), _at("suspended_at"), _pk(), UniqueConstraint("county", "number"), _fk("house_id", "house"),
    _fk("grid_id", "grid"), _fk("lead", "department", "code"), _fk("next_lead", "department", "code"),
    _fk("rectified_by", "account"), _fk("closed_by", "account"), _fk("last_actor", "account"), _one_of("state", STATES),
    CheckConstraint("severity BETWEEN 1 AND 3", name="severity"),
    CheckConstraint("(state = 'CLOSED') = (closed_at IS NOT NULL)", name="closed_at"),
    CheckConstraint("state <> 'CLOSED' OR closed_by IS DISTINCT FROM rectified_by", name="second_person"),
    CheckConstraint("(state = 'RETURNED') = (next_lead IS NOT NULL)", name="next_lead"),
    CheckConstraint("next_lead <> lead", name="passed_to_another"),
    CheckConstraint("state <> 'SUSPENDED' OR suspended_until IS NOT NULL", name="suspension_ends"),
    Index(None, "county", "lead", "state", "due_at"), Index(None, "county", "house_id"),
    Index(None, "county", "next_lead", postgresql_where=text("next_lead IS NOT NULL")),
    Index(None, "county", "state", "due_at"), Index(None, "county", "closed_at"), Index(None, "county", "opened_at"),
)  # fmt: skip

ticket_serial = Table(
    "ticket_serial", metadata, _county(), _req("on_date", Date), _req("last_serial", Integer, "0"), _pk("on_date"),
    CheckConstraint("last_serial BETWEEN 0 AND 999999", name="range"),
)  # fmt: skip

ticket_department = Table(
    "ticket_department", metadata, _county(), _req("ticket_id", BigInteger), _req("department"), _req("part"),
    _pk("ticket_id", "department"), _fk("ticket_id", "ticket"), _fk("department", "department", "code"),
    _one_of("part", "'co', 'cc'"), Index(None, "county", "department"),
)  # fmt: skip

finding = Table(
    "finding", metadata, _county(), _id(), _opt("visit_id", BigInteger), _req("house_id", BigInteger),
    _opt("room_id", BigInteger), _opt("ticket_id", BigInteger), _req("rule_code"), _req("severity", SmallInteger),
    _req("lead"), _req("basis"), _req("certainty"), _req("words_zh"), _req("words_en"), _req("terms", JSONB, "'{}'::jsonb"),
    _req("found_at", DateTime(timezone=True)), _at("cleared_at"), _opt("basis_en"), _at("absent_at"), _pk(), _fk("visit_id", "visit"), _fk("house_id", "house"),
    _fk("room_id", "room"), _fk("ticket_id", "ticket"), CheckConstraint("severity BETWEEN 1 AND 3", name="severity"),
    CheckConstraint("visit_id IS NOT NULL OR ticket_id IS NOT NULL", name="from_somewhere"),
    Index(None, "county", "house_id"), Index(None, "county", "ticket_id"), Index(None, "county", "visit_id"),
)  # fmt: skip

ticket_event = Table(
    "ticket_event", metadata, _county(), _id(), _req("ticket_id", BigInteger), _at("at", required=True), _req("event"),
    _req("from_state"), _req("to_state"), _opt("from_lead"), _req("to_lead"), _opt("actor", BigInteger), _opt("reason"),
    _opt("clause"), _req("detail", JSONB, "'{}'::jsonb"), _pk(), _fk("ticket_id", "ticket"), _fk("actor", "account"),
    Index(None, "county", "ticket_id", "id"),
)  # fmt: skip

evidence = Table(
    "evidence", metadata, _county(), _id(), _req("sha256"), _req("kind"), _req("mime"), _req("bytes", Integer),
    _req("width", Integer), _req("height", Integer), _at("taken_at"), _geom("POINT"), _opt("visit_id", BigInteger),
    _opt("ticket_id", BigInteger), _opt("room_id", BigInteger), _opt("fact"), _opt("account_id", BigInteger),
    _at("created_at", now=True), _pk(), _fk("visit_id", "visit"), _fk("ticket_id", "ticket"), _fk("room_id", "room"),
    _fk("account_id", "account"), _one_of("kind", "'before', 'after', 'other'"),
    CheckConstraint("sha256 ~ '^[0-9a-f]{64}$'", name="sha256"), Index(None, "county", "ticket_id"),
    Index(None, "county", "visit_id"), Index(None, "county", "sha256"),
)  # fmt: skip

# --- the counter -----------------------------------------------------------------------------------------

import_batch = Table(
    "import_batch", metadata, _county(), _id(), _req("file_name"), _req("sha256"), _req("state", default="'running'"),
    _opt("account_id", BigInteger), _opt("crs"), _req("mapping", JSONB, "'{}'::jsonb"), _at("started_at", now=True),
    _at("finished_at"), _req("read", Integer, "0"), _req("placed", Integer, "0"), _req("unchanged", Integer, "0"),
    _req("quarantined", Integer, "0"), _pk(), _fk("account_id", "account"), _one_of("state", "'running', 'done', 'failed'"),
    CheckConstraint("state <> 'done' OR read = placed + unchanged + quarantined", name="nothing_lost"),
    _req("kind", default="'houses'"), _one_of("kind", "'houses', 'addresses'"),
)  # fmt: skip

quarantine = Table(
    "quarantine", metadata, _county(), _id(), _req("batch_id", BigInteger), _req("row_no", Integer),
    _req("problems", JSONB), _req("raw_enc", LargeBinary), _req("state", default="'open'"), _pk(),
    _fk("batch_id", "import_batch"), UniqueConstraint("county", "batch_id", "row_no"), _one_of("state", "'open', 'repaired'"),
)  # fmt: skip

standard_address = Table(
    "standard_address", metadata, _county(), _id(), _req("source"), _req("source_key"), _req("text"), _opt("village"),
    Column("geom", Geometry("POINT", srid=SRID, spatial_index=False), nullable=False), _req("source_crs"),
    _req("batch_id", BigInteger), _since(), _pk(), _fk("batch_id", "import_batch"), _valid_geometry(),
    CheckConstraint("source <> '' AND source_key <> '' AND text <> ''", name="said"),
    Index("standard_address_one_in_force_idx", "county", "source", "source_key", unique=True,
          postgresql_where=text("upper_inf(valid)")),
)  # fmt: skip

# --- the address workbench ---------------------------------------------------------------------------------

address_case = Table(
    "address_case", metadata, _county(), _id(), _req("kind"), _opt("address_id", BigInteger),
    _opt("quarantine_id", BigInteger), _req("text"), _opt("village"), _opt("town"), _req("source"),
    _req("badness", Double, "0"), _req("detail", JSONB, "'{}'::jsonb"), _req("candidates", JSONB, "'[]'::jsonb"),
    _geom("POINT"), _req("state", default="'open'"), _opt("ask_house_id", BigInteger), _at("opened_at", now=True),
    _at("decided_at"), _pk(), _fk("address_id", "address"), _fk("quarantine_id", "quarantine"),
    _fk("ask_house_id", "house"), _one_of("kind", CASE_KINDS), _one_of("state", "'open', 'on_site', 'decided'"),
    CheckConstraint("(address_id IS NULL) <> (quarantine_id IS NULL)", name="one_subject"),
    CheckConstraint("(state = 'decided') = (decided_at IS NOT NULL)", name="decided_at"),
    CheckConstraint("state <> 'on_site' OR ask_house_id IS NOT NULL", name="asked_somewhere"), _valid_geometry(),
    Index("address_case_one_open_idx", "county", "address_id", "kind", unique=True,
          postgresql_where=text("state <> 'decided'")),
    Index("address_case_one_open_row_idx", "county", "quarantine_id", "kind", unique=True,
          postgresql_where=text("state <> 'decided'")),
    Index("address_case_worst_idx", "county", text("badness DESC"), "id", postgresql_where=text("state = 'open'")),
    Index(None, "county", "address_id"), Index(None, "county", "quarantine_id"),
    Index("address_case_asked_idx", "county", "ask_house_id", postgresql_where=text("state = 'on_site'")),
)  # fmt: skip

address_name_alias = Table(
    "address_name_alias", metadata, _county(), _id(), _req("written"), _req("kind"), _req("means"),
    _req("within", default="''"), _since(), _opt("account_id", BigInteger), _pk(), _fk("account_id", "account"),
    _no_overlap("address_name_alias", "written", "within"), _one_of("kind", "'division', 'road', 'estate'"),
    CheckConstraint("written <> '' AND means <> '' AND written <> means", name="says_something"),
)  # fmt: skip

address_decision = Table(
    "address_decision", metadata, _county(), _id(), _req("case_id", BigInteger), _opt("account_id", BigInteger),
    _at("at", required=True), _req("kind"), _req("before", JSONB, "'{}'::jsonb"), _req("after", JSONB, "'{}'::jsonb"),
    _opt("part_of", BigInteger), _at("undone_at"), _opt("undone_by", BigInteger), _pk(), _fk("case_id", "address_case"),
    _fk("account_id", "account"), _fk("undone_by", "account"), _fk("part_of", "address_decision"),
    _one_of("kind", DECISION_KINDS),
    CheckConstraint("undone_at IS NOT NULL OR undone_by IS NULL", name="undone"), Index(None, "county", "case_id"),
    Index(None, "county", "account_id", "at"), Index(None, "county", "part_of"),
)  # fmt: skip

address_quality = Table(
    "address_quality", metadata, _county(), _req("on_date", Date), _req("town"), _req("source"), _req("level"),
    _req("addresses", Integer), _pk("on_date", "town", "source", "level"),
    CheckConstraint("addresses >= 0", name="addresses"),
)  # fmt: skip
