"""A history that does not bear to be changed."""

from datetime import datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inspections.chain import FIELDS, first_break, link, moment, text_of
from inspections.deadline import SHANGHAI

TEXT = st.none() | st.text(max_size=12)
EVENTS = st.lists(st.fixed_dictionaries({name: TEXT for name in FIELDS}), min_size=1, max_size=6)


def _chained(events: list[dict[str, Any]]) -> list[dict[str, Any]]:
    before, found = b"", []
    for event in events:
        before = link(before, event)
        found.append({**event, "hash": before.hex()})
    return found


@given(EVENTS)
def test_a_whole_chain_has_no_break(events):
    assert first_break(_chained(events)) is None


@given(EVENTS, st.data())
def test_a_changed_value_breaks_the_chain_where_it_was_changed(events, data):
    chained = _chained(events)
    place = data.draw(st.integers(0, len(chained) - 1))
    name = data.draw(st.sampled_from(FIELDS))
    other = data.draw(TEXT.filter(lambda value: value != chained[place][name]))
    chained[place] = {**chained[place], name: other}
    assert first_break(chained) == place


@given(EVENTS.filter(lambda events: len(events) > 1), st.data())
def test_an_event_left_out_or_put_elsewhere_breaks_the_chain(events, data):
    chained = _chained(events)
    place = data.draw(st.integers(0, len(chained) - 2))
    assert first_break(chained[:place] + chained[place + 1 :]) is not None
    swapped = list(chained)
    swapped[place], swapped[place + 1] = swapped[place + 1], swapped[place]
    assert first_break(swapped) is not None


@given(st.dictionaries(st.sampled_from(FIELDS), TEXT), st.dictionaries(st.sampled_from(FIELDS), TEXT))
def test_no_two_events_have_one_text(one, other):
    one, other = ({name: event.get(name) for name in FIELDS} for event in (one, other))
    assert (text_of(one) == text_of(other)) == (one == other)


@pytest.mark.parametrize(
    ("at", "told"),
    [
        (datetime(2026, 3, 4, 10, tzinfo=SHANGHAI), "2026-03-04T02:00:00.000000Z"),
        (datetime(2026, 3, 4, 10, 0, 0, 12, tzinfo=SHANGHAI), "2026-03-04T02:00:00.000012Z"),
    ],
)
def test_a_moment_is_told_in_utc_to_the_microsecond(at, told):
    assert moment(at) == told
