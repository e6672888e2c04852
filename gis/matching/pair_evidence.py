"""What two addresses have in common and what not: names, roads, doors, divisions, each asked as a question."""

import re
from enum import StrEnum
from functools import lru_cache
from itertools import product

from gis.address.names import cities, counties, provinces
from gis.matching.pair_names import Likeness, core, kind, likeness, parts_of_estate, single_names, strength
from gis.matching.pair_read import Road, Side
from gis.matching.pair_shares import in_order, longest_run, overlap

_REGION = re.compile(r"[\u4e00-\u9fff]{1,3}[省市]")
_NUMBER = re.compile(r"\d+")
_SPECIAL = "0甲乙丙新附临院"
_NEXT_DOORS = 10
_SHORTEST_ROAD = 3
_SHORT_NAME = 2
_CITY = 4


class State(StrEnum):
    """How one kind of part stands in the two addresses."""

    AGREES = "agrees"
    PARTLY = "partly"
    NEAR = "near"
    DIFFERS = "differs"
    ONLY_QUERY = "only_query"
    ONLY_CANDIDATE = "only_candidate"
    NEITHER = "neither"


_BEST_FIRST = tuple(State)


def _missing(asked: object, offered: object) -> State:
    return State.ONLY_QUERY if asked else State.ONLY_CANDIDATE if offered else State.NEITHER


def doors(asked: list[str], offered: list[str]) -> State:
    """Whether the last of the numbers asked for is among those offered (甲13 and 13, A1 and 1 agree partly).

    Where both say as many, the last stands against the last: 1号1幢 is not 1号2幢.
    """
    if not asked or not offered:
        return _missing(asked, offered)
    against = offered[-1:] if len(asked) == len(offered) else offered
    if asked[-1].lstrip("0") in {number.lstrip("0") for number in against}:
        return State.AGREES
    digits = "".join(_NUMBER.findall(asked[-1]))
    partly = digits and digits in {"".join(_NUMBER.findall(number)) for number in offered}
    return State.PARTLY if partly or set(asked) & set(offered) else State.DIFFERS


@lru_cache(maxsize=1 << 14)
def numbers(asked: str, offered: str) -> State:
    """How two numbers on one road stand: a row of doors (1-53) holds those between, 37 and 37-1 agree partly."""
    if not asked or not offered:
        return _missing(asked, offered)
    if asked == offered:
        return State.AGREES
    own, its = [[int(digits[:9]) for digits in _NUMBER.findall(text)] for text in (asked, offered)]
    if not own or not its:
        return State.DIFFERS
    if _within(own[0], its) or _within(its[0], own):
        return State.AGREES
    if own[0] == its[0]:
        return State.PARTLY
    return State.NEAR if abs(own[0] - its[0]) <= _NEXT_DOORS else State.DIFFERS


def _within(number: int, row: list[int]) -> bool:
    return len(row) == 2 and row[0] <= number <= row[1]


def same_road(one: str, other: str) -> bool:
    """One road, be it that one text has more in front of the name: 陶怡路, 开发区陶怡路."""
    long = min(len(one), len(other)) >= _SHORTEST_ROAD
    return (long and (one.endswith(other) or other.endswith(one))) or (one == other != "")


def road_goes_on(one: str, other: str) -> bool:
    """One name begins with the other: 1横路 and 1横路19巷."""
    return min(len(one), len(other)) >= _SHORTEST_ROAD and (one.startswith(other) or other.startswith(one))


def roads(asked: list[Road], offered: list[Road]) -> tuple[State, State]:
    """How the roads stand, and how the numbers on a road they share."""
    if not asked or not offered:
        return _missing(asked, offered), State.NEITHER
    same = [(a, b) for a, b in product(asked, offered) if same_road(a.name, b.name)]
    longer = [(a, b) for a, b in product(asked, offered) if road_goes_on(a.name, b.name)]
    if not same and not longer:
        return State.DIFFERS, State.NEITHER
    number = min((numbers(a.number, b.number) for a, b in same + longer), key=_BEST_FIRST.index)
    return State.AGREES if same else State.PARTLY, number


@lru_cache(maxsize=1 << 12)
def division_codes(name: str) -> tuple[str, ...]:
    """Codes of provinces, cities and counties that a text ends with the name of; none for a town."""
    for start in range(len(name) - 1):
        bare = name[start:]
        found = provinces().codes(bare) + cities().codes(bare) + counties().codes(bare)
        if found:
            return found
    return ()


class Pair:
    """A query and a candidate, read; the methods are questions, answered with yes or no or a share from 0 to 1.

    ``asked`` and ``offered`` are the names of places in the query and in the candidate; ``found`` and ``known`` hold
    for each of them how like the most like name of the other side is. ``road``, ``number`` (on the road they share),
    ``building``, ``floor`` and ``divisions`` say how those parts stand.
    """

    def __init__(self, query: Side, candidate: Side) -> None:
        self.query, self.candidate = query, candidate
        self.asked, self.offered = single_names(tuple(query.places)), single_names(tuple(candidate.places))
        self.found = {name: _best(name, self.offered, candidate.text) for name in self.asked}
        self.known = {name: _best(name, self.asked, query.text) for name in self.offered}
        self.road, self.number = roads(query.roads, candidate.roads)
        self.on_road = self.road in (State.AGREES, State.PARTLY)
        self.building = doors(query.buildings, candidate.buildings)
        self.floor = doors(query.floors, candidate.floors)
        self.own_codes = [code for name in query.divisions for code in division_codes(name)]
        its_codes = [code for name in candidate.divisions for code in division_codes(name)]
        self.divisions = _meet(self.own_codes, its_codes)
        self.texts = _REGION.sub("", query.text), _REGION.sub("", candidate.text)
        self.same_name = self._strongest(Likeness.SAME)
        """Strength of the strongest name both have, 0 where there is none."""
        self.any_name = max(self.same_name, self._strongest(Likeness.WITHIN), self._strongest(Likeness.SIMILAR))
        """Strength of the strongest name that is alike in any way."""
        self.named = Likeness.SAME in self.found.values() or Likeness.WITHIN in self.found.values()
        """Whether a name is the same or stands within one of the other address."""
        self.anchored = self.named or self.on_road
        """Whether a shared name or road says what the numbers belong to."""
        self._closest = self._most_alike()

    # names

    def _strongest(self, how: Likeness) -> int:
        return max((strength(name) for name, it in self.found.items() if it == how), default=0)

    def _most_alike(self) -> tuple[str, str] | None:
        every = ((likeness(a, b) * strength(a), a, b) for a, b in product(self.asked, self.offered))
        points, own, its = max(every, default=(0, "", ""))
        return (own, its) if points else None

    def target(self) -> Likeness | None:
        """How like the query's last name, the one it is about, is to any of the candidate; None without names."""
        return self.found[self.asked[-1]] if self.asked else None

    def offer(self) -> Likeness | None:
        """How like the candidate's last name is to any of the query; None without names."""
        return self.known[self.offered[-1]] if self.offered else None

    def place(self) -> State:
        """How the names stand: the place asked for is there, another name or part of it is, or none."""
        if not self.asked or not self.offered:
            return State.PARTLY if self.named else _missing(self.asked, self.offered)
        if self.target() == Likeness.SAME:
            return State.AGREES
        return State.PARTLY if self.any_name else State.DIFFERS

    def begins_known(self) -> bool:
        """Whether the query knows the candidate's first name."""
        return bool(self.offered) and self.known[self.offered[0]] >= Likeness.WITHIN

    def something_else(self) -> bool:
        """Whether the candidate has a name the query knows nothing of."""
        return Likeness.NONE in self.known.values()

    def both_are(self, *kinds: str) -> bool:
        """Whether the closest names are of one and the same of these kinds."""
        return self._closest is not None and kind(self._closest[0]) == kind(self._closest[1]) in kinds

    def quarter_on_one_side(self) -> bool:
        """Whether only one of the closest names says which quarter: 金桂花苑 and 金桂花苑2期."""
        if self._closest is None:
            return False
        return bool(parts_of_estate(self._closest[0])) != bool(parts_of_estate(self._closest[1]))

    def quarter_agrees(self) -> bool:
        """Whether both texts name the same quarter: 金桂花苑2期 and 金桂2期."""
        return bool(parts_of_estate(self.query.text) & parts_of_estate(self.candidate.text))

    def quarters_differ(self) -> bool:
        """Whether both texts name quarters, and none in common: 东区 and 西区."""
        own, its = parts_of_estate(self.query.text), parts_of_estate(self.candidate.text)
        return bool(own and its) and not own & its

    # roads

    def roads_begin_alike(self) -> bool:
        """Whether two different roads share their first two characters: 建设北路 and 建设大道."""
        if self.on_road:
            return False
        every = product(self.query.roads, self.candidate.roads)
        return any(len(a.name) >= _SHORTEST_ROAD and a.name[:2] == b.name[:2] for a, b in every)

    def road_in_text(self) -> bool:
        """Whether the candidate's text holds the name of a road of the query, as a road or within a name."""
        text = self.candidate.text
        return any(len(road.name) >= _SHORTEST_ROAD and road.name in text for road in self.query.roads)

    def other_street_number(self) -> bool:
        """Whether the candidate has a number on a road, and none of its roads is one of the query's."""
        return self.road == State.DIFFERS and any(road.number for road in self.candidate.roads)

    def other_crossing(self) -> bool:
        """Whether the candidate lies at other roads than the query's, without a number.

        Within a city that is named this says nothing: an estate has roads on all sides.
        """
        numbered = any(road.number for road in self.candidate.roads)
        return self.road == State.DIFFERS and not numbered and not self.city_said()

    def road_is_all(self) -> bool:
        """Whether the query names no place, and they share a road."""
        return not self.asked and self.on_road

    def road_for_a_place(self) -> bool:
        """Whether the candidate is no more than a road the query mentions besides a place."""
        return not self.offered and bool(self.asked) and self.on_road

    # doors

    def parts(self) -> dict[str, State]:
        """How each kind of part stands, the wide ones first."""
        query, candidate = self.query, self.candidate
        return {
            "division": self.divisions,
            "road": self.road,
            "number": self.number,
            "place": self.place(),
            "building": self.building,
            "unit": doors(query.units, candidate.units),
            "floor": self.floor,
            "room": doors(query.rooms, candidate.rooms),
        }

    def same_building(self) -> bool:
        """Whether the building agrees, on a shared name or road, and the candidate is no mere gate."""
        return self.building == State.AGREES and self.anchored and not self.candidate.gate

    def target_alone(self) -> bool:
        """Whether both addresses end in one and the same name, without a building on either side."""
        plain = not self.query.buildings and not self.candidate.buildings and not self.candidate.gate
        return plain and self.target() == self.offer() == Likeness.SAME

    def target_there(self) -> bool:
        """Whether the query asks for no building and its last name is the candidate's or within it."""
        alike = self.target() in (Likeness.SAME, Likeness.WITHIN)
        return alike and not self.query.buildings and not self.candidate.gate

    # divisions

    def city_said(self) -> bool:
        """Whether the query names its province or city."""
        return any(len(code) <= _CITY for code in self.own_codes)

    def unplaced(self) -> bool:
        """Whether the query names neither a division nor a road."""
        return not self.query.divisions and not self.query.roads

    def from_anywhere(self) -> bool:
        """Whether the candidate says its county or city, and the query none."""
        return self.divisions == State.ONLY_CANDIDATE

    # the whole

    def target_only_within(self) -> bool:
        """Whether the last name of the query is but a part of a name, or holds one, and another name is missing."""
        return self.target() == Likeness.WITHIN and Likeness.NONE in self.found.values()

    def business_elsewhere(self) -> bool:
        """Whether what they share is the name of a business, and the building asked for is not there."""
        return self.both_are("business") and self.building == State.ONLY_QUERY

    def contradicted(self) -> bool:
        """Whether both say which quarter, building or number, and say another; that is never the same door."""
        told = {self.building, self.number}
        return self.quarters_differ() or not told.isdisjoint((State.DIFFERS, State.PARTLY, State.NEAR))

    def word_for_word(self) -> bool:
        """Whether both texts are the same in their canonical form, or the candidate leaves out leading divisions."""
        own, its = self.query.text, self.candidate.text
        head = own[: len(own) - len(its)]
        left_out = own.endswith(its) and head in _heads(self.query.divisions)
        return left_out and any(char.isalnum() for char in its)

    def common_name_alone(self) -> bool:
        """Whether nothing is shared but a short name such as many towns have, and no division backs it."""
        backed = self.on_road or self.city_said() or self.divisions == State.AGREES
        return 0 < self.any_name <= _SHORT_NAME and not backed

    def nothing_shared(self) -> bool:
        """Whether no name is alike and no road is shared."""
        return not self.any_name and not self.on_road

    def run(self) -> float:
        """The longest run of characters in both, in tenths."""
        return longest_run(*self.texts)

    def overlap(self) -> float:
        """The share of both texts that stands in the other."""
        return overlap(*self.texts)

    def shorter_kept(self) -> float:
        """The share of the shorter text that comes in the longer one in the same order."""
        return in_order(*self.texts) / max(1, min(map(len, self.texts)))

    def query_kept(self) -> float:
        """The share of the query that comes in the candidate in the same order."""
        return in_order(*self.texts) / max(1, len(self.texts[0]))


def _best(name: str, others: tuple[str, ...], text: str) -> Likeness:
    best = max((likeness(name, other) for other in others), default=Likeness.NONE)
    own = core(name)
    return Likeness.WITHIN if best < Likeness.WITHIN and len(own) > 1 and own in text else best


def _heads(divisions: list[str]) -> set[str]:
    """The texts that leading divisions make: nothing, 江苏省, 江苏省常熟市."""
    return {"".join(divisions[:count]) for count in range(len(divisions) + 1)}


def _meet(own: list[str], its: list[str]) -> State:
    """Whether one of the codes lies in one of the other side's."""
    if not own or not its:
        return _missing(own, its)
    meet = any(a.startswith(b) or b.startswith(a) for a, b in product(own, its))
    return State.AGREES if meet else State.DIFFERS
