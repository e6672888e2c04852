"""Two names, one place? Only faults that people make are bridged, and each is named; anything else is another name.

A fault is a homophone, a character that looks like another, two characters exchanged, one left out or one too many, or
another word for the kind of place (路 for 街). Compass points, numerals and words that set two places apart
(新/老, 上/下) are never left out, added or taken for one another.
"""

from functools import lru_cache

from gis.matching.sounds import alike, near_sound, same_sound

SUFFIXES = (
    "村民委员会", "居民委员会", "街道办事处", "步行街", "村委会", "居委会", "自然村", "开发区", "工业园", "工业区",
    "街道", "社区", "大道", "大街", "公路", "马路", "胡同", "里弄", "小区", "花园", "花苑", "公寓", "新村", "家园",
    "名苑", "佳苑", "大厦", "广场", "镇", "乡", "村", "路", "街", "巷", "弄", "道", "苑", "园", "庄",
)  # fmt: skip
"""Words for the kind of place at the end of a name, longest first."""

_LONGEST_KIND = 3
_ROADS = frozenset(("路", "街", "大道", "大街", "步行街", "公路", "马路", "道", "巷", "弄", "胡同", "里弄"))
_TOWNS = frozenset(("镇", "乡", "街道", "街道办事处"))
_APART = frozenset("东西南北中一二三四五六七八九十百零〇两甲乙丙丁上下前后左右内外新老旧大小高低长短里支横")
_MOST_FAULTS = 2
COST = {"homophone": 0.06, "near_sound": 0.1, "look_alike": 0.08, "swapped": 0.08, "kind_of_place": 0.1,
        "kind_left_out": 0.05, "left_out": 0.14, "added": 0.14}  # fmt: skip
"""What each kind of fault takes from the score."""

Faults = tuple[str, ...]


@lru_cache(maxsize=1 << 16)
def stem(name: str) -> tuple[str, str]:
    """A name without the word for its kind, and that word: '人民路' -> ('人民', '路')."""
    for suffix in SUFFIXES:
        if name.endswith(suffix) and len(name) > len(suffix):
            return name[: -len(suffix)], suffix
    return name, ""


def faults(written: str, right: str) -> Faults | None:
    """The faults that turn ``right`` into ``written``, at most two; None where these are two names."""
    if written == right:
        return ()
    if abs(len(written) - len(right)) > _LONGEST_KIND:
        return None
    most = _MOST_FAULTS if len(right) > 2 else 1
    best = _slips(written, right, most)
    own, own_kind = stem(written)
    other, other_kind = stem(right)
    if own_kind != other_kind and abs(len(own) - len(other)) < _MOST_FAULTS and _family(own_kind) & _family(other_kind):
        kind = "kind_of_place" if own_kind and other_kind else "kind_left_out"
        rest = _slips(own, other, most - 1)
        if rest is not None and (best is None or cost(rest) + COST[kind] < cost(best)):
            return (kind, *rest)
    return best


@lru_cache(maxsize=256)
def _family(kind: str) -> frozenset[str]:
    """Kinds of place that one may be taken for another; a road is no village and a village no town."""
    families = {"road": kind in _ROADS, "town": kind in _TOWNS, "settlement": kind not in _ROADS | _TOWNS}
    return frozenset(name for name, belongs in families.items() if belongs or not kind)


def cost(found: Faults) -> float:
    """What the faults take from the score."""
    return sum(COST[fault] for fault in found)


def _slips(written: str, right: str, most: int) -> Faults | None:
    """The cheapest way from one text to the other by at most so many permitted faults.

    One character left out and another added would make any name of any other, so texts of one length differ in place.
    """
    surplus = len(written) - len(right)
    if surplus == 0:
        return _in_place(written, right, most)
    if abs(surplus) > 1 or not most:
        return None
    longer, shorter, fault = (written, right, "added") if surplus > 0 else (right, written, "left_out")
    start = next((at for at, char in enumerate(shorter) if char != longer[at]), len(shorter))
    best: Faults | None = None
    for at in range(start, len(longer)):
        if _droppable(longer[at]):
            without = longer[:at] + longer[at + 1 :]
            rest = _in_place(without, right, most - 1) if surplus > 0 else _in_place(written, without, most - 1)
            if rest is not None and (best is None or cost(rest) < cost(best[1:])):
                best = (fault, *rest)
                if not rest:
                    break
    return best


def _in_place(written: str, right: str, most: int) -> Faults | None:
    """The faults between texts of one length: characters taken for others, or exchanged."""
    found: Faults = ()
    at, length = 0, len(right)
    while at < length:
        if written[at] == right[at]:
            at += 1
            continue
        if len(found) == most:
            return None
        if _exchanged(written[at : at + 2], right[at : at + 2]):
            found, at = (*found, "swapped"), at + 2
        elif fault := substitution(written[at], right[at]):
            found, at = (*found, fault), at + 1
        else:
            return None
    return found


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
    if len(written) < 2 or written[0] != right[1] or written[1] != right[0]:
        return False
    return not (written[0] in _APART and written[1] in _APART)
