"""What a written address consists of, and where each part stood in the text."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import NamedTuple


class Label(StrEnum):
    """The kinds of parts; the names are those of the segmented corpora of the field."""

    COUNTRY = "country"
    PROV = "prov"
    CITY = "city"
    DISTRICT = "district"
    DEVZONE = "devzone"
    TOWN = "town"
    COMMUNITY = "community"
    HAMLET = "hamlet"
    GROUP = "group"
    ROAD = "road"
    SUBROAD = "subroad"
    ROADNO = "roadno"
    SUBROADNO = "subroadno"
    POI = "poi"
    SUBPOI = "subpoi"
    HOUSENO = "houseno"
    CELLNO = "cellno"
    FLOORNO = "floorno"
    ROOMNO = "roomno"
    ASSIST = "assist"
    REDUNDANT = "redundant"
    PERSON = "person"
    PHONE = "phone"
    OTHER = "otherinfo"


COLUMNS = (
    "prov", "city", "district", "town", "community", "road", "subroad", "roadno", "poi", "houseno", "cellno",
    "floorno", "roomno",
)  # fmt: skip
"""Labels of a table with one column a part."""

NOTHING_FILLED: Mapping[str, str] = MappingProxyType({})


class Span(NamedTuple):
    """One part: ``text[start:end]`` of the text as it was given."""

    start: int
    end: int
    label: Label


class AddressParts:
    """A read address.

    ``text`` is the text as given; ``spans`` are its parts in the order in which they stand, never overlapping;
    characters in no span were left over. ``filled`` holds the official names of higher levels that the text leaves out
    and the gazetteer adds because only one answer is possible; ``division`` is the code of the lowest division known
    (2 to 12 digits), None where none is. ``conflicts`` holds pairs of written names of which the lower does not lie
    in the higher (浙江省, 常熟市).
    """

    __slots__ = ("conflicts", "division", "filled", "spans", "text")

    def __init__(
        self,
        text: str,
        spans: tuple[Span, ...],
        *,
        filled: Mapping[str, str] = NOTHING_FILLED,
        division: str | None = None,
        conflicts: tuple[tuple[str, str], ...] = (),
    ) -> None:
        self.text, self.spans, self.filled, self.division = text, spans, filled, division
        self.conflicts = conflicts

    def __repr__(self) -> str:
        """Show the segmentation the way people mark it: 梅李镇/town 聚沙村/community."""
        return f"AddressParts({' '.join(f'{self.text[a:b]}/{label}' for a, b, label in self.spans)})"

    def texts(self, label: str) -> list[str]:
        """The parts of one kind as they stand in the text."""
        return [self.text[start:end] for start, end, kind in self.spans if kind == label]
