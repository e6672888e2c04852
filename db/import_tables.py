"""The tables of files that were brought in: what came of each, the rows held back, lists of standard addresses."""

from geoalchemy2 import Geometry
from sqlalchemy import BigInteger, CheckConstraint, Column, Index, Integer, LargeBinary, Table, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB

from db.columns import SRID, at, county_key, fk, metadata, one_of, opt, pk, req, row_id, since, valid_geometry

import_batch = Table(
    "import_batch", metadata, county_key(), row_id(), req("file_name"), req("sha256"),
    req("state", default="'running'"), opt("account_id", BigInteger), opt("crs"), req("mapping", JSONB, "'{}'::jsonb"),
    at("started_at", now=True), at("finished_at"), req("read", Integer, "0"), req("placed", Integer, "0"),
    req("unchanged", Integer, "0"), req("quarantined", Integer, "0"), pk(), fk("account_id", "account"),
    one_of("state", "'running', 'done', 'failed'"),
    CheckConstraint("state <> 'done' OR read = placed + unchanged + quarantined", name="nothing_lost"),
    req("kind", default="'houses'"), one_of("kind", "'houses', 'addresses', 'tickets'"),
)  # fmt: skip

quarantine = Table(
    "quarantine", metadata, county_key(), row_id(), req("batch_id", BigInteger), req("row_no", Integer),
    req("problems", JSONB), req("raw_enc", LargeBinary), req("state", default="'open'"), pk(),
    fk("batch_id", "import_batch"), UniqueConstraint("county", "batch_id", "row_no"),
    one_of("state", "'open', 'repaired'"),
)  # fmt: skip

standard_address = Table(
    "standard_address", metadata, county_key(), row_id(), req("source"), req("source_key"), req("text"), opt("village"),
    Column("geom", Geometry("POINT", srid=SRID, spatial_index=False), nullable=False), req("source_crs"),
    req("batch_id", BigInteger), since(), pk(), fk("batch_id", "import_batch"), valid_geometry(),
    CheckConstraint("source <> '' AND source_key <> '' AND text <> ''", name="said"),
    Index("standard_address_one_in_force_idx", "county", "source", "source_key", unique=True,
          postgresql_where=text("upper_inf(valid)")),
)  # fmt: skip
