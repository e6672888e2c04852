"""The tables of building outlines: surveys, what two of them differ in, what people decided of it."""

from geoalchemy2 import Geometry
from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Date,
    Double,
    Index,
    Integer,
    SmallInteger,
    Table,
    UniqueConstraint,
)

from db.columns import SRID, at, county_key, fk, geom, metadata, one_of, opt, pk, req, row_id, valid_geometry


def _outline(name: str) -> "Column[object]":
    return Column(name, Geometry("MULTIPOLYGON", srid=SRID, spatial_index=False), nullable=False)


footprint_survey = Table(
    "footprint_survey", metadata, county_key(), row_id(), req("name"), req("made_on", Date), req("file_name"),
    req("sha256"), req("crs"), req("outlines", Integer), opt("loaded_by", BigInteger), at("loaded_at", required=True),
    pk(), UniqueConstraint("county", "name"), fk("loaded_by", "account"), CheckConstraint("name <> ''", name="name"),
    CheckConstraint("sha256 ~ '^[0-9a-f]{64}$'", name="sha256"),
)  # fmt: skip

footprint = Table(
    "footprint", metadata, county_key(), row_id(), req("survey_id", BigInteger), opt("height_m", Double),
    opt("floors", SmallInteger), _outline("geom"), pk(), fk("survey_id", "footprint_survey"), valid_geometry(),
    Index(None, "county", "survey_id"), Index("footprint_geom_idx", "geom", postgresql_using="gist"),
)  # fmt: skip

footprint_comparison = Table(
    "footprint_comparison", metadata, county_key(), row_id(), req("old_id", BigInteger), req("new_id", BigInteger),
    at("compared_at", required=True), opt("account_id", BigInteger), req("matched", Integer), req("centre_m", Double),
    req("residual_m", Double), req("growth_m", Double), req("tolerance_m", Double), req("gone", Integer),
    req("outside", Integer), pk(), UniqueConstraint("county", "old_id", "new_id"), fk("old_id", "footprint_survey"),
    fk("new_id", "footprint_survey"), fk("account_id", "account"), CheckConstraint("old_id <> new_id", name="two"),
)  # fmt: skip

footprint_candidate = Table(
    "footprint_candidate", metadata, county_key(), row_id(), req("comparison_id", BigInteger), req("kind"),
    req("certainty"), req("added_m2", Double), req("plus_minus_m2", Double), opt("share", Double),
    req("width_m", Double), opt("storeys", SmallInteger), _outline("geom"), geom("MULTIPOLYGON", "old_outline"),
    _outline("new_outline"), opt("house_id", BigInteger), opt("house_m", Double), opt("village"),
    req("state", default="'open'"), opt("reason"), opt("ticket_id", BigInteger), opt("visit_id", BigInteger),
    opt("like_id", BigInteger), opt("decided_by", BigInteger), at("decided_at"), pk(),
    fk("comparison_id", "footprint_comparison"), fk("house_id", "house"), fk("ticket_id", "ticket"),
    fk("visit_id", "visit"), fk("like_id", "footprint_candidate"), fk("decided_by", "account"),
    one_of("kind", "'new_building', 'extension', 'courtyard', 'storey'"),
    one_of("certainty", "'clear', 'likely', 'doubtful'"),
    one_of("state", "'open', 'visit_asked', 'confirmed', 'dismissed'"),
    CheckConstraint("(state = 'open') = (decided_at IS NULL)", name="decided"),
    CheckConstraint("state <> 'dismissed' OR reason <> ''", name="said_why"),
    CheckConstraint("state = 'confirmed' OR ticket_id IS NULL", name="ticket"),
    CheckConstraint("added_m2 > 0", name="m2"),
    CheckConstraint("(house_id IS NULL) = (house_m IS NULL)", name="house_m"),
    valid_geometry(), valid_geometry("old_outline"), valid_geometry("new_outline"),
    Index(None, "county", "comparison_id"), Index(None, "county", "house_id"),
    Index("footprint_candidate_geom_idx", "geom", postgresql_using="gist"),
)  # fmt: skip

footprint_decision = Table(
    "footprint_decision", metadata, county_key(), row_id(), req("candidate_id", BigInteger), req("from_state"),
    req("to_state"), opt("reason"), opt("ticket_id", BigInteger), opt("visit_id", BigInteger),
    opt("account_id", BigInteger), at("at", required=True), pk(), fk("candidate_id", "footprint_candidate"),
    fk("account_id", "account"), Index(None, "county", "candidate_id"),
)  # fmt: skip
