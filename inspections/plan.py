"""Which houses are due on a day, what a visit is worth and how long it takes, and why it is on the list."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from inspections.risk import called_days, due_on
from inspections.visit import WINDOWS, NextTry
from words import say

PRIZE_M = {"red": 6000.0, "orange": 3000.0, "unseen": 2500.0, "yellow": 1500.0, "green": 800.0}
"""Metres of walking a due visit is worth, by colour."""
EMERGENCY_PRIZE_M = 4 * PRIZE_M["red"]
"""What a house is worth that must be seen at once: as much as a red one that is late by months."""
LATE_SHARE_A_DAY = 0.05
"""Each day of lateness adds this share of the prize, up to three times the prize."""
ARRIVAL_MINUTES, MINUTES_A_ROOM, MAX_MINUTES = 6.0, 1.5, 60.0
"""Service time: the door and the common parts, then each room."""

MOST_NAMED = 3
"""So many people are named in a sentence; the chart beside it names all."""

StopTuple = tuple[str, float, tuple[float, float] | None, float, bool]


@dataclass(frozen=True, slots=True)
class HouseState:
    """What the record knows of a house when a day is planned.

    ``last_visit_on`` is the last time somebody was let in; ``next_try`` and ``retry_on`` follow a closed door;
    ``recheck_on`` is the day a rectification has to be looked at; ``pinned_on`` a day fixed by a person, within
    ``pinned_window`` in minutes of the day where hours were agreed. ``relet_on`` (vacant before, let again) and
    ``complained_on`` and ``addition_on`` (it looks built on) are days since which nobody was let in.
    """

    house_id: str
    colour: str
    county: str
    rooms: int = 0
    last_visit_on: date | None = None
    next_try: NextTry | None = None
    retry_on: date | None = None
    recheck_on: date | None = None
    pinned_on: date | None = None
    pinned_window: tuple[float, float] | None = None
    relet_on: date | None = None
    complained_on: date | None = None
    addition_on: date | None = None


@dataclass(frozen=True, slots=True)
class DueHouse:
    """A house to be seen: since when it is due, how late, what the visit is worth, how long it takes, and why.

    ``why`` is a catalogue key with ``params``; ``window`` in minutes of the day; ``required`` before all others.
    """

    house: HouseState
    due_on: date | None
    late_days: int
    prize_m: float
    minutes: float
    window: tuple[float, float] | None
    required: bool
    why: str
    params: dict[str, int]

    def as_stop(self) -> StopTuple:
        """(id, minutes, window, prize, required): the arguments of ``gis.route.Stop`` in its order."""
        return (self.house.house_id, self.minutes, self.window, self.prize_m, self.required)

    def why_words(self, lang: str = "zh") -> str:
        """Why it is on today's list, in five words (红 · 逾期 3 天)."""
        colour = say(f"risk.colour.{self.house.colour}", lang)
        return say(self.why, lang, colour=colour, **self.params)


def due_houses(houses: Iterable[HouseState], *, on: date) -> list[DueHouse]:
    """The houses to be seen on that day: required ones first, then by what the visit is worth.

    A house whose door stayed shut waits for its next try; one let again or complained of is due from that
    day on; otherwise it is due when its colour's interval is over, at once if it was never seen.
    """
    found = [one for house in houses if (one := due_house(house, on=on)) is not None]
    return sorted(found, key=lambda one: (not one.required, -one.prize_m, one.house.house_id))


def due_house(house: HouseState, *, on: date) -> DueHouse | None:
    """Whether one house is due on that day, and why; None if it is not."""
    if house.pinned_on is not None:
        if house.pinned_on != on:
            return None
        return _due(house, on, on=on, why="pinned", required=True, window=house.pinned_window)
    if house.recheck_on is not None and house.recheck_on <= on:
        return _due(house, house.recheck_on, on=on, why="recheck", required=True)
    if house.next_try is not None and house.retry_on is not None:
        return _retry(house, house.retry_on, on=on)
    called = min(_calls(house), default=None)
    if called is not None:
        by, why = called
        return _due(
            house, by, on=on, why=f"{why}_late" if by < on else why, required=by <= on, left_days=(by - on).days
        )
    due = due_on(house.last_visit_on, house.colour, county=house.county)
    if due is None:
        return _due(house, None, on=on, why="never_seen")
    if due > on:
        return None
    return _due(house, due, on=on, why="late" if due < on else "today", required=house.colour == "red")


def _calls(house: HouseState) -> list[tuple[date, str]]:
    return called_by(relet_on=house.relet_on, complained_on=house.complained_on, addition_on=house.addition_on)


def called_by(
    *, relet_on: date | None, complained_on: date | None, addition_on: date | None = None
) -> list[tuple[date, str]]:
    """What calls for a visit whatever the colour: by which day each, and why (``relet``, ``complaint``, ``addition``).

    It may be answered from the day it was learnt on; it has to be within the days of ``rules/intervals.toml``.
    """
    told = (("complaint", complained_on), ("relet", relet_on), ("addition", addition_on))
    return [(on + timedelta(days=called_days(why)), why) for why, on in told if on is not None]


def service_minutes(rooms: int) -> float:
    """Minutes a visit takes: the door, then each room, an hour at most."""
    return min(ARRIVAL_MINUTES + MINUTES_A_ROOM * max(rooms, 1), MAX_MINUTES)


def prize_m(colour: str, late_days: int) -> float:
    """What a visit is worth in metres of walking; grows with lateness up to four times."""
    return PRIZE_M[colour] * (1 + min(LATE_SHARE_A_DAY * max(late_days, 0), 3.0))


def _retry(house: HouseState, retry_on: date, *, on: date) -> DueHouse | None:
    weekend = on.weekday() >= 5
    if retry_on > on or weekend != (house.next_try is NextTry.WEEKEND):
        return None
    return _due(
        house, retry_on, on=on, why=f"retry_{house.next_try}",
        required=house.colour == "red" or bool(_calls(house)),
        window=WINDOWS[house.next_try or NextTry.DAYTIME],
    )  # fmt: skip


def _due(
    house: HouseState,
    due: date | None,
    *,
    on: date,
    why: str,
    required: bool = False,
    window: tuple[float, float] | None = None,
    left_days: int = 0,
) -> DueHouse:
    late_days = max((on - due).days, 0) if due else 0
    params: dict[str, Any] = {"days": late_days, "left": max(left_days, 0)}
    return DueHouse(
        house=house,
        due_on=due,
        late_days=late_days,
        prize_m=prize_m(house.colour, late_days),
        minutes=service_minutes(house.rooms),
        window=window,
        required=required,
        why=f"inspections.why.{why}",
        params=params,
    )


def plan_sentences(numbers: Mapping[str, Any], lang: str = "zh") -> list[str]:
    """What a making of plans could not do, in sentences with the numbers in them; none where all is well.

    ``numbers``: missing (houses that must be seen, by colour), people, more (how many more would do), beyond, nobody
    (by grid code), shares.
    """
    told = []
    if numbers["missing"]:
        colours = {colour: say(f"risk.colour.{colour}", lang) for colour in numbers["missing"]}
        which = say("plans.joined", lang).join(
            say("plans.missing_of", lang, n=n, colour=colours[colour])
            for colour, n in sorted(numbers["missing"].items())
        )
        more = numbers["more"]
        would = say("plans.more_unknown", lang) if more is None else say("plans.more", lang, n=numbers["people"] + more)
        told.append(say("plans.missing", lang, which=which, people=numbers["people"]) + would)
    if numbers["nobody"]:
        told.append(say("plans.nobody_goes", lang, n=sum(numbers["nobody"].values()), grids=len(numbers["nobody"])))
    if numbers["beyond"]:
        told.append(say("plans.beyond", lang, n=numbers["beyond"]))
    uneven = [share["name"] for share in numbers["shares"] if share["uneven"]]
    if uneven:
        names = say("plans.joined", lang).join(uneven[:MOST_NAMED]) + ("…" if len(uneven) > MOST_NAMED else "")
        told.append(say("plans.uneven", lang, n=len(uneven), names=names))
    return told
