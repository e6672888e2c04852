"""Ratings that people gave of a case, shown to nobody who could still be led by them; and the pairs given blind."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from db import query
from db.query import Row
from inspections.access import Place
from inspections.rating import Default, Rating, default


@dataclass(frozen=True, slots=True)
class Pair:
    """A case that two people rated blind: its number, hazard, where it lies, who they are, both ratings in order."""

    number: str
    hazard: str
    place: Place
    at: datetime
    raters: tuple[str, str]
    ratings: tuple[Rating, Rating]


@dataclass(frozen=True, slots=True)
class Known:
    """What somebody may know of a case's ratings.

    ``raters`` is how many people rated it; ``own`` whether the viewer did; ``open`` whether the others' may be seen.
    ``rows`` are those shown, one a person, the latest: id, account_id, account_name, account_department, at, note,
    blind, rating. ``base`` is what the hazard starts from, None where it has no profile.
    """

    raters: int
    own: bool
    open: bool
    rows: list[Row]
    base: Default | None


def add(  # noqa: PLR0913 - a row's columns
    connection: Connection, county: str, ticket_id: int, *, hazard: str, told: Rating, account_id: int, at: datetime,
    note: str | None,
) -> int:  # fmt: skip
    """Write a rating and return its key; whether it is blind the record finds out by itself."""
    return int(query.value(
        connection, "rating_add", county=county, ticket_id=ticket_id, account_id=account_id, at=at, hazard=hazard,
        likelihood=told.likelihood, spread=[float(share) for share in told.spread], exposed=told.exposed, note=note,
    ))  # fmt: skip


def known(connection: Connection, county: str, ticket_id: int, *, viewer: int) -> Known:
    """What ``viewer`` (an account) may know of a case: others' ratings only after their own, or once two stand."""
    given = {"county": county, "ticket_id": ticket_id}
    counts = query.row(connection, "rating_counts", viewer=viewer, **given) or {}
    rows = query.rows(connection, "rating_of_ticket", viewer=viewer, **given)
    return Known(
        int(counts.get("raters", 0)), bool(counts.get("own")), bool(counts.get("open")),
        [row | {"rating": _rating(row)} for row in rows], base(connection, county, ticket_id),
    )  # fmt: skip


def base(connection: Connection, county: str, ticket_id: int) -> Default | None:
    """What a case's hazard starts from by the facts of its visit; None where its hazard has no profile."""
    row = query.row(connection, "rating_basis", county=county, ticket_id=ticket_id)
    if row is None:
        return None
    facts: dict[str, Any] = {"house_kind": row["house_kind"], "let_status": row["let_status"], **row["facts"]}
    return default(row["hazard"], facts, exposed=row["persons"])


def pairs(connection: Connection, county: str) -> list[Pair]:
    """Every case that two people rated blind, the last completed first."""
    return [
        Pair(row["number"], row["hazard"], Place(county, row["town"], row["village"]), row["other_at"],
             (row["rater"], row["other_rater"]),
             (_rating(row), _rating(row, "other_")))
        for row in query.rows(connection, "rating_pairs", county=county)
    ]  # fmt: skip


def _rating(row: Row, head: str = "") -> Rating:
    one, two, three, four = (float(share) for share in row[f"{head}spread"])
    return Rating(row[f"{head}likelihood"], (one, two, three, four), row[f"{head}exposed"])
