"""The standard text of an address, and the short one that lists show."""

import re

from gis.address.fold import fold
from gis.address.normal import norm, number_range
from gis.address.parse import parse
from gis.address.parts import AddressParts, Label

HEAD = (
    Label.PROV,
    Label.CITY,
    Label.DISTRICT,
    Label.DEVZONE,
    Label.TOWN,
    Label.COMMUNITY,
)
"""Levels that stand in front, from the greatest to the smallest."""

DOOR = frozenset(
    (
        Label.HAMLET,
        Label.GROUP,
        Label.ROAD,
        Label.SUBROAD,
        Label.ROADNO,
        Label.SUBROADNO,
        Label.POI,
        Label.SUBPOI,
        Label.HOUSENO,
        Label.CELLNO,
        Label.FLOORNO,
        Label.ROOMNO,
    )
)
"""Levels that follow in the order of the text: a number belongs to the name before it."""

_PLACES = frozenset((Label.POI, Label.SUBPOI))
_RANK = {label: rank for rank, label in enumerate(HEAD)}
_BEHIND = len(HEAD)
_NUMBERS = frozenset((Label.ROADNO, Label.SUBROADNO))
_SUB_NUMBER = re.compile(r"^([0-9]+)[-附]([0-9]+)(?=号$)")
_STEM_INSIDE = re.compile(r"(?<=[0-9])([甲乙丙丁戊己庚辛壬癸])号$")
_MOST_ROUNDS = 64


def standard(parts: AddressParts) -> str:
    """Return the standard text: divisions from the greatest down, filled ones among them, then the door.

    Each part is in its canonical form, what is written twice stands once. Chatter, people and telephone numbers are
    left out; a word of relation (对面, 东侧) stays behind the part it belongs to, since without it another place is
    meant. The text reads back as itself: ``standard(parse(standard(parse(x)))) == standard(parse(x))`` for every text.
    That costs a second reading; where only a comparable text is needed, ``assembled`` is enough.
    """
    text = assembled(parts)
    seen = [text]
    for _ in range(_MOST_ROUNDS):
        text = assembled(parse(text))
        if text == seen[-1]:
            return text
        if text in seen:
            return min(seen[seen.index(text) :])
        seen.append(text)
    return ""


def assembled(parts: AddressParts) -> str:
    """Return the canonical parts in the order of the levels, as one text."""
    text = ""
    for piece in _pieces(parts):
        apart = text[-1:].isalnum() and text[-1:].isascii() and piece[0].isalnum() and piece[0].isascii()
        text = f"{text} {piece}" if apart else text + piece
    return text


def _pieces(parts: AddressParts) -> list[str]:
    found: list[tuple[int, int, str]] = [
        (_RANK[Label(label)], -1, name) for label, name in parts.filled.items() if label in _RANK
    ]
    seen = set()
    for start, end, label in parts.spans:
        if label not in _RANK and label not in DOOR and label != Label.ASSIST:
            continue
        piece = norm(label, parts.text[start:end])
        if piece and (label, piece) not in seen:
            found.append((_RANK.get(label, _BEHIND), start, _told(label, piece)))
            if label != Label.ASSIST:
                seen.add((label, piece))
    return [piece for _, _, piece in sorted(found)]


def _told(label: str, piece: str) -> str:
    """Write a door so that no reader takes its parts for two: 56之3号, 12号甲, 负1层."""
    if label in _NUMBERS:
        if number_range(piece) is None:
            piece = _SUB_NUMBER.sub(r"\1之\2", piece)
        return _STEM_INSIDE.sub(r"号\1", piece)
    return f"负{piece[1:]}" if label == Label.FLOORNO and piece.startswith("-") else piece


def short(parts: AddressParts, village: str = "") -> str:
    """Return the address as lists show it: 聚沙村 12组 8号, or 珠江路 45号 2单元 1003室.

    ``village`` stands for whatever the text says of it. Empty where the text names no door: then the text itself is
    the shortest that says anything.
    """
    pieces = _door_pieces(parts)
    if not any(label not in _PLACES for label, _ in pieces):
        return ""
    written = (norm(Label.COMMUNITY, text) for text in parts.texts(Label.COMMUNITY))
    shown = (village or next(written, ""), *(piece for _, piece in pieces))
    return " ".join(dict.fromkeys(piece for piece in shown if piece))


def _door_pieces(parts: AddressParts) -> list[tuple[str, str]]:
    room = any(span.label == Label.ROOMNO for span in parts.spans)
    pieces: list[tuple[str, str]] = []
    last = 0
    for start, end, label in parts.spans:
        if label not in DOOR or (label == Label.FLOORNO and room):
            continue
        piece = norm(label, parts.text[start:end])
        if (
            pieces
            and label == Label.HOUSENO
            and pieces[-1][0] == Label.ROADNO
            and _joined(parts.text[last:start], piece)
        ):
            pieces[-1] = (Label.ROADNO, f"{pieces[-1][1].removesuffix('号')}-{piece}")
        else:
            pieces.append((label, piece))
        last = end
    return pieces


def _joined(between: str, piece: str) -> bool:
    """枫林路84-66号 is shown as one number, whatever the second one counts."""
    return fold(between) == "-" and piece.endswith("号")
