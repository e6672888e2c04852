"""The tables of streets."""

from geoalchemy2 import Geometry
from sqlalchemy import BigInteger, CheckConstraint, Column, Double, Index, Integer, SmallInteger, Table
from sqlalchemy.dialects.postgresql import JSONB

from db.columns import SRID, at, county_key, fk, metadata, one_of, opt, pk, req, row_id

street_load = Table(
    "street_load", metadata, county_key(), row_id(), req("file_name"), req("sha256"), req("ways", Integer),
    req("streets", Integer), req("metres", Double), req("passed_over", JSONB, "'{}'::jsonb"),
    opt("loaded_by", BigInteger), at("loaded_at", now=True), pk(), fk("loaded_by", "account"),
)  # fmt: skip

street = Table(
    "street", metadata, county_key(), row_id(), req("load_id", BigInteger), req("tail", BigInteger),
    req("head", BigInteger), req("kind"), req("access", SmallInteger), req("metres", Double),
    Column("geom", Geometry("LINESTRING", srid=SRID, spatial_index=False), nullable=False), pk(),
    fk("load_id", "street_load"),
    one_of("kind", "'motorway', 'trunk', 'primary', 'secondary', 'tertiary', 'residential', 'service', 'track', "
                   "'cycleway', 'path', 'footway', 'pedestrian', 'steps'"),
    CheckConstraint("access BETWEEN 1 AND 31", name="access"), CheckConstraint("metres > 0", name="metres"),
    Index("street_geom_idx", "geom", postgresql_using="gist"), Index(None, "county", "load_id"),
)  # fmt: skip
