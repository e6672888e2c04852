"""A case as the workbench shows it: its text in parts, the reasons in words, each candidate held against the text."""

import re
from collections.abc import Iterator, Mapping, Sequence
from difflib import SequenceMatcher
from functools import lru_cache
from itertools import accumulate
from typing import Any

from gis.address.fold import fold
from gis.address.learnt import marked
from gis.address.parse import parse
from gis.address.parts import Label
from gis.division import short_name
from ui.parts import Row
from ui.state import View
from words import MissingWordError

FAMILIES = {
    "area": ("country", "prov", "city", "district", "devzone", "town", "community", "hamlet", "group"),
    "road": ("road", "subroad", "roadno", "subroadno"),
    "place": ("poi", "subpoi"),
    "door": ("houseno", "cellno", "floorno", "roomno"),
}
"""Kinds of parts that are shown in one colour."""
_FAMILY = {label: family for family, labels in FAMILIES.items() for label in labels}
_HEAD_ENDS = "省市县区镇乡道"
_TOKEN = re.compile(r"[0-9]+|[A-Za-z]+|.", re.DOTALL)
_MASKED = re.compile(r"[0-9]*\*{3,}[0-9Xx]*|[\u4e00-\u9fff]?\*+[\u4e00-\u9fff]?")
_GROUP_ENDS = ("组", "队")
Piece = tuple[str, str]


def shown(view: View, row: Row, *, most: int = 9) -> dict[str, Any]:
    """Everything of a case that the browser shows; plain text throughout, which the browser sets as text."""
    return {
        "id": row["id"], "kind": row["kind"], "kind_word": view.say(f"workbench.kind.{row['kind']}"),
        "text": row["text"], "where": _where(row) or view.say("workbench.nowhere"), "badness": row["badness"],
        "about": source_word(view, row["source"]),
        "parts": parts(view, row["text"]), "reasons": spoken(view, row["detail"].get("reasons", ())),
        "merges": row["kind"] == "duplicate" and row["address_id"] is not None,
        "candidates": [_candidate(view, row["text"], one) for one in row["candidates"][:most]],
    }  # fmt: skip


def source_word(view: View, source: str) -> str:
    """Where an address comes from, in words; the source's own name where the catalogue has none."""
    try:
        return view.say(f"workbench.source.{source}")
    except MissingWordError:
        return source


def _where(row: Row) -> str:
    names = (row["town_name"], row["village_name"])
    return " · ".join(short_name(name) for name in names if name)


def parts(view: View, text: str) -> list[tuple[str, str, str]]:
    """The text cut into its parts: each with the family that colours it and the word for what it is."""
    cut = [(piece, _seen_as(piece, label)) for piece, label in _cut(text) if piece.strip()]
    return [(piece, _family(label), _word(view, label)) for piece, label in cut]


def _cut(text: str) -> Iterator[tuple[str, str | None]]:
    """The parts of a text in which people are masked already: what is masked is no place, and is not read as one."""
    place = 0
    for found in _MASKED.finditer(text):
        yield from marked(text[place : found.start()], parse(text[place : found.start()]))
        yield found[0], Label.PHONE if any(char.isdigit() for char in found[0]) else Label.PERSON
        place = found.end()
    yield from marked(text[place:], parse(text[place:]))


def _seen_as(piece: str, label: str | None) -> str | None:
    """What people call a part: corpora count a village's group among the roads."""
    return "group" if label == Label.ROAD and piece.endswith(_GROUP_ENDS) else label


def _family(label: str | None) -> str:
    return "left" if label is None else _FAMILY.get(label, "other")


def _word(view: View, label: str | None) -> str:
    return view.say(f"workbench.part.{label or 'left'}")


def part_of(text: str, at: int) -> tuple[str, Label] | None:
    """The part in which a place of the text lies, and what it is."""
    for start, end, label in parse(text).spans:
        if start <= at < end:
            return text[start:end], Label(label)
    return None


def spoken(view: View, reasons: Sequence[Mapping[str, Any]]) -> list[str]:
    """Reasons in the reader's words; one that no catalogue has words for is left out."""
    told = []
    for reason in reasons:
        try:
            told.append(view.say(str(reason["key"]), **reason.get("fields", {})))
        except (MissingWordError, LookupError, ValueError, TypeError):
            continue
    return told


def _candidate(view: View, text: str, one: Mapping[str, Any]) -> dict[str, Any]:
    reasons = spoken(view, one.get("reasons", ()))
    return {"text": one["text"], "diff": difference(text, one["text"]), "meta": _meta(view, one), "reasons": reasons}


def _meta(view: View, one: Mapping[str, Any]) -> str:
    told = [view.say(f"workbench.level.{one.get('level') or 'none'}")]
    if one.get("score") is not None:
        told.append(f"{one['score'] * 100:.0f} %")
    if one.get("uncertainty_m"):
        told.append(view.say("workbench.within", n=round(one["uncertainty_m"])))
    if one.get("lon") is None:
        told.append(view.say("workbench.no_place"))
    return " · ".join([*told, view.say("workbench.standing" if one.get("address_id") else "workbench.not_standing")])


@lru_cache(maxsize=8192)
def difference(text: str, other: str) -> tuple[Piece, ...]:
    """How another text differs from a text, by characters and whole numbers; variants of a character are none.

    Pieces: ``same``; ``del`` stands in the text alone, ``ins`` in the other alone; ``lead`` is the head of higher
    divisions that the text merely leaves out.
    """
    one, two = _TOKEN.findall(fold(text)), _TOKEN.findall(fold(other))
    here, there = _starts(one), _starts(two)
    pieces: list[Piece] = []
    for op, a, b, c, d in SequenceMatcher(None, one, two, autojunk=False).get_opcodes():
        mine, theirs = text[here[a] : here[b]], other[there[c] : there[d]]
        if op == "equal":
            pieces.append(("same", theirs))
            continue
        if mine.strip():
            pieces.append(("del", mine))
        if theirs.strip():
            pieces.append(("lead" if not pieces and theirs[-1] in _HEAD_ENDS else "ins", theirs))
    return tuple(pieces)


def _starts(tokens: Sequence[str]) -> list[int]:
    """Where each token begins, and where the last ends."""
    return [0, *accumulate(len(token) for token in tokens)]
