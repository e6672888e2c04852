"""A point for an address that has no door of its own in the reference, from the addresses around it."""

from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from itertools import combinations
from typing import NamedTuple, Protocol

import numpy as np

from gis.address.fold import fold
from gis.address.landmark import STILL, Phrase, read_landmark, road_head, road_stem
from gis.address.parts import AddressParts
from gis.matching.clues import Clue, Floats, round_spread
from gis.matching.crossings import crossing
from gis.matching.doors import neighbour_doors
from gis.matching.grams import NOBODY, Rows
from gis.matching.landmarks import area, area_stem, best_piece, landmark, village_names
from gis.matching.outcome import Located, MatchLevel, Reason
from gis.matching.settle import settle, walk
from gis.matching.streets import Road, Streets, second_run
from gis.matching.town import Ground, Town, Usable
from gis.matching.trust import PLAIN, learn_trust, sample_rows
from gis.matching.which_town import which_town

MOST_ROADS = 3
TOWN_REACH = 1.5
OWN_POINT_M = 10.0
"""No place is known better than the points it is made from."""


class Placed(NamedTuple):
    """A place before its uncertainty is stated: local metres of ``town``, spread (2, 2), and what it rests on."""

    town: Town
    at: Floats
    cov: Floats
    level: MatchLevel
    reasons: tuple[Reason, ...]
    rivals_m: float

    @property
    def spread_m(self) -> float:
        """One radius for both directions, one standard deviation."""
        return float(np.sqrt(np.trace(self.cov) / 2.0))


class PointedTexts(Protocol):
    """What is needed of a reference: its texts and its points in EPSG:4490."""

    @property
    def texts(self) -> Iterable[str]:
        """The addresses as written."""

    @property
    def lon(self) -> Floats:
        """Their longitudes."""

    @property
    def lat(self) -> Floats:
        """Their latitudes."""


class Locator:
    """Places addresses by the texts and points of a reference; nothing is built before the first is asked for.

    The stated uncertainty is the radius that holds the true place nine times in ten, as learnt by placing a sample of
    the reference's own addresses from the others, each kind of clue by itself.
    """

    def __init__(self, reference: PointedTexts) -> None:
        self._reference = reference

    @cached_property
    def ground(self) -> Ground:
        """The reference as a map."""
        return Ground(list(self._reference.texts), self._reference.lon, self._reference.lat)

    @cached_property
    def streets(self) -> Streets:
        """Its roads."""
        return Streets(self.ground)

    @cached_property
    def trust(self) -> Mapping[str, float]:
        """By the kind of clue, how many standard deviations hold nine places in ten."""
        return learn_trust(self._trials())

    def locate(self, given: AddressParts | str, *, without: Rows = NOBODY) -> Located | None:
        """Where the address is at best, or None where nothing at all is known of it.

        ``without`` are rows of the reference, as given, that are not to be used: an address is never placed by itself
        when the placing is measured.
        """
        text = given if isinstance(given, str) else given.text
        left_out = self.ground.places_of(without) if len(without) else NOBODY
        villages = () if isinstance(given, str) else village_names(given)
        placed = self._place(read_landmark(fold(text)), left_out, villages) if len(self.ground) else None
        if placed is None:
            return None
        lon, lat = placed.town.degrees(placed.at)
        radius_m = placed.spread_m * self.trust.get(placed.reasons[0].key, PLAIN)
        return Located(placed.level, lon, lat, max(radius_m, placed.rivals_m, OWN_POINT_M), placed.reasons)

    def _trials(self) -> Iterator[tuple[str, float, float]]:
        """Some of the reference's own addresses, each placed by the others: kind of clue, metres off, spread."""
        ground = self.ground
        for row in sample_rows(len(ground)).tolist():
            phrase = ground.phrase(row)
            placed = self._place(phrase, self._same_door(row, phrase))
            if placed is not None:
                truth = placed.town.metres(ground.lon[[row]], ground.lat[[row]])[0]
                yield placed.reasons[0].key, float(np.hypot(*(truth - placed.at))), placed.spread_m

    def _same_door(self, row: int, phrase: Phrase) -> Rows:
        """The row itself, and with it the other rooms of its door."""
        if phrase.number is None or not phrase.roads:
            return np.array([row], dtype=np.int64)
        rows = self.streets.rows(phrase.roads[-1])
        same = [other for other in rows.tolist() if self.ground.phrase(other).number == phrase.number]
        return np.array([row, *same], dtype=np.int64)

    def _place(self, phrase: Phrase, without: Rows, villages: tuple[str, ...] = ()) -> Placed | None:
        choice = which_town(self.streets, phrase, without, villages)
        if choice is None:
            return None
        town = self.ground.town(choice.number)
        usable = Usable(self.ground, choice.number, without)
        clues = [*self._clues(phrase, town, usable), *self._areas(phrase, town, usable, villages)]
        whole = Clue(
            MatchLevel.TOWN, town.middle, round_spread(town.reach_m * TOWN_REACH), town.rows, Reason("locating.town")
        )
        settled = settle(clues, whole)
        at, cov = walk(settled.at, settled.cov, phrase)
        reasons = (*settled.reasons, *_way_told(phrase), *choice.reasons)
        return Placed(town, at, cov, settled.level, reasons, choice.rivals_m)

    def _clues(self, phrase: Phrase, town: Town, usable: Usable) -> Iterator[Clue]:
        roads = [
            self.streets.known(name, usable, second_run(phrase, place))
            for place, name in enumerate(phrase.roads[:MOST_ROADS])
        ]
        door = neighbour_doors(self.streets, town, roads[-1], phrase.number) if roads else None
        met = [clue for pair in combinations(roads, 2) if (clue := crossing(self.streets, town, *pair))]
        if door or met:
            yield from (*met, *((door,) if door else ()))
        else:
            yield from self._along(phrase, town, roads, usable)
        for place in (*phrase.places, *(head for road in roads if (head := road_head(road.name)))):
            if piece := best_piece(self.ground.grams, place, usable):
                yield landmark(self.streets, town, piece)

    def _areas(self, phrase: Phrase, town: Town, usable: Usable, villages: tuple[str, ...]) -> Iterator[Clue]:
        """The villages and towns named, with the door's number in the village where no road has it."""
        for name in villages:
            rows = usable(self.ground.grams.rows(name))
            alone = Road(name, rows, NOBODY)
            door = None if phrase.roads else neighbour_doors(self.streets, town, alone, phrase.number)
            yield from (door,) if door else ()
            yield from (area(self.streets, town, name, rows, level=MatchLevel.VILLAGE),) if len(rows) else ()
        for name in phrase.areas:
            rows = usable(self.ground.grams.rows(area_stem(name)))
            yield from (area(self.streets, town, name, rows, level=MatchLevel.TOWN),) if len(rows) else ()

    def _along(self, phrase: Phrase, town: Town, roads: list[Road], usable: Usable) -> Iterator[Clue]:
        """Each road by itself; of one that nobody is on, what bears the same name."""
        for road in roads:
            if line := self.streets.line(road, town, places=phrase.places):
                yield line
            elif piece := best_piece(self.ground.grams, road_stem(road.name), usable):
                yield landmark(self.streets, town, piece)


def _way_told(phrase: Phrase) -> tuple[Reason, ...]:
    if phrase.move == STILL:
        return ()
    east, north = phrase.move
    return (Reason("locating.moved", {"east_m": round(east), "north_m": round(north)}),)
