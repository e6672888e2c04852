"""Which town of a reference an address means, by what it names; never the nearest guess without saying so."""

from collections.abc import Iterator
from itertools import chain, combinations
from typing import NamedTuple

import numpy as np

from gis.address.landmark import Phrase
from gis.matching.clues import Floats
from gis.matching.grams import Rows
from gis.matching.landmarks import area_stem, best_piece
from gis.matching.outcome import Reason
from gis.matching.streets import Streets
from gis.matching.town import Usable
from gis.matching.trust import SHARE
from gis.measure import distance_m

AS_GOOD = 0.25
"""Two towns for which the names speak equally, to within this, are both possible."""
MORE, SIZE = 0.2, 0.05
"""Between towns of which as much is said, the one with more such addresses, then the larger one."""
SIBLING = 0.6
SHARP_M = 500.0
MOST = 0.5
"""An address that names nothing known is put into the largest town only if it holds this share of the reference."""


class Choice(NamedTuple):
    """The town's number; ``rivals_m`` is how far the other town is that would do as well, 0 where none would."""

    number: int
    rivals_m: float
    reasons: tuple[Reason, ...]


def which_town(streets: Streets, phrase: Phrase, without: Rows, villages: tuple[str, ...] = ()) -> Choice | None:
    """The town for which the names in the phrase speak most; None where none does and no town stands out."""
    ground = streets.ground
    sizes = ground.town_sizes
    said, held = np.zeros(len(sizes)), np.zeros(len(sizes))
    usable = Usable(ground, None, without)
    areas = (*villages, *map(area_stem, phrase.areas))
    for weight, rows in chain(_evidence(streets, phrase, usable), _of_areas(streets, areas, usable)):
        towns, counts = np.unique(ground.town_of[rows], return_counts=True)
        said[towns] += weight
        held[towns] += counts
    if not said.any():
        return Choice(0, 0.0, ()) if sizes[0] >= MOST * sizes.sum() else None
    best = int(np.argmax(said + MORE * np.log1p(held) + SIZE * np.log(sizes)))
    rivals = _rivals(best, said, held)
    if not rivals:
        return Choice(best, 0.0, ())
    here, away = ground.town(best), [ground.town(other) for other in rivals]
    far_m = max(float(distance_m(here.lon0, here.lat0, other.lon0, other.lat0)) for other in away)
    return Choice(best, far_m, (Reason("locating.several_towns", {"n": len(rivals) + 1}),))


def _rivals(best: int, said: Floats, held: Floats) -> list[int]:
    """Towns that would do as well: as many as it takes to hold ``SHARE`` of the addresses that speak for them."""
    as_good = np.flatnonzero(said >= said[best] - AS_GOOD)
    others = sorted((int(other) for other in as_good if other != best), key=lambda other: -held[other])
    total, covered = float(held[as_good].sum()), float(held[best])
    rivals = []
    for other in others:
        if covered >= SHARE * total:
            break
        rivals.append(other)
        covered += float(held[other])
    return rivals


def _evidence(streets: Streets, phrase: Phrase, usable: Usable) -> Iterator[tuple[float, Rows]]:
    """Rows that hold a name of the phrase, and how much it says: more the rarer, less for a mere piece of a name."""
    total = np.log(len(streets.ground) + 1.0)
    roads = [streets.known(name, usable) for name in phrase.roads]
    for road in roads:
        share = 1.0 if len(road.own) and not road.alike else SIBLING
        rows = road.own if len(road.own) else road.others
        if len(rows):
            yield share * (total - np.log(len(rows)) + 1.0), rows
    for one, other in combinations(roads, 2):
        if len(both := np.intersect1d(one.own, other.own)):
            yield total, both
    for place in phrase.places:
        if found := best_piece(streets.ground.grams, place, usable):
            _, rows, expected_m = found
            yield (total - np.log(len(rows)) + 1.0) * min(1.0, SHARP_M / expected_m), rows


def _of_areas(streets: Streets, names: tuple[str, ...], usable: Usable) -> Iterator[tuple[float, Rows]]:
    for name in names:
        if len(rows := usable(streets.ground.grams.rows(name))):
            yield float(np.log(len(streets.ground) + 1.0) - np.log(len(rows)) + 1.0), rows
