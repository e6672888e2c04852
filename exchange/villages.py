"""Which village each row belongs to: its code, its words, its point, or the one named for the whole file."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from exchange.canonical import Canonical
from exchange.errors import DefaultVillageUnknown
from exchange.problems import Problem, problem_of
from exchange.row import HouseRow
from gis.division import Division, DivisionLevel, is_addressable, spoken_names, stem_of
from gis.gazetteer import Ambiguous, Found, Gazetteer, NotFound, OtherName
from gis.matching.outlines import Outlines

if TYPE_CHECKING:
    from geopandas import GeoDataFrame


REMEMBERED = 200_000
"""Texts whose village is remembered; about 60 MB."""


@dataclass(frozen=True)
class CountyContext:
    """The county a register is brought into.

    ``polygon`` is its outline and ``villages`` a frame with ``code`` and polygons, both EPSG:4490, both may be None;
    ``divisions`` hold at least its villages; ``spoken`` are names for them that people taught besides,
    ``former`` those they went by before a published update.
    """

    code: str
    divisions: Sequence[Division]
    polygon: BaseGeometry | None = None
    villages: "GeoDataFrame | None" = None
    spoken: Sequence[Division] = ()
    former: Sequence[OtherName] = ()

    @cached_property
    def gazetteer(self) -> Gazetteer:
        """Names of the county's divisions, ready to be found in texts."""
        return Gazetteer([*self.divisions, *self.spoken], self.former)

    @cached_property
    def name_by_code(self) -> dict[str, str]:
        """Official names by code."""
        return {one.code: one.name for one in self.divisions}

    def names_of(self, village: str) -> frozenset[str]:
        """Everything a village is called, taught names among it; nothing for a code that is not known."""
        return self._names.get(village, frozenset())

    @cached_property
    def _names(self) -> dict[str, frozenset[str]]:
        found: dict[str, set[str]] = {}
        for one in (*self.divisions, *self.spoken):
            found.setdefault(one.code, set()).update((*spoken_names(one.name), stem_of(one.name)))
        return {code: frozenset(names) for code, names in found.items()}

    @cached_property
    def outlines(self) -> Outlines:
        """Outlines of its villages, to measure against."""
        if self.villages is None:
            return Outlines((), (), ())
        sketched = self.villages.get("synthetic_geometry", [False] * len(self.villages))
        return Outlines(self.villages["code"].to_list(), list(self.villages.geometry), [bool(one) for one in sketched])

    @cached_property
    def canonical(self) -> Canonical:
        """Writes addresses under the full names of their villages."""
        return Canonical(self.code, self.name_by_code, self.find_village)

    def named_in(self, text: str) -> str | None:
        """The code of the village that a text names, None where it names none or several."""
        answer = self.find_village(text)
        return answer.division.code if isinstance(answer, Found) else None

    @cached_property
    def find_village(self) -> Callable[[str], Found | Ambiguous | NotFound]:
        """``Gazetteer.find_village`` that remembers: an import asks the same of a text several times."""
        return lru_cache(maxsize=REMEMBERED)(self.gazetteer.find_village)

    @cached_property
    def village_codes(self) -> frozenset[str]:
        """Codes of every village of the county, addressable or not."""
        return frozenset(one.code for one in self.divisions if one.level is DivisionLevel.VILLAGE)


def find_villages(rows: Sequence[HouseRow], *, county: CountyContext, default: str | None = None) -> list[Problem]:
    """Set ``village_code`` on every row, in place; the problems of those whose village cannot be told.

    A code in the row goes first, then the village it names, then the address, then the point's polygon, then
    ``default``. A village that is named and unknown is never overruled by the default. Raises
    ``DefaultVillageUnknown``.
    """
    if default is not None and (default not in county.village_codes or not is_addressable(default)):
        raise DefaultVillageUnknown(code=default, county=county.code)
    finder = _Finder(county)
    verdicts = {row.row: finder.by_words(row) for row in rows}
    undecided = [row for row in rows if verdicts[row.row] is not None or not row.village_code]
    by_point = _by_point(undecided, county)
    settled = (_settle(row, verdicts[row.row], code, default) for row, code in zip(undecided, by_point, strict=True))
    return [problem for problem in settled if problem is not None]


def _settle(row: HouseRow, verdict: Problem | None, by_point: str | None, default: str | None) -> Problem | None:
    """A code that the row states and is wrong stays wrong; words that were not understood yield to the point."""
    if verdict is not None and verdict.field == "village_code":
        return verdict
    if by_point is not None:
        row.village_code = by_point
        return None
    if verdict is not None:
        return verdict
    row.village_code = default
    return None if default else problem_of(row.row, "village", "village_missing")


class _Finder:
    def __init__(self, county: CountyContext) -> None:
        self.county = county
        self.named: dict[str, Found | Ambiguous | None] = {}

    def by_words(self, row: HouseRow) -> Problem | None:
        """Set the village if the row's own words decide it; None also when they say nothing."""
        if row.village_code:
            return self._check_code(row)
        answer = self._look_up(row.town + row.village) if row.village else None
        stated = answer
        if not isinstance(answer, Found) and row.address:
            answer = self.find(row.town + row.address)
        if isinstance(answer, Found):
            row.village_code = answer.division.code
            return None
        unclear = stated or answer
        if isinstance(unclear, Ambiguous):
            names = ", ".join(f"{one.name} {one.code}" for one in unclear.candidates[:4])
            return problem_of(row.row, "village", "village_ambiguous", raw=unclear.matched, candidates=names)
        return problem_of(row.row, "village", "village_unknown", raw=row.village) if row.village else None

    def find(self, text: str) -> Found | Ambiguous | None:
        answer = self.county.gazetteer.find_village(text)
        return answer if isinstance(answer, Found | Ambiguous) else None

    def _look_up(self, text: str) -> Found | Ambiguous | None:
        if text not in self.named:
            self.named[text] = self.find(text)
        return self.named[text]

    def _check_code(self, row: HouseRow) -> Problem | None:
        code = row.village_code or ""
        if code not in self.county.village_codes:
            return problem_of(row.row, "village_code", "village_code_unknown", raw=code, county=self.county.code)
        if not is_addressable(code):
            return problem_of(row.row, "village_code", "village_virtual", raw=code)
        return None


def _by_point(rows: Sequence[HouseRow], county: CountyContext) -> list[str | None]:
    """The code of the village polygon under each row's point, or None."""
    found: list[str | None] = [None] * len(rows)
    if county.villages is None or not len(county.villages):
        return found
    located = [at for at, row in enumerate(rows) if row.lon is not None and not row.village_code]
    if not located:
        return found
    points = shapely.points(np.array([(rows[at].lon, rows[at].lat) for at in located], dtype=np.float64))
    tree = shapely.STRtree(np.asarray(county.villages.geometry))
    codes = county.villages["code"].to_list()
    for point_at, polygon_at in zip(*tree.query(points, predicate="intersects"), strict=True):
        code = str(codes[polygon_at])
        if found[located[point_at]] is None and is_addressable(code):
            found[located[point_at]] = code
    return found
