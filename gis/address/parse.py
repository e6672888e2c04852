"""Reads a written address into its parts, by the suffixes of the language and the names of the divisions."""

from functools import partial
from typing import Any

from gis.address.fold import fold
from gis.address.grammar import mark_tail
from gis.address.heads import read_head
from gis.address.marks import LABELS
from gis.address.parts import AddressParts, Span

_span = partial(tuple.__new__, Span)


def parse(text: str, gazetteer: Any = None) -> AddressParts:
    """Read an address; never raises on any text."""
    plain = fold(text)
    spans, place, code = read_head(plain)
    if place < len(plain):
        mark_tail(plain, place, spans)
    labels = LABELS
    return AddressParts(
        text, tuple([_span((start, end, labels[mark])) for start, end, mark in spans]), division=code or None
    )
