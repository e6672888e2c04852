"""Which part a token is, from its own kind and from what stands before it."""

import re
from collections.abc import Callable

from gis.address.marks import (
    ASSIST,
    CELLNO,
    COMMUNITY,
    DEVZONE,
    DISTRICT,
    FLOORNO,
    GROUP,
    HOUSENO,
    NOTHING,
    POI,
    REDUNDANT,
    ROAD,
    ROADNO,
    ROOMNO,
    SUBPOI,
    SUBROAD,
    SUBROADNO,
    TOWN,
    Marked,
)
from gis.address.sequences import mark_sequence
from gis.address.tokens import TOKEN

_BLOCK_NEXT = re.compile(r"(?:第?[A-Za-z]?\d+|[一二三四五六七八九十]+)(?:幢|栋)|\d+-\d+-\d|\d+-\d{3,4}(?!\d)(?!号)")
_GROUP_NEXT = re.compile(r"第?(?:\d+|[一二三四五六七八九十]+)组")
_NUMBERED = re.compile(r" *\d+号")
_SIDES = frozenset("东南西北中前后内外上下左右口旁侧边里")
_HAS_POI, _HAS_ROAD, _HAS_TOWN, _HAS_VILLAGE = 1 << POI, 1 << ROAD, 1 << TOWN, 1 << COMMUNITY
_RANGE = TOKEN.groupindex["range"]
_RURAL = _HAS_TOWN | _HAS_VILLAGE


class Reading:
    """What is known so far: the last part, what kind of place it was, and which parts there have been (bits)."""

    __slots__ = ("names", "place", "seen", "state", "text")

    def __init__(self, text: str, spans: list[Marked]) -> None:
        self.text, self.state, self.seen, self.place = text, NOTHING, 0, ""
        self.names: set[str] = set()
        for _, _, mark in spans:
            if mark < ASSIST:
                self.state = mark
                self.seen |= 1 << mark


def mark_tail(text: str, place: int, spans: list[Marked]) -> None:
    """Append the parts of everything from ``place`` on."""
    reading, rules, add = Reading(text, spans), _RULES, spans.append
    for match in TOKEN.finditer(text, place):
        start, stop = match.span()
        mark, rule, ranging = rules[match.lastindex or 0]
        if ranging and match.start(_RANGE) >= 0:
            mark = mark_sequence(text, match, reading.state, reading.seen, spans)
        else:
            if rule is not None:
                mark = rule(reading, start, stop)
            add((start, stop, mark))
        if mark < ASSIST:
            reading.state = mark
            reading.seen |= 1 << mark
            if mark in (POI, SUBPOI):
                reading.place = match.lastgroup or ""


Rule = Callable[[Reading, int, int], int]


def _road(reading: Reading, start: int, stop: int) -> int:
    if reading.state == FLOORNO:
        return CELLNO
    if _again(reading, start, stop):
        reading.state = ROAD
        return REDUNDANT
    return SUBROAD if reading.state in (ROAD, SUBROAD) else ROAD


def _again(reading: Reading, start: int, stop: int) -> bool:
    """Whether this very name has been read; a name of two characters says too little."""
    name = reading.text[start:stop]
    if name in reading.names:
        return stop - start > 2
    reading.names.add(name)
    return False


def _odd(reading: Reading, start: int, stop: int) -> int:
    return ASSIST if reading.text[start] in _SIDES else REDUNDANT


def _segment(reading: Reading, start: int, stop: int) -> int:
    return SUBROAD if reading.state in (ROAD, SUBROAD) else POI


def _lane(reading: Reading, start: int, stop: int) -> int:
    if reading.state == ROAD:
        return SUBROAD if _NUMBERED.match(reading.text, stop) else ROADNO
    return SUBROADNO if reading.state == SUBROAD else ROADNO


def _place(reading: Reading, start: int, stop: int) -> int:
    if _again(reading, start, stop):
        return REDUNDANT
    return SUBPOI if reading.seen & _HAS_POI else POI


def _word(reading: Reading, start: int, stop: int) -> int:
    if stop - start == 1 and reading.text[start] in _SIDES:
        return ASSIST
    if _again(reading, start, stop):
        return REDUNDANT
    if reading.seen & _HAS_POI:
        return SUBPOI
    if not reading.seen & _HAS_VILLAGE and _GROUP_NEXT.match(reading.text, stop):
        return COMMUNITY
    return POI


def _village(reading: Reading, start: int, stop: int) -> int:
    if reading.seen & _HAS_VILLAGE or (reading.seen & _HAS_POI and reading.state not in (ROAD, SUBROAD)):
        return POI
    return POI if _BLOCK_NEXT.match(reading.text, stop) else COMMUNITY


def _town(reading: Reading, start: int, stop: int) -> int:
    return POI if reading.seen & _HAS_TOWN else TOWN


def _number(reading: Reading, start: int, stop: int) -> int:
    state = reading.state
    if state <= ROAD:
        return ROADNO
    if state in (POI, SUBPOI):
        return _number_of_place(reading, stop - start)
    return _AFTER[state]


_AFTER = {
    SUBROAD: SUBROADNO,
    ROADNO: HOUSENO,
    SUBROADNO: HOUSENO,
    HOUSENO: CELLNO,
    CELLNO: ROOMNO,
    FLOORNO: ROOMNO,
    ROOMNO: ROOMNO,
}


def _number_of_place(reading: Reading, length: int) -> int:
    kind, seen = reading.place, reading.seen
    if kind == "market" or reading.state == SUBPOI or (kind == "place" and length > 3):
        return ROOMNO if length > 3 else HOUSENO
    if kind == "village" or (seen & _HAS_VILLAGE and kind in ("word", "zone", "suffix")):
        return ROADNO
    if kind == "word" and seen & _HAS_TOWN and not seen & _HAS_ROAD:
        return ROADNO
    return HOUSENO


def _bare(reading: Reading, start: int, stop: int) -> int:
    state = reading.state
    if state in (ROAD, GROUP, COMMUNITY, TOWN):
        return ROADNO
    if state == SUBROAD:
        return SUBROADNO
    digits = sum(map(str.isdigit, reading.text[start:stop]))
    if HOUSENO <= state <= ROOMNO:
        return ROOMNO if digits >= 3 or state != HOUSENO else CELLNO
    if reading.place == "word" and state == POI and not reading.seen & _HAS_ROAD and reading.seen & _RURAL:
        return ROADNO
    return HOUSENO if digits <= 2 else ROOMNO


def _zone(reading: Reading, start: int, stop: int) -> int:
    return DEVZONE if reading.state <= DISTRICT else _place(reading, start, stop)


_KINDS: dict[str | None, Rule | int] = {
    **dict.fromkeys(("chatter", "gap", "one"), REDUNDANT),
    "odd": _odd,
    **dict.fromkeys(("assist", "metres"), ASSIST),
    **dict.fromkeys(("level", "floor"), FLOORNO),
    **dict.fromkeys(("house", "alpha"), HOUSENO),
    **dict.fromkeys(("group", "namedgroup"), GROUP),
    **dict.fromkeys(("street", "road"), _road),
    **dict.fromkeys(("gate", "zone", "suffix", "estate", "market", "place"), _place),
    "segment": _segment,
    "lane": _lane,
    "no": _number,
    "cell": CELLNO,
    "room": ROOMNO,
    "bare": _bare,
    "town": _town,
    "village": _village,
    "devzone": _zone,
    "word": _word,
}

_UNITS = frozenset(("no", "house", "cell", "room", "street", "lane", "gate", "group", "floor", "zone", "bare"))
"""What follows a number: only there can a row of numbers stand."""


def _rule_of(kind: str | None) -> tuple[int, Rule | None, bool]:
    rule = _KINDS.get(kind, NOTHING)
    return (rule, None, kind in _UNITS) if isinstance(rule, int) else (NOTHING, rule, kind in _UNITS)


_KIND_AT = {place: kind for kind, place in TOKEN.groupindex.items()}
_RULES = [_rule_of(_KIND_AT.get(place)) for place in range(TOKEN.groups + 1)]
"""By the number of the group that ends a token: its mark, or the rule that finds it; whether numbers may precede it."""
