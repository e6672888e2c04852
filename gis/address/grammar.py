"""Which part a token is, from its own kind and from what stands before it."""

import re
from collections.abc import Callable

from gis.address.parts import Label
from gis.address.tokens import TOKEN

L = Label
Spans = list[tuple[int, int, Label]]

_PIECES = re.compile(r"[^-,/]+|[-,/]+")
_BLOCK_NEXT = re.compile(r"(?:第?[A-Za-z]?\d+|[一二三四五六七八九十]+)(?:幢|栋)|\d+-\d+-\d|\d+-\d{3,4}(?!\d)(?!号)")
_GROUP_NEXT = re.compile(r"第?(?:\d+|[一二三四五六七八九十]+)组")
_NUMBERED = re.compile(r"\d+号")
_SIDES = frozenset("东南西北中前后内外上下左右口旁侧边里")
_INSIDE = frozenset((L.HOUSENO, L.CELLNO, L.FLOORNO, L.ROOMNO))
_HEAD = frozenset((None, L.COUNTRY, L.PROV, L.CITY, L.DISTRICT))
_RURAL = frozenset((L.TOWN, L.COMMUNITY))
_KEPT = frozenset((L.REDUNDANT, L.ASSIST, L.PHONE, L.PERSON))
_STREETS = frozenset((L.ROAD, L.SUBROAD))


class Reading:
    """What is known so far: the last part, what kind of place it was, and which parts there have been."""

    __slots__ = ("place", "seen", "state", "text")

    def __init__(self, text: str, spans: Spans) -> None:
        self.text = text
        self.state: Label | None = None
        self.seen: set[Label] = set()
        self.place = ""
        for _, _, label in spans:
            if label is not L.REDUNDANT:
                self.state = label
                self.seen.add(label)


def label_tail(text: str, place: int, spans: Spans) -> None:
    """Append the spans of everything from ``place`` on."""
    reading = Reading(text, spans)
    for match in TOKEN.finditer(text, place):
        kind = match.lastgroup
        start, stop = match.span()
        if match.start("range") >= 0:
            label = _sequence(reading, match, spans)
        else:
            label = _KINDS[kind](reading, start, stop)
            spans.append((start, stop, label))
        if label not in _KEPT:
            reading.state = label
            reading.seen.add(label)
            if label is L.POI or label is L.SUBPOI:
                reading.place = kind


def _always(label: Label) -> Callable[[Reading, int, int], Label]:
    return lambda reading, start, stop: label


def _road(reading: Reading, start: int, stop: int) -> Label:
    if reading.state is L.FLOORNO:
        return L.CELLNO
    return L.SUBROAD if reading.state in _STREETS else L.ROAD


def _segment(reading: Reading, start: int, stop: int) -> Label:
    return L.SUBROAD if reading.state in _STREETS else L.POI


def _lane(reading: Reading, start: int, stop: int) -> Label:
    if reading.state is L.ROAD:
        return L.SUBROAD if _NUMBERED.match(reading.text, stop) else L.ROADNO
    return L.SUBROADNO if reading.state is L.SUBROAD else L.ROADNO


def _place(reading: Reading, start: int, stop: int) -> Label:
    return L.SUBPOI if L.POI in reading.seen else L.POI


def _word(reading: Reading, start: int, stop: int) -> Label:
    if stop - start == 1 and reading.text[start] in _SIDES:
        return L.ASSIST
    if L.POI in reading.seen:
        return L.SUBPOI
    if _GROUP_NEXT.match(reading.text, stop) and L.COMMUNITY not in reading.seen:
        return L.COMMUNITY
    return L.POI


def _village(reading: Reading, start: int, stop: int) -> Label:
    if L.COMMUNITY in reading.seen or L.POI in reading.seen and reading.state not in _STREETS:
        return L.POI
    return L.POI if _BLOCK_NEXT.match(reading.text, stop) else L.COMMUNITY


def _town(reading: Reading, start: int, stop: int) -> Label:
    return L.POI if L.TOWN in reading.seen else L.TOWN


def _zone(reading: Reading, start: int, stop: int) -> Label:
    return L.DEVZONE if reading.state in _HEAD else _place(reading, start, stop)


def _subzone(reading: Reading, start: int, stop: int) -> Label:
    return L.SUBPOI if L.POI in reading.seen else L.POI


def _number(reading: Reading, start: int, stop: int) -> Label:
    state = reading.state
    if state is L.SUBROAD:
        return L.SUBROADNO
    if state is L.ROADNO or state is L.SUBROADNO:
        return L.HOUSENO
    if state is L.HOUSENO:
        return L.CELLNO
    if state in _INSIDE:
        return L.ROOMNO
    if state is L.POI or state is L.SUBPOI:
        return _number_of_place(reading, stop - start)
    return L.ROADNO


def _number_of_place(reading: Reading, length: int) -> Label:
    kind = reading.place
    if kind == "market" or (kind == "place" and length > 3):
        return L.ROOMNO if length > 3 else L.HOUSENO
    if reading.state is L.SUBPOI:
        return L.ROOMNO if length > 3 else L.HOUSENO
    if kind == "village" or (L.COMMUNITY in reading.seen and kind in ("word", "zone", "suffix")):
        return L.ROADNO
    if kind == "word" and L.TOWN in reading.seen and L.ROAD not in reading.seen:
        return L.ROADNO
    return L.HOUSENO


def _bare(reading: Reading, start: int, stop: int) -> Label:
    state = reading.state
    digits = sum(map(str.isdigit, reading.text[start:stop]))
    if state is L.ROAD or state is L.COMMUNITY or state is L.TOWN:
        return L.ROADNO
    if state is L.SUBROAD:
        return L.SUBROADNO
    if state in _INSIDE:
        return L.ROOMNO if digits >= 3 or state is not L.HOUSENO else L.CELLNO
    if reading.place == "word" and state is L.POI and L.ROAD not in reading.seen and reading.seen & _RURAL:
        return L.ROADNO
    return L.HOUSENO if digits <= 2 else L.ROOMNO


_KINDS: dict[str | None, Callable[[Reading, int, int], Label]] = {
    "phone": _always(L.PHONE),
    "chatter": _always(L.REDUNDANT),
    "gap": _always(L.REDUNDANT),
    "odd": _always(L.REDUNDANT),
    "assist": _always(L.ASSIST),
    "segment": _segment,
    "level": _always(L.FLOORNO),
    "floor": _always(L.FLOORNO),
    "alpha": _always(L.HOUSENO),
    "street": _road,
    "road": _road,
    "lane": _lane,
    "house": _always(L.HOUSENO),
    "gate": _subzone,
    "no": _number,
    "cell": _always(L.CELLNO),
    "group": _always(L.ROAD),
    "namedgroup": _always(L.ROAD),
    "room": _always(L.ROOMNO),
    "zone": _subzone,
    "suffix": _subzone,
    "bare": _bare,
    "town": _town,
    "village": _village,
    "devzone": _zone,
    "estate": _place,
    "market": _place,
    "place": _place,
    "word": _word,
}

_OF_UNIT = {"house": L.HOUSENO, "cell": L.CELLNO, "floor": L.FLOORNO, "room": L.ROOMNO}
_AT_ROAD = (L.ROADNO, L.HOUSENO, L.CELLNO, L.ROOMNO)
_AT_PLACE = (L.HOUSENO, L.CELLNO, L.ROOMNO)


def _sequence(reading: Reading, match: re.Match[str], spans: Spans) -> Label:
    """Label a row of numbers: 8-2-301 is house, unit and room, 8-301 house and room, 12-14号 one range."""
    start, stop = match.span()
    pieces = [(start + m.start(), start + m.end()) for m in _PIECES.finditer(match["range"])]
    numbers = [reading.text[a:b] for a, b in pieces[::2]]
    unit = match.lastgroup or "bare"
    labels = _labels(reading, numbers, unit)
    if len(labels) == 1:
        spans.append((start, stop, labels[0]))
        return labels[0]
    for place, (a, b) in enumerate(pieces):
        if place % 2:
            spans.append((a, b, L.REDUNDANT))
        else:
            spans.append((a, stop if place == len(pieces) - 1 else b, labels[min(place // 2, len(labels) - 1)]))
    return spans[-1][2]


def _labels(reading: Reading, numbers: list[str], unit: str) -> list[Label]:
    state, count = reading.state, len(numbers)
    digits = len(re.sub(r"\D", "", numbers[-1]))
    ranging = count == 2 and _ranging(numbers)
    if unit == "house":
        return [L.ROADNO, L.HOUSENO] if state is L.ROAD and count == 2 else [L.HOUSENO]
    if state in (L.CELLNO, L.FLOORNO, L.ROOMNO) or (state is L.HOUSENO and ranging and digits >= 3):
        return [L.ROOMNO]
    if state is L.HOUSENO:
        labels = [L.CELLNO, L.ROOMNO] if count == 2 else [L.ROOMNO]
    elif state not in (L.POI, L.SUBPOI) and not (L.POI in reading.seen and state is L.ASSIST):
        if state in (L.ROADNO, L.SUBROADNO):
            labels = _row(list(_AT_PLACE), count, digits, unit)
        elif ranging:
            return [L.SUBROADNO if state is L.SUBROAD else L.ROADNO]
        else:
            labels = _row(list(_AT_ROAD), count, digits, unit)
            labels[0] = L.SUBROADNO if state is L.SUBROAD else L.ROADNO
    elif ranging and digits >= 3 and len(numbers[0]) >= 3:
        return [L.ROOMNO]
    else:
        labels = _row(list(_AT_PLACE), count, digits, unit)
    if unit in _OF_UNIT and len(labels) >= count:
        labels[count - 1] = _OF_UNIT[unit]
    return labels


def _ranging(numbers: list[str]) -> bool:
    first, last = numbers
    return first.isdigit() and last.isdigit() and 0 < int(last) - int(first) < 60


def _row(labels: list[Label], count: int, digits: int, unit: str) -> list[Label]:
    labels = labels[:count]
    if digits >= 3 and unit in ("bare", "room") and len(labels) == count:
        labels[-1] = L.ROOMNO
    return labels
