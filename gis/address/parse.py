"""Reads a written address into its parts, by the suffixes of the language and the names of the divisions."""

from typing import Any

from gis.address.fold import fold
from gis.address.grammar import label_tail
from gis.address.heads import read_head
from gis.address.parts import AddressParts, Label, Span


def parse(text: str, gazetteer: Any = None) -> AddressParts:
    """Read an address; never raises on any text."""
    plain = fold(text)
    spans, place, code = read_head(plain)
    label_tail(plain, place, spans)
    return AddressParts(text, tuple(Span(*span) for span in spans if span[1] > span[0]), division=code or None)
