"""How old cases are and how fast they are closed: counted by hand, adding up, and opening to exactly their rows."""

from datetime import datetime, timedelta
from statistics import median

import pytest
from sqlalchemy import Connection, text

from actions.indicators import tell
from db import age
from db.kpi import By, Period
from inspections.kpi import BadPeriodError
from inspections.ticket import Event, State
from tests.actions.story import Walk, dispatched
from tests.world import COUNTY, NOW, TOWN, VILLAGE, World

DAY = timedelta(days=1)
END = NOW + 30 * DAY


def _period(by: By | None = None, as_of: datetime = END) -> Period:
    return Period(NOW - 60 * DAY, END + DAY, as_of, by)


def _four(world: World) -> list[int]:
    """Three open since 40, 10 and 2 days at the end, one closed in two days."""
    opened = [dispatched(world, house, END - days * DAY) for house, days in ((1, 40), (2, 10), (3, 2))]
    closed = dispatched(world, 4, NOW)
    Walk(world, closed, NOW + 2 * DAY).to(State.CLOSED)
    return [*opened, closed]


def test_open_ages_and_days_to_close_are_those_counted_by_hand(connection: Connection, world: World) -> None:
    keys = _four(world)
    Walk(world, keys[2], END - DAY)("centre", Event.VOID, reason="误报")
    (told,) = age.ages(connection, county=COUNTY, period=_period())
    assert (told.open, told.median_days, told.p90_days) == (2, median([40, 10]), 37.0)
    assert (told.closed, told.median_days_to_close) == (1, 2.0)
    opened = age.cases(connection, county=COUNTY, period=_period(), of="open")
    assert [row["id"] for row in opened] == keys[:2]
    assert [row["id"] for row in age.cases(connection, county=COUNTY, period=_period(), of="closed")] == keys[3:]


def test_what_is_closed_later_was_open_then(connection: Connection, world: World) -> None:
    keys = _four(world)
    then = _period(as_of=NOW + DAY)
    (told,) = age.ages(connection, county=COUNTY, period=then)
    assert (told.open, told.closed, told.median_days_to_close) == (2, 0, None)
    assert [row["id"] for row in age.cases(connection, county=COUNTY, period=then, of="open")] == [keys[0], keys[3]]


@pytest.mark.parametrize(("by", "key"), [("town", TOWN), ("village", VILLAGE), ("department", "fire"),
                                         ("hazard", "FI06"), ("severity", "1"), ("source", "visit")])  # fmt: skip
def test_any_key_adds_up_and_opens_to_its_cases(connection: Connection, world: World, by: By, key: str) -> None:
    _four(world)
    told = age.ages(connection, county=COUNTY, period=_period(by))
    assert sum(one.open for one in told) == 3
    assert sum(one.closed for one in told) == 1
    own = next(one for one in told if one.key == key)
    assert len(age.cases(connection, county=COUNTY, period=_period(by), of="open", key=key)) == own.open == 3
    assert age.cases(connection, county=COUNTY, period=_period(by), of="open", key="nowhere") == []


def test_coverage_is_of_houses_and_opens_to_them(connection: Connection, world: World) -> None:
    seen = [world.houses[1], world.houses[2]]
    sql = "UPDATE house SET last_visit_at = :at, due_on = :due WHERE id = :id"
    for key, due in zip(seen, (END + DAY, END - DAY), strict=True):
        connection.execute(text(sql), {"at": NOW, "due": due.date(), "id": key})
    (told,) = age.ages(connection, county=COUNTY, period=_period())
    assert told.coverage is not None
    assert (told.coverage.numerator, told.coverage.denominator) == (1, len(world.houses))
    within = age.houses(connection, county=COUNTY, period=_period(), covered=True)
    without = age.houses(connection, county=COUNTY, period=_period(), covered=False)
    assert [row["id"] for row in within] == seen[:1]
    assert (len(without), without[-1]["id"]) == (len(world.houses) - 1, seen[1])
    towns = age.ages(connection, county=COUNTY, period=_period("town"))
    assert [(one.key, one.coverage) for one in towns] == [(TOWN, told.coverage)]
    assert all(one.coverage is None for one in age.ages(connection, county=COUNTY, period=_period("department")))


def test_what_was_known_then_has_no_coverage_and_a_bad_period_is_refused(connection: Connection) -> None:
    (told,) = age.ages(connection, county=COUNTY, period=Period(NOW, END, END, None, NOW))
    assert told.coverage is None
    with pytest.raises(BadPeriodError):
        age.ages(connection, county=COUNTY, period=Period(END, NOW))


def test_the_back_door_tells_ages_beside_the_rates(connection: Connection, world: World) -> None:
    _four(world)
    (row,) = tell(NOW.date(), END.date(), county=COUNTY, as_of=END)["rows"]
    assert (row["ages"]["open"], row["ages"]["median_days"]) == (3, 10.0)
    assert row["ages"]["coverage"]["denominator"] == len(world.houses)
