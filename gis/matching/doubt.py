"""What is doubtful about an address: its words, its point and its match held against one another, pure."""

import math
from dataclasses import dataclass

from gis.matching.outcome import Match, MatchLevel, Outcome, Reason, Unmatched

FAR_M = 500.0
MADE_UP_M = 1000.0
"""A village whose outline was made up is known no better than this."""
BORDER_M = 100.0
"""Points this far over the border of their village are not asked about: borders are drawn by hand."""
OFF_M = 200.0
"""A point this far from the standard address that its text matches is one of two places."""
FINE_M = 100.0
"""A point known no better than this puts no house on the map: its grid and its round would be a guess."""
SURE_SCORE = 0.9
"""A match below this is offered and never taken."""
_DOORS = frozenset((MatchLevel.ROOM, MatchLevel.SUITE, MatchLevel.BUILDING, MatchLevel.DOOR))
SEVERAL = frozenset(("ambiguous", "held_twice"))
_METRES_A_DEGREE = 111_320.0
_WORST_M = 10_000.0


@dataclass(frozen=True, slots=True)
class Doubt:
    """Something to ask about: ``kind`` of case, ``badness`` 0..1, and why."""

    kind: str
    badness: float
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """Where a point lies beside its village: metres beyond the outline (0 inside), the village it lies in, if any."""

    beyond_m: float
    there: str | None
    made_up: bool


def of_place(where: Whereabouts, *, village: str, there: str) -> list[Doubt]:
    """Too far from its village, or over its border in another; ``village`` and ``there`` are names."""
    metres = round(where.beyond_m)
    limit = MADE_UP_M if where.made_up else FAR_M
    reasons = [Reason("doubt.far", {"m": metres, "village": village})]
    if where.there is not None:
        reasons.append(Reason("doubt.lies_in", {"village": there}))
    if where.made_up:
        reasons.append(Reason("doubt.outline_made_up"))
    if metres > limit:
        return [Doubt("far", _scaled(0.55, 0.4, metres / _WORST_M), tuple(reasons))]
    if where.there is not None and not where.made_up and metres > BORDER_M:
        return [Doubt("contradictory", _scaled(0.5, 0.2, metres / FAR_M), tuple(reasons))]
    return []


def of_words(*, named: str | None, village: str, town: bool) -> list[Doubt]:
    """The text names another village or ``town`` than the address is filed under; names of both."""
    if named is None:
        return []
    key = "doubt.town_named" if town else "doubt.village_named"
    return [Doubt("contradictory", 0.9 if town else 0.8, (Reason(key, {"named": named, "village": village}),))]


def of_match(
    outcome: Outcome, *, point: tuple[float, float] | None, same_village: bool, other: str = ""
) -> list[Doubt]:
    """A match that lies elsewhere than the point, in another village, or no match where there is no point.

    ``point`` is the row's own, EPSG:4490; ``same_village`` whether the match is in the village of the row, ``other``
    the name of the one it is in.
    """
    if isinstance(outcome, Match) and outcome.level in _DOORS and is_sure(outcome):
        if not same_village:
            return [Doubt("contradictory", 0.75, (Reason("doubt.match_elsewhere", {"village": other}),))]
        metres = 0.0 if point is None else distance_m(*point, outcome.lon, outcome.lat)
        if metres > OFF_M + 3 * outcome.uncertainty_m:
            return [Doubt("contradictory", _scaled(0.6, 0.3, metres / _WORST_M),
                          (Reason("doubt.match_far", {"m": round(metres)}),))]  # fmt: skip
    return [] if point is not None else _unplaced(outcome)


def is_sure(match: Match) -> bool:
    """Whether a match may be taken unseen: 2号 and 7组2号 are one house only where somebody says so."""
    if match.level in _DOORS and match.score < SURE_SCORE:
        return False
    return not any(
        reason.key == "doubt.group_unknown" or (reason.key == "unsaid" and reason.fields.get("part") == "group")
        for reason in match.reasons
    )


def _unplaced(outcome: Outcome) -> list[Doubt]:
    if isinstance(outcome, Unmatched):
        several = any(reason.key in SEVERAL for reason in outcome.reasons)
        return [Doubt("ambiguous" if several else "unmatched", 0.45 if several else 0.4, outcome.reasons)]
    if not is_sure(outcome):
        return [Doubt("unmatched", 0.35, outcome.reasons)]
    if outcome.uncertainty_m <= FINE_M:
        return []
    rough = Reason("doubt.rough", {"m": round(outcome.uncertainty_m)})
    return [Doubt("unmatched", _scaled(0.25, 0.1, outcome.uncertainty_m / 2000), (rough, *outcome.reasons))]


def of_duplicate(*, code: str, text: str, metres: float | None, same_village: bool, count: int) -> Doubt:
    """The same address under two codes."""
    key = "doubt.same_address" if same_village else "doubt.same_spot"
    reasons = [Reason(key, {"code": code, "text": text, "n": count})]
    if metres is not None:
        reasons.append(Reason("doubt.apart", {"m": round(metres)}))
    near = metres is not None and metres <= OFF_M
    return Doubt("duplicate", 0.6 if near or not same_village else 0.5, tuple(reasons))


def distance_m(lon: float, lat: float, other_lon: float, other_lat: float) -> float:
    """Metres between two places in degrees, good enough within a county."""
    east = (lon - other_lon) * math.cos(math.radians(lat))
    return math.hypot(east, lat - other_lat) * _METRES_A_DEGREE


def _scaled(least: float, more: float, share: float) -> float:
    return round(least + more * min(1.0, share), 4)
