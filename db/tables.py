"""The record's tables as declared to SQLAlchemy Core and GeoAlchemy2.

The migrations under ``migrations/`` build the same tables; ``tests/db/test_schema.py`` builds both and finds
no difference. ``county`` leads every business key, so that the record can be partitioned by county.
Storage CRS is EPSG:4490, longitude first.
"""

from geoalchemy2 import Geometry
from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Computed,
    Date,
    DateTime,
    Double,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    SmallInteger,
    Table,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from db import (
    bench_tables,
    cell_tables,
    clock_tables,
    footprint_tables,
    import_tables,
    message_tables,
    outgoing_tables,
    proof_tables,
    rating_tables,
    rollup_tables,
    roster_tables,
    street_tables,
)
from db.columns import (
    COLOURS,
    HOUSE_KINDS,
    MATCH_LEVELS,
    ROOM_KINDS,
    SRID,
    STATES,
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

__all__ = [
    "bench_tables", "cell_tables", "clock_tables", "footprint_tables", "import_tables", "message_tables", "metadata", "outgoing_tables", "proof_tables",
    "rating_tables", "rollup_tables", "roster_tables", "street_tables",
]  # fmt: skip

# --- where -----------------------------------------------------------------------------------------------

county = Table(
    "county", metadata, county_key(), req("name"), req("name_en"), geom("MULTIPOLYGON"),
    req("projected_crs", default="'EPSG:4549'"), req("model", Boolean, "false"),
    req("settings", JSONB, "'{}'::jsonb"), PrimaryKeyConstraint("county"), valid_geometry(),
    CheckConstraint("county ~ '^[0-9]{6}$'", name="code"),
)  # fmt: skip

division = Table(
    "division", metadata, county_key(), req("code_system", default="'stat'"), req("code"), req("level"), req("name"),
    opt("parent"), opt("urban_class"), req("version"), req("addressable", Boolean, "true"),
    req("synthetic_geometry", Boolean, "false"), geom("POINT", "centre"), geom("MULTIPOLYGON"),
    since(), opt("source"), pk("code_system", "code"), one_of("code_system", "'stat', 'civil'"),
    one_of("level", "'county', 'town', 'village'"), valid_geometry(),
    CheckConstraint("code ~ '^([0-9]{6}|[0-9]{9}|[0-9]{12})$' AND starts_with(code, county)", name="code"),
    Index(None, "geom", postgresql_using="gist"),
)  # fmt: skip

division_change = Table(
    "division_change", metadata, county_key(), row_id(), req("code_system", default="'stat'"), opt("old_code"),
    opt("new_code"), req("changed_on", Date), req("kind"), opt("source"), opt("old_name"), opt("new_name"), pk(),
    one_of("kind", "'rename', 'recode', 'merge', 'split', 'abolish', 'establish'"),
    CheckConstraint("(kind = 'establish') = (old_code IS NULL) AND (kind = 'abolish') = (new_code IS NULL)", name="codes"),
)  # fmt: skip

code_serial = Table(
    "code_serial", metadata, county_key(), req("village"), req("last_serial", Integer, "0"), pk("village"),
    CheckConstraint("last_serial BETWEEN 0 AND 99999", name="range"),
)  # fmt: skip

address = Table(
    "address", metadata, county_key(), row_id(), req("code"), req("level"), opt("parent_id", BigInteger), req("text"),
    req("parts", JSONB, "'{}'::jsonb"), geom("POINT"), req("source"), opt("source_crs"),
    req("match_level", default="'none'"), opt("match_score", Double), opt("uncertainty_m", Double),
    req("status", default="'active'"), opt("successor_id", BigInteger), at("created_at", now=True),
    opt("retired_event_id", BigInteger), pk(), UniqueConstraint("county", "code"), fk("parent_id", "address"),
    fk("successor_id", "address"), fk("retired_event_id", "code_event"),
    CheckConstraint("(status = 'retired') = (retired_event_id IS NOT NULL)", name="retired"),
    one_of("level", "'house', 'unit', 'suite', 'room'"), one_of("status", "'active', 'retired'"),
    opt("match_key"), one_of("match_level", MATCH_LEVELS),
    CheckConstraint("code ~ '^[0-9]{25}[0-9X]$' AND starts_with(code, county)", name="code"),
    valid_geometry(), Index(None, "county", "parent_id"),
    Index("address_house_text_idx", "text", postgresql_using="gin", postgresql_ops={"text": "gin_trgm_ops"},
          postgresql_where=text("level = 'house'")),
    Index(None, "county", "match_key", postgresql_where=text("level = 'house'")),
)  # fmt: skip

address_alias = Table(
    "address_alias", metadata, county_key(), row_id(), req("address_id", BigInteger), req("scheme"), req("value"),
    since(), pk(), fk("address_id", "address"), no_overlap("address_alias", "scheme", "value"),
    one_of("scheme", "'JGJ246', 'BDCDY28', 'GA_ADDR', 'SZ25', 'DOORPLATE', 'METER_ELEC', 'METER_WATER', "
            "'LEASE_FILING', 'REGISTER', 'TEXT'"),
)  # fmt: skip

CODE_DEEDS = "'split', 'merge', 'renumber', 'demolish', 'move'"

code_event = Table(
    "code_event", metadata, county_key(), row_id(), req("kind"), at("at", required=True), opt("account_id", BigInteger),
    req("reason"), req("before", JSONB, "'{}'::jsonb"), req("after", JSONB, "'{}'::jsonb"), at("undone_at"),
    opt("undone_by", BigInteger), opt("undone_reason"), pk(), fk("account_id", "account"),
    fk("undone_by", "account"), one_of("kind", CODE_DEEDS),
    CheckConstraint("(undone_at IS NULL) = (undone_reason IS NULL)", name="undone"),
)  # fmt: skip

address_lineage = Table(
    "address_lineage", metadata, county_key(), row_id(), req("event_id", BigInteger), req("old_address_id", BigInteger),
    opt("new_address_id", BigInteger), req("kind"), pk(), fk("event_id", "code_event"),
    fk("old_address_id", "address"), fk("new_address_id", "address"), one_of("kind", CODE_DEEDS),
    CheckConstraint("(kind = 'demolish') = (new_address_id IS NULL)", name="successor"),
    CheckConstraint("(kind = 'renumber') = (old_address_id IS NOT DISTINCT FROM new_address_id)", name="renumber"),
    Index(None, "county", "event_id"), Index(None, "county", "old_address_id"), Index(None, "county", "new_address_id"),
)  # fmt: skip

# --- who -------------------------------------------------------------------------------------------------

department = Table(
    "department", metadata, county_key(), req("code"), req("name"), req("name_en"), pk("code"),
)  # fmt: skip

account = Table(
    "account", metadata, county_key(), row_id(), req("login"), req("name"), req("password_hash"), opt("department"),
    req("active", Boolean, "true"), req("demo", Boolean, "false"), req("language", default="'zh'"),
    at("created_at", now=True), pk(), UniqueConstraint("login"), fk("department", "department", "code"),
    one_of("language", "'zh', 'en'"), CheckConstraint("login = lower(login) AND login <> ''", name="login"),
)  # fmt: skip

role_grant = Table(
    "role_grant", metadata, county_key(), row_id(), req("account_id", BigInteger), req("role"), req("area_kind"),
    req("area_code"), since(), pk(), fk("account_id", "account"),
    no_overlap("role_grant", "account_id", "role", "area_kind", "area_code"),
    one_of("role", "'inspector', 'department', 'centre', 'leader', 'admin'"),
    one_of("area_kind", "'county', 'town', 'village', 'grid', 'department'"),
)  # fmt: skip

session = Table(
    "session", metadata, county_key(), req("token_hash", LargeBinary), req("account_id", BigInteger),
    at("created_at", now=True), at("expires_at", required=True), at("seen_at", now=True), at("ended_at"),
    pk("token_hash"), fk("account_id", "account"), UniqueConstraint("token_hash"),
)  # fmt: skip

sign_in_attempt = Table(
    "sign_in_attempt", metadata, row_id(), req("login"), req("client"), at("at", now=True), req("succeeded", Boolean),
    PrimaryKeyConstraint("id"), Index(None, "login", "at"), Index(None, "client", "at"),
)  # fmt: skip

deed = Table(
    "deed", metadata, county_key(), row_id(), at("at", now=True), opt("account_id", BigInteger), req("name"),
    opt("object_kind"), opt("object_id"), req("detail", JSONB, "'{}'::jsonb"), pk(), fk("account_id", "account"),
    Index(None, "county", "object_kind", "object_id"),
)  # fmt: skip

party = Table(
    "party", metadata, county_key(), row_id(), req("kind", default="'person'"), req("name_enc", LargeBinary), req("name_mask"),
    opt("phone_enc", LargeBinary), opt("phone_mask"), opt("id_type"), opt("id_no_enc", LargeBinary),
    opt("id_no_mask"), opt("name_hmac", LargeBinary), opt("phone_hmac", LargeBinary), opt("id_no_hmac", LargeBinary),
    req("synthetic", Boolean, "false"), at("created_at", now=True), pk(), one_of("kind", "'person', 'organisation'"),
    Index(None, "county", "id_no_hmac"), Index(None, "county", "phone_hmac"),
)  # fmt: skip

# --- grids and houses ------------------------------------------------------------------------------------

grid = Table(
    "grid", metadata, county_key(), row_id(), req("code"), req("village"), req("name"), req("kind", default="'base'"),
    Column("geom", Geometry("MULTIPOLYGON", srid=SRID, spatial_index=False), nullable=False), since(), pk(),
    no_overlap("grid", "code"), one_of("kind", "'base', 'special'"), valid_geometry(),
    CheckConstraint("code ~ '^[0-9]{15}$' AND starts_with(code, village)", name="code"),
    Index(None, "geom", postgresql_using="gist"),
)  # fmt: skip

duty = Table(
    "duty", metadata, county_key(), row_id(), req("grid_id", BigInteger), req("account_id", BigInteger),
    req("kind", default="'main'"), since(), pk(), fk("grid_id", "grid"), fk("account_id", "account"),
    no_overlap("duty", "grid_id", where="kind = 'main'"), one_of("kind", "'main', 'backup'"),
    Index(None, "county", "account_id"),
)  # fmt: skip

house = Table(
    "house", metadata, county_key(), row_id(), req("address_id", BigInteger), req("code_system", default="'stat'"),
    req("village"), Column("town", Text, Computed("substr(village, 1, 9)", persisted=True)),
    req("kind", default="'other'"), opt("structure"), opt("floors", SmallInteger), opt("stairs", SmallInteger),
    opt("use_registered"), opt("use_actual"), opt("built_area_m2", Double), req("let_status", default="'unknown'"),
    opt("rooms_let", SmallInteger), opt("persons", SmallInteger), opt("owner_id", BigInteger),
    opt("manager_id", BigInteger), opt("grid_id", BigInteger), geom("POINT"), geom("MULTIPOLYGON", "footprint"),
    req("colour", default="'unseen'"), req("score", Double, "0"), req("reasons", JSONB, "'[]'::jsonb"),
    req("no_access", SmallInteger, "0"), at("last_visit_at"), opt("due_on", Date), opt("next_try"),
    opt("source_key"), opt("fingerprint", LargeBinary), req("extra", JSONB, "'{}'::jsonb"),
    req("synthetic", Boolean, "false"), at("created_at", now=True), at("updated_at", now=True),
    req("status", default="'active'"), opt("closed_on", Date), opt("relet_on", Date), opt("tenants_changed_on", Date),
    opt("complained_on", Date), opt("addition_on", Date), one_of("status", "'active', 'closed'"),
    CheckConstraint("(status = 'closed') = (closed_on IS NOT NULL)", name="closed_on"),
    pk(), UniqueConstraint("county", "address_id"), UniqueConstraint("county", "source_key"),
    fk("address_id", "address"), fk("owner_id", "party"), fk("manager_id", "party"), fk("grid_id", "grid"),
    ForeignKeyConstraint(["county", "code_system", "village"], ["division.county", "division.code_system", "division.code"]),
    one_of("kind", HOUSE_KINDS), one_of("let_status", "'let', 'vacant', 'self_use', 'unknown'"),
    one_of("colour", COLOURS), one_of("next_try", "'daytime', 'evening', 'weekend'"), valid_geometry(),
    valid_geometry("footprint"), Index(None, "geom", postgresql_using="gist"), Index(None, "county", "grid_id"),
    Index(None, "county", "village"), Index(None, "county", "due_on"), Index(None, "county", "colour"),
    Index(None, "county", "owner_id"), Index(None, "county", "manager_id"),
    Index("house_county_called_idx", "county", "grid_id",
          postgresql_where=text("relet_on IS NOT NULL OR complained_on IS NOT NULL OR addition_on IS NOT NULL")),
)  # fmt: skip

house_village = Table(
    "house_village", metadata, county_key(), row_id(), req("house_id", BigInteger), req("code_system"), req("village"),
    req("until_on", Date), at("at", now=True), pk(), fk("house_id", "house"), Index(None, "county", "house_id"),
)  # fmt: skip

suite = Table(
    "suite", metadata, county_key(), row_id(), req("house_id", BigInteger), req("address_id", BigInteger), req("label"),
    opt("floor", SmallInteger), pk(), UniqueConstraint("county", "address_id"), fk("house_id", "house"),
    fk("address_id", "address"), Index(None, "county", "house_id"),
)  # fmt: skip

room = Table(
    "room", metadata, county_key(), row_id(), req("house_id", BigInteger), req("suite_id", BigInteger),
    req("address_id", BigInteger), req("label"), req("kind", default="'bedroom'"), opt("usable_m2", Double),
    opt("outer_window", Boolean), opt("headcount", SmallInteger), opt("family", Boolean),
    req("let", Boolean, "true"), at("updated_at", now=True), pk(), UniqueConstraint("county", "address_id"),
    fk("house_id", "house"), fk("suite_id", "suite"), fk("address_id", "address"), one_of("kind", ROOM_KINDS),
    CheckConstraint("usable_m2 > 0 AND usable_m2 < 2000", name="usable_m2"),
    CheckConstraint("headcount BETWEEN 0 AND 200", name="headcount"), Index(None, "county", "house_id"),
)  # fmt: skip

# --- the day ---------------------------------------------------------------------------------------------

plan = Table(
    "plan", metadata, county_key(), row_id(), req("account_id", BigInteger), req("on_date", Date),
    req("state", default="'published'"), at("made_at", now=True), req("seed", Integer), req("seconds", Double),
    req("detour_factor", Double), req("shift_minutes", Integer), req("travel_mode", default="'ebike'"),
    req("metres", Double, "0"), req("minutes", Double, "0"), geom("POINT", "start_geom"),
    req("unserved", JSONB, "'[]'::jsonb"), opt("batch_id", BigInteger),
    req("travel_source", default="'gis.travel.straight'"), req("beyond", Integer, "0"), pk(), fk("account_id", "account"),
    fk("batch_id", "plan_batch"), Index("plan_county_on_date_idx", "county", "on_date",
                                        postgresql_where=text("state = 'published'")),
    one_of("state", "'published', 'replaced'"), one_of("travel_mode", "'walk', 'ebike', 'car'"),
    Index("plan_one_published_idx", "county", "account_id", "on_date", unique=True,
          postgresql_where=text("state = 'published'")),
)  # fmt: skip

stop = Table(
    "stop", metadata, county_key(), row_id(), req("plan_id", BigInteger), req("seq", Integer), req("house_id", BigInteger),
    req("reason", JSONB, "'{}'::jsonb"), at("eta_at", required=True), req("service_minutes", Double),
    req("travel_m", Double), req("state", default="'todo'"), opt("skip_reason"), at("done_at"),
    geom("LINESTRING", "way"), pk(),
    fk("plan_id", "plan"), fk("house_id", "house"), UniqueConstraint("county", "plan_id", "seq"),
    UniqueConstraint("county", "plan_id", "house_id"), one_of("state", "'todo', 'done', 'skipped'"),
    Index(None, "county", "house_id"), CheckConstraint("(state = 'skipped') = (skip_reason IS NOT NULL)", name="skip_reason"),
)  # fmt: skip

visit = Table(
    "visit", metadata, county_key(), row_id(), req("house_id", BigInteger), req("account_id", BigInteger),
    opt("stop_id", BigInteger), req("state", default="'draft'"), opt("outcome"), opt("next_try"),
    at("started_at", now=True), at("submitted_at"), geom("POINT"), opt("accuracy_m", Double),
    req("facts", JSONB, "'{}'::jsonb"), req("room_facts", JSONB, "'[]'::jsonb"), opt("note"), opt("result", JSONB), pk(),
    fk("house_id", "house"), fk("account_id", "account"), fk("stop_id", "stop"), one_of("state", "'draft', 'submitted'"),
    one_of("outcome", "'granted', 'nobody', 'refused'"), one_of("next_try", "'daytime', 'evening', 'weekend'"),
    CheckConstraint("(state = 'submitted') = (submitted_at IS NOT NULL)", name="submitted"),
    CheckConstraint("state = 'draft' OR outcome IS NOT NULL", name="outcome_known"),
    Index(None, "county", "house_id", "submitted_at"), Index(None, "county", "account_id", "submitted_at"),
    Index("visit_one_draft_idx", "county", "house_id", "account_id", unique=True, postgresql_where=text("state = 'draft'")),
)  # fmt: skip

# --- hazard to closure -----------------------------------------------------------------------------------

zone = Table(
    "zone", metadata, county_key(), row_id(), req("code"), req("name"),
    Column("geom", Geometry("MULTIPOLYGON", srid=SRID, spatial_index=False), nullable=False), opt("source"), since(),
    pk(), no_overlap("zone", "code"), CheckConstraint("code <> ''", name="code"), valid_geometry(),
    Index(None, "geom", postgresql_using="gist"),
)  # fmt: skip

routing_rule = Table(
    "routing_rule", metadata, county_key(), row_id(), req("priority", Integer), req("hazard", default="'*'"),
    opt("town"), opt("house_kind"), req("lead"), req("co", ARRAY(Text), "'{}'::text[]"), since(), opt("source"),
    opt("zone"), opt("condition"), req("cc", ARRAY(Text), "'{}'::text[]"), opt("account_id", BigInteger),
    opt("ticket_id", BigInteger), at("made_at", now=True),
    pk(), fk("lead", "department", "code"), no_overlap("routing_rule", "priority"), fk("account_id", "account"),
    fk("ticket_id", "ticket"),
)  # fmt: skip

ticket_transition = Table(
    "ticket_transition", metadata, req("event"), req("from_state"), req("to_state"),
    PrimaryKeyConstraint("event", "from_state", "to_state"), one_of("from_state", f"'', {STATES}"),
    one_of("to_state", STATES),
)  # fmt: skip

ticket = Table(
    "ticket", metadata, county_key(), row_id(), req("number"), opt("house_id", BigInteger), opt("village"),
    Column("town", Text, Computed("substr(village, 1, 9)", persisted=True)), opt("grid_id", BigInteger),
    req("state", default="'REPORTED'"), req("lead"), opt("next_lead"), req("hazard"), req("severity", SmallInteger),
    req("source", default="'visit'"), at("opened_at", required=True), at("filed_at"), at("dispatched_at"),
    at("accepted_at"), at("due_at"), at("rectified_at"), opt("rectified_by", BigInteger), at("closed_at"),
    opt("closed_by", BigInteger), at("suspended_until"), at("requested_until"), req("bounces", SmallInteger, "0"),
    req("reworks", SmallInteger, "0"), req("extensions", SmallInteger, "0"), req("reopens", SmallInteger, "0"),
    req("last_event", default="'report'"), at("last_at", required=True), opt("last_actor", BigInteger),
    opt("last_reason"), opt("last_clause"), req("last_detail", JSONB, "'{}'::jsonb"),
    req("synthetic", Boolean, "false"), at("suspended_at"), at("ruling_due_at"), at("bounced_at"), at("reworked_at"),
    at("extended_at"), at("answered_at"), opt("street"), pk(), UniqueConstraint("county", "number"),
    fk("house_id", "house"),
    fk("grid_id", "grid"), fk("lead", "department", "code"), fk("next_lead", "department", "code"),
    fk("rectified_by", "account"), fk("closed_by", "account"), fk("last_actor", "account"), one_of("state", STATES),
    CheckConstraint("severity BETWEEN 1 AND 3", name="severity"),
    CheckConstraint("(state = 'CLOSED') = (closed_at IS NOT NULL)", name="closed_at"),
    CheckConstraint(
        "state <> 'CLOSED' OR source = 'import' OR closed_by IS DISTINCT FROM rectified_by", name="second_person"
    ),
    CheckConstraint("source = 'import' OR (house_id IS NOT NULL AND village IS NOT NULL)", name="of_a_house"),
    CheckConstraint(
        "source = 'import' OR last_event NOT IN ('import', 'import_closed', 'import_duplicate')", name="imported"
    ),
    opt("place"), geom("POINT"), opt("fingerprint", LargeBinary), valid_geometry(),
    CheckConstraint("(state = 'RETURNED') = (next_lead IS NOT NULL)", name="next_lead"),
    CheckConstraint("next_lead <> lead", name="passed_to_another"),
    CheckConstraint("state <> 'SUSPENDED' OR suspended_until IS NOT NULL", name="suspension_ends"),
    Index(None, "county", "lead", "state", "due_at"), Index(None, "county", "house_id"),
    Index(None, "county", "next_lead", postgresql_where=text("next_lead IS NOT NULL")),
    Index(None, "county", "state", "due_at"), Index(None, "county", "closed_at"), Index(None, "county", "opened_at"),
    Index(None, "county", "last_at"), *(Index(None, "county", "town", at_) for at_ in ("opened_at", "closed_at", "rectified_at")), Index(
        "ticket_running_idx", "county", "due_at", postgresql_include=["village", "street"],
        postgresql_where=text("state NOT IN ('CLOSED', 'VOID', 'SUBMITTED', 'RECHECK', 'SUSPENDED')"),
    ),
    Index("ticket_unfinished_idx", "county", "due_at",
          postgresql_where=text("closed_at IS NULL OR rectified_at IS NULL")),
)  # fmt: skip

ticket_serial = Table(
    "ticket_serial", metadata, county_key(), req("on_date", Date), req("last_serial", Integer, "0"), pk("on_date"),
    CheckConstraint("last_serial BETWEEN 0 AND 999999", name="range"),
)  # fmt: skip

ticket_department = Table(
    "ticket_department", metadata, county_key(), req("ticket_id", BigInteger), req("department"), req("part"),
    pk("ticket_id", "department"), fk("ticket_id", "ticket"), fk("department", "department", "code"),
    one_of("part", "'co', 'cc'"), Index(None, "county", "department"),
)  # fmt: skip

finding = Table(
    "finding", metadata, county_key(), row_id(), opt("visit_id", BigInteger), req("house_id", BigInteger),
    opt("room_id", BigInteger), opt("ticket_id", BigInteger), req("rule_code"), req("severity", SmallInteger),
    req("lead"), req("basis"), req("certainty"), req("words_zh"), req("words_en"), req("terms", JSONB, "'{}'::jsonb"),
    req("found_at", DateTime(timezone=True)), at("cleared_at"), opt("basis_en"), at("absent_at"), opt("routed_by"),
    opt("routing_rule_id", BigInteger), pk(), fk("visit_id", "visit"), fk("house_id", "house"),
    fk("routing_rule_id", "routing_rule"), one_of("routed_by", "'rule', 'law', 'centre'"),
    fk("room_id", "room"), fk("ticket_id", "ticket"), CheckConstraint("severity BETWEEN 1 AND 3", name="severity"),
    CheckConstraint("visit_id IS NOT NULL OR ticket_id IS NOT NULL", name="from_somewhere"),
    Index(None, "county", "house_id"), Index(None, "county", "ticket_id"), Index(None, "county", "visit_id"),
)  # fmt: skip

ticket_event = Table(
    "ticket_event", metadata, county_key(), row_id(), req("ticket_id", BigInteger), at("at", required=True), req("event"),
    req("from_state"), req("to_state"), opt("from_lead"), req("to_lead"), opt("actor", BigInteger), opt("reason"),
    opt("clause"), req("detail", JSONB, "'{}'::jsonb"),
    Column("recorded_at", DateTime(timezone=True), nullable=False, server_default=text("clock_timestamp()")),
    req("hash", LargeBinary), Column("passed_by", Text, Computed(
        "CASE WHEN event IN ('pass_on', 'bounce') THEN COALESCE(detail ->> 'giver', from_lead) END", persisted=True)),
    Column("passed_to", Text, Computed(
        "CASE WHEN event IN ('pass_on', 'bounce') THEN detail ->> 'department' END", persisted=True)),
    pk(), fk("ticket_id", "ticket"), fk("actor", "account"), Index(None, "county", "ticket_id", "id"),
    Index("ticket_event_passed_idx", "county", "at", "passed_by", "passed_to",
          postgresql_where=text("event IN ('pass_on', 'bounce')")),
)  # fmt: skip
