"""What a match offers to whoever decides: standard addresses and houses of the record, with where each comes from."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from actions.county_matcher import CountyMatcher
from db import address_check, reference
from db.query import Row
from db.workbench import Offer, Reason
from gis.address.parse import parse
from gis.matching import outcome as matching
from gis.matching.find import level_of
from gis.matching.keys import values
from gis.matching.outcome import Match, Outcome

MOST = 5
STANDARD, HOUSE = "s", "h"


@dataclass(frozen=True, slots=True)
class Asked:
    """An address with what its text came to; ``village`` is what it is filed under, if anything."""

    text: str
    village: str | None
    outcome: Outcome


class Offers:
    """Makes offers of many outcomes with two reads of the record."""

    def __init__(self, connection: Connection, county: str, *, matcher: CountyMatcher, asked: Sequence[Asked]) -> None:
        self._matcher = matcher
        ids = {one for each in asked for one in _ids(each.outcome)}
        self._standard = reference.of_ids(connection, county=county, ids=_numbers(ids, STANDARD))
        self._houses = address_check.codes(connection, county=county, ids=_numbers(ids, HOUSE))

    def of(self, asked: Asked, *, but: int | None = None) -> list[Offer]:
        """The offers for one address, the match itself first; ``but`` is its own address id."""
        found: list[Offer] = []
        if isinstance(asked.outcome, Match):
            found.append(self._of_match(asked, asked.outcome))
        for one in asked.outcome.candidates:
            level = level_of(values(parse(one.text))).value
            text = self._text(one.reference_id) or one.text
            found.append(
                self._offer(one.reference_id, text, (one.lon, one.lat), one.score, level, None, one.differences)
            )
        return [offer for offer in found if but is None or offer.address_id != but][:MOST]

    def _of_match(self, asked: Asked, match: Match) -> Offer:
        if match.reference_id is None:
            return Offer(
                asked.text, village=asked.village, lon=match.lon, lat=match.lat, score=match.score,
                level=match.level.value, uncertainty_m=match.uncertainty_m, reasons=spoken(match.reasons),
                source="place",
            )  # fmt: skip
        text = self._text(match.reference_id) or asked.text
        return self._offer(
            match.reference_id, text, (match.lon, match.lat), match.score, match.level.value, match.uncertainty_m,
            match.reasons,
        )  # fmt: skip

    def _text(self, reference_id: str) -> str | None:
        row = self._row(reference_id)
        return None if row is None else str(row["text"])

    def _row(self, reference_id: str) -> Row | None:
        known = self._houses if reference_id.startswith(HOUSE) else self._standard
        return known.get(int(reference_id[1:]))

    def _offer(
        self, reference_id: str, text: str, point: tuple[float, float], score: float, level: str,
        uncertainty_m: float | None, reasons: Sequence[matching.Reason],
    ) -> Offer:  # fmt: skip
        row = self._row(reference_id)
        house = reference_id.startswith(HOUSE)
        return Offer(
            text, address_id=int(reference_id[1:]) if house else None,
            standard_id=None if house else int(reference_id[1:]), code=row["code"] if house and row else None,
            village=self._matcher.village_of(reference_id), lon=point[0], lat=point[1], score=score, level=level,
            uncertainty_m=uncertainty_m, reasons=spoken(reasons),
            source="register" if house else str(row["source"]) if row else "reference",
        )  # fmt: skip


def spoken(reasons: Iterable[matching.Reason]) -> list[Reason]:
    """Reasons under the whole key of their phrase."""
    return [Reason(one.key if "." in one.key else f"matching.{one.key}", dict(one.fields)) for one in reasons]


def _ids(outcome: Outcome) -> Iterable[str]:
    if isinstance(outcome, Match) and outcome.reference_id is not None:
        yield outcome.reference_id
    for candidate in outcome.candidates:
        yield candidate.reference_id


def _numbers(ids: Iterable[str], kind: str) -> list[int]:
    return [int(one[1:]) for one in ids if one.startswith(kind)]
