"""How houses pass into their successors: codes, suites, rooms, tickets, hazards, other numbers, rounds."""

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection

from actions.code_change import CodeLine, Follow, Heirloom, Part, Warn
from db import lineage, query, register
from db.bulk import point_hex, reserve
from db.lineage import Writing
from db.query import Row
from db.room import label_of
from gis.code import AddressCode
from gis.succession import NoPartError, seats, whole
from words import say

LINEAGE, PLATE = "lineage", "DOORPLATE"
OWN = ("aliases", "stops", "tickets_after", "rooms_after")
"""What a change gathers over all its houses by itself."""


@dataclass(slots=True)
class Heir:
    """A house to come: its part, its code, and the keys reserved for it."""

    part: Part
    code: AddressCode
    house_id: int
    address_id: int
    origin: Row
    new: dict[AddressCode, int] = field(default_factory=dict)
    """Address keys of the codes inside it."""
    seats: dict[AddressCode, AddressCode] = field(default_factory=dict)
    """Old code to new code."""


class Succession:
    """One or several houses passing into one or several others, worked out whole before anything is written."""

    def __init__(self, connection: Connection, change: Writing, olds: Sequence[Row], follow: Follow) -> None:
        self.connection, self.change, self.olds, self.follow = connection, change, list(olds), follow
        self.county = change.county
        self.inside: list[Row] = []
        for old in self.olds:
            code = AddressCode.parse(old["code"])
            found = lineage.inside(connection, county=self.county, prefix=code.children_prefix)
            self.inside += [row | {"house": old, "at": AddressCode.parse(row["code"])} for row in found]
        self.heirs: list[Heir] = []
        self.part_of: dict[int, list[int]] = {}
        """Address inside the old houses to the parts it goes on in, its own row's first."""
        self.warnings: list[Warn] = []
        self.follows: list[Heirloom] = []
        self.visits = 0

    @property
    def ids(self) -> list[int]:
        """The old houses."""
        return [old["id"] for old in self.olds]

    # --- codes ---------------------------------------------------------------------------------------------

    def allot(self, parts: Sequence[Part], *, village: str) -> None:
        """Give every part its house code, for good."""
        for index in (self.follow.heir, *self.follow.tickets.values(), *self.follow.aliases.values()):
            if not 0 <= index < len(parts):
                raise NoPartError(part=index + 1, n=len(parts))
        serials = register.allot(self.connection, county=self.county, village=village, houses=len(parts))
        houses = reserve(self.connection, "house", len(parts))
        addresses = reserve(self.connection, "address", len(parts))
        for part, serial, house_id, address_id in zip(parts, serials, houses, addresses, strict=True):
            code = AddressCode(village, serial)
            self.heirs.append(Heir(part, code, house_id, address_id, self.olds[0]))

    def assign(self, suites: dict[int, int], rooms: dict[int, int]) -> None:
        """Take over which suite and room goes to which part; stairs go wherever their suites go."""
        below: dict[AddressCode, list[int]] = {}
        for row in self.inside:
            if row["level"] == "unit":
                continue
            own = suites.get(row["suite_id"]) if row["level"] == "suite" else rooms.get(row["room_id"])
            parts = self.part_of.setdefault(row["id"], [])
            _add(parts, self.follow.heir if own is None else own)
            above = row["at"] if row["level"] == "suite" else row["at"].parent
            _add(below.setdefault(above, []), parts[0])
        for row in self.inside:
            if row["level"] == "suite":
                for part in below.get(row["at"], []):
                    _add(self.part_of[row["id"]], part)
            elif row["level"] == "unit":
                under = {part for code, parts in below.items() if row["at"].contains(code) for part in parts}
                self.part_of[row["id"]] = sorted(under) or [self.follow.heir]

    def seat(self) -> None:
        """Find every code inside the new houses, and write down what became of what."""
        for index, heir in enumerate(self.heirs):
            mine = [row for row in self.inside if index in self.part_of[row["id"]]]
            heir.seats = seats(heir.code, [row["at"] for row in mine])
            self._addresses(heir, {heir.seats[row["at"]]: row for row in mine})
        for old in self.olds:
            self._became(old["address_id"], [heir.address_id for heir in self.heirs])
        for row in self.inside:
            news = [self.heirs[index].new[self.heirs[index].seats[row["at"]]] for index in self.part_of[row["id"]]]
            self._became(row["id"], news)

    def _became(self, old: int, news: Sequence[int]) -> None:
        self.change.retire[old] = news[0] if len(news) == 1 else None
        self.change.lineage += [(old, new) for new in news]

    def _addresses(self, heir: Heir, olds: dict[AddressCode, Row]) -> None:
        codes = whole(heir.seats)
        keys = reserve(self.connection, "address", len(codes))
        heir.new = {heir.code: heir.address_id, **dict(zip(codes, keys, strict=True))}
        self.change.addresses.append(self._house_address(heir))
        for code in codes:
            old, above = olds.get(code), code.parent
            text = retold(old["text"], old["house"]["text"], heir.part.address) if old else ""
            text = text or f"{heir.part.address} {label_of(code)}".strip()
            parent = None if above is None else heir.new[above]
            self.change.addresses.append((self.county, heir.new[code], str(code), code.level.value, parent, text, "{}",
                                          None, LINEAGE, None, "none", None, None))  # fmt: skip

    def _house_address(self, heir: Heir) -> tuple[Any, ...]:
        part, old = heir.part, heir.origin
        own = part.lon is not None and part.lat is not None
        point = point_hex(part.lon, part.lat) if own else point_hex(old["lon"], old["lat"])
        level, score, unsure_m = ("survey", 1.0, None) if own else (
            old["match_level"], old["match_score"], old["uncertainty_m"])  # fmt: skip
        return (self.county, heir.address_id, str(heir.code), "house", None, part.address, json_of(part.parts), point,
                LINEAGE, None if own else old["source_crs"], level, score, unsure_m)  # fmt: skip

    # --- what follows --------------------------------------------------------------------------------------

    def houses(self) -> None:
        """The new houses with what they inherit; the old ones close, all but the heir's keep their register keys."""
        lonely = [at for at in range(len(self.heirs)) if not any(at in parts for parts in self.part_of.values())]
        if self.part_of:
            self.warnings += [Warn("empty_part", {"part": at + 1}) for at in lonely]
        keyed = next((old for old in self.olds if old["source_key"]), self.olds[0])
        for index, heir in enumerate(self.heirs):
            heirs_own = index == self.follow.heir
            self.change.houses.append({
                "id": heir.house_id, "address_id": heir.address_id, "from_id": heir.origin["id"],
                "lon": heir.part.lon, "lat": heir.part.lat, "footprint": heir.part.footprint,
                "source_key": keyed["source_key"] if heirs_own else None,
                "fingerprint": keyed["fingerprint"] if heirs_own else None,
                "built_area_m2": self._area_m2(), **self._people(index),
            })  # fmt: skip
        self.change.closing = {old["id"]: old is not keyed for old in self.olds}

    def _area_m2(self) -> float | None:
        areas = [old["built_area_m2"] for old in self.olds]
        return sum(areas) if len(self.heirs) == 1 and None not in areas else None

    def _people(self, index: int) -> dict[str, int | None]:
        rooms = [row for row in self.inside if row["room_id"] and self.part_of[row["id"]][0] == index]
        counts = [row["headcount"] for row in rooms]
        if rooms and None not in counts:
            return {"persons": sum(counts), "rooms_let": sum(count > 0 for count in counts)}
        if rooms or len(self.heirs) > 1:
            return {"persons": None, "rooms_let": None}
        told: dict[str, int | None] = {}
        for name in ("persons", "rooms_let"):
            values = [old[name] for old in self.olds]
            told[name] = None if None in values else sum(values)
        return told

    def rooms(self) -> None:
        """Suites and rooms go over into their new houses; a suite whose rooms part company stands in each of them."""
        suites: dict[tuple[int, int], int] = {}
        for row in (row for row in self.inside if row["suite_id"]):
            for index in self.part_of[row["id"]]:
                heir = self.heirs[index]
                new, code = heir.new[heir.seats[row["at"]]], heir.seats[row["at"]]
                if index == self.part_of[row["id"]][0]:
                    suites[row["suite_id"], index] = row["suite_id"]
                    self.change.suites.append({"id": row["suite_id"], "house_id": heir.house_id, "address_id": new})
                    continue
                key = suites[row["suite_id"], index] = reserve(self.connection, "suite", 1)[0]
                label = label_of(code)
                self.change.new_suites.append((self.county, key, heir.house_id, new, label, code.floor))
        for row in (row for row in self.inside if row["room_id"]):
            index = self.part_of[row["id"]][0]
            heir = self.heirs[index]
            seat = heir.seats[row["at"]]
            self.change.rooms.append({"id": row["room_id"], "house_id": heir.house_id, "address_id": heir.new[seat],
                                      "suite_id": suites[row["room_suite"], index]})  # fmt: skip
            self.follows.append(Heirloom("room", row["room_id"], row["label"], row["code"], str(seat)))

    def cases(self) -> None:
        """Open tickets and open hazards follow; closed ones stay on record where they were."""
        rooms = {row["room_id"]: self.part_of[row["id"]][0] for row in self.inside if row["room_id"]}
        where: dict[int, int] = {}
        codes = {old["id"]: old["code"] for old in self.olds}
        for row in query.rows(self.connection, "lineage_open_tickets", county=self.county, ids=self.ids):
            named = Counter(rooms[key] for key in row["rooms"] if key in rooms)
            usual = named.most_common(1)[0][0] if named else self.follow.heir
            where[row["id"]] = index = self.follow.tickets.get(row["id"], usual)
            self.change.tickets.append({"id": row["id"], "house_id": self.heirs[index].house_id})
            self.follows.append(
                Heirloom("ticket", row["id"], row["number"], codes[row["house_id"]], str(self.heirs[index].code))
            )
        for row in query.rows(self.connection, "lineage_open_findings", county=self.county, ids=self.ids):
            index = where.get(row["ticket_id"], rooms.get(row["room_id"], self.follow.heir))
            self.change.findings.append({"id": row["id"], "house_id": self.heirs[index].house_id})

    def aliases(self) -> None:
        """Other numbers go on for whoever a person chose, else for the successor of what they named."""
        olds = {old["address_id"]: (old["code"], [self.follow.heir]) for old in self.olds}
        olds |= {row["id"]: (row["code"], self.part_of[row["id"]]) for row in self.inside}
        codes = {row["id"]: row["at"] for row in self.inside}
        for row in query.rows(self.connection, "alias_of_addresses", county=self.county, ids=list(olds)):
            origin, parts = olds[row["address_id"]]
            heir = self.heirs[self.follow.aliases.get(row["id"], parts[0])]
            at = heir.seats.get(codes[row["address_id"]], heir.code) if row["address_id"] in codes else heir.code
            # A plate that is replaced by the new house's own hangs nowhere any more.
            gone = row["scheme"] == PLATE and at == heir.code and heir.part.doorplate is not None
            self.change.aliases.append(passed(self.connection, row, None if gone else heir.new[at]))
            name = f"{row['scheme']} {row['value']}"
            self.follows.append(Heirloom("alias", row["id"], name, origin, None if gone else str(at)))
        plates = [(heir.address_id, heir.part.doorplate) for heir in self.heirs if heir.part.doorplate]
        for address_id, plate in plates:
            fresh = {"id": None, "address_id": None, "scheme": PLATE, "value": plate}
            self.change.aliases.append(passed(self.connection, fresh, address_id))

    def rounds(self, *, ends: bool = True) -> None:
        """Stops still to do are left out of published plans where the house ends; warnings of what is under way."""
        if ends:
            stops = query.rows(self.connection, "lineage_stops", county=self.county, ids=self.ids, on=self.change.on)
            self.change.stops = [row["id"] for row in stops]
            self.change.stop_reason = say("code_life.stop_gone", "zh")
            if stops:
                self.warnings.append(Warn("stops", {"n": len(stops)}))
        calls = query.row(self.connection, "lineage_visits", county=self.county, ids=self.ids) or {}
        if ends and calls["drafts"]:
            self.warnings.append(Warn("drafts", {"n": calls["drafts"]}))
        self.visits = int(calls["submitted"] or 0)

    # --- telling -------------------------------------------------------------------------------------------

    def remember(self) -> None:
        """Write down what undoing needs: how everything stood, and what is new."""
        change = self.change
        before = {
            "houses": [_plain(old, ("id", "address_id", "code", "text", "source_key", "due_on", "next_try", "village"))
                       | {"fingerprint": hex_of(old["fingerprint"])} for old in self.olds],
            "suites": [{"id": row["suite_id"], "house_id": row["house"]["id"], "address_id": row["id"]}
                       for row in self.inside if row["suite_id"]],
            "rooms": [{"id": row["room_id"], "house_id": row["house"]["id"], "suite_id": row["room_suite"],
                       "address_id": row["id"]} for row in self.inside if row["room_id"]],
            "tickets": self._owners("ticket"),
            "findings": self._owners("finding"),
            "aliases": [{"id": one["id"], "address_id": one["old_address_id"], "scheme": one["scheme"],
                         "value": one["value"]} for one in change.aliases if one["id"] is not None],
            "stops": change.stops,
        }  # fmt: skip
        after = {
            "houses": [{"id": heir.house_id, "address_id": heir.address_id, "code": str(heir.code),
                        "text": heir.part.address} for heir in self.heirs],
            "addresses": [key for heir in self.heirs for key in heir.new.values()],
            "aliases": [one["new_id"] for one in change.aliases if one["address_id"] is not None],
            "tickets_after": [one["id"] for one in change.tickets], "rooms_after": [one["id"] for one in change.rooms],
        }  # fmt: skip
        sides: tuple[tuple[dict[str, Any], dict[str, Any]], ...] = ((change.before, before), (change.after, after))
        change.before["stop_reason"] = change.stop_reason
        for held, told in sides:
            for name, rows in told.items():
                held[name] = rows if name in OWN else held.get(name, []) + rows

    def _owners(self, what: str) -> list[dict[str, int]]:
        rows = query.rows(self.connection, f"lineage_open_{what}s", county=self.county, ids=self.ids)
        return [{"id": row["id"], "house_id": row["house_id"]} for row in rows]

    def retired(self) -> list[CodeLine]:
        """The codes that end: the houses first."""
        inside = [CodeLine(row["code"], row["level"], row["text"]) for row in self.inside]
        return [CodeLine(old["code"], "house", old["text"]) for old in self.olds] + inside


def passed(connection: Connection, row: Row, address_id: int | None) -> dict[str, Any]:
    """A number that ends for one address and goes on for another (None: for nobody)."""
    new_id = None if address_id is None else reserve(connection, "address_alias", 1)[0]
    return {"id": row["id"], "new_id": new_id, "address_id": address_id, "old_address_id": row["address_id"],
            "scheme": row["scheme"], "value": row["value"]}  # fmt: skip


def retold(text: str, old_house: str, new_house: str) -> str:
    """The text of something inside a house after the house is called something else; empty if it does not begin so."""
    return new_house + text[len(old_house) :] if old_house and text.startswith(old_house) else ""


def json_of(value: dict[str, Any]) -> str:
    """A mapping as the record's columns take it."""
    return json.dumps(value, ensure_ascii=False)


def hex_of(value: Any) -> str | None:
    """Bytes as JSON can hold them."""
    return None if value is None else bytes(value).hex()


def _plain(row: Row, names: Iterable[str]) -> dict[str, Any]:
    return {name: row[name] for name in names}


def _add(parts: list[int], part: int) -> None:
    if part not in parts:
        parts.append(part)
