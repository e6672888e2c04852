"""Columns and constraints as every table of the record has them, and the words that its columns may hold."""

from typing import Any

from geoalchemy2 import Geometry
from sqlalchemy import (
    CHAR,
    BigInteger,
    CheckConstraint,
    Column,
    DateTime,
    ForeignKeyConstraint,
    Identity,
    MetaData,
    PrimaryKeyConstraint,
    Text,
    text,
)
from sqlalchemy.dialects.postgresql import DATERANGE, ExcludeConstraint
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


def county_key() -> Column[str]:
    """The county, first in every key."""
    return Column("county", CHAR(6), nullable=False)


def row_id() -> Column[int]:
    """A number that the database gives."""
    return Column("id", BigInteger, Identity(always=False), nullable=False)


def req(name: str, kind: TypeEngine[Any] | type[TypeEngine[Any]] = Text, default: str | None = None) -> Column[Any]:
    """A column that is always filled."""
    return Column(name, kind, nullable=False, server_default=text(default) if default is not None else None)


def opt(name: str, kind: TypeEngine[Any] | type[TypeEngine[Any]] = Text) -> Column[Any]:
    """A column that may say nothing."""
    return Column(name, kind, nullable=True)


def at(name: str, *, required: bool = False, now: bool = False) -> Column[Any]:
    """A moment, with its zone."""
    default = text("now()") if now else None
    return Column(name, DateTime(timezone=True), nullable=not (required or now), server_default=default)


def geom(kind: str, name: str = "geom") -> Column[Any]:
    """A geometry in the storage system."""
    return Column(name, Geometry(kind, srid=SRID, spatial_index=False), nullable=True)


def pk(*columns: str) -> PrimaryKeyConstraint:
    """The key, led by the county."""
    return PrimaryKeyConstraint("county", *(columns or ("id",)))


def fk(column: str, table: str, target: str = "id") -> ForeignKeyConstraint:
    """A reference within the county."""
    return ForeignKeyConstraint(["county", column], [f"{table}.county", f"{table}.{target}"])


def valid_geometry(name: str = "geom") -> CheckConstraint:
    """No empty and no crossed geometry."""
    return CheckConstraint(f"ST_IsValid({name}) AND NOT ST_IsEmpty({name})", name=f"{name}_valid")


def one_of(column: str, values: str) -> CheckConstraint:
    """One of some words."""
    return CheckConstraint(f"{column} IN ({values})", name=column)


def no_overlap(table: str, *columns: str, where: str | None = None) -> ExcludeConstraint:
    """At no moment two of these."""
    parts = [("county", "="), *((column, "=") for column in columns), ("valid", "&&")]
    return ExcludeConstraint(
        *parts, using="gist", name=f"{table}_no_overlap_excl", where=text(where) if where else None
    )


def since() -> Column[Any]:
    """The days on which a row holds."""
    return Column("valid", DATERANGE, nullable=False, server_default=text("daterange(CURRENT_DATE, NULL)"))
