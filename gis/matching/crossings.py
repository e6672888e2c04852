"""Where two roads meet: an address that names both knows it, else the two roads' lines do."""

import numpy as np

from gis.address.landmark import road_stem
from gis.matching.clues import Clue, gap, joined, middle, round_spread, shape
from gis.matching.grams import Rows
from gis.matching.outcome import MatchLevel, Reason
from gis.matching.streets import Road, Streets
from gis.matching.town import Town

KNOWN_M = 120.0
"""How far off one address at the crossing is as a rule, the way it tells taken back."""
BELIEF = 2.0
AGAIN = 3


def crossing(streets: Streets, town: Town, one: Road, other: Road) -> Clue | None:
    """Where two roads meet, None where too little is known of one of them or they are parts of one road."""
    if road_stem(one.name) == road_stem(other.name):
        return None
    both = np.intersect1d(one.own, other.own)
    return _known(streets, town, (one.name, other.name), both) if len(both) else _drawn(streets, town, one, other)


def _known(streets: Streets, town: Town, names: tuple[str, str], both: Rows) -> Clue:
    """The crossing by addresses that name both roads."""
    points = streets.anchors(both, town)
    at = middle(points)
    cov = shape(points, at, prior=round_spread(KNOWN_M), belief=BELIEF)
    reason = Reason("locating.crossing_known", {"road": names[0], "other": names[1], "n": len(both)})
    return Clue(MatchLevel.CROSSING, at, cov, both, reason)


def _drawn(streets: Streets, town: Town, one: Road, other: Road) -> Clue | None:
    """The crossing of two roads' lines, each drawn again from what lies near the crossing found before."""
    near, cov = None, np.eye(2)
    for _ in range(AGAIN):
        first, second = streets.line(one, town, near=near), streets.line(other, town, near=near)
        if first is None or second is None:
            return None
        near, cov = joined([first, second])
        cov = cov * max(1.0, gap(first, second) ** 2 / 2.0)
    reason = Reason("locating.crossing_drawn", {"road": one.name, "other": other.name})
    return Clue(MatchLevel.CROSSING, np.asarray(near), cov, np.concatenate([one.own, other.own]), reason)
