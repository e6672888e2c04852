"""Which village does a written address name? A look-up over official, spoken and bare names."""

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from gis.address.fold import fold
from gis.division import (
    Division,
    DivisionLevel,
    county_of,
    spoken_names,
    stem_of,
    town_of,
)

_SPACES = re.compile(r"\s+")
_ROAD_AFTER_BARE = re.compile(r"[东南西北中新老一二三四五六七八九十]{0,2}(?:路|街(?!道)|大道|公路|巷|弄|桥|港|塘|河)")
_ROAD_AFTER_FULL = re.compile(r"路|大道|公路|巷|弄")
_DOOR_AFTER = re.compile(r"[0-9一二三四五六七八九十（(#]|村|社区|新村|小区|$")
_FULL, _BARE = 2, 1


@dataclass(frozen=True, slots=True)
class Found:
    """One village answers. ``end`` is where the rest of the text begins, folded and without white space.

    ``town_agrees``: True when the village's town stands in the text, False when another does, None when none does.
    """

    division: Division
    matched: str
    end: int
    town_agrees: bool | None


@dataclass(frozen=True, slots=True)
class Ambiguous:
    """Several villages answer and the text does not decide between them."""

    candidates: tuple[Division, ...]
    matched: str


@dataclass(frozen=True, slots=True)
class NotFound:
    """No village answers; ``towns`` are the codes of the towns that the text names all the same."""

    towns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class OtherName:
    """A name that a division goes by, or went by, beside its official one.

    ``code`` is the division of today (6, 9 or 12 digits). A former name whose land was divided is given once for each
    successor: 虞山镇 for 虞山街道, 琴川街道, 莫城街道 and so on. The name was in force from ``since`` until ``until``;
    None where that is not known or has not come.
    """

    name: str
    code: str
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True)
class _Mention:
    start: int
    name: str
    strength: int
    divisions: tuple[Division, ...]

    @property
    def end(self) -> int:
        return self.start + len(self.name)


class _Names:
    """Names by their first two characters, longest first, so that a scan of a text is a few dictionary look-ups."""

    def __init__(self) -> None:
        self._strength: dict[str, int] = {}
        self._divisions: dict[str, list[Division]] = defaultdict(list)
        self.by_head: dict[str, list[str]] = {}

    def add(self, name: str, division: Division, *, strength: int) -> None:
        if len(name) < 2:
            return
        self._strength[name] = max(strength, self._strength.get(name, 0))
        if all(known.code != division.code for known in self._divisions[name]):
            self._divisions[name].append(division)

    def codes(self, name: str) -> tuple[str, ...]:
        """Codes of the divisions that a name means."""
        return tuple(division.code for division in self._divisions.get(name, ()))

    def close(self) -> None:
        heads: dict[str, list[str]] = defaultdict(list)
        for name in sorted(self._strength, key=lambda name: (-len(name), name)):
            heads[name[:2]].append(name)
        self.by_head = dict(heads)

    def mentions(self, text: str, starts: list[int]) -> list[_Mention]:
        """Return the mentions that begin at ``starts``, the longest name at each place, none inside another."""
        found: list[_Mention] = []
        free = 0
        for start in starts:
            names = self.by_head.get(text[start : start + 2])
            if start < free or names is None:
                continue
            name = next((one for one in names if text.startswith(one, start)), None)
            if name is not None and self._stands_alone(name, text, start + len(name)):
                found.append(_Mention(start, name, self._strength[name], tuple(self._divisions[name])))
                free = start + len(name)
        return found

    def _stands_alone(self, name: str, text: str, end: int) -> bool:
        """Refuse the head of a road's name; a bare name counts before a door, a number or the end only."""
        if self._strength[name] == _BARE:
            return _ROAD_AFTER_BARE.match(text, end) is None and _DOOR_AFTER.match(text, end) is not None
        return _ROAD_AFTER_FULL.match(text, end) is None


class Gazetteer:
    """Village look-up over the divisions given; build once, then ``find_village`` takes some ten microseconds.

    A division may be given once more under another name that people write: the first name is the official one, and
    the others are shortened and spoken in the same ways. Only addressable villages answer. Towns and counties among
    the divisions are used to choose between namesakes.

    ``others`` are aliases and former names. Where one is given, it says what the name means: a town that is called
    虞山镇 in a text could be any of its successors, not only 虞山街道, which has kept the name.
    """

    def __init__(self, divisions: Iterable[Division], others: Iterable[OtherName] = ()) -> None:
        self._villages, self._counties = _Names(), _Names()
        self._towns, self._towns_in_short = _Names(), _Names()
        named = tuple(divisions)
        self._by_code = {division.code: division for division in reversed(named)}
        self._others: dict[str, list[OtherName]] = defaultdict(list)
        for other in others:
            if other.code in self._by_code:
                self._others[_plain(other.name)].append(other)
        for division in named:
            self._add(division)
        for name, meanings in self._others.items():
            for other in meanings:
                self._add_other(name, self._by_code[other.code])
        every = (self._villages, self._towns, self._towns_in_short, self._counties)
        for names in every:
            names.close()
        self._heads = frozenset(head for names in every for head in names.by_head)

    def _add(self, division: Division) -> None:
        official = _plain(division.name)
        stem = stem_of(official)
        if division.level is DivisionLevel.VILLAGE and division.is_addressable:
            for name in spoken_names(official):
                self._put(self._villages, name, division)
            self._put(self._villages, stem, division, strength=_BARE)
        elif division.level is DivisionLevel.TOWN:
            for name in (official, f"{stem}街道", f"{stem}镇", f"{stem}乡"):
                self._put(self._towns, name, division)
            self._put(self._towns_in_short, stem, division)
        elif division.level is DivisionLevel.COUNTY:
            self._put(self._counties, official, division)
            self._put(self._counties, re.sub(r"[市县区]$", "", official), division)

    def _put(self, names: _Names, name: str, division: Division, *, strength: int = _FULL) -> None:
        """Enter a name that was derived, unless somebody has said what it means or it is the official one."""
        if name not in self._others or name == _plain(division.name):
            names.add(name, division, strength=strength)

    def _add_other(self, name: str, division: Division) -> None:
        if division.level is DivisionLevel.VILLAGE:
            if division.is_addressable:
                self._villages.add(name, division, strength=_FULL)
        elif division.level is DivisionLevel.TOWN:
            self._towns.add(name, division, strength=_FULL)
        elif division.level is DivisionLevel.COUNTY:
            self._counties.add(name, division, strength=_FULL)

    def other_names(self, name: str) -> tuple[OtherName, ...]:
        """What is known of a name as an alias or a former name; several entries where the division was split."""
        return tuple(self._others.get(_plain(name), ()))

    def towns_named(self, name: str) -> tuple[str, ...]:
        """Codes of the towns that a name means, official, spoken, former or bare; empty where it means none."""
        plain = _plain(name)
        return self._towns.codes(plain) or self._towns_in_short.codes(plain)

    def villages_named(self, name: str) -> tuple[str, ...]:
        """Codes of the addressable villages that a name means, official, spoken, former or bare."""
        return self._villages.codes(_plain(name))

    def name_of(self, code: str) -> str | None:
        """Official name of a division of this gazetteer; None for any other."""
        division = self._by_code.get(code)
        return division.name if division else None

    def find_village(self, text: str) -> Found | Ambiguous | NotFound:
        """Say which village an address names.

        Full names (official or spoken) beat bare ones, a village of a county and town that the text names beats its
        namesakes, and of two equally good mentions the first counts. A name at the head of a road's name (聚沙路)
        does not count.
        """
        plain = _plain(text)
        heads = self._heads
        starts = [start for start in range(len(plain) - 1) if plain[start : start + 2] in heads]
        towns = _codes(self._towns.mentions(plain, starts)) or _codes(self._towns_in_short.mentions(plain, starts))
        counties = _codes(self._counties.mentions(plain, starts))
        ranked = [
            (mention.strength, _agreement(division, towns=towns, counties=counties), -mention.start, mention, division)
            for mention in self._villages.mentions(plain, starts)
            for division in mention.divisions
        ]
        ranked = [row for row in ranked if row[0] == _FULL or row[1] >= 0]
        if not ranked:
            return NotFound(tuple(sorted(towns)))
        best = max((agreement, strength, place) for strength, agreement, place, _, _ in ranked)
        chosen = [(row[3], row[4]) for row in ranked if (row[1], row[0], row[2]) == best]
        if len(chosen) > 1:
            return Ambiguous(tuple(division for _, division in chosen), chosen[0][0].name)
        mention, division = chosen[0]
        agrees = (town_of(division.code) in towns) if towns else None
        return Found(division, mention.name, mention.end, agrees)


def _plain(text: str) -> str:
    return _SPACES.sub("", fold(text))


def _codes(mentions: Iterable[_Mention]) -> set[str]:
    return {division.code for mention in mentions for division in mention.divisions}


def _agreement(division: Division, *, towns: set[str], counties: set[str]) -> int:
    """Two points a named town that is the village's, one for the county; a minus where another one is named."""
    score = 0
    if towns:
        score += 2 if town_of(division.code) in towns else -2
    if counties:
        score += 1 if county_of(division.code) in counties else -3
    return score
