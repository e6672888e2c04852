"""Batches of a register: what is known already, what is written, what stays in quarantine. One transaction a batch."""

import json
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection

from db import crypto, party, query, register
from db.bulk import copy_in
from db.frame import frame
from db.register import FACTS, HOUSE_ADDRESS, NewHouse, Progress
from gis.address.learnt import text_key
from gis.errors import AnjuError

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

Read = Callable[[Sequence[NewHouse]], None]
REGISTER_KEY = "key:"
"""What the ``source_key`` of a house begins with that a register has a number for."""


class NoSuchBatchError(AnjuError):
    """There is no import {batch_id} in this county."""


@dataclass(frozen=True, slots=True)
class FileSeen:
    """The file an import reads and who brings it; ``account_id`` is None at a terminal.

    ``kind`` is ``houses`` for a register and ``addresses`` for a list of standard addresses.
    """

    name: str
    sha256: str
    account_id: int | None
    started_at: datetime
    kind: str = "houses"


@dataclass(frozen=True, slots=True)
class Sorted:
    """Houses of a batch by what is to be done: ``changed`` holds the row that the record has beside each.

    ``rewritten`` of the known ones were found by another writing of their address, and ``gone`` speak of houses that
    were split, merged or demolished since: what became of them is left alone.
    """

    new: list[NewHouse]
    changed: list[tuple[NewHouse, query.Row]]
    unchanged: int
    rewritten: int = 0
    gone: tuple[tuple[NewHouse, query.Row], ...] = ()


@dataclass(frozen=True, slots=True)
class Held:
    """A row that could not be placed: its number, what is wrong (masked), and the row itself in clear."""

    row: int
    problems: list[dict[str, Any]]
    raw: dict[str, Any]


def open_batch(
    connection: Connection, *, county: str, file: FileSeen, crs: str | None, mapping: Mapping[str, Any], read: int
) -> int:
    """Begin a batch inside the transaction of its result, alone in its county; its id."""
    query.execute(connection, "import_one_at_a_time", county=county)
    return query.value(
        connection, "batch_open", county=county, file_name=file.name, sha256=file.sha256, account_id=file.account_id,
        crs=crs, mapping=json.dumps(mapping, ensure_ascii=False), started_at=file.started_at, read=read, kind=file.kind,
    )  # fmt: skip


def note_failed(connection: Connection, *, county: str, file: FileSeen, at: datetime) -> int:
    """Note a file of which nothing was taken in."""
    return query.value(
        connection, "batch_failed", county=county, file_name=file.name, sha256=file.sha256,
        account_id=file.account_id, started_at=file.started_at, finished_at=at, kind=file.kind,
    )  # fmt: skip


def close_batch(connection: Connection, *, county: str, batch_id: int, counts: Mapping[str, int], at: datetime) -> None:
    """End a batch; the record refuses counts that do not add up to the rows read."""
    query.execute(
        connection, "batch_done", county=county, batch_id=batch_id, placed=counts["placed"],
        unchanged=counts["unchanged"], quarantined=counts["quarantined"], finished_at=at,
    )  # fmt: skip


def sort(connection: Connection, *, county: str, houses: Sequence[NewHouse], read: Read | None = None) -> Sorted:
    """Tell new houses from known ones, and changed ones from unchanged by ``fingerprint``.

    A house is known by its ``source_key``; failing that by its text, where somebody settled what it means; failing
    that by village and ``match_key``, where exactly one house of the record and one of the batch have them and not
    both are called something by a register. ``read`` sets the ``match_key`` of the houses that need one: those that
    are not known by their own key, and those that changed.
    """
    known = {row["n"]: row for row in query.rows(
        connection, "import_known", county=county, keys=[house.source_key for house in houses],
        prints=[house.fingerprint for house in houses],
    )}  # fmt: skip
    if read is not None:
        read([house for n, house in enumerate(houses) if n not in known or not known[n]["same"]])
    settled = _settled(connection, county, houses, known)
    taken = {row["id"] for row in known.values()}
    first = {row["id"]: n for n, row in reversed(settled.items()) if row["id"] not in taken}
    same = _same_address(connection, county, houses, known | settled)
    gone = [(houses[n], row) for n, row in sorted(known.items()) if row["status"] != "active"]
    living = {n: row for n, row in (known | same).items() if row["status"] == "active"}
    living |= {n: settled[n] for n in first.values()}
    changed = [(houses[n], row) for n, row in sorted(living.items()) if not row["same"]]
    new = [house for n, house in enumerate(houses) if n not in known and n not in same and n not in settled]
    unchanged = len(houses) - len(new) - len(changed)
    return Sorted(new, changed, unchanged, rewritten=len(same), gone=tuple(gone))


def _settled(
    connection: Connection, county: str, houses: Sequence[NewHouse], known: Mapping[int, query.Row]
) -> dict[int, query.Row]:
    """Houses of the record that somebody settled these texts for; two rows may speak of one."""
    wanted = [n for n, house in enumerate(houses) if n not in known]
    if not wanted or not query.value(connection, "text_any", county=county):
        return {}
    rows = query.rows(
        connection, "import_settled", county=county, ns=wanted, texts=[text_key(houses[n].address) for n in wanted],
        prints=[houses[n].fingerprint for n in wanted],
    )  # fmt: skip
    return {row["n"]: row for row in rows}


def _same_address(
    connection: Connection, county: str, houses: Sequence[NewHouse], known: Mapping[int, query.Row]
) -> dict[int, query.Row]:
    """Houses of the record that stand at the very address of a house of the batch, one for one."""
    wanted = [n for n, house in enumerate(houses) if n not in known and house.match_key]
    if not wanted:
        return {}
    rows = query.rows(
        connection, "import_same_address", county=county, ns=wanted,
        villages=[houses[n].village for n in wanted], keys=[houses[n].match_key for n in wanted],
        prints=[houses[n].fingerprint for n in wanted],
    )  # fmt: skip
    taken = {row["id"] for row in known.values()}
    by_row, by_house = Counter(row["n"] for row in rows), Counter(row["id"] for row in rows)
    return {
        row["n"]: row for row in rows
        if by_row[row["n"]] == by_house[row["id"]] == 1 and row["id"] not in taken
        and not (_has_name(row["source_key"]) and _has_name(houses[row["n"]].source_key))
    }  # fmt: skip


def _has_name(source_key: str | None) -> bool:
    """Whether a register calls the house something."""
    return source_key is not None and source_key.startswith(REGISTER_KEY)


def fill_keys(connection: Connection, *, county: str, key_of: Callable[[str, str], str]) -> int:
    """Read the addresses of houses that were written or rewritten without their key; how many there were.

    ``key_of`` makes the key of a text and the code of its village.
    """
    rows = query.rows(connection, "address_without_key", county=county)
    if not rows:
        return 0
    query.execute(connection, "address_keys_incoming")
    keys = ((row["id"], key_of(row["text"], row["village"])) for row in rows)
    copy_in(connection, "incoming_key", ("id", "key"), keys)
    return query.execute(connection, "address_keys_write", county=county)


def place(
    connection: Connection, *, county: str, found: Sorted, progress: Progress | None = None, keep_people: bool = False
) -> None:
    """Write the new houses and what has changed of the known ones; codes once given stay.

    With ``keep_people`` owners and managers that changed rows name no more stay in the record: it can be undone.
    """
    register.add(connection, county=county, houses=found.new, progress=progress)
    if found.changed:
        replaced = _update(connection, county, found.changed)
        if not keep_people:
            query.execute(connection, "party_drop_orphans", county=county, ids=replaced)


def _update(connection: Connection, county: str, changed: Sequence[tuple[NewHouse, query.Row]]) -> list[int]:
    people, replaced = _people(connection, county, changed)
    query.execute(connection, "import_incoming")
    copy_in(connection, "incoming_house", ("county", "id", "address_id", *FACTS), (
        (county, row["id"], row["address_id"], *register.facts(house, people)) for house, row in changed
    ))  # fmt: skip
    rows = (register.address_row(county, row["address_id"], "", house) for house, row in changed)
    copy_in(connection, "incoming_address", HOUSE_ADDRESS, rows)
    query.execute(connection, "import_update_houses")
    query.execute(connection, "import_update_addresses")
    return replaced


def _people(
    connection: Connection, county: str, changed: Sequence[tuple[NewHouse, query.Row]]
) -> tuple[dict[int, int], list[int]]:
    """Keys of the people that changed rows name, and of those they name no more.

    Somebody given exactly as before stays the same person, even by a bare name.
    """
    parts = [
        (person, row[f"{part}_id"])
        for house, row in changed
        for part, person in (("owner", house.owner), ("manager", house.manager))
        if person is not None
    ]
    before = party.keys(connection, county=county, ids=[key for _, key in parts if key is not None])
    same = {id(person): key for person, key in parts if key is not None and before.get(key) == person.key}
    fresh = [person for person, _ in parts if id(person) not in same]
    replaced = [key for person, key in parts if key is not None and id(person) not in same]
    return same | register.add_people(connection, county=county, people=fresh), replaced


def hold(connection: Connection, *, county: str, batch_id: int, rows: Iterable[Held]) -> None:
    """Put rows into quarantine, sealed."""
    copy_in(connection, "quarantine", ("county", "batch_id", "row_no", "problems", "raw_enc"), (
        (county, batch_id, held.row, json.dumps(held.problems, ensure_ascii=False, default=str),
         crypto.seal(json.dumps(held.raw, ensure_ascii=False, default=str)))
        for held in rows
    ))  # fmt: skip


def mark_repaired(connection: Connection, *, county: str, rows: Sequence[tuple[int, int]]) -> int:
    """Note (batch, row) pairs whose repaired form was taken in; how many were still open."""
    return query.execute(
        connection, "quarantine_repaired", county=county, batches=[batch for batch, _ in rows],
        row_nos=[row for _, row in rows],
    )  # fmt: skip


def batches(connection: Connection, *, county: str, limit: int = 50) -> list[query.Row]:
    """The latest imports, newest first.

    Rows: id, kind (houses or addresses), file_name, state, started_at, finished_at, who, crs, mapping, read, placed,
    unchanged, quarantined, open_rows (quarantined rows not yet repaired).
    """
    return query.rows(connection, "batch_list", county=county, limit=limit)


def batch(connection: Connection, *, county: str, batch_id: int) -> query.Row:
    """One import; raises ``NoSuchBatchError``."""
    found = query.row(connection, "batch_one", county=county, batch_id=batch_id)
    if found is None:
        raise NoSuchBatchError(batch_id=batch_id)
    return found


def quarantined(connection: Connection, *, county: str, batch_id: int, limit: int = 1000) -> list[query.Row]:
    """Rows of a batch that could not be placed: row_no, problems (masked dicts), state."""
    return query.rows(connection, "quarantine_rows", county=county, batch_id=batch_id, limit=limit)


def held(connection: Connection, *, county: str, batch_id: int) -> tuple[int, int, dict[str, int]]:
    """Rows of a batch still open, rows mended since, and how many open rows each reason holds back."""
    states = query.rows(connection, "quarantine_states", county=county, batch_id=batch_id)[0]
    reasons = query.rows(connection, "quarantine_reasons", county=county, batch_id=batch_id)
    return states["open"], states["repaired"], {row["reason"]: row["rows"] for row in reasons}


def placed_frame(connection: Connection, *, county: str, batch_id: int, limit: int = 2000) -> "GeoDataFrame":
    """Houses that an import wrote and nobody changed since, as points, EPSG:4490: code, address, colour, geometry."""
    return frame(connection, "batch_houses", county=county, batch_id=batch_id, limit=limit)


def opened(connection: Connection, *, county: str, batch_id: int) -> list[Held]:
    """The open rows of a batch in clear, for the repair file."""
    return [
        Held(row["row_no"], row["problems"], json.loads(crypto.unseal(row["raw_enc"])))
        for row in query.rows(connection, "quarantine_sealed", county=county, batch_id=batch_id)
    ]
