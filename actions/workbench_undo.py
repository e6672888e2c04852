"""Taking a decision about an address back, as far as nothing newer stands on it."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from actions import workbench_row
from actions.code_undo import undo_change
from actions.deed import deed
from db import workbench, workbench_effects
from db.engine import bound_to
from db.query import Row
from gis.errors import AnjuError
from inspections.access import Actor, Place


class StandsOnItError(AnjuError):
    """Something newer stands on this decision: {what}."""


def undo(decision_id: int, *, actor: Actor, at: datetime, reason: str = "undo") -> list[int]:
    """Take a decision back with all it settled along; the cases that are open again.

    Raises
    ------
    db.workbench.NoSuchDecisionError
        It is undone already, or was made along with another.
    StandsOnItError
        The address was changed since, or somebody was at the house.
    """
    with deed(actor, "address.decide", about=("address_decision", decision_id), detail={"kind": "undo"}) as connection:
        first = workbench.decision(connection, county=actor.county, decision_id=decision_id)
        rows = [*workbench.decision_parts(connection, county=actor.county, decision_id=decision_id), first]
        for row in rows:
            actor.require("address.decide", Place(actor.county, town=row["town"], village=row["village"]))
            _take_back(connection, row, actor=actor, at=at, reason=reason)
        workbench.undone(
            connection, county=actor.county, ids=[row["id"] for row in rows], account_id=actor.account_id or None, at=at
        )
        cases = [row["case_id"] for row in rows]
        workbench.put_back(connection, county=actor.county, case_ids=cases)
        return cases


def _take_back(connection: Connection, row: Row, *, actor: Actor, at: datetime, reason: str) -> None:
    county, after = row["county"], row["after"]
    if after.get("text_alias"):
        workbench.forget_text(connection, county=county, alias_id=after["text_alias"])
    if after.get("name_id"):
        workbench.forget_name(connection, county=county, name_id=after["name_id"])
    if "address" in after:
        _put_address_back(connection, row)
    if "row" in after:
        _put_row_back(connection, row, actor=actor, at=at, reason=reason)
    if "code_event" in after:
        with bound_to(connection):
            undo_change(after["code_event"], actor=actor, at=at, reason=reason)


def _put_address_back(connection: Connection, row: Row) -> None:
    same: dict[str, Any] = {"county": row["county"], "address_id": row["address_id"]}
    if workbench_effects.state_of(connection, **same) != row["after"]["address"]:
        raise StandsOnItError(what="address")
    workbench_effects.put_back(connection, state=row["before"]["address"], **same)


def _put_row_back(connection: Connection, row: Row, *, actor: Actor, at: datetime, reason: str) -> None:
    after = row["after"]["row"]
    now = workbench_effects.house_state(connection, county=row["county"], address_id=after["address_id"])
    if now is None or _content(now) != _content(after):
        raise StandsOnItError(what="house")
    if row["before"]["row"] is None and not workbench_effects.untouched(
        connection, county=row["county"], house_id=after["house_id"]
    ):
        raise StandsOnItError(what="visit")
    workbench_row.take_out(connection, row, at=at, account_id=actor.account_id or None, reason=reason)


def _content(state: dict[str, Any]) -> dict[str, Any]:
    """What a row says of a house, without what time and visits do to it."""
    names = ("village", "kind", "floors", "let_status", "rooms_let", "persons", "owner_id", "manager_id", "fingerprint",
             "geom", "extra")  # fmt: skip
    return {name: state["house"][name] for name in names} | {"text": state["address"]["text"]}
