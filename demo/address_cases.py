"""A morning's work for the address workbench of a model town: rows that somebody must look at, all of them made up."""

import random
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from actions.workbench_row import MODEL
from db import imports, reference, workbench, workbench_effects
from db.imports import FileSeen, Held
from db.workbench import NewCase, Offer, Reason
from demo.divisions import words
from exchange.people import mask_value
from words import say

HEADERS = ("房屋编号", "所属村", "地址", "经度", "纬度")
FIELDS = {"source_key": "房屋编号", "village": "所属村", "address": "地址", "lon": "经度", "lat": "纬度"}
DEGREE_M = 111_320.0
DAYS = 120
FEWEST = 60
"""Below so many houses a town has too few streets for it."""


@dataclass(frozen=True, slots=True)
class Place:
    """A house of the model town as the cases use it."""

    address_id: int
    text: str
    lon: float
    lat: float
    village: str


@dataclass(slots=True)
class Bad:
    """A refused row to be, and the case that is made of it once it has a number."""

    village: str
    text: str
    point: tuple[float, float] | None
    case: dict[str, Any]


def lay(connection: Connection, county: str, *, seed: int, now: datetime, cases: int = 90) -> int:
    """Open about so many cases in a model town, and write down how its quality came about; how many cases there are."""
    places = [
        Place(int(key[1:]), text, lon, lat, village)
        for key, text, lon, lat, village in reference.houses(connection, county=county)
    ]
    if len(places) < FEWEST:
        return 0
    rng = random.Random(seed)  # noqa: S311 - a model town, the same again for the same seed
    town = _Town(places, rng)
    rows = [*town.misspelt(cases * 5 // 10), *town.far(cases // 10), *town.namesakes(cases // 10)]
    made = _held(connection, county, rows, now) + town.duplicates(cases // 10) + town.contradictions(cases // 5)
    workbench.open_cases(connection, county=county, cases=made)
    _past(connection, county, len(places), now.date())
    return len(made)


class _Town:
    def __init__(self, places: list[Place], rng: random.Random) -> None:
        self.places, self.rng = places, rng
        self.by_village: dict[str, list[Place]] = defaultdict(list)
        for place in places:
            self.by_village[place.village].append(place)
        self.names = words()["address_faults"]

    def misspelt(self, many: int) -> list[Bad]:
        """Rows of a few villages whose name is written with a wrong character, as a whole register would."""
        found: list[Bad] = []
        for place in self.rng.sample(self.places, min(len(self.places), 400)):
            name, wrong = self._slip(place.text)
            if not wrong or len(found) >= many:
                continue
            own = self.by_village[place.village]
            for near in self.rng.sample(own, min(len(own), self.rng.randint(4, 14))):
                found.append(self._misspelt(near, name, wrong))
        return found[:many]

    def _slip(self, text: str) -> tuple[str, str]:
        """A village name in the text and how it is misspelt; two empty texts where no such slip is known."""
        for right, wrong in self.names["slips"].items():
            at = text.find(right)
            end = text.find("村", at)
            if at > 3 and 0 < end - at <= 3 and text[at - 1] in "镇道乡区":
                return text[at : end + 1], text[at : end + 1].replace(right, wrong, 1)
        return "", ""

    def _misspelt(self, near: Place, name: str, wrong: str) -> Bad:
        text, point = self._beside(near)
        other = self.rng.choice(self.places)
        reason = Reason("workbench.reason.village_unknown", {"written": wrong, "nearest": name})
        offers = [_free(text, near.village, point, score=0.93), _standing(near, 0.71), _standing(other, 0.42)]
        case = {"kind": "unmatched", "reasons": [reason], "candidates": offers, "town": near.village[:9],
                "badness": 0.62 + 0.2 * self.rng.random()}  # fmt: skip
        return Bad(wrong, text.replace(name, wrong, 1), None, case)

    def _beside(self, near: Place) -> tuple[str, tuple[float, float]]:
        """A door that is not there yet beside one that is."""
        head, _, tail = near.text.rpartition("号")
        digits = len(head) - len(head.rstrip("0123456789"))
        door = int(head[len(head) - digits :] or 1) + 2 * self.rng.randint(1, 40) + 200
        text = f"{head[: len(head) - digits]}{door}号{tail.split('幢')[-1]}"
        return text, (near.lon + self.rng.uniform(-1, 1) * 2e-4, near.lat + self.rng.uniform(-1, 1) * 2e-4)

    def far(self, many: int) -> list[Bad]:
        """Rows whose point lies kilometres from the village that their text names."""
        found = []
        for near in self.rng.sample(self.places, many):
            text, point = self._beside(near)
            away = self._some_way_off(near)
            metres = ((away.lon - near.lon) ** 2 * 0.72 + (away.lat - near.lat) ** 2) ** 0.5 * DEGREE_M
            reason = Reason("workbench.reason.far", {"village": _village(near.text), "m": round(metres / 10) * 10})
            offer = _free(text, near.village, point, score=0.97)
            case = {"kind": "far", "reasons": [reason], "candidates": [offer], "town": near.village[:9],
                    "badness": min(0.99, 0.7 + metres / 40_000), "lon": away.lon, "lat": away.lat}  # fmt: skip
            found.append(Bad(self.names["unknown_village"], text, (away.lon, away.lat), case))
        return found

    def _some_way_off(self, near: Place) -> Place:
        """A house of another village, the nearest of a handful."""
        others = [one for one in self.rng.sample(self.places, min(len(self.places), 60)) if one.village != near.village]
        return min(others or [near], key=lambda one: (one.lon - near.lon) ** 2 + (one.lat - near.lat) ** 2)

    def namesakes(self, many: int) -> list[Bad]:
        """Rows that name a road and a door and no village, where two villages have such a road."""
        roads: dict[str, list[Place]] = defaultdict(list)
        for place in self.places:
            road = place.text.split("村")[-1].split("社区")[-1]
            if "组" not in road and len(road) < 14:
                roads[road].append(place)
        double = [group for group in roads.values() if len({one.village for one in group}) > 1]
        self.rng.shuffle(double)
        return [self._namesake(group[:4]) for group in double[:many]]

    def _namesake(self, group: list[Place]) -> Bad:
        text = group[0].text.split("村")[-1].split("社区")[-1]
        reason = Reason("workbench.reason.namesakes", {"n": len(group), "name": text})
        offers = [_standing(one, 0.5) for one in group]
        towns = {one.village[:9] for one in group}
        case = {"kind": "ambiguous", "reasons": [reason], "candidates": offers, "badness": 0.55,
                "town": towns.pop() if len(towns) == 1 else None}  # fmt: skip
        return Bad(self.names["unknown_village"], text, None, case)

    def duplicates(self, many: int) -> list[NewCase]:
        """Neighbouring houses of one street that a register lists twice."""
        found = []
        for one in self.rng.sample(self.places, many):
            others = [near for near in self.by_village[one.village] if near is not one]
            if not others:
                continue
            near = min(others, key=lambda other: (other.lon - one.lon) ** 2 + (other.lat - one.lat) ** 2)
            metres = round(((near.lon - one.lon) ** 2 * 0.72 + (near.lat - one.lat) ** 2) ** 0.5 * DEGREE_M)
            reason = Reason("workbench.reason.same_house", {"m": metres})
            found.append(self._about(one, "duplicate", 0.5, reason, [_standing(near, 0.88)]))
        return found

    def contradictions(self, many: int) -> list[NewCase]:
        """Addresses of the record whose street leads elsewhere than their point says."""
        found = []
        for one in self.rng.sample(self.places, many):
            same = self.by_village[one.village]
            there = self.rng.choice([near for near in same if _street(near.text) != _street(one.text)] or same)
            reason = Reason("workbench.reason.door_contradicts",
                            {"written": _street(one.text), "found": _street(there.text)})  # fmt: skip
            beside = _free(one.text, one.village, (there.lon + 1e-4, there.lat + 5e-5), score=0.9)
            found.append(self._about(one, "contradictory", 0.8, reason, [beside, _standing(there, 0.64)]))
        return found

    def _about(self, one: Place, kind: str, bad: float, reason: Reason, offers: list[Offer]) -> NewCase:
        """A case about an address of the record, a little more or less bad than others of its kind."""
        return NewCase(
            kind, one.text, source=MODEL, badness=bad + 0.15 * self.rng.random(), address_id=one.address_id,
            village=one.village, lon=one.lon, lat=one.lat, reasons=[reason], candidates=offers,
        )  # fmt: skip


def _standing(place: Place, score: float) -> Offer:
    """A house of the town as a candidate."""
    return Offer(place.text, address_id=place.address_id, village=place.village, lon=place.lon, lat=place.lat,
                 score=score, level="door", uncertainty_m=15.0)  # fmt: skip


def _free(text: str, village: str, point: tuple[float, float], *, score: float) -> Offer:
    """A door at which no house stands yet, placed between its neighbours."""
    lon, lat = point
    return Offer(text, village=village, lon=lon, lat=lat, score=score, level="neighbour", uncertainty_m=30.0)


def _street(text: str) -> str:
    return text.rpartition("社区")[2] if "社区" in text else text.rpartition("村")[2]


def _village(text: str) -> str:
    end = next((text.find(word) + len(word) for word in ("社区", "村") if word in text), 12)
    cut = max(text.rfind(mark, 0, end - 1) for mark in ("镇", "街道", "乡", "开发区"))
    return text[cut:end].lstrip("镇街道乡开发区") if cut >= 0 else text[:end]


def _held(connection: Connection, county: str, rows: list[Bad], now: datetime) -> list[NewCase]:
    """Put the rows into quarantine as an import would have, and make their cases."""
    file = FileSeen(say("demo.bad_rows_file"), "0" * 64, None, now)
    mapping = {"headers": list(HEADERS), "fields": FIELDS, "format": "csv", "geometry": False}
    batch = imports.open_batch(connection, county=county, file=file, crs="EPSG:4490", mapping=mapping, read=len(rows))
    imports.hold(connection, county=county, batch_id=batch, rows=(_row(at + 2, row) for at, row in enumerate(rows)))
    counts = {"placed": 0, "unchanged": 0, "quarantined": len(rows)}
    imports.close_batch(connection, county=county, batch_id=batch, counts=counts, at=now)
    ids = workbench_effects.row_ids(connection, county=county, batch_id=batch)
    return [NewCase(text=row.text, source=MODEL, quarantine_id=ids[at + 2], **row.case) for at, row in enumerate(rows)]


def _row(number: int, row: Bad) -> Held:
    lon, lat = row.point or (None, None)
    problem = {"field": "village", "reason": "village_unknown", "value": mask_value("village", row.village),
               "header": "所属村", "fields": {}}  # fmt: skip
    return Held(number, [problem], {"cells": [f"M{number}", row.village, row.text, lon, lat], "geometry": None})


def _past(connection: Connection, county: str, houses: int, today: date) -> None:
    """The figures of the months before: ever more addresses matched to the door."""
    level: Callable[[float], float] = lambda share: 0.58 + 0.36 * share**0.7  # noqa: E731
    for back in range(DAYS, 0, -5):
        sure = level(1 - back / DAYS)
        shares = {"door": sure, "neighbour": (1 - sure) * 0.35, "village": (1 - sure) * 0.3, "none": (1 - sure) * 0.2}
        workbench_effects.note_quality(
            connection, county=county, on=today - timedelta(days=back),
            levels={name: round(houses * share) for name, share in shares.items()},
            held=round(houses * (1 - sure) * 0.15),
        )  # fmt: skip
    workbench.snapshot_quality(connection, county=county, on=today)
