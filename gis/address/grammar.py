"""Which part a token is, from what stands before it."""

import re

from gis.address.parts import Label
from gis.address.tokens import TOKEN

L = Label
_PARTS = re.compile(r"[^-,/]+|[-,/]+")
HEAD = frozenset({L.COUNTRY, L.PROV, L.CITY, L.DISTRICT})
INSIDE = frozenset({L.HOUSENO, L.CELLNO, L.FLOORNO, L.ROOMNO})


def label_tail(text: str, place: int, spans: list[tuple[int, int, Label]]) -> None:
    """Append the spans of the tail."""
    state = next((s[2] for s in reversed(spans) if s[2] is not L.REDUNDANT), None)
    seen = {s[2] for s in spans}
    end = len(text)
    while place < end:
        match = TOKEN.match(text, place)
        assert match
        kind = match.lastgroup
        stop = match.end()
        if match["range"]:
            label = _sequence(text, match, state, seen, spans)
        else:
            label = _label(text, match, kind, state, seen)
            spans.append((place, stop, label))
        if label not in (L.REDUNDANT, L.ASSIST, L.PHONE):
            state = label
            seen.add(label)
        place = stop


def _sequence(text, match, state, seen, spans):
    a = match.start()
    b = match.end("range")
    unit = text[b : match.end()]
    pieces = [(a + m.start(), a + m.end()) for m in _PARTS.finditer(match["range"])]
    nums = pieces[::2]
    n = len(nums)
    tailed = len(re.sub(r"\D", "", text[nums[-1][0] : nums[-1][1]]))
    first = text[nums[0][0] : nums[0][1]]
    last = text[nums[-1][0] : nums[-1][1]]
    at_road = state in (L.ROAD, L.SUBROAD, L.COMMUNITY, L.TOWN, L.DISTRICT) or state is None
    if at_road:
        if unit in ("号", "") and n == 2 and first.isdigit() and last.isdigit() and 0 < int(last) - int(first) < 100 and (unit or tailed < 3):
            labels = None
            spans.append((a, match.end(), L.ROADNO))
            return L.ROADNO
        labels = [L.ROADNO, L.HOUSENO, L.CELLNO, L.ROOMNO]
        if n == 2 and tailed >= 3 and not unit:
            labels = [L.ROADNO, L.ROOMNO]
        if n == 3 and tailed >= 3:
            labels = [L.ROADNO, L.HOUSENO, L.ROOMNO]
    elif state is L.HOUSENO:
        labels = [L.CELLNO, L.ROOMNO] if n == 2 else [L.ROOMNO] * n
    elif state in (L.CELLNO, L.FLOORNO, L.ROOMNO):
        spans.append((a, match.end(), L.ROOMNO))
        return L.ROOMNO
    elif n == 2:
        labels = [L.HOUSENO, L.ROOMNO if tailed >= 3 else L.CELLNO]
    else:
        labels = [L.HOUSENO, L.CELLNO, L.ROOMNO]
    if unit in ("幢", "栋", "座", "号楼"):
        spans.append((a, match.end(), L.HOUSENO))
        return L.HOUSENO
    if unit in ("楼", "层"):
        labels[n - 1 : n] = [L.FLOORNO]
    if unit in ("室", "房") :
        labels[n - 1 : n] = [L.ROOMNO]
    if unit in ("单元",):
        labels[n - 1 : n] = [L.CELLNO]
    for i, (x, y) in enumerate(pieces):
        if i % 2:
            spans.append((x, y, L.REDUNDANT))
        else:
            y = match.end() if i == len(pieces) - 1 else y
            spans.append((x, y, labels[min(i // 2, len(labels) - 1)]))
    return spans[-1][2]


def _label(text, match, kind, state, seen):
    if kind in ("gap", "chatter", "odd"):
        return L.REDUNDANT
    if kind == "phone":
        return L.PHONE
    if kind == "assist":
        return L.ASSIST
    if kind == "street" or kind == "road":
        return L.SUBROAD if state is L.ROAD else L.ROAD
    if kind == "lane":
        if state is L.ROAD:
            return L.SUBROAD if text[match.end() : match.end() + 6].find("号") > 0 else L.ROADNO
        return L.ROADNO
    if kind == "house":
        return L.HOUSENO
    if kind == "gate":
        return L.SUBPOI
    if kind == "cell":
        return L.CELLNO
    if kind == "floor":
        return L.FLOORNO
    if kind == "room":
        return L.ROOMNO
    if kind in ("group", "namedgroup"):
        return L.ROAD
    if kind in ("zone", "suffix"):
        return L.SUBPOI if state is L.POI else L.POI
    if kind == "no":
        return _no(text, match, state, seen)
    if kind == "bare":
        return _bare(text, match, state, seen)
    if kind == "town":
        return L.TOWN if L.TOWN not in seen and state in (None, *HEAD, L.ROAD) else L.POI
    if kind == "village":
        return L.COMMUNITY if state in (None, *HEAD, L.TOWN, L.DEVZONE) else L.POI
    if kind == "devzone":
        return L.DEVZONE if state in (None, *HEAD) else L.POI
    return L.SUBPOI if state in (L.POI, *INSIDE) else L.POI


def _no(text, match, state, seen):
    if state is L.SUBROAD:
        return L.SUBROADNO
    if state in (L.ROADNO, L.SUBROADNO):
        return L.HOUSENO
    if state is L.HOUSENO:
        return L.CELLNO
    if state in (L.CELLNO, L.FLOORNO, L.ROOMNO, L.SUBPOI):
        return L.ROOMNO
    if state is L.POI and L.COMMUNITY not in seen:
        return L.HOUSENO
    return L.ROADNO


def _bare(text, match, state, seen):
    digits = sum(map(str.isdigit, match[0]))
    if state is L.ROAD or state in (L.COMMUNITY, L.TOWN):
        return L.ROADNO
    if state is L.SUBROAD:
        return L.SUBROADNO
    if state in (L.HOUSENO, L.CELLNO, L.FLOORNO, L.ROOMNO):
        return L.ROOMNO if digits >= 3 or state is not L.HOUSENO else L.CELLNO
    if digits <= 2:
        return L.HOUSENO
    return L.ROOMNO
