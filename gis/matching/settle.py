"""One place from several clues: those that agree are averaged by their sharpness, the rest raise doubt."""

from typing import NamedTuple

import numpy as np

from gis.address.landmark import Phrase
from gis.matching.clues import Clue, Floats, gap, joined
from gis.matching.outcome import MatchLevel, Reason

AGREE = 2.5
"""Clues that lie farther apart than this many standard deviations are not averaged."""
DOUBT = 1.3
"""What each clue that disagrees makes of the spread."""
ASTRAY = 0.2
"""Share of a told way by which people misjudge it."""
STRETCH = 1.0
MOST_TOLD = 3


class Settled(NamedTuple):
    """The place in local metres, its spread (2, 2), the level of the sharpest clue and the reasons, sharpest first."""

    at: Floats
    cov: Floats
    level: MatchLevel
    reasons: tuple[Reason, ...]


def settle(clues: list[Clue], whole: Clue) -> Settled:
    """Join what agrees with the best clue, that of a road or door before that of a name; ``whole`` is the town."""
    ranked = [*sorted(clues, key=_standing), whole]
    kept, against = [ranked[0]], 0
    for clue in ranked[1:]:
        at, cov = joined(kept)
        if gap(kept[0]._replace(mean=at, cov=cov), clue) <= AGREE:
            kept.append(clue)
        elif clue is not whole:
            against += 1
    at, cov = joined(kept)
    sharp = sorted(kept, key=lambda clue: clue.spread_m)
    telling = [clue for clue in sharp if clue is not whole] or [whole]
    reasons = [clue.reason for clue in telling[:MOST_TOLD]]
    if against:
        reasons.append(Reason("locating.disagree", {"n": against}))
    return Settled(at, cov * DOUBT ** (2 * against), telling[0].level, tuple(reasons))


def _standing(clue: Clue) -> tuple[bool, float, float, float]:
    return clue.level == MatchLevel.LANDMARK, clue.spread_m, float(clue.mean[0]), float(clue.mean[1])


def walk(at: Floats, cov: Floats, phrase: Phrase) -> tuple[Floats, Floats]:
    """Go the way the text tells, to the side and along; a part of a road (北段) is sought along its spread."""
    way = np.add(phrase.move, phrase.side)
    astray = np.eye(2) * (ASTRAY * float(np.hypot(*phrase.move))) ** 2
    stretch = np.array(phrase.stretch)
    if stretch.any():
        unit = stretch / np.hypot(*stretch)
        way = way + unit * STRETCH * float(np.sqrt(unit @ cov @ unit))
    return at + way, cov + astray
