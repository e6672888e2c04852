"""Reads a written address into its parts, by the suffixes of the language and the names of the divisions.

An address is read in two strides. ``heads`` takes the divisions at its beginning by their names, complete or short, and
by their suffixes where no table knows them; what is written twice stands once (``repeats``). ``tokens`` cuts the rest
at road, estate, market, building and number words with one regular expression, and ``grammar`` tells from what stands
before a token which part it is: 8号 after a road is its number, after an estate a building, after a building an
entrance. No weights: every rule is one of the language, set by hand.

Parts carry the labels of the segmented corpora of the field. A villagers' group (8组) is a ``road`` there, a natural
village a ``poi`` or, where it says 自然村, a ``community``; ``gis.address.rural`` picks both out of the parts. People
and telephone numbers become ``person`` and ``phone`` (``people``), chatter and separators ``redundant``.
"""

from collections.abc import Iterable, Iterator
from itertools import islice, pairwise

from gis.address.fill import OwnNames, filled
from gis.address.fold import fold
from gis.address.grammar import mark_tail
from gis.address.heads import read_head
from gis.address.marks import LABELS, REDUNDANT, Marked
from gis.address.parts import AddressParts, Span
from gis.address.people import people_in, without

_BLOCK = 64
"""Addresses read together: few enough for a processor's nearest memory, enough that the tables come there seldom."""


def parse(text: str, gazetteer: OwnNames | None = None) -> AddressParts:
    """Read an address; never raises, on any text.

    ``division`` is the lowest division that the head names, by the tables of the country. With a ``gazetteer`` the
    names that a county knows of its own are read too, and the levels left out are filled (``fill.filled``). Some
    25 microseconds without one; ``parse_all`` takes less for many.
    """
    return _tail(_head(text, gazetteer), gazetteer)


def parse_all(texts: Iterable[str], gazetteer: OwnNames | None = None) -> Iterator[AddressParts]:
    """Read many addresses, each as ``parse`` does, in order; a fifth faster.

    The tables of the two strides do not fit into the processor's nearest memory together, so a block of addresses
    goes through the one, then through the other.
    """
    waiting = iter(texts)
    while block := [_head(text, gazetteer) for text in islice(waiting, _BLOCK)]:
        yield from [_tail(head, gazetteer) for head in block]


_Head = tuple[str, str, list[Marked], list[Marked], int, str]
"""The text, the same folded and without people, those people, the parts of the head, its end, the lowest code known."""


def _head(text: str, gazetteer: OwnNames | None) -> _Head:
    plain = fold(text)
    people = people_in(plain)
    if people:
        plain = without(plain, people)
    spans, place, code = read_head(plain, gazetteer)
    return text, plain, people, spans, place, code


def _tail(head: _Head, gazetteer: OwnNames | None) -> AddressParts:
    text, plain, people, spans, place, code = head
    if place < len(plain):
        mark_tail(plain, place, spans)
    if people:
        spans = _with_people(spans, people)
    parts = AddressParts(text, tuple(map(_SPANS.__getitem__, spans)), division=code or None)
    return parts if gazetteer is None else filled(parts, gazetteer)


class _Spans(dict[Marked, Span]):
    """The spans of common places in a text, made once: a look-up costs a tenth of making one."""

    def __missing__(self, marked: Marked) -> Span:
        start, end, mark = marked
        span = Span(start, end, LABELS[mark])
        if len(self) < _MOST_SPANS:
            self[marked] = span
        return span


_MOST_SPANS = 1 << 15
_SPANS = _Spans()


def _with_people(spans: list[Marked], people: list[Marked]) -> list[Marked]:
    """Put people and numbers back where blanks stood for them; what else was blank there stays redundant."""
    places = sorted({edge for start, end, _ in people for edge in (start, end)})
    kept: list[Marked] = list(people)
    for start, end, mark in spans:
        if mark != REDUNDANT:
            kept.append((start, end, mark))
            continue
        edges = [start, *(edge for edge in places if start < edge < end), end]
        kept += [(a, b, mark) for a, b in pairwise(edges) if not any(p[0] <= a < p[1] for p in people)]
    return sorted(kept)
