"""What is asked of a change of address codes, and what came, or would come, of it."""

from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any, Literal

from shapely.geometry.base import BaseGeometry

from words import say

Kind = Literal["split", "merge", "renumber", "demolish", "move"]


@dataclass(frozen=True, slots=True)
class Part:
    """A house that a split or a merge makes.

    ``suites`` and ``rooms`` are the ids that go into it (a room named goes before its suite); a merge takes all.
    ``lon`` and ``lat`` (EPSG:4490 degrees) are the predecessor's where not given.
    """

    address: str
    suites: tuple[int, ...] = ()
    rooms: tuple[int, ...] = ()
    doorplate: str | None = None
    lon: float | None = None
    lat: float | None = None
    footprint: BaseGeometry | None = None
    parts: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Follow:
    """Where what hangs on a split house goes, where a person chose: indexes of parts.

    ``heir`` takes what nobody chose a place for: the register's key, aliases, tickets that name no room. ``tickets``
    (by ticket id) and ``aliases`` (by alias id) go before it.
    """

    heir: int = 0
    tickets: dict[int, int] = field(default_factory=dict)
    aliases: dict[int, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class CodeLine:
    """One address code of a change: ``level`` is house, unit, suite or room."""

    code: str
    level: str
    text: str


@dataclass(frozen=True, slots=True)
class Heirloom:
    """Something that hung on an old code and follows to ``to`` (None: it stays on record where it was).

    ``what`` is ticket, room, alias, stop or finding; ``name`` its number, label or value.
    """

    what: str
    id: int
    name: str
    origin: str
    to: str | None


@dataclass(frozen=True, slots=True)
class Warn:
    """Something a person should know before; ``text`` speaks the reader's language."""

    key: str
    fields: dict[str, Any] = field(default_factory=dict)

    def text(self, lang: str = "zh") -> str:
        """The warning in words."""
        return say(f"code_life.warn.{self.key}", lang, **self.fields)


@dataclass(frozen=True, slots=True)
class Change:
    """What came of a change, or would come of it (``event_id`` None: a preview, nothing was written).

    ``houses`` are the ids of the living houses after it, in the order of the parts; ``visits`` counts past visits that
    stay on record of the old houses and show in the history of the new ones.
    """

    kind: Kind
    event_id: int | None
    at: datetime
    retired: tuple[CodeLine, ...] = ()
    allotted: tuple[CodeLine, ...] = ()
    kept: tuple[CodeLine, ...] = ()
    follows: tuple[Heirloom, ...] = ()
    visits: int = 0
    houses: tuple[int, ...] = ()
    warnings: tuple[Warn, ...] = ()

    @property
    def house_codes(self) -> tuple[str, ...]:
        """The codes of the houses that live on, in the order of the parts."""
        return tuple(line.code for line in (*self.allotted, *self.kept) if line.level == "house")

    def as_dict(self, lang: str = "zh") -> dict[str, Any]:
        """Plain values, ready for JSON; warnings in words."""
        return asdict(self) | {"warnings": [warning.text(lang) for warning in self.warnings]}
