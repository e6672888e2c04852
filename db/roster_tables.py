"""The tables of the roster: leave, hours, skills, what was arranged with a house; and each making of plans."""

from sqlalchemy import ARRAY, BigInteger, CheckConstraint, Column, Date, Index, Integer, SmallInteger, Table, text
from sqlalchemy.dialects.postgresql import DATERANGE, JSONB

from db.columns import at, county_key, fk, geom, metadata, no_overlap, one_of, opt, pk, req, row_id, since

leave = Table(
    "leave", metadata, county_key(), row_id(), req("account_id", BigInteger), req("kind", default="'other'"),
    Column("valid", DATERANGE, nullable=False), opt("made_by", BigInteger), at("made_at", now=True), pk(),
    fk("account_id", "account"), fk("made_by", "account"), no_overlap("leave", "account_id"),
    one_of("kind", "'annual', 'sick', 'training', 'other'"),
    CheckConstraint("NOT isempty(valid) AND NOT lower_inf(valid) AND NOT upper_inf(valid)", name="bounded"),
)  # fmt: skip

work_shift = Table(
    "work_shift", metadata, county_key(), row_id(), req("account_id", BigInteger),
    req("weekdays", ARRAY(SmallInteger), "'{0,1,2,3,4}'::smallint[]"), req("start_minute", Integer),
    req("end_minute", Integer), req("max_minutes", Integer), opt("travel_mode"), geom("POINT", "start_geom"), since(),
    pk(), fk("account_id", "account"), no_overlap("work_shift", "account_id"),
    one_of("travel_mode", "'walk', 'ebike', 'car'"),
    CheckConstraint("weekdays <@ '{0,1,2,3,4,5,6}'::smallint[] AND cardinality(weekdays) > 0", name="weekdays"),
    CheckConstraint("0 <= start_minute AND start_minute < end_minute AND end_minute <= 1440 AND max_minutes > 0",
                    name="hours"),
)  # fmt: skip

skill = Table(
    "skill", metadata, county_key(), row_id(), req("account_id", BigInteger), req("skill"), since(), pk(),
    fk("account_id", "account"), no_overlap("skill", "account_id", "skill"),
    one_of("skill", "'fire', 'gas', 'structure', 'pair'"),
)  # fmt: skip

appointment = Table(
    "appointment", metadata, county_key(), row_id(), req("house_id", BigInteger), req("on_date", Date),
    opt("from_minute", Integer), opt("until_minute", Integer), req("state", default="'open'"),
    opt("made_by", BigInteger), at("made_at", now=True), pk(), fk("house_id", "house"), fk("made_by", "account"),
    one_of("state", "'open', 'cancelled'"),
    CheckConstraint("(from_minute IS NULL) = (until_minute IS NULL)", name="both_ends"),
    CheckConstraint("0 <= from_minute AND from_minute <= until_minute AND until_minute <= 1440", name="window"),
    Index("appointment_one_open_idx", "county", "house_id", "on_date", unique=True,
          postgresql_where=text("state = 'open'")),
    Index(None, "county", "on_date"),
)  # fmt: skip

plan_batch = Table(
    "plan_batch", metadata, county_key(), row_id(), req("first_on", Date), req("last_on", Date),
    at("made_at", required=True), opt("made_by", BigInteger), req("detail", JSONB, "'{}'::jsonb"), pk(),
    fk("made_by", "account"), CheckConstraint("first_on <= last_on", name="days"),
)  # fmt: skip
