"""What people taught: texts that were settled for an address, and names that mean another."""

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from gis.address.fold import fold
from gis.address.parse import parse
from gis.address.parts import AddressParts, Label
from gis.division import DivisionLevel, level_of

_NOT_OF_THE_PLACE = re.compile(r"(?<!\d)(?:\d{17}[\dXx]|1[3-9]\d{9})(?!\d)")
_SILENT = re.compile(r"[\s,.;:·'\"()!?*]+")
_PEOPLE = frozenset((Label.PERSON, Label.PHONE))


def text_key(text: str, parts: AddressParts | None = None) -> str:
    """Return what two writings of one address text share: plain characters, no punctuation, nobody's name or number.

    ``parts`` spares reading the text again. The key of a key is the key.
    """
    read = parts if parts is not None else parse(text)
    plain = fold(text)
    for start, end, label in reversed(read.spans):
        if label in _PEOPLE:
            plain = plain[:start] + plain[end:]
    return _SILENT.sub("", _NOT_OF_THE_PLACE.sub("", plain)).upper()


class Name(NamedTuple):
    """``written`` stands for ``means`` (an official or standard name).

    ``within`` is the code of the division (county, town) in whose addresses it holds, '' for everywhere.
    """

    written: str
    means: str
    within: str = ""


class Names:
    """Names learnt, ready to be put in the place of those written; the longest first, each place read once."""

    def __init__(self, names: Iterable[Name]) -> None:
        self._by_place: dict[str, dict[str, str]] = {}
        for name in names:
            self._by_place.setdefault(name.within, {})[fold(name.written)] = name.means
        self._patterns: dict[tuple[str, ...], tuple[re.Pattern[str], dict[str, str]]] = {}

    def __bool__(self) -> bool:
        """Whether anything was learnt."""
        return bool(self._by_place)

    def rewrite(self, text: str, *, division: str | None = None) -> str:
        """Return the text with the learnt names in it replaced; the text itself where none stands in it.

        ``division`` (6 to 12 digits) is where the address lies as far as known; names of other places do not count.
        """
        if not self._by_place:
            return text
        chosen = tuple(place for place in self._by_place if not place or (division or "").startswith(place))
        pattern, means = self._pattern(chosen)
        plain = fold(text)
        if not means or pattern.search(plain) is None:
            return text
        return pattern.sub(lambda found: means[found[0]], plain)

    def _pattern(self, places: tuple[str, ...]) -> tuple[re.Pattern[str], dict[str, str]]:
        held = self._patterns.get(places)
        if held is None:
            means: dict[str, str] = {}
            for place in sorted(places, key=len):
                means |= self._by_place[place]
            words = sorted(means, key=len, reverse=True)
            # A name that stands in what it means must not be replaced inside it: 新庄 -> 新庄村 in 新庄村.
            tails = (f"(?!{re.escape(means[w][len(w) :])})" if means[w].startswith(w) else "" for w in words)
            alternatives = "|".join(re.escape(word) + tail for word, tail in zip(words, tails, strict=True))
            held = self._patterns[places] = (re.compile(alternatives or r"(?!)"), means)
        return held


def is_division(code: str) -> bool:
    """Whether a text is the code of a town or a village."""
    if not (code.isascii() and code.isdigit() and len(code) in (9, 12)):
        return False
    return level_of(code) in (DivisionLevel.TOWN, DivisionLevel.VILLAGE)


def marked(text: str, parts: AddressParts) -> Sequence[tuple[str, str | None]]:
    """Cut a text into its parts in order, each with its label, None for what was left over."""
    cut: list[tuple[str, str | None]] = []
    place = 0
    for start, end, label in sorted(parts.spans):
        if start > place:
            cut.append((text[place:start], None))
        if end > max(start, place):
            cut.append((text[max(start, place) : end], str(label)))
            place = end
    if place < len(text):
        cut.append((text[place:], None))
    return cut
