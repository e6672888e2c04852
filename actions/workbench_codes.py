"""Splitting, merging and renumbering houses from the workbench: the change of codes and the decision, as one."""

from collections.abc import Callable, Sequence
from datetime import datetime

from actions import codes
from actions.code_change import Change, Part
from actions.deed import deed
from actions.workbench import Decided, opened, write_down
from db import address_check, workbench_effects
from db.engine import bound_to, transaction
from db.query import Row
from gis.errors import AnjuError
from inspections.access import Actor

Deed = Callable[[Row, list[int], bool], Change]


class NoHouseError(AnjuError):
    """No house stands at this address yet, so there is nothing to {kind}."""


def merge(
    case_id: int, choices: Sequence[int], into: Part, *, actor: Actor, at: datetime, reason: str, dry_run: bool = False
) -> tuple[Change, Decided | None]:  # fmt: skip
    """Make one house of a case's house and those of the candidates chosen; with ``dry_run`` only say what would follow.

    Raises ``NoHouseError`` and what ``actions.codes.merge_houses`` raises.
    """

    def change(_row: Row, houses: list[int], trial: bool) -> Change:
        return codes.merge_houses(houses, into, actor=actor, at=at, reason=reason, dry_run=trial)

    return _change(case_id, "merge", choices, change, actor=actor, at=at, dry_run=dry_run)


def split(
    case_id: int, parts: Sequence[Part], *, actor: Actor, at: datetime, reason: str, dry_run: bool = False
) -> tuple[Change, Decided | None]:
    """Make several houses of a case's house. Raises ``NoHouseError`` and what ``actions.codes.split_house`` raises."""

    def change(_row: Row, houses: list[int], trial: bool) -> Change:
        return codes.split_house(houses[0], parts, actor=actor, at=at, reason=reason, dry_run=trial)

    return _change(case_id, "split", (), change, actor=actor, at=at, dry_run=dry_run)


def renumber(
    case_id: int, address: str, *, actor: Actor, at: datetime, reason: str, dry_run: bool = False
) -> tuple[Change, Decided | None]:
    """Give a case's house another address text. Raises as ``actions.codes.renumber_house``, and ``NoHouseError``."""

    def change(_row: Row, houses: list[int], trial: bool) -> Change:
        return codes.renumber_house(houses[0], address, actor=actor, at=at, reason=reason, dry_run=trial)

    return _change(case_id, "renumber", (), change, actor=actor, at=at, dry_run=dry_run)


def _change(
    case_id: int, kind: str, choices: Sequence[int], change: Deed, *, actor: Actor, at: datetime, dry_run: bool
) -> tuple[Change, Decided | None]:
    if dry_run:
        with transaction() as connection:
            row = opened(connection, case_id, actor=actor)
            houses = _houses(connection, row, choices, kind)
        return change(row, houses, True), None
    detail = {"kind": kind}
    with deed(actor, "address.decide", about=("address_case", case_id), detail=detail) as connection:
        row = opened(connection, case_id, actor=actor)
        houses = _houses(connection, row, choices, kind)
        with bound_to(connection):
            done = change(row, houses, False)
        before = {"codes": [line.code for line in done.retired if line.level == "house"] or list(done.house_codes)}
        after = {"code_event": done.event_id, "codes": list(done.house_codes)}
        decided = write_down(connection, row, kind, actor=actor, at=at, before=before, after=after)
        address_check.settle_gone(connection, county=row["county"], at=at)
        return done, decided


def _houses(connection: object, row: Row, choices: Sequence[int], kind: str) -> list[int]:
    """The houses that stand at the case's address and at the candidates chosen."""
    ids = [row["address_id"], *(row["candidates"][choice]["address_id"] for choice in choices)]
    found = []
    for address_id in ids:
        house = None if address_id is None else workbench_effects.house_at(
            connection, county=row["county"], address_id=address_id  # type: ignore[arg-type]
        )  # fmt: skip
        if house is None:
            raise NoHouseError(kind=kind)
        found.append(house["id"])
    return found
