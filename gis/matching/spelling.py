"""Two names, one place? Only faults that people make are bridged, and each is named; anything else is another name.

A fault is a homophone, a character that looks like another, two characters exchanged, one left out or one too many, or
another word for the kind of place (路 for 街). Compass points, numerals and words that set two places apart
(新/老, 上/下) are never left out, added or taken for one another.
"""

from functools import lru_cache
from typing import NamedTuple

from gis.matching.sounds import alike, near_sound, same_sound

SUFFIXES = (
    "村民委员会", "居民委员会", "街道办事处", "步行街", "村委会", "居委会", "自然村", "开发区", "工业园", "工业区",
    "街道", "社区", "大道", "大街", "公路", "马路", "胡同", "里弄", "小区", "花园", "花苑", "公寓", "新村", "家园",
    "名苑", "佳苑", "大厦", "广场", "镇", "乡", "村", "路", "街", "巷", "弄", "道", "苑", "园", "庄",
)  # fmt: skip
"""Words for the kind of place at the end of a name, longest first."""

_APART = frozenset("东西南北中一二三四五六七八九十百零〇两甲乙丙丁上下前后左右内外新老旧大小高低长短里支横")
_MOST_FAULTS = 2
COST = {"homophone": 0.06, "near_sound": 0.1, "look_alike": 0.08, "swapped": 0.08, "kind_of_place": 0.1,
        "kind_left_out": 0.05, "left_out": 0.14, "added": 0.14}  # fmt: skip
"""What each kind of fault takes from the score."""

Faults = tuple[str, ...]


class _State(NamedTuple):
    cost: float
    faults: Faults


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
    tries = [_aligned(written, right)]
    own, own_kind = stem(written)
    other, other_kind = stem(right)
    if own_kind != other_kind:
        kind = "kind_of_place" if own_kind and other_kind else "kind_left_out"
        tries.append(_with(_aligned(own, other), kind))
    known = [state for state in tries if state is not None and _believable(state.faults, right)]
    return min(known).faults if known else None


def cost(found: Faults) -> float:
    """What the faults take from the score."""
    return sum(COST[fault] for fault in found)


def _believable(found: Faults, right: str) -> bool:
    """One character left out and another added would make any name of any other."""
    lengths = sum(fault in ("left_out", "added") for fault in found)
    return lengths < _MOST_FAULTS and len(found) <= (_MOST_FAULTS if len(right) > 2 else 1)


def _with(state: _State | None, fault: str) -> _State | None:
    return state and _State(state.cost + COST[fault], (*state.faults, fault))


def _aligned(written: str, right: str) -> _State | None:
    """The cheapest way from one text to the other by permitted faults."""
    if not written or not right or abs(len(written) - len(right)) > _MOST_FAULTS:
        return None
    table: dict[tuple[int, int], _State] = {(0, 0): _State(0.0, ())}
    for i in range(len(written) + 1):
        for j in range(len(right) + 1):
            if i or j:
                best = min(filter(None, _steps(table, written, right, at=(i, j))), default=None)
                if best is not None and _believable(best.faults, right):
                    table[i, j] = best
    return table.get((len(written), len(right)))


def _steps(
    table: dict[tuple[int, int], _State], written: str, right: str, *, at: tuple[int, int]
) -> list[_State | None]:
    i, j = at
    steps: list[_State | None] = []
    if i and j and (i - 1, j - 1) in table:
        one, other = written[i - 1], right[j - 1]
        state = table[i - 1, j - 1]
        if one == other:
            steps.append(state)
        elif fault := substitution(one, other):
            steps.append(_with(state, fault))
    if j and (i, j - 1) in table and _droppable(right[j - 1]):
        steps.append(_with(table[i, j - 1], "left_out"))
    if i and (i - 1, j) in table and _droppable(written[i - 1]):
        steps.append(_with(table[i - 1, j], "added"))
    if i > 1 and j > 1 and (i - 2, j - 2) in table and _exchanged(written[i - 2 : i], right[j - 2 : j]):
        steps.append(_with(table[i - 2, j - 2], "swapped"))
    return steps


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
