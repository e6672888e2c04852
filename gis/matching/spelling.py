"""Two names, one place? Only faults that people make are bridged, and each is named; anything else is another name.

A fault is a homophone, a character that looks like another, two characters exchanged, one left out or one too many, or
another word for the kind of place (路 for 街). Compass points, numerals and words that set two places apart
(新/老, 上/下) are never left out, added or taken for one another.
"""

from collections.abc import Iterator
from functools import lru_cache

from gis.matching.sounds import alike, near_sound, same_sound

SUFFIXES = (
    "村民委员会", "居民委员会", "街道办事处", "步行街", "村委会", "居委会", "自然村", "开发区", "工业园", "工业区",
    "街道", "社区", "大道", "大街", "公路", "马路", "胡同", "里弄", "小区", "花园", "花苑", "公寓", "新村", "家园",
    "名苑", "佳苑", "大厦", "广场", "镇", "乡", "村", "路", "街", "巷", "弄", "道", "苑", "园", "庄",
)  # fmt: skip
"""Words for the kind of place at the end of a name, longest first."""

_APART = frozenset("东西南北中一二三四五六七八九十百零〇两甲乙丙丁上下前后左右内外新老旧大小高低长短里支横")
_MOST_FAULTS = 2
_LENGTHS = frozenset(("left_out", "added"))
COST = {"homophone": 0.06, "near_sound": 0.1, "look_alike": 0.08, "swapped": 0.08, "kind_of_place": 0.1,
        "kind_left_out": 0.05, "left_out": 0.14, "added": 0.14}  # fmt: skip
"""What each kind of fault takes from the score."""

Faults = tuple[str, ...]


Priced = tuple[float, Faults]


@lru_cache(maxsize=1 << 16)
def stem(name: str) -> tuple[str, str]:
    """A name without the word for its kind, and that word: '人民路' -> ('人民', '路')."""
    for suffix in SUFFIXES:
        if name.endswith(suffix) and len(name) > len(suffix):
            return name[: -len(suffix)], suffix
    return name, ""


@lru_cache(maxsize=1 << 16)
def faults(written: str, right: str) -> Faults | None:
    """The faults that turn ``right`` into ``written``, at most two; None where these are two names."""
    if written == right:
        return ()
    most = _MOST_FAULTS if len(right) > 2 else 1
    tries = [_slips(written, right, most)]
    own, own_kind = stem(written)
    other, other_kind = stem(right)
    if own_kind != other_kind:
        kind = "kind_of_place" if own_kind and other_kind else "kind_left_out"
        tries.append(_with(_slips(own, other, most - 1), kind))
    known = [found for found in tries if found is not None]
    return min(known)[1] if known else None


def cost(found: Faults) -> float:
    """What the faults take from the score."""
    return sum(COST[fault] for fault in found)


def _with(found: Priced | None, fault: str) -> Priced | None:
    """One fault more; one character left out and another added would make any name of any other."""
    if found is None or (fault in _LENGTHS and not _LENGTHS.isdisjoint(found[1])):
        return None
    return found[0] + COST[fault], (fault, *found[1])


def _slips(written: str, right: str, most: int) -> Priced | None:
    """The cheapest way from one text to the other by at most so many permitted faults."""
    start, shorter = 0, min(len(written), len(right))
    while start < shorter and written[start] == right[start]:
        start += 1
    end = 0
    while end < shorter - start and written[-1 - end] == right[-1 - end]:
        end += 1
    written, right = written[start : len(written) - end], right[start : len(right) - end]
    if not written and not right:
        return 0.0, ()
    if abs(len(written) - len(right)) >= min(most + 1, _MOST_FAULTS):
        return None
    known = [found for found in _first_fault(written, right, most - 1) if found is not None] if most else []
    return min(known) if known else None


def _first_fault(written: str, right: str, rest: int) -> Iterator[Priced | None]:
    """The ways to go on from the first characters that differ."""
    if written and right and (fault := substitution(written[0], right[0])):
        yield _with(_slips(written[1:], right[1:], rest), fault)
    if len(written) > 1 and len(right) > 1 and _exchanged(written[:2], right[:2]):
        yield _with(_slips(written[2:], right[2:], rest), "swapped")
    if right and _droppable(right[0]):
        yield _with(_slips(written, right[1:], rest), "left_out")
    if written and _droppable(written[0]):
        yield _with(_slips(written[1:], right, rest), "added")


@lru_cache(maxsize=1 << 16)
def substitution(one: str, other: str) -> str | None:
    """Why one character may stand for another: 'homophone', 'near_sound', 'look_alike', or None: it may not."""
    if (one in _APART and other in _APART) or not ("一" <= one <= "鿿" and "一" <= other <= "鿿"):
        return None
    if same_sound(one, other):
        return "homophone"
    if alike(one, other):
        return "look_alike"
    return "near_sound" if near_sound(one) == near_sound(other) else None


def _droppable(char: str) -> bool:
    return "一" <= char <= "鿿" and char not in _APART


def _exchanged(written: str, right: str) -> bool:
    return written == right[::-1] and written[0] != written[1] and not (written[0] in _APART and written[1] in _APART)
