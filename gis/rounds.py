"""The rounds as they stand: exact timing, the cheapest place for a stop, mending, and the reasons for what is left.

Times are whole seconds of the day, lengths whole centimetres.
"""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from gis.day import Reason, Route, Shift, Stop, Unserved
from gis.slots import CENTIMETRES, NO_LIMIT, Floats, Place, Slots, Timing, Whole, down, permissions, twins, up


def _within(stop: Stop, names: set[str]) -> Stop:
    return stop if stop.shifts is None else replace(stop, shifts=stop.shifts & names)


class Rounds:
    """Stops in order for each shift (``order``, lists of stop indices), with everything needed to judge a change.

    A stop that has several windows comes as often, with the same id and one window each; one of them is done.
    """

    def __init__(self, stops: Sequence[Stop], shifts: Sequence[Shift], *, metres: Floats, minutes: Floats) -> None:
        self.stops, self.shifts, self.metres = stops, shifts, np.pad(metres, ((0, 1), (0, 1)))
        self.minutes = minutes
        self.first = len(metres) - len(stops)
        self.nowhere = len(metres)
        self.cm = np.rint(self.metres * CENTIMETRES).astype(np.int64)
        self.seconds = up(np.pad(minutes, ((0, 1), (0, 1))), scale=60)
        self.service = up([stop.minutes for stop in stops], scale=60)
        self.prize_cm = np.rint(np.array([stop.prize for stop in stops]) * CENTIMETRES).astype(np.int64)
        windows = [(stop.all_windows() or ((0.0, np.inf),))[0] for stop in stops]
        self.may = permissions(stops, shifts)
        self.twin = twins(stops)
        self.opens = up([window[0] for window in windows], scale=60)
        self.closes = down([min(window[1], NO_LIMIT / 60) for window in windows], scale=60)
        self.order: list[list[int]] = [[] for _ in shifts]
        self._slots: dict[int, Slots] = {}
        self._all_slots: Slots | None = None
        self._travel_s: list[list[int]] = self.seconds.tolist()

    def parts(self) -> list[tuple[list[int], list[int]]]:
        """Return stops and shifts that have nothing to do with the others, part by part; nobody's stops are in none."""
        boss = list(range(len(self.shifts)))
        bonds = {row.tobytes(): np.flatnonzero(row).tolist() for row in self.may}
        for bound in filter(None, bonds.values()):
            joined = {boss[shift] for shift in bound}
            boss = [min(joined) if one in joined else one for one in boss]
        of_boss: dict[int, tuple[list[int], list[int]]] = {one: ([], []) for one in sorted(set(boss))}
        for shift, one in enumerate(boss):
            of_boss[one][1].append(shift)
        for stop, row in enumerate(self.may):
            if row.any():
                of_boss[boss[int(row.argmax())]][0].append(stop)
        return [part for part in of_boss.values() if part[0]]

    def part(self, stops: Sequence[int], shifts: Sequence[int]) -> "Rounds":
        """Return the empty rounds of some stops and shifts only."""
        own = [self.shifts[shift] for shift in shifts]
        names = {shift.id for shift in own}
        some = [_within(self.stops[stop], names) for stop in stops]
        places = [*range(self.first), *(self.first + stop for stop in stops)]
        chosen = np.ix_(places, places)
        return Rounds(some, own, metres=self.metres[chosen], minutes=self.minutes[chosen])

    def left_out(self) -> list[int]:
        """Return the indices of the stops on no round, in their order; of one in several windows each copy."""
        done = {self.twin[stop] for row in self.order for stop in row}
        return [stop for stop in range(len(self.stops)) if self.twin[stop] not in done]

    def cost(self) -> float:
        """Return metres travelled plus the prizes left lying."""
        lying = sum({self.twin[stop]: self.stops[stop].prize for stop in self.left_out()}.values())
        return sum(self.length_m(shift) for shift in range(len(self.shifts))) + lying

    def length_m(self, shift: int) -> float:
        """Return the metres of one round, 0 for one that does not go out."""
        if not self.order[shift]:
            return 0.0
        places = self._places(shift, self.order[shift])
        return float(self.metres[places[:-1], places[1:]].sum())

    def limits(self, shift: int) -> tuple[int, int, int]:
        """Return earliest start, latest end and longest duration of a shift, in seconds."""
        day = self.shifts[shift]
        longest = min(day.max_minutes, NO_LIMIT / 60)
        latest = min(day.end_minute, NO_LIMIT / 60)
        return int(up(day.start_minute, scale=60)), int(down(latest, scale=60)), int(down(longest, scale=60))

    def ends(self, shift: int) -> tuple[int, int]:
        """Return the start and end location of a shift; an open end is the extra place ``nowhere``."""
        day = self.shifts[shift]
        return day.start, self.nowhere if day.end is None else day.end

    def timing(self, shift: int, row: Sequence[int], *, any_time: int | None = None) -> Timing | None:
        """Return when a round over ``row`` happens, leaving as late as saves waiting; None if it is not possible.

        ``any_time`` names a stop whose window is not looked at.
        """
        early, late, longest = self.limits(shift)
        clock, waited, slack, begins = early, 0, NO_LIMIT, []
        here, home = self.ends(shift)
        for stop in row:
            arrives = clock + self._travel_s[here][self.first + stop]
            free = stop == any_time
            opens, closes = (0, NO_LIMIT) if free else (int(self.opens[stop]), int(self.closes[stop]))
            begin = max(arrives, opens)
            if begin > closes:
                return None
            waited += begin - arrives
            slack = min(slack, waited + closes - begin)
            begins.append(begin)
            clock, here = begin + int(self.service[stop]), self.first + stop
        over = clock + self._travel_s[here][home] if row else early
        delay = min(slack, waited)
        if over > late or over - early - delay > longest:
            return None
        return Timing(early + delay, self._late_begins(early + delay, shift, row, begins), over)

    def _late_begins(self, leaves: int, shift: int, row: Sequence[int], begins: list[int]) -> tuple[int, ...]:
        """Shift the services that used to follow a wait: each begins when first reached, never before it opens."""
        clock, here = leaves, self.ends(shift)[0]
        late: list[int] = []
        for stop, begin in zip(row, begins, strict=True):
            clock = max(begin, clock + self._travel_s[here][self.first + stop])
            late.append(clock)
            clock, here = clock + int(self.service[stop]), self.first + stop
        return tuple(late)

    def route(self, shift: int) -> Route:
        """Return one round as the plan reports it."""
        row = self.order[shift]
        timing = self.timing(shift, row)
        if timing is None:
            raise AssertionError(f"shift {self.shifts[shift].id} was given an impossible round")
        return Route(
            shift=self.shifts[shift].id,
            stops=tuple(self.stops[stop].id for stop in row),
            arrivals=tuple(begin / 60 for begin in timing.begins),
            start_minute=timing.leaves / 60,
            metres=self.length_m(shift),
            minutes=(timing.over - timing.leaves) / 60,
            detours_m=tuple((self._detours(self.cm, shift) / CENTIMETRES).tolist()),
            detour_minutes=tuple(((self._detours(self.seconds, shift) + self.service[row]) / 60).tolist()),
        )

    def _detours(self, matrix: Whole, shift: int) -> Whole:
        """Return what the way by each stop of a round adds to the way past it; alone, the whole way there and back."""
        places = self._places(shift, self.order[shift])
        before, here, after = places[:-2], places[1:-1], places[2:]
        past = matrix[before, after] if len(here) > 1 else np.zeros(1, dtype=np.int64)
        return np.asarray(matrix[before, here] + matrix[here, after] - past)

    def displacing(self, stop: int, shift: int) -> int | None:
        """Return the stop of the least prize on a round in whose place another one could have been done."""
        row = self.order[shift]
        for one in sorted(row, key=lambda other: (self.stops[other].required, self.stops[other].prize, other)):
            if self.timing(shift, [stop if other == one else other for other in row]) is not None:
                return one
        return None

    def mend(self) -> None:
        """Put in what still fits and pays, and every required stop that only optional ones keep out."""
        changed = True
        while changed:
            changed = False
            left = self.left_out()
            placed: set[int] = set()
            for stop in sorted(left, key=lambda one: (not self.stops[one].required, -self.stops[one].prize, one)):
                if self.twin[stop] in placed:
                    continue
                if self._put_in(stop) or (self.stops[stop].required and self._make_room(stop)):
                    placed.add(self.twin[stop])
                    changed = True

    def _put_in(self, stop: int) -> bool:
        place = self.best_place(stop)
        pays = place is not None and (self.stops[stop].required or place.extra_cm < self.prize_cm[stop])
        if place is None or not place.possible or not pays:
            return False
        row = self.order[place.shift]
        self.set_row(place.shift, [*row[: place.position], stop, *row[place.position :]])
        return True

    def _make_room(self, stop: int) -> bool:
        """Take the optional stops off the first round where that lets a required one in; they may come back."""
        for shift, row in enumerate(self.order):
            kept = [one for one in row if self.stops[one].required]
            if len(kept) == len(row) or not self.may[stop, shift]:
                continue
            for position in range(len(kept) + 1):
                if self.timing(shift, [*kept[:position], stop, *kept[position:]]) is not None:
                    self.set_row(shift, [*kept[:position], stop, *kept[position:]])
                    return True
        return False

    def set_row(self, shift: int, row: list[int]) -> None:
        """Give a shift another round."""
        self.order[shift] = row
        self._slots.pop(shift, None)
        self._all_slots = None

    def best_place(
        self, stop: int, *, any_time: bool = False, among: npt.NDArray[np.bool_] | None = None
    ) -> Place | None:
        """Return the possible place that adds least, or the nearest impossible one; None without shifts.

        ``any_time`` asks what would be if the stop had no window, ``among`` looks at some of the shifts only.
        """
        may = self.may[stop] if among is None else self.may[stop] & among
        if not may.any():
            return None
        slots = self._slots_of_all()
        extra_cm, extra_s, open_ = self._what_it_adds(stop, slots, any_time=any_time)
        allowed = may[slots.shift]
        ranked = np.flatnonzero(open_ & allowed)
        for slot in ranked[np.argsort(extra_cm[ranked], kind="stable")].tolist():
            shift, position = int(slots.shift[slot]), int(slots.position[slot])
            row = [*self.order[shift][:position], stop, *self.order[shift][position:]]
            if self.timing(shift, row, any_time=stop if any_time else None) is not None:
                return Place(shift, position, int(extra_cm[slot]), int(extra_s[slot]), possible=True)
        near = int(np.argmin(np.where(allowed, extra_cm, NO_LIMIT)))
        return Place(
            int(slots.shift[near]), int(slots.position[near]), int(extra_cm[near]), int(extra_s[near]), possible=False
        )

    def _what_it_adds(self, stop: int, slots: Slots, *, any_time: bool) -> tuple[Whole, Whole, npt.NDArray[np.bool_]]:
        """Return for every slot the centimetres and seconds a stop adds, and whether its time is not ruled out yet.

        What passes has to go through ``timing`` still, for the longest duration of a shift depends on the waiting.
        """
        here, service = self.first + stop, int(self.service[stop])
        opens, closes = (0, NO_LIMIT) if any_time else (int(self.opens[stop]), int(self.closes[stop]))
        extra_cm = self.cm[slots.before, here] + self.cm[here, slots.after] - slots.between_cm
        there, onward = self.seconds[slots.before, here], self.seconds[here, slots.after]
        extra_s = there + onward - slots.between_s + service
        begins = np.maximum(slots.leaves + there, opens)
        in_time = (begins <= closes) & (begins + service + onward <= slots.latest)
        return extra_cm, extra_s, in_time & (extra_s <= slots.spare)

    def _slots_of_all(self) -> Slots:
        if self._all_slots is None:
            for shift in range(len(self.order)):
                if shift not in self._slots:
                    self._slots[shift] = self._slots_of(shift)
            self._all_slots = Slots.joined([self._slots[shift] for shift in range(len(self.order))])
        return self._all_slots

    def _slots_of(self, shift: int) -> Slots:
        row = self.order[shift]
        places = self._places(shift, row)
        before, after = places[:-1], places[1:]
        between = self.seconds[before, after] if row else np.zeros(1, dtype=np.int64)
        leaves, latest = self._leaves(shift, row), self._latest(shift, row)
        return Slots(
            shift=np.full(len(before), shift),
            position=np.arange(len(before)),
            before=before,
            after=after,
            between_cm=self.cm[before, after] if row else np.zeros(1, dtype=np.int64),
            between_s=between,
            leaves=np.array(leaves, dtype=np.int64),
            latest=np.array(latest, dtype=np.int64),
            spare=np.full(len(before), self._spare_s(shift)),
        )

    def _leaves(self, shift: int, row: Sequence[int]) -> list[int]:
        """Return the earliest second of leaving the start and each stop of a round."""
        leaves, here = [self.limits(shift)[0]], self.ends(shift)[0]
        for stop in row:
            begin = max(leaves[-1] + self._travel_s[here][self.first + stop], int(self.opens[stop]))
            leaves.append(begin + int(self.service[stop]))
            here = self.first + stop
        return leaves

    def _latest(self, shift: int, row: Sequence[int]) -> list[int]:
        """Return the latest second of arriving at each stop of a round and at its end."""
        latest, ahead = [self.limits(shift)[1]], self.ends(shift)[1]
        for stop in reversed(row):
            must = latest[-1] - self._travel_s[self.first + stop][ahead] - int(self.service[stop])
            latest.append(min(must, int(self.closes[stop])))
            ahead = self.first + stop
        return latest[::-1]

    def explain(self, stop: int) -> Unserved:
        """Return why a stop is on no round, with the figures."""
        place = self.best_place(stop)
        reason = Reason.NO_TIME
        if place is None:
            reason = Reason.NO_TIME if self.stops[stop].shifts is None else Reason.NOBODY
        elif place.possible:
            reason = Reason.COSTS_MORE_THAN_ITS_PRIZE
        elif self.stops[stop].all_windows():
            freed = self.best_place(stop, any_time=True)
            if freed is not None and freed.possible:
                reason, place = Reason.WINDOW, freed
        full = place is not None and reason is not Reason.COSTS_MORE_THAN_ITS_PRIZE
        held = self.displacing(stop, place.shift) if place is not None and full else None
        return Unserved(
            stop=self.stops[stop].id,
            reason=reason,
            prize=self.stops[stop].prize,
            required=self.stops[stop].required,
            extra_metres=None if place is None else place.extra_cm / CENTIMETRES,
            extra_minutes=None if place is None else place.extra_s / 60,
            spare_minutes=max((self._spare_s(int(shift)) for shift in np.flatnonzero(self.may[stop])), default=0) / 60,
            shift=None if place is None else self.shifts[place.shift].id,
            displaced_by=None if held is None else self.stops[held].id,
        )

    def _places(self, shift: int, row: Sequence[int]) -> Whole:
        start, end = self.ends(shift)
        return np.array([start, *(self.first + stop for stop in row), end], dtype=np.int64)

    def _spare_s(self, shift: int) -> int:
        """Return the seconds of a shift that are neither travel nor service."""
        early, late, longest = self.limits(shift)
        return min(longest, late - early) - self.busy_s(shift, self.order[shift])

    def busy_s(self, shift: int, row: Sequence[int]) -> int:
        """Return the seconds of travel and service of a round over ``row``."""
        places = self._places(shift, row)
        return int(self.seconds[places[:-1], places[1:]].sum()) + int(self.service[list(row)].sum()) if row else 0

    def length_cm(self, shift: int, row: Sequence[int]) -> int:
        """Return the centimetres of a round over ``row``."""
        places = self._places(shift, row)
        return int(self.cm[places[:-1], places[1:]].sum()) if row else 0
