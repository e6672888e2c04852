"""The way of a round: along streets where they are known, straight elsewhere, through every door in order."""

from dataclasses import replace
from datetime import date, datetime

from hypothesis import given
from hypothesis import strategies as st
from shapely.geometry import LineString

from inspections.deadline import SHANGHAI
from inspections.round_sheet import RoundSheet, SheetStop, clock_of

AT = datetime(2026, 6, 15, 8, 30, tzinfo=SHANGHAI)


def sheet(places: list[tuple[float, float]], *, start: tuple[float, float] | None = (120.9, 31.7)) -> RoundSheet:
    stops = [SheetStop(n, str(n), "x", "red", "y", AT, 10.0, 100.0, lon=lon, lat=lat) for n, (lon, lat) in
             enumerate(places, 1)]  # fmt: skip
    return RoundSheet(
        "甲", date(2026, 6, 15), (), 1.0, 1.0, "walk", start, tuple(stops), AT, "https://a.example", "乙", AT
    )


def test_a_known_way_is_followed_only_from_where_it_begins() -> None:
    known = LineString([(120.9, 31.7), (120.905, 31.7), (120.905, 31.705)])
    made = sheet([(120.905, 31.705), (120.91, 31.71)])
    first, second = made.stops
    assert len(made.line()) == 3
    assert replace(made, stops=(replace(first, way=known), second)).line()[1] == (120.905, 31.7)
    assert len(replace(made, stops=(first, replace(second, way=known))).line()) == 3
    assert len(replace(made, start=None, stops=(replace(first, way=known),)).line()) == 1


@given(st.lists(st.tuples(st.floats(120, 121), st.floats(31, 32)), max_size=8), st.booleans())
def test_the_way_goes_through_every_door_in_order(places: list[tuple[float, float]], start: bool) -> None:
    made = sheet(places, start=(120.5, 31.5) if start else None)
    assert made.line() == [*([(120.5, 31.5)] if start else []), *places]


def test_a_link_carries_the_code_alone() -> None:
    made = sheet([(120.9, 31.7)])
    assert made.link(made.stops[0]) == "https://a.example/visit?code=1"


def test_minutes_of_the_day_are_said_as_clocks_do() -> None:
    assert [clock_of(minute) for minute in (0, 510, 1049.7, 1440)] == ["00:00", "08:30", "17:30", "24:00"]
