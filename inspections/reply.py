"""Words that are often written, offered for a step: a person takes one and changes what does not fit."""

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from string import Formatter

from gis.errors import AnjuError
from inspections.ticket import Event

BLANKS = frozenset({"lead", "hazard"})


class BadReplyError(AnjuError):
    """The {place}. reply is wrong: {problem}."""


@dataclass(frozen=True, slots=True)
class Reply:
    """Words for one event in both languages; ``BLANKS`` in braces are filled in."""

    event: Event
    zh: str
    en: str

    def words(self, lang: str, *, lead: str, hazard: str) -> str:
        """The words in the reader's language with the blanks filled in."""
        return (self.en if lang == "en" else self.zh).format(lead=lead, hazard=hazard)


@cache
def replies(event: Event) -> tuple[Reply, ...]:
    """The replies offered for an event, in their order; raises ``BadReplyError``."""
    text = (files("inspections") / "rules" / "replies.toml").read_text(encoding="utf-8")
    return tuple(one for one in read_replies(text) if one.event is event)


def read_replies(text: str) -> list[Reply]:
    """Replies from TOML; raises ``BadReplyError`` for an unknown event, a missing language or another blank."""
    return [_reply(place, raw) for place, raw in enumerate(tomllib.loads(text).get("reply", []), start=1)]


def _reply(place: int, raw: dict[str, str]) -> Reply:
    if raw.get("event") not in set(Event):
        raise BadReplyError(place=place, problem=f"{raw.get('event')!r} is no event")
    for lang in ("zh", "en"):
        words = raw.get(lang, "")
        if not words.strip():
            raise BadReplyError(place=place, problem=f"{lang} is missing")
        blanks = {name for _, name, _, _ in Formatter().parse(words) if name is not None}
        if blanks - BLANKS:
            raise BadReplyError(place=place, problem=f"{', '.join(sorted(blanks - BLANKS))} is no blank")
    return Reply(Event(raw["event"]), raw["zh"], raw["en"])
