"""What becomes of a query address: a match with its level, its score and its reasons, or none with the reasons why."""

from collections.abc import Mapping
from enum import StrEnum
from typing import NamedTuple, Protocol

from gis.address.parts import AddressParts
from words import DEFAULT, say


class MatchLevel(StrEnum):
    """How deep a match reaches, deepest first. ``suite`` is the door within a building, ``room`` a room behind it."""

    ROOM = "room"
    SUITE = "suite"
    BUILDING = "building"
    DOOR = "door"
    NEIGHBOUR = "neighbour"
    CROSSING = "crossing"
    LANDMARK = "landmark"
    ROAD = "road"
    VILLAGE = "village"
    TOWN = "town"
    NONE = "none"


class Reason(NamedTuple):
    """One sentence of the explanation: ``key`` under ``matching.`` in the catalogue, and what to fill in.

    A key with a dot in it stands for itself: ``locating.road``.
    """

    key: str
    fields: Mapping[str, str | int | float] = {}

    def say(self, lang: str = DEFAULT) -> str:
        """The sentence in the reader's language."""
        return say(self.key if "." in self.key else f"matching.{self.key}", lang, **self.fields)


class Candidate(NamedTuple):
    """A reference address that came near; EPSG:4490. ``differences`` say why it was not simply taken."""

    reference_id: str
    text: str
    score: float
    lon: float
    lat: float
    differences: tuple[Reason, ...] = ()


class Match(NamedTuple):
    """Where the query address is, EPSG:4490.

    ``reference_id`` is None where no single reference address is the one meant: a door of which only the rooms are
    known, a place between two known doors, a road, a village.
    ``score`` is 1.0 for an address that agrees in every part; ``uncertainty_m`` is the radius that should hold the
    true place.
    """

    level: MatchLevel
    score: float
    reference_id: str | None
    lon: float
    lat: float
    uncertainty_m: float
    reasons: tuple[Reason, ...] = ()
    candidates: tuple[Candidate, ...] = ()


class Unmatched(NamedTuple):
    """No place could be named without guessing."""

    reasons: tuple[Reason, ...]
    candidates: tuple[Candidate, ...] = ()


Outcome = Match | Unmatched


class Located(NamedTuple):
    """A place found without a matching door: EPSG:4490, with the radius that should hold the true place."""

    level: MatchLevel
    lon: float
    lat: float
    uncertainty_m: float
    reasons: tuple[Reason, ...] = ()


class PlaceLocator(Protocol):
    """Whoever can place an address that has no door of its own in the reference."""

    def locate(self, parts: AddressParts) -> Located | None:
        """Where the address is at best, or None where nothing is known of it."""
