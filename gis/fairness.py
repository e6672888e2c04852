"""How evenly a plan falls on people, in minutes and in danger, and a way to even it out at a stated price.

Uneven is the most that anybody has, divided by the mean over all people: 1 is perfectly even.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from gis.day import RouteInputError, RoutePlan, Shift, Stop
from gis.evenness import evenness
from gis.rounds import Rounds
from gis.route import planned, rounds_of
from gis.slots import CENTIMETRES


@dataclass(frozen=True, slots=True)
class Bound:
    """How uneven minutes may be (most / mean), and the share of a plan's metres that evening it out may add."""

    most: float = 1.2
    price: float = 0.03


@dataclass(frozen=True, slots=True)
class Burden:
    """What one person has in a plan: doors, minutes on the way and at them, and the danger seen to (prizes, metres)."""

    person: str
    stops: int
    minutes: float
    prize_m: float


@dataclass(frozen=True, slots=True)
class Fairness:
    """The burden of each person, and how uneven minutes and danger are (most / mean; 1 where nobody has any)."""

    burdens: tuple[Burden, ...]
    minutes_uneven: float
    prize_uneven: float


USUAL = Bound()


def fairness(plan: RoutePlan, *, stops: Sequence[Stop], person_of: Mapping[str, str]) -> Fairness:
    """Return how a plan falls on people; ``person_of`` names the person of each shift, also of one with no route."""
    prizes = {stop.id: stop.prize for stop in stops}
    burdens = []
    for person in sorted(set(person_of.values())):
        own = [route for route in plan.routes if person_of[route.shift] == person]
        doors = [name for route in own for name in route.stops]
        spent = sum(route.minutes for route in own)
        burdens.append(Burden(person, len(doors), spent, sum(prizes[name] for name in doors)))
    return Fairness(
        tuple(burdens),
        evenness([burden.minutes for burden in burdens]).worst,
        evenness([burden.prize_m for burden in burdens]).worst,
    )


def even_out(
    plan: RoutePlan,
    stops: Sequence[Stop],
    shifts: Sequence[Shift],
    *,
    metres: npt.ArrayLike,
    minutes: npt.ArrayLike,
    person_of: Mapping[str, str],
    bound: Bound = USUAL,
) -> RoutePlan:
    """Return the plan with doors given from whoever has most minutes until nobody has ``bound.most`` x the mean.

    Each time the door is given whose way costs fewest metres for each minute that it takes off; nothing is given that
    makes the receiver as busy as the giver was. It stops when the metres have grown by the share ``bound.price``. What
    was planned stays planned, every window, limit and right holds as before, and ``metres`` and ``minutes`` are those
    that the plan was made with.

    Raises
    ------
    RouteInputError
        A shift without a person.
    """
    if missing := {shift.id for shift in shifts} - set(person_of):
        raise RouteInputError(what=f"shift {min(missing)} is nobody's: a plan is evened out between people")
    rounds = rounds_of(plan, stops, shifts, metres=np.asarray(metres, float), minutes=np.asarray(minutes, float))
    people = [person_of[shift.id] for shift in shifts]
    left_cm = bound.price * plan.metres * CENTIMETRES
    while (gift := _gift(rounds, people, most=bound.most, left_cm=left_cm)) is not None:
        left_cm -= gift.extra_cm
        rounds.set_row(gift.giver, gift.giver_row)
        rounds.set_row(gift.taker, gift.taker_row)
    return planned(rounds, iterations=plan.iterations, stopped_by=plan.stopped_by)


@dataclass(frozen=True, slots=True)
class _Gift:
    giver: int
    taker: int
    giver_row: list[int]
    taker_row: list[int]
    extra_cm: int
    off_s: int

    @property
    def rank(self) -> tuple[float, int]:
        return max(self.extra_cm, 0) / self.off_s, self.extra_cm


def _gift(rounds: Rounds, people: Sequence[str], *, most: float, left_cm: float) -> _Gift | None:
    """Return the cheapest door that the busiest person can give away; None where nobody is too busy or none can go."""
    busy: dict[str, int] = dict.fromkeys(people, 0)
    for shift, person in enumerate(people):
        busy[person] += rounds.busy_s(shift, rounds.order[shift])
    busiest = max(sorted(busy), key=lambda person: busy[person])
    if evenness([float(spent) for spent in busy.values()]).worst <= most:
        return None
    gifts = [
        gift
        for giver, person in enumerate(people)
        if person == busiest
        for stop in rounds.order[giver]
        if (gift := _given(rounds, stop, giver, people, busy)) is not None and gift.extra_cm <= left_cm
    ]
    return min(gifts, key=lambda gift: gift.rank, default=None)


def _given(rounds: Rounds, stop: int, giver: int, people: Sequence[str], busy: Mapping[str, int]) -> _Gift | None:
    others = np.array([person != people[giver] for person in people])
    place = rounds.best_place(stop, among=others)
    if place is None or not place.possible:
        return None
    kept = [other for other in rounds.order[giver] if other != stop]
    row = rounds.order[place.shift]
    taken = [*row[: place.position], stop, *row[place.position :]]
    before, there = rounds.busy_s(giver, rounds.order[giver]), rounds.busy_s(place.shift, row)
    off_s, on_s = before - rounds.busy_s(giver, kept), rounds.busy_s(place.shift, taken) - there
    if rounds.timing(giver, kept) is None or off_s <= 0 or busy[people[place.shift]] + on_s >= busy[people[giver]]:
        return None
    saved_cm = rounds.length_cm(giver, rounds.order[giver]) - rounds.length_cm(giver, kept)
    return _Gift(giver, place.shift, kept, taken, place.extra_cm - saved_cm, off_s)
