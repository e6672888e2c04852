"""Roads as the reference knows them: whoever names a road stands on it, and most of them stand right."""

from collections import Counter
from functools import lru_cache
from itertools import chain
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from gis.address.landmark import Phrase, compass, road_runs, road_stem, same_road
from gis.matching.clues import Clue, Floats, middle, round_spread, shape, turned
from gis.matching.grams import NOBODY, Rows
from gis.matching.outcome import MatchLevel, Reason
from gis.matching.spelling import cost, faults
from gis.matching.town import Ground, Town, Usable

ALONG_M, ACROSS_M, UNKNOWN_M = 900.0, 250.0, 700.0
"""How far a road of a town spreads about its middle, along and across (roads bend), and where its run is unknown."""
BELIEF = 0.3
SIBLING = 0.25
"""What an address on another part of the road counts (人民北路 for 人民南路), where the part itself is little known."""
ALIKE = 3.0
"""What a pair of characters weighs that only one address of the road shares with the place asked about."""
LITTLE_KNOWN = 5
PART_M = 700.0
"""From the middle of one part of a road to the middle of the next."""
MOST_READ = 300
NEAR_M = 1500.0
"""Within this distance a road is taken for straight."""


_SLIPS = frozenset(("homophone", "look_alike"))
"""What may stand for another character in the name of a road that nobody knows; more would be another road."""


class Road(NamedTuple):
    """What is known of a road: addresses that name it, addresses on its other parts, which way a text says it runs
    (1 east-west, -1 north-south), and the name it was taken for.
    """

    name: str
    own: Rows
    others: Rows
    said: int = 0
    alike: str | None = None

    @property
    def reason(self) -> Reason:
        """Why a place is sought on it."""
        if self.alike:
            return Reason("locating.road_alike", {"road": self.name, "other": self.alike})
        if not len(self.own):
            return Reason("locating.road_part", {"road": self.name})
        return Reason("locating.road", {"road": self.name, "n": len(self.own)})


class Streets:
    """Roads of a reference, each read when first asked for: work grows with the road, not with the reference."""

    def __init__(self, ground: Ground) -> None:
        self.ground = ground
        self.rows = lru_cache(maxsize=20_000)(self._rows)
        self.spelt_alike = lru_cache(maxsize=20_000)(self._spelt_alike)
        self.siblings = lru_cache(maxsize=20_000)(self._siblings)

    def _rows(self, name: str) -> Rows:
        """Addresses that name the road."""
        core = name[-3:] if len(name) > 3 else name
        found = [row for row in self.ground.grams.rows(core).tolist() if self._named(row, name) is not None]
        return np.array(found, dtype=np.int64) if found else NOBODY

    def _siblings(self, name: str) -> Rows:
        """Addresses on another part of the same road, by the compass in its name."""
        stem = road_stem(name)
        if len(stem) < 2:
            return NOBODY
        rows = self.ground.grams.rows(stem).tolist()
        own = set(self.rows(name).tolist())
        found = [row for row in rows if row not in own and any(road_stem(n) == stem for n in self._roads(row))]
        return np.array(found, dtype=np.int64) if found else NOBODY

    def _roads(self, row: int) -> tuple[str, ...]:
        return self.ground.phrase(row).roads

    def _named(self, row: int, name: str) -> int | None:
        """Which of the row's roads it is, if any."""
        return next((at for at, other in enumerate(self._roads(row)) if same_road(name, other)), None)

    def anchors(self, rows: Rows, town: Town) -> Floats:
        """Where on their road or crossing the addresses hang: their points, the way each text tells taken back."""
        points = town.metres(self.ground.lon[rows], self.ground.lat[rows])
        return points - np.array([np.add(p.move, p.side) for p in map(self.ground.phrase, rows.tolist())])

    def run(self, road: Road) -> float:
        """Which way the road runs by what names and texts say: 1 east-west, -1 north-south, 0 nobody says."""
        votes = [2.0 * road_runs(road.name), float(road.said)]
        for row in road.own.tolist():
            place = self._named(row, road.alike or road.name)
            runs = self.ground.phrase(row).runs
            votes.append(float(runs if place == 0 else -runs) if place is not None and place < 2 else 0.0)
        count = sum(vote != 0 for vote in votes)
        return float(np.clip(sum(votes) / count, -1.0, 1.0)) if count else 0.0

    def known(self, name: str, usable: Usable, said: int = 0) -> Road:
        """What may be used of a road: its own addresses, those on its other parts, else those of one spelt alike."""
        own, others = usable(self.rows(name)), usable(self.siblings(name))
        if len(own) or len(others):
            return Road(name, own, others, said)
        other = self.spelt_alike(name)
        return Road(name, usable(self.rows(other)) if other else NOBODY, NOBODY, said, other)

    def _spelt_alike(self, name: str) -> str | None:
        """The road that is written so nearly like this one that it may be a slip of the pen; None if there is none."""
        grams = self.ground.grams
        near = {row for letter in name[:2] for row in grams.beginning(letter, MOST_READ).tolist()}
        near.update(row for at in range(len(name) - 1) for row in grams.rows(name[at : at + 2])[:MOST_READ].tolist())
        names = Counter(other for row in sorted(near) for other in self._roads(row))
        alike = [other for other in names if set(faults(name, other) or ("none",)) <= _SLIPS]
        return min(alike, key=lambda other: (cost(faults(name, other) or ()), -names[other], other), default=None)

    def line(self, road: Road, town: Town, *, near: Floats | None = None, places: tuple[str, ...] = ()) -> Clue | None:
        """The road as a long spread about its middle; near a place, only the part of it thereabouts."""
        rows = road.own
        known = np.concatenate([rows, road.others]) if len(rows) < LITTLE_KNOWN else rows
        if not len(known):
            return None
        points = self.anchors(known, town)
        points[len(rows) :] += self._beyond(road.name, known[len(rows) :])
        weights = np.where(np.arange(len(known)) < len(rows), 1.0, SIBLING)
        if places:
            weights = weights * self._alike(known, places)
        if near is not None:
            weights = weights * np.exp(-0.5 * ((points - near) ** 2).sum(axis=1) / NEAR_M**2) + 1e-6
        at = middle(points, weights) if len(points) > 1 else points[0]
        cov = shape(points, at, prior=self._prior(self.run(road)), belief=BELIEF, weights=weights)
        return Clue(MatchLevel.ROAD, at, cov * (4.0 if road.alike else 1.0 if len(rows) else 2.0), known, road.reason)

    def _alike(self, rows: Rows, places: tuple[str, ...]) -> Floats:
        """What the addresses of a road weigh by the pairs of characters their places share with those asked about."""
        mine = _pairs(places)
        shared = [mine & _pairs(self.ground.phrase(row).places) for row in rows.tolist()]
        held = Counter(chain.from_iterable(shared))
        return np.array([1.0 + ALIKE * sum(1.0 / held[pair] for pair in own) for own in shared])

    def _beyond(self, name: str, others: Rows) -> Floats:
        """How far on from addresses on its siblings a part of a road lies: 人民北路 to the north of 人民中路."""
        own, stem = compass(name), road_stem(name)
        theirs = [next(other for other in self._roads(row) if road_stem(other) == stem) for row in others.tolist()]
        return np.array([np.subtract(own, compass(other)) * PART_M for other in theirs]).reshape(-1, 2)

    @staticmethod
    def _prior(run: float) -> npt.NDArray[np.float64]:
        if abs(run) < 0.5:
            return round_spread(UNKNOWN_M)
        return turned(ALONG_M, ACROSS_M, np.array([1.0, 0.0] if run > 0 else [0.0, 1.0]))


def second_run(phrase: Phrase, place: int) -> int:
    """Which way the road at ``place`` of a phrase runs, by the phrase itself."""
    return phrase.runs if place == 0 else -phrase.runs if place == 1 else 0


def _pairs(places: tuple[str, ...]) -> set[str]:
    return {place[at : at + 2] for place in places for at in range(len(place) - 1)}
