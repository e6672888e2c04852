"""Where two roads meet: an address that names both knows it, else the two roads' lines do."""

import numpy as np

from gis.address.landmark import Phrase
from gis.matching.clues import Clue, joined, middle, round_spread, shape
from gis.matching.grams import Rows
from gis.matching.outcome import MatchLevel, Reason
from gis.matching.streets import Streets, second_run
from gis.matching.town import Town

KNOWN_M = 120.0
"""How far off one address at the crossing is as a rule, the way it tells taken back."""
BELIEF = 2.0
AGAIN = 3


def known_crossing(streets: Streets, town: Town, names: tuple[str, str], both: Rows) -> Clue | None:
    """The crossing by addresses that name both roads."""
    if not len(both):
        return None
    points = streets.anchors(both, town)
    at = middle(points)
    cov = shape(points, at, prior=round_spread(KNOWN_M), belief=BELIEF)
    reason = Reason("locating.crossing_known", {"road": names[0], "other": names[1], "n": len(both)})
    return Clue(MatchLevel.CROSSING, at, cov, both, reason)


def drawn_crossing(
    streets: Streets, town: Town, phrase: Phrase, *, names: tuple[str, str], rows: tuple[Rows, Rows]
) -> Clue | None:
    """The crossing of two roads' lines, each line drawn again from what lies near the crossing found before."""
    near = None
    for _ in range(AGAIN):
        lines = [
            streets.road(name, town, own, said=second_run(phrase, place), near=near)
            for place, (name, own) in enumerate(zip(names, rows, strict=True))
        ]
        if lines[0] is None or lines[1] is None:
            return None
        near, cov = joined([lines[0], lines[1]])
    off = lines[0].mean - lines[1].mean
    apart = float(off @ np.linalg.solve(lines[0].cov + lines[1].cov, off))
    cov = cov * max(1.0, apart / 2.0)
    reason = Reason("locating.crossing_drawn", {"road": names[0], "other": names[1]})
    return Clue(MatchLevel.CROSSING, near, cov, np.concatenate(rows), reason)
