"""Divisions written twice at the head of an address: which of the two stands, and which one is redundant."""

from gis.address.marks import CITY, REDUNDANT, TOWN

Mention = tuple[int, int, int, str, bool]
_WHOLE = 3


def settle(text: str, found: list[Mention], *, more: bool) -> list[int]:
    """Return the marks of the divisions found, in order; ``more``: whether text follows them.

    A short name followed by the full one is redundant (温州 温州市), so is the second of two equal ones
    (平阳县 平阳县), and the first of two that differ (绍兴县 柯桥区). Where the whole block is written again and the
    text goes on, the second block stands; where only some of its levels come again, the first.
    """
    marks = [one[2] for one in found]
    kept: dict[int, int] = {}
    current = -1
    for here, one in enumerate(found):
        level = one[2]
        before = kept.get(level)
        if level > current:
            pass
        elif before is not None and _same(text, found[before], one):
            first = _first_to_drop(found, kept, current, here, more=more)
            if first is None:
                marks[here] = REDUNDANT
                continue
            marks[first:here] = [REDUNDANT] * (here - first)
            kept = {rank: place for rank, place in kept.items() if rank < level}
        elif before is None and not one[4]:
            marks[here] = REDUNDANT
            continue
        elif level == current and before is not None:
            if level != TOWN:
                marks[before] = REDUNDANT
        else:
            marks[:here] = [REDUNDANT] * here
            kept = {}
        kept[level], current = here, level
    return marks


def _first_to_drop(found: list[Mention], kept: dict[int, int], current: int, here: int, *, more: bool) -> int | None:
    """From where on the earlier mentions give way to the one at ``here``; None where it is the redundant one."""
    level, full = found[here][2], found[here][4]
    before = kept[level]
    prior_full = found[before][4]
    if level == current:
        return before if not prior_full and (full or level == CITY) else None
    if full and not prior_full:
        return before
    again = [one[2] for one in found[here : here + len(kept)]]
    whole = len(kept) >= _WHOLE and again == [found[place][2] for place in kept.values()]
    return 0 if more and whole else None


def _same(text: str, one: Mention, other: Mention) -> bool:
    a, b = text[one[0] : one[1]], text[other[0] : other[1]]
    return a == b or (a[:2] == b[:2] and (not (one[4] and other[4]) or a[:-1] == b or b[:-1] == a))
