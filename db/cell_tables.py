"""The tables of houses counted in cells, from which tiles from afar are read."""

from sqlalchemy import BigInteger, Integer, SmallInteger, Table

from db.columns import county_key, metadata, pk, req, row_id

house_cell = Table(
    "house_cell", metadata, county_key(), req("level", SmallInteger), req("x", Integer), req("y", Integer),
    req("colour"), req("let_status"), req("n", BigInteger), req("sx", BigInteger), req("sy", BigInteger),
    pk("level", "x", "y", "colour", "let_status"),
)  # fmt: skip

house_cell_note = Table(
    "house_cell_note", metadata, county_key(), row_id(), req("x", Integer), req("y", Integer), req("colour"),
    req("let_status"), req("n", BigInteger), req("sx", BigInteger), req("sy", BigInteger), pk(),
)  # fmt: skip
