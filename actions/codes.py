"""What becomes of an address code: its house is split, merged, renumbered, demolished or moved to another village.

One function is one transaction and one audited deed, all or nothing. With ``dry_run`` the same is done on a savepoint
that is rolled back: nothing is written, and what comes back is what would happen. Codes are never given again; a code
that ends points to its successors and they point back.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection

from actions import risk
from actions.code_change import Change, CodeLine, Follow, Heirloom, Kind, Part, Warn
from actions.code_work import Succession, passed, retold
from actions.deed import deed
from db import alias, division, lineage, query
from db import house as houses
from db.engine import transaction
from db.errors import translated
from db.lineage import Writing
from db.query import Row
from gis.code import AddressCode
from gis.errors import AnjuError
from gis.succession import Piece, TooFewPartsError, share_out
from inspections.access import Actor, Place
from inspections.deadline import SHANGHAI

__all__ = [
    "Change", "Follow", "Part", "demolish_house", "merge_houses", "move_houses", "renumber_house", "split_house",
]  # fmt: skip

DEED = "code.edit"
MIN_REASON = 2
ALL = Follow()


class ChangeReasonError(AnjuError):
    """Say why: at least {least} characters."""


class NoAddressError(AnjuError):
    """Every house needs the text of its address."""


class SameHouseTwiceError(AnjuError):
    """A house was named twice."""


class NothingChangesError(AnjuError):
    """Nothing would change: the house is there already."""


def split_house(
    house_id: int, parts: Sequence[Part], *, actor: Actor, at: datetime, reason: str, follow: Follow = ALL,
    dry_run: bool = False,
) -> Change:  # fmt: skip
    """Make two or more houses of one; its code ends, each part gets a code of its own.

    Rooms and suites go where the parts say, open tickets with the rooms they name or as ``follow`` says; closed tickets
    and visits stay on record of the old house and show in the history of the new ones.

    Raises ``gis.succession`` errors for parts that do not add up, ``db.lineage.GoneHouseError`` for a house that is
    closed already, ``RefusedError`` outside the actor's area.
    """
    with _doing("split", [house_id], actor=actor, at=at, reason=reason, dry_run=dry_run) as (connection, change, olds):
        _addressed(parts)
        if len(parts) < 2:
            raise TooFewPartsError(n=len(parts))
        work = Succession(connection, change, olds, follow)
        work.allot(parts, village=olds[0]["village"])
        pieces = [
            Piece(row["suite_id"], tuple(one["room_id"] for one in work.inside if one["room_suite"] == row["suite_id"]))
            for row in work.inside if row["suite_id"]
        ]  # fmt: skip
        work.assign(*share_out(pieces, [(part.suites, part.rooms) for part in parts]))
        return _pass_on(work, at=at)


def merge_houses(
    house_ids: Sequence[int], into: Part, *, actor: Actor, at: datetime, reason: str, dry_run: bool = False
) -> Change:
    """Make one house of two or more; their codes end, the whole gets a new one in the village of the first.

    Raises as ``split_house``, and ``SameHouseTwiceError``.
    """
    if len(house_ids) < 2:
        raise TooFewPartsError(n=len(house_ids))
    with _doing("merge", house_ids, actor=actor, at=at, reason=reason, dry_run=dry_run) as (connection, change, olds):
        _addressed([into])
        work = Succession(connection, change, olds, ALL)
        work.allot([into], village=olds[0]["village"])
        work.assign({row["suite_id"]: 0 for row in work.inside}, {row["room_id"]: 0 for row in work.inside})
        if len({old["village"] for old in olds}) > 1:
            work.warnings.append(Warn("villages", {"n": len({old["village"] for old in olds})}))
        return _pass_on(work, at=at)


def _pass_on(work: Succession, *, at: datetime) -> Change:
    work.seat()
    work.houses()
    work.rooms()
    work.cases()
    work.aliases()
    work.rounds()
    work.remember()
    lineage.write(work.connection, work.change)
    for heir in work.heirs:
        risk.reassess(work.connection, work.county, heir.house_id, at=at)
    return _told([work])


def move_houses(
    house_ids: Sequence[int], village: str, *, actor: Actor, at: datetime, reason: str,
    addresses: Mapping[int, str] | None = None, dry_run: bool = False,
) -> Change:  # fmt: skip
    """Give houses new codes in another village; the old codes end and lead to the new ones.

    The houses stay the same houses: rooms, tickets, visits and people with them. ``addresses`` holds new texts by house
    id. When only the division's own code changes no house moves: see ``actions.division_update``.

    Raises ``db.division.NoSuchDivisionError``, ``gis.code.CodeError`` for a village no code can be made of,
    ``NothingChangesError`` for a house that is there already.
    """
    with _doing("move", house_ids, actor=actor, at=at, reason=reason, dry_run=dry_run) as (connection, change, olds):
        division.one(connection, county=actor.county, code=village)
        actor.require(DEED, Place(county=actor.county, village=village))
        works = [_moved(connection, change, old, village, (addresses or {}).get(old["id"])) for old in olds]
        lineage.write(connection, change)
        for work in works:
            for ticket in work.change.tickets:
                query.execute(connection, "lineage_ticket", county=actor.county, **ticket)
            risk.reassess(connection, actor.county, work.ids[0], at=at)
        return _told(works)


def _moved(connection: Connection, change: Writing, old: Row, village: str, text: str | None) -> Succession:
    if old["village"] == village:
        raise NothingChangesError()
    work = Succession(connection, change, [old], ALL)
    work.allot([Part(text or old["text"], parts=old["parts"] if text is None else {})], village=village)
    work.heirs[0].house_id = old["id"]
    work.assign({row["suite_id"]: 0 for row in work.inside}, {row["room_id"]: 0 for row in work.inside})
    work.seat()
    change.moving.append({"id": old["id"], "address_id": work.heirs[0].address_id, "village": village})
    work.rooms()
    work.cases()
    work.aliases()
    work.rounds(ends=False)
    work.remember()
    return work


def renumber_house(  # noqa: PLR0913 - what is asked of a renumbering
    house_id: int, address: str, *, actor: Actor, at: datetime, reason: str, doorplate: str | None = None,
    parts: dict[str, Any] | None = None, dry_run: bool = False,
) -> Change:  # fmt: skip
    """Call a house by another door number; its code stays, for it names the house and not the plate.

    The old door plate (the old text where no plate was on record) stays on record until the day; the texts of suites
    and rooms that begin with the house's follow.
    """
    with _doing("renumber", [house_id], actor=actor, at=at, reason=reason, dry_run=dry_run) as (
        connection, change, olds,
    ):  # fmt: skip
        (old,) = olds
        _addressed([Part(address)])
        if address == old["text"] and doorplate is None:
            raise NothingChangesError()
        inside = lineage.inside(connection, county=actor.county,
                                prefix=AddressCode.parse(old["code"]).children_prefix)  # fmt: skip
        texts = {row["id"]: new for row in inside if (new := retold(row["text"], old["text"], address))}
        change.before |= {"text": old["text"], "parts": old["parts"], "address_id": old["address_id"],
                          "texts": {row["id"]: row["text"] for row in inside if row["id"] in texts}}  # fmt: skip
        change.after |= {"text": address, "parts": parts or {}}
        change.lineage.append((old["address_id"], old["address_id"]))
        follows = _plates(connection, change, old, doorplate)
        lineage.write(connection, change)
        lineage.rename(connection, county=actor.county, address_id=old["address_id"], text=address, parts=parts or {})
        for key, text in texts.items():
            lineage.rename(connection, county=actor.county, address_id=key, text=text)
        kept = (CodeLine(old["code"], "house", address),)
        number = None if dry_run else change.event_id
        return Change("renumber", number, at, kept=kept, follows=tuple(follows), houses=(house_id,))


def _plates(connection: Connection, change: Writing, old: Row, plate: str | None) -> list[Heirloom]:
    """The old door plates end on the day; without one on record the old text was what the plate said."""
    held = query.rows(connection, "alias_of_addresses", county=change.county, ids=[old["address_id"]])
    plates = [row for row in held if row["scheme"] == "DOORPLATE"]
    change.aliases = [passed(connection, row, None) for row in plates]
    change.before["aliases"] = [{name: row[name] for name in ("id", "address_id", "scheme", "value")} for row in plates]
    same = {"county": change.county, "address_id": old["address_id"], "scheme": "DOORPLATE"}
    made = []
    if not plates and not alias.holders(connection, county=change.county, value=old["text"], scheme="DOORPLATE"):
        # Nobody knows since when the plate hung there; it is on record for the day before, which is known.
        made.append(alias.add(connection, value=old["text"], since=_before(change.on), until=change.on, **same))
    if plate:
        made.append(alias.add(connection, value=plate, since=change.on, **same))
    change.after["aliases"] = made
    return [Heirloom("alias", row["id"], f"DOORPLATE {row['value']}", old["code"], None) for row in plates]


def _before(on: date) -> date:
    return date.fromordinal(on.toordinal() - 1)


def demolish_house(house_id: int, *, actor: Actor, at: datetime, reason: str, dry_run: bool = False) -> Change:
    """Close a house that is no more; its code ends without a successor.

    Open tickets stay open on it and run to their end, since only their own way closes a case.
    """
    with _doing("demolish", [house_id], actor=actor, at=at, reason=reason, dry_run=dry_run) as (
        connection, change, olds,
    ):  # fmt: skip
        work = Succession(connection, change, olds, ALL)
        for key in (olds[0]["address_id"], *(row["id"] for row in work.inside)):
            change.retire[key] = None
            change.lineage.append((key, None))
        change.closing = {house_id: True}
        work.rounds()
        held = query.rows(connection, "alias_of_addresses", county=actor.county, ids=list(change.retire))
        change.aliases = [passed(connection, row, None) for row in held]
        for row in query.rows(connection, "lineage_open_tickets", county=actor.county, ids=[house_id]):
            work.follows.append(Heirloom("ticket", row["id"], row["number"], olds[0]["code"], None))
        if work.follows:
            work.warnings.append(Warn("tickets", {"n": len(work.follows)}))
        work.remember()
        lineage.write(connection, change)
        return replace(_told([work]), houses=())


# --- what all of them share --------------------------------------------------------------------------------


@contextmanager
def _doing(
    kind: Kind, house_ids: Sequence[int], *, actor: Actor, at: datetime, reason: str, dry_run: bool
) -> Iterator[tuple[Connection, Writing, list[Row]]]:
    """The transaction of a change with its houses held; the actor may do it where each of them lies."""
    if len(reason.strip()) < MIN_REASON:
        raise ChangeReasonError(least=MIN_REASON)
    if len(set(house_ids)) != len(house_ids):
        raise SameHouseTwiceError()
    with transaction() as connection:
        places = [houses.place(connection, county=actor.county, house_id=key) for key in house_ids]
    for place in places:
        actor.require(DEED, place)
    detail: dict[str, Any] = {"change": kind, "houses": list(house_ids), "reason": reason.strip()}
    with trying(dry_run, actor, places[0], about=("house", house_ids[0]), detail=detail) as connection:
        olds = lineage.lock(connection, county=actor.county, ids=house_ids)
        change = lineage.begin(
            connection, county=actor.county, kind=kind, at=at, on=at.astimezone(SHANGHAI).date(),
            account_id=actor.account_id, reason=reason.strip(),
        )  # fmt: skip
        detail |= {"event": change.event_id, "codes": [old["code"] for old in olds]}
        change.trial = dry_run
        yield connection, change, olds


@contextmanager
def trying(
    dry_run: bool, actor: Actor, place: Place | None, *, about: tuple[str, Any], detail: dict[str, Any]
) -> Iterator[Connection]:
    """A deed; or, tried only, the same on a savepoint that is rolled back, and nothing in the audit."""
    if not dry_run:
        with deed(actor, DEED, place=place, about=about, detail=detail) as connection:
            yield connection
        return
    actor.require(DEED, place)
    with translated(), transaction() as connection:
        savepoint = connection.begin_nested()
        try:
            yield connection
        finally:
            savepoint.rollback()


def _addressed(parts: Sequence[Part]) -> None:
    if not all(part.address.strip() for part in parts):
        raise NoAddressError()


def _told(works: Sequence[Succession]) -> Change:
    """What came of it, all houses together."""
    change = works[0].change
    allotted = tuple(CodeLine(row[2], row[3], row[5]) for row in change.addresses)
    warnings = [warning for work in works for warning in work.warnings]
    first = works[0]
    texts = [heir.part.address for work in works for heir in work.heirs]
    living = [heir.house_id for work in works for heir in work.heirs]
    same = query.rows(first.connection, "lineage_same_text", county=change.county, texts=texts, ids=living)
    warnings += [Warn("same_text", {"address": row["text"], "code": row["code"]}) for row in same]
    return Change(
        kind=change.kind, event_id=None if change.trial else change.event_id, at=change.at,  # type: ignore[arg-type]
        retired=tuple(line for work in works for line in work.retired()), allotted=allotted,
        follows=tuple(one for work in works for one in work.follows), visits=sum(work.visits for work in works),
        houses=tuple(living), warnings=tuple(warnings),
    )  # fmt: skip
