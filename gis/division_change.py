"""How two lists of divisions differ: what a published update changes, and where two code systems disagree. Pure.

A division is followed by its name, never by its number: numbers are given to others (董浜镇 is 320581107 in the
statistical list, 古里镇 is in the civil one). Names count as equal however they are written out: 聚沙村村民委员会 and
聚沙村委会 are both 聚沙村.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from gis.division import Division, DivisionLevel, parent_of, short_name, spoken_names
from gis.errors import AnjuError
from gis.gazetteer import OtherName


class ChangeKind(StrEnum):
    """What happens to divisions."""

    RENAME = "rename"
    RECODE = "recode"
    MERGE = "merge"
    SPLIT = "split"
    ABOLISH = "abolish"
    ESTABLISH = "establish"


class ChangeShapeError(AnjuError):
    """A {kind} makes {new} divisions of {old}: it cannot be."""


_SHAPES = {
    ChangeKind.RENAME: (range(1, 2), range(1, 2)),
    ChangeKind.RECODE: (range(1, 2), range(1, 2)),
    ChangeKind.MERGE: (range(2, 1000), range(1, 2)),
    ChangeKind.SPLIT: (range(1, 2), range(2, 1000)),
    ChangeKind.ABOLISH: (range(1, 2), range(1)),
    ChangeKind.ESTABLISH: (range(1), range(1, 2)),
}


@dataclass(frozen=True, slots=True)
class DivisionChange:
    """One change: ``old`` divisions become ``new`` ones. Raises ``ChangeShapeError`` for numbers that do not fit."""

    kind: ChangeKind
    old: tuple[Division, ...]
    new: tuple[Division, ...]

    def __post_init__(self) -> None:
        olds, news = _SHAPES[self.kind]
        if len(self.old) not in olds or len(self.new) not in news:
            raise ChangeShapeError(kind=self.kind.value, old=len(self.old), new=len(self.new))

    @property
    def level(self) -> DivisionLevel:
        """The rung of the tree it happens on."""
        return (*self.old, *self.new)[0].level


def diff(stored: Iterable[Division], published: Iterable[Division]) -> list[DivisionChange]:
    """What changes when a whole published list takes the place of the stored one, level by level, towns first.

    Only counties and levels that the published list has are compared. A name found again under another number is a
    recode, also where its old number now belongs to somebody else; a number found again under a name nobody had is a
    rename; the rest is abolished or established, and whether that was a merge or a split only a person can say.
    """
    told: list[DivisionChange] = []
    news = list(published)
    counties = {one.code[:6] for one in news}
    moved: dict[str, str] = {}
    for level in (DivisionLevel.COUNTY, DivisionLevel.TOWN, DivisionLevel.VILLAGE):
        mine = [one for one in stored if one.level is level and one.code[:6] in counties]
        theirs = [one for one in news if one.level is level]
        if theirs:
            told += _level(mine, theirs, moved)
    return told


def _level(mine: Sequence[Division], theirs: Sequence[Division], moved: dict[str, str]) -> list[DivisionChange]:
    pairs = _pairs(mine, theirs, moved)
    taken = {new.code for new in pairs.values()}
    by_code = {one.code: one for one in theirs}
    told: list[DivisionChange] = []
    for old in sorted(mine, key=lambda one: one.code):
        new = pairs.get(old.code)
        if new is None and old.code in by_code and old.code not in taken:
            new = by_code[old.code]
            taken.add(new.code)
            told.append(DivisionChange(ChangeKind.RENAME, (old,), (new,)))
        elif new is None:
            told.append(DivisionChange(ChangeKind.ABOLISH, (old,), ()))
        elif new.code != old.code:
            moved[old.code] = new.code
            told.append(DivisionChange(ChangeKind.RECODE, (old,), (new,)))
    fresh = [one for one in theirs if one.code not in taken]
    return told + [DivisionChange(ChangeKind.ESTABLISH, (), (one,)) for one in sorted(fresh, key=lambda one: one.code)]


def _pairs(mine: Sequence[Division], theirs: Sequence[Division], moved: Mapping[str, str]) -> dict[str, Division]:
    """Old code to the division of the same name: below the same parent, else where the county has it once."""
    by_code = {one.code: one for one in theirs}
    same = [one for one in mine if one.code in by_code and short_name(by_code[one.code].name) == short_name(one.name)]
    pairs = {one.code: by_code[one.code] for one in same}
    mine = [one for one in mine if one.code not in pairs]
    theirs = [one for one in theirs if one.code not in pairs]
    near = _unique(theirs, lambda one: (parent_of(one.code) or "", short_name(one.name)))
    for (above, name), old in _unique(mine, lambda one: (_above(one, moved), short_name(one.name))).items():
        if (above, name) in near:
            pairs[old.code] = near[above, name]
    used = {one.code for one in pairs.values()}
    far = _unique([one for one in theirs if one.code not in used], lambda one: ("", short_name(one.name)))
    alone = _unique([one for one in mine if one.code not in pairs], lambda one: ("", short_name(one.name)))
    return pairs | {old.code: far[key] for key, old in alone.items() if key in far}


def _above(one: Division, moved: Mapping[str, str]) -> str:
    """The number that the division above has by now."""
    above = parent_of(one.code) or ""
    return moved.get(above, above)


def _unique(rows: Sequence[Division], key: Callable[[Division], tuple[str, str]]) -> dict[tuple[str, str], Division]:
    counts = Counter(key(one) for one in rows)
    return {key(one): one for one in rows if counts[key(one)] == 1}


@dataclass(frozen=True, slots=True)
class Conflict:
    """Two code systems disagree: ``what`` is same_name (other code), same_code (other name) or only_one."""

    what: str
    level: str
    ours: Division | None
    theirs: Division | None


def conflicts(ours: Iterable[Division], theirs: Iterable[Division]) -> list[Conflict]:
    """Where two systems of codes give one name two numbers or one number two names; shown, never merged.

    Levels that only one of them has are left out; a division that only one of them has is listed last.
    """
    told: list[Conflict] = []
    mine, other = list(ours), list(theirs)
    for level in {one.level for one in mine} & {one.level for one in other}:
        told += _disagree([one for one in mine if one.level is level], [one for one in other if one.level is level])
    order = ("same_name", "same_code", "only_one")
    return sorted(told, key=lambda one: (order.index(one.what), _code(one)))


def _disagree(mine: Sequence[Division], other: Sequence[Division]) -> list[Conflict]:
    told: list[Conflict] = []
    by_name = {(one.code[:6], short_name(one.name)): one for one in other}
    by_code = {one.code: one for one in other}
    named = {(one.code[:6], short_name(one.name)) for one in mine}
    for one in mine:
        twin = by_name.get((one.code[:6], short_name(one.name)))
        if twin is not None and twin.code != one.code:
            told.append(Conflict("same_name", one.level.value, one, twin))
        elif twin is None:
            told.append(Conflict("only_one", one.level.value, one, None))
        same = by_code.get(one.code)
        if same is not None and short_name(same.name) != short_name(one.name):
            told.append(Conflict("same_code", one.level.value, one, same))
    lone = [one for one in other if (one.code[:6], short_name(one.name)) not in named]
    return told + [Conflict("only_one", one.level.value, None, one) for one in lone]


def _code(one: Conflict) -> str:
    return "".join(side.code for side in (one.ours, one.theirs) if side is not None)


@dataclass(frozen=True, slots=True)
class Past:
    """One pair of a change that was made: ``old`` became ``new`` on a day; either side may be missing."""

    on: date
    old: Division | None
    new: Division | None


def former_names(pasts: Sequence[Past], names: Mapping[str, str]) -> list[OtherName]:
    """Names that divisions of today went by in every form, from the changes in the order they were made.

    ``names`` holds the divisions in force by number. A name is followed from number to number to whoever has it now,
    step by step in time, for the same number may have been somebody else's the day before.
    """
    told = [
        OtherName(form, code, until=past.on)
        for past in pasts if past.old is not None and past.new is not None
        for code in sorted(_followed(past.new.code, past.on, pasts))
        if code in names and short_name(names[code]) != short_name(past.old.name)
        for form in spoken_names(past.old.name)
    ]  # fmt: skip
    return list(dict.fromkeys(told))


def _followed(code: str, since: date, pasts: Sequence[Past]) -> set[str]:
    later = [past for past in pasts if past.on > since and past.old is not None and past.old.code == code]
    if not later:
        return {code}
    first = min(past.on for past in later)
    steps = [past for past in later if past.on == first and past.new is not None]
    return {end for past in steps if past.new is not None for end in _followed(past.new.code, first, pasts)}
