"""Rows of numbers with dashes: 8-2-301 is house, unit and room, 8-301 house and room, 12-14号 one range."""

import re

from gis.address.marks import (
    ASSIST,
    CELLNO,
    FLOORNO,
    HOUSENO,
    POI,
    REDUNDANT,
    ROAD,
    ROADNO,
    ROOMNO,
    SUBPOI,
    SUBROAD,
    SUBROADNO,
    Marked,
)

_PIECES = re.compile(r"[^-,/]+|[-,/]+")
_OF_UNIT = {"house": HOUSENO, "cell": CELLNO, "floor": FLOORNO, "room": ROOMNO}
_AT_ROAD = (ROADNO, HOUSENO, CELLNO, ROOMNO)
_AT_PLACE = (HOUSENO, CELLNO, ROOMNO)
_WIDEST_RANGE = 60
_HAS_POI = 1 << POI


def mark_sequence(text: str, match: re.Match[str], state: int, seen: int, spans: list[Marked]) -> int:
    """Append the parts of a row of numbers, and return the mark of the last."""
    start, stop = match.span()
    pieces = [(start + one.start(), start + one.end()) for one in _PIECES.finditer(match["range"])]
    numbers = [text[begin:end] for begin, end in pieces[::2]]
    at_place = state in (POI, SUBPOI) or (state == ASSIST and seen & _HAS_POI)
    marks = _marks(numbers, match.lastgroup or "bare", state, at_place=bool(at_place))
    if len(marks) == 1:
        spans.append((start, stop, marks[0]))
        return marks[0]
    last = len(pieces) - 1
    for place, (begin, end) in enumerate(pieces):
        mark = REDUNDANT if place % 2 else marks[min(place // 2, len(marks) - 1)]
        spans.append((begin, stop if place == last else end, mark))
    return spans[-1][2]


def _marks(numbers: list[str], unit: str, state: int, *, at_place: bool) -> list[int]:
    count, digits = len(numbers), sum(map(str.isdigit, numbers[-1]))
    if unit == "house":
        return [ROADNO, HOUSENO] if state == ROAD and count == 2 else [HOUSENO]
    ranging = count == 2 and _ranging(numbers)
    if state in (CELLNO, FLOORNO, ROOMNO) or (state == HOUSENO and ranging and (digits >= 3 or unit == "no")):
        return [ROOMNO]
    if ranging and at_place and digits >= 3 and len(numbers[0]) >= 3:
        return [ROOMNO]
    if ranging and not at_place and state not in (HOUSENO, ROADNO, SUBROADNO):
        return [SUBROADNO if state == SUBROAD else ROADNO]
    marks = _row(_template(state, at_place=at_place), count, digits, unit)
    if unit in _OF_UNIT and len(marks) >= count:
        marks[count - 1] = _OF_UNIT[unit]
    return marks


def _template(state: int, *, at_place: bool) -> tuple[int, ...]:
    if state == HOUSENO:
        return (CELLNO, ROOMNO)
    if at_place or state in (ROADNO, SUBROADNO):
        return _AT_PLACE
    return (SUBROADNO, *_AT_ROAD[1:]) if state == SUBROAD else _AT_ROAD


def _row(template: tuple[int, ...], count: int, digits: int, unit: str) -> list[int]:
    marks = list(template[:count])
    if digits >= 3 and unit in ("bare", "room") and len(marks) == count:
        marks[-1] = ROOMNO
    return marks


def _ranging(numbers: list[str]) -> bool:
    first, last = numbers
    return first.isdigit() and last.isdigit() and 0 < int(last) - int(first) < _WIDEST_RANGE
