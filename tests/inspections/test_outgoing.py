"""When a message may leave: quiet, digest, what is pressing; how long to wait after a failure; how much it holds."""

from datetime import UTC, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inspections.outgoing import SHANGHAI, Hours, again_in, body_bytes, fitted, is_pressing, most_tries, usual_hours
from inspections.ticket import Event

NIGHT = Hours(time(21, 30), time(7, 30))
CLOCKS = st.builds(time, st.integers(0, 23), st.sampled_from([0, 15, 30, 59]))
MOMENTS = st.integers(0, 365 * 24 * 60).map(lambda n: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=n))


def pair(drawn: tuple[time, time] | None, digest: time | None, wakes: bool) -> Hours:
    return Hours(*(drawn or (None, None)), digest_at=digest, wakes=wakes)


HOURS = st.builds(pair, st.none() | st.tuples(CLOCKS, CLOCKS), st.none() | CLOCKS, st.booleans())


def shanghai(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("hours", "at", "leaves"),
    [
        (NIGHT, "2026-11-27 21:29", "2026-11-27 21:29"),
        (NIGHT, "2026-11-27 21:30", "2026-11-28 07:30"),
        (NIGHT, "2026-11-28 00:10", "2026-11-28 07:30"),
        (NIGHT, "2026-11-28 07:30", "2026-11-28 07:30"),
        (Hours(time(12), time(14)), "2026-11-28 13:00", "2026-11-28 14:00"),
        (Hours(time(12), time(12)), "2026-11-28 12:00", "2026-11-28 12:00"),
        (Hours(digest_at=time(8, 30)), "2026-11-27 08:30", "2026-11-27 08:30"),
        (Hours(digest_at=time(8, 30)), "2026-11-27 08:31", "2026-11-28 08:30"),
        (Hours(time(21), time(9), digest_at=time(8, 30)), "2026-11-27 10:00", "2026-11-28 09:00"),
        (Hours(), "2026-11-27 03:00", "2026-11-27 03:00"),
    ],
)
def test_a_message_leaves_when_its_channel_speaks(hours: Hours, at: str, leaves: str) -> None:
    assert hours.goes_at(shanghai(at)) == shanghai(leaves)


def test_what_is_pressing_wakes_a_channel_that_lets_itself_be_woken() -> None:
    at = shanghai("2026-11-28 02:00")
    assert NIGHT.goes_at(at, pressing=True) == at
    asleep = Hours(time(21, 30), time(7, 30), wakes=False)
    assert asleep.goes_at(at, pressing=True) == shanghai("2026-11-28 07:30")


@given(HOURS, MOMENTS, st.booleans())
def test_it_never_leaves_before_it_was_written_and_within_two_days(hours: Hours, at: datetime, pressing: bool) -> None:
    leaves = hours.goes_at(at, pressing=pressing)
    assert at <= leaves <= at + timedelta(days=2)


@given(HOURS, MOMENTS)
def test_when_its_turn_has_come_it_leaves_unless_it_is_quiet(hours: Hours, at: datetime) -> None:
    turn = hours.goes_at(at)
    assert hours.leaves_at(at, turn) == turn
    late = turn + timedelta(seconds=3)
    again = hours.leaves_at(at, late)
    assert again == late or Hours(hours.quiet_from, hours.quiet_until).goes_at(late) == again > late


@given(HOURS, MOMENTS, st.timedeltas(timedelta(0), timedelta(days=3)))
def test_held_until_a_moment_it_is_not_held_for_ever(hours: Hours, at: datetime, after: timedelta) -> None:
    now = at + after
    for _ in range(3):
        until = hours.leaves_at(at, now)
        assert until >= now
        if until == now:
            return
        now = until
    pytest.fail(f"still held at {now}")


def test_only_the_gravest_hazards_are_pressing_and_only_where_somebody_has_to_act() -> None:
    assert is_pressing(Event.DISPATCH, 1)
    assert is_pressing(Event.ESCALATE, 1)
    assert not is_pressing(Event.ESCALATE, 2)
    assert not is_pressing(Event.CLOSE, 1)


def test_after_the_last_wait_a_person_has_to_see_to_it() -> None:
    waits = [again_in(tries) for tries in range(1, most_tries() + 1)]
    assert waits[-1] is None
    assert None not in waits[:-1]
    assert waits[:-1] == sorted(wait for wait in waits if wait is not None)


def test_a_new_channel_is_quiet_at_night() -> None:
    assert usual_hours().goes_at(shanghai("2026-11-28 02:00")) == shanghai("2026-11-28 07:30")


@given(st.lists(st.text("案卷A\n ", min_size=1, max_size=60), max_size=60), st.integers(60, 400))
def test_what_does_not_fit_is_counted(lines: list[str], limit: int) -> None:
    kept = fitted(lines, more="另有 {n} 条", limit=limit)
    assert sum(len(line.encode()) + 1 for line in kept) <= limit
    if kept != lines:
        n = len(kept) - 1
        assert kept == [*lines[:n], f"另有 {len(lines) - n} 条"]


def test_a_sending_fits_the_smallest_of_the_robots() -> None:
    assert body_bytes() <= 2048
