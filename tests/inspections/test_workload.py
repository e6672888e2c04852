"""How long houses take a month: visits due, the time inside, the way."""

import numpy as np
import pytest

from inspections.day import working_day
from inspections.plan import service_minutes
from inspections.workload import month_minutes, visits_a_month

COUNTY, DAY = "320581", working_day({})
ROW = np.c_[120.7 + np.arange(40) * 1e-4, np.full(40, 31.6)]


def test_red_houses_are_visited_as_often_as_their_interval_says() -> None:
    assert visits_a_month(["red", "green"], county=COUNTY) == pytest.approx([30 / 7, 30 / 90])


def test_a_house_with_more_rooms_or_more_danger_takes_longer() -> None:
    plain = month_minutes(["green"] * 40, [1] * 40, ROW, county=COUNTY, day=DAY)
    rooms = month_minutes(["green"] * 40, [8] * 40, ROW, county=COUNTY, day=DAY)
    red = month_minutes(["red"] * 40, [1] * 40, ROW, county=COUNTY, day=DAY)
    assert (rooms > plain).all()
    assert (red > 5 * plain).all()
    assert (plain > service_minutes(1) / 3).all()


def test_doors_far_apart_take_longer_than_doors_in_a_row() -> None:
    near = month_minutes(["yellow"] * 40, [2] * 40, ROW, county=COUNTY, day=DAY)
    far = month_minutes(["yellow"] * 40, [2] * 40, ROW * [1, 1] + np.c_[np.arange(40) * 0.01, np.zeros(40)],
                        county=COUNTY, day=DAY)  # fmt: skip
    assert (far > near).all()


def test_an_open_ticket_asks_for_a_visit_more() -> None:
    rechecks = np.zeros(40)
    rechecks[3] = 2
    plain = month_minutes(["green"] * 40, [None] * 40, ROW, county=COUNTY, day=DAY)
    more = month_minutes(["green"] * 40, [None] * 40, ROW, county=COUNTY, day=DAY, rechecks=rechecks)
    assert more[3] > plain[3] + 2 * service_minutes(0)
    assert more[20] == pytest.approx(plain[20], rel=0.2)
