"""Every outcome with its reasons: which difference was bridged, which was not, and how far off the point may be."""

import heapq
import math
from collections.abc import Iterable, Sequence

from gis.matching.find import Found, Hit, Near
from gis.matching.keys import (
    CELLNO,
    FIELDS,
    FLOORNO,
    GROUP,
    HAMLET,
    HOUSENO,
    POI,
    PROV,
    ROAD,
    ROADNO,
    ROOMNO,
    SUBROADNO,
    Values,
)
from gis.matching.misspelt import WHOLE_HEAD, Change, Variant
from gis.matching.outcome import Candidate, Located, Match, MatchLevel, Outcome, Reason, Unmatched
from gis.matching.reference import Reference

OWN_POINT_M = 10.0
"""How far a standard address's own point is trusted."""
WITHIN_BUILDING_M, WITHIN_PLOT_M = 20.0, 60.0
"""How far a room may be from its building's point, and a building from its door's."""
UNKNOWN_DATUM_M = 700.0
"""The largest common offset between the systems in use (BD-09 to WGS84) in the lower Yangtze, rounded up."""
LOCATED_SCORE = 0.5
_MOST_CANDIDATES = 5
_METRES_A_DEGREE = 111_320.0
SOFT_COST = 0.1
_UNSAID_COST, _DEEPER_COST, _FORM_COST = 0.04, 0.1, 0.01
_UNSAID = (GROUP, HAMLET)
EXACT = (Reason("exact"),)


class Teller:
    """Turns what was found in a reference into outcomes."""

    def __init__(self, reference: Reference) -> None:
        self.reference = reference

    def match(
        self,
        level: MatchLevel,
        row: int,
        *,
        score: float,
        reasons: tuple[Reason, ...],
        uncertainty_m: float = OWN_POINT_M,
    ) -> Match:
        """The match with one row."""
        reference = self.reference
        if not reference.datum_known[row]:
            reasons, uncertainty_m = (*reasons, Reason("datum_unknown")), uncertainty_m + UNKNOWN_DATUM_M
        point = float(reference.lon[row]), float(reference.lat[row])
        return Match(level, round(score, 4), reference.ids[row], *point, round(uncertainty_m, 1), reasons)

    def found(self, found: Found, said: Values, variant: Variant) -> Outcome:
        """The outcome of a search that found rows."""
        if len(found.hits) > 1 and not found.below:
            return self.ambiguous(found.hits, said, variant.changes)
        if found.below:
            return self._middle(found, said, variant)
        hit = found.hits[0]
        telling = _UNSAID if variant.codes[ROAD] else (*_UNSAID, POI)
        unsaid = (*hit.unsaid, *(field for field in hit.agreement.extra if field in telling))
        forms = self._forms(said, variant, hit.row)
        reasons = (
            *self._changes(variant.changes), *forms, *self._softs(said, hit), *self._unsaid(hit.row, unsaid),
            *self._deeper(found, said),
        )  # fmt: skip
        if not reasons:
            return self.match(found.level, hit.row, score=1.0, reasons=EXACT)
        cost = variant.cost + _UNSAID_COST * len(unsaid) + SOFT_COST * len(hit.agreement.soft)
        cost += _DEEPER_COST * found.deeper + _FORM_COST * len(forms)
        return self.match(
            found.level, hit.row, score=max(0.0, 1.0 - cost), reasons=reasons, uncertainty_m=_trusted(found)
        )

    def _middle(self, found: Found, said: Values, variant: Variant) -> Match:
        """The middle of the parts of a place that has no row of its own."""
        rows = [hit.row for hit in found.hits]
        lon, lat = self._mean(self.reference.lon, rows), self._mean(self.reference.lat, rows)
        reach = max(_distance_m(lon, lat, *self._point(row)) for row in rows)
        known = all(bool(self.reference.datum_known[row]) for row in rows)
        uncertainty_m = reach + _trusted(found) + (0.0 if known else UNKNOWN_DATUM_M)
        reasons = (
            *self._changes(variant.changes), Reason("parts_of_it", {"count": len(rows)}), *self._deeper(found, said),
            *(() if known else (Reason("datum_unknown"),)),
        )  # fmt: skip
        score = max(0.0, 1.0 - variant.cost - _DEEPER_COST * (1 + found.deeper))
        near = tuple(self._candidates(rows, round(score, 4), ()))
        return Match(found.level, round(score, 4), None, lon, lat, round(uncertainty_m, 1), reasons, near)

    def ambiguous(self, hits: Iterable[Hit], said: Values, changes: tuple[Change, ...]) -> Unmatched:
        """Several rows that nothing tells apart."""
        rows = sorted({hit.row for hit in hits})
        same = len({tuple(self.reference.codes[row].tolist()) for row in rows}) == 1
        reason = Reason("held_twice" if same else "ambiguous", {"count": len(rows)})
        return Unmatched((*self._changes(changes), reason), tuple(self._candidates(rows, 0.9, ())))

    def located(self, located: Located, said: Values, codes: Sequence[int], near: Sequence[Near]) -> Match:
        """A place found without a door of its own, with the reasons why there was none."""
        why = self.unmatched(said, codes, near)
        return Match(
            located.level, LOCATED_SCORE, None, located.lon, located.lat, located.uncertainty_m,
            (*located.reasons, *why.reasons), why.candidates,
        )  # fmt: skip

    def unmatched(self, said: Values, codes: Sequence[int], near: Sequence[Near]) -> Unmatched:
        """Why nothing could be named, with the rows that came nearest."""
        candidates = self._nearest(said, near)
        if candidates:
            return Unmatched(candidates[0].differences, tuple(candidates))
        if not any(said):
            return Unmatched((Reason("nothing_read"),))
        unknown = [word for word, code in zip(said, codes, strict=True) if code < 0 and not word[0].isdigit()]
        if unknown:
            return Unmatched((Reason("name_unknown", {"query": "、".join(unknown)}),))
        number = said[ROADNO] or said[SUBROADNO] or said[HOUSENO] or said[ROOMNO]
        return Unmatched((Reason("number_unknown", {"query": number}) if number else Reason("not_held"),))

    def _nearest(self, said: Values, near: Sequence[Near]) -> list[Candidate]:
        found: dict[int, int] = {}
        for row, field in near:
            found.setdefault(row, field)
        chosen = heapq.nsmallest(_MOST_CANDIDATES, found, key=lambda row: (-found[row], self.reference.ids[row]))
        made = []
        for row in chosen:
            field = found[row]
            fields = {
                "part": FIELDS[field].value,
                "query": said[field] or "-",
                "reference": self._word(row, field) or "-",
            }
            made.append(self._candidate(row, round(0.5 * field / len(FIELDS), 4), (Reason("clash", fields),)))
        return made

    def _candidates(self, rows: Iterable[int], score: float, why: tuple[Reason, ...]) -> Iterable[Candidate]:
        chosen = heapq.nsmallest(
            _MOST_CANDIDATES, rows, key=lambda row: (self.reference.texts[row], self.reference.ids[row])
        )
        return [self._candidate(row, score, why) for row in chosen]

    def _candidate(self, row: int, score: float, why: tuple[Reason, ...]) -> Candidate:
        return Candidate(self.reference.ids[row], self.reference.texts[row], score, *self._point(row), why)

    def _changes(self, changes: Iterable[Change]) -> tuple[Reason, ...]:
        return tuple(
            Reason(fault, {"query": change.written, "reference": change.right})
            for change in changes
            for fault in dict.fromkeys(change.faults)
        )

    def _forms(self, said: Values, variant: Variant, row: int) -> tuple[Reason, ...]:
        """Divisions named by another form of their name: 虞山镇 for 虞山街道."""
        words, codes = self.reference.words, variant.codes
        fields = [f for f in range(PROV, GROUP) if codes[f] > 0 and not words[codes[f]].startswith(said[f])]
        changed = {change.field for change in variant.changes}
        if not fields or WHOLE_HEAD in changed:
            return ()
        return tuple(
            Reason("other_form", {"query": said[field], "reference": self._word(row, field)})
            for field in fields
            if field not in changed and self._word(row, field)
        )

    def _softs(self, said: Values, hit: Hit) -> tuple[Reason, ...]:
        return tuple(
            Reason(
                "differs", {"part": FIELDS[field].value, "query": said[field], "reference": self._word(hit.row, field)}
            )
            for field in hit.agreement.soft
        )

    def _deeper(self, found: Found, said: Values) -> tuple[Reason, ...]:
        """What the query says beyond what the reference knows of the place."""
        if not found.deeper:
            return ()
        fields = (CELLNO, FLOORNO, ROOMNO) if found.level == MatchLevel.BUILDING else (HOUSENO, CELLNO, FLOORNO, ROOMNO)
        rest = "-".join(said[field] for field in fields if said[field])
        return (Reason("not_known_within", {"query": rest}),)

    def _unsaid(self, row: int, fields: Iterable[int]) -> tuple[Reason, ...]:
        return tuple(
            Reason("unsaid", {"part": FIELDS[field].value, "reference": self._word(row, field)}) for field in fields
        )

    def _word(self, row: int, field: int) -> str:
        return self.reference.words[self.reference.codes[row, field]]

    def _point(self, row: int) -> tuple[float, float]:
        return float(self.reference.lon[row]), float(self.reference.lat[row])

    def _mean(self, column: Sequence[float], rows: Sequence[int]) -> float:
        return round(math.fsum(column[row] for row in rows) / len(rows), 9)


def _trusted(found: Found) -> float:
    if not found.deeper:
        return OWN_POINT_M
    return WITHIN_BUILDING_M if found.level == MatchLevel.BUILDING else WITHIN_PLOT_M


def _distance_m(lon: float, lat: float, other_lon: float, other_lat: float) -> float:
    east = (lon - other_lon) * math.cos(math.radians(lat))
    return math.hypot(east, lat - other_lat) * _METRES_A_DEGREE
