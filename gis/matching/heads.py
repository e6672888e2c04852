"""All that stands before the first number, taken as one name: for queries whose slip hides where a name begins.

琴川衙道苏景路32号 has no town that could be put right, for the slip is in the word that says it is one. As a whole
琴川衙道苏景路 is one look-alike away from 琴川街道苏景路, and only one such address stands in the reference.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt

from gis.address.fold import fold
from gis.address.numerals import NUMERALS
from gis.address.parts import AddressParts, Label
from gis.matching.fuzzy import Names, Similar
from gis.matching.keys import COMMUNITY, HAMLET, POI, ROAD, ROADNO, SUBPOI, SUBROAD, TOWN
from gis.matching.reference import Reference

FIELDS = (TOWN, COMMUNITY, HAMLET, POI, ROAD)
Head = tuple[int, ...]
"""The codes of ``FIELDS`` before the number."""

_NUMBERS = frozenset((Label.ROADNO, Label.SUBROADNO, Label.HOUSENO, Label.CELLNO, Label.FLOORNO, Label.ROOMNO))
_LANES = frozenset((Label.SUBROAD, Label.ROAD))
_ABOVE = frozenset((Label.COUNTRY, Label.PROV, Label.CITY, Label.DISTRICT))


class Heads:
    """The heads of a reference's addresses, with and without their town, to be asked for similar ones."""

    def __init__(self, reference: Reference) -> None:
        found: defaultdict[str, set[Head]] = defaultdict(set)
        for head in _unique(reference.codes):
            for form in (head, (0, *head[1:]), (head[0], 0, *head[2:])):
                text = "".join(reference.words[code] for code in form)
                if any(form[1:]) and text:
                    found[text].add(head)
        self._heads = {
            text: tuple(sorted(heads, key=lambda head: _said(reference, head))) for text, heads in found.items()
        }
        self._names = Names(self._heads)

    def similar(self, text: str) -> Iterator[tuple[Similar, Head]]:
        """Heads that a text may be meant for, the likeliest first."""
        for one in self._names.similar(text):
            for head in self._heads[one.name]:
                yield one, head


def _said(reference: Reference, head: Head) -> tuple[str, ...]:
    return tuple(reference.words[code] for code in head)


def _unique(codes: npt.NDArray[np.int32]) -> list[Head]:
    """The heads of all numbered addresses; an estate is part of the head where no road is named."""
    numbered = codes[codes[:, ROADNO] > 0]
    parts = numbered[:, FIELDS].copy()
    parts[parts[:, 4] > 0, 3] = 0
    packed = np.zeros(len(parts), np.uint64)
    with np.errstate(over="ignore"):
        for column in parts.T:
            packed = packed * np.uint64(0x9E3779B97F4A7C15) + column.astype(np.uint64)
            packed ^= packed >> np.uint64(31)
    _, first = np.unique(packed, return_index=True)
    return [tuple(row) for row in parts[first].tolist()]


def head_of(parts: AddressParts) -> str:
    """What stands between county and first number, without gaps; '' where nothing does."""
    start = max((end for _, end, label in parts.spans if label in _ABOVE), default=0)
    end = first_number(parts)
    return "".join(fold(parts.text[start:end]).upper().split()) if end < len(parts.text) else ""


def first_number(parts: AddressParts) -> int:
    """Where the first number of the address starts: its length where there is none."""
    text = parts.text
    return min(
        (start for start, _, label in parts.spans if label in _NUMBERS or (label in _LANES and _is_digit(text[start]))),
        default=len(text),
    )


def _is_digit(char: str) -> bool:
    return char.isdigit() or char in NUMERALS


def with_head(codes: Sequence[int], head: Head, parts: AddressParts) -> list[int]:
    """The query with another head; what stands behind the number stays."""
    changed = list(codes)
    for field, code in zip(FIELDS, head, strict=True):
        changed[field] = code
    first = first_number(parts)
    behind = {label for start, _, label in parts.spans if start >= first}
    in_lane = any(start >= first and parts.text[start:end].endswith("弄") for start, end, _ in parts.spans)
    if not head[-2] and not behind.isdisjoint((Label.POI, Label.SUBPOI)):
        changed[POI] = codes[SUBPOI] if Label.SUBPOI in behind and Label.POI not in behind else codes[POI]
    changed[SUBPOI] = 0
    if Label.SUBROAD not in behind and not in_lane:
        changed[SUBROAD] = 0
    return changed
