"""Taking a change of codes back, as long as nothing was built on it."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection

from actions import risk
from actions.code_change import Change, CodeLine
from actions.codes import MIN_REASON, ChangeReasonError, trying
from db import house as houses
from db import lineage, query
from db.bulk import reserve
from db.engine import transaction
from db.lineage import AlreadyUndoneError, Writing
from db.query import Row
from gis.errors import AnjuError
from inspections.access import Actor
from inspections.deadline import SHANGHAI

__all__ = ["BuiltOnError", "undo_change"]


class BuiltOnError(AnjuError):
    """Built on: visits {visits}, tickets {tickets}, rooms {rooms}, numbers {aliases}, deeds {events}, stops {stops}."""


def undo_change(event_id: int, *, actor: Actor, at: datetime, reason: str, dry_run: bool = False) -> Change:
    """Take a change of codes back: the old codes are in force again, those it made end and lead back to them.

    Rooms, tickets, hazards, numbers and stops go back where they were. What was allotted is never given again.

    Raises
    ------
    BuiltOnError
        Something came since on top of it: a visit, a ticket, a room, a number, a later change, a planned stop.
    db.lineage.AlreadyUndoneError, db.lineage.NoSuchChangeError
        It is no change, or not any more.
    """
    if len(reason.strip()) < MIN_REASON:
        raise ChangeReasonError(least=MIN_REASON)
    with transaction() as connection:
        row = lineage.event(connection, county=actor.county, event_id=event_id)
        places = [houses.place(connection, county=actor.county, house_id=key) for key in _touched(connection, row)]
    for place in places:
        actor.require("code.edit", place)
    detail = {"undo": event_id, "kind": row["kind"], "reason": reason.strip()}
    with trying(dry_run, actor, places[0], about=("code_event", event_id), detail=detail) as connection:
        row = lineage.event(connection, county=actor.county, event_id=event_id, lock=True)
        if row["undone_at"] is not None:
            raise AlreadyUndoneError()
        return _Undoing(connection, row, at=at, on=at.astimezone(SHANGHAI).date(), actor=actor).do(
            reason.strip(), dry_run=dry_run
        )


def _touched(connection: Connection, row: Row) -> list[int]:
    """The houses of a change, before it."""
    if row["kind"] == "renumber":
        code = lineage.history(connection, county=row["county"], address_id=row["before"]["address_id"])[0]
        return [int(houses.one(connection, county=row["county"], key=code["old_codes"][0])["id"])]
    return [int(one["id"]) for one in row["before"]["houses"]]


class _Undoing:
    """One change on its way back."""

    def __init__(self, connection: Connection, row: Row, *, at: datetime, on: date, actor: Actor) -> None:
        self.connection, self.row, self.at, self.on, self.actor = connection, row, at, on, actor
        self.county, self.kind = row["county"], row["kind"]
        self.before, self.after = row["before"], row["after"]
        self.lines = query.rows(connection, "lineage_of_event", county=self.county, id=row["id"])

    def do(self, reason: str, *, dry_run: bool) -> Change:
        """All of it; what came back and what ended."""
        self._nothing_built()
        lineage.undo(self.connection, county=self.county, event_id=self.row["id"], at=self.at,
                     account_id=self.actor.account_id, reason=reason)  # fmt: skip
        if self.kind == "renumber":
            self._names()
        else:
            self._codes()
            self._houses()
            self._insides()
        self._aliases()
        return self._told(None if dry_run else self.row["id"])

    def _nothing_built(self) -> None:
        made = self.after.get("houses", []) if self.kind in {"split", "merge"} else []
        addresses = list(self.after.get("addresses", ()))
        addresses += [line["old_address_id"] for line in self.lines if self.kind in {"renumber", "demolish"}]
        found = query.row(
            self.connection, "lineage_built_on", county=self.county, id=self.row["id"],
            houses=[one["id"] for one in made], tickets=self.after.get("tickets_after", []),
            rooms=self.after.get("rooms_after", []), addresses=addresses if self.kind != "renumber" else addresses[:1],
            aliases=[*self.after.get("aliases", ()), *self._old_aliases()],
        ) or {}  # fmt: skip
        if any(found.values()):
            raise BuiltOnError(**found)

    def _old_aliases(self) -> list[int]:
        """Numbers that the old addresses had before; only what came later is built on the change."""
        if self.kind not in {"renumber", "demolish"}:
            return []
        ids = [line["old_address_id"] for line in self.lines]
        rows = query.rows(self.connection, "alias_ids_before", county=self.county, ids=ids, on=self._day())
        return [row["id"] for row in rows]

    def _day(self) -> date:
        at: datetime = self.row["at"]
        return at.astimezone(SHANGHAI).date()

    def _codes(self) -> None:
        back: dict[int, set[int]] = {}
        for line in self.lines:
            if line["new_address_id"] is not None:
                back.setdefault(line["new_address_id"], set()).add(line["old_address_id"])
        change = Writing(self.county, self.row["id"], self.kind, self.at, self.on, None, "")
        made = [int(key) for key in self.after.get("addresses", ())]
        change.retire = {key: next(iter(back.get(key, ()))) if len(back.get(key, ())) == 1 else None for key in made}
        lineage.retire(self.connection, change)
        olds = sorted({line["old_address_id"] for line in self.lines})
        query.execute(self.connection, "lineage_revive", county=self.county, ids=olds)

    def _houses(self) -> None:
        same: dict[str, Any] = {"county": self.county}
        if self.kind == "move":
            query.value(self.connection, "changed_on", on=self.on.isoformat())
            for one in self.before["houses"]:
                query.execute(self.connection, "lineage_house_move", id=one["id"], address_id=one["address_id"],
                              village=one["village"], **same)  # fmt: skip
            return
        if self.kind != "demolish":
            for one in self.after["houses"]:
                query.execute(self.connection, "lineage_house_close", id=one["id"], on=self.on, keep_key=False, **same)
        for one in self.before["houses"]:
            print_ = None if one["fingerprint"] is None else bytes.fromhex(one["fingerprint"])
            query.execute(self.connection, "lineage_house_open", id=one["id"], due_on=one["due_on"],
                          next_try=one.get("next_try"), source_key=one["source_key"], fingerprint=print_,
                          **same)  # fmt: skip

    def _insides(self) -> None:
        same = {"county": self.county}
        if self.kind != "demolish":
            for name, statement in (("suites", "lineage_suite"), ("rooms", "lineage_room"),
                                    ("tickets", "lineage_ticket"), ("findings", "lineage_finding")):  # fmt: skip
                query.execute_many(self.connection, statement, [one | same for one in self.before[name]])
        query.execute(self.connection, "lineage_stop_back", ids=self.before["stops"],
                      reason=self.before.get("stop_reason", ""), **same)  # fmt: skip
        for one in self.before["houses"]:
            risk.reassess(self.connection, self.county, one["id"], at=self.at)

    def _names(self) -> None:
        same: dict[str, Any] = {"connection": self.connection, "county": self.county}
        lineage.rename(**same, address_id=self.before["address_id"], text=self.before["text"],
                       parts=self.before["parts"])  # fmt: skip
        for key, text in self.before["texts"].items():
            lineage.rename(**same, address_id=int(key), text=text)

    def _aliases(self) -> None:
        for key in self.after.get("aliases", ()):
            query.execute(self.connection, "alias_end", county=self.county, id=key, on=self.on)
        for one in self.before.get("aliases", ()):
            key = reserve(self.connection, "address_alias", 1)[0]
            query.execute(self.connection, "alias_pass", county=self.county, id=key, address_id=one["address_id"],
                          scheme=one["scheme"], value=one["value"], since=self.on)  # fmt: skip

    def _told(self, number: int | None) -> Change:
        made = {int(key) for key in self.after.get("addresses", ())}
        ended = {line["new_code"]: CodeLine(line["new_code"], line["new_level"], line["new_text"])
                 for line in self.lines if line["new_address_id"] in made}  # fmt: skip
        back = {line["old_code"]: CodeLine(line["old_code"], line["old_level"], line["old_text"])
                for line in self.lines}  # fmt: skip
        return Change(
            self.kind, number, self.at, retired=tuple(ended.values()), kept=tuple(back.values()),
            houses=tuple(one["id"] for one in self.before.get("houses", ())),
        )  # fmt: skip
